"""What is said of clients who are registered outside Russia. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from okno.kit import contacts
from okno.kit.errors import Refused

# What only those have who are no residents.
FOREIGN = ("country", "tax_number", "reg_number", "iban", "swift")
NUMBERS = ("tax_number", "reg_number")


def checked_residence(told: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """
    Numbers of another country among the values, checked; whoever has any of them is no resident, told so or not.

    :param known: what stands on the card already.
    :raises Refused: a number has another form, or somebody with a country or a number abroad is called a resident.
    """
    whole = {**known, **told}
    found: dict[str, Any] = {
        key: _number(key, str(told[key] or ""), str(whole.get("country") or "")) for key in NUMBERS if key in told
    }
    has_foreign = any(str({**whole, **found}.get(key) or "").strip() for key in FOREIGN)
    if not has_foreign:
        return found
    if "is_nonresident" in told and not told["is_nonresident"] and known.get("is_nonresident"):
        raise Refused(
            "clients.resident",
            _("A country or a number abroad is filled in: clear them first, residents of Russia have none."),
            missing=["is_nonresident"],
        )
    return {**found, "is_nonresident": True}


def _number(key: str, text: str, country: str) -> str:
    if not text.strip():
        return ""
    try:
        # A number of a register has no check digit that everybody agrees on.
        return contacts.check_foreign_number(text, country if key == "tax_number" else "")
    except Refused as refusal:
        raise Refused(refusal.code, "%(text)s", text=refusal.message, missing=[key]) from refusal
