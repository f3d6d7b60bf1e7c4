"""Files of classifiers that were spoilt on their way: each is named, and what is loaded stays."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from okno.areas.addresses import commands
from okno.areas.addresses.models import Place
from okno.areas.addresses.parts import classifiers
from okno.areas.addresses.tests import files
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db
PLACES, DEFLATE_64 = "69/AS_ADDR_OBJ_20260101_0a1b2c3d.XML", 9


def load(path: Path) -> None:
    with transaction.atomic():
        commands.load_region(SYSTEM, classifiers.opened(path), "69", lambda _count: None)


def packed(folder: Path, spoil: Callable[[bytearray, zipfile.ZipInfo], None]) -> Path:
    """An archive in which the file of places is spoilt; its list of files is whole."""
    path = folder.parent / "gar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(folder.rglob("*.XML")):
            archive.write(one, one.relative_to(folder).as_posix())
        info = archive.getinfo(PLACES)
    content = bytearray(path.read_bytes())
    spoil(content, info)
    path.write_bytes(content)
    return path


def _body(content: bytearray, info: zipfile.ZipInfo) -> int:
    name, extra = struct.unpack_from("<HH", content, info.header_offset + 26)
    return info.header_offset + 30 + int(name) + int(extra)


def noise(content: bytearray, info: zipfile.ZipInfo) -> None:
    begins = _body(content, info)
    content[begins : begins + 60] = b"\xff" * 60


def other_text(content: bytearray, info: zipfile.ZipInfo) -> None:
    """The sum of the file is not what the list says."""
    place = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02")) + 16
    struct.pack_into("<I", content, place, 1)


def unknown_packing(content: bytearray, info: zipfile.ZipInfo) -> None:
    struct.pack_into("<H", content, info.header_offset + 8, DEFLATE_64)
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + 10, DEFLATE_64)


@pytest.mark.parametrize("spoil", [noise, other_text, unknown_packing])
def test_a_file_spoilt_within_an_archive_is_named_and_what_was_loaded_stays(
    tmp_path: Path, spoil: Callable[[bytearray, zipfile.ZipInfo], None]
) -> None:
    load(files.gar(tmp_path / "gar"))

    with pytest.raises(Refused, match="AS_ADDR_OBJ"):
        load(packed(tmp_path / "gar", spoil))

    assert Place.objects.count() == 6


@pytest.mark.parametrize(("was", "now"), [('LEVEL="5"', 'LEVEL="пять"'), ('OBJECTID="2"', ""), ('NAME="Тверь"', "")])
def test_a_row_of_gar_that_cannot_be_read_is_told_with_its_file(tmp_path: Path, was: str, now: str) -> None:
    folder = files.gar(tmp_path / "gar")
    load(folder)
    (place,) = folder.rglob("AS_ADDR_OBJ_2*")
    text = place.read_text(encoding="utf-8")
    assert was in text
    place.write_text(text.replace(was, now), encoding="utf-8")

    with pytest.raises(Refused, match="AS_ADDR_OBJ"):
        load(folder)

    assert Place.objects.count() == 6


@pytest.mark.parametrize(("was", "now"), [(b"CODE", b"KOD\0"), (b"6900000100000", b"69000OO100000")])
@pytest.mark.parametrize("file", ["KLADR.DBF"])
def test_a_table_of_kladr_that_cannot_be_read_is_told_with_its_file(
    tmp_path: Path, file: str, was: bytes, now: bytes
) -> None:
    folder = files.kladr(tmp_path / "kladr")
    load(folder)
    content = (folder / file).read_bytes()
    assert was in content
    (folder / file).write_bytes(content.replace(was, now))

    with pytest.raises(Refused, match=file):
        load(folder)

    assert Place.objects.count() == 5


def test_signs_that_cannot_be_kept_are_left_out(tmp_path: Path) -> None:
    folder = files.kladr(tmp_path / "kladr")
    content = (folder / "KLADR.DBF").read_bytes()
    (folder / "KLADR.DBF").write_bytes(content.replace("Борки".encode("cp866"), "Бор\0и".encode("cp866")))

    load(folder)

    assert Place.objects.filter(name="Бори").exists()
