"""Classification over HTTP: schemes, what they came to and when, matrices with the rows of their cells, one row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

import pydantic
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema

from okno.engines.classification import commands, queries
from okno.engines.classification.models import Class, Counting, Scheme
from okno.engines.classification.queries import Cell, Placed
from okno.engines.classification.record import SCHEME
from okno.kit import reached
from okno.kit.api import record_router
from okno.kit.api.asking import Id, viewer
from okno.kit.api.beside import Beside
from okno.kit.api.problems import RESPONSES
from okno.kit.api.shapes import LARGEST_ID
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.registry import Record

VIEW = "classification.view"
MOST = 200
router = record_router(
    SCHEME,
    queries.schemes,
    path="/classification-schemes",
    create=commands.add,
    commands=[commands.change, commands.start, commands.delete],
)
Letter = Literal["", "-", "*", "A", "B", "C"]
Group = Literal["", "-", "*", "champion", "loyal", "promising", "new", "cooling", "risk", "sleeping", "lost"]


class Run(Schema):
    """A working out of a scheme: the first day after its period, how many rows it classified, of which sum."""

    id: int
    scheme: int
    day: dt.date
    since: dt.date
    rows: int
    total: Decimal
    made_at: dt.datetime


class Part(Schema):
    """
    Some of the rows: their letters, stage of life or group of RFM, how many and of which sum. `where` is the condition
    of a list with the same rows; null where their classes are not its fields: then ask for the rows of the run.
    """

    abc: str = ""
    xyz: str = ""
    life: str = ""
    rfm_group: str = ""
    was: str = ""
    count: int
    total: Decimal
    where: Any = None


class ClassesFound(Schema):
    """What a run came to within reach."""

    run: Run
    matrix: list[Part]
    lives: list[Part]
    rfm_groups: list[Part]


class Classified(Schema):
    """A row with its classes; `was` and `was_group` are those of the run that it is compared with."""

    id: int
    title: str
    abc: str
    xyz: str
    rfm: str
    rfm_group: str
    life: str
    total: Decimal
    count: int
    share: Decimal
    spread: Decimal | None
    last_day: dt.date | None
    was: str
    was_group: str


class Page(Schema):
    """Rows from the greatest sum down; `next` is what to pass as `after`."""

    items: list[Classified]
    next: str | None


class AskedClasses(Schema):
    """
    Which rows of a run: letters, a stage of life, a group of RFM, the letter and the group of an earlier run `before`;
    a dash is for none, a star for any.
    """

    abc: Letter = ""
    xyz: Literal["", "-", "*", "X", "Y", "Z"] = ""
    life: Literal["", "-", "*", "new", "growing", "stable", "declining", "sleeping", "lost"] = ""
    rfm_group: Group = ""
    was: Letter = ""
    was_group: Group = ""
    before: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0
    after: str = pydantic.Field("", max_length=60)
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50


class AskedGroups(Schema):
    """
    Which sales of groups of goods: of documents of a record, so many whole months, against those before them or the
    same ones of a year ago; the groups right inside one; bounds of the quarters, medians without them.
    """

    of: str = pydantic.Field("", max_length=60)
    months: Literal[3, 6, 12] = 6
    than: Literal["", "year"] = ""
    inside: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None
    share: Annotated[Decimal | None, Query(ge=0, le=100)] = None
    growth: Annotated[Decimal | None, Query(ge=-100, le=100_000)] = None


class GroupPlaced(Schema):
    """
    A group of goods, null for goods without one: sales now and before in the management currency, growth and share of
    the greatest group in per cent, the quarter. `is_own` is for goods right in the group that is asked for.
    """

    group: int | None
    is_own: bool
    now: Decimal
    before: Decimal
    buyers: int
    documents: int
    growth: Decimal | None
    share: Decimal
    place: Literal["star", "cow", "question", "dog"]


class GroupsPlaced(Schema):
    """Groups of goods in quarters; periods end before their last day."""

    of: str
    since: dt.date
    until: dt.date
    back_since: dt.date
    back_until: dt.date
    share_bound: Decimal
    growth_bound: Decimal
    groups: list[GroupPlaced]


class AskedMoves(Schema):
    """The earlier run, the one just before without it, and between which classes rows move."""

    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None
    by: Literal["abc", "rfm_group"] = "abc"


class Past(Schema):
    """The classes of a row up to a day."""

    day: dt.date
    abc: str
    xyz: str
    rfm: str
    rfm_group: str
    life: str
    total: Decimal
    count: int
    share: Decimal
    spread: Decimal | None


@router.get(
    "/classification-schemes/{int:id}/runs",
    response={200: list[Run], **RESPONSES},
    operation_id="classification_schemes_runs",
    tags=["classification"],
)
def runs(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - named so in every address
    """When a scheme was worked out, the latest first."""
    actor = viewer(request, SCHEME)
    scheme = queries.scheme_for_page(actor, id)
    _check(actor, scheme)
    return [_run(one) for one in queries.countings(scheme)] if scheme else []


@router.get(
    "/classification-runs/{int:id}",
    response={200: ClassesFound, **RESPONSES},
    operation_id="classification_runs_get",
    tags=["classification"],
)
def found(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """ABC by XYZ, stages of life and groups of RFM at a run, with the conditions of the rows behind."""
    actor, counting = _asked(request, id)
    return _found(actor, counting)


@router.get(
    "/classification-runs/{int:id}/rows",
    response={200: Page, **RESPONSES},
    operation_id="classification_runs_rows",
    tags=["classification"],
)
def rows(request: HttpRequest, id: Id, asked: Query[AskedClasses]) -> Any:  # noqa: A002 - as above
    """Rows behind a cell, from the greatest sum down."""
    actor, counting = _asked(request, id)
    before = _other(actor, counting, asked.before) if asked.before else None
    wanted = {name: getattr(asked, name) for name in (*queries.CLASSES, *queries.BEFORE)}
    every = queries.after(queries.rows(actor, counting, wanted, before), asked.after)
    told = list(every[: asked.limit + 1])
    shown = told[: asked.limit]
    record = counting.scheme.record
    names = reached.titles(actor, [(record, one.row_id) for one in shown])
    more = queries.cursor_of(shown[-1]) if len(told) > len(shown) else None
    return {"items": [_row(one, names.get((record, one.row_id), "")) for one in shown], "next": more}


@router.get(
    "/classification-runs/{int:id}/moves",
    response={200: list[Part], **RESPONSES},
    operation_id="classification_runs_moves",
    tags=["classification"],
)
def moves(request: HttpRequest, id: Id, asked: Query[AskedMoves]) -> Any:  # noqa: A002 - as above
    """Who moved from which letter, or group of RFM, to which since an earlier run of the same scheme."""
    actor, counting = _asked(request, id)
    before = _other(actor, counting, asked.before) if asked.before else _before(counting)
    cells = queries.migration(actor, before, counting, asked.by) if before else {}
    return [{**_cell(cell), "was": was or "-", asked.by: now or "-"} for (was, now), cell in sorted(cells.items())]


@router.get(
    "/product-groups",
    response={200: GroupsPlaced, **RESPONSES},
    operation_id="product_groups",
    tags=["classification"],
)
def groups(request: HttpRequest, asked: Query[AskedGroups]) -> Any:
    """Groups of goods by growth and share of sales within reach, the greatest first."""
    actor = viewer(request, SCHEME)
    one = next((each for each in queries.selling(actor) if asked.of in ("", each.record)), None)
    if one is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    if asked.inside is not None:
        queries.group_of(actor, asked.inside)
    period = queries.span(timezone.localdate(), asked.months, than_year=asked.than == "year")
    found, bounds = queries.placed(actor, one, period, asked.inside, asked.share, asked.growth)
    told = {name: getattr(period, name) for name in ("since", "until", "back_since", "back_until")}
    return {
        "of": one.record,
        **told,
        "share_bound": bounds.share,
        "growth_bound": bounds.growth,
        "groups": [_placed(each) for each in found],
    }


def past(actor: Actor, record: Record, row: Model) -> Any:
    """Classes of a row by the main scheme, the latest first."""
    return [
        {"day": one.counting.day, **{name: getattr(one, name) for name in Past.model_fields if name != "day"}}
        for one in queries.classes_of_row(actor, record.name, row.pk)
    ]


def present(actor: Actor, record: Record) -> Any:
    """What the main scheme came to at its latest run. :raises Missing: it was never worked out."""
    scheme = next((one for one in queries.schemes(actor) if one.record == record.name and one.is_main), None)
    days = queries.countings(scheme) if scheme else []
    if not days:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return _found(actor, days[0])


beside = Beside(router, "classification", VIEW, queries.the_record, queries.SHOWN)
beside.of_row(past, list[Past], "of", _("Classes"))
beside.of_all(present, ClassesFound, "whole", _("Classes of all"))


def _asked(request: HttpRequest, counting_id: int) -> tuple[Actor, Counting]:
    """Who asks and the run, whose rows they must be allowed to look at."""
    actor = viewer(request, SCHEME)
    counting = queries.counting_for_page(actor, counting_id)
    if counting is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    _check(actor, counting.scheme)
    return actor, counting


def _check(actor: Actor, scheme: Scheme | None) -> None:
    """:raises Missing: there is no such scheme, or its rows or fields are closed to whoever asks."""
    if scheme is None or not queries.is_open(actor, scheme):
        raise Missing("not_found", _("Not found, or out of your reach."))


def _other(actor: Actor, counting: Counting, counting_id: int) -> Counting:
    """Another run of the same scheme. :raises Missing: there is none of this id."""
    found = queries.counting_for_page(actor, counting_id)
    if found is None or found.scheme_id != counting.scheme_id:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def _before(counting: Counting) -> Counting | None:
    """The run just before; none before the first one."""
    return next((one for one in queries.countings(counting.scheme) if one.day < counting.day), None)


def _found(actor: Actor, counting: Counting) -> dict[str, Any]:
    matrix = [
        _part(counting, cell, abc=abc, xyz=xyz) for (abc, xyz), cell in sorted(queries.matrix(actor, counting).items())
    ]
    stages = queries.stages(actor, counting)
    lives = [_part(counting, stages[code], life=code) for code in Class.Life.values if code in stages]
    groups = queries.rfm_groups(actor, counting)
    rfm = [_part(counting, groups[code], rfm_group=code) for code in Class.Group.values if code in groups]
    return {"run": _run(counting), "matrix": matrix, "lives": lives, "rfm_groups": rfm}


def _placed(one: Placed) -> dict[str, Any]:
    names = ("group", "is_own", "now", "before", "buyers", "documents")
    told = {name: getattr(one.turnover, name) for name in names}
    return {**told, "growth": one.growth, "share": one.share, "place": str(one.place)}


def _part(counting: Counting, cell: Cell, **asked: str) -> dict[str, Any]:
    return {**_cell(cell), **asked, "where": queries.where(counting, asked)}


def _cell(cell: Cell) -> dict[str, Any]:
    return {"count": cell.count, "total": cell.total}


def _run(one: Counting) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("day", "since", "rows", "total", "made_at")}
    return {"id": one.pk, "scheme": one.scheme_id, **told}


def _row(one: Any, title: str) -> dict[str, Any]:
    names = ("abc", "xyz", "rfm", "rfm_group", "life", "total", "count", "share", "spread", "last_day")
    told = {name: getattr(one, name) for name in names}
    before = {name: getattr(one, name, "") for name in queries.BEFORE}
    return {"id": one.row_id, "title": title, **before, **told}
