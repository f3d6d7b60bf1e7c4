"""Cells of a file as contact data and requisites: what spreadsheets do to them is undone."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from okno.areas.clients.rules.cards import check_name
from okno.kit import contacts
from okno.kit.errors import Refused
from okno.kit.importing import Cell, Several

LONGEST_ADDRESS = 500
_BETWEEN = re.compile(r"[\n;,]+|\s/\s|(?<=\d)/(?=\+?\d)")


def name_cell(cell: Cell) -> str:
    """A name without blanks around and inside. :raises Refused: there is none."""
    return check_name(" ".join(str(cell).split()))


def inn_cell(cell: Cell) -> str:
    """An INN; a zero that the spreadsheet has cut off is put back. :raises Refused: the check digits are wrong."""
    digits = _digits(cell)
    if len(digits) in {9, 11} and contacts.is_inn(f"0{digits}"):
        return f"0{digits}"
    return contacts.check_inn(digits)


def kpp_cell(cell: Cell) -> str:
    """A KPP; a zero that was cut off is put back. :raises Refused: it has another form."""
    text = _digits(cell)
    return contacts.check_kpp(f"0{text}" if len(text) == 8 else text)


def bic_cell(cell: Cell) -> str:
    """A BIC; all of them begin with a zero that spreadsheets cut off. :raises Refused: it has another form."""
    text = _digits(cell)
    return contacts.check_bik(f"0{text}" if len(text) == 8 else text)


def ogrn_cell(cell: Cell) -> str:
    """An OGRN or OGRNIP. :raises Refused: a wrong length or a wrong check digit."""
    return contacts.check_ogrn(_digits(cell))


def account_cell(cell: Cell) -> str:
    """
    A bank account of twenty digits.

    :raises Refused: another length; a number of a spreadsheet keeps fifteen digits only and is refused too.
    """
    text = re.sub(r"[\s.\-]", "", str(cell))
    if not re.fullmatch(r"\d{20}", text):
        raise Refused(
            "clients.account_cell",
            _("A bank account has 20 digits: in the spreadsheet its column must be text, not a number."),
        )
    return text


def phones_cell(cell: Cell) -> Several:
    """The first phone of a cell and all of them. :raises Refused: one of them is none."""
    return Several(_first_and_all("phone", "phones", _parts(cell), _phone))


def emails_cell(cell: Cell) -> Several:
    """The first mail address of a cell and all of them. :raises Refused: one of them is none."""
    return Several(_first_and_all("email", "emails", _parts(cell), _email))


def more_phones_cell(cell: Cell) -> Several:
    """Phones besides the main one. :raises Refused: one of them is none."""
    return Several({"phones": [_phone(one) for one in _parts(cell)]})


def more_emails_cell(cell: Cell) -> Several:
    """Mail addresses besides the main one. :raises Refused: one of them is none."""
    return Several({"emails": [_email(one) for one in _parts(cell)]})


def addresses_cell(cell: Cell) -> list[str]:
    """
    Addresses of a cell, a line or a semicolon between them: a comma stands inside of one.

    :raises Refused: one of them is longer than an address can be.
    """
    found = list(dict.fromkeys(" ".join(one.split()) for one in re.split(r"[\n;]+", str(cell)) if one.strip()))
    if any(len(one) > LONGEST_ADDRESS for one in found):
        raise Refused("imports.too_long", _("Longer than %(most)s signs."), most=LONGEST_ADDRESS)
    return found


def _first_and_all(one: str, many: str, parts: list[str], read: Callable[[str], str]) -> dict[str, object]:
    values = list(dict.fromkeys(read(part) for part in parts))
    return {one: values[0] if values else "", many: values}


def _parts(cell: Cell) -> list[str]:
    text = str(cell)
    # An extension after a comma belongs to its phone: «8 495 123-45-67, доб. 12».
    joined = re.sub(r"[,;]\s*(?=(доб|вн|ext))", " ", text, flags=re.IGNORECASE)
    return [part.strip() for part in _BETWEEN.split(joined) if part.strip()]


def _phone(text: str) -> str:
    phone = contacts.normal_phone(text)
    if phone is None:
        raise Refused("clients.bad_phone", _("“%(text)s” is not a phone number."), text=text[:100])
    return contacts.phone_display(phone.number, phone.extension)


def _email(text: str) -> str:
    address = contacts.normal_email(text)
    if address is None:
        raise Refused("clients.bad_email", _("“%(text)s” is not a mail address."), text=text[:100])
    return contacts.email_display(address)


def _digits(cell: Cell) -> str:
    return re.sub(r"\s|\u00a0", "", str(cell))


def foreign_cell(cell: Cell) -> str:
    """A number of another country. :raises Refused: it has another form."""
    return contacts.check_foreign_number(_digits(cell))


def iban_cell(cell: Cell) -> str:
    """An IBAN. :raises Refused: a wrong length or wrong check digits."""
    return contacts.check_iban(str(cell))


def swift_cell(cell: Cell) -> str:
    """A SWIFT code. :raises Refused: it has another form."""
    return contacts.check_swift(str(cell))
