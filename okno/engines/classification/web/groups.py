"""Groups of goods by growth and share: the plane, its table, and the lines behind a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okno.engines.classification import queries
from okno.engines.classification.queries import NO_GROUP, Bounds, Placed, Span
from okno.engines.classification.rules import Place, Turnover
from okno.kit import formats, naming, permissions
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.registry import registry
from okno.kit.sold import Sold
from okno.kit.web import charts, workbook
from okno.kit.web.charts import Axis, Bubble
from okno.kit.web.pages.base import Page
from okno.kit.web.workbook import Sheet

Context = dict[str, Any]
VIEW = "classification.view"
HERE, ROWS = "/classification/groups/", "/classification/groups/rows/"
MONTHS, USUAL = (3, 6, 12), 6
YEAR = "year"
LARGEST_BOUND = Decimal(100_000)
STAGES = {Place.STAR: 7, Place.COW: 5, Place.QUESTION: 4, Place.DOG: 1}
MOST_LINES = 50


@dataclass(frozen=True)
class Asked:
    """What the page is of: by which documents, how many months, compared with what, inside which group, bounds."""

    of: str
    months: int
    than: str
    inside: int | None
    share: Decimal | None
    growth: Decimal | None

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the address that say the same."""
        told = {"of": self.of, "months": self.months, "than": self.than, "inside": self.inside}
        bounds = {"share": self.share, "growth": self.growth}
        return {name: str(value) for name, value in {**told, **bounds}.items() if value not in (None, "")}

    def url(self, **other: Any) -> str:
        """The page with other parameters; an empty one goes."""
        told = {**self.params, **{name: str(value) for name, value in other.items()}}
        return f"{HERE}?{urlencode({name: value for name, value in told.items() if value})}"


def asked_of(given: Mapping[str, str], known: Sequence[Sold]) -> Asked:
    """What an address asks for; what cannot be read is as usual."""
    of = given.get("of", "")
    months = id_of(given.get("months", "")) or USUAL
    return Asked(
        of=of if of in {one.record for one in known} else known[0].record,
        months=months if months in MONTHS else USUAL,
        than=YEAR if given.get("than") == YEAR else "",
        inside=id_of(given.get("inside", "")),
        share=_bound(given.get("share", "")),
        growth=_bound(given.get("growth", "")),
    )


class Sales(Page):
    """What is common to pages about sales of groups of goods."""

    permission: ClassVar[str] = VIEW

    @cached_property
    def known(self) -> list[Sold]:
        """What sells goods. :raises Missing: nothing that the actor may look at."""
        found = queries.selling(self.actor)
        if not found:
            raise Missing("not_found", _("There is no such page."))
        return found

    @cached_property
    def asked(self) -> Asked:
        """What the address asks for."""
        return asked_of(self.request.GET, self.known)

    @cached_property
    def sold(self) -> Sold:
        """The documents that are looked at."""
        return next(one for one in self.known if one.record == self.asked.of)


