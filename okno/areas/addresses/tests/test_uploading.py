"""Archives of classifiers sent through the browser: looked at, kept whole or not at all, loaded by regions."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.addresses import commands
from okno.areas.addresses.commands import uploading
from okno.areas.addresses.models import Place
from okno.areas.addresses.parts import classifiers
from okno.areas.addresses.tests import files
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.jobs import Progress
from okno.kit.models import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX

pytestmark = pytest.mark.django_db
UPLOAD = "/settings/addresses/upload/"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Any) -> Path:
    settings.OKNO_DATA_DIR = tmp_path
    return tmp_path / "addresses"


def packed(folder: Path) -> bytes:
    with io.BytesIO() as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in sorted(folder.rglob("*")):
                if one.is_file():
                    archive.write(one, one.relative_to(folder))
        return stream.getvalue()


@pytest.fixture
def gar(tmp_path: Path) -> bytes:
    return packed(files.gar(tmp_path / "sent"))


def with_file(name: str, content: bytes, *, content_type: int = zipfile.ZIP_DEFLATED) -> Callable[[bytes], bytes]:
    def made(archive: bytes) -> bytes:
        stream = io.BytesIO(archive)
        with zipfile.ZipFile(stream, "a", content_type) as more:
            more.writestr(name, content)
        return stream.getvalue()

    return made


def with_password(archive: bytes) -> bytes:
    """The flag of a closed file in the central directory."""
    place = archive.index(b"PK\x01\x02")
    flags = struct.unpack_from("<H", archive, place + 8)[0] | 1
    return archive[: place + 8] + struct.pack("<H", flags) + archive[place + 10 :]


def test_an_archive_is_kept_and_its_regions_are_loaded(data: Path, gar: bytes) -> None:
    name = commands.taken_in(SYSTEM, io.BytesIO(gar), "../gar xml.ZIP")
    found, regions = commands.chosen(data / name, ["69"])

    job = commands.load(actor=SYSTEM, path=str(data / name), regions=regions)
    told = commands.load_regions(Progress(job), SYSTEM, **job.args)

    assert [one.name for one in data.iterdir()] == [name] == ["gar xml.zip"]
    assert (found.source, told["text"], Place.objects.count()) == ("gar", "Регион 69: объектов 6, домов 4", 6)


def test_kladr_is_taken_too(tmp_path: Path) -> None:
    archive = packed(files.kladr(tmp_path / "sent"))

    name = commands.taken_in(SYSTEM, io.BytesIO(archive), "base.zip")

    assert classifiers.opened(commands.folder() / name).source == "kladr"


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda _archive: b"Rar!\x1a\x07\x00",
        lambda _archive: b"",
        lambda archive: archive[: len(archive) // 2],
        lambda _archive: packed(Path(__file__).parent),
        with_password,
        with_file("../../etc/cron.d/x", b"x"),
        with_file("/etc/passwd", b"x"),
        with_file("C:\\windows\\x", b"x"),
        with_file("69/AS_HOUSES_20260101_x.XML", bytes(64 << 20)),
    ],
    ids=["rar", "empty", "cut", "another", "password", "above", "absolute", "windows", "bomb"],
)
def test_what_may_not_be_unfolded_is_refused_and_nothing_of_it_stays(
    data: Path, gar: bytes, spoilt: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(Refused):
        commands.taken_in(SYSTEM, io.BytesIO(spoilt(gar)), "gar.zip")

    assert list(data.iterdir()) == []


@pytest.mark.parametrize("size", [None, 2_000])
def test_an_archive_above_the_limit_is_refused(
    data: Path, gar: bytes, monkeypatch: pytest.MonkeyPatch, size: int | None
) -> None:
    monkeypatch.setattr(uploading, "LARGEST", 1_000)

    with pytest.raises(Refused):
        commands.taken_in(SYSTEM, io.BytesIO(gar), "gar.zip", size)

    assert list(data.iterdir()) == []


def test_a_file_in_use_is_neither_replaced_nor_deleted(data: Path, gar: bytes) -> None:
    name = commands.taken_in(SYSTEM, io.BytesIO(gar), "gar.zip")
    job = commands.load(actor=SYSTEM, path=str(data / name))

    with pytest.raises(Refused):
        commands.taken_in(SYSTEM, io.BytesIO(gar), "gar.zip")
    with pytest.raises(Refused):
        commands.drop_file(actor=SYSTEM, name=name)
    JobRun.objects.filter(pk=job.pk).update(state=JobRun.State.DONE)
    commands.drop_file(actor=SYSTEM, name=name)

    assert list(data.iterdir()) == []
    with pytest.raises(Missing):
        commands.drop_file(actor=SYSTEM, name="../../secret-key")


def test_an_archive_is_sent_on_the_page_and_its_regions_are_offered(
    cast: Cast, client: Browser, data: Path, gar: bytes
) -> None:
    client.force_login(cast.director)

    sent = client.post(UPLOAD, {"file": SimpleUploadedFile("gar.zip", gar)}, headers=HTMX)
    refused = client.post(UPLOAD, {"file": SimpleUploadedFile("x.zip", b"MZ")}, headers=HTMX)
    page = client.get(sent["HX-Redirect"]).content.decode()
    listed = client.get("/settings/addresses/").content.decode()
    dropped = client.post("/settings/addresses/drop/", {"name": "gar.zip"}, headers=HTMX)

    assert sent["HX-Redirect"] == "/settings/addresses/load/?name=gar.zip"
    assert (refused.status_code, dropped.status_code) == (422, 204)
    assert "В файле: 69" in page
    assert "gar.zip" in listed
    assert list(data.iterdir()) == []


def test_only_whoever_may_load_addresses_sends_files(cast: Cast, client: Browser, data: Path, gar: bytes) -> None:
    client.force_login(cast.stranger)

    answer = client.post(UPLOAD, {"file": SimpleUploadedFile("gar.zip", gar)})

    assert answer.status_code == 403
    with pytest.raises(Denied):
        commands.taken_in(cast.actor("stranger"), io.BytesIO(gar), "gar.zip")
    assert not data.exists() or list(data.iterdir()) == []
