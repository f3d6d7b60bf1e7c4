"""Consents to mailings on cards: what holds by channel, all that was said, and the form that notes one more word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.areas.clients import commands, queries
from okno.areas.clients.models import Channel, Client, Consent, Contact
from okno.areas.clients.record import CLIENT, CONTACT
from okno.kit import formats
from okno.kit.days import day_text
from okno.kit.permissions import Actor, facing
from okno.kit.rows.cells import short_name
from okno.kit.web import pages
from okno.kit.web.days import DayField

Context = dict[str, Any]
# How nobody says it by hand.
BY_PROGRAM = (Consent.Source.IMPORT, Consent.Source.LINK)
ICONS = {"call": "phone", "email": "mail", "sms": "device-mobile-message", "messenger": "message", "letter": "mailbox"}


def consents(actor: Actor, somebody: Client | Contact) -> Context:
    """The last word of a client or a contact on each channel, and below it all that was said."""
    record = CLIENT if isinstance(somebody, Client) else CONTACT
    base = f"/{'clients' if record is CLIENT else 'contacts'}/{somebody.pk}"
    is_open = facing(actor, somebody).sees_field(record.name, "consents")
    words = queries.words_of(somebody) if is_open else []
    last = {one.channel: one for one in reversed(words)}
    return {
        "channels": [_line(last[code]) for code in Channel.values if code in last],
        "history": [_line(one) for one in words] if len(words) > len(last) else [],
        "create_url": f"{base}/consent/" if is_open and actor.may(commands.note_consent.name) else "",
    }


def _line(one: Consent) -> Context:
    who = short_name(one.user.name) if one.user else ""
    return {
        "icon": ICONS[one.channel],
        "channel": one.get_channel_display(),
        "is_given": one.is_given,
        "day": formats.date_text(one.said_date),
        "note": " · ".join(part for part in (one.get_source_display(), one.proof, who) if part),
    }


class ConsentForm(forms.Form):
    """What was said, of which channels, when, and how we know."""

    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"),
        choices=Channel.choices,
        widget=forms.SelectMultiple({"class": "form-select", "data-controller": "select"}),
    )
    is_given = forms.TypedChoiceField(
        label=gettext_lazy("What was said"),
        choices=((1, gettext_lazy("Agrees to mailings")), (0, gettext_lazy("Does not want them"))),
        coerce=lambda value: value == "1",
        widget=forms.Select({"class": "form-select"}),
    )
    said_date = DayField(label=gettext_lazy("Day"))
    source = forms.ChoiceField(
        label=gettext_lazy("How we know"),
        choices=[one for one in Consent.Source.choices if one[0] not in BY_PROGRAM],
        widget=forms.Select({"class": "form-select"}),
    )
    proof = forms.CharField(
        label=gettext_lazy("Proof"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Number of a contract, address of a form, where the recording is."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("said_date", day_text(timezone.localdate()))


class NoteOfClient(pages.CommandPage):
    """One more word of a client on mailings."""

    command, form, on, query = commands.note_consent, ConsentForm, "client", queries.client_for_card
    done = gettext_lazy("It is noted.")
    title, submit, stays = gettext_lazy("Consent to mailings"), pgettext_lazy("a consent", "Note"), True


class NoteOfContact(pages.CommandPage):
    """One more word of a contact on mailings."""

    command, form, on, query = commands.note_consent, ConsentForm, "contact", queries.contact_for_card
    done = gettext_lazy("It is noted.")
    title, submit, stays = gettext_lazy("Consent to mailings"), pgettext_lazy("a consent", "Note"), True
