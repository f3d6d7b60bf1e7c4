"""Tests of files by content: on disk and in a strict S3 stand-in, names and kinds."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import os

import pytest

from okno.kit import files
from okno.kit.errors import Missing, Refused
from okno.kit.files.s3 import EMPTY, Credentials, S3Shelf, signed
from okno.kit.http import TransportError
from okno.kit.secrets import SecretText
from okno.kit.tests.fakes.s3 import FakeS3
from okno.kit.tests.fakes.web import serving

BODY = b"%PDF-1.7 the contract" * 50_000
KEY = hashlib.sha256(BODY).hexdigest()


def refusal(call, *args, **options) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **options)
    # The text must take its parameters, whatever the language.
    assert "%(" not in caught.value.message
    return caught.value.code


def leftovers(shelf) -> list[str]:
    return [path.name for path in shelf.unfinished.glob("*")]


@contextlib.contextmanager
def s3_shelf(tmp_path, **options):
    fake = FakeS3(access="AKID", secret="se+cr/et", region="ru-1", bucket="okno")
    with serving(fake.reply) as server:
        address = f"http://AKID:{options.get('secret', 'se%2Bcr%2Fet')}@127.0.0.1:{server.port}/okno/files?region=ru-1"
        yield fake, S3Shelf.from_url(address, unfinished=tmp_path / "unfinished", private=("127.0.0.1",))


@contextlib.contextmanager
def local_shelf(tmp_path, **_options):
    yield None, files.LocalShelf(tmp_path / "files")


on_both = pytest.mark.parametrize("shelf_of", [local_shelf, s3_shelf])
reaches_itself = pytest.mark.allow_hosts(["127.0.0.1"])


@on_both
@reaches_itself
def test_store_keeps_bytes_and_says_what_they_are(tmp_path, shelf_of):
    with shelf_of(tmp_path) as (_fake, shelf):
        stored = files.store(io.BytesIO(BODY), "C:\\Договор.pdf", on=shelf)
        with files.open_stored(stored.sha256, on=shelf) as kept:
            body = kept.read()

    assert stored == files.Stored(sha256=KEY, size=len(BODY), mime="application/pdf", name="Договор.pdf")
    assert body == BODY
    assert leftovers(shelf) == []


@on_both
@reaches_itself
def test_open_stored_is_missing_for_what_was_never_kept_or_deleted(tmp_path, shelf_of):
    with shelf_of(tmp_path) as (_fake, shelf):
        files.store(io.BytesIO(BODY), "a.pdf", on=shelf)
        files.delete_stored(KEY, on=shelf)
        files.delete_stored(KEY, on=shelf)
        for key in (KEY, "../../etc/passwd", "", "A" * 64):
            with pytest.raises(Missing):
                files.open_stored(key, on=shelf)


@on_both
@reaches_itself
def test_store_refuses_too_large_empty_and_leaves_nothing(tmp_path, shelf_of):
    with shelf_of(tmp_path) as (_fake, shelf):
        assert refusal(files.store, io.BytesIO(b"x" * 11), "a.txt", 10, on=shelf) == "files.too_large"
        assert refusal(files.store, io.BytesIO(b""), "a.txt", on=shelf) == "files.empty"
        assert refusal(files.store, io.BytesIO(b"MZ\x90"), "a.txt", on=shelf) == "files.program"

    assert leftovers(shelf) == []


def test_store_lays_files_out_by_key_and_keeps_equal_content_once(tmp_path):
    shelf = files.LocalShelf(tmp_path)
    files.store(io.BytesIO(BODY), "a.pdf", on=shelf)
    path = tmp_path / KEY[:2] / KEY[2:4] / KEY
    first = path.stat().st_ino

    files.store(io.BytesIO(BODY), "b.pdf", on=shelf)

    assert path.stat().st_ino == first
    assert [found.name for found in tmp_path.rglob("*") if found.is_file()] == [KEY]


def test_store_heals_a_file_that_a_crash_of_the_disk_cut(tmp_path):
    shelf = files.LocalShelf(tmp_path)
    files.store(io.BytesIO(BODY), "a.pdf", on=shelf)
    (tmp_path / KEY[:2] / KEY[2:4] / KEY).write_bytes(b"cut")

    files.store(io.BytesIO(BODY), "a.pdf", on=shelf)

    with files.open_stored(KEY, on=shelf) as kept:
        assert kept.read() == BODY


def test_store_knows_the_kind_even_when_bytes_come_one_by_one(tmp_path):
    class Slow(io.BytesIO):
        def read(self, _size=-1, /):
            return super().read(1)

    stored = files.store(Slow(BODY[:100]), "a", on=files.LocalShelf(tmp_path))

    assert (stored.mime, stored.size) == ("application/pdf", 100)


def test_store_leaves_nothing_when_the_sender_breaks_off(tmp_path):
    class Broken(io.BytesIO):
        def read(self, _size=-1, /):
            raise ConnectionResetError

    shelf = files.LocalShelf(tmp_path)

    with pytest.raises(ConnectionResetError):
        files.store(Broken(), "a.txt", on=shelf)
    assert leftovers(shelf) == []


def test_shelf_is_the_data_folder_unless_the_settings_name_a_storage(settings, tmp_path):
    settings.OKNO_DATA_DIR = tmp_path
    stored = files.store(io.BytesIO(BODY), "a.pdf")
    settings.OKNO_FILES_S3 = "https://key:secret@s3.example/bucket"

    assert (tmp_path / "files" / KEY[:2] / KEY[2:4] / KEY).stat().st_size == stored.size
    assert isinstance(files.shelf(), S3Shelf)


def test_clear_unfinished_removes_only_old_drafts(tmp_path):
    shelf = files.LocalShelf(tmp_path)
    shelf.unfinished.mkdir()
    for name, year in (("draft-old", 2020), ("draft-new", 2026)):
        path = shelf.unfinished / name
        path.write_bytes(b"")
        moment = dt.datetime(year, 1, 1, tzinfo=dt.UTC).timestamp()
        os.utime(path, (moment, moment))

    assert files.clear_unfinished(dt.datetime(2025, 1, 1, tzinfo=dt.UTC), on=shelf) == 1
    assert leftovers(shelf) == ["draft-new"]


@reaches_itself
def test_s3_uploads_equal_content_once_and_repeats_when_the_storage_is_busy(tmp_path):
    with s3_shelf(tmp_path) as (fake, shelf):
        fake.fail_next = 1
        files.store(io.BytesIO(BODY), "a.pdf", on=shelf)
        fake.objects = dict.fromkeys(fake.objects, BODY[:-1] + b"!")
        files.store(io.BytesIO(BODY), "a.pdf", on=shelf)

    assert fake.refused == []
    assert fake.objects == {f"/okno/files/{KEY[:2]}/{KEY[2:4]}/{KEY}": BODY[:-1] + b"!"}


@reaches_itself
def test_s3_does_not_give_out_content_that_was_changed(tmp_path):
    with s3_shelf(tmp_path) as (fake, shelf):
        files.store(io.BytesIO(BODY), "a.pdf", on=shelf)
        fake.objects = dict.fromkeys(fake.objects, b"changed")
        with pytest.raises(TransportError) as caught:
            files.open_stored(KEY, on=shelf)

    assert caught.value.permanent


@reaches_itself
def test_s3_with_a_wrong_secret_is_refused_by_the_storage(tmp_path):
    with s3_shelf(tmp_path, secret="wrong") as (fake, shelf), pytest.raises(TransportError) as caught:
        files.store(io.BytesIO(BODY), "a.pdf", on=shelf)

    assert (caught.value.status, caught.value.permanent) == (403, True)
    assert fake.objects == {}
    assert "SignatureDoesNotMatch" in fake.refused


# The examples of the Amazon S3 API Reference: same keys, same requests, same signatures.
EXAMPLE = Credentials(
    access_key="AKIAIOSFODNN7EXAMPLE",
    secret_key=SecretText("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    region="us-east-1",
)
EXAMPLE_AT = dt.datetime(2013, 5, 24, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("method", "path", "headers", "payload", "signature"),
    [
        (
            "GET",
            "/test.txt",
            {"Range": "bytes=0-9"},
            EMPTY,
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/test$file.text",
            {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
            "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET",
            "/?lifecycle",
            {},
            EMPTY,
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET",
            "/?max-keys=2&prefix=J",
            {},
            EMPTY,
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_signed_repeats_the_published_examples(method, path, headers, payload, signature):
    url = f"https://examplebucket.s3.amazonaws.com{path}"

    added = signed(method, url, headers, payload, credentials=EXAMPLE, at=EXAMPLE_AT)

    assert added["authorization"].endswith(f"Signature={signature}")


@pytest.mark.parametrize("address", ["ftp://a:b@host/bucket", "https://host/bucket", "https://a:b@host/", "okno"])
def test_an_s3_address_without_its_parts_is_refused(tmp_path, address):
    assert refusal(S3Shelf.from_url, address, unfinished=tmp_path) == "files.s3_address"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Договор №5.pdf", "Договор №5.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\счёт.xlsx", "счёт.xlsx"),
        ("a\x00b\nc.txt", "a b c.txt"),
        ("photo\u202egpj.exe", "photo gpj.exe"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("con.txt", "_con.txt"),
        (" .hidden. ", "hidden"),
        ("", "file"),
        ("..", "file"),
    ],
)
def test_safe_name_has_nothing_that_systems_or_people_trip_over(name, safe):
    assert files.safe_name(name) == safe


def test_safe_name_is_cut_by_bytes_and_keeps_its_extension():
    safe = files.safe_name("ж" * 300 + ".docx")

    assert len(safe.encode()) <= 200
    assert safe.endswith("ж.docx")


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"%PDF-1.7", "a.txt", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "a.exe", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBP", "a", "image/webp"),
        (b"PK\x03\x04", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04", "a.zip", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "application/vnd.ms-excel"),
        ("Привет".encode("cp1251"), "a.csv", "text/csv"),
        ("Привет".encode()[:-1], "a.txt", "text/plain"),
        (b"\xff\xfea\x00b\x00", "a.txt", "text/plain"),
        (b" <!-- x --> <!DOCTYPE html>", "a.txt", "text/html"),
        (b'<?xml version="1.0"?><svg onload="x">', "a.png", "image/svg+xml"),
        (b'<?xml version="1.0"?><a/>', "a.xml", "application/xml"),
        (b"\x00\x01\x02", "a.pdf", "application/octet-stream"),
        (b"#!/bin/sh", "a.txt", "application/x-executable"),
    ],
)
def test_kind_of_believes_the_bytes_more_than_the_name(head, name, kind):
    assert files.kind_of(head, name) == kind


@pytest.mark.parametrize("name", ["invoice.pdf.exe", "a.JS", "a.lnk", "photo\u202egpj.scr", "a.exe. "])
def test_store_refuses_what_computers_run_by_its_name(tmp_path, name):
    assert refusal(files.store, io.BytesIO(b"text"), name, on=files.LocalShelf(tmp_path)) == "files.program"


def test_only_harmless_kinds_are_shown_in_place():
    assert files.is_shown_inline("image/png")
    assert not files.is_shown_inline("image/svg+xml")
    assert not files.is_shown_inline("text/html")
