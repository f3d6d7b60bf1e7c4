"""Forms of the client base: they check the shape of what is typed, commands do the work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients import queries, rules
from okno.areas.clients.models import ClientMember, RelationType
from okno.areas.clients.record import CLIENT, CONTACT, LEGAL_ENTITY
from okno.areas.clients.web import similar
from okno.areas.clients.web.address_input import AddressInput
from okno.areas.clients.web.similar import SimilarInput
from okno.kit import contacts
from okno.kit.errors import Refused
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web.forms import CONTROL, LinkField, field_for


class Add(forms.Form):
    """A new client; one that is there already is shown before a second one is made."""

    record: Record = CLIENT
    keys: Sequence[str] = (
        "name", "kind", "inn", "phone", "email", "relation_types", "city", "address", "site", "source",
        "preferred_channel", "time_zone", "language", "consents", "is_nonresident", "country", "tax_number", "comment",
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.policy = actor, queries.policy(actor)
        for key in self.keys:
            self.fields[key] = field_for(actor, self.record.fields[key], required=key in {"name", "kind"})
        self.fields["name"].widget.attrs["autofocus"] = True
        if "relation_types" in self.fields:
            self.fields["relation_types"].initial = [RelationType.CLIENT]
        if "consents" in self.fields:
            self.fields["consents"].help_text = gettext_lazy("By which channels they agreed to news and offers today.")
        if "address" in self.fields:
            self.fields["address"].widget = AddressInput()
        if self.policy != queries.SILENT:
            self._watch()

    def clean_inn(self) -> str:
        """An INN with the right check digits, or none."""
        return checked(contacts.check_inn, self.cleaned_data["inn"])

    def clean(self) -> dict[str, Any]:
        """Clients that are likely the same stop the form once; where the role says so, exact ones stop it for good."""
        cleaned = super().clean() or {}
        is_sure = cleaned.pop("anyway", False)
        if self.policy == queries.SILENT:
            return cleaned
        said = {key: cleaned.get(key, "") for key in similar.ASKED}
        found = queries.similar(self.actor, **said)
        widget = self.fields["anyway"].widget
        if isinstance(widget, SimilarInput):
            widget.context = similar.told_of_client(self.actor, found, said, self.policy)
        if self.policy == queries.BLOCK and any(one.level == "exact" for one in found):
            self.add_error("anyway", _("Such a client is there already: open it, or ask for access."))
        elif not is_sure and any(one.level for one in found):
            self.add_error("anyway", _("Such a client may be there already: open it, or create another all the same."))
        return cleaned

    def _watch(self) -> None:
        for key in (one for one in similar.WATCHED if one in self.fields):
            own = {} if key == "country" else CONTROL
            self.fields[key].widget.attrs.update({**own, **similar.watch("/clients/similar/", similar.ASKED)})
        self.fields["anyway"] = forms.BooleanField(
            label=gettext_lazy("Similar clients"), required=False, widget=SimilarInput()
        )
        # Below what tells clients apart: on a phone nobody looks at the end of a form while typing.
        told = [key for key in self.fields if key in similar.BEFORE]
        self.order_fields([*told, "anyway"])


class AddContact(forms.Form):
    """A new contact of a client, or of none yet."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = field_for(actor, CONTACT.fields["name"], required=True)
        self.fields["name"].widget.attrs["autofocus"] = True
        self.fields["client"] = LinkField(actor, "clients.client", label=gettext_lazy("Client"), required=False)
        for key in ("post", "role", "phone", "email", "consents", "comment"):
            self.fields[key] = field_for(actor, CONTACT.fields[key])
        if queries.policy(actor) != queries.SILENT:
            self._watch()

    def clean(self) -> dict[str, Any]:
        """Whoever is like the new contact is only told: two people may share a phone."""
        cleaned = super().clean() or {}
        cleaned.pop("alike", None)
        return cleaned

    def _watch(self) -> None:
        for key in similar.OF_PERSON:
            own = CONTROL if key != "client" else {}
            self.fields[key].widget.attrs.update({**own, **similar.watch("/contacts/similar/", similar.OF_PERSON)})
        self.fields["alike"] = forms.BooleanField(
            label=gettext_lazy("Similar contacts"), required=False, widget=SimilarInput()
        )
        self.fields["alike"].widget.template = "clients/similar_people.html"
        self.order_fields(["name", "client", "phone", "email", "alike"])


REQUISITES = (
    "full_name", "inn", "kpp", "ogrn", "legal_address", "bank_name", "bic", "account", "corr_account",
    "is_nonresident", "country", "tax_number", "reg_number", "iban", "swift",
)  # fmt: skip


class Entity(forms.Form):
    """Requisites of a legal entity, with their check digits."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = field_for(actor, LEGAL_ENTITY.fields["name"], required=True)
        for key in REQUISITES:
            self.fields[key] = field_for(actor, LEGAL_ENTITY.fields[key])
        self.fields["legal_address"].widget = AddressInput()

    def clean(self) -> dict[str, Any]:
        """All numbers at once: each that is wrong is told beside its field."""
        return judged(self, super().clean() or {})


def judged(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    """Requisites of a form as they are kept; what is wrong of them becomes errors of their fields."""
    checked, faults = rules.judged_requisites(cleaned)
    for key, refusal in faults.items():
        form.add_error(key, refusal.message)
    return {**cleaned, **checked}


class Assign(forms.Form):
    """Whom to make responsible."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = LinkField(actor, "access.user", label=gettext_lazy("Responsible"))


class Share(forms.Form):
    """Which colleague may work with the client, and how far."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"] = LinkField(actor, "access.user", label=gettext_lazy("Colleague"))
        self.fields["level"] = forms.ChoiceField(
            label=gettext_lazy("Level"), choices=ClientMember.Level.choices, initial=ClientMember.Level.WORK
        )


class Unshare(forms.Form):
    """Which colleague is not needed any more."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"] = LinkField(actor, "access.user", label=gettext_lazy("Colleague"))


def checked(check: Any, text: str) -> str:
    """The value as a check of requisites gives it, empty when not given. :raises ValidationError: it is wrong."""
    if not text.strip():
        return ""
    try:
        return str(check(text))
    except Refused as refusal:
        raise ValidationError(refusal.message) from refusal
