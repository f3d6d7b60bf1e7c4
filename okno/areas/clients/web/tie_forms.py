"""Forms of relations, addresses, ways to reach, and answers to requests for access."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from okno.areas.clients import rules
from okno.areas.clients.models import ClientAddress, ClientMember, ClientRelation, ContactPoint
from okno.areas.clients.web.address_input import AddressInput
from okno.kit.errors import Refused
from okno.kit.permissions import Actor
from okno.kit.web.days import DayField
from okno.kit.web.forms import CONTROL, LinkField

Kind = ClientRelation.Kind
# What the other client is to this one: by the kind of the relation, and whether it is turned round.
TITLES: dict[tuple[str, bool], object] = {
    (Kind.HOLDING, False): _("Parent company"),
    (Kind.HOLDING, True): _("Daughter company"),
    (Kind.PARTNER, False): _("Partner"),
    (Kind.COMPETITOR, False): _("Competitor"),
    (Kind.REFERRER, False): _("Recommended us"),
    (Kind.REFERRER, True): _("Came on its recommendation"),
    (Kind.DEALER, False): _("Dealer"),
    (Kind.DEALER, True): _("Sells through this dealer"),
    (Kind.FRANCHISE, False): _("Franchiser"),
    (Kind.FRANCHISE, True): _("Franchisee"),
    (Kind.FOUNDER, False): _("Founder"),
    (Kind.FOUNDER, True): _("Founded by it"),
    (Kind.RELATIVE, False): _("Relative"),
}


def title_of(kind: str, *, is_inverse: bool) -> str:
    """What the other client is to this one, in words; kinds that are the same both ways have one name."""
    return str(TITLES.get((kind, is_inverse)) or TITLES[kind, False])


class Relate(forms.Form):
    """Which client, and what it is to this one."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"] = LinkField(actor, "clients.client", label=_("Client"))
        choices = [(f"{kind}{':inverse' if turned else ''}", label) for (kind, turned), label in TITLES.items()]
        self.fields["kind"] = forms.ChoiceField(label=_("It is to this client"), choices=choices)
        self.fields |= _term()


class Term(forms.Form):
    """How long a relation holds."""

    row = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= _term()


def _term() -> dict[str, forms.Field]:
    return {
        "since": DayField(label=_("Since"), required=False),
        "until": DayField(label=_("Until"), required=False),
        "comment": forms.CharField(label=_("Comment"), required=False, max_length=300),
    }


class Chosen(forms.Form):
    """A row of the card, by its number."""

    row = forms.IntegerField(widget=forms.HiddenInput)


class Address(forms.Form):
    """A place and what it is for."""

    text = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=AddressInput(),
        help_text=_("Begin with the town: what the classifier knows goes on as you type, down to the house."),
    )
    kind = forms.ChoiceField(label=_("What for"), choices=ClientAddress.Kind.choices, initial=ClientAddress.Kind.ACTUAL)
    comment = forms.CharField(label=_("Comment"), required=False, max_length=200)


class WrittenAddress(Address):
    """The same for an address that is there."""

    row = forms.IntegerField(widget=forms.HiddenInput)


class Coordinates(forms.Form):
    """Where an address is on the map, as maps give it."""

    row = forms.IntegerField(widget=forms.HiddenInput)
    point = forms.CharField(
        label=_("Latitude, longitude"),
        required=False,
        max_length=60,
        widget=forms.TextInput({**CONTROL, "placeholder": "56.858, 35.917"}),
        help_text=_("Copy them from any map. Empty: not on the map."),
    )
    precision = forms.ChoiceField(label=_("How exact"), choices=ClientAddress.GeoPrecision.choices)

    def clean_point(self) -> tuple[Decimal, Decimal] | None:
        """Both numbers, or nothing. :raises ValidationError: they cannot be read."""
        try:
            return rules.read_point(self.cleaned_data["point"])
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal


class Way(forms.Form):
    """A phone, mail address, messenger or site."""

    value = forms.CharField(
        label=_("Phone, mail, messenger or site"),
        max_length=254,
        help_text=_("As it is written: +7 921 000-00-01, @name, t.me/name, WhatsApp: +7…, example.com"),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("By what is written")), *ContactPoint.Kind.choices]
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=100)


class Answer(forms.Form):
    """Whether to let the colleague in, and how far."""

    request = forms.IntegerField(widget=forms.HiddenInput)
    is_granted = forms.TypedChoiceField(
        label=_("Answer"), choices=((1, _("Let in")), (0, _("Refuse"))), coerce=lambda value: value == "1"
    )
    level = forms.ChoiceField(label=_("Level"), choices=ClientMember.Level.choices, initial=ClientMember.Level.WORK)
