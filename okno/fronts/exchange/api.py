"""The exchange over HTTP: the journal with outcomes, links, and the catalogue with the ids that 1C gave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import create_model

from okno.areas.catalog import commands as writing
from okno.areas.catalog import queries as catalog
from okno.areas.catalog.record import GROUP, ITEM, OFFER, PRICE_TYPE, WAREHOUSE
from okno.fronts.exchange import commands, queries
from okno.fronts.exchange.record import CONNECTION, LINK, OUTCOME, OUTGOING, PACKAGE, SESSION, WAITING
from okno.kit.api import record_router
from okno.kit.api.asking import Id, viewer
from okno.kit.api.giving import Giving
from okno.kit.api.problems import RESPONSES
from okno.kit.api.reading import MOST, Source
from okno.kit.api.records import Asked
from okno.kit.api.shapes import LARGEST_ID, item_of
from okno.kit.registry import Record

router = Router()
record_router(PACKAGE, queries.packages, path="/exchange/packages", router=router)
record_router(OUTCOME, queries.outcomes, path="/exchange/outcomes", router=router)
record_router(SESSION, queries.sessions, path="/exchange/sessions", router=router)
record_router(LINK, queries.links, path="/exchange/links", commands=[commands.settle], router=router)
record_router(OUTGOING, queries.outgoing, path="/exchange/orders", router=router)
record_router(WAITING, queries.waiting, path="/exchange/waiting", router=router)
record_router(
    CONNECTION,
    queries.connections,
    path="/exchange/connections",
    commands=[commands.accept_base, commands.allow_archive, commands.match, commands.send_again],
    router=router,
)
Giving(router, "catalog").post("/catalog/price-types/{id}/default", writing.set_default_price_type, on="price_type")
Giving(router, "exchange").post("/exchange/sessions/{id}/end", commands.end_session, on="session_id")


class ForeignId(Schema):
    """What a row is called in a base that exchanges with us."""

    connection: str
    id: str


class PriceItem(Schema):
    """A price of an offer by type, from a quantity on; exact numbers are text."""

    id: int
    offer: int
    price_type: int
    price_type_name: str
    value: str
    currency: str
    unit: str
    min_quantity: str
    offer_external_ids: list[ForeignId]
    price_type_external_ids: list[ForeignId]


class RestItem(Schema):
    """How much of an offer lies in a warehouse."""

    id: int
    offer: int
    warehouse: int
    warehouse_name: str
    quantity: str
    offer_external_ids: list[ForeignId]
    warehouse_external_ids: list[ForeignId]


class PricePage(Schema):
    """A page of prices; `next` is what to pass as `after`."""

    items: list[PriceItem]
    next: int | None


class RestPage(Schema):
    """A page of rests; `next` is what to pass as `after`."""

    items: list[RestItem]
    next: int | None


class Facts(Schema):
    """Parameters of a list of prices or rests."""

    offer: Annotated[int, Query(ge=1, le=LARGEST_ID)] | None = None
    after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50


def _offer_read(record: Record, query: Callable[..., QuerySet[Any]], path: str) -> None:
    """List and get of a record of the catalogue, each row with its foreign ids."""
    source, name = Source(record, query), path.strip("/").replace("/", "_").replace("-", "_")

    title = f"Catalogue{record.model.__name__}"
    item = create_model(title, __base__=item_of(record), external_ids=(list[ForeignId], []))
    page_of = create_model(f"{title}Page", __base__=Schema, items=(list[item], ...), next=(str | None, None))  # type: ignore[valid-type]

    def rows(request: HttpRequest, asked: Query[Asked]) -> Any:
        selection = source.select(viewer(request, record), where=asked.where, q=asked.q, sort=asked.sort)
        page = source.page(selection, asked.after, max(1, min(asked.limit, MOST)))
        _with_ids(record.name, page["items"])
        return page

    def row(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the name in addresses
        found = source.one(viewer(request, record), id)
        _with_ids(record.name, [found])
        return found

    for address, view, good, verb in ((path, rows, page_of, "list"), (f"{path}/{{id}}", row, item, "get")):
        router.add_api_operation(
            address, ["GET"], view, response={200: good, **RESPONSES}, operation_id=f"{name}_{verb}",
            summary=str(record.plural if verb == "list" else record.label), tags=["catalog"], exclude_unset=True,
        )  # fmt: skip


def _with_ids(record: str, rows: Sequence[dict[str, Any]]) -> None:
    found = queries.external_ids(record, [row["id"] for row in rows])
    for row in rows:
        row["external_ids"] = found.get(row["id"], [])


for _record, _query, _path in (
    (GROUP, catalog.groups, "/catalog/groups"),
    (ITEM, catalog.items, "/catalog/items"),
    (OFFER, catalog.offers, "/catalog/offers"),
    (PRICE_TYPE, catalog.price_types, "/catalog/price-types"),
    (WAREHOUSE, catalog.warehouses, "/catalog/warehouses"),
):
    _offer_read(_record, _query, _path)
record_router(
    ITEM,
    catalog.items,
    path="/catalog/items",
    create=writing.add_item,
    update=writing.update,
    commands=[writing.archive, writing.bring_back],
    router=router,
    is_read=False,
)
record_router(
    GROUP,
    catalog.groups,
    path="/catalog/groups",
    create=writing.add_group,
    update=writing.update_group,
    commands=[writing.archive_group, writing.bring_back_group],
    router=router,
    is_read=False,
)
record_router(
    PRICE_TYPE,
    catalog.price_types,
    path="/catalog/price-types",
    create=writing.add_price_type,
    update=writing.update_price_type,
    commands=[writing.archive_price_type, writing.bring_back_price_type],
    router=router,
    is_read=False,
)
record_router(
    WAREHOUSE,
    catalog.warehouses,
    path="/catalog/warehouses",
    update=writing.update_warehouse,
    router=router,
    is_read=False,
)


@router.get(
    "/catalog/prices",
    response={200: PricePage, **RESPONSES},
    operation_id="catalog_prices_list",
    tags=["catalog"],
)
def prices(request: HttpRequest, asked: Query[Facts]) -> Any:
    """Prices of offers by type."""
    page, after = _page(catalog.prices(viewer(request, OFFER), offer=asked.offer), asked)
    offers = queries.external_ids("catalog.offer", {one.offer_id for one in page})
    types = queries.external_ids("catalog.price_type", {one.price_type_id for one in page})
    items = [
        {
            "id": one.pk,
            "offer": one.offer_id,
            "price_type": one.price_type_id,
            "price_type_name": one.price_type.name,
            "value": _exact(one.value),
            "currency": one.currency,
            "unit": one.unit,
            "min_quantity": _exact(one.min_quantity),
            "offer_external_ids": offers.get(one.offer_id, []),
            "price_type_external_ids": types.get(one.price_type_id, []),
        }
        for one in page
    ]
    return {"items": items, "next": after}


@router.get(
    "/catalog/rests", response={200: RestPage, **RESPONSES}, operation_id="catalog_rests_list", tags=["catalog"]
)
def rests(request: HttpRequest, asked: Query[Facts]) -> Any:
    """How much of offers lies in warehouses; no row means unknown, not zero."""
    page, after = _page(catalog.rests(viewer(request, OFFER), offer=asked.offer), asked)
    offers = queries.external_ids("catalog.offer", {one.offer_id for one in page})
    places = queries.external_ids("catalog.warehouse", {one.warehouse_id for one in page})
    items = [
        {
            "id": one.pk,
            "offer": one.offer_id,
            "warehouse": one.warehouse_id,
            "warehouse_name": one.warehouse.name,
            "quantity": _exact(one.quantity),
            "offer_external_ids": offers.get(one.offer_id, []),
            "warehouse_external_ids": places.get(one.warehouse_id, []),
        }
        for one in page
    ]
    return {"items": items, "next": after}


def _page(rows: QuerySet[Any], asked: Facts) -> tuple[list[Any], int | None]:
    """The rows of a page, and after which the next one begins."""
    found = list(rows.filter(pk__gt=asked.after)[: asked.limit + 1])
    page = found[: asked.limit]
    return page, page[-1].pk if len(found) > len(page) else None


def _exact(number: Decimal) -> str:
    return format(number, "f")
