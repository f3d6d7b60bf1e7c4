"""Runs every check of the house in order, a line for each; `--fix` first mends what a tool can mend."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tools.house import ROOT

BIN = Path(sys.executable).parent
PYTHON = sys.executable


@dataclass(frozen=True)
class Check:
    """One command that ends with 0 when all is well."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How a check went."""

    check: Check
    seconds: float
    is_clean: bool
    told: str


def python(*arguments: str) -> tuple[str, ...]:
    return (PYTHON, "-m", *arguments)


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(BIN / name), *arguments)


CHECKS = (
    Check("style", tool("ruff", "check", ".", "--output-format", "concise")),
    Check("format", tool("ruff", "format", "--check", ".", "--output-format", "concise")),
    Check("types", tool("mypy")),
    Check("imports", python("tools.contracts")),
    Check("rules tested", tool("ast-grep", "test", "--skip-snapshot-tests")),
    Check("rules", tool("ast-grep", "scan", "--report-style", "short")),
    Check("templates", python("tools.templates")),
    Check("translations", python("tools.messages", "--check")),
    Check("map", python("tools.map", "--check")),
    Check("glossary", python("tools.glossary", "--check")),
    Check("migrations", python("django", "makemigrations", "--check", "--dry-run")),
)
FRONT = Check("front end", ("npm", "run", "--silent", "check"))
FIXES = (
    tool("ruff", "check", ".", "--fix", "--quiet"),
    tool("ruff", "format", ".", "--quiet"),
    python("tools.messages"),
    python("tools.map"),
    python("tools.glossary"),
)
# The tables are compared with the models, not with a database: none has to run, and its absence is no warning.
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "okno.config.settings", "PYTHONWARNINGS": "ignore"}


def run(check: Check) -> Outcome:
    """Run one check and keep what it told."""
    started = time.monotonic()
    try:
        done = subprocess.run(
            check.command,
            cwd=ROOT,
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return Outcome(check, time.monotonic() - started, is_clean=False, told=f"{check.command[0]} is not installed")
    told = (done.stdout + done.stderr).strip()
    return Outcome(check, time.monotonic() - started, is_clean=done.returncode == 0, told=told)


def checks(names: list[str]) -> list[Check]:
    """The checks asked for, all when none is named; the front end has one where it is installed."""
    known = [*CHECKS, *([FRONT] if (ROOT / "package.json").exists() else [])]
    return [check for check in known if not names or check.name in names]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.check", description=__doc__)
    parser.add_argument("names", nargs="*", help=", ".join(check.name for check in (*CHECKS, FRONT)))
    parser.add_argument("--fix", action="store_true", help="mend what can be mended before looking")
    options = parser.parse_args()
    if options.fix:
        for command in FIXES:
            subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    failed = []
    for check in checks(options.names):
        outcome = run(check)
        print(f"{'ok  ' if outcome.is_clean else 'FAIL'} {check.name:<14}{outcome.seconds:6.1f} s", flush=True)
        if not outcome.is_clean:
            failed.append(outcome)
    for outcome in failed:
        print(f"\n--- {outcome.check.name}\n{outcome.told}")
    if failed:
        print(f"\nFailed: {', '.join(outcome.check.name for outcome in failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
