"""Forms of the exchange: they check the shape of what is typed, commands do the work."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from okno.areas.catalog import queries as catalog
from okno.areas.documents import queries as documents
from okno.fronts.exchange.models import Connection
from okno.kit.permissions import Actor
from okno.kit.web.forms import LinkField

SELECT = {"class": "form-select"}
# Zones in which 1C servers of our customers stand come first.
FIRST = (
    "Europe/Moscow", "Europe/Kaliningrad", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk",
    "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka", "UTC",
)  # fmt: skip


class Settings(forms.Form):
    """What is set for a connection."""

    name = forms.CharField(label=_("Name"), max_length=150)
    login = forms.CharField(label=_("Sign-in name"), max_length=100)
    zone = forms.ChoiceField(label=_("Time zone of the 1C server"), widget=forms.Select(SELECT))
    organisation_id = forms.TypedChoiceField(label=_("Organisation"), coerce=int, empty_value=None, required=False)
    price_type_id = forms.TypedChoiceField(label=_("Price type"), coerce=int, empty_value=None, required=False)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=Connection.Encoding.choices)
    container = forms.ChoiceField(
        label=_("Container"),
        choices=Connection.Container.choices,
        help_text=_("New modules of 1C see no orders without it, old ones do not know it."),
    )
    version_out = forms.RegexField(
        r"^[23]\.\d{1,2}$",
        label=_("CommerceML version"),
        required=False,
        help_text=_("Leave it empty to take the version that 1C asks for."),
    )
    creates_orders = forms.BooleanField(label=_("Takes orders born in 1C"), required=False)
    sends_drafts = forms.BooleanField(label=_("Sends invoices that are not sent to the client yet"), required=False)
    most_archived = forms.IntegerField(label=_("Archive at most, % of the catalogue"), min_value=0, max_value=100)
    alarm_hours = forms.IntegerField(label=_("Alarm after hours without exchange"), min_value=1, max_value=10_000)
    is_active = forms.BooleanField(label=_("Works"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = sorted(available_timezones() - set(FIRST))
        self._choose("zone", [(zone, zone) for zone in (*FIRST, *others)])
        self._choose("organisation_id", [("", "—"), *((one.pk, one.name) for one in documents.organisations(actor))])
        self._choose("price_type_id", [("", "—"), *((one.pk, one.name) for one in catalog.price_types(actor))])

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class New(Settings):
    """A connection that is to be made."""

    code = forms.SlugField(label=_("Code"), max_length=50, help_text=_("It ends the address that is typed into 1C."))
    field_order = ("code",)


class Settle(forms.Form):
    """Which client a counterparty is."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"] = LinkField(actor, "clients.client", label=_("Client"))
        self.fields["legal_entity"] = LinkField(actor, "clients.legal_entity", label=_("Legal entity"), required=False)


class Nothing(forms.Form):
    """A decision without fields."""
