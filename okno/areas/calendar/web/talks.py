"""Calls and meetings that were held: the form on a card, and the page of the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.calendar import commands, queries, rules
from okno.areas.calendar.models import Task
from okno.areas.calendar.record import TASK
from okno.areas.clients import queries as clients
from okno.areas.clients.models import Contact
from okno.kit import reached
from okno.kit.ids import id_of
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.web import form_logic, pages
from okno.kit.web.days import MomentField
from okno.kit.web.forms import CONTROL, LinkField

# What was held, as people choose it: the kind of the task and the direction of a call.
FORMS = {
    "call_out": (gettext_lazy("Outgoing call"), Task.Kind.CALL, Task.Direction.OUT),
    "call_in": (gettext_lazy("Incoming call"), Task.Kind.CALL, Task.Direction.IN),
    "meeting": (gettext_lazy("Meeting"), Task.Kind.MEETING, None),
}
CHOICES = [(key, label) for key, (label, _kind, _direction) in FORMS.items()]
USUAL = {key: rules.USUAL_DURATION[kind] for key, (_label, kind, _direction) in FORMS.items()}
FIRST = "call_out"
MOST_PEOPLE = 50


class Held(forms.Form):
    """What was said with whom, and what comes next."""

    form = forms.ChoiceField(label=gettext_lazy("What it was"), choices=CHOICES)
    text = forms.CharField(
        label=gettext_lazy("What you talked about"),
        max_length=20_000,
        widget=forms.Textarea({**CONTROL, "rows": 3, "autofocus": True}),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].widget.attrs.update(lasting_attrs(USUAL))
        self.fields["duration"] = duration_field()
        just_now = gettext_lazy("Empty: it has just ended.")
        self.fields["at"] = MomentField(label=gettext_lazy("When it began"), required=False, help_text=just_now)
        self.fields["contact"] = LinkField(actor, "clients.contact", label=gettext_lazy("With whom"), required=False)
        self.fields["client"] = LinkField(actor, "clients.client", label=gettext_lazy("Client"), required=False)
        if actor.may(commands.add_task.name):
            self.fields["next_title"] = forms.CharField(
                label=gettext_lazy("Next step"), required=False, max_length=255, widget=forms.TextInput(CONTROL)
            )
            self.fields["next_at"] = MomentField(label=gettext_lazy("When the next step is due"), required=False)
            self.fields["next_kind"] = forms.ChoiceField(
                label=gettext_lazy("Kind of the next step"), choices=Task.Kind.choices, required=False
            )
        self.fields["about_record"] = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput())
        self.fields["about_id"] = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput())


class NoteHeld(pages.CommandPage):
    """A call or a meeting that was held, about a row when the address names one."""

    command, form = commands.note_held, Held
    title, submit = gettext_lazy("Write down a call or a meeting"), gettext_lazy("Write down")
    done, stays = gettext_lazy("Written down."), True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """An outgoing call of the usual length, with whom the row is about, and a call as the next step."""
        given = super().initial(row)
        about = reached.row(self.actor, given.get("about_record", ""), id_of(given.get("about_id")))
        known = {"client": queries.client_of(about), "contact": contact_of(about)}
        form = given.get("form", FIRST)
        return {"form": form, "duration": USUAL.get(form), "next_kind": Task.Kind.CALL} | known | given

    def make_form(self, row: Model | None, **given: Any) -> forms.BaseForm:
        """With what the form of tasks demands of the talk, and of the next step."""
        form = super().make_form(row, **given)
        form_logic.join_demanded(form, self.actor, TASK)
        if "next_title" in form.fields:
            form_logic.join_demanded(form, self.actor, TASK, "next")
        return form

    def give(self, form: forms.BaseForm, row: Model | None, key: str) -> Any:
        """What was filled in of the fields that joined goes along."""
        form.cleaned_data = form_logic.gathered(form)
        return super().give(form, row, key)

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The kind and the direction of what was chosen, and what was filled in."""
        _label, kind, direction = FORMS[cleaned["form"]]
        said = {name: value for name, value in cleaned.items() if name != "form" and value not in (None, "")}
        return {**said, "kind": kind, "direction": direction}


def composer(actor: Actor, row: Model) -> dict[str, Any]:
    """The same form on a card."""
    record = registry.record_of(type(row)).name
    return {
        "url": f"/tasks/held/?about_record={record}&about_id={row.pk}",
        "record": record,
        "forms": CHOICES,
        "form_attrs": lasting_attrs(USUAL),
        "usual": USUAL[FIRST],
        "people": _people(actor, row),
        "kinds": Task.Kind.choices if actor.may(commands.add_task.name) else (),
        "at_attrs": {"class": "form-control", "aria-label": _("When it began")},
        "next_attrs": {"class": "form-control", "aria-label": _("When the next step is due")},
    }


def contact_of(row: Model | None) -> int | None:
    """The person of what a card is about: the contact itself, or that of the deal or the enquiry."""
    if isinstance(row, Contact):
        return row.pk
    found: int | None = getattr(row, "contact_id", None)
    return found


def lasting_attrs(usual: Mapping[str, int]) -> dict[str, Any]:
    """What makes a choice of kinds fill in the usual minutes."""
    return {"data-controller": "lasting", "data-lasting-usual-value": json.dumps(dict(usual))}


def duration_field() -> forms.IntegerField:
    """Minutes that a task takes."""
    attrs = {**CONTROL, "min": 1, "max": rules.LONGEST, "inputmode": "numeric"}
    return forms.IntegerField(
        label=gettext_lazy("Duration, min"), required=False, min_value=1, max_value=rules.LONGEST,
        widget=forms.NumberInput(attrs),
    )  # fmt: skip


def _people(actor: Actor, row: Model) -> list[dict[str, Any]]:
    """Contacts of the client to choose from, that of the row first chosen."""
    client = queries.client_of(row)
    if client is None or not actor.may("clients.view"):
        return []
    chosen = contact_of(row)
    found = clients.contacts_of(actor, client)[:MOST_PEOPLE]
    return [{"id": one.pk, "name": one.name, "is_chosen": one.pk == chosen} for one in found]
