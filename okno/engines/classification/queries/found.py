"""What countings have found, among rows that the reader may see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from okno.engines.classification.models import Class, Counting, Scheme
from okno.engines.classification.queries.schemes import SHOWN
from okno.kit import permissions
from okno.kit.permissions import Actor
from okno.kit.registry import registry

NOTHING = Decimal(0)
MOST_DATES = 24
NONE, ANY = "-", "*"
# What rows of a counting are asked for by: their classes now, and those of another counting by the name of the column.
CLASSES = ("abc", "xyz", "life", "rfm_group")
BEFORE = {"was": "abc", "was_group": "rfm_group"}
MOVING = ("abc", "rfm_group")


@dataclass(frozen=True)
class Cell:
    """How many rows, and of which sum."""

    count: int = 0
    total: Decimal = NOTHING


def countings(scheme: Scheme) -> list[Counting]:
    """Countings of a scheme, the latest first."""
    # ast-grep-ignore: unscoped-read whoever asks has the scheme
    found = list(Counting.objects.filter(scheme=scheme).order_by("-day")[:MOST_DATES])
    for one in found:
        one.scheme = scheme
    return found


def matrix(actor: Actor, counting: Counting) -> dict[tuple[str, str], Cell]:
    """Cells by (ABC, XYZ) of rows that had anything in the period."""
    rows = _seen(actor, counting).exclude(abc="").order_by().values_list("abc", "xyz")
    return {(one, other): Cell(count, total) for one, other, count, total in _counted(rows)}


def stages(actor: Actor, counting: Counting) -> dict[str, Cell]:
    """Cells by stage of life."""
    rows = _seen(actor, counting).order_by().values_list("life")
    return {one: Cell(count, total) for one, count, total in _counted(rows)}


def rfm_groups(actor: Actor, counting: Counting) -> dict[str, Cell]:
    """Cells by group of RFM, of rows that had anything in the period."""
    rows = _seen(actor, counting).exclude(rfm_group="").order_by().values_list("rfm_group")
    return {one: Cell(count, total) for one, count, total in _counted(rows)}


def never(actor: Actor, counting: Counting) -> int:
    """How many rows within reach have never had anything: those who may still become somebody."""
    model: Any = registry.record(counting.scheme.record).model
    rows = model._default_manager.visible_to(actor, narrow=True).filter(is_deleted=False)
    return int(rows.exclude(pk__in=_ids(counting)).order_by().count())


def previous(counting: Counting, known: list[Counting]) -> Counting | None:
    """The counting before one, of those of its scheme."""
    return max((one for one in known if one.day < counting.day), key=lambda one: one.day, default=None)


def migration(actor: Actor, before: Counting, after: Counting, by: str = "abc") -> dict[tuple[str, str], Cell]:
    """
    Cells by (class then, class now); empty classes are rows that came to nothing in one of the periods.

    :param by: which class, one of `MOVING`.
    """
    now = _seen(actor, after).annotate(was=Coalesce(_class(before, by), Value("")))
    found = {
        (was, letter): Cell(count, total)
        for was, letter, count, total in _counted(now.order_by().values_list("was", by))
    }
    known = _seen(actor, before).filter(~Q(row_id__in=_ids(after))).order_by().values_list(by)
    for was, count, total in _counted(known):
        cell = found.get((was, ""), Cell())
        found[was, ""] = Cell(cell.count + count, cell.total + total)
    return found


def rows(actor: Actor, counting: Counting, asked: dict[str, str], before: Counting | None = None) -> QuerySet[Any]:
    """
    Classes of rows from the greatest sum down, with `was` and `was_group`, the letter and the group of RFM of another
    counting.

    :param asked: which of `CLASSES` and of `BEFORE` are wanted; a dash is for none, a star for any.
    """
    found = _seen(actor, counting)
    if before is not None:
        then = {name: Coalesce(_class(before, by), Value("")) for name, by in BEFORE.items()}
        found = found.annotate(**then)
    for name in (*CLASSES, *(BEFORE if before is not None else ())):
        if value := asked.get(name, ""):
            found = (
                found.exclude(**{name: ""}) if value == ANY else found.filter(**{name: "" if value == NONE else value})
            )
    return found.order_by("-total", "row_id")


def after(found: QuerySet[Any], cursor: str) -> QuerySet[Any]:
    """Rows after a cursor `sum|id`; all of them when it is none."""
    total, _bar, row_id = cursor.partition("|")
    if not re.fullmatch(r"-?\d{1,18}\.\d\d", total) or not row_id.isdigit():
        return found
    return found.filter(Q(total__lt=total) | Q(total=total, row_id__gt=row_id))


def cursor_of(row: Class) -> str:
    """What `after` goes on from."""
    return f"{row.total}|{row.row_id}"


def where(counting: Counting, asked: Mapping[str, str]) -> dict[str, Any] | None:
    """
    The condition of the list of the record with the same rows as a cell; None where their classes are not its fields:
    of another scheme than the main one, of an earlier working out, of rows without a letter.
    """
    if not counting.scheme.is_main or any(asked.get(name) for name in BEFORE):
        return None
    wanted = {name: asked[name] for name in CLASSES if asked.get(name)}
    if not wanted or NONE in wanted.values() or not is_latest(counting):
        return None
    return {"all": [_leaf(name, one) for name, one in wanted.items()]}


def _leaf(name: str, one: str) -> dict[str, Any]:
    return {"field": name, "op": "not_empty"} if one == ANY else {"field": name, "op": "in", "value": [one]}


def is_latest(counting: Counting) -> bool:
    """Whether its scheme was not worked out for a later day."""
    # ast-grep-ignore: unscoped-read whoever asks has the counting
    return not Counting.objects.filter(scheme=counting.scheme_id, day__gt=counting.day).exists()


def dynamics(actor: Actor, scheme: Scheme, days: list[Counting]) -> list[tuple[Counting, dict[str, int]]]:
    """How many rows of each letter there were at each counting, the oldest first."""
    known = {one.pk: one for one in days}
    if not known:
        return []
    # ast-grep-ignore: unscoped-read narrowed to the rows within reach
    seen = _within(actor, scheme, Class.objects.filter(counting__in=known)).exclude(abc="")
    found: dict[int, dict[str, int]] = {pk: {} for pk in known}
    for pk, letter, count in seen.order_by().values_list("counting_id", "abc").annotate(count=Count("pk")):
        found[pk][letter] = count
    return [(known[pk], found[pk]) for pk in sorted(known, key=lambda one: known[one].day)]


def classes_of_row(actor: Actor, record: str, row_id: int) -> list[Class]:
    """What the main scheme has made of a row within reach, the latest first."""
    if not actor.may("classification.view") or not all(actor.sees_field(record, key) for key in SHOWN):
        return []
    # ast-grep-ignore: unscoped-read whoever asks has the row
    found = Class.objects.filter(record=record, row_id=row_id, counting__scheme__is_main=True)
    return list(found.select_related("counting__scheme").order_by("-counting__day")[:12])


def present_ids(record: str) -> dict[int, tuple[str, str, str, str]]:
    """(ABC, XYZ, RFM, life) of rows as their fields show them now."""
    # ast-grep-ignore: unscoped-read what fields show before a counting, compared with what they show after
    found = Class.objects.filter(record=record, is_present=True)
    return {row_id: (a, x, r, li) for row_id, a, x, r, li in found.values_list("row_id", "abc", "xyz", "rfm", "life")}


def _seen(actor: Actor, counting: Counting) -> QuerySet[Class]:
    """Classes of rows within reach."""
    # ast-grep-ignore: unscoped-read narrowed to the rows within reach
    return _within(actor, counting.scheme, Class.objects.filter(counting=counting))


def _within(actor: Actor, scheme: Scheme, found: QuerySet[Class]) -> QuerySet[Class]:
    """Those of rows within reach that are not marked for deletion."""
    model: Any = registry.record(scheme.record).model
    if permissions.clauses_for(actor, model, permissions.view_permission(model)) is None:
        # Few are marked: telling these costs less than telling all the others.
        marked = model._base_manager.filter(is_deleted=True)
        return found.exclude(row_id__in=marked.order_by().values("pk"))
    return found.filter(
        row_id__in=model._default_manager.visible_to(actor).filter(is_deleted=False).order_by().values("pk")
    )


def _class(counting: Counting, by: str) -> Subquery:
    # ast-grep-ignore: unscoped-read beside a row that is within reach
    return Subquery(Class.objects.filter(counting=counting, row_id=OuterRef("row_id")).values(by)[:1])


def _ids(counting: Counting) -> QuerySet[Any]:
    # ast-grep-ignore: unscoped-read ids alone, to tell who is there no more
    return Class.objects.filter(counting=counting).order_by().values("row_id")


def _counted(rows: Any) -> Any:
    return rows.annotate(_count=Count("pk"), _total=Coalesce(Sum("total"), Value(NOTHING)))
