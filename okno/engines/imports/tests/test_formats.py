"""Formats: every table gives the same rows, whatever wrote it; a file that means harm gets a sentence."""

from __future__ import annotations

import datetime as dt
import resource
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from okno.engines.imports.parts import formats
from okno.engines.imports.parts.formats import BadFile, Broken, packages, recognise, strings, texts
from okno.engines.imports.tests import files
from tools.house import ROOT

ROWS = [["Наименование", "Телефон", "Город"], ["ООО «Ромашка»", "+7 495 123-45-67", "Москва"], ["Ёлка", "", "Орёл"]]
KLADR = ROOT.parent / "shared" / "samples" / "dbf-kladr"


def read(path: Path, **asked) -> list[list[Any]]:
    layout = recognise(path, path.name, **asked)
    return [line.cells for line in formats.rows(path, layout)]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251", "cp866", "koi8-r", "utf-16", "utf-16-le"])
def test_csv_is_read_in_every_encoding_and_delimiter(tmp_path, encoding, delimiter):
    rows = [[one.replace("«", '"').replace("»", '"') for one in row] for row in ROWS]
    assert read(files.csv_file(tmp_path, rows, encoding=encoding, delimiter=delimiter)) == rows


def test_csv_keeps_delimiters_and_line_ends_inside_quotes(tmp_path):
    rows = [["a", "b"], ["один; два", "три\nчетыре"], ['кавычка "тут"', "пять"]]
    assert read(files.csv_file(tmp_path, rows)) == rows


def test_empty_rows_keep_the_numbers_of_the_others(tmp_path):
    path = files.csv_file(tmp_path, [["a", "b"], ["", ""], ["1", "2"]])
    assert [line.number for line in formats.rows(path, formats.recognise(path, path.name))] == [1, 3]


def test_xlsx_keeps_numbers_days_and_truth(tmp_path):
    path = files.xlsx_file(tmp_path, [["ИНН", 7707083893, 12.5, True, dt.date(2026, 11, 21), "текст"]])
    assert read(path) == [["ИНН", 7707083893, Decimal("12.5"), True, dt.date(2026, 11, 21), "текст"]]


def test_xlsx_reads_another_sheet(tmp_path):
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Пусто")
        book.add_worksheet("Данные").write(2, 1, "тут")
        book.add_worksheet("Скрыто").hide()
    layout = formats.recognise(path, path.name, sheet="Данные")
    assert layout.sheets == ("Пусто", "Данные")
    assert list(formats.rows(path, layout)) == [(3, [None, "тут"])]


def test_xlsx_takes_results_of_formulas_and_tells_of_errors(tmp_path):
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=1+1", value=2)
        sheet.write_formula(0, 1, "=1/0", value="#DIV/0!")
    [[two, error]] = read(path)
    assert two == 2
    assert isinstance(error, Broken)
    assert "#DIV/0!" in error


def test_xlsx_of_many_texts_keeps_them_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(strings, "MOST_IN_MEMORY", 3)
    rows = [[f"текст {number}"] for number in range(20)]
    assert read(files.xlsx_file(tmp_path, rows)) == rows


def test_merged_cells_hold_their_value_once(tmp_path):
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "Прайс-лист")
        sheet.write_row(1, 0, ["a", "b", "c"])
    assert read(path) == [["Прайс-лист"], ["a", "b", "c"]]


def test_ods_is_read(tmp_path):
    assert read(files.ods_file(tmp_path, [["Имя", "Город"], ["Ёлка", "Орёл"]])) == [["Имя", "Город"], ["Ёлка", "Орёл"]]


@pytest.mark.parametrize(
    ("encoding", "mark"), [("cp866", 0x65), ("windows-1251", 0xC9), ("cp866", 0), ("windows-1251", 0)]
)
def test_dbf_is_read_without_deleted_rows(tmp_path, encoding, mark):
    path = files.dbf_file(
        tmp_path, ["NAME", "CITY"], [["ООО Ромашка", "Москва"], ["Береза", "Орел"]], encoding=encoding, mark=mark
    )
    assert read(path) == [["NAME", "CITY"], ["ООО Ромашка", "Москва"], ["Береза", "Орел"]]


def test_dbf_of_the_address_register_is_read():
    path = KLADR / "SOCRBASE.DBF"
    if not path.exists():
        pytest.skip("the sample files (../shared/samples) are not beside the checkout")
    rows = read(path)
    assert rows[0][:3] == ["LEVEL", "SCNAME", "SOCRNAME"]
    assert any("Автономный округ" in row for row in rows)


