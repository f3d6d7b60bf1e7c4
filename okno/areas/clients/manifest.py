"""What the clients area puts on the shelf."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from okno.areas.clients import commands, queries
from okno.areas.clients.commands import importing, importing_prospects
from okno.areas.clients.commands import merging as own
from okno.areas.clients.events import AccessAsked, AccessGranted, AccessRefused, BirthdayComes, ClientAssigned
from okno.areas.clients.models import ClientAddress
from okno.areas.clients.record import CLIENT, CONTACT, LEGAL_ENTITY, PROSPECT, STAY
from okno.areas.clients.web import consents, entities, panels, parted, places
from okno.kit import completeness, merging, notices, portrayal, worth
from okno.kit.permissions import SYSTEM
from okno.kit.registry import CreateItem, MenuItem, Panel, registry
from okno.kit.rows import mapping
from okno.kit.timeline import kinds, mentions

for record in (CLIENT, CONTACT, LEGAL_ENTITY, PROSPECT, STAY):
    registry.add_record(record)
registry.add_marking(CLIENT.name, commands.delete)
registry.add_marking(PROSPECT.name, commands.delete_prospect)
merging.add(
    CLIENT,
    prefer=own.fullest,
    along={"name": ("name_key",), "owner": ("department_id",)},
    merged=own.join,
    parted=own.part,
)
for label, titles in parted.NAMED.items():
    merging.name_parts(label, titles)
merging.add(CONTACT, suffix="_contacts", along={"owner": ("department_id",)})
merging.add(LEGAL_ENTITY, suffix="_legal_entities", check=own.check_entities, merged=own.keep_account)
registry.add_import(importing.CLIENTS)
registry.add_import(importing_prospects.PROSPECTS)
completeness.add(completeness.Judged(CLIENT.name, by="status"))
completeness.add(completeness.Judged(CONTACT.name))
portrayal.PORTRAYED.extend((CLIENT.name, CONTACT.name))
worth.add(worth.Valued(CLIENT.name))
mapping.add(
    CLIENT.name,
    mapping.Places(ClientAddress, "client", field="address", town="client__city", order=("kind", "pk")),
)
registry.add_menu(
    MenuItem("clients", _("Clients"), "/clients/", icon="building", permission="clients.view", position=30),
    MenuItem("clients", _("Contacts"), "/contacts/", icon="user", permission="clients.view", position=31),
    MenuItem(
        "clients", _("Legal entities"), "/legal-entities/", icon="building-bank", permission="clients.view", position=33
    ),
    MenuItem("clients", _("Prospects"), "/prospects/", icon="user-search", permission="clients.view", position=32),
)
registry.add_menu(
    MenuItem("clients", _("Reports on clients"), "/clients/reports/", "chart-bar", "clients.view", 34),
    MenuItem("clients", _("Duplicates"), "/duplicates/", "copy", "clients.find_duplicates", 35),
    MenuItem(
        "clients",
        _("Requests for access"),
        "/access-requests/",
        "lock-open",
        "clients.answer_access",
        36,
        count=queries.requests_to_answer,
    ),
)
registry.every("30 3 * * *", lambda: commands.find_duplicates(actor=SYSTEM), name="clients.find_duplicates")
registry.every("0 7 * * *", lambda: commands.tell_of_birthdays(actor=SYSTEM), name="clients.tell_of_birthdays")
registry.add_create(
    CreateItem(_("Client"), "/clients/new/", "clients.add", 20),
    CreateItem(_("Contact"), "/contacts/new/", "clients.add_contact", 25),
    CreateItem(_("Prospect"), "/prospects/new/", "clients.add_prospect", 26),
)
registry.add_panel(
    "clients.client",
    Panel("contacts", _("Contacts"), "clients/contacts.html", panels.contacts, "clients.view", position=5),
)
registry.add_panel(
    "clients.client",
    Panel(
        "legal-entities",
        _("Legal entities"),
        "clients/legal_entities.html",
        panels.legal_entities,
        "clients.view",
        side="left",
        position=10,
    ),
)
registry.add_panel(
    "clients.legal_entity",
    Panel("accounts", _("Accounts"), "clients/legal_entities.html", entities.accounts, "clients.view", "left", 10),
)
registry.add_panel(
    "clients.client",
    Panel(
        "members",
        _("Who works with the client"),
        "clients/members.html",
        panels.members,
        "clients.view",
        side="left",
        position=90,
    ),
)
for panel in (
    Panel("ways", _("Ways to reach"), "clients/ways.html", panels.ways, "clients.view", "left", 5),
    Panel(
        "consents", _("Consents to mailings"), "clients/consents.html", consents.consents, "clients.view", "left", 15
    ),
    Panel("addresses", _("Addresses"), "clients/addresses.html", panels.addresses, "clients.view", "left", 20),
    Panel(
        "statuses", _("How relations have gone"), "clients/statuses.html", panels.statuses, "clients.view", "left", 95
    ),
    Panel("relations", _("Relations"), "clients/relations.html", panels.relations, "clients.view", "right", 40),
):
    registry.add_panel("clients.client", panel)
registry.add_panel(
    "clients.contact", Panel("ways", _("Ways to reach"), "clients/ways.html", panels.ways, "clients.view", "left", 5)
)
registry.add_panel(
    "clients.contact",
    Panel(
        "consents", _("Consents to mailings"), "clients/consents.html", consents.consents, "clients.view", "left", 15
    ),
)
registry.add_panel(
    "clients.contact",
    Panel("places", _("Where they work"), "clients/places.html", places.places, "clients.view", "right", 5),
)

kinds.add("clients.added", _("added the client “%(name)s”"), icon="building")
kinds.add(
    "clients.assigned",
    _("made %(owner)s responsible for the client"),
    icon="user",
    fields={"owner": "clients.client.owner"},
)
kinds.add("clients.consent_given", _("noted a consent to mailings: %(told)s"), icon="mail-check")
kinds.add("clients.consent_refused", _("noted a refusal of mailings: %(told)s"), icon="mail-off")
kinds.add("clients.related", _("related the client to another one"), icon="affiliate")
kinds.add("clients.access_asked", _("asks for access: %(text)s"), icon="lock-open")
kinds.add("clients.access_granted", _("let %(who)s in"), icon="lock-open")
kinds.add("clients.access_refused", _("refused access to %(who)s"), icon="lock")
kinds.add("clients.contact_added", _("added the contact “%(name)s”"), icon="user-plus")
kinds.add("clients.contact_placed", _("noted one more place of work of “%(name)s”"), icon="building")

kinds.add("clients.prospect_added", _("added the prospect “%(name)s”"), icon="user-search")
kinds.add("clients.prospect_moved", _("changed the status of the prospect: %(comment)s"), icon="flag")
kinds.add("clients.prospect_assigned", _("gave the prospect to %(owner)s"), icon="user")
kinds.add("clients.prospect_converted", _("made a client of the prospect “%(name)s”"), icon="building-plus")


mentions.add_inviting("clients.client", commands.share.name, row="client", user="user")
notices.add(
    "clients.assigned",
    _("A client is given to me"),
    _("%(who)s made you responsible for the client"),
    event=ClientAssigned,
    record="clients.client",
    row="client_id",
    to=[("to_owner_id", notices.OWNER)],
    when=lambda event: event.to_owner_id != event.from_owner_id,
    many=ngettext_lazy(
        "%(who)s made you responsible for %(number)s client",
        "%(who)s made you responsible for %(number)s clients",
        "count",
    ),
    icon="building",
    pops=True,
    modes={"mail": notices.Mode.HOURLY},
)
notices.add(
    "clients.access_asked",
    _("A colleague asks for access to my client"),
    _("%(who)s asks for access to the client"),
    event=AccessAsked,
    record="clients.client",
    row="client_id",
    to=[("owner_id", notices.OWNER)],
    icon="lock-open",
    pops=True,
    modes={"mail": notices.Mode.NOW},
)
notices.add(
    "clients.access_granted",
    _("I am let in to a client I asked for"),
    _("%(who)s let you in to the client"),
    event=AccessGranted,
    record="clients.client",
    row="client_id",
    to=[("user_id", notices.OWN)],
    icon="lock-open",
    pops=True,
)
notices.add(
    "clients.birthday",
    _("A contact of my client has a birthday"),
    _("has a birthday soon: %(shown)s"),
    event=BirthdayComes,
    record="clients.contact",
    row="contact_id",
    to=[("owner_id", notices.OWNER)],
    icon="cake",
    shows="birthday",
)
notices.add(
    "clients.access_refused",
    _("I am not let in to a client I asked for"),
    _("%(who)s did not let you in to the client you asked for. %(text)s"),
    event=AccessRefused,
    record="record",
    row="row_id",
    to=[("user_id", notices.OWN)],
    icon="lock",
    values=["text"],
    pops=True,
)

__all__ = ["commands"]
