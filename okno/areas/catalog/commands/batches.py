"""Batches from other systems: what is new is made, what differs is changed, what is equal is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy
from psycopg import sql
from psycopg.types.json import Jsonb

from okno.areas.catalog.models import Group, Item, Offer, Picture, PriceType, Property, Warehouse
from okno.kit import live
from okno.kit.commands import command
from okno.kit.permissions import Actor

KINDS: dict[str, type[models.Model]] = {
    "group": Group,
    "item": Item,
    "offer": Offer,
    "price_type": PriceType,
    "warehouse": Warehouse,
    "property": Property,
}
# Values that are merged into what is there: a package tells some of the properties, never all of them.
MERGED = frozenset({"properties", "details"})
CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"


@dataclass(frozen=True, repr=False)
class Batch:
    """Rows of a batch; in the journal it is only counted, since the changes tell the values."""

    rows: list[Any]

    def __repr__(self) -> str:
        return f"{len(self.rows)} rows"


@command("catalog.take_in_batch", told_as=gettext_lazy("Take goods in"))
def take_in_batch(*, actor: Actor, kind: str, batch: Batch) -> list[tuple[int, str]]:
    """
    Make or change rows of one kind (group, item, offer, price_type, warehouse, property).

    :param batch: pairs (id or None for a new row, values by column); values left out stay as they are.
    :return: for each pair the id of its row and what became of it: created, updated or unchanged.
    """
    model = KINDS[kind]
    wanted = [row_id for row_id, _values in batch.rows if row_id is not None]
    known = {row.pk: row for row in model._default_manager.select_for_update().filter(pk__in=wanted).order_by("pk")}
    fresh = iter(_insert(model, [values for row_id, values in batch.rows if row_id not in known]))
    changed = {
        row_id: known[row_id] for row_id, values in batch.rows if row_id in known and _set(known[row_id], values)
    }
    if changed:
        columns = sorted({name for _row_id, values in batch.rows for name in values})
        model._default_manager.bulk_create(
            changed.values(),
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[_field(one) for one in columns],
        )
    if kind == "group":
        draw_paths()
    live.tell_topic(f"catalog.{kind}")
    return [
        (row_id, UPDATED if row_id in changed else UNCHANGED) if row_id in known else (next(fresh), CREATED)
        for row_id, _values in batch.rows
    ]


def _field(column: str) -> str:
    return column.removesuffix("_id")


def _set(row: Any, values: dict[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    is_changed = False
    for name, value in values.items():
        before = getattr(row, name)
        after = {**before, **value} if name in MERGED else value
        if before != after:
            setattr(row, name, after)
            is_changed = True
    return is_changed


def _insert(model: type[models.Model], rows: list[dict[str, Any]]) -> list[int]:
    """
    Insert rows by one statement with an array for each column, and give their ids in the order of the rows.

    The ORM writes a placeholder for each value, which costs more than everything else in an import.
    """
    if not rows:
        return []
    columns = [
        one for one in model._meta.concrete_fields if not one.primary_key and one.db_default is models.NOT_PROVIDED
    ]
    values = [[_stored(column, row) for row in rows] for column in columns]
    with connection.cursor() as cursor:
        statement = sql.SQL("insert into {} ({}) select * from unnest({}) returning uid, id").format(
            sql.Identifier(model._meta.db_table),
            sql.SQL(", ").join(sql.Identifier(one.column) for one in columns),
            sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(_type(one))) for one in columns),
        )
        cursor.execute(statement, values)
        ids = dict(cursor.fetchall())
    uids = values[next(place for place, one in enumerate(columns) if one.name == "uid")]
    return [int(ids[uid]) for uid in uids]


def _stored(column: Any, row: dict[str, Any]) -> Any:
    value = row[column.attname] if column.attname in row else column.get_default()
    return Jsonb(value) if isinstance(column, models.JSONField) else value


def _type(column: Any) -> str:
    """The database type without its length: longer texts are cut before, and say so when they are not."""
    return str(column.db_type(connection)).partition("(")[0]


def draw_paths() -> None:
    """Paths of groups from their parents; a group whose parents go in a circle keeps the path it has."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive tree as (
                select id, '/' || id || '/' as path from catalog_group where parent_id is null
                union all
                select child.id, tree.path || child.id || '/'
                from catalog_group child join tree on child.parent_id = tree.id
            )
            update catalog_group set path = left(tree.path, 255) from tree
            where tree.id = catalog_group.id and catalog_group.path <> left(tree.path, 255)
            """
        )


@command("catalog.take_prices", told_as=gettext_lazy("Take prices in"))
def take_prices(*, actor: Actor, batch: Batch) -> set[int]:
    """
    Set prices of offers; those of other types and quantities stay.

    :param batch: tuples (offer id, price type id, from quantity, price, currency, unit, coefficient).
    :return: ids of the offers whose prices have changed.
    """
    latest = {row[:3]: row for row in batch.rows}
    if not latest:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into catalog_price as held
                (offer_id, price_type_id, min_quantity, value, currency, unit, coefficient)
            select * from unnest(%s::bigint[], %s::bigint[], %s::numeric[], %s::numeric[], %s::text[], %s::text[],
                                 %s::numeric[])
            on conflict (offer_id, price_type_id, min_quantity) do update
            set value = excluded.value, currency = excluded.currency, unit = excluded.unit,
                coefficient = excluded.coefficient
            where (held.value, held.currency, held.unit, held.coefficient)
                is distinct from (excluded.value, excluded.currency, excluded.unit, excluded.coefficient)
            returning offer_id
            """,
            _columns(latest.values(), 7),
        )
        return {int(row[0]) for row in cursor.fetchall()}


