"""`okno addresses`: places and houses of a classifier from a folder or an archive, at the terminal of the server."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from okno.areas.addresses import commands
from okno.cli import versions
from okno.config.postgres import served
from okno.config.words import _
from okno.kit.errors import Told
from okno.kit.permissions import SYSTEM


def load(arguments: list[str]) -> int:
    """Load regions of a classifier, one after the other; without `--region` all that are there."""
    parser = argparse.ArgumentParser(prog="okno addresses")
    parser.add_argument("file", type=Path, help=_("a folder or a ZIP archive of ГАР or КЛАДР"))
    parser.add_argument("--region", action="append", help=_("two-digit code of a region; may be said several times"))
    asked = parser.parse_args(arguments)
    with served(settings.ENV):
        versions.check_mark(settings.ENV)
        try:
            found, regions = commands.chosen(asked.file, asked.region)
            for region in regions:
                counts = commands.load_region(SYSTEM, found, region, lambda _count: None)
                told = {"region": region, **counts}
                print(gettext("Region %(region)s: places %(places)s, houses %(houses)s") % told, flush=True)
        except Told as refusal:
            print(refusal.message, file=sys.stderr)
            return 1
        return 0
