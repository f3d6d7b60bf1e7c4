"""The `okno` command: one entry for starting, keeping and looking after an installation."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from importlib import import_module

import django

from okno.config.env import BadSettings
from okno.config.postgres import PostgresFailed
from okno.config.words import _
from okno.kit.errors import Told


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One word after `okno`: `place` names the module and function `(arguments: list[str]) -> int` that does it."""

    name: str
    place: str
    help: str
    needs_django: bool = True


_tools: dict[str, Tool] = {}


def register(tool: Tool) -> None:
    """Add a word to the `okno` command."""
    _tools[tool.name] = tool


for _tool in (
    Tool(name="run", place="okno.cli.run:run", help=_("start everything and keep it running"), needs_django=False),
    Tool(name="web", place="okno.cli.children:web", help=_("one web process on a given socket")),
    Tool(name="worker", place="okno.cli.children:worker", help=_("do background jobs")),
    Tool(name="migrate", place="okno.cli.database:migrate", help=_("bring the database up to this version")),
    Tool(name="demo", place="okno.cli.database:demo", help=_("fill an empty database with a demo company")),
    Tool(name="user", place="okno.cli.people:user", help=_("add an administrator or set a password")),
    Tool(name="token", place="okno.cli.people:token", help=_("print a new API token of a user")),
    Tool(name="import", place="okno.cli.imports:load", help=_("bring rows of a record from a file")),
    Tool(name="addresses", place="okno.cli.addresses:load", help=_("load a classifier of addresses: ГАР or КЛАДР")),
    Tool(name="export", place="okno.cli.imports:save", help=_("write the rows of a list into a file")),
    Tool(name="settings", place="okno.cli.settings_file:settings_file", help=_("take settings out as a file, or in")),
    Tool(name="backup", place="okno.cli.archive:backup", help=_("write the database and the files into one archive")),
    Tool(name="restore", place="okno.cli.archive:restore", help=_("replace the database and the files by an archive")),
    Tool(name="doctor", place="okno.cli.doctor:doctor", help=_("say in words what is wrong")),
    Tool(name="check", place="okno.cli.database:check", help=_("check the code against its own rules")),
):
    register(_tool)


def _usage() -> argparse.ArgumentParser:
    words = "\n".join(f"  {tool.name:<9} {tool.help}" for tool in _tools.values())
    parser = argparse.ArgumentParser(
        prog="okno", formatter_class=argparse.RawDescriptionHelpFormatter, epilog=words, add_help=True
    )
    parser.add_argument("tool", choices=_tools, metavar="tool", help=_("one of the words below"))
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Do what one word says; an expected failure is a sentence and exit code 1, never a traceback."""
    asked = _usage().parse_args(arguments)
    tool = _tools[asked.tool]
    module, _separator, function = tool.place.partition(":")
    try:
        if tool.needs_django:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okno.config.settings")
            django.setup()
        code: int = getattr(import_module(module), function)(asked.arguments)
    except BadSettings as error:
        return _say([_("Okno cannot start with these settings:"), *(f"  • {line}" for line in error.problems)])
    except PostgresFailed as error:
        return _say([str(error)])
    except Told as refusal:
        return _say([refusal.message])
    except OSError as error:
        # A file that the person has named; anything else is a fault of the program.
        if str(error.filename) not in asked.arguments:
            raise
        return _say([f"{error.filename}: {error.strerror}"])
    except KeyboardInterrupt:
        return 130
    return code


def _say(lines: list[str]) -> int:
    print(*lines, sep="\n", file=sys.stderr)
    return 1
