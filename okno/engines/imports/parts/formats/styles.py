"""Days in workbooks: numbers that a style shows as dates."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

from lxml import etree

from okno.engines.imports.parts.formats import packages

PART = "xl/styles.xml"
# ECMA-376, 18.8.30: the formats that every program knows by number; 27-36 and 50-58 are dates of East Asia.
BUILT_IN = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_SAID = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
# The day before 1 January 1900 as Excel counts: it believes in 29 February 1900.
ZERO_1900, ZERO_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - spreadsheets know no zones
LAST_DAY = 2_958_465


def dated_styles(package: zipfile.ZipFile) -> frozenset[str]:
    """Numbers of the styles that show a number as a day or a moment."""
    if PART not in package.namelist():
        return frozenset()
    with packages.part(package, PART) as stream:
        root: Any = etree.parse(stream, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    own = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iterfind("{*}numFmts/{*}numFmt")}
    styles = root.iterfind("{*}cellXfs/{*}xf")
    return frozenset(str(place) for place, one in enumerate(styles) if _is_dated(one.get("numFmtId", "0"), own))


def moment_of(value: float, *, is_1904: bool) -> date | datetime | None:
    """The day, or the moment when there is a time of day; None for a number that is no date."""
    if not 0 < value <= LAST_DAY:
        return None
    moment = (ZERO_1904 if is_1904 else ZERO_1900) + timedelta(days=value)
    moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return moment.date() if moment.hour == moment.minute == moment.second == 0 else moment


def _is_dated(number: str, own: dict[str, str]) -> bool:
    if number in own:
        return bool(_DATE_LETTERS.search(_SAID.sub("", own[number].split(";")[0])))
    return number.isdecimal() and int(number) in BUILT_IN
