"""Payment QR codes of ГОСТ Р 56042-2014: a bank's app reads the payee, the purpose and the sum from the paper."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import segno
from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused

SIGN = "ST0001"
UTF8 = "2"
SEPARATORS = "|~#^;_{}!$%&*+@"
LENGTHS = {"Name": 160, "PersonalAcc": 20, "BankName": 45, "BIC": 9, "CorrespAcc": 20}
MORE_LENGTHS = {"PayeeINN": 12, "KPP": 9, "Purpose": 210, "Sum": 18, "PayerINN": 12, "DocNo": 15, "DocDate": 10}


def payment_qr_text(
    *,
    name: str,
    account: str,
    bank_name: str,
    bic: str,
    correspondent_account: str = "",
    inn: str = "",
    kpp: str = "",
    purpose: str = "",
    amount: Decimal | None = None,
    payer_inn: str = "",
) -> str:
    """
    Write the payment as ГОСТ Р 56042-2014 asks: sign, version, code of UTF-8, then the five obligatory fields in
    their order, then the rest; the sum is in kopecks. Fields longer than the standard allows are cut.

    The character after the sign separates the fields: it is `|` unless a value has one, then the next that none has.

    :raises Refused: no account of 20 digits, no БИК of 9 digits, no name of the payee or of its bank.
    """
    if not re.fullmatch(r"\d{20}", account) or not re.fullmatch(r"\d{9}", bic) or not name or not bank_name:
        raise Refused(
            "documents.payment_qr",
            _("A payment QR code needs the payee, an account of 20 digits, the bank and its BIC of 9 digits."),
        )
    obligatory = {
        "Name": name,
        "PersonalAcc": account,
        "BankName": bank_name,
        "BIC": bic,
        # "0" stands for a bank without a correspondent account: a branch of the Bank of Russia
        "CorrespAcc": correspondent_account or "0",
    }
    more = {"PayeeINN": inn, "KPP": kpp, "Purpose": purpose, "Sum": _kopecks(amount), "PayerINN": payer_inn}
    fields = [f"{key}={_value(text, LENGTHS[key])}" for key, text in obligatory.items()]
    fields += [f"{key}={_value(text, MORE_LENGTHS[key])}" for key, text in more.items() if text]
    separator = _separator(fields)
    return SIGN + UTF8 + separator + separator.join(fields)


def payment_qr_svg(text: str) -> str:
    """Draw the code as an SVG picture: middle error correction, as the standard advises for paper, quiet zone of 4."""
    code = segno.make_qr(text, error="m", encoding="utf-8", boost_error=False)
    return str(code.svg_inline(border=4, omitsize=True))


def _kopecks(amount: Decimal | None) -> str:
    if not amount:
        return ""
    return str(int((amount * 100).to_integral_value(ROUND_HALF_UP)))


def _value(text: str, length: int) -> str:
    return " ".join(text.split())[:length].rstrip()


def _separator(fields: Iterable[str]) -> str:
    used = set("".join(fields))
    for candidate in SEPARATORS:
        if candidate not in used:
            return candidate
    raise Refused("documents.payment_qr", _("The payment details use every character that could separate them."))