@command("catalog.take_rests", told_as=gettext_lazy("Take stock in"))
def take_rests(*, actor: Actor, totals: Batch, places: Batch) -> set[int]:
    """
    Set how much of offers there is, in all and by warehouse; warehouses that are not told stay.

    :param totals: pairs (offer id, quantity in all).
    :param places: tuples (offer id, warehouse id, quantity).
    :return: ids of the offers whose rests have changed.
    """
    changed = _set_totals(dict(totals.rows))
    latest = {row[:2]: row for row in places.rows}
    if not latest:
        return changed
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into catalog_rest as held (offer_id, warehouse_id, quantity)
            select * from unnest(%s::bigint[], %s::bigint[], %s::numeric[])
            on conflict (offer_id, warehouse_id) do update set quantity = excluded.quantity
            where held.quantity is distinct from excluded.quantity returning offer_id
            """,
            _columns(latest.values(), 3),
        )
        return changed | {int(row[0]) for row in cursor.fetchall()}


def _set_totals(totals: dict[int, Decimal]) -> set[int]:
    if not totals:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update catalog_offer set rest = told.quantity
            from unnest(%s::bigint[], %s::numeric[]) as told (id, quantity)
            where catalog_offer.id = told.id and catalog_offer.rest is distinct from told.quantity
            returning catalog_offer.id
            """,
            _columns(totals.items(), 2),
        )
        return {int(row[0]) for row in cursor.fetchall()}


def _columns(rows: Any, width: int) -> list[list[Any]]:
    listed = list(rows)
    return [[row[at] for row in listed] for at in range(width)]


@command("catalog.take_pictures", told_as=gettext_lazy("Take pictures of goods in"))
def take_pictures(*, actor: Actor, batch: Batch) -> int:
    """
    Keep pictures of items: the same content under the same path changes nothing.

    :param batch: tuples (item id, path, SHA-256 or empty while the file has not come, mime, caption, position).
    :return: how many pictures are new or changed.
    """
    latest = {row[:2]: row for row in batch.rows}
    if not latest:
        return 0
    fields = ["sha256", "mime", "text", "position"]
    held = {(one.item_id, one.path): one for one in Picture.objects.filter(item_id__in={key[0] for key in latest})}
    fresh = []
    for item_id, path, sha256, mime, text, position in latest.values():
        before = held.get((item_id, path))
        content = (sha256, mime) if sha256 or before is None else (before.sha256, before.mime)
        values = (*content, text, position)
        if before is None or tuple(getattr(before, name) for name in fields) != values:
            fresh.append(Picture(item_id=item_id, path=path, **dict(zip(fields, values, strict=True))))
    Picture.objects.bulk_create(fresh, update_conflicts=True, unique_fields=["item", "path"], update_fields=fields)
    return len(fresh)


@command("catalog.name_units", told_as=gettext_lazy("Name units of goods"))
def name_units(*, actor: Actor, names: dict[str, str]) -> int:
    """Give names of units, by their codes, to items that have only the code. Returns how many items got one."""
    named = 0
    for code, name in names.items():
        named += Item.objects.filter(unit_code=code, unit="").update(unit=name[:50])
    return named


@command("catalog.archive_lost", told_as=gettext_lazy("Mark goods that a full package lacks"))
def archive_lost(*, actor: Actor, items: Batch, offers: Batch) -> int:
    """Mark for deletion items and offers, by ids, that a full package lacks. Returns how many were marked."""
    marked = Item.objects.filter(pk__in=items.rows, is_deleted=False).update(is_deleted=True)
    return marked + Offer.objects.filter(pk__in=offers.rows, is_deleted=False).update(is_deleted=True)
