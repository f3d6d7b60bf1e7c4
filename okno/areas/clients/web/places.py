"""Pages of people who work at several clients, and of accounts of legal entities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from okno.areas.clients import commands, queries
from okno.areas.clients.models import Contact
from okno.areas.clients.record import CLIENT, CONTACT, LEGAL_ENTITY
from okno.areas.clients.web.forms import judged
from okno.areas.clients.web.ties import DropRow
from okno.kit.permissions import Actor
from okno.kit.web import pages
from okno.kit.web.forms import LinkField, field_for


class PlaceForm(forms.Form):
    """At which client, and what the person is there."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"] = LinkField(actor, CLIENT.name, label=_("Client"))
        for key in ("post", "role"):
            self.fields[key] = field_for(actor, CONTACT.fields[key])


class PlaceContact(pages.CommandPage):
    """One more client at which a contact works."""

    command, form, on, query = commands.place_contact, PlaceForm, "contact", queries.contact_for_card
    is_single = True
    submit, stays = _("Add"), True


class PersonForm(forms.Form):
    """A person who is known already, and what they are at this client."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"] = LinkField(actor, CONTACT.name, label=_("Contact"))
        for key in ("post", "role"):
            self.fields[key] = field_for(actor, CONTACT.fields[key])


class PlaceHere(pages.CommandPage):
    """A contact that is known already works at this client too."""

    command, form, on, query = commands.place_contact, PersonForm, "client", queries.client_for_card
    is_single = True
    submit, stays = _("Add"), True


class UnplaceContact(DropRow):
    """A client at which the contact works no more."""

    command, on, query, argument = commands.unplace_contact, "contact", queries.contact_for_card, "client"


class MainPlace(DropRow):
    """The client that is the main one of the contact from now on."""

    command, on, query, argument = commands.set_main_place, "contact", queries.contact_for_card, "client"


class AccountForm(forms.Form):
    """An account with its bank; the check digits of the account depend on the БИК."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in ("bic", "account", "bank_name", "corr_account"):
            self.fields[key] = field_for(actor, LEGAL_ENTITY.fields[key], required=key in {"bic", "account"})
        self.fields["note"] = forms.CharField(label=_("Note"), required=False, max_length=100)

    def clean(self) -> dict[str, Any]:
        """All numbers at once."""
        return judged(self, super().clean() or {})


class _OnEntity(pages.CommandPage):
    """The base of what is done to accounts of a legal entity: the card of its client shows them."""

    on, query = "entity", queries.entity_for_edit
    stays = True

    def success_url(self, result: Any, row: Model | None) -> str:
        """The card of its client."""
        return CLIENT.url_of(getattr(row, "client_id", 0))


class AddAccount(_OnEntity):
    """One more account of a legal entity."""

    command, form = commands.add_account, AccountForm
    is_single = True
    title, submit = _("Bank account"), _("Add")


class MainAccount(_OnEntity, DropRow):
    """The account that papers name from now on."""

    command, argument = commands.set_main_account, "account_id"


class DropAccount(_OnEntity, DropRow):
    """An account that is no more."""

    command, argument = commands.drop_account, "account_id"


def places(actor: Actor, contact: Contact) -> Mapping[str, Any]:
    """Clients at which a contact works, the main one first, as far as they are within reach."""
    base, may = f"/contacts/{contact.pk}", actor.may
    post, role = (actor.sees_field(CONTACT.name, key) for key in ("post", "role"))
    return {
        "places": [
            {
                "id": one.client.pk,
                "name": one.client.name,
                "url": CLIENT.url_of(one.client.pk),
                "note": " · ".join(text for text in (one.post if post else "", one.role if role else "") if text),
                "is_main": one.is_main,
                "drop_url": f"{base}/unplace/" if may(commands.unplace_contact.name) else "",
                "main_url": f"{base}/main-place/" if may(commands.set_main_place.name) and not one.is_main else "",
            }
            for one in queries.places_of(actor, contact)
        ],
        "create_url": f"{base}/place/" if may(commands.place_contact.name) else "",
    }
