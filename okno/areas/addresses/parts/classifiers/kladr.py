"""
КЛАДР, the older classifier as DBF in cp866: KLADR.DBF has places down to villages, STREET.DBF streets, DOMA.DBF houses.

Codes are СС РРР ГГГ ППП УУУУ ДДДД and two signs of actuality; 00 means that it holds now (Приказ МНС БГ-3-13/149).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from okno.areas.addresses.parts.classifiers.shape import HouseRow, ObjectRow, ParentRow, Tell, ValueRow
from okno.areas.addresses.parts.classifiers.shelf import Shelf, damaged
from okno.kit import dbf
from okno.kit.errors import Refused

LANGUAGE = "cp866"
# Where the codes of village, town and district stand, and which level of ГАР each is.
STEPS = ((8, 11, 6), (5, 8, 5), (2, 5, 3))
FILES = frozenset({"KLADR.DBF", "STREET.DBF", "DOMA.DBF"})
STREET, PLACE_CODE, STREET_CODE, HOUSE_CODE = 15, 13, 17, 19
MOST_OF_RANGE = 500
NEEDED = frozenset({"NAME", "SOCR", "CODE"})
_RANGE = re.compile(r"(?P<odd>[НнЧч]?)\(?(?P<first>\d+)-(?P<last>\d+)\)?")


class _Faulty(Refused):
    """A table that cannot be read, before it is said which."""


class Kladr:
    """A folder or an archive of КЛАДР."""

    source = "kladr"

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.files = {name.rpartition("/")[2].upper(): name for name in shelf.sizes if name.upper().endswith(".DBF")}
        self._regions: list[str] | None = None

    def regions(self) -> list[str]:
        """Regions that have a row of their own."""
        if self._regions is None:
            rows = self._rows("KLADR.DBF", lambda _count: None)
            self._regions = sorted({one["CODE"][:2] for one in rows if one["CODE"][2:] == "0" * 11})
        return self._regions

    def size(self, region: str) -> int:
        """How many bytes are read: all of them, for every region."""
        return sum(self.shelf.sizes[name] for key, name in self.files.items() if key in FILES)

    def objects(self, region: str, tell: Tell) -> Iterator[ObjectRow]:
        """Places and streets that hold now."""
        for file, length in (("KLADR.DBF", PLACE_CODE), ("STREET.DBF", STREET_CODE)):
            for one in self._rows(file, tell):
                code = one["CODE"]
                if code.startswith(region) and len(code) == length and code.endswith("00"):
                    bare = code[:-2]
                    yield ObjectRow(bare, code, one["NAME"], one["SOCR"], _level(bare), one.get("INDEX", "")[:6], code)

    def parents(self, region: str, tell: Tell) -> Iterator[ParentRow]:
        """What stands above places and houses, by their codes."""
        for one in self.objects(region, tell):
            yield ParentRow(one.id, _above(one.id))
        for row in self._houses(region, lambda _count: None):
            yield ParentRow(row.id, row.id.partition("/")[0])

    def houses(self, region: str, tell: Tell) -> Iterator[HouseRow]:
        """Houses: a row names several of them, by commas and by ranges."""
        return self._houses(region, tell)

    def values(self, region: str, tell: Tell) -> Iterator[ValueRow]:
        """Indexes stand in the rows themselves."""
        return iter(())

    def _houses(self, region: str, tell: Tell) -> Iterator[HouseRow]:
        for one in self._rows("DOMA.DBF", tell):
            code = one["CODE"]
            if code.startswith(region) and len(code) == HOUSE_CODE:
                street = code[:STREET] if code[11:STREET] != "0000" else code[:11]
                for number in numbers_of(one["NAME"]):
                    yield HouseRow(f"{street}/{code}/{number}", code, number, one.get("INDEX", "")[:6])

    def _rows(self, file: str, tell: Tell) -> Iterator[dict[str, str]]:
        name = self.files.get(file)
        if name is None:
            return
        try:
            with self.shelf.open(name) as stream:
                yield from _read(stream, self.shelf.sizes[name], name, tell)
        except _Faulty as error:
            raise Refused("addresses.table", _("“%(name)s”: %(why)s"), name=name, why=error.message) from error


def _read(stream: IO[bytes], size: int, name: str, tell: Tell) -> Iterator[dict[str, str]]:
    """Rows of a table by its columns. :raises Refused: it is no such table, or a code in it is none."""
    head = dbf.head_of(stream, size, fault=_Faulty)
    names = [one.name.decode(LANGUAGE, "replace").upper() for one in head.columns]
    if not NEEDED.issubset(names):
        raise damaged(name)
    for row in filter(None, dbf.records(stream, head, fault=_Faulty)):
        tell(head.width)
        values = (one.decode(LANGUAGE, "replace").replace("\0", "").strip() for one in dbf.cells(row, head))
        made = dict(zip(names, values, strict=True))
        if not made["CODE"].isdecimal():
            raise damaged(name)
        yield made


def numbers_of(text: str) -> Iterator[str]:
    """Numbers of houses that a row names: `1,2к1,Н(3-7)` are 1, 2к1, 3, 5, 7; `Ч` is for even ones."""
    for part in (one.strip() for one in text.split(",")):
        found = _RANGE.fullmatch(part)
        if found is None:
            if part:
                yield part[:60]
            continue
        first, last = int(found["first"]), min(int(found["last"]), int(found["first"]) + MOST_OF_RANGE)
        step = 2 if found["odd"] else 1
        yield from (str(number) for number in range(first, last + 1, step))


def _level(bare: str) -> int:
    if len(bare) == STREET:
        return 8
    return next((level for begin, end, level in STEPS if int(bare[begin:end])), 1)


def _above(bare: str) -> str:
    """The code of what stands above: the last part that says something is left out, `""` above a region."""
    if len(bare) == STREET:
        return bare[:11]
    return next((bare[:begin].ljust(11, "0") for begin, end, _level in STEPS if int(bare[begin:end])), "")
