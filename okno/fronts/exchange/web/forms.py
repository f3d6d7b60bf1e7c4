"""Forms of the exchange: they check the shape of what is typed, commands do the work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okno.areas.billing.models import Invoice
from okno.areas.documents import queries as documents
from okno.fronts.exchange import commands, queries, rules
from okno.fronts.exchange.models import Connection
from okno.fronts.exchange.record import KINDS
from okno.fronts.exchange.web import look
from okno.kit import zones
from okno.kit.permissions import Actor
from okno.kit.web.forms import LinkField

SELECT = {"class": "form-select"}
# A status that no order has come with yet.
OTHER = ("other_status", "other_meaning")


class Settings(forms.Form):
    """What is set for a connection."""

    name = forms.CharField(label=_("Name"), max_length=150)
    login = forms.CharField(label=_("Sign-in name"), max_length=100)
    zone = forms.ChoiceField(label=_("Time zone of the 1C server"), widget=forms.Select(SELECT))
    organisation_id = forms.TypedChoiceField(label=_("Organisation"), coerce=int, empty_value=None, required=False)
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
        self._choose("zone", zones.choices(timezone.now()))
        self._choose("organisation_id", [("", "—"), *((one.pk, one.name) for one in documents.organisations(actor))])
        self.fields["responsible_id"] = LinkField(
            actor,
            "access.user",
            label=_("Responsible for what is made in 1C"),
            required=False,
            help_text=_("An order born in 1C belongs to whoever keeps its client, else to this person."),
        )

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class New(Settings):
    """A connection that is to be made."""

    code = forms.SlugField(label=_("Code"), max_length=50, help_text=_("It ends the address that is typed into 1C."))


class Settle(forms.Form):
    """Which client a counterparty is."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"] = LinkField(actor, "clients.client", label=_("Client"))
        self.fields["legal_entity"] = LinkField(actor, "clients.legal_entity", label=_("Legal entity"), required=False)


class Match(forms.Form):
    """What is matched by hand: a choice for each thing of 1C that is unknown here, and for each status it has told."""

    answer_encoding = forms.ChoiceField(
        label=_("Encoding of answers"),
        choices=(("utf-8", "UTF-8"), ("windows-1251", "Windows-1251")),
        help_text=_("Choose Windows-1251 if 1C shows our messages with unreadable letters."),
    )

    def __init__(self, *args: Any, actor: Actor, row: Connection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.things: dict[str, tuple[str, str]] = {}
        self.statuses: dict[str, str] = {}
        self._add_things(actor, row)
        self._add_statuses(actor, row)
        for state, label in Invoice.State.choices:
            name = row.options.get("status_names", {}).get(state, "")
            self.fields[f"name_{state}"] = forms.CharField(label=label, required=False, max_length=100, initial=name)
        self.fields["answer_encoding"].initial = row.options.get("answer_encoding", "utf-8")

    @property
    def layout(self) -> list[tuple[object, list[str]]]:
        """Fields under titles; what there is nothing of is left out."""
        found = [
            (_("What 1C names and has not described"), list(self.things)),
            (_("What statuses of 1C mean here"), list(self.statuses)),
            (_("A status that has not come yet"), list(OTHER)),
            (_("Under which status an order goes to 1C"), [f"name_{state}" for state in Invoice.State.values]),
            (_("Answers to 1C"), ["answer_encoding"]),
        ]
        return [(title, names) for title, names in found if names]

    def clean(self) -> dict[str, Any]:
        """Arguments of the command."""
        cleaned = super().clean() or {}
        matches: dict[str, dict[str, int]] = {}
        for name, (kind, foreign_id) in self.things.items():
            if cleaned.get(name):
                matches.setdefault(kind, {})[foreign_id] = cleaned[name]
        statuses = {status: cleaned.get(name) for name, status in self.statuses.items()}
        statuses[cleaned.get("other_status", "").strip()] = cleaned.get("other_meaning")
        names = {state: cleaned.get(f"name_{state}", "").strip() for state in Invoice.State.values}
        return {
            "matches": matches,
            "statuses": {status: meaning for status, meaning in statuses.items() if status and meaning},
            "status_names": {state: name for state, name in names.items() if name},
            "answer_encoding": cleaned.get("answer_encoding"),
        }

    def _add_things(self, actor: Actor, row: Connection) -> None:
        choices = {kind: [(one.pk, str(one)) for one in query(actor)] for kind, query in queries.MATCHED.items()}
        for one in queries.unmatched(actor, row):
            field = self._add_thing(one.kind, one.foreign_id, [("", _("Let it wait")), *choices[one.kind]])
            field.help_text = look.what_waits(actor, row, one)
        for link in queries.matched_by_hand(actor, row):
            self._add_thing(link.foreign_type, link.foreign_id, choices[link.foreign_type]).initial = link.row_id

    def _add_thing(self, kind: str, foreign_id: str, choices: list[tuple[Any, Any]]) -> forms.Field:
        name = f"thing_{rules.print_of((kind, foreign_id))}"
        self.things[name] = kind, foreign_id
        label = f"{dict(KINDS)[kind]} «{foreign_id}»"
        field = forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, required=False)
        self.fields[name] = field
        return field

    def _add_statuses(self, actor: Actor, row: Connection) -> None:
        meant: dict[str, str] = row.options.get("statuses", {})
        choices = [("", _("Is only shown")), (rules.CANCELS, _("The order is cancelled")), *commands.meanings()]
        for status in sorted({*queries.statuses_seen(actor, row), *meant}):
            name = f"status_{rules.print_of(status)}"
            self.statuses[name] = status
            self.fields[name] = forms.ChoiceField(
                label=status, choices=choices, required=False, initial=meant.get(status, "")
            )
        self.fields["other_status"] = forms.CharField(
            label=_("Status of 1C"), required=False, max_length=100, help_text=_("As 1C writes it.")
        )
        self.fields["other_meaning"] = forms.ChoiceField(label=_("What it means"), choices=choices, required=False)
