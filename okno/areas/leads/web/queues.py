"""Settings of enquiries: queues with their people, sources, reasons of rejection."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries as access
from okno.areas.leads import commands, queries
from okno.areas.leads.models import LeadQueue, LeadSource
from okno.kit.permissions import Actor
from okno.kit.registry import SettingsPage
from okno.kit.web.forms import CONTROL
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page

QUEUES, SOURCES = "/settings/queues/", "/settings/sources/"
GROUP = gettext_lazy("Sales and mail")


class Queues(Page):
    """Queues with their people, and sources with their queues."""

    permission = commands.set_queue.name

    def show(self, **_address: Any) -> HttpResponse:
        """Both lists."""
        rows = [
            {
                "name": one.name,
                "url": f"{QUEUES}{one.pk}/",
                "people": ", ".join(member.user.name for member in one.members.all()),
                "react": one.react_minutes,
                "handle": one.handle_minutes,
            }
            for one in queries.queues_with_people()
        ]
        sources = [
            {
                "name": one.name,
                "code": one.code,
                "url": f"{SOURCES}{one.pk}/",
                "kind": str(LeadSource.Kind(one.kind).label),
                "queue": one.queue.name,
            }
            for one in queries.sources()
        ]
        context = {"queues": rows, "sources": sources, "page_title": _("Queues and sources of enquiries")}
        return self.answer("leads/queues.html", context)


class QueueForm(forms.Form):
    """A queue with its people and norms."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(CONTROL))
        self.fields["react_minutes"] = _minutes(_("Reaction norm, working minutes"), 15)
        self.fields["handle_minutes"] = _minutes(_("Handling norm, working minutes"), 240)
        self.fields["people"] = forms.TypedMultipleChoiceField(
            label=_("Who takes enquiries in turn"),
            coerce=int,
            choices=[(one.pk, one.name) for one in access.colleagues(actor).order_by("name")],
            widget=forms.CheckboxSelectMultiple({"class": "checks"}),
        )


class AddQueue(CommandPage):
    """A new queue."""

    command, form = commands.set_queue, QueueForm
    title, submit = gettext_lazy("New queue"), gettext_lazy("Save")

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """With a code of its own."""
        return {**cleaned, "code": self.code(cleaned["name"])}

    def code(self, name: str) -> str:
        """Latin letters of the name, or a number."""
        return queries.free_code(LeadQueue, name, "queue")

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the lists."""
        return QUEUES


class ChangeQueue(AddQueue):
    """Other people or norms."""

    on, query = "queue", queries.queue_for_card
    title = gettext_lazy("Queue")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is set now."""
        found: Any = row
        known = {name: getattr(found, name) for name in ("name", "react_minutes", "handle_minutes")}
        return {**known, "people": list(found.members.values_list("user_id", flat=True))}

    def code(self, name: str) -> str:
        """The code stays."""
        return str(getattr(self.row(**self.kwargs), "code", ""))


class SourceForm(forms.Form):
    """A source with its queue."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(CONTROL))
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=LeadSource.Kind.choices)
        queues = [(one.pk, one.name) for one in queries.queues()]
        self.fields["queue"] = forms.TypedChoiceField(label=_("To which queue"), coerce=int, choices=queues)


class AddSource(CommandPage):
    """A new source of enquiries."""

    command, form = commands.set_source, SourceForm
    title, submit = gettext_lazy("New source"), gettext_lazy("Save")

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """With a code of its own: forms and mailboxes name the source by it."""
        return {**cleaned, "code": self.code(cleaned["name"])}

    def code(self, name: str) -> str:
        """Latin letters of the name, or a number."""
        return queries.free_code(LeadSource, name, "source")

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the lists."""
        return QUEUES


class ChangeSource(AddSource):
    """Another name or queue."""

    on, query = "source", queries.source_for_card
    title = gettext_lazy("Source of enquiries")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is set now."""
        return {
            "name": getattr(row, "name", ""),
            "kind": getattr(row, "kind", ""),
            "queue": getattr(row, "queue_id", None),
        }

    def code(self, name: str) -> str:
        """The code stays."""
        return str(getattr(self.row(**self.kwargs), "code", ""))


class ReasonsForm(forms.Form):
    """Reasons, each on a line."""

    names = forms.CharField(
        label=gettext_lazy("Reasons, each on a line of its own"), widget=forms.Textarea({**CONTROL, "rows": 12})
    )

    def clean_names(self) -> list[str]:
        """Without repetitions and empty lines."""
        return list(dict.fromkeys(one.strip()[:100] for one in self.cleaned_data["names"].splitlines() if one.strip()))


class RejectReasons(CommandPage):
    """Why enquiries are rejected."""

    command, form = commands.set_reject_reasons, ReasonsForm
    title, submit = gettext_lazy("Reasons of rejection"), gettext_lazy("Save")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The reasons there are."""
        return {"names": "\n".join(one.name for one in queries.reject_reasons())}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Stay here."""
        return "/settings/rejections/"


def _minutes(label: str, initial: int) -> forms.IntegerField:
    widget = forms.TextInput({**CONTROL, "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=1, max_value=100_000, initial=initial, widget=widget)


PAGES = (
    SettingsPage(
        GROUP,
        gettext_lazy("Queues and sources of enquiries"),
        gettext_lazy("Who takes enquiries in turn, from where they come, how fast to react"),
        QUEUES,
        icon="inbox",
        permission=commands.set_queue.name,
        position=230,
    ),
    SettingsPage(
        GROUP,
        gettext_lazy("Reasons of rejection"),
        gettext_lazy("Why enquiries are rejected"),
        "/settings/rejections/",
        icon="list",
        permission=commands.set_reject_reasons.name,
        position=240,
    ),
)
