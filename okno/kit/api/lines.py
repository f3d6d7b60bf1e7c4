"""Lines of goods and services as scripts send and read them; deals and invoices share them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any

import pydantic

from okno.kit.api.reading import plain
from okno.kit.api.shapes import Id, Input, Number

MOST_LINES = 500
Quantity = Annotated[Decimal, pydantic.Field(ge=Decimal("0.001"), le=Decimal(10) ** 9, decimal_places=3)]
Price = Annotated[Decimal, pydantic.Field(ge=0, le=Decimal(10) ** 9, decimal_places=2)]
Percent = Annotated[Decimal, pydantic.Field(ge=0, le=100, decimal_places=2)]


class NewLine(Input):
    """A line: what, how much, at which price per unit; discount in percent, VAT rate as `22`, `10`, `none`."""

    offer: Id | None = None
    name: str = pydantic.Field(min_length=1, max_length=500)
    unit: str = pydantic.Field("", max_length=50)
    quantity: Quantity = pydantic.Field(examples=["2"])
    price: Price = pydantic.Field(examples=["1999.99"])
    discount: Percent = Decimal(0)
    vat: str = pydantic.Field("", max_length=10, examples=["", "22", "none"])


class NewLines(Input):
    """All lines, in order: those that are there are replaced."""

    lines: list[NewLine] = pydantic.Field(max_length=MOST_LINES)


class Line(pydantic.BaseModel):
    """A line as it is kept; `total` is after the discount."""

    id: int
    offer: int | None
    name: str
    unit: str
    quantity: Number
    price: Number
    discount: Number
    vat: str
    total: Number


class Lines(pydantic.BaseModel):
    """Lines in order."""

    items: list[Line]


def shown(lines: Iterable[Any]) -> dict[str, Any]:
    """Stored lines of a deal or of an invoice."""
    return {"items": [_shown(one) for one in lines]}


def raw(lines: Iterable[NewLine]) -> list[dict[str, Any]]:
    """Lines as commands take them: numbers are texts, as in forms."""
    return [{name: plain(value) for name, value in one.model_dump().items()} for one in lines]


def _shown(line: Any) -> dict[str, Any]:
    return {
        "id": line.pk,
        "offer": line.offer_id,
        "name": line.name,
        "unit": line.unit,
        "quantity": plain(line.quantity),
        "price": plain(line.price),
        "discount": plain(line.discount),
        "vat": getattr(line, "vat_rate", None) or line.vat,
        "total": plain(line.total),
    }