def test_dbf_that_is_cut_off_is_refused(tmp_path):
    path = files.dbf_file(tmp_path, ["NAME"], [["x"]] * 50, encoding="cp866", mark=0x65)
    path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(BadFile, match="51"):
        read(path)


CARD_COLUMNS = ("ФИО", "Организация", "Телефон контакта", "Другие телефоны контакта", "Факс", "Почта контакта")
VCARDS = """BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD=D0=BE=\r
=D0=B2;=D0=98=D0=B2=D0=B0=D0=BD\r\nTEL;CELL:8 916 123-45-67\r\nEND:VCARD\r
BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Петрова Мария\r\nORG:ООО «Ромашка»;Отдел\r\nitem1.EMAIL;TYPE=work:m@romashka.test\r
NOTE:первая\\nвторая\\, третья\r\n продолжение\r\nBDAY:1990-05-17\r\nEND:VCARD\r
BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Сидоров\r
TEL;VALUE=uri:tel:+7-495-000-00-00\r\nADR:;;Ленина 1;Орёл;;302000;Россия\r\nEND:VCARD\r\n"""


def test_vcards_of_three_versions_are_rows(tmp_path):
    path = tmp_path / "book.vcf"
    path.write_bytes(VCARDS.encode())
    header, ivanov, petrova, sidorov = read(path)
    column = header.index
    assert (ivanov[column("ФИО")], ivanov[column("Телефон контакта")]) == ("Иванов Иван", "8 916 123-45-67")
    assert petrova[column("Организация")] == "ООО «Ромашка», Отдел"
    assert petrova[column("Комментарий")] == "первая\nвторая, третьяпродолжение"
    assert petrova[column("День рождения")] == "17.05.1990"
    assert (sidorov[column("Телефон контакта")], sidorov[column("Город")]) == ("+7-495-000-00-00", "Орёл")


