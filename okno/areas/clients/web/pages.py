"""Pages of the client base: each names its record, its query or command, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.areas.clients import commands, queries, rules
from okno.areas.clients.models import Client
from okno.areas.clients.record import CLIENT, CONTACT
from okno.areas.clients.web import forms, logos
from okno.areas.clients.web.clock import now_there
from okno.areas.clients.web.panels import STATUS_COLOURS, zone_of
from okno.kit import contacts
from okno.kit.web import pages

MINE = {"field": "owner", "op": "eq", "value": {"me": True}}
LOCATE_ALL = pages.Action(
    _("Find coordinates of all clients"), "world-search", "/clients/locate/", commands.locate_all.name, is_post=True
)


class ClientList(pages.ListPage):
    """Clients within reach."""

    record, query = CLIENT, queries.clients
    columns = ("name", "status", "phone", "email", "inn", "city", "owner")
    tabs = (
        pages.Tab("all", _("All")),
        pages.Tab("mine", _("Mine"), where=MINE),
        pages.Tab(
            "prospect",
            pgettext_lazy("clients", "Potential"),
            where={"field": "status", "op": "eq", "value": "prospect"},
        ),
        pages.Tab(
            "regular", pgettext_lazy("clients", "Regular"), where={"field": "status", "op": "eq", "value": "regular"}
        ),
        pages.Tab(
            "sleeping", pgettext_lazy("clients", "Sleeping"), where={"field": "status", "op": "eq", "value": "sleeping"}
        ),
        pages.Tab("vip", _("VIP"), where={"field": "is_vip", "op": "eq", "value": True}),
    )
    sort = "name"
    bulk = (
        pages.Bulk(commands.assign, on="client", form=forms.Assign, icon="user"),
        pages.Bulk(commands.share, on="client", form=forms.Share, icon="users"),
    )
    row_actions = (
        pages.Action(_("Open a deal"), icon="briefcase", url="/deals/new/?client={id}", permission="deals.open"),
        pages.Action(_("Task"), icon="checkbox", url="/tasks/new/?client={id}", permission="calendar.add_task"),
    )
    create_url, create_label, create_permission = "/clients/new/", _("Client"), "clients.add"
    empty: ClassVar[Mapping[str, Any]] = {
        "title": _("No clients here yet"),
        "text": _("A client is a company or a person you sell to: contacts, deals and letters meet on its card."),
        "icon": CLIENT.icon,
        "doors": [
            {
                "label": _("Add a client"),
                "text": _("By hand, with a check for duplicates"),
                "url": "/clients/new/",
                "icon": "plus",
                "dialog": True,
            },
            {
                "label": _("Register an enquiry"),
                "text": _("It becomes a client together with the deal"),
                "url": "/leads/new/",
                "permission": "leads.receive",
                "icon": "inbox",
            },
        ],
    }

    @property
    def map_doors(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """Coordinates of all addresses are asked for where a service of them is set up."""
        return (LOCATE_ALL,) if settings.OKNO_GEOCODER else ()


class ClientCard(pages.CardPage):
    """A client with its people, requisites, deals and the feed of everything that happened."""

    record, query = CLIENT, queries.client_for_card
    sections = (
        pages.Section(_("Client"), ("status", "kind", "relation_types", "owner", "phone", "email", "is_vip")),
        pages.Section(_("Address"), ("city", "address", "site", "time_zone")),
        pages.Section(_("How to talk"), ("preferred_channel", "language"), then=("consents",)),
        pages.Section(
            _("More"),
            ("inn", "is_nonresident", "country", "tax_number", "source", "department", "created_at", "comment"),
        ),
    )
    update, update_on = commands.update, "client"
    more_actions = (
        pages.Action(
            _("Add a contact"), icon="user-plus", url="/contacts/new/?client={id}", permission="clients.add_contact"
        ),
        pages.Action(
            _("Add a legal entity"),
            icon="building-bank",
            url="/clients/{id}/legal-entity/",
            permission="clients.add_legal_entity",
        ),
        pages.Action(
            _("Let a colleague work with the client"),
            icon="users",
            url="/clients/{id}/share/",
            permission="clients.share",
        ),
        pages.Action(
            _("Give to another person"), icon="user", url="/clients/{id}/assign/", permission="clients.assign"
        ),
        pages.Action(
            _("Duplicates"), icon="copy", url="/clients/{id}/duplicates/", permission=commands.find_duplicates.name
        ),
        pages.Action(
            pgettext_lazy("an action", "Logo"),
            icon="photo",
            url="/clients/{id}/logo/",
            permission=commands.set_logo.name,
        ),
        pages.Action(
            _("Take the logo off"),
            icon="photo-off",
            url="/clients/{id}/no-logo/",
            permission=commands.set_logo.name,
            check=rules.check_has_logo,
        ),
    )

    @property
    def header_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """Call comes first when there is a phone."""
        is_open = self.actor.sees_field(self.record.name, "phone")
        call = contacts.phone_uri(getattr(self.row, "phone", "")) if is_open else ""
        return (
            *(
                (pages.Action(pgettext_lazy("an action", "Call"), icon="phone", url=call, is_dialog=False),)
                if call
                else ()
            ),
            pages.Action(
                _("Write"),
                icon="mail",
                url="/mail/new/?client={id}",
                permission="communications.write",
                is_dialog=False,
            ),
            pages.Action(_("Task"), icon="checkbox", url="/tasks/new/?client={id}", permission="calendar.add_task"),
            pages.Action(_("Deal"), icon="briefcase", url="/deals/new/?client={id}", permission="deals.open"),
            pages.Action(
                _("Invoice"),
                icon="file-invoice",
                url="/invoices/new/?client={id}",
                permission="billing.draw",
                is_dialog=False,
            ),
        )

    def head(self) -> dict[str, Any]:
        """What kind of client it is, beside the name."""
        client = self.row
        if not isinstance(client, Client):
            return {}
        label = client.get_status_display()
        badge = {"label": f"VIP · {label}" if client.is_vip else label, "stage": STATUS_COLOURS[client.status]}
        is_told = self.actor.sees_field(self.record.name, "phone")
        zone = zone_of(self.actor, client)
        there = now_there(zone, client.phone if is_told else "", self.moment.at, self.moment.zone)
        return {"badge": badge, "clock": there, **logos.head(client)}


class NewClient(pages.CommandPage):
    """A new client."""

    command, form = commands.add, forms.Add
    done = _("The client is added.")
    title, submit = _("New client"), _("Add a client")


class AssignClient(pages.CommandPage):
    """Another responsible person for a client."""

    command, form, on, query = commands.assign, forms.Assign, "client", queries.client_for_card
    done = _("The client is handed over.")
    stays = True


class ShareClient(pages.CommandPage):
    """A colleague who may work with a client too."""

    command, form, on, query = commands.share, forms.Share, "client", queries.client_for_card
    done = _("The colleague is let in.")
    submit, stays = _("Let in"), True


class UnshareClient(pages.CommandPage):
    """A colleague who is not needed any more."""

    command, form, on, query = commands.unshare, forms.Unshare, "client", queries.client_for_card
    stays = True


class ContactList(pages.ListPage):
    """Contacts within reach."""

    record, query = CONTACT, queries.contacts
    columns = ("name", "client", "post", "role", "phone", "email")
    tabs = (
        pages.Tab("all", _("All")),
        pages.Tab("working", pgettext_lazy("people", "Working"), where={"field": "left_date", "op": "empty"}),
        pages.Tab("left", pgettext_lazy("people", "Left"), where={"field": "left_date", "op": "not_empty"}),
        pages.Tab("free", _("Without a client"), where={"field": "client", "op": "empty"}),
    )
    sort = "name"
    create_url, create_label, create_permission = "/contacts/new/", _("Contact"), "clients.add_contact"
    empty: ClassVar[Mapping[str, Any]] = {
        "title": _("No contacts here yet"),
        "text": _("A contact is a person at a client: whom to call, who decides, who signs."),
        "icon": CONTACT.icon,
        "doors": [{"label": _("Add a contact"), "url": "/contacts/new/", "icon": "plus", "dialog": True}],
    }


class ContactCard(pages.CardPage):
    """A person with the ways to reach them."""

    record, query = CONTACT, queries.contact_for_card
    sections = (
        pages.Section(_("Contact"), ("client", "post", "role", "phone", "email", "birthday")),
        pages.Section(_("More"), ("left_date", "owner", "created_at", "comment"), then=("consents",)),
    )
    update, update_on = commands.update_contact, "contact"
    more_actions = (
        pages.Action(
            _("Merge with another one"),
            icon="copy",
            url="/merge/clients.contact/?id={id}",
            permission="clients.merge_contacts",
        ),
    )

    @property
    def header_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """Call comes first when there is a phone."""
        is_open = self.actor.sees_field(self.record.name, "phone")
        call = contacts.phone_uri(getattr(self.row, "phone", "")) if is_open else ""
        client_id = getattr(self.row, "client_id", None)
        about = f"?client={client_id}&contact={{id}}"
        to = getattr(self.row, "email", "") if self.actor.sees_field(self.record.name, "email") else ""
        letter = urlencode({"client": client_id, "to": to} if client_id else {"to": to})
        return (
            *(
                (pages.Action(pgettext_lazy("an action", "Call"), icon="phone", url=call, is_dialog=False),)
                if call
                else ()
            ),
            pages.Action(
                _("Write"), icon="mail", url=f"/mail/new/?{letter}", permission="communications.write", is_dialog=False
            ),
            *(
                (pages.Action(_("Deal"), icon="briefcase", url=f"/deals/new/{about}", permission="deals.open"),)
                if client_id
                else ()
            ),
        )


class NewContact(pages.CommandPage):
    """A new contact."""

    command, form = commands.add_contact, forms.AddContact
    done = _("The contact is added.")
    title = _("New contact")


class NewLegalEntity(pages.CommandPage):
    """A new legal entity of a client."""

    command, form, on, query = commands.add_legal_entity, forms.Entity, "client", queries.client_for_card
    done = _("The legal entity is added.")
    title, stays = _("New legal entity"), True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What the client itself says already."""
        return {"name": getattr(row, "name", ""), "inn": getattr(row, "inn", "")} | super().initial(row)

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The name apart, the requisites as values."""
        return {"name": cleaned["name"], "values": {key: cleaned[key] for key in forms.REQUISITES}}


class EditLegalEntity(pages.CommandPage):
    """Requisites of a legal entity."""

    command, form, on, query = commands.update_legal_entity, forms.Entity, "entity", queries.entity_for_edit
    done = _("The legal entity is saved.")
    title, submit, stays = _("Legal entity"), _("Save"), True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The requisites as they are."""
        return {key: getattr(row, key, "") for key in ("name", *forms.REQUISITES)}

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """All requisites at once."""
        return {"values": dict(cleaned)}

    def success_url(self, result: Any, row: Model | None) -> str:
        """The card of its client."""
        return CLIENT.url_of(getattr(row, "client_id", 0))
