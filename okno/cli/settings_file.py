"""`okno settings`: take settings out as a file, tell how a file differs from what is here, bring it in."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from okno.access import commands, queries
from okno.cli import versions
from okno.config.postgres import served
from okno.config.words import _
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry


def settings_file(arguments: list[str]) -> int:
    """`export FILE`, or `import FILE`, which only tells the difference unless `--apply` is given."""
    parser = argparse.ArgumentParser(prog="okno settings")
    parser.add_argument("act", choices=("export", "import"), help=_("take settings out, or bring them in"))
    parser.add_argument("file", type=Path, help=_("the file of settings"))
    parser.add_argument("--kind", action="append", default=[], help=_("only settings of this kind"))
    parser.add_argument("--drop", action="store_true", help=_("drop what the file does not hold"))
    parser.add_argument("--apply", action="store_true", help=_("make the settings so, not only tell the difference"))
    parser.add_argument("--skip", action="store_true", help=_("leave out what cannot be brought here"))
    asked = parser.parse_args(arguments)
    with served(settings.ENV):
        versions.check_mark(settings.ENV)
        return _save(asked) if asked.act == "export" else _bring(asked)


def _save(asked: argparse.Namespace) -> int:
    told = queries.settings_file(timezone.now(), frozenset(asked.kind))
    asked.file.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(_("Settings are in %(file)s.") % {"file": asked.file})
    return 0


def _bring(asked: argparse.Namespace) -> int:
    wanted = queries.read_bytes(asked.file.read_bytes())
    chosen = {kind: parts for kind, parts in wanted.items() if not asked.kind or kind in asked.kind}
    found = queries.differences(chosen, drops=asked.drop)
    for one in found:
        _tell(one)
    # A change that is all or none needs no trial before it.
    needs_trial = asked.skip or not asked.apply
    refused = commands.obstacles(actor=SYSTEM, settings=chosen, drops=asked.drop) if needs_trial else {}
    for (kind, key), why in refused.items():
        print(f"! {registry.portables[kind].label}: {key}: {why}")
    if asked.apply and found:
        without = {kind: [key for of, key in refused if of == kind] for kind, _key in refused}
        commands.bring_settings(actor=SYSTEM, settings=chosen, drops=asked.drop, without=without)
        print(_("Parts changed: %(count)s.") % {"count": len(found) - len(refused)})
    elif not found:
        print(_("Nothing differs."))
    return 0


def _tell(one: queries.Difference) -> None:
    sign = "+" if one.before is None else "-" if one.after is None else "~"
    print(f"{sign} {one.label}: {one.key}")
    for path, before, after in one.fields if sign == "~" else ():
        print(f"    {path}: {json.dumps(before, ensure_ascii=False)} → {json.dumps(after, ensure_ascii=False)}")
