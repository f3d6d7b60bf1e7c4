"""Guarded rows: which they are, what of them is closed to whom, and the form that says so."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from okno.access import commands, queries
from okno.access.models import SensitiveRows
from okno.access.web import forms, rights
from okno.access.web.field_lists import told
from okno.kit import formats
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web.conditions import ConditionField
from okno.kit.web.pages import CommandPage
from okno.kit.web.widgets import Ticks

Context = dict[str, Any]
READINGS = "/settings/readings/"


def shown(reader: Actor, guard: SensitiveRows) -> Context:
    """A guard in words: of which rows, how many they are, what of them is closed and to how many people."""
    record = registry.records.get(guard.record)
    where = told(reader, record, guard.condition) if record and guard.condition is not None else ""
    count = formats.quantity_text(queries.count_guarded(guard))
    return {
        "name": guard.name,
        "record": str(record.plural) if record else guard.record,
        "where": where or _("all rows"),
        "rows": _("now: %(count)s") % {"count": count},
        "does": _does(guard, record),
        "change_url": f"{READINGS}watch/{guard.pk}/",
        "stop_url": f"{READINGS}?part=stop&watch={guard.pk}",
    }


def _does(guard: SensitiveRows, record: Record | None) -> list[str]:
    lines = [_("reading is kept in the log")] if guard.is_kept else []
    if guard.hidden or guard.masked:
        people = queries.count_bound()
        who = ngettext("closed to %(count)s person", "closed to %(count)s people", people) % {"count": people}
        lines.append(f"{who}:")
    if guard.hidden:
        lines.append(_("not shown: %(fields)s") % {"fields": _labels(record, guard.hidden)})
    if guard.masked:
        lines.append(_("only the end is shown: %(fields)s") % {"fields": _labels(record, guard.masked)})
    return lines


def _labels(record: Record | None, keys: list[str]) -> str:
    found = [(key, record.field(key) if record else None) for key in keys]
    return ", ".join(str(field.label) if field else key for key, field in found)


class GuardForm(django_forms.Form):
    """Which rows of a record are guarded, and what of them is closed."""

    def __init__(self, *args: Any, actor: Actor, record: Record, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = record.all_fields()
        self.fields["name"] = forms.text(_("Name"), most=100, required=True, placeholder="VIP")
        self.fields["condition"] = ConditionField(
            actor, record, label=_("Where"), required=False, help_text=_("Without a condition all rows are guarded.")
        )
        self.fields["is_kept"] = django_forms.BooleanField(
            label=_("Keep every reading in the access log"), required=False, initial=True
        )
        self.fields["masked"] = _choice(
            _("Show only the end of"),
            [(key, str(one.label)) for key, one in fields.items() if one.kind in rights.MASKABLE],
            help_text=_("Whoever has the right “See guarded cards whole” sees everything."),
        )
        self.fields["hidden"] = _choice(_("Do not show"), [(key, str(one.label)) for key, one in fields.items()])


def _choice(label: str, choices: list[tuple[str, str]], help_text: str = "") -> django_forms.MultipleChoiceField:
    return django_forms.MultipleChoiceField(
        label=label, required=False, choices=choices, widget=Ticks(), help_text=help_text
    )


class GuardRows(CommandPage):
    """Guard some rows of the record that the address names."""

    command, form = commands.watch_rows, GuardForm
    title, submit = gettext_lazy("Guard cards"), gettext_lazy("Save")

    @property
    def guard(self) -> SensitiveRows | None:
        """The guard that is changed; none of a new one."""
        return None

    @property
    def record(self) -> Record:
        """The record. :raises Missing: there is none of this name."""
        return registry.record(self.request.GET.get("record") or "clients.client")

    def make_form(self, row: Model | None, **given: Any) -> django_forms.BaseForm:
        """The form of the record."""
        return GuardForm(actor=self.actor, record=self.record, **given)

    def initial(self, row: Model | None) -> Context:
        """Named after the record until somebody says better."""
        return {"name": str(self.record.plural), "is_kept": True}

    def arguments(self, cleaned: Any) -> Context:
        """With the record of the address."""
        return {**cleaned, "record": self.record.name, "watch_id": self.guard.pk if self.guard else None}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the log."""
        return READINGS


class ChangeGuard(GuardRows):
    """Other rows, or other fields."""

    @property
    def guard(self) -> SensitiveRows:
        """The one of the address. :raises Missing: there is no such guard."""
        found = queries.watches().filter(pk=self.kwargs["id"]).first()
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return found

    @property
    def record(self) -> Record:
        """That of the guard."""
        return registry.record(self.guard.record)

    def initial(self, row: Model | None) -> Context:
        """What it is now."""
        names = ("name", "condition", "is_kept", "hidden", "masked")
        return {name: getattr(self.guard, name) for name in names}