class Groups(Sales):
    """Groups of goods in quarters: stars, cash cows, question marks, dogs."""

    parts: ClassVar[dict[str, str]] = {"file": "file"}

    def show(self, **_address: Any) -> HttpResponse:
        """The plane and the table. :raises Missing: the group is not there."""
        asked, period = self.asked, self.period
        found, bounds = self.found
        may_take = workbook.may_take(self.actor, registry.record(self.sold.record))
        context = {
            "page_title": _("Growth of groups"),
            "title": self.title,
            "up_url": asked.url(inside="") if asked.inside else "",
            "of": [{"key": one.record, "label": one.label, "chosen": one is self.sold} for one in self.known],
            "months": [{"key": one, "chosen": one == asked.months} for one in MONTHS],
            "is_year": asked.than == YEAR,
            "inside": asked.inside or "",
            "share": _number(asked.share),
            "growth": _number(asked.growth),
            "period": _("%(now)s against %(before)s")
            % {
                "now": _days(period.since, period.until),
                "before": _days(period.back_since, period.back_until),
            },
            "bounds": {"share": _per_cent(bounds.share), "growth": _per_cent(bounds.growth)},
            "quarters": _quarters(found),
            "chart": self._chart(found, bounds),
            "lines": [self._line(one) for one in found],
            "file_url": asked.url(part="file") if found and may_take else "",
            "home_url": "/classification/",
        }
        return self.answer("classification/groups.html", context)

    def file(self, **_address: Any) -> HttpResponse:
        """The table as a workbook. :raises Denied: without the right to export."""
        heads = [
            _("Group of goods"), _("Quarter of the matrix"), _("Sales"), _("Sales before"), _("Growth, %"),
            _("Share of the greatest, %"), _("Buyers"), _("Documents"),
        ]  # fmt: skip
        rows = [
            [
                self._name(one.turnover), Place(one.place).label, one.turnover.now, one.turnover.before, one.growth,
                one.share, one.turnover.buyers, one.turnover.documents,
            ]
            for one in self.found[0]
        ]  # fmt: skip
        record = registry.record(self.sold.record)
        return workbook.answer(self.actor, record, "groups", [Sheet(self.title, heads, rows)], self.asked.params)

    @cached_property
    def period(self) -> Span:
        """Whole months up to this one, and what they are compared with."""
        today = timezone.localdate(self.moment.at)
        return queries.span(today, self.asked.months, than_year=self.asked.than == YEAR)

    @cached_property
    def title(self) -> str:
        """The name of the group that is opened. :raises Missing: it is not there."""
        inside = self.asked.inside
        return str(queries.group_of(self.actor, inside)) if inside else _("Growth of groups")

    @cached_property
    def found(self) -> tuple[list[Placed], Bounds]:
        """Groups in their quarters, and the bounds between these."""
        asked = self.asked
        return queries.placed(self.actor, self.sold, self.period, asked.inside, asked.share, asked.growth)

    @cached_property
    def names(self) -> dict[int, str]:
        """Names of groups by id."""
        ids = {one.turnover.group for one in self.found[0] if one.turnover.group}
        return naming.titles(self.actor, registry.record(queries.groups_record()), ids)

    def _name(self, one: Turnover) -> str:
        if one.group is None:
            return _("Without a group")
        name = self.names.get(one.group, "") or _("No title")
        return _("%(name)s: right in it") % {"name": name} if one.is_own else name

    def _line(self, one: Placed) -> Context:
        told, period = one.turnover, self.period
        now = self._rows_url(told, period.since, period.until)
        return {
            "label": self._name(told),
            "url": self.asked.url(inside=told.group) if told.is_deeper else now,
            "place": Place(one.place).label,
            "stage": STAGES[Place(one.place)],
            "now": formats.money_text(told.now),
            "now_url": now if told.now else "",
            "before": formats.money_text(told.before),
            "before_url": self._rows_url(told, period.back_since, period.back_until) if told.before else "",
            "growth": pgettext("a group", "new") if one.growth is None else _signed(one.growth),
            "due": "green" if one.growth is None or one.growth >= 0 else "red",
            "share": _per_cent(one.share),
            "buyers": formats.quantity_text(told.buyers),
            "documents": formats.quantity_text(told.documents),
        }

    def _rows_url(self, one: Turnover, since: date, until: date) -> str:
        group = NO_GROUP if one.group is None else str(one.group)
        said = {"of": self.asked.of, "group": group, "since": since, "until": until, "own": "1" if one.is_own else ""}
        return f"{ROWS}?{urlencode({name: value for name, value in said.items() if value})}"

    def _chart(self, found: Sequence[Placed], bounds: Bounds) -> Context | None:
        """The plane of those that sold before too: what has begun to sell has no growth to stand at."""
        drawn = [one for one in found if one.growth is not None]
        if not drawn:
            return None
        series = [
            (str(place.label), STAGES[place], [self._bubble(one) for one in drawn if one.place == place])
            for place in Place
        ]
        axes = (
            Axis(_("Share of the greatest group, %"), float(bounds.share)),
            Axis(_("Growth, %"), float(bounds.growth)),
        )
        rows = [(self._name(one.turnover), [_per_cent(one.share), _signed(one.growth or Decimal(0))]) for one in drawn]
        table = ([axes[0].name, axes[1].name], rows)
        shown = [one for one in series if one[2]]
        return charts.bubbles("chart-groups", _("Growth and share of groups of goods"), shown, axes, table)

    def _bubble(self, one: Placed) -> Bubble:
        line = self._line(one)
        told = (
            _("Sales: %(now)s, before: %(before)s") % line,
            _("Growth: %(growth)s, share of the greatest: %(share)s") % line,
            _("Buyers: %(buyers)s") % line,
        )
        growth = one.growth or Decimal(0)
        return Bubble(line["label"], float(one.share), float(growth), one.turnover.buyers, "\n".join(told), line["url"])


