"""A scheme worked out up to a day: classes of all rows, kept beside those of other days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.classification import queries, rules
from okno.engines.classification.commands import showing
from okno.engines.classification.models import Counting, Scheme
from okno.engines.classification.rules import HUNDRED, Sales
from okno.kit import formats, jobs, live
from okno.kit.commands import command, today
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import SYSTEM, Actor

WORK = "classification.count"
AT_ONCE = 2_000
COLUMNS = (
    "counting_id", "record", "row_id", "total", "count", "last_day", "share", "spread", "abc", "xyz", "recency",
    "frequency", "value", "rfm", "rfm_group", "life", "is_present",
)  # fmt: skip


@command("classification.count", label=gettext_lazy("Work out classes"))
def count(*, actor: Actor, scheme: Scheme, day: date | None = None) -> Counting:
    """
    Work out the classes of all rows of a scheme up to the first day of a month, this one by default. What was worked
    out up to that day before is replaced; the classes of the latest day of a main scheme are fields of the rows.

    :raises Refused: the day is yet to come.
    """
    until = _month(day)
    showing.wait_for_others(scheme.record)
    scheme.refresh_from_db()
    sales = queries.sales_of(scheme, until)
    is_present = scheme.is_main and not Counting.objects.filter(scheme=scheme, day__gt=until).exists()
    with showing.changing(scheme.record):
        Counting.objects.filter(scheme=scheme, day=until).delete()
        made = Counting.objects.create(scheme=scheme, day=until, since=rules.month_start(until, scheme.months))
        if is_present:
            showing.hide(scheme.record)
        total = _write(_classes(scheme, made, sales), is_present=is_present)
    Counting.objects.filter(pk=made.pk).update(rows=len(sales), total=total)
    live.tell_topic("classification.scheme")
    return made


@command("classification.start", label=gettext_lazy("Work out classes"))
def start(*, actor: Actor, scheme: Scheme, day: date | None = None) -> Any:
    """
    Start working out a scheme as a job with progress.

    :raises Refused: the day is yet to come.
    """
    until = _month(day)
    label = _("Classes: %(name)s") % {"name": scheme.name}
    return jobs.start(actor=actor, work=WORK, label=label, args={"scheme": scheme.pk, "day": until.isoformat()})


@jobs.work(WORK)
def work(progress: jobs.Progress, actor: Actor, *, scheme: int, day: str) -> dict[str, Any]:
    """Work a scheme out; what is told is how many rows were classified and of which sum."""
    found = Scheme.objects.filter(pk=scheme, is_deleted=False).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    progress.tell(0, 1)
    made = count(actor=SYSTEM, scheme=found, day=date.fromisoformat(day))
    made.refresh_from_db()
    told = {"count": formats.quantity_text(made.rows), "sum": rules.sum_text(found, made.total)}
    return {"text": _("Classified: %(count)s, of %(sum)s.") % told, "page": f"/classification/?scheme={found.pk}"}


def count_due(at: datetime) -> int:
    """
    Work out, each in a transaction of its own, the schemes that were not worked out this month yet; how many. What an
    undo and a purge have left is set right.
    """
    # ast-grep-ignore: time-comes-in the moment came in, its day is that of the organisation
    found = queries.uncounted(rules.month_start(timezone.localdate(at)))
    for one in found:
        with transaction.atomic():
            count(actor=SYSTEM, scheme=one)
    tidy(actor=SYSTEM)
    return len(found)


@command("classification.tidy", told_as=gettext_lazy("Put classes in order"))
def tidy(*, actor: Actor) -> None:
    """Show the classes of main schemes that an undo has brought back, and forget those of purged rows."""
    for one in queries.main_schemes():
        showing.wait_for_others(one.record)
        showing.show(one)
        showing.forget_lost(one.record)


def _classes(scheme: Scheme, made: Counting, sales: Mapping[int, Sales]) -> Iterator[tuple[Any, ...]]:
    """Values of `COLUMNS` for each row but the last one."""
    sums = {row_id: one.total for row_id, one in sales.items()}
    letters = rules.abc(sums, scheme.a_share, scheme.b_share)
    whole = sum((total for total in sums.values() if total > 0), Decimal(0))
    active = [row_id for row_id, one in sales.items() if one.count]
    recency = sorted(sales[one].last for one in active)
    frequency = sorted(sales[one].count for one in active)
    value = sorted(sums[one] for one in active)
    usual = rules.usual_interval(list(sales.values()))
    for row_id, one in sales.items():
        letter, share = letters.get(row_id, ""), Decimal(0)
        spread = rules.spread(one.months) if letter else None
        if letter:
            share = (one.total * HUNDRED / whole).quantize(Decimal("0.0001"))
        ranks: tuple[int | None, ...] = (None, None, None)
        if one.count:
            ranks = (
                rules.quintile(recency, one.last),
                rules.quintile(frequency, one.count),
                rules.quintile(value, one.total),
            )
        yield (
            made.pk, scheme.record, row_id, one.total, one.count, one.last, share,
            None if spread is None else min(spread, Decimal(999_999)), letter,
            rules.xyz(spread, scheme.x_spread, scheme.y_spread), *ranks,
            "".join(str(rank) for rank in ranks if rank), rules.rfm_group(*ranks[:2]),
            rules.life(one, made.day, made.since, usual, scheme.drop),
        )  # fmt: skip


def _write(lines: Iterator[tuple[Any, ...]], *, is_present: bool) -> Decimal:
    """Copy the classes into their table; the sum of all."""
    total = Decimal(0)
    names = ", ".join(f'"{one}"' for one in COLUMNS)
    with connection.cursor() as cursor, cursor.copy(f"copy classification_class ({names}) from stdin") as copy:
        for line in lines:
            total += line[3]
            copy.write_row((*line, is_present))
    return total


def _month(day: date | None) -> date:
    """The first day of a month, of this one by default. :raises Refused: it is yet to come."""
    found = rules.month_start(day or today())
    if found > today():
        raise Refused("classification.future", _("That month is not over yet."), missing=["day"])
    return found