def card(tmp_path, *lines: str, encoding: str = "utf-8") -> dict[str, str]:
    """The only card of a file by its columns."""
    path = tmp_path / "one.vcf"
    path.write_bytes("\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]).encode(encoding))
    header, row = read(path)
    return dict(zip(header, [*row, *[""] * len(header)], strict=False))


def test_quoted_letters_of_an_old_phone_are_read_whatever_they_name(tmp_path):
    quoted = "".join(f"={one:02X}" for one in "Ёлкин;Семён".encode("windows-1251"))
    note = "".join(f"={one:02X}" for one in "Постоянный покупатель".encode("windows-1251"))
    named = card(tmp_path, "VERSION:2.1", f"N;CHARSET=WINDOWS-1251;ENCODING=QUOTED-PRINTABLE:{quoted}")
    guessed = card(tmp_path, "VERSION:2.1", "N:Elkin", f"NOTE;ENCODING=QUOTED-PRINTABLE:{note[:30]}=", note[30:])
    plain = card(tmp_path, "VERSION:2.1", "N:Ёлкин;Семён", "NOTE:Постоянный покупатель", encoding="windows-1251")
    assert (named["ФИО"], guessed["Комментарий"]) == ("Ёлкин Семён", "Постоянный покупатель")
    assert (plain["ФИО"], plain["Комментарий"]) == ("Ёлкин Семён", "Постоянный покупатель")


def test_phones_and_addresses_of_a_card_are_told_apart_by_their_types(tmp_path):
    found = card(
        tmp_path,
        "VERSION:3.0",
        "FN:Белова Анна",
        "ORG:ООО «Берёза»",
        "TEL;TYPE=WORK,VOICE:8 495 100-00-01",
        "TEL;TYPE=WORK;TYPE=FAX:8 495 100-00-02",
        "TEL;TYPE=CELL:8 916 100-00-03",
        'TEL;VALUE=uri;TYPE="voice,home";PREF=1:tel:+7-499-100-00-04;ext=12',
        "EMAIL;TYPE=HOME:anna@home.test",
        "EMAIL;TYPE=INTERNET,PREF:anna@bereza.test",
    )
    assert [found[name] for name in CARD_COLUMNS] == [
        "Белова Анна",
        "ООО «Берёза»",
        "+7-499-100-00-04 доб. 12",
        "8 916 100-00-03; 8 495 100-00-01",
        "8 495 100-00-02",
        "anna@bereza.test",
    ]
    assert found["Другая почта контакта"] == "anna@home.test"


def test_cards_of_companies_name_no_person(tmp_path):
    apple = card(tmp_path, "VERSION:3.0", "N:;;;;", "FN:Склад №1", "ORG:Склад №1;", "X-ABShowAs:COMPANY")
    newer = card(tmp_path, "VERSION:4.0", "KIND:org", "FN:ООО «Дуб»")
    assert [(one["ФИО"], one["Организация"]) for one in (apple, newer)] == [("", "Склад №1"), ("", "ООО «Дуб»")]


def test_pictures_of_cards_are_left_out_and_said_so(tmp_path):
    pixels = [f" {'A' * 75}"] * 30_000
    found = card(
        tmp_path, "VERSION:2.1", "N:Белова;Анна", "PHOTO;ENCODING=BASE64;TYPE=JPEG:/9j/4A", *pixels, "", "TEL:12"
    )
    assert (found["ФИО"], found["Телефон контакта"]) == ("Белова Анна", "12")
    assert recognise(tmp_path / "one.vcf", "one.vcf").left_out == ("pictures",)
    assert card(tmp_path, "VERSION:3.0", "FN:Без фото")["ФИО"] == "Без фото"
    assert recognise(tmp_path / "one.vcf", "one.vcf").left_out == ()


def test_pasted_rows_are_parted_by_tabs(tmp_path):
    path = tmp_path / "pasted.txt"
    path.write_text('Имя\tГород\n"Ёлка\nи палка"\tОрёл, Брянск\n', encoding="utf-8")
    assert read(path, is_pasted=True) == [["Имя", "Город"], ["Ёлка\nи палка", "Орёл, Брянск"]]


HOSTILE = {
    "empty": b"",
    "blank": b" \n \n",
    "binary": bytes(range(256)) * 40,
    "png": b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
    "zip without a table": None,
    "truncated xlsx": None,
    "unclosed quote": b'a;b\n"1;' + b"x" * 200_000,
    "one endless line": b"x" * (5 << 20),
    "not that xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000,
}


def hostile(folder: Path, name: str) -> Path:
    path = folder / "hostile.bin"
    if name == "zip without a table":
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("readme.txt", "x")
    elif name == "truncated xlsx":
        whole = files.xlsx_file(folder, ROWS * 500).read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    else:
        path.write_bytes(HOSTILE[name])
    return path


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_gets_a_sentence(tmp_path, name):
    with pytest.raises(BadFile) as refusal:
        read(hostile(tmp_path, name))
    assert len(str(refusal.value)) > 5


@pytest.mark.parametrize("bad", [2, 3, 40, 5_000])
def test_a_letter_of_another_encoding_names_its_own_row(tmp_path, bad):
    path = tmp_path / "mixed.csv"
    lines = [f"ООО «Клиент {number}»;Орёл\n".encode() for number in range(1, 6_000)]
    lines[bad - 1] = "ООО «Тверь»;Тверь\n".encode("windows-1251")
    path.write_bytes(b"".join(lines))
    with pytest.raises(BadFile) as refused:
        read(path)
    assert refused.value.params["row"] == bad


def test_wrong_encoding_names_the_row(tmp_path):
    path = files.csv_file(tmp_path, [["a", "b"]] * 20_000 + [["Ж", "Ы"]], encoding="windows-1251")
    with pytest.raises(BadFile, match="utf-8"):
        list(formats.rows(path, formats.Layout(kind="csv", encoding="utf-8", delimiter=";")))


LATIN = b"name;city\n" + b"Romashka;Moscow\n" * 20_000


@pytest.mark.parametrize("encoding", ["windows-1251", "cp866", "koi8-r"])
def test_encoding_is_told_by_words_though_one_letter_stands_in_every_row(tmp_path, encoding):
    rows = [["Наименование", "Телефон"], *([f"К{number}", "84951234567"] for number in range(2_000))]
    assert read(files.csv_file(tmp_path, rows, encoding=encoding))[0] == rows[0]


def test_xls_is_read(tmp_path):
    rows = [["Наименование", "ИНН"], ["ООО «Ромашка»", "7707083893"]]
    assert read(files.xls_file(tmp_path, rows)) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "cp866", "koi8-r"])
