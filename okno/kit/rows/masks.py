"""Values of which only the end is shown: fields that are masked for whoever looks."""

from __future__ import annotations

from typing import Any

from okno.kit.contacts import mask_email, mask_phone
from okno.kit.kinds import Kind

STARS = "***"
SHOWN = 4


def masked_text(kind: Kind, value: Any) -> str:
    """The end of a value, by its kind; nothing of a value too short to keep a secret."""
    text = "" if value is None else str(value)
    if not text:
        return ""
    if kind is Kind.PHONE:
        return mask_phone(text)
    if kind is Kind.EMAIL:
        return mask_email(text)
    return f"{STARS}{text[-SHOWN:]}" if len(text) > 2 * SHOWN else STARS
