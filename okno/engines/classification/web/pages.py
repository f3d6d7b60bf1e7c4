"""Pages of classification: the matrix, rows behind its cells, who moved, and schemes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms as django_forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.classification import commands, queries, rules
from okno.engines.classification.models import Counting, Scheme
from okno.engines.classification.web import forms, look, sheets
from okno.kit import formats
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.registry import Record, registry
from okno.kit.web import htmx, pages, workbook
from okno.kit.web.workbook import Sheet

VIEW = "classification.view"
HOME, SETTINGS = "/classification/", "/settings/classification/"


class Found(pages.Page):
    """What is common to pages that show a counting."""

    permission: ClassVar[str] = VIEW

    @cached_property
    def schemes(self) -> list[Scheme]:
        """Schemes of rows whose classes the actor may look at."""
        return [one for one in queries.schemes(self.actor) if queries.is_open(self.actor, one)]

    def scheme(self) -> Scheme | None:
        """The one that the address names, the first one by default."""
        known, asked = self.schemes, self.request.GET.get("scheme", "")
        return next((one for one in known if str(one.pk) == asked), known[0] if known and not asked else None)

    def days(self, scheme: Scheme) -> list[Counting]:
        """Countings of a scheme, the latest first, read once."""
        if scheme.pk not in self.known:
            self.known[scheme.pk] = queries.countings(scheme)
        return self.known[scheme.pk]

    @cached_property
    def known(self) -> dict[int, list[Counting]]:
        """Countings that were read already."""
        return {}

    def counting(self, name: str = "counting") -> Counting | None:
        """The counting that the address names. :raises Missing: there is none of this id."""
        asked = self.request.GET.get(name, "")
        if not asked:
            return None
        number = id_of(asked)
        found = queries.counting_for_page(self.actor, number) if number else None
        if found is None or not queries.is_open(self.actor, found.scheme):
            raise Missing("not_found", _("Not found, or out of your reach."))
        return found

    def take(self, counting: Counting, *made: Sheet) -> HttpResponse:
        """These figures as a workbook. :raises Denied: without the right to export rows of the record."""
        scheme = counting.scheme
        told = {"scheme": scheme.name, "day": counting.day.isoformat(), **self.request.GET.dict()}
        return workbook.answer(self.actor, registry.record(scheme.record), "classes", made, told)

    def file_url(self, scheme: Scheme, asked: Mapping[str, Any]) -> str:
        """Where the figures are taken away; nowhere for those who may not."""
        may = workbook.may_take(self.actor, registry.record(scheme.record))
        return f"{self.request.path}?{urlencode({**asked, 'part': 'file'})}" if may else ""


class Matrix(Found):
    """ABC by XYZ at a day, stages of life, and how classes changed."""

    parts: ClassVar[dict[str, str]] = {"file": "file"}

    def file(self, **_address: Any) -> HttpResponse:
        """The matrix, stages of life and all rows as a workbook. :raises Missing: no counting is named."""
        chosen = self.counting()
        if chosen is None:
            raise Missing("not_found", _("There is no such page."))
        made = [make(self.actor, chosen) for make in (sheets.matrix, sheets.stages, sheets.rfm_groups)]
        before = queries.previous(chosen, self.days(chosen.scheme))
        return self.take(chosen, *made, sheets.rows(self.actor, chosen, {}, before))

    def show(self, **_address: Any) -> HttpResponse:
        """The latest counting of the first scheme, or the one that is asked for."""
        chosen = self.counting()
        scheme = chosen.scheme if chosen else self.scheme()
        if scheme is None:
            return self.answer("classification/none.html", {"page_title": _("Classes"), "new_url": self._new_url()})
        days = self.days(scheme)
        chosen = chosen or (days[0] if days else None)
        context: dict[str, Any] = {
            "page_title": _("Classes"),
            "scheme": scheme,
            "schemes": [
                {"label": one.name, "url": f"{HOME}?scheme={one.pk}", "active": one.pk == scheme.pk}
                for one in self.schemes
            ],
            "days": [
                {
                    "label": look.day_text(one),
                    "url": f"{HOME}?counting={one.pk}",
                    "active": chosen is not None and one.pk == chosen.pk,
                }
                for one in days
            ],
            "start_url": f"{SETTINGS}{scheme.pk}/start/" if self.actor.may(commands.start.name) else "",
            "settings_url": SETTINGS if self.actor.may(commands.change.name) else "",
            "moves_url": f"{HOME}moves/?scheme={scheme.pk}" if len(days) > 1 else "",
            "rfm_moves_url": f"{HOME}moves/?scheme={scheme.pk}&by=rfm_group" if len(days) > 1 else "",
            "groups_url": f"{HOME}groups/" if queries.selling(self.actor) else "",
            "chart": look.chart(self.actor, scheme, days),
        }
        return self.answer("classification/matrix.html", context | (self._of(chosen) if chosen else {}))

    def _of(self, chosen: Counting) -> dict[str, Any]:
        lives, found = look.stages(self.actor, chosen)
        matrix = look.matrix(self.actor, chosen)
        silent = found.count - matrix["rows"]
        return {
            "period": _("From %(since)s to %(day)s")
            % {"since": formats.date_text(chosen.since), "day": formats.date_text(chosen.day - timedelta(days=1))},
            "matrix": matrix,
            "file_url": self.file_url(chosen.scheme, {"counting": chosen.pk}),
            "lives": lives,
            "never": look.never(self.actor, chosen),
            "groups": look.rfm_groups(self.actor, chosen),
            "tiles": [
                {
                    "label": registry.record(chosen.scheme.record).plural,
                    "value": formats.quantity_text(found.count),
                    "url": look.rows_url(chosen),
                    "note": _("without a letter, nothing in the period: %(count)s") % {"count": silent}
                    if silent
                    else "",
                },
                {"label": _("Sum"), "value": rules.sum_text(chosen.scheme, found.total)},
            ],
        }

    def _new_url(self) -> str:
        return f"{SETTINGS}new/" if self.actor.may(commands.add.name) else ""


class Rows(Found):
    """Rows behind a cell of a matrix."""

    parts: ClassVar[dict[str, str]] = {"file": "file"}

    def file(self, **_address: Any) -> HttpResponse:
        """All of them as a workbook. :raises Missing: no counting is named."""
        counting, before = self._named()
        return self.take(counting, sheets.rows(self.actor, counting, self.request.GET.dict(), before))

    def show(self, **_address: Any) -> HttpResponse:
        """A page of them. :raises Missing: no counting is named."""
        (counting, before), asked = self._named(), self.request.GET.dict()
        found = look.rows(self.actor, counting, asked, before)
        if found["more"]:
            found["more_url"] = f"{self.request.path}?{urlencode({**asked, 'after': found['more']})}"
        context = {
            "page_title": _("Classes"),
            "title": self._title(counting, before, asked),
            "home_url": f"{HOME}?counting={counting.pk}",
            "list_url": look.list_url(counting, asked),
            "has_was": before is not None,
            "file_url": self.file_url(counting.scheme, asked),
            **found,
        }
        return self.answer("classification/rows.html", context)

    def _named(self) -> tuple[Counting, Counting | None]:
        """The counting, and the one that it is compared with. :raises Missing: no counting is named."""
        counting = self.counting()
        if counting is None:
            raise Missing("not_found", _("There is no such page."))
        return counting, self.counting("before") or queries.previous(counting, self.days(counting.scheme))

    def _title(self, counting: Counting, before: Counting | None, asked: Mapping[str, str]) -> str:
        lives, groups = dict(rules.Life.choices), look.moving("rfm_group")
        letters = ", ".join(look.LETTERS) if asked.get("abc") == queries.ANY else asked.get("abc", "")
        parts = [letters, asked.get("xyz", ""), str(lives.get(asked.get("life", ""), ""))]
        parts.append(groups.get(asked.get("rfm_group", ""), ""))
        was = asked.get("was", "") or groups.get(asked.get("was_group", ""), "")
        if before is not None and was:
            parts.insert(0, f"{was} →")
        what = " ".join(one for one in parts if one) or _("All")
        return f"{registry.record(counting.scheme.record).plural}: {what}, {look.day_text(counting)}"


class Moves(Found):
    """Who moved from one class to another between two countings."""

    parts: ClassVar[dict[str, str]] = {"file": "file"}

    def file(self, **_address: Any) -> HttpResponse:
        """The same as a workbook. :raises Missing: there are no two countings."""
        _scheme, _days, before, after = self._asked()
        return self.take(after, sheets.moves(self.actor, before, after, self.by))

    def show(self, **_address: Any) -> HttpResponse:
        """The two latest by default. :raises Missing: there are no two countings."""
        scheme, days, before, after = self._asked()
        options = [{"value": one.pk, "label": look.day_text(one)} for one in days]
        asked = {"scheme": scheme.pk, "from": before.pk, "to": after.pk}
        context = {
            "page_title": _("Who moved"),
            "scheme": scheme,
            "home_url": f"{HOME}?scheme={scheme.pk}",
            "from_options": [{**one, "chosen": one["value"] == before.pk} for one in options],
            "to_options": [{**one, "chosen": one["value"] == after.pk} for one in options],
            "by": self.by,
            "kinds": [
                {"label": label, "url": f"{HOME}moves/?{urlencode({**asked, 'by': by})}", "active": by == self.by}
                for by, label in zip(queries.MOVING, (_("By ABC"), _("By groups of RFM")), strict=True)
            ],
            "moves": look.moves(self.actor, before, after, self.by),
            "file_url": self.file_url(scheme, {**asked, "by": self.by}),
        }
        return self.answer("classification/moves.html", context)

    @cached_property
    def by(self) -> str:
        """Between which classes rows move: letters of ABC where the address says nothing else."""
        asked = self.request.GET.get("by", "")
        return asked if asked in queries.MOVING else queries.MOVING[0]

    def _asked(self) -> tuple[Scheme, list[Counting], Counting, Counting]:
        """The scheme with its countings, and the two that are compared, the earlier one first."""
        scheme = self.scheme()
        days = self.days(scheme) if scheme else []
        if scheme is None or len(days) < 2:
            raise Missing("not_found", _("There is no such page."))
        before, after = sorted(
            (self._of(days, "from", days[1]), self._of(days, "to", days[0])), key=lambda one: one.day
        )
        return scheme, days, before, after

    def _of(self, days: list[Counting], name: str, default: Counting) -> Counting:
        asked = self.request.GET.get(name, "")
        return next((one for one in days if str(one.pk) == asked), default)


class Schemes(pages.Page):
    """The schemes there are."""

    permission: ClassVar[str] = commands.change.name

    def show(self, **_address: Any) -> HttpResponse:
        """Each with what it classifies and when it was worked out."""
        lines = []
        for one in queries.schemes(self.actor):
            made = queries.latest(one)
            lines.append(
                {
                    "name": one.name,
                    "url": f"{SETTINGS}{one.pk}/",
                    "what": f"{registry.record(one.record).plural} — {registry.record(one.of).plural}",
                    "is_main": one.is_main,
                    "day": look.day_text(made) if made else "",
                    "drop_url": f"{SETTINGS}{one.pk}/delete/" if self.actor.may(commands.delete.name) else "",
                }
            )
        new_url = f"{SETTINGS}new/" if self.actor.may(commands.add.name) else ""
        return self.answer(
            "classification/schemes.html", {"page_title": _("Classes"), "lines": lines, "new_url": new_url}
        )


class NewScheme(pages.CommandPage):
    """Of what, and by which rows; the rest is asked on the page that follows."""

    command, form = commands.add, forms.Begin
    submit = gettext_lazy("Go on")

    def give(self, form: django_forms.BaseForm, row: Model | None, key: str) -> Any:
        """Nothing is made yet."""
        return form.cleaned_data["source"]

    def succeed(self, result: Any, row: Model | None, key: str) -> HttpResponse:
        """The page of the settings."""
        source = result or self.request.POST.get("source", "")
        return htmx.redirect(self.request, f"{SETTINGS}new/settings/?{urlencode({'source': source})}")


class NewSettings(pages.CommandPage):
    """How a new scheme works: `?source=clients.client:deals.deal:client`."""

    command, form = commands.add, forms.Settings

    def make_form(self, row: Model | None, **given: Any) -> forms.Settings:
        """The form for the rows that are counted."""
        _record, of, _link = self._source()
        return forms.Settings(actor=self.actor, of=of.name, **given)

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """With what the address names."""
        record, of, link = self._source()
        return {**cleaned, "record": record.name, "of": of.name, "link": link}

    def success_url(self, result: Any, row: Model | None) -> str:
        """The schemes."""
        return SETTINGS

    def _source(self) -> tuple[Record, Record, str]:
        """:raises Missing: the address names nothing to classify."""
        name, _colon, key = self.request.GET.get("source", "").partition(":")
        record = registry.records.get(name)
        found = next((one for one in rules.sources_of(record) if one.key == key), None) if record else None
        if record is None or found is None or record not in rules.classified():
            raise Missing("not_found", _("There is no such page."))
        return record, found.record, found.link


class ChangeScheme(pages.CommandPage):
    """Another way for a scheme to work."""

    command, form, on, query = commands.change, forms.Change, "scheme", queries.scheme_for_page

    def initial(self, row: Model | None) -> dict[str, Any]:
        """As it works now."""
        shares = ("a_share", "b_share", "x_spread", "y_spread", "drop")
        names = ("name", "amount", "day", "months", *shares, "is_main", "condition")
        return {name: getattr(row, name) for name in names}

    def success_url(self, result: Any, row: Model | None) -> str:
        """The schemes."""
        return SETTINGS


class DeleteScheme(pages.CommandPage):
    """A scheme marked for deletion."""

    command, on, query, is_danger = commands.delete, "scheme", queries.scheme_for_page, True

    def success_url(self, result: Any, row: Model | None) -> str:
        """The schemes."""
        return SETTINGS


class Start(pages.CommandPage):
    """A scheme worked out, now or as it was at an earlier month."""

    command, form, on, query = commands.start, forms.Start, "scheme", queries.scheme_for_page
    is_single = True

    def success_url(self, result: Any, row: Model | None) -> str:
        """The job with its progress."""
        return f"/jobs/{result.pk}/" if result is not None else HOME
