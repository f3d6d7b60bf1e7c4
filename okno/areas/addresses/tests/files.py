"""Files of classifiers as the state gives them, small ones."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

HEAD = '<?xml version="1.0" encoding="utf-8"?>'
TAIL = "20260101_0a1b2c3d.XML"
LIVE = 'ISACTUAL="1" ISACTIVE="1"'


def _object(number: int, name: str, kind: str, level: int, live: str = LIVE) -> str:
    guid = f"00000000-0000-0000-0000-{number:012}"
    return (
        f'<OBJECT ID="{number}" OBJECTID="{number}" OBJECTGUID="{guid}" NAME="{name}" TYPENAME="{kind}" '
        f'LEVEL="{level}" {live} />'
    )


def gar(folder: Path, region: str = "69") -> Path:
    """ГАР of one region: Тверская обл, Тверь with two streets, a village of a district, five houses."""
    place = folder / region
    place.mkdir(parents=True)
    objects = (
        (1, "Тверская", "обл", 1),
        (2, "Тверь", "г", 5),
        (3, "Советская", "ул", 8),
        (4, "Мира", "пр-кт", 8),
        (5, "Калининский", "р-н", 2),
        (6, "Борки", "д", 6),
    )
    rows = "".join(_object(*one) for one in objects) + _object(7, "Ленина", "ул", 8, 'ISACTUAL="0" ISACTIVE="0"')
    _write(place, "ADDR_OBJ", "ADDRESSOBJECTS", rows)
    ties = ((1, 0), (2, 1), (3, 2), (4, 2), (5, 1), (6, 5), (7, 2), (11, 3), (12, 3), (13, 3), (14, 4), (15, 3))
    _write(
        place,
        "ADM_HIERARCHY",
        "ITEMS",
        "".join(f'<ITEM OBJECTID="{one}" PARENTOBJID="{above}" ISACTIVE="1" />' for one, above in ties),
    )
    houses = ((11, "5", ""), (12, "5", 'ADDNUM1="2" ADDTYPE1="1"'), (13, "50", ""), (14, "5", ""))
    _write(
        place,
        "HOUSES",
        "HOUSES",
        "".join(
            f'<HOUSE OBJECTID="{one}" OBJECTGUID="10000000-0000-0000-0000-{one:012}" HOUSENUM="{number}" '
            f'HOUSETYPE="2" {more} {LIVE} />'
            for one, number, more in houses
        )
        + '<HOUSE OBJECTID="15" OBJECTGUID="x" HOUSENUM="7" HOUSETYPE="2" ISACTUAL="0" ISACTIVE="0" />',
    )
    values = (
        '<PARAM OBJECTID="3" TYPEID="5" VALUE="170100" CHANGEIDEND="0" />'
        '<PARAM OBJECTID="3" TYPEID="5" VALUE="170000" CHANGEIDEND="77" />'
        '<PARAM OBJECTID="3" TYPEID="11" VALUE="69000001000012300" CHANGEIDEND="0" />'
    )
    _write(place, "ADDR_OBJ_PARAMS", "PARAMS", values)
    return folder


def _write(place: Path, what: str, root: str, rows: str) -> None:
    (place / f"AS_{what}_{TAIL}").write_text(f"{HEAD}<{root}>{rows}</{root}>", encoding="utf-8")


def kladr(folder: Path) -> Path:
    """КЛАДР of one region: Тверская обл, Тверь with a street and its houses, a village of a district."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = (("NAME", 40), ("SOCR", 10), ("CODE", 13), ("INDEX", 6))
    places = [
        ("Тверская", "обл", "6900000000000", ""),
        ("Калининский", "р-н", "6901000000000", ""),
        ("Тверь", "г", "6900000100000", "170000"),
        ("Борки", "д", "6901000001200", "170521"),
        ("Калинин", "г", "6900000100001", "170000"),
    ]
    _dbf(folder / "KLADR.DBF", columns, places)
    streets = [("Советская", "ул", "69000001000012300", "170100")]
    _dbf(folder / "STREET.DBF", (("NAME", 40), ("SOCR", 10), ("CODE", 17), ("INDEX", 6)), streets)
    houses = [("5,5к2,Н(7-11)", "ДОМ", "6900000100001230001", "170100")]
    _dbf(folder / "DOMA.DBF", (("NAME", 40), ("SOCR", 10), ("CODE", 19), ("INDEX", 6)), houses)
    return folder


def _dbf(path: Path, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]]) -> None:
    begins, width = 32 + 32 * len(columns) + 1, 1 + sum(size for _name, size in columns)
    head = struct.pack("<4BIHH20x", 0x03, 126, 1, 1, len(rows), begins, width)
    for name, size in columns:
        head += name.encode().ljust(11, b"\0") + b"C" + bytes(4) + bytes([size]) + bytes(15)
    body = b"".join(
        b" " + b"".join(text.encode("cp866").ljust(size) for text, (_name, size) in zip(row, columns, strict=True))
        for row in rows
    )
    path.write_bytes(head + b"\r" + body + b"\x1a")
