"""A list shown as a board: totals of all columns in one statement, first cards of all columns in another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.db.models.fields.json import KeyTransform
from django.http import HttpResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _

from okno.kit import formats
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.kinds import Kind
from okno.kit.registry import Field
from okno.kit.rows import cells, keyset, veils
from okno.kit.rows.columns import Column
from okno.kit.rows.keyset import Order, order_of
from okno.kit.web.pages import board_totals, list_heads, list_rows, moving
from okno.kit.web.pages.board import Board, BoardColumn
from okno.kit.web.pages.board_totals import ColumnTotals
from okno.kit.web.pages.painting import ALIAS, painted
from okno.kit.web.stamps import Stamp

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

Context = dict[str, Any]
MOST_CHIPS = 3
SLOTS = ("id", "version", "url", "move_url", "title", "client", "amount_text", "age_text", "next_text", "next_title")
CARD = Stamp(
    "kit/board_card.html",
    "card",
    (*SLOTS, "owner_initials", "owner_name", "text", "label", "colour"),
    lambda: {"icons_url": static("app/icons.svg")},
)
Rows = list[tuple[Any, ...]]
Closed = Mapping[str, Any]


def page(asked: ListPage) -> HttpResponse:
    """The whole board."""
    board = _board(asked)
    columns = board.columns(asked.actor, asked.address.own)
    shown = [one for one in columns if not one.is_zone]
    totals = board_totals.totals(asked, board, shown)
    cards = _first_cards(asked, board, shown)
    context = list_heads.context(asked)
    context["group_links"] = []
    context["position_text"] = formats.quantity_text(sum(one.count for one in totals.values()))
    context["board"] = {
        "columns": [_column(asked, board, one, totals[one.key], cards[one.key]) for one in shown],
        "drop_zones": [
            {"key": one.key, "label": one.label, "due": one.due, "icon": one.icon} for one in columns if one.is_zone
        ],
        "parameter": board.move.parameter if board.move else "stage",
        "nothing": _nothing(asked),
    }
    return asked.answer("kit/board.html", {"page": context, "page_title": context["title"]})


def _nothing(asked: ListPage) -> str:
    """What stands over columns without cards."""
    if asked.selection.is_narrowed:
        return list_rows.nothing_found()
    return str(asked.empty.get("title", ""))


def column(asked: ListPage) -> HttpResponse:
    """One column anew."""
    board, one = _board(asked), _asked_column(asked)
    totals = board_totals.totals(asked, board, [one])
    cards = _first_cards(asked, board, [one])
    return asked.answer(
        "kit/board_column.html", {"column": _column(asked, board, one, totals[one.key], cards[one.key])}
    )


def cards(asked: ListPage) -> HttpResponse:
    """More cards of a column, after a cursor."""
    board, one = _board(asked), _asked_column(asked)
    order = _order(asked, board)
    rows = order.after(_rows(asked, board, one), asked.address.given.get("after", ""))
    closed = _closed(asked, board)
    found = list(_values(asked, order.apply(rows), board, order, closed)[: board.per_column + 1])
    context = {"cards": [_card(asked, board, values, closed) for values in found[: board.per_column]]}
    return asked.answer("pages/board_cards.html", {**context, "next_url": _next_url(asked, board, one, found)})


def move(asked: ListPage) -> HttpResponse:
    """A card was dropped on another column."""
    board = _board(asked)
    if board.move is None:
        raise Missing("not_found", _("There is no such page."))
    row_id = asked.address.given.get("id", "")
    moved = moving.Asked(asked, asked.record, board.move, id_of(row_id) or 0)
    return moving.answer(moved, lambda: _card_html(asked, board, moved.row_id))


def _card_html(asked: ListPage, board: Board, row_id: int) -> str:
    """The card anew; nothing when it left the board."""
    order, closed = _order(asked, board), _closed(asked, board)
    rows = order.apply(asked.selection.rows().filter(pk=row_id))
    found = list(_values(asked, rows, board, order, closed))
    return str(_card(asked, board, found[0], closed)["html"]) if found else ""


def _board(asked: ListPage) -> Board:
    if asked.board is None:
        raise Missing("not_found", _("There is no such page."))
    return asked.board


def _asked_column(asked: ListPage) -> BoardColumn:
    key = asked.address.given.get("column", "")
    columns = _board(asked).columns(asked.actor, asked.address.own)
    found = next((one for one in columns if one.key == key), None)
    if found is None:
        raise Missing("not_found", _("There is no such page."))
    return found


def _order(asked: ListPage, board: Board) -> Order:
    return order_of(asked.actor, asked.record, asked.selection.sort or board.order)


def _rows(asked: ListPage, board: Board, one: BoardColumn) -> QuerySet[Any]:
    return asked.selection.rows().filter(**{board.by: one.value})


def _values(asked: ListPage, rows: QuerySet[Any], board: Board, order: Order, closed: Closed) -> QuerySet[Any]:
    """
    Tuples: id, version, the value of the column, the card's paths, whether some are closed, tags, the rule that paints
    the row, sort values.
    """
    sorts, paint = [F(key.alias) for key in order.keys], asked.selection.paint
    if paint:
        rows = painted(rows, paint, asked.actor, asked.record)
    more: list[Any] = [*_tags(asked), *([ALIAS] if paint else []), *sorts]
    return rows.values_list("pk", "version", board.by, *board.paths, *closed.values(), *more)


def _first_cards(asked: ListPage, board: Board, columns: Sequence[BoardColumn]) -> dict[str, Rows]:
    """The first cards of all columns, in one statement with a limit inside each part."""
    order, closed = _order(asked, board), _closed(asked, board)
    parts = [
        _values(asked, order.apply(_rows(asked, board, one)), board, order, closed)[: board.per_column + 1]
        for one in columns
    ]
    found: dict[str, Rows] = defaultdict(list)
    if not parts:
        return found
    keys = {one.value: one.key for one in columns}
    joined = parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True)
    for values in joined:
        found[keys[values[2]]].append(values)
    return found


def _sum_text(board: Board, column: Column, totals: ColumnTotals) -> str:
    """A sum of a column, if there is any; what the board does not always add up is told by its name."""
    value, closed = totals.sums.get(column.key, Decimal(0)), totals.closed.get(column.key, 0)
    text = formats.short_money(value) if column.kind is Kind.MONEY else formats.quantity_text(value)
    told = list_rows.with_closed(text if value else "", closed)
    return told if column.key in board.sums or not told else f"{column.label}: {told}"


def _column(asked: ListPage, board: Board, one: BoardColumn, totals: ColumnTotals, found: Rows) -> Context:
    shown = board_totals.summed(asked, board)
    sums = [text for key in shown if (text := _sum_text(board, key, totals))]
    closed = _closed(asked, board)
    return {
        "key": one.key,
        "label": one.label,
        "stage": one.colour,
        "count": formats.quantity_text(totals.count),
        "sum_text": " · ".join(sums),
        "bar": board_totals.bar(asked, board, one, totals),
        "cards": [_card(asked, board, values, closed) for values in found[: board.per_column]],
        "next_url": _next_url(asked, board, one, found),
        "create_url": one.create_url,
        "column_url": asked.address.part("column", column=one.key),
        "live_topic": asked.record.name,
    }


def _next_url(asked: ListPage, board: Board, one: BoardColumn, found: Sequence[tuple[Any, ...]]) -> str:
    if len(found) <= board.per_column:
        return ""
    last = found[board.per_column - 1]
    sorts = last[len(last) - len(_order(asked, board).keys) :]
    return asked.address.part("cards", column=one.key, after=keyset.encode([*sorts, last[0]]))


def _closed(asked: ListPage, board: Board) -> Closed:
    """What tells of each path whose field may be closed to the person whether it is."""
    told = {path: veils.closed_among(asked.actor, asked.record, [path]) for path in board.paths}
    return {path: closed for path, closed in told.items() if closed is not None}


def open_values(board: Board, values: Sequence[Any], closed: Closed) -> list[Any]:
    """What the card is made from, without the values of fields that are closed to the person."""
    start = 3 + len(board.paths)
    hidden = {path for path, is_closed in zip(closed, values[start : start + len(closed)], strict=True) if is_closed}
    return [None if path in hidden else value for path, value in zip(board.paths, values[3:start], strict=True)]


def _tags(asked: ListPage) -> list[KeyTransform]:
    """Tags of the rows, of every field that is open to the person in all of them."""
    return [KeyTransform(one.key, "extra") for one in _tag_fields(asked)]


def _tag_fields(asked: ListPage) -> list[Field]:
    every = asked.record.all_fields().items()
    return [one for key, one in every if one.grows and asked.actor.sees_field(asked.record.name, key)]


def tag_chips(asked: ListPage, values: Sequence[Any]) -> list[Context]:
    """The first tags of a card, and how many there are besides; `values` are those of the fields of tags."""
    pairs = zip(_tag_fields(asked), values, strict=False)
    found = [chip for one, ids in pairs if ids for chip in cells.formatter(one)(ids, asked.moment)["chips"]]
    more = [{"label": f"+{len(found) - MOST_CHIPS}", "colour": 1}] if len(found) > MOST_CHIPS else []
    return [*found[:MOST_CHIPS], *more]


def _paint(asked: ListPage, values: Sequence[Any]) -> str:
    """The colour of the first rule that the row holds; it stands right before the sort values."""
    rules = asked.selection.paint
    if not rules:
        return ""
    number = values[len(values) - 1 - len(_order(asked, _board(asked)).keys)]
    return rules[number].colour if number is not None else ""


def _card(asked: ListPage, board: Board, values: Sequence[Any], closed: Closed) -> Context:
    row_id, version = values[0], values[1]
    made = board.card(open_values(board, values, closed), asked.moment)
    move_url = asked.address.part("move", id=str(row_id)) if board.move else ""
    chips = tag_chips(asked, values[3 + len(board.paths) + len(closed) :])
    own = {"id": row_id, "version": version, "url": asked.record.url_of(row_id), "move_url": move_url}
    card = {**own, "chips": chips, "paint": _paint(asked, values), **made}
    return {**card, "html": CARD.fill(card)}
