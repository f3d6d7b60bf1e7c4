"""The printed invoice is read back from the PDF: what stands on which page, in the words of an accountant."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okno.areas.documents.parts.print.invoice import (
    BankDetails,
    InvoiceLine,
    InvoicePrint,
    Party,
    Signature,
    VatTotal,
    invoice_pages,
    invoice_pdf,
)
from okno.areas.documents.parts.print.payment_qr import payment_qr_svg, payment_qr_text
from okno.areas.documents.parts.print.wording import breakable, long_date, money, quantity
from okno.kit.errors import Refused

PAYMENT: dict[str, Any] = {
    "name": "ООО «Светлые окна»",
    "account": "40702810138250123017",
    "bank_name": "ПАО СБЕРБАНК, г. Москва",
    "bic": "044525225",
    "correspondent_account": "30101810400000000225",
}
LINE = InvoiceLine(
    name="Окно двухстворчатое",
    quantity=Decimal("3.000"),
    unit="шт",
    price=Decimal("1999.99"),
    discount=Decimal("300.00"),
    total=Decimal("5699.97"),
)
INVOICE = InvoicePrint(
    number="ОК-000123",
    date=date(2026, 11, 21),
    supplier=Party(name="ООО «Светлые окна»", inn="7701234567", kpp="770101001", address="г. Москва", phone="+7 495 1"),
    buyer=Party(name="АО «СМУ № 7»", inn="7812345678", kpp="781201001"),
    bank=BankDetails(
        account="40702810138250123017",
        bank_name="ПАО СБЕРБАНК, г. Москва",
        bic="044525225",
        correspondent_account="30101810400000000225",
    ),
    basis="Договор № 15",
    lines=(LINE,),
    total=Decimal("5699.97"),
    vat=(VatTotal(rate=Decimal("22.00"), amount=Decimal("1027.86")),),
    to_pay=Decimal("5699.97"),
    in_words="Пять тысяч шестьсот девяносто девять рублей 97 копеек",
    due_date=date(2026, 11, 28),
    comment="Счёт действителен 5 дней.",
    signatures=(Signature(post="Руководитель", name="Иванов И. И."), Signature(post="Бухгалтер", name="Петрова А. С.")),
)


def objects(pdf: bytes) -> dict[int, bytes]:
    return {int(found[1]): found[2] for found in re.finditer(rb"(\d+) 0 obj(.*?)endobj", pdf, re.DOTALL)}


def stream(body: bytes) -> bytes:
    return zlib.decompress(body.split(b"stream", 1)[1].rsplit(b"endstream", 1)[0].lstrip(b"\r\n"))


def letters(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"^<(\w{4})> <(\w+)>", cmap, re.MULTILINE)
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def strings(shown: bytes) -> bytes:
    r"""Bytes of all strings of one TJ operator: (literal, with \escapes and (balanced) brackets) or <hexadecimal>."""
    named = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    found, depth = bytearray(), 0
    for token in re.findall(rb"<[0-9A-F]+>|\\\d{3}|\\.|.", shown, re.DOTALL):
        if depth == 0:
            found += bytes.fromhex(token[1:-1].decode()) if token.startswith(b"<") else b""
            depth += token == b"("
        elif token.startswith(b"\\"):
            found += bytes([int(token[1:], 8)]) if token[1:].isdigit() else named.get(token[1:], token[1:])
        else:
            depth += (token == b"(") - (token == b")")
            found += token if depth else b""
    return bytes(found)


def page_texts(pdf: bytes) -> list[str]:
    """Text of each page in the order of its content; enough for what our typesetter writes, not for any PDF."""
    parts = objects(pdf)
    pages = [body for body in parts.values() if re.search(rb"/Type/Page\b", body)]
    return [_page_text(parts, body) for body in pages]


def _page_text(parts: dict[int, bytes], page: bytes) -> str:
    resources = parts[int(re.search(rb"/Resources (\d+)", page)[1])]  # type: ignore[index]
    fonts = {
        name: letters(stream(parts[int(re.search(rb"/ToUnicode (\d+)", parts[int(number)])[1])]))  # type: ignore[index]
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
    }
    content = stream(parts[int(re.search(rb"/Contents (\d+)", page)[1])])  # type: ignore[index]
    lines = []
    for font, shown in re.findall(rb"/(f\d+) [\d.]+ Tf[^(<\[]*(.*?)T[Jj]\s+ET", content, re.DOTALL):
        codes = strings(shown)
        lines.append("".join(fonts[font].get(code, "?") for (code,) in struct.iter_unpack(">H", codes)))
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")


def printed(invoice: InvoicePrint) -> str:
    return "\n".join(page_texts(invoice_pdf(invoice)))


def png(side: int = 8) -> bytes:
    rows = (b"\0" + b"\x20\x40\xc0" * side) * side

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_invoice_shows_all_that_an_accountant_looks_for():
    text = printed(INVOICE)

    assert text.split("\n")[:14] == [
        "ПАО СБЕРБАНК, г. Москва",
        "БИК",
        "044525225",
        "Банк получателя",
        "Сч. №",
        "30101810400000000225",
        "ИНН ",
        "7701234567",
        "КПП ",
        "770101001",
        "ООО «Светлые окна»",
        "Сч. №",
        "40702810138250123017",
        "Получатель",
    ]
    for expected in [
        "Счёт на оплату № ОК-000123 от 21 ноября 2026 г.",
        "ООО «Светлые окна», ИНН 7701234567, КПП 770101001, г. Москва, тел.: +7 495 1",
        "АО «СМУ № 7», ИНН 7812345678, КПП 781201001",
        "Договор № 15",
        "Товары (работы, услуги)",
        "Окно двухстворчатое\n3\nшт\n1 999,99\n300,00\n5 699,97",
        "В том числе НДС 22%:\n1 027,86",
        "Всего к оплате:\n5 699,97",
        "Всего наименований 1, на сумму 5 699,97 руб.",
        "Пять тысяч шестьсот девяносто девять рублей 97 копеек",
        "Оплатить не позднее 28 ноября 2026 г.",
        "Счёт действителен 5 дней.",
        "Руководитель\nИванов И. И.\nБухгалтер\nПетрова А. С.",
        "М. П.",
    ]:
        assert expected in text


def test_invoice_without_discounts_has_no_discount_column():
    assert "Скидка" in printed(INVOICE)
    assert "Скидка" not in printed(replace(INVOICE, lines=(replace(LINE, discount=Decimal(0)),)))


def test_invoice_without_vat_says_so():
    assert "Без НДС\n—" in printed(replace(INVOICE, vat=()))


def test_invoice_with_vat_on_top_adds_it_to_the_total():
    text = printed(replace(INVOICE, vat_on_top=True, to_pay=Decimal("6953.96")))

    assert "Итого:\n5 699,97\nСумма НДС 22%:\n1 027,86\nВсего к оплате:\n6 953,96" in text


def test_invoice_totals_are_given_for_each_vat_rate():
    two = (*INVOICE.vat, VatTotal(rate=Decimal(10), amount=Decimal("12.50")))

    assert "НДС 22%:\n1 027,86\nВ том числе НДС 10%:\n12,50" in printed(replace(INVOICE, vat=two))


def test_data_are_never_markup():
    evil = '#panic("x") *b* $x$ ] \\ "quoted" </script>'

    assert evil.replace(" ", "") in printed(replace(INVOICE, basis=evil)).replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("rows", range(20, 32))
def test_totals_are_never_alone_on_a_page(rows: int):
    last = page_texts(invoice_pdf(replace(INVOICE, lines=(LINE,) * rows)))[-1]

    assert last.count("Окно двухстворчатое") >= 2
    assert "Всего к оплате:" in last
    assert "Руководитель" in last


def test_every_page_has_the_header_of_the_rows_and_its_number():
    pages = page_texts(invoice_pdf(replace(INVOICE, lines=(LINE,) * 90)))

    assert len(pages) == 2
    for number, text in enumerate(pages, start=1):
        assert "Товары (работы, услуги)" in text
        assert f"Страница {number} из 2" in text


def test_a_single_page_has_no_number():
    assert "Страница" not in printed(INVOICE)


def test_invoice_of_a_thousand_rows_prints_them_all():
    text = printed(replace(INVOICE, lines=(LINE,) * 1000))

    assert text.count("Окно двухстворчатое") == 1000


def test_long_comment_flows_over_pages():
    text = printed(replace(INVOICE, comment="Условие поставки. " * 800))

    assert text.replace("\n", " ").count("Условие") == 800
    assert "Руководитель" in text


def test_stamp_and_facsimile_are_embedded():
    signed = replace(INVOICE, stamp=png(), signatures=(Signature(post="ИП", name="Богданов А. С.", facsimile=png(9)),))

    pdf = invoice_pdf(signed)

    assert pdf.count(b"/Subtype/Image") == 2
    assert "М. П." not in "\n".join(page_texts(pdf))


@pytest.mark.parametrize("content", [b"<svg/>", b"\x89PNG\r\n\x1a\nbroken"])
def test_stamp_that_is_no_picture_is_refused(content: bytes):
    with pytest.raises(Refused) as refused:
        invoice_pdf(replace(INVOICE, stamp=content))

    assert refused.value.code == "documents.print_image"


def test_invoice_pages_are_png_pictures():
    pages = invoice_pages(replace(INVOICE, lines=(LINE,) * 40))

    assert [page[:4] for page in pages] == [b"\x89PNG", b"\x89PNG"]


def test_fonts_are_embedded_and_come_from_the_form():
    assert set(re.findall(rb"/BaseFont/\w+\+([\w-]+)", invoice_pdf(INVOICE))) == {
        b"LiberationSans",
        b"LiberationSans-Bold",
    }


def test_payment_qr_text_follows_the_standard():
    text = payment_qr_text(
        **PAYMENT, inn="7701234567", kpp="770101001", purpose="Счёт № 5 от 21.11.2026", amount=Decimal("5699.97")
    )

    assert text == (
        "ST00012|Name=ООО «Светлые окна»|PersonalAcc=40702810138250123017|BankName=ПАО СБЕРБАНК, г. Москва"
        "|BIC=044525225|CorrespAcc=30101810400000000225|PayeeINN=7701234567|KPP=770101001"
        "|Purpose=Счёт № 5 от 21.11.2026|Sum=569997"
    )


def test_payment_qr_text_takes_a_separator_that_no_value_has():
    text = payment_qr_text(**PAYMENT, purpose="Окна | двери ~ 2026")

    assert text.startswith("ST00012#Name=")
    assert "#Purpose=Окна | двери ~ 2026" in text


def test_payment_qr_text_cuts_to_the_lengths_of_the_standard():
    text = payment_qr_text(**{**PAYMENT, "bank_name": "Б" * 60}, purpose="ц\n" * 200)

    fields = dict(field.split("=", 1) for field in text.split("|")[1:])
    assert len(fields["BankName"]) == 45
    assert len(fields["Purpose"]) == 209


def test_payment_qr_text_of_a_treasury_account_has_zero_for_the_correspondent_one():
    assert "|CorrespAcc=0" in payment_qr_text(**{**PAYMENT, "correspondent_account": ""})


@pytest.mark.parametrize("broken", [{"account": "123"}, {"bic": "04452522"}, {"name": ""}, {"bank_name": ""}])
def test_payment_qr_text_refuses_what_no_bank_would_take(broken: dict[str, str]):
    with pytest.raises(Refused):
        payment_qr_text(**{**PAYMENT, **broken})


def test_payment_qr_is_drawn_with_its_quiet_zone_and_printed_as_vectors():
    text = payment_qr_text(**PAYMENT, amount=Decimal(1))
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', payment_qr_svg(text))[1])  # type: ignore[index]

    pdf = invoice_pdf(replace(INVOICE, qr=text))

    assert (side - 8 - 17) % 4 == 0
    assert "код для оплаты" in "\n".join(page_texts(pdf))
    assert b"/Subtype/Image" not in pdf


def test_wording_of_numbers_and_dates():
    assert money(Decimal("1234567.5")) == "1\xa0234\xa0567,50"
    assert quantity(Decimal("1500.250")) == "1\xa0500,25"
    assert quantity(Decimal(100)) == "100"
    assert long_date(date(2026, 3, 8)) == "8\xa0марта\xa02026\xa0г."
    assert breakable("короткие слова") == "короткие слова"
    assert breakable("A" * 30).count("\N{ZERO WIDTH SPACE}") == 3
