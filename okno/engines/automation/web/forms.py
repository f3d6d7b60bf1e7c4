"""Forms of robots."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from okno.engines.automation.models import Robot
from okno.engines.automation.rules import LONGEST_NAME
from okno.engines.segments import queries as segments
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web.conditions import ConditionField
from okno.kit.web.forms import CONTROL

SELECT = {"class": "form-select"}


class Make(forms.Form):
    """When and with which rows a robot does what was tried."""

    def __init__(self, *args: Any, actor: Actor, record: Record, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput({**CONTROL, "autofocus": True})
        )
        self.fields["segment"] = forms.TypedChoiceField(
            label=_("Segment"),
            coerce=int,
            choices=segments.changing_for(actor, record.name),
            widget=forms.Select(SELECT),
        )
        self.fields["trigger"] = forms.ChoiceField(
            label=_("When"), choices=Robot.Trigger.choices, widget=forms.Select(SELECT)
        )
        self.fields["is_once"] = forms.BooleanField(
            label=_("Once for each card"),
            required=False,
            help_text=_("Otherwise it acts each time the card comes in or goes out anew."),
        )
        self.fields["condition"] = _condition(actor, record)


class Condition(forms.Form):
    """Which rows a robot acts upon."""

    def __init__(self, *args: Any, actor: Actor, row: Robot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["condition"] = _condition(actor, registry.record(row.record))


def _condition(actor: Actor, record: Record) -> ConditionField:
    help_text = _("Empty: every card that comes in or goes out.")
    return ConditionField(actor, record, label=_("And only if"), required=False, help_text=help_text)
