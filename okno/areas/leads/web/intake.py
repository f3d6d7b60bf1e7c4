"""The intake wizard: who asks, what is known of them, what is done. One page, three steps, keys only if one likes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.calendar import commands as calendar
from okno.areas.calendar.record import TASK
from okno.areas.clients import queries as clients
from okno.areas.clients.models import Client, Contact, Prospect
from okno.areas.deals.record import DEAL
from okno.areas.leads import commands, queries
from okno.areas.leads.models import Lead
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import becoming, callers
from okno.areas.leads.web.forms import kind_field
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.ids import id_of
from okno.kit.permissions import Actor
from okno.kit.web import form_context, form_logic, htmx
from okno.kit.web.days import MomentField
from okno.kit.web.forms import CONTROL, LinkField
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.command import KEY, own_key

CHOICE = {"class": "form-select"}
PLANNING, TALKING = calendar.add_task.name, calendar.note_held.name
LONGEST_TALK = 24 * 60
TALKS = (
    ("", gettext_lazy("As they came")),
    ("call_in", gettext_lazy("Incoming call")),
    ("call_out", gettext_lazy("Outgoing call")),
    ("meeting", gettext_lazy("Meeting")),
    ("none", gettext_lazy("There was none")),
)


@dataclass(frozen=True)
class Whom:
    """Whoever asks: the cards they are known by, and what was typed of them."""

    client: Client | None
    contact: Contact | None
    prospect: Prospect | None
    typed: Mapping[str, str]

    @property
    def made(self) -> set[str]:
        """Which cards a deal of theirs makes: a client of nobody we know, a contact of a name at a company."""
        card = self.client or self.prospect
        name = self.typed["name"] or (self.prospect.person if self.prospect else "")
        is_at_company = card is not None and card.kind != Client.Kind.PERSON
        is_named = bool(name) and is_at_company and self.contact is None
        return ({"client"} if self.client is None else set()) | ({"contact"} if is_named else set())


class IntakeForm(forms.Form):
    """What was typed and chosen; the button says what is done."""

    action = forms.CharField(max_length=40)
    client = forms.IntegerField(required=False)
    contact = forms.IntegerField(required=False)
    prospect = forms.IntegerField(required=False)
    text = forms.CharField(
        label=gettext_lazy("What they need"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({**CONTROL, "rows": 3, "autofocus": True}),
    )
    due_at = MomentField(label=gettext_lazy("Next step"), required=False)
    duration = forms.IntegerField(
        label=gettext_lazy("Minutes of the talk"),
        required=False,
        min_value=1,
        max_value=LONGEST_TALK,
        widget=forms.NumberInput({**CONTROL, "min": 1, "max": LONGEST_TALK, "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, actor: Actor, made: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"] = forms.ChoiceField(
            label=_("How they came"), choices=sources(), widget=forms.Select(CHOICE)
        )
        self.fields["kind"] = kind_field()
        self.fields["talk"] = forms.ChoiceField(
            label=_("Talk"), choices=TALKS, required=False, widget=forms.Select(CHOICE)
        )
        self.fields["owner"] = LinkField(actor, "access.user", label=_("To whom"), required=False)
        reasons = [("", "—"), *((one.pk, one.name) for one in queries.reject_reasons())]
        self.fields["reason"] = forms.TypedChoiceField(
            label=_("Why not"),
            coerce=int,
            empty_value=None,
            required=False,
            choices=reasons,
            widget=forms.Select(CHOICE),
        )
        for key in callers.TYPED:
            self.fields[key] = forms.CharField(required=False, max_length=200)
        if actor.may(commands.convert.name):
            becoming.join_for(self, actor, made)
        if actor.may(TALKING) or actor.may(PLANNING):
            form_logic.join_demanded(self, actor, TASK, "task")


class Intake(Page):
    """One window to take any inquiry by hand."""

    permission = commands.intake.name
    parts: ClassVar[dict[str, str]] = {"who": "who", "about": "about"}

    def show(self, **_address: Any) -> HttpResponse:
        """The box for whoever asks; the number of a call is there already, and one known caller is chosen."""
        found = callers.search(self.actor, self.asked())
        context: dict[str, Any] = {"found": found, "page_title": _("Intake of inquiries")}
        if callers.is_one(found):
            context["about"] = self._about(found["people"][0]["query"])
        return self.answer("leads/intake.html", context)

    def who(self, **_address: Any) -> HttpResponse:
        """Who it may be, while one types."""
        return self.answer("leads/intake_found.html", {"found": callers.search(self.actor, self.asked())})

    def about(self, **_address: Any) -> HttpResponse:
        """What is known of the person, and what may be done."""
        return self.answer("leads/intake_about.html", {"about": self._about(self.request.GET)})

    def asked(self) -> str:
        """What was typed into the box."""
        return self.request.GET.get("who", "")[:200].strip()

    def act(self, **_address: Any) -> HttpResponse:
        """Write the inquiry down and do what the button says."""
        form = IntakeForm(self.request.POST, actor=self.actor, made=self._whom(self.request.POST).made)
        if not form.is_valid():
            return self._again(form)
        key = own_key(self.actor, self.request.POST.get(KEY) or uuid.uuid4().hex)
        try:
            given = arguments(form_logic.gathered(form))
            lead = commands.intake.run(self.actor, idempotency_key=key, **given)
        except (Refused, Denied) as refusal:
            form_logic.blame(form, refusal)
            return self._again(form)
        return self._done(lead)

    def _done(self, lead: Lead) -> HttpResponse:
        """To the deal or the enquiry when they are seen; else here again, ready for the next call."""
        seen = queries.lead_for_card(self.actor, lead.pk)
        if seen is None:
            said = _("Written down. Its person goes on with it.")
            return htmx.redirect(self.request, "/leads/intake/", toast=said)
        url = DEAL.url_of(seen.deal_id) if seen.deal_id else LEAD.url_of(seen.pk)
        said = _("Written down: enquiry %(number)s.") % {"number": seen.number}
        return htmx.redirect(self.request, url, toast=said)

    def _again(self, form: IntakeForm) -> HttpResponse:
        about = self._about(self.request.POST, form)
        if htmx.is_htmx(self.request):
            return self.answer("leads/intake_about.html", {"about": about}, 422)
        context = {"found": callers.search(self.actor, ""), "about": about, "page_title": _("Intake of inquiries")}
        return self.answer("leads/intake.html", context, 422)

    def _whom(self, given: Mapping[str, Any]) -> Whom:
        """Whoever asks. :raises Missing: a card that is named is out of reach."""
        client = _row(self.actor, clients.client_for_card, given.get("client"))
        contact = _row(self.actor, clients.contact_for_card, given.get("contact"))
        client = client or (contact.client if contact else None)
        prospect = _row(self.actor, clients.prospect_for_card, given.get("prospect")) if client is None else None
        return Whom(client, contact, prospect, {key: str(given.get(key, "")) for key in callers.TYPED})

    def _about(self, given: Mapping[str, Any], form: IntakeForm | None = None) -> dict[str, Any]:
        """What is known of the person, and the form of what is done. :raises Missing: the client is out of reach."""
        whom = self._whom(given)
        client, contact, prospect, typed = whom.client, whom.contact, whom.prospect, whom.typed
        filled = form or IntakeForm(actor=self.actor, made=whom.made)
        fields = {one["name"]: one for one in form_context.fields_of(filled)}
        return {
            "client": callers.client_context(self.actor, client) if client else None,
            "contact": {"id": contact.pk, "name": contact.name, "post": contact.post} if contact else None,
            "prospect": callers.prospect_context(self.actor, prospect) if prospect else None,
            "title": (contact or client or prospect or callers.title_of(typed)),
            "typed": typed.items(),
            "fields": fields,
            "asked": [fields[name] for name in form_logic.joined(filled)],
            "errors": form_context.errors_of(filled) if form else [],
            "once": given.get(KEY) or uuid.uuid4().hex,
            "may_deal": self.actor.may("leads.convert"),
            "may_task": self.actor.may(PLANNING),
            "may_talk": self.actor.may(TALKING),
        }


def arguments(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of the command; the button of a deal names it: `attach:17`."""
    action, _colon, deal = str(cleaned["action"]).partition(":")
    given = {name: value for name, value in cleaned.items() if value not in (None, "", {})}
    deal_id = id_of(deal)
    return {**given, "action": action, **({} if deal_id is None else {"deal": deal_id})}


def sources() -> list[tuple[str, str]]:
    """Sources that people write down, calls first."""
    kinds = ("call", "manual", "missed", "messenger", "chat")
    rows = sorted(queries.sources(), key=lambda one: kinds.index(one.kind) if one.kind in kinds else len(kinds))
    return [(one.code, one.name) for one in rows if one.kind in kinds] or [(one.code, one.name) for one in rows]


def _row(actor: Actor, query: Any, row_id: Any) -> Any:
    if (known := id_of(row_id)) is None:
        return None
    found = query(actor, known)
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found
