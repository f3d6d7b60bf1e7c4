"""Forms of tasks: they check the shape of what is typed, commands do the work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.calendar import rules
from okno.areas.calendar.record import TASK
from okno.areas.calendar.web import talks
from okno.areas.calendar.web.planning import STEPS
from okno.kit.permissions import Actor
from okno.kit.web.days import MomentField
from okno.kit.web.forms import CONTROL, LinkField, field_for


class AddTask(forms.Form):
    """A new task."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = field_for(actor, TASK.fields["title"], required=True)
        self.fields["title"].label = gettext_lazy("What to do")
        self.fields["title"].widget.attrs["autofocus"] = True
        self.fields["kind"] = field_for(actor, TASK.fields["kind"], required=True)
        self.fields["kind"].widget.attrs.update(talks.lasting_attrs(rules.USUAL_DURATION))
        self.fields["due_at"] = MomentField(label=gettext_lazy("Due"), required=False)
        self.fields["duration"] = talks.duration_field()
        self.fields["owner"] = LinkField(actor, "access.user", label=gettext_lazy("Responsible"))
        self.fields["client"] = LinkField(actor, "clients.client", label=gettext_lazy("Client"), required=False)
        self.fields["contact"] = LinkField(actor, "clients.contact", label=gettext_lazy("With whom"), required=False)
        self.fields["text"] = field_for(actor, TASK.fields["text"])
        self.fields["about_record"] = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput())
        self.fields["about_id"] = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput())


class PlanAbout(forms.Form):
    """A task about each of many rows."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = field_for(actor, TASK.fields["title"], required=True)
        self.fields["title"].label = gettext_lazy("What to do")
        self.fields["title"].widget.attrs["autofocus"] = True
        self.fields["kind"] = field_for(actor, TASK.fields["kind"], required=True)
        self.fields["hours"] = forms.IntegerField(
            label=gettext_lazy("Due in working hours"),
            initial=8,
            min_value=0,
            max_value=rules.MOST_HOURS,
            widget=forms.NumberInput({**CONTROL, "min": 0, "max": rules.MOST_HOURS, "inputmode": "numeric"}),
        )
        whoever = gettext_lazy("Empty: whoever is responsible for the card.")
        self.fields["owner"] = LinkField(
            actor, "access.user", label=gettext_lazy("Responsible"), required=False, help_text=whoever
        )
        self.fields["text"] = field_for(actor, TASK.fields["text"])


class Finish(forms.Form):
    """What came of it."""

    result = forms.CharField(
        label=gettext_lazy("What came of it"),
        required=False,
        widget=forms.Textarea({**CONTROL, "rows": 3, "autofocus": True}),
    )


class Reschedule(forms.Form):
    """Another deadline: a moment, or a step from the present one."""

    due_at = MomentField(label=gettext_lazy("Due"), required=False)
    step = forms.ChoiceField(choices=[(key, key) for key in STEPS], required=False, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        """One of both is needed."""
        cleaned = super().clean() or {}
        if not cleaned.get("due_at") and not cleaned.get("step"):
            raise ValidationError({"due_at": _("Choose when.")})
        return cleaned


class HandOver(forms.Form):
    """To whom."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = LinkField(actor, "access.user", label=gettext_lazy("To whom"))
