"""Numbers of the tax office and of banks, with the check digits that Russian law gives them."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError
from stdnum.ru import inn as stdnum_inn
from stdnum.ru import ogrn as stdnum_ogrn

from okno.kit.errors import Refused

_TREASURY = "0"


def is_inn(text: str) -> bool:
    """Tell whether these are ten or twelve digits whose check digits are right."""
    digits = _tidy(text)
    return bool(re.fullmatch(r"\d{10}|\d{12}", digits, re.ASCII)) and stdnum_inn.is_valid(digits) and any(
        digit != "0" for digit in digits
    )  # fmt: skip


def check_inn(text: str) -> str:
    """
    Return the ИНН without spaces: ten digits of a company or twelve of a person.

    :raises Refused: a wrong length, something else than digits, or wrong check digits.
    """
    digits = _tidy(text)
    if not re.fullmatch(r"\d{10}|\d{12}", digits, re.ASCII):
        raise Refused("contacts.inn", _("INN has 10 digits for a company and 12 for a person."))
    if not is_inn(digits):
        raise Refused("contacts.inn_digits", _("INN %(inn)s has a wrong check digit: look for a slip."), inn=digits)
    return digits


def check_kpp(text: str) -> str:
    """
    Return the КПП: the tax office (4 digits), the reason (2 digits or Latin letters), the number (3 digits).

    :raises Refused: it has another form.
    """
    kpp = _tidy(text).upper()
    if not re.fullmatch(r"\d{4}[0-9A-Z]{2}\d{3}", kpp, re.ASCII):
        raise Refused("contacts.kpp", _("KPP has 9 characters: 4 digits, 2 digits or letters, 3 digits."))
    return kpp


def check_ogrn(text: str) -> str:
    """
    Return the ОГРН (13 digits) or ОГРНИП (15 digits).

    :raises Refused: a wrong length or a wrong check digit.
    """
    digits = _tidy(text)
    try:
        if not re.fullmatch(r"\d{13}|\d{15}", digits, re.ASCII):
            raise Refused("contacts.ogrn", _("OGRN has 13 digits for a company and 15 for an entrepreneur."))
        stdnum_ogrn.validate(digits)
    except ValidationError as error:
        raise Refused("contacts.ogrn_digits", _("OGRN %(ogrn)s has a wrong check digit."), ogrn=digits) from error
    return digits


def check_bik(text: str) -> str:
    """
    Return the БИК of a bank or of the Treasury: nine digits of which the first is 0.

    :raises Refused: it has another form.
    """
    digits = _tidy(text)
    if not re.fullmatch(r"0\d{8}", digits, re.ASCII):
        raise Refused("contacts.bik", _("BIK has 9 digits and begins with 0."))
    return digits


def check_account(text: str, bik: str) -> str:
    """
    Return the bank account (20 digits) whose check digit agrees with the БИК.

    Treasury accounts (begin with 0) have no public check digit and are taken by form; accounts kept in
    settlement centres (БИК ends in 000-002) are counted like correspondent ones.

    :raises Refused: a wrong length, or it does not belong to this bank.
    """
    account, bik = _account(text), check_bik(bik)
    centre = bik[-3:] in {"000", "001", "002"}
    if not account.startswith(_TREASURY) and not _agrees(account, _centre(bik) if centre else bik[-3:]):
        raise _not_of_bank(account, bik)
    return account


def check_correspondent_account(text: str, bik: str) -> str:
    """
    Return the correspondent account (301…) of the bank, or the single treasury account (40102…).

    :raises Refused: a wrong length, or it does not belong to this bank.
    """
    account, bik = _account(text), check_bik(bik)
    if not account.startswith(("301", "40102")) or not _agrees(account, _centre(bik)):
        raise _not_of_bank(account, bik)
    return account


def _account(text: str) -> str:
    digits = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"\d{20}", digits, re.ASCII):
        raise Refused("contacts.account", _("A bank account has 20 digits."))
    return digits


def _centre(bik: str) -> str:
    return "0" + bik[4:6]


def _agrees(account: str, prefix: str) -> bool:
    """Check the key by the order of the Bank of Russia 515 of 08.09.1997: weights 7, 1, 3, last digits sum to 0."""
    digits = [int(digit) for digit in prefix + account]
    return sum(digit * (7, 1, 3)[place % 3] for place, digit in enumerate(digits)) % 10 == 0


def _not_of_bank(account: str, bik: str) -> Refused:
    return Refused(
        "contacts.account_bank",
        _("Account %(account)s does not belong to the bank with BIK %(bik)s: look for a slip in either."),
        account=account,
        bik=bik,
    )


def _tidy(text: str) -> str:
    return re.sub(r"\s", "", text)
