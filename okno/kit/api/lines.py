"""Lines of goods and services as scripts send and read them; deals and invoices share them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import pydantic
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from okno.kit.api.asking import Id, Key, actor_of, given, run, viewer
from okno.kit.api.problems import RESPONSES
from okno.kit.api.reading import check_reached, plain
from okno.kit.api.shapes import Id as RowId
from okno.kit.api.shapes import Input, Number
from okno.kit.commands import Command
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.registry import Record

MOST_LINES = 500
Quantity = Annotated[Decimal, pydantic.Field(ge=Decimal("0.001"), le=Decimal(10) ** 9, decimal_places=3)]
Price = Annotated[Decimal, pydantic.Field(ge=0, le=Decimal(10) ** 9, decimal_places=2)]
Percent = Annotated[Decimal, pydantic.Field(ge=0, le=100, decimal_places=2)]


class NewLine(Input):
    """
    A line: what, how much, at which price per unit; discount in percent, VAT rate as `22`, `10`, `none`. A line of an
    offer may leave out its name and price: the price is then the one that the client of the document gets.
    """

    offer: RowId | None = None
    name: str | None = pydantic.Field(None, min_length=1, max_length=500)
    unit: str = pydantic.Field("", max_length=50)
    quantity: Quantity = pydantic.Field(examples=["2"])
    price: Price | None = pydantic.Field(None, examples=["1999.99"])
    discount: Percent = Decimal(0)
    vat: str = pydantic.Field("", max_length=10, examples=["", "22", "none"])


class NewLines(Input):
    """All lines, in order: those that are there are replaced."""

    lines: list[NewLine] = pydantic.Field(max_length=MOST_LINES)


class Line(pydantic.BaseModel):
    """
    A line as it is kept; `total` is after the discount. `price_note` says so where the price is of another type than
    the document takes, or where VAT was added to it or taken out of it for the sums of the document.
    """

    id: int
    offer: int | None
    name: str
    unit: str
    quantity: Number
    price: Number
    discount: Number
    vat: str
    total: Number
    price_note: str


class Lines(pydantic.BaseModel):
    """Lines in order."""

    items: list[Line]


def shown(lines: Iterable[Any]) -> dict[str, Any]:
    """Stored lines of a deal or of an invoice."""
    return {"items": [_shown(one) for one in lines]}


def raw(lines: Iterable[NewLine]) -> list[dict[str, Any]]:
    """Lines as commands take them: numbers are texts, as in forms."""
    return [{name: plain(value) for name, value in one.model_dump().items()} for one in lines]


@dataclass(frozen=True, kw_only=True)
class LinesOf:
    """
    Lines of the rows of a record: `row(actor, id)` reads one, `lines(row)` its lines, `command` replaces them.

    `on` is the argument of the command that is the row; `offers(actor)` are those that lines may name.
    """

    record: Record
    row: Callable[[Actor, int], Any]
    lines: Callable[[Any], Iterable[Any]]
    command: Command[Any, Any]
    on: str
    offers: Callable[[Actor], QuerySet[Any]]

    def read(self, actor: Actor, row_id: int) -> dict[str, Any]:
        """The lines of a row, in order. :raises Missing: it is not there or out of reach."""
        found = self.row(actor, row_id)
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return shown(self.lines(found))

    def write(self, request: HttpRequest, row_id: int, body: NewLines, key: str) -> dict[str, Any]:
        """Replace the lines of a row. :raises Missing: the row or an offer is out of reach."""
        given(body)
        check_reached(self.offers(actor_of(request)), [one.offer for one in body.lines])
        return shown(self.lines(run(request, self.command, {self.on: row_id, "lines": raw(body.lines)}, key)))

    def add_to(self, router: Router, path: str, summary: str) -> None:
        """Put `GET` and `PUT` of `/deals/17/lines` on the shelf."""

        def lines(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the name in addresses
            return self.read(viewer(request, self.record), id)

        def set_lines(request: HttpRequest, body: NewLines, id: Id, key: Key = "") -> Any:  # noqa: A002 - as above
            return self.write(request, id, body, key)

        about = inspect.getdoc(self.command.function) or ""
        for method, view, title, description in (
            ("GET", lines, summary, summary),
            ("PUT", set_lines, str(self.command.label), about),
        ):
            router.add_api_operation(
                f"{path}/{{id}}/lines",
                [method],
                view,
                response={200: Lines, **RESPONSES},
                operation_id=f"{path.strip('/')}_{view.__name__}",
                summary=title,
                description=description,
                tags=[self.record.area],
            )


def _shown(line: Any) -> dict[str, Any]:
    return {
        "id": line.pk,
        "offer": line.offer_id,
        "name": line.name,
        "unit": line.unit,
        "quantity": plain(line.quantity),
        "price": plain(line.price),
        "discount": plain(line.discount),
        "vat": line.vat_rate,
        "total": plain(line.total),
        "price_note": line.price_note,
    }
