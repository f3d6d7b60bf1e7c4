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
from okno.areas.leads.models import LeadQueue, LeadSource, QueueMember
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.registry import SettingsPage
from okno.kit.web.forms import CONTROL, LinkField
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page
from okno.kit.web.widgets import Ticks

QUEUES, SOURCES = "/settings/queues/", "/settings/sources/"
GROUP = gettext_lazy("Sales and mail")
DAY, WORDS = "day_", ("skills", "regions")
WEEK = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)


class Queues(Page):
    """Queues with their people, and sources with their queues."""

    permission = commands.set_queue.name

    def show(self, **_address: Any) -> HttpResponse:
        """Both lists."""
        rows = [
            {
                "name": one.name,
                "url": f"{QUEUES}{one.pk}/",
                "people": [
                    {
                        "name": member.user.name,
                        "url": f"{QUEUES}{one.pk}/people/{member.user_id}/",
                        "told": _told(member),
                    }
                    for member in one.members.all()
                ],
                "head": one.head.name if one.head else "",
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
                "queue": one.rule.name if one.rule else one.queue.name,
            }
            for one in queries.sources()
        ]
        context = {"queues": rows, "sources": sources, "page_title": _("Queues and sources of enquiries")}
        return self.answer("leads/queues.html", context)


def _told(member: QueueMember) -> str:
    """What is special about a person of a queue, in a few words."""
    parts = [
        _("weight %(weight)s") % {"weight": member.weight} if member.weight > 1 else "",
        _("no more than %(limit)s") % {"limit": member.open_limit} if member.open_limit else "",
        ", ".join(member.skills),
        ", ".join(member.regions),
        _("shifts of their own") if any(member.shift) else "",
    ]
    return " · ".join(part for part in parts if part)


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
            choices=access.people_to_choose(actor),
            widget=Ticks(),
        )
        self.fields["head"] = LinkField(
            actor,
            "access.user",
            label=_("Head"),
            required=False,
            help_text=_("Hears of what nobody takes and of what is late."),
        )


class AddQueue(CommandPage):
    """A new queue."""

    command, form = commands.set_queue, QueueForm
    title, submit = gettext_lazy("New queue"), gettext_lazy("Save")

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """With a code of its own."""
        return {**super().arguments(cleaned), "code": self.code(cleaned["name"])}

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
        return {**known, "head": found.head_id, "people": list(found.members.values_list("user_id", flat=True))}

    def code(self, name: str) -> str:
        """The code stays."""
        return str(getattr(self.row(**self.kwargs), "code", ""))


class MemberForm(forms.Form):
    """What a person of a queue takes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight"] = _number(_("Weight"), 1, 1, 100)
        self.fields["open_limit"] = _number(_("Most open enquiries, 0 for no limit"), 0, 0, 10_000)
        about = _("Words of an enquiry that make it theirs, with commas: racks, scales.")
        self.fields["skills"] = forms.CharField(label=_("Skills"), required=False, max_length=500, help_text=about)
        place = _("Cities or beginnings of phones, with commas: Kazan, 843.")
        self.fields["regions"] = forms.CharField(label=_("Regions"), required=False, max_length=500, help_text=place)
        for number, day in enumerate(WEEK):
            self.fields[f"{DAY}{number}"] = forms.CharField(
                label=_("Shift: %(day)s") % {"day": day}, required=False, max_length=50
            )

    def clean(self) -> dict[str, Any]:
        """Words as lists, days as a week."""
        cleaned = super().clean() or {}
        week = [cleaned.pop(f"{DAY}{number}", "") for number in range(len(WEEK))]
        lists = {key: [one.strip() for one in cleaned.get(key, "").split(",") if one.strip()] for key in WORDS}
        return {**cleaned, **lists, "shift": week}


class ChangeMember(CommandPage):
    """What a person of a queue takes: how much, about what, from where, when."""

    command, form, on = commands.set_member, MemberForm, "queue"
    submit = gettext_lazy("Save")

    def row(self, **address: Any) -> Model | None:
        """The queue. :raises Missing: it is not there, or the person is not in it."""
        found = queries.member(address["id"], address["user"])
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        self.member = found
        return found.queue

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is set now; days left empty follow the office."""
        week = self.member.shift or [""] * len(WEEK)
        return {
            "weight": self.member.weight,
            "open_limit": self.member.open_limit,
            **{key: ", ".join(getattr(self.member, key)) for key in WORDS},
            **{f"{DAY}{number}": text for number, text in enumerate(week)},
        }

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """For this person."""
        return {**super().arguments(cleaned), "user": self.member.user_id}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the lists."""
        return QUEUES


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
    return _number(label, initial, 1, 100_000)


def _number(label: str, initial: int, least: int, most: int) -> forms.IntegerField:
    widget = forms.TextInput({**CONTROL, "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, initial=initial, widget=widget)


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
        gettext_lazy("Distribution of enquiries"),
        gettext_lazy("Rules: which enquiries go to whom, and what if nobody reacts"),
        "/settings/distribution/",
        icon="arrows-split",
        permission=commands.set_rule.name,
        position=231,
    ),
    SettingsPage(
        GROUP,
        gettext_lazy("Campaigns of enquiries"),
        gettext_lazy("What the campaigns are that other systems name"),
        "/settings/campaigns/",
        icon="speakerphone",
        permission=commands.match_campaign.name,
        position=232,
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
