"""The inbox: parts, repetitions, archives and bad names."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from okno.fronts.exchange.parts.commerceml.found import CatalogueStart
from okno.fronts.exchange.parts.commerceml.reader import read
from okno.fronts.exchange.parts.inbox.archives import Limits, is_whole
from okno.fronts.exchange.parts.inbox.box import Inbox
from okno.fronts.exchange.parts.inbox.names import safe_name
from okno.kit.errors import Refused

XML = (
    '<?xml version="1.0" encoding="UTF-8"?><КоммерческаяИнформация><Каталог><Ид>1</Ид>'
    + "".join(f"<Наименование>Каталог {number}</Наименование>" for number in range(200))
    + "</Каталог></КоммерческаяИнформация>\n"
).encode()


@pytest.fixture
def inbox(tmp_path):
    return Inbox(tmp_path / "inbox")


def send(inbox, name, *parts):
    for part in parts:
        inbox.receive(name, io.BytesIO(part))


def thirds(data):
    step = len(data) // 3
    return data[:step], data[step : 2 * step], data[2 * step :]


def packed(files, compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def content(inbox, name):
    with inbox.open_xml(name) as stream:
        return stream.read()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("import.xml", "import.xml"),
        ("import_files/ab/picture.jpg", "import_files/ab/picture.jpg"),
        ("import_files\\ab\\picture.jpg", "import_files/ab/picture.jpg"),
        ("webdata/000000003/import_files/ab/picture.jpg", "import_files/ab/picture.jpg"),
        ("webdata/import.xml", "import.xml"),
        ("/var/www/upload/1c_catalog/webdata/000000001/offers.xml", "offers.xml"),
        ("upload/1c_exchange/orders.xml", "orders.xml"),
        ("C:\\Users\\1c\\Temp\\v8_3B\\import_files\\ab\\picture.jpg", "import_files/ab/picture.jpg"),
        ("C:\\Users\\1c\\Temp\\v8_3B8F_3e.zip", "v8_3B8F_3e.zip"),
        ("/tmp/import.xml", "import.xml"),
        ("./goods/1/import___1.xml", "goods/1/import___1.xml"),
        ("Прайс-лист.pdf", "Прайс-лист.pdf"),
    ],
)
def test_safe_name_keeps_the_path_inside_the_exchange(raw, expected):
    assert safe_name(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "", "/", ".", "..", "../import.xml", "import_files/../../etc/passwd", "..\\..\\x.xml", "C:..\\x.xml",
        "webdata/../x.xml", "a/ .. /x.xml", "import\x00.xml", "import\n.xml", "x.xml:stream", "x" * 2000,
    ],
)  # fmt: skip
def test_safe_name_refuses_what_climbs_out(raw):
    with pytest.raises(Refused) as refused:
        safe_name(raw)
    assert refused.value.code == "exchange.bad_name"


@pytest.mark.parametrize("raw", ["shell.php", "import_files/a.PHTML", "x.exe", ".htaccess", "x.php. .", "run.sh"])
def test_safe_name_refuses_programs(raw):
    with pytest.raises(Refused) as refused:
        safe_name(raw)
    assert refused.value.code == "exchange.executable_name"


def test_parts_of_one_name_are_put_together(inbox):
    send(inbox, "import.xml", *thirds(XML))

    assert content(inbox, "import.xml") == XML


def test_file_is_complete_when_its_root_ends(inbox):
    first, second, third = thirds(XML)
    send(inbox, "import.xml", first, second)
    before = inbox.is_complete("import.xml")
    send(inbox, "import.xml", third)

    assert (before, inbox.is_complete("import.xml")) == (False, True)


def test_file_that_never_came_is_not_complete(inbox):
    assert inbox.is_complete("import.xml") is False


@pytest.mark.parametrize("tail", [b"", b"\n\n", b"<!-- end -->\n"])
def test_what_may_follow_the_root_does_not_matter(inbox, tail):
    send(inbox, "import.xml", XML + tail)

    assert inbox.is_complete("import.xml")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_end_is_found_in_any_encoding(inbox, encoding):
    text = XML.decode().replace("UTF-8", "windows-1251")
    send(inbox, "import.xml", text.encode(encoding))
    send(inbox, "half.xml", text[:-10].encode(encoding))

    assert (inbox.is_complete("import.xml"), inbox.is_complete("half.xml")) == (True, False)


@pytest.mark.parametrize("repeated", [[0], [1], [2], [0, 2], [0, 1, 2], [1, 1]])
def test_repeated_parts_are_dropped(inbox, repeated):
    for number, part in enumerate(thirds(XML)):
        send(inbox, "import.xml", *[part] * (1 + repeated.count(number)))

    assert content(inbox, "import.xml") == XML


@pytest.mark.parametrize("repeated", [0, 1, 2])
def test_repeated_parts_of_an_archive_are_dropped(inbox, repeated):
    for number, part in enumerate(thirds(packed({"import.xml": XML, "a.jpg": bytes(range(256)) * 20}, 0))):
        send(inbox, "v8.zip", *[part] * (2 if number == repeated else 1))

    assert content(inbox, "import.xml") == XML


def test_equal_parts_stay_when_the_file_is_whole_with_them(inbox):
    rows = "<Ид>1</Ид>" * 100
    send(inbox, "x.xml", "<Каталог>".encode(), rows.encode(), rows.encode(), "</Каталог>".encode())

    assert content(inbox, "x.xml").count("<Ид>".encode()) == 200


def test_file_that_begins_in_the_middle_is_refused_by_the_reader(inbox):
    first, second, third = thirds(XML)
    send(inbox, "import.xml", second, first, third)

    with inbox.open_xml("import.xml") as stream, pytest.raises(Refused):
        list(read(stream))


def test_swapped_parts_are_refused(inbox):
    first, second, third = thirds(XML)
    send(inbox, "import.xml", first, third, second)

    with pytest.raises(Refused) as refused:
        inbox.open_xml("import.xml")
    assert refused.value.code == "exchange.incomplete_file"


def test_swapped_parts_of_an_archive_are_refused(inbox):
    first, second, third = thirds(packed({"import.xml": XML}))
    send(inbox, "v8.zip", first, third, second)

    with pytest.raises(Refused) as refused:
        inbox.open_xml("import.xml")
    assert refused.value.code == "exchange.incomplete_file"
    assert refused.value.params["name"] == "v8.zip"


@pytest.mark.parametrize("kept", [10, 200, -1, -30])
def test_truncated_archive_is_refused(inbox, kept):
    send(inbox, "v8.zip", packed({"import.xml": XML, "a.jpg": b"x" * 500})[:kept])

    with pytest.raises(Refused) as refused:
        inbox.open_xml("import.xml")
    assert refused.value.code == "exchange.incomplete_file"


def test_truncated_file_is_refused(inbox):
    send(inbox, "import.xml", XML[:-40])

    with pytest.raises(Refused) as refused:
        inbox.open_xml("import.xml")
    assert refused.value.params == {"name": "import.xml", "size": len(XML) - 40, "parts": 1}


def test_upload_after_an_import_begins_the_file_anew(inbox):
    send(inbox, "orders.xml", b"<a>1</a>")
    inbox.seal("orders.xml")
    send(inbox, "orders.xml", b"<a>2</a>")

    assert content(inbox, "orders.xml") == b"<a>2</a>"


def test_file_inside_an_archive_is_found_by_its_own_name(inbox):
    send(inbox, "v8_3B8F_3e.zip", packed({"webdata/goods/1/import.xml": XML, "import_files/ab/a.jpg": b"jpeg"}))

    with inbox.open_xml("import.xml") as stream:
        assert any(isinstance(one.object, CatalogueStart) for one in read(stream))
    picture = inbox.picture("import_files/ab/a.jpg")
    assert picture is not None
    assert picture.read_bytes() == b"jpeg"


def test_archive_with_one_xml_may_be_named_itself(inbox):
    send(inbox, "v8.zip", packed({"import.xml": XML}))

    assert content(inbox, "v8.zip") == XML


def test_next_archive_of_a_session_brings_the_next_file_of_the_same_name(inbox):
    send(inbox, "v8_1.zip", packed({"import.xml": b"<a>1</a>"}))
    first = content(inbox, "import.xml")
    inbox.seal("import.xml")
    send(inbox, "v8_2.zip", packed({"import.xml": b"<a>2</a>"}))

    assert (first, content(inbox, "import.xml")) == (b"<a>1</a>", b"<a>2</a>")


def test_imported_file_may_be_asked_for_again(inbox):
    send(inbox, "v8_1.zip", packed({"import.xml": XML}))
    inbox.unpack_all()
    inbox.seal("import.xml")

    assert content(inbox, "import.xml") == XML


def test_unpacking_goes_in_steps(inbox):
    send(inbox, "v8.zip", packed({f"import_files/{number}.jpg": b"x" for number in range(5)}))

    steps = [inbox.unpack("v8.zip", at_most=2) for _step in range(3)]

    assert [(one.done, one.total, one.is_finished) for one in steps] == [(2, 5, False), (4, 5, False), (5, 5, True)]


def test_names_in_cp866_and_utf8_without_the_flag_are_read(inbox):
    for number, encoding in enumerate(["cp866", "utf-8"]):
        raw = "Прайс.xml".encode(encoding)
        data = packed({"x" * len(raw): XML}, 0).replace(b"x" * len(raw), raw)
        send(inbox, f"{number}.zip", data)
        inbox.unpack(f"{number}.zip")
        assert content(inbox, "Прайс.xml") == XML


@pytest.mark.parametrize("name", ["../import.xml", "a/../../import.xml", "..\\import.xml"])
def test_archive_that_climbs_out_is_refused_and_writes_nothing(inbox, tmp_path, name):
    send(inbox, "v8.zip", packed({"good.xml": XML, name: XML}))
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(Refused) as refused:
        inbox.open_xml("good.xml")

    assert refused.value.code == "exchange.bad_name"
    assert sorted(tmp_path.rglob("*")) == before


def test_programs_in_an_archive_are_left_out_and_told(inbox):
    send(inbox, "v8.zip", packed({"import.xml": XML, "shell.php": b"<?php"}))

    unpacked = inbox.unpack("v8.zip")

    assert [(name, refusal.code) for name, refusal in unpacked.refused] == [("shell.php", "exchange.executable_name")]
    assert (unpacked.is_finished, sorted(inbox.entries)) == (True, ["import.xml", "v8.zip"])


def test_link_in_an_archive_is_left_out(inbox):
    link = zipfile.ZipInfo("import.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    send(inbox, "v8.zip", packed({link: b"/etc/passwd"}))

    assert [refusal.code for _name, refusal in inbox.unpack("v8.zip").refused] == ["exchange.link_in_zip"]


def test_zip_bomb_is_refused(inbox):
    send(inbox, "v8.zip", packed({"import.xml": b" " * (20 * 1024**2)}))

    with pytest.raises(Refused) as refused:
        inbox.open_xml("import.xml")
    assert refused.value.code == "exchange.zip_bomb"


def test_archive_too_large_for_the_inbox_is_refused(tmp_path):
    inbox = Inbox(tmp_path, Limits(total_bytes=30_000))
    send(inbox, "v8.zip", packed({f"{number}.jpg": bytes(range(250)) * 40 for number in range(4)}))

    with pytest.raises(Refused) as refused:
        inbox.unpack("v8.zip")
    assert refused.value.code == "exchange.zip_bomb"


def test_encrypted_archive_is_refused(inbox):
    data = bytearray(packed({"import.xml": XML}))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    data[6] |= 1
    send(inbox, "v8.zip", bytes(data))

    with pytest.raises(Refused):
        inbox.open_xml("import.xml")


def test_full_inbox_refuses_and_keeps_the_file(tmp_path):
    inbox = Inbox(tmp_path, Limits(total_bytes=100))
    send(inbox, "a.xml", b"<a>" + b"1" * 50)

    with pytest.raises(Refused) as refused:
        send(inbox, "a.xml", b"2" * 60)
    send(inbox, "a.xml", b"</a>")

    assert refused.value.code == "exchange.inbox_full"
    assert content(inbox, "a.xml") == b"<a>" + b"1" * 50 + b"</a>"


def test_files_outlive_the_process_and_killed_uploads_leave_no_trace(inbox):
    first, second, third = thirds(XML)
    send(inbox, "import.xml", first)
    stored = inbox.path(inbox.entries["import.xml"])
    stored.write_bytes(stored.read_bytes() + second[:17])
    index = inbox.folder / "index.jsonl"
    index.write_bytes(index.read_bytes() + b'{"name": "import.xml", "stor')

    again = Inbox(inbox.folder)
    send(again, "import.xml", second, third)

    assert content(Inbox(inbox.folder), "import.xml") == XML


def test_background_import_and_uploads_do_not_lose_each_others_notes(inbox):
    send(inbox, "v8.zip", packed({"import.xml": XML}))
    worker = Inbox(inbox.folder)
    send(inbox, "import_files/a.jpg", b"jpeg")
    worker.unpack_all()
    send(inbox, "import_files/b.jpg", b"jpeg")

    assert sorted(Inbox(inbox.folder).entries) == ["import.xml", "import_files/a.jpg", "import_files/b.jpg", "v8.zip"]


def test_empty_inbox_forgets_everything(inbox):
    send(inbox, "import.xml", XML)
    inbox.empty()

    assert (inbox.find("import.xml"), inbox.size, list(inbox.folder.iterdir())) == (None, 0, [])


def test_two_files_of_one_name_in_different_folders_need_the_full_name(inbox):
    send(inbox, "goods/1/import.xml", XML)
    send(inbox, "goods/2/import.xml", XML)

    with pytest.raises(Refused) as refused:
        inbox.find("import.xml")
    assert refused.value.code == "exchange.ambiguous_file"
    assert inbox.find("goods/2/import.xml") is not None


def test_missing_picture_is_no_error(inbox):
    assert inbox.picture("import_files/no.jpg") is None


def test_missing_file_is_refused_by_name(inbox):
    with pytest.raises(Refused) as refused:
        inbox.open_xml("offers.xml")
    assert (refused.value.code, refused.value.params) == ("exchange.no_file", {"name": "offers.xml"})


def test_stored_names_say_nothing(inbox):
    send(inbox, "import_files/ab/a.jpg", b"jpeg")

    assert not [path for path in inbox.folder.rglob("*") if "a.jpg" in path.name]


def test_trouble_with_the_disk_is_not_told_as_a_broken_archive(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        is_whole(tmp_path, Limits())
