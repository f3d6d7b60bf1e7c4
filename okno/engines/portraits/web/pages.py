"""Pages of portraits: filling a questionnaire in from the card, interests, answers put together."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.portraits import commands, queries
from okno.engines.portraits.models import Interest, Question
from okno.engines.portraits.queries import Answers
from okno.engines.portraits.record import TOPIC
from okno.kit import formats, permissions, reached
from okno.kit.changing import asked as changing
from okno.kit.errors import Denied, Refused
from okno.kit.ids import id_of
from okno.kit.kinds import Kind
from okno.kit.models.base import RecordModel
from okno.kit.money import round_money
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.timeline import history
from okno.kit.web import form_context, htmx, undoing, workbook
from okno.kit.web.days import DayField
from okno.kit.web.forms import CONTROL, LinkField, field_for, initial_of
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.address import list_url
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.by_record import RecordPage
from okno.kit.web.workbook import Sheet

Context = dict[str, Any]


class About(Page):
    """A page about one row, by the name of its record and its id."""

    def about(self) -> tuple[Record, RecordModel]:
        """The record and the row. :raises Missing: there is no such record or row, or it is out of reach."""
        record = queries.the_record(self.kwargs["record"])
        row: Any = reached.the_row(self.actor, record.name, self.kwargs["id"])
        return record, row


class FillIn(About):
    """Answers to all questionnaires of a row; they are saved by the command that changes the row."""

    permission = "portraits.view"

    def show(self, **_address: Any) -> HttpResponse:
        """The questions with what is answered."""
        record, row = self.about()
        form = AnswerForm(self.actor, record, row)
        return self._answer(record, row, form)

    def act(self, **_address: Any) -> HttpResponse:
        """Save the answers that differ."""
        record, row = self.about()
        form = AnswerForm(self.actor, record, row, self.request.POST)
        if not form.is_valid():
            return self._answer(record, row, form, 422)
        update, on = changing.update_of(record)
        values, key = form.changed_values(), uuid.uuid4().hex
        base = id_of(self.request.POST.get("version", ""))
        try:
            if values:
                given = {on: row.pk, "values": values, "base_version": row.version if base is None else base}
                update.run(self.actor, idempotency_key=key, **given)
        except (Refused, Denied) as refusal:
            missing = [name for name in refusal.params.get("missing", []) if name in form.fields]
            form.add_error(missing[0] if missing else None, refusal.message)
            return self._answer(record, row, form, 422)
        undo = undoing.url_of_key(self.actor, update.name, key) if values else ""
        return htmx.redirect(self.request, record.url_of(row.pk), toast=_("The answers are saved."), undo_url=undo)

    def _answer(self, record: Record, row: RecordModel, form: AnswerForm, status: int = 200) -> HttpResponse:
        title = _("Portrait: %(who)s") % {"who": row}
        context = {
            "title": title,
            "errors": form_context.errors_of(form) if form.is_bound else [],
            "sections": form.sections(),
            "post_url": self.request.get_full_path(),
            "submit": _("Save the answers"),
            "cancel_url": record.url_of(row.pk),
            "hidden": [{"name": "version", "value": row.version}],
            "draft": f"portrait:{record.name}:{row.pk}",
        }
        return self.answer("kit/form.html", {"form_page": context, "page_title": title}, status)


class AnswerForm(forms.Form):
    """The questions of a row within the actor's reach, in their sections."""

    def __init__(self, actor: Actor, record: Record, row: RecordModel, sent: Any = None) -> None:
        super().__init__(sent)
        self.record, self.row = record, row
        self.layout: list[tuple[str, list[str]]] = []
        asked = queries.asked_of(record, row)
        lines = history.history_of(actor, record, row)
        for one, questions in asked:
            sections: dict[str, list[str]] = {}
            for each in questions:
                if each.field in self.fields or not actor.sees_field(record.name, each.field):
                    continue
                self._add(actor, each, lines)
                sections.setdefault(each.section, []).append(each.field)
            self.layout += [(f"{one.name}: {title}" if title else one.name, names) for title, names in sections.items()]

    def _add(self, actor: Actor, question: Question, lines: Sequence[history.HistoryLine]) -> None:
        field = self.record.field(question.field)
        if field is None:
            return
        present = initial_of(self.record, question.field, self.row)
        made = field_for(actor, field, chosen=present)
        made.required, made.initial = False, present
        made.label = question.text or str(field.label)
        made.help_text = _last(lines, question.field, actor) or made.help_text
        self.fields[question.field] = made

    def sections(self) -> list[Context]:
        """Questions under the names of their questionnaires and sections."""
        return form_context.sections_of(self, self.layout)

    def changed_values(self) -> dict[str, Any]:
        """Answers that differ from those that are there."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.fields}


def _last(lines: Sequence[history.HistoryLine], key: str, actor: Actor) -> str:
    """Who answered last, and when."""
    for line in lines:
        if line.at is not None and any(one.key == key for one in line.fields):
            return f"{line.who}, {formats.moment_text(line.at, timezone.now(), actor.zone)}"
    return ""


class InterestForm(forms.Form):
    """What somebody is interested in."""

    level = forms.ChoiceField(label=gettext_lazy("How much"), choices=Interest.Level.choices, initial="middle")
    need = forms.CharField(
        label=gettext_lazy("What exactly"), max_length=300, required=False, widget=forms.TextInput(CONTROL)
    )
    source = forms.CharField(
        label=gettext_lazy("Where it is known from"), max_length=150, required=False, widget=forms.TextInput(CONTROL)
    )
    supplier = forms.CharField(
        label=gettext_lazy("Who supplies it now"), max_length=150, required=False, widget=forms.TextInput(CONTROL)
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = (self.data or {}).get("topic") or self.initial.get("topic")
        topic = LinkField(actor, TOPIC.name, label=_("Topic of interest"), chosen=chosen)
        self.fields = {"topic": topic, **self.fields, "since": DayField(label=_("Since"), required=False)}


class NoteInterest(About, CommandPage):
    """An interest of a row, a new one or another word on one that is there."""

    command, form = commands.note_interest, InterestForm
    stays = is_single = True

    def subject(self, row: Model | None) -> Context | None:
        """Whose interest it is: the address says it."""
        return super().subject(self.about()[1])

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is noted of the topic that the address names."""
        record, about = self.about()
        asked = self.request.GET.get("topic", "")
        found = [one for one in queries.interests(record.name, about.pk) if str(one.topic_id) == asked]
        names = ("level", "need", "source", "supplier", "since")
        return {"topic": found[0].topic_id, **{name: getattr(found[0], name) for name in names}} if found else {}

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The row of the address, and what the form says."""
        record, about = self.about()
        return {**super().arguments(cleaned), "record": record.name, "row_id": about.pk}


class DropInterest(About, CommandPage):
    """An interest that is no more."""

    command = commands.drop_interest
    stays = is_single = True

    class form(forms.Form):  # noqa: N801 - the name by which the page asks for it
        """Which one."""

        interest_id = forms.IntegerField(widget=forms.HiddenInput)

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The row of the address, and which interest."""
        record, about = self.about()
        return {"record": record.name, "row_id": about.pk, "interest_id": cleaned["interest_id"]}


