"""`make bench`: prepares the data once, measures, prints the table and writes the figures where asked."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tools.bench.ground import prepare


def main() -> int:
    """Run the measures in a process whose settings name the cluster of the benchmarks."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--json", metavar="FILE", help="write the figures here")
    parser.add_argument("--rounds", type=int, default=40, help="how many times each page is asked for")
    parser.add_argument("--only", default="", help="measures whose names hold this text")
    asked = parser.parse_args()
    environment = prepare()
    words = [
        "--rounds",
        str(asked.rounds),
        "--only",
        asked.only,
        *(["--json", str(Path(asked.json).absolute())] if asked.json else []),
    ]
    measured = [sys.executable, "-m", "tools.bench.measuring", *words]
    return subprocess.run(measured, env={**os.environ, **environment}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
