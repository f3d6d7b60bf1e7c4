"""Numbers of companies and accounts outside Russia: of tax and registration, IBAN, SWIFT."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _
from stdnum import bic as stdnum_bic
from stdnum import iban as stdnum_iban
from stdnum.by import unp as stdnum_unp
from stdnum.exceptions import ValidationError

from okno.kit.errors import Refused

BELARUS, KAZAKHSTAN = "BY", "KZ"
LONGEST = 40


def check_foreign_number(text: str, country: str = "") -> str:
    """
    Return a number that a company has where it is registered, without blanks; of Belarus (УНП) with its check digit
    looked at, of Kazakhstan (БИН, ИИН) its length, of other countries its signs only.

    :param country: the code by ISO 3166-1, empty when it is not known.
    :raises Refused: it has another form, or its check digit is wrong.
    """
    number = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[0-9A-ZА-Я][0-9A-ZА-Я./-]{2,39}", number):
        raise Refused("contacts.foreign", _("A number of another country has 3 to 40 letters and digits."))
    if country == BELARUS and not stdnum_unp.is_valid(number):
        raise Refused("contacts.unp", _("A tax number of Belarus has 9 characters; this one has a slip."))
    if country == KAZAKHSTAN and not re.fullmatch(r"\d{12}", number, re.ASCII):
        raise Refused("contacts.bin", _("A tax number of Kazakhstan has 12 digits."))
    return number


def foreign_key(country: str, number: str) -> str:
    """A number of another country as it is compared: `BY-100582333`; empty without the country or the number."""
    bare = re.sub(r"[^0-9A-ZА-Я]", "", number.upper())
    return f"{country}-{bare}" if country and bare else ""


def check_iban(text: str) -> str:
    """Return the IBAN without blanks. :raises Refused: a wrong length or wrong check digits (ISO 13616)."""
    try:
        return str(stdnum_iban.validate(text))
    except ValidationError as error:
        raise Refused("contacts.iban", _("This is no IBAN: its length or its check digits are wrong.")) from error


def check_swift(text: str) -> str:
    """Return the code of a bank, 8 or 11 signs. :raises Refused: it has another form (ISO 9362)."""
    try:
        return str(stdnum_bic.validate(text))
    except ValidationError as error:
        raise Refused("contacts.swift", _("A SWIFT code has 8 or 11 letters and digits: DEUTDEFF.")) from error
