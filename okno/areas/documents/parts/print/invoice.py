"""The form «Счёт на оплату»: what it needs to be printed, in the order in which an accountant reads it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from okno.areas.documents.parts.print.payment_qr import payment_qr_svg
from okno.areas.documents.parts.print.typesetting import render_pages, render_pdf
from okno.areas.documents.parts.print.wording import breakable, long_date, money, quantity

FORM = "invoice"


@dataclass(frozen=True, kw_only=True)
class BankDetails:
    """Where to pay: the block that stands first on the form."""

    account: str
    bank_name: str
    bic: str
    correspondent_account: str = ""


@dataclass(frozen=True, kw_only=True)
class Party:
    """Supplier or buyer as the form names it: one line of name, ИНН, КПП, address and phone."""

    name: str
    inn: str = ""
    kpp: str = ""
    address: str = ""
    phone: str = ""

    def line(self) -> str:
        numbers = [f"ИНН {self.inn}" if self.inn else "", f"КПП {self.kpp}" if self.kpp else ""]
        phone = f"тел.: {self.phone}" if self.phone else ""
        return ", ".join(part for part in (self.name, *numbers, self.address, phone) if part)


@dataclass(frozen=True, kw_only=True)
class InvoiceLine:
    """One row; `discount` is money taken off the row, `total` is after it."""

    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    total: Decimal
    discount: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class VatTotal:
    """VAT of all rows of one rate: `rate` in percent."""

    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signs: `facsimile` is a PNG or JPEG of the signature, printed over the line."""

    post: str
    name: str
    facsimile: bytes = b""


@dataclass(frozen=True, kw_only=True)
class InvoicePrint:
    """
    All that the form shows; nothing is counted here, so that paper and database cannot differ.

    `total` is the sum of the rows, `to_pay` what the client pays: they differ when VAT is on top of the prices.
    An empty `vat` prints «Без НДС». `qr` is the text of `payment_qr_text`, empty for no code.
    """

    number: str
    date: dt.date
    supplier: Party
    buyer: Party
    bank: BankDetails
    lines: tuple[InvoiceLine, ...]
    total: Decimal
    to_pay: Decimal
    in_words: str
    vat: tuple[VatTotal, ...] = ()
    vat_on_top: bool = False
    basis: str = ""
    due_date: dt.date | None = None
    comment: str = ""
    currency: str = "руб."
    signatures: tuple[Signature, ...] = ()
    stamp: bytes = b""
    qr: str = ""

    def to_json(self) -> dict[str, Any]:
        """What the form is told: texts only, sums and dates written out."""
        return {
            "number": self.number,
            "date": long_date(self.date),
            "supplier": {"name": self.supplier.name, "inn": self.supplier.inn, "kpp": self.supplier.kpp},
            "supplier_line": breakable(self.supplier.line()),
            "buyer_line": breakable(self.buyer.line()),
            "bank": {
                "name": self.bank.bank_name,
                "bic": self.bank.bic,
                "account": self.bank.account,
                "correspondent_account": self.bank.correspondent_account,
            },
            "basis": breakable(self.basis),
            "has_discount": any(line.discount for line in self.lines),
            "lines": [_row(line) for line in self.lines],
            "count": len(self.lines),
            "total": money(self.total),
            "vat": [{"rate": quantity(vat.rate), "amount": money(vat.amount)} for vat in self.vat],
            "vat_on_top": self.vat_on_top,
            "to_pay": money(self.to_pay),
            "in_words": self.in_words,
            "due_date": long_date(self.due_date) if self.due_date else "",
            "comment": breakable(self.comment),
            "currency": self.currency,
            "signatures": [{"post": signature.post, "name": signature.name} for signature in self.signatures],
            "qr": payment_qr_svg(self.qr) if self.qr else "",
        }

    def images(self) -> dict[str, bytes]:
        """Pictures by the name under which the form looks for them."""
        facsimiles = {f"facsimile-{place}": signature.facsimile for place, signature in enumerate(self.signatures)}
        return {name: content for name, content in {"stamp": self.stamp, **facsimiles}.items() if content}


def invoice_pdf(invoice: InvoicePrint) -> bytes:
    """
    Print the invoice on A4.

    :raises Refused: the stamp or a facsimile is not a picture that can be printed.
    """
    return render_pdf(FORM, invoice.to_json(), invoice.images())


def invoice_pages(invoice: InvoicePrint, *, dots_per_inch: float = 110) -> list[bytes]:
    """
    Show the invoice as PNG pictures, a page each.

    :raises Refused: as `invoice_pdf`.
    """
    return render_pages(FORM, invoice.to_json(), invoice.images(), dots_per_inch=dots_per_inch)


def _row(line: InvoiceLine) -> dict[str, str]:
    return {
        "name": breakable(line.name),
        "quantity": quantity(line.quantity),
        "unit": breakable(line.unit),
        "price": money(line.price),
        "discount": money(line.discount) if line.discount else "",
        "total": money(line.total),
    }
