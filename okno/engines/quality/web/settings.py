"""Settings of quality: what a complete card has, by status, and how much each point weighs."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.quality import commands, queries, rules
from okno.engines.quality.models import MOST_WEIGHT, Norm
from okno.engines.quality.web import panels
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web import htmx
from okno.kit.web.conditions import ConditionField
from okno.kit.web.forms import CONTROL
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.by_record import RecordPage, in_words

HERE = "/settings/quality/"
FIRST = {**CONTROL, "autofocus": True}
NUMBER = {"class": "form-control num-input", "inputmode": "numeric"}


class Norms(RecordPage):
    """Criteria of one record, set by set."""

    here, permission = HERE, commands.set_norm.name
    actions: ClassVar[dict[str, str]] = {"take": "take", "recount": "recount"}

    def show(self, **_address: Any) -> HttpResponse:
        """The sets."""
        record = self.record
        sets = [_set(self.actor, record, *one) for one in rules.statuses(record, queries.judged(record.name))]
        context = {
            "page_title": _("Quality of cards"),
            "record": record.name,
            "records": self.record_tabs(),
            "sets": sets,
            "may_take": not queries.norms(record.name) and bool(queries.judged(record.name).criteria),
        }
        return self.answer("quality/settings.html", context)

    def take(self, **_address: Any) -> HttpResponse:
        """Begin with the criteria that are shipped."""
        commands.take_shipped.run(self.actor, record=self.record.name)
        return self.back()

    def recount(self, **_address: Any) -> HttpResponse:
        """Judge all cards anew, with progress."""
        job = commands.recount.run(self.actor, record=self.record.name)
        return htmx.redirect(self.request, f"/jobs/{job}/")

    def open_records(self) -> list[Record]:
        """All records whose cards are judged."""
        return [record for record, _judged in queries.judged_records()]


class NormForm(forms.Form):
    """What is said of a criterion; its record stands in it, as the condition is on rows of that."""

    record = forms.CharField(widget=forms.HiddenInput)
    label = forms.CharField(label=gettext_lazy("What a card has"), max_length=150, widget=forms.TextInput(FIRST))
    weight = forms.IntegerField(
        label=gettext_lazy("Weight"), min_value=1, max_value=MOST_WEIGHT, initial=10, widget=forms.TextInput(NUMBER)
    )
    group = forms.ChoiceField(label=gettext_lazy("Group"), choices=Norm.Group.choices)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = str(self.data.get("record") or self.initial.get("record") or "")
        judged = queries.judged(asked)
        record = registry.record(asked)
        self.fields["status"] = forms.ChoiceField(
            label=_("For which cards"), choices=rules.statuses(record, judged), required=bool(judged.by)
        )
        self.fields["condition"] = ConditionField(actor, record, label=_("When it is there"))
        editable = [(key, str(one.label)) for key, one in record.all_fields().items() if one.editable]
        self.fields["field"] = forms.ChoiceField(
            label=_("Field to fill in"),
            choices=[("", _("none: it stands beside the card")), *editable],
            required=False,
            help_text=_("A click on the missing point opens it on the card."),
        )
        self.fields["url"] = forms.CharField(
            label=_("Page to fill in"),
            max_length=200,
            required=False,
            widget=forms.TextInput(CONTROL),
            help_text=_("Where there is no such field: /tasks/new/?client={id}"),
        )


class AddNorm(CommandPage):
    """A new criterion."""

    command, form = commands.set_norm, NormForm
    layout = (
        (gettext_lazy("Criterion"), ("label", "status", "group", "weight", "condition")),
        (gettext_lazy("Where it is filled in"), ("field", "url")),
    )
    title, submit = gettext_lazy("New criterion of quality"), gettext_lazy("Save")
    settings_url = HERE


class ChangeNorm(AddNorm):
    """Another weight, another condition."""

    on, query = "norm", queries.norm_for_page
    title = gettext_lazy("Criterion of quality")
    is_single = True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is set now."""
        names_of = ("record", "label", "weight", "group", "status", "condition", "field", "url")
        return {name: getattr(row, name) for name in names_of}


class DropNorm(CommandPage):
    """A criterion is not asked any more."""

    command, on, query = commands.drop_norm, "norm", queries.norm_for_page
    is_danger = is_single = True
    text = gettext_lazy("Cards are judged by the other criteria; undo brings it back.")
    settings_url = HERE


class DropAll(CommandPage):
    """All criteria of a record go."""

    command = commands.drop_all
    is_danger = True
    text = gettext_lazy("Cards are not judged then; undo brings the criteria back.")

    class form(forms.Form):  # noqa: N801 - the name by which the page asks for it
        """Which record."""

        record = forms.CharField(widget=forms.HiddenInput)

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the sets."""
        return f"{HERE}?record={self.request.POST.get('record') or self.request.GET.get('record', '')}"


def _set(actor: Actor, record: Record, status: str, label: str) -> dict[str, Any]:
    own = [one for one in queries.norms(record.name) if one.status == status]
    working = [one for one in own if queries.parsed(record, one) is not None]
    return {
        "label": label,
        "status": status,
        "new_url": f"{HERE}new/?record={record.name}&status={status}",
        "total": sum(one.weight for one in working),
        "norms": [_line(actor, record, one) for one in own],
    }


def _line(actor: Actor, record: Record, norm: Norm) -> dict[str, Any]:
    field = record.field(norm.field) if norm.field else None
    return {
        "name": norm.label,
        "group": norm.get_group_display(),
        "weight": norm.weight,
        "condition": in_words(actor, record, norm.condition),
        "is_broken": queries.parsed(record, norm) is None,
        "place": field.label if field else panels.page_name(norm.url),
        "url": f"{HERE}{norm.pk}/",
        "drop_url": f"{HERE}{norm.pk}/drop/",
    }