def test_encoding_is_told_by_letters_that_come_late(tmp_path, encoding):
    path = tmp_path / "late.csv"
    path.write_bytes(LATIN + "Ромашка и Лютик;Санкт-Петербург\n".encode(encoding))
    assert len(LATIN) > texts.SAMPLE
    assert read(path)[-1] == ["Ромашка и Лютик", "Санкт-Петербург"]


@pytest.mark.parametrize("head", [b"", LATIN], ids=["at once", "late"])
def test_one_row_in_another_encoding_does_not_spoil_the_others(tmp_path, head):
    path = tmp_path / "mixed.csv"
    path.write_bytes(head + "Ромашка;Москва\n".encode() * 20 + "Лютик;Тверь\n".encode("windows-1251"))
    with pytest.raises(BadFile) as told:
        read(path)
    assert told.value.code == "imports.encoding"


@pytest.mark.parametrize("encoding", ["windows-1251", "cp866", "koi8-r"])
def test_a_row_of_utf_8_among_others_is_told_by_its_number(tmp_path, encoding):
    path = tmp_path / "mixed.csv"
    path.write_bytes("Ромашка;Москва\n".encode(encoding) * 30_000 + "Лютик;Тверь\n".encode())
    with pytest.raises(BadFile) as told:
        read(path)
    assert (told.value.code, told.value.params["row"]) == ("imports.mixed", 30_001)


def test_bomb_is_not_unfolded(tmp_path):
    with pytest.raises(BadFile, match=r"unfolds|развора"):
        read(files.bomb(tmp_path))


def test_sheet_damaged_in_the_middle_is_told(tmp_path):
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c><v>1'
    with pytest.raises(BadFile):
        read(files.raw_sheet(tmp_path, sheet))


def test_package_without_a_part_that_it_names_is_told(tmp_path):
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(BadFile):
        read(path)


def test_fault_of_our_own_while_a_package_is_open_is_no_damage_of_the_file(tmp_path):
    path = files.xlsx_file(tmp_path, ROWS)
    with (
        pytest.raises(KeyError, match="ours"),
        packages.opened(path) as package,
        packages.part(package, "xl/workbook.xml"),
    ):
        raise KeyError("ours")


def test_row_of_endless_cells_is_refused(tmp_path):
    cells = "<c><v>1</v></c>" * 20_000
    sheet = f'<worksheet xmlns="http://x"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    with pytest.raises(BadFile, match="500"):
        read(files.raw_sheet(tmp_path, sheet))


def test_entities_of_a_sheet_are_not_followed(tmp_path):
    sheet = (
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet xmlns="http://x"><sheetData><row r="1">'
        '<c t="inlineStr"><is><t>a&e;</t></is></c></row></sheetData></worksheet>'
    )
    assert "root" not in str(read(files.raw_sheet(tmp_path, sheet)))


def test_three_hundred_columns_are_read(tmp_path):
    rows = [[f"Колонка {number}" for number in range(300)], ["x"] * 300]
    assert read(files.csv_file(tmp_path, rows)) == rows


def test_ods_that_repeats_rows_without_end_is_refused_in_bounded_memory(tmp_path):
    path = files.ods_file(tmp_path, [["x" * 100] * 5], repeat=2_000_000_000)
    with pytest.raises(BadFile):
        read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 << 20


OTHERS = {
    "PDF": b"%PDF-1.7\n1 0 obj",
    "RTF": b"{\\rtf1\\ansi Table}",
    "веб-страница": "\ufeff\n<html><table><tr><td>Имя</td></tr></table>".encode(),
    "веб-страница с объявлением": b'<?xml version="1.0"?>\n<html xmlns="x"><table/></html>',
    "XML": '<?xml version="1.0"?><КоммерческаяИнформация/>'.encode(),
    "JSON": b'[\n {"name": "x"}]',
}


@pytest.mark.parametrize("kind", OTHERS)
def test_text_that_is_no_table_says_what_it_is(tmp_path, kind):
    path = tmp_path / "report.xls"
    path.write_bytes(OTHERS[kind])

    with pytest.raises(BadFile) as refusal:
        formats.recognise(path, path.name)

    assert refusal.value.code == "imports.no_table"


@pytest.mark.parametrize("text", ["{имя};{город}\nА;Б\n", "[имя];[город]\nА;Б\n", "<имя>;<город>\nА;Б\n"])
def test_brackets_in_names_of_columns_are_no_other_kind(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")

    assert formats.recognise(path, path.name).kind == "csv"
