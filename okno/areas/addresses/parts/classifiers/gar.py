"""
ГАР, the state register of addresses as XML: a folder a region, every row an element with attributes.

The format is that of schemas AS_ADDR_OBJ, AS_HOUSES, AS_ADM_HIERARCHY, AS_PARAM 2.251 of the Federal Tax Service.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar
from xml.parsers import expat

from django.utils.translation import gettext as _

from okno.areas.addresses.parts.classifiers.shape import HouseRow, ObjectRow, ParentRow, Tell, ValueRow
from okno.areas.addresses.parts.classifiers.shelf import Shelf, damaged
from okno.kit.errors import Refused

_FILE = re.compile(
    r"(?:^|/)(?P<region>\d\d)/AS_(?P<what>ADDR_OBJ|ADDR_OBJ_PARAMS|ADM_HIERARCHY|HOUSES|HOUSES_PARAMS)_\d{8}_[^/]*$",
    re.IGNORECASE,
)
_TYPES = re.compile(r"(?:^|/)AS_(?P<what>HOUSE_TYPES|ADDHOUSE_TYPES)_\d{8}_[^/]*$", re.IGNORECASE)
BLOCK = 1 << 18
# Kinds of parameters (AS_PARAM_TYPES): 5 the post index, 10 and 11 the code of КЛАДР.
VALUES = {"5": "index", "10": "kladr", "11": "kladr"}
HOUSE, OF_LITERA = "д.", "литера"
Row = Mapping[str, str]
Made = TypeVar("Made", bound=tuple[object, ...])


class Gar:
    """A folder or an archive of ГАР."""

    source = "gar"

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.files: dict[tuple[str, str], str] = {}
        for name in shelf.sizes:
            if found := _FILE.search(name):
                self.files[found["region"], found["what"].upper()] = name

    def regions(self) -> list[str]:
        """Regions that have places."""
        return sorted(region for region, what in self.files if what == "ADDR_OBJ")

    def size(self, region: str) -> int:
        """How many bytes the files of a region have."""
        return sum(self.shelf.sizes[name] for (one, _what), name in self.files.items() if one == region)

    def objects(self, region: str, tell: Tell) -> Iterator[ObjectRow]:
        """Places that are actual and active."""
        return self._made(_object, region, "ADDR_OBJ", tell)

    def parents(self, region: str, tell: Tell) -> Iterator[ParentRow]:
        """Ties of the administrative division."""
        return self._made(_parent, region, "ADM_HIERARCHY", tell)

    def houses(self, region: str, tell: Tell) -> Iterator[HouseRow]:
        """Houses that are actual and active."""
        return self._made(self._house, region, "HOUSES", tell)

    def values(self, region: str, tell: Tell) -> Iterator[ValueRow]:
        """Post indexes and codes of КЛАДР that hold now."""
        for what in ("ADDR_OBJ_PARAMS", "HOUSES_PARAMS"):
            yield from self._made(_value, region, what, tell)

    def _house(self, one: Row) -> HouseRow | None:
        return HouseRow(one["OBJECTID"], one["OBJECTGUID"].lower(), self._number(one)) if _is_live(one) else None

    def _number(self, one: Row) -> str:
        """`19 корп. 2`: the number without the word for a house, with what stands behind it."""
        kinds, further = self._house_kinds
        kind = kinds.get(one.get("HOUSETYPE", ""), HOUSE)
        parts = [one.get("HOUSENUM", "") if kind == HOUSE else f"{kind} {one.get('HOUSENUM', '')}"]
        parts += [
            f"{further.get(one.get(f'ADDTYPE{number}', ''), 'корп.')} {one[f'ADDNUM{number}']}"
            for number in ("1", "2")
            if one.get(f"ADDNUM{number}")
        ]
        return " ".join(part.strip() for part in parts if part.strip())[:60]

    @cached_property
    def _house_kinds(self) -> tuple[dict[str, str], dict[str, str]]:
        """Short words for kinds of houses and of what stands behind their numbers, by their ids."""
        found: dict[str, dict[str, str]] = {"HOUSE_TYPES": {}, "ADDHOUSE_TYPES": {}}
        for name in self.shelf.sizes:
            if told := _TYPES.search(name):
                found[told["what"].upper()] = {
                    one["ID"]: one.get("SHORTNAME", "") for one in _elements(self.shelf, name, lambda _count: None)
                }
        return found["HOUSE_TYPES"], found["ADDHOUSE_TYPES"]

    def _made(self, make: Callable[[Row], Made | None], region: str, what: str, tell: Tell) -> Iterator[Made]:
        """What is made of each element that holds now. :raises Refused: one of them lacks what all of them have."""
        name = self.files.get((region, what), "")
        for one in _elements(self.shelf, name, tell) if name else ():
            try:
                made = make(one)
            except (KeyError, ValueError) as error:
                raise damaged(name) from error
            if made is not None:
                yield made


def _object(one: Row) -> ObjectRow | None:
    if not _is_live(one):
        return None
    return ObjectRow(one["OBJECTID"], one["OBJECTGUID"].lower(), one["NAME"], one["TYPENAME"], int(one["LEVEL"]))


def _parent(one: Row) -> ParentRow | None:
    return ParentRow(one["OBJECTID"], one.get("PARENTOBJID", "")) if one.get("ISACTIVE") == "1" else None


def _value(one: Row) -> ValueRow | None:
    if one.get("CHANGEIDEND") != "0" or one.get("TYPEID") not in VALUES:
        return None
    return ValueRow(one["OBJECTID"], VALUES[one["TYPEID"]], one.get("VALUE", "")[:20])


def _is_live(one: Row) -> bool:
    return one.get("ISACTUAL") == "1" and one.get("ISACTIVE") == "1"


def _elements(shelf: Shelf, name: str, tell: Tell) -> Iterator[Row]:
    """Attributes of every element but the root, as the file is read. :raises Refused: it is no well-formed XML."""
    found: list[Row] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, attributes: found.append(attributes)
    parser.EntityDeclHandler = _refuse_entities
    try:
        with shelf.open(name) as stream:
            while block := stream.read(BLOCK):
                parser.Parse(block)
                tell(len(block))
                yield from (one for one in found if one)
                found.clear()
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged(name) from error


def _refuse_entities(*_declared: Any) -> None:
    raise Refused("addresses.entities", _("The file declares entities, as no file of the classifier does."))