class GroupRows(Sales):
    """Lines of documents behind a figure."""

    def show(self, **_address: Any) -> HttpResponse:
        """A page of them, the greatest sum first. :raises Missing: the days or the group cannot be read."""
        given = self.request.GET
        since, until, group = _day(given.get("since", "")), _day(given.get("until", "")), given.get("group", "")
        if group not in ("", NO_GROUP) and id_of(group) is None:
            raise Missing("not_found", _("There is no such page."))
        is_own = bool(given.get("own"))
        every = queries.lines_behind(self.actor, self.sold, since, until, group, is_own=is_own)
        found = list(queries.after_line(every, given.get("after", ""))[: MOST_LINES + 1])
        shown = found[:MOST_LINES]
        more = {**given.dict(), "after": f"{shown[-1].sum}|{shown[-1].pk}"} if len(found) > len(shown) else None
        count, total = queries.lines_together(every)
        context = {
            "page_title": _("Growth of groups"),
            "title": self._title(group),
            "period": f"{self.sold.label}, {_days(since, until)}",
            "count": formats.quantity_text(count),
            "total": formats.money_text(total),
            "lines": self._lines(shown),
            "home_url": HERE,
            "more_url": f"{ROWS}?{urlencode(more)}" if more else "",
        }
        return self.answer("classification/group_rows.html", context)

    def _title(self, group: str) -> str:
        if group == NO_GROUP:
            return _("Without a group")
        return str(queries.group_of(self.actor, int(group))) if group else _("Growth of groups")

    def _lines(self, shown: Sequence[Any]) -> list[Context]:
        documents, buyers = registry.record(self.sold.record), registry.record(next(iter(self.sold.buyers)))
        titles = naming.titles(self.actor, documents, {one.document_row for one in shown})
        names = naming.titles(self.actor, buyers, {one.buyer_row for one in shown if one.buyer_row})
        may_open = self.actor.may(permissions.view_permission(buyers.model))
        return [
            {
                "document": titles.get(one.document_row, ""),
                "url": documents.url_of(one.document_row),
                "buyer": names.get(one.buyer_row, ""),
                "buyer_url": buyers.url_of(one.buyer_row) if may_open and one.buyer_row in names else "",
                "day": formats.date_text(timezone.localdate(one.on) if self.sold.is_moment else one.on),
                "name": str(one),
                "sum": formats.money_text(one.sum),
            }
            for one in shown
        ]


def _quarters(found: Sequence[Placed]) -> list[Context]:
    """What each quarter holds, and what is usually done about it."""
    advice = {
        Place.STAR: _("much and growing: keep up"),
        Place.COW: _("much, not growing: live by them"),
        Place.QUESTION: _("little, growing: invest or leave"),
        Place.DOG: _("little, not growing: look why"),
    }
    return [
        {
            "label": place.label,
            "stage": STAGES[place],
            "advice": advice[place],
            "count": formats.quantity_text(len(here)),
            "sum": formats.short_money(sum((one.turnover.now for one in here), Decimal(0))),
        }
        for place in Place
        for here in [[one for one in found if one.place == place]]
    ]


def _bound(text: str) -> Decimal | None:
    """A bound as people write it: `12,5`; None where it cannot be read."""
    try:
        found = Decimal(text.strip().replace(",", ".")) if text.strip() else None
    except InvalidOperation:
        return None
    is_plain = found is not None and found.is_finite() and abs(found) <= LARGEST_BOUND
    return round(found, 2) if is_plain and found is not None else None


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}".replace(".", ",")


def _per_cent(value: Decimal) -> str:
    return formats.percent_text(value)


def _signed(value: Decimal) -> str:
    return f"{'+' if value > 0 else ''}{_per_cent(value)}"


def _days(since: date, until: date) -> str:
    """A period in words, its last day with it."""
    told = {"since": formats.date_text(since), "until": formats.date_text(until - timedelta(days=1))}
    return pgettext("a period", "%(since)s to %(until)s") % told


def _day(text: str) -> date:
    """A day of the address. :raises Missing: it cannot be read."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Missing("not_found", _("There is no such page.")) from error