class Analysis(RecordPage):
    """Answers put together: figures that open their rows."""

    here, permission = "/portraits/", "portraits.view"
    parts: ClassVar[dict[str, str]] = {"file": "file"}

    def file(self, **_address: Any) -> HttpResponse:
        """Answers as a workbook, a sheet for each questionnaire. :raises Denied: without the right to export."""
        sums = queries.sums_of(self.actor, self.record)
        by = self.request.GET.get("sum", "")
        by = by if by in sums else ""
        found = queries.answers(self.actor, self.record, by)
        made = [_sheet(name, told, str(sums[by].label) if by else "") for name, told in found]
        return workbook.answer(self.actor, self.record, "portraits", made, {"sum": by})

    def show(self, **_address: Any) -> HttpResponse:
        """The page of one record. :raises Missing: nothing that the actor may view has a portrait."""
        record = self.record
        sums = queries.sums_of(self.actor, record)
        by = self.request.GET.get("sum", "")
        by = by if by in sums else ""
        found = queries.answers(self.actor, record, by)
        context = {
            "page_title": _("Portraits and questionnaires"),
            "record": record.name,
            "records": self.record_tabs(),
            "sums": [{"key": key, "label": one.label, "chosen": key == by} for key, one in sums.items()],
            "sum_label": sums[by].label if by else "",
            "questionnaires": [
                {"name": name, "questions": [_told(record, number, one) for number, one in enumerate(told)]}
                for name, told in found
            ],
            "file_url": f"{self.url}&sum={by}&part=file" if found and workbook.may_take(self.actor, record) else "",
            "settings_url": f"/settings/portraits/?record={record.name}"
            if self.actor.may(commands.set_questionnaire.name)
            else "",
        }
        return self.answer("portraits/analysis.html", context)

    def open_records(self) -> list[Record]:
        """Records whose cards have portraits and that the actor may look at."""
        return [one for one in queries.portrayed() if self.actor.may(permissions.view_permission(one.model))]


def _sheet(name: str, told: Sequence[Answers], sum_label: str) -> Sheet:
    """A line for each question and for each of its answers."""
    heads = [_("Question"), _("What was answered"), _("Cards"), _("Part of all"), _("on average"), sum_label]
    rows: list[list[Any]] = []
    for one in told:
        text = one.question.text or str(one.field.label)
        share = round(100 * one.answered / one.asked) if one.asked else 0
        rows.append([text, "", one.answered, share, one.average, one.mean])
        for each in one.options:
            part = round(100 * each.count / one.answered) if one.answered else 0
            label = each.label or (_("Yes") if each.value else _("No"))
            rows.append([text, label, each.count, part, None, each.mean])
    return Sheet(name, heads if sum_label else heads[:-1], [one if sum_label else one[:-1] for one in rows])


def _rows(record: Record, leaf: Any) -> str:
    return list_url(record, {"all": [leaf]})


def _told(record: Record, number: int, one: Answers) -> Context:
    key, field = one.question.field, one.field
    share = round(100 * one.answered / one.asked) if one.asked else 0
    options = [
        {
            "label": each.label or (_("Yes") if each.value else _("No")),
            "count": formats.quantity_text(each.count),
            "share": f"{round(100 * each.count / one.answered) if one.answered else 0} %",
            "mean": _mean(each.mean),
            "url": _rows(record, _leaf(key, field.kind, each.value)),
        }
        for each in one.options
    ]
    return {
        "text": one.question.text or field.label,
        "answered": formats.quantity_text(one.answered),
        "share": f"{share} %",
        "url": _rows(record, {"field": key, "op": "not_empty"}),
        "average": formats.quantity_text(round(one.average, 2)) if one.average is not None else "",
        "mean": _mean(one.mean),
        "options": options,
        "is_open": number == 0,
    }


def _mean(sum_of_theirs: Decimal | None) -> str:
    return "—" if sum_of_theirs is None else formats.money_text(round_money(sum_of_theirs))


def _leaf(key: str, kind: Kind, value: Any) -> Context:
    said = ("eq", value) if kind is Kind.BOOLEAN else ("in", [value])
    return {"field": key, "op": said[0], "value": said[1]}
