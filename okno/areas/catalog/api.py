"""Rules of prices over HTTP; goods themselves are told by the exchange, with the ids that 1C gave."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from okno.areas.catalog import commands, queries
from okno.areas.catalog.record import PRICE_TYPE
from okno.kit import permissions, reached
from okno.kit.api.asking import Id, viewer
from okno.kit.api.giving import Giving
from okno.kit.api.problems import RESPONSES
from okno.kit.api.shapes import Id as RowId
from okno.kit.api.shapes import Input
from okno.kit.money import LARGEST_QUANTITY

router = Router()
giving = Giving(router, "catalog")
giving.put("/catalog/price-types/{id}/rule", commands.set_price_rule, on="price_type")
giving.delete("/catalog/price-types/{id}/rule", commands.drop_price_rule, on="price_type")
giving.put("/catalog/price-rules/order", commands.order_price_rules)


class NewPrice(Input):
    """A price of a type from a quantity on; the currency is by default that of the type."""

    price_type: RowId
    value: Annotated[Decimal, pydantic.Field(ge=0, lt=queries.LARGEST_PRICE, decimal_places=4, examples=["1999.99"])]
    currency: str = pydantic.Field("", max_length=3, examples=["", "USD"])
    min_quantity: Annotated[Decimal, pydantic.Field(ge=0, lt=LARGEST_QUANTITY, decimal_places=3)] = Decimal(0)


giving.put(
    "/catalog/offers/{id}/prices",
    commands.set_prices,
    on="offer",
    typed={"prices": Annotated[list[NewPrice], pydantic.Field(max_length=500)]},
)


class PriceRule(Schema):
    """Who gets prices of a type."""

    price_type: int
    name: str
    condition: Any = pydantic.Field(description=str(_("A condition as JSON, see docs/conditions.md.")))
    is_broken: bool


class ClientPrices(Schema):
    """Which prices a client gets: null where there are none; why in words, empty where no type has a rule."""

    price_type: int | None
    name: str
    why: str


@router.get(
    "/catalog/price-rules",
    response={200: list[PriceRule], **RESPONSES},
    operation_id="catalog_price_rules",
    summary=_("Rules of prices"),
    tags=["catalog"],
)
def price_rules(request: HttpRequest) -> Any:
    """Rules of prices in the order in which they are asked; for those who may set them."""
    permissions.check_may(viewer(request, PRICE_TYPE), commands.set_price_rule.name)
    return [
        {"price_type": one.pk, "name": one.name, "condition": one.condition, "is_broken": not queries.is_sound(one)}
        for one in queries.price_rules()
    ]


@router.get(
    "/catalog/clients/{id}/prices",
    response={200: ClientPrices, **RESPONSES},
    operation_id="catalog_client_prices",
    summary=_("Which prices a client gets"),
    tags=["catalog"],
)
def client_prices(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the name in addresses
    """The type of prices that new lines of a client take, and why."""
    actor = viewer(request, queries.customers())
    reached.check(actor, queries.customers().name, id)
    found = queries.prices_for(id)
    kind = found.price_type
    told = queries.told_prices(actor, found)
    return {"price_type": kind.pk if kind else None, "name": kind.name if kind else "", "why": told}
