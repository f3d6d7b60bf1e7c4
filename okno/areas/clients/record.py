"""How clients, contacts and legal entities are read everywhere."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.areas.clients.models import (
    COUNTRIES,
    LANGUAGES,
    ZONES,
    Channel,
    Client,
    Contact,
    LegalEntity,
    Prospect,
    RelationType,
    StatusStay,
)
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

# What the last words of consent have come to: one by one they are noted by a command.
CONSENTS = {
    "consents": Field(_("Consents to mailings"), "consents", Kind.CHOICE, many=True, choices=Channel.choices),
    "refusals": Field(_("Refused mailings"), "refusals", Kind.CHOICE, many=True, choices=Channel.choices),
}


def _abroad(*keys: str) -> dict[str, Any]:
    """Of no resident; one who has any of these fields filled in is none, told so or not."""
    return {
        "any": [
            {"field": "is_nonresident", "op": "eq", "value": True},
            *({"field": key, "op": "not_empty"} for key in keys),
        ]
    }


ABROAD = _abroad("country", "tax_number")
ENTITY_ABROAD = _abroad("country", "tax_number", "reg_number", "iban", "swift")
CLIENT = Record(
    name="clients.client",
    model=Client,
    label=_("Client"),
    plural=_("Clients"),
    title="name",
    subtitle="city",
    url="/clients/{id}/",
    icon="building",
    search=("name",),
    digits=("points__key", "inn", "legal_entities__inn"),
    texts=("comment",),
    type_field="kind",
    relations={
        "contacts": ("clients.contact", "client"),
        "legal_entities": ("clients.legal_entity", "client"),
        "stays": ("clients.stay", "client"),
    },
    fields={
        "name": Field(pgettext_lazy("a company", "Name"), "name", trigram=True, editable=True),
        "kind": Field(_("Kind"), "kind", Kind.CHOICE, choices=Client.Kind.choices, editable=True),
        "status": Field(_("Status"), "status", Kind.CHOICE, choices=Client.Status.choices, editable=True),
        "relation_types": Field(
            _("What it is to us"),
            "relation_types",
            Kind.CHOICE,
            many=True,
            choices=RelationType.choices,
            editable=True,
        ),
        "inn": Field(_("INN"), "inn", editable=True),
        "is_nonresident": Field(_("Not a resident of Russia"), "is_nonresident", Kind.BOOLEAN, editable=True),
        "country": Field(_("Country"), "country", Kind.CHOICE, choices=COUNTRIES, editable=True, shown=ABROAD),
        "tax_number": Field(_("Tax number abroad"), "tax_number", editable=True, shown=ABROAD),
        "phone": Field(_("Phone"), "phone", Kind.PHONE, editable=True),
        "email": Field(_("E-mail"), "email", Kind.EMAIL, editable=True),
        "preferred_channel": Field(
            _("Preferred channel"), "preferred_channel", Kind.CHOICE, choices=Channel.choices, editable=True
        ),
        "time_zone": Field(_("Time zone"), "time_zone", Kind.CHOICE, choices=ZONES, editable=True),
        "language": Field(_("Language"), "language", Kind.CHOICE, choices=LANGUAGES, editable=True),
        "city": Field(_("City"), "city", editable=True),
        "address": Field(_("Address"), "address", editable=True),
        "site": Field(_("Site"), "site", editable=True),
        "source": Field(_("Source"), "source", editable=True),
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "department": Field(_("Department"), "department__name"),
        "is_vip": Field(_("VIP"), "is_vip", Kind.BOOLEAN, editable=True),
        **CONSENTS,
        "comment": Field(_("Comment"), "comment", Kind.LONG_TEXT, editable=True),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)

CONTACT = Record(
    name="clients.contact",
    model=Contact,
    label=_("Contact"),
    plural=_("Contacts"),
    title="name",
    subtitle="client",
    url="/contacts/{id}/",
    icon="user",
    search=("name",),
    digits=("points__key",),
    texts=("comment",),
    fields={
        "name": Field(pgettext_lazy("a person", "Name"), "name", trigram=True, editable=True),
        "client": Field(_("Client"), "client__name", Kind.LINK, link="clients.client"),
        "post": Field(_("Post"), "post", editable=True),
        "role": Field(_("Role in deals"), "role", Kind.CHOICE, choices=Contact.Role.choices, editable=True),
        "phone": Field(_("Phone"), "phone", Kind.PHONE, editable=True),
        "email": Field(_("E-mail"), "email", Kind.EMAIL, editable=True),
        "birthday": Field(_("Birthday"), "birthday", Kind.DATE, editable=True),
        "left_date": Field(_("Left the company"), "left_date", Kind.DATE, editable=True),
        **CONSENTS,
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "comment": Field(_("Comment"), "comment", Kind.LONG_TEXT, editable=True),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)

LEGAL_ENTITY = Record(
    name="clients.legal_entity",
    model=LegalEntity,
    label=_("Legal entity"),
    plural=_("Legal entities"),
    title="name",
    subtitle="inn",
    url="/legal-entities/{id}/",
    icon="building-bank",
    search=("name",),
    digits=("inn", "ogrn"),
    lacks={
        "tree": "documents of a legal entity come of its client",
    },
    fields={
        "name": Field(pgettext_lazy("a company", "Name"), "name", editable=True),
        "full_name": Field(_("Full name"), "full_name", editable=True),
        "client": Field(_("Client"), "client__name", Kind.LINK, link="clients.client"),
        "inn": Field(_("INN"), "inn", editable=True),
        "kpp": Field(_("KPP"), "kpp", editable=True),
        "ogrn": Field(_("OGRN"), "ogrn", editable=True),
        "is_nonresident": Field(_("Not a resident of Russia"), "is_nonresident", Kind.BOOLEAN, editable=True),
        "country": Field(_("Country"), "country", Kind.CHOICE, choices=COUNTRIES, editable=True, shown=ENTITY_ABROAD),
        "tax_number": Field(_("Tax number abroad"), "tax_number", editable=True, shown=ENTITY_ABROAD),
        "reg_number": Field(_("Registration number abroad"), "reg_number", editable=True, shown=ENTITY_ABROAD),
        "legal_address": Field(_("Legal address"), "legal_address", editable=True),
        "bank_name": Field(_("Bank"), "bank_name", editable=True),
        "bic": Field(_("BIC"), "bic", editable=True),
        "account": Field(_("Account"), "account", editable=True),
        "corr_account": Field(_("Correspondent account"), "corr_account", editable=True),
        "iban": Field(_("IBAN"), "iban", editable=True, shown=ENTITY_ABROAD),
        "swift": Field(_("SWIFT"), "swift", editable=True, shown=ENTITY_ABROAD),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)

PROSPECT = Record(
    name="clients.prospect",
    model=Prospect,
    label=_("Prospect"),
    plural=_("Prospects"),
    title="name",
    subtitle="city",
    url="/prospects/{id}/",
    icon="user-search",
    search=("name",),
    digits=("phone_key", "inn"),
    texts=("comment",),
    type_field="kind",
    lacks={
        "tree": "a prospect becomes a client, and the feed goes along",
    },
    fields={
        "name": Field(pgettext_lazy("a company", "Name"), "name", trigram=True, editable=True),
        "kind": Field(_("Kind"), "kind", Kind.CHOICE, choices=Client.Kind.choices, editable=True),
        "status": Field(_("Status"), "status", Kind.CHOICE, choices=Prospect.Status.choices),
        "revisit_date": Field(_("Come back on"), "revisit_date", Kind.DATE, editable=True),
        "person": Field(_("Whom to talk to"), "person", editable=True),
        "post": Field(_("Post"), "post", editable=True),
        "phone": Field(_("Phone"), "phone", Kind.PHONE, editable=True),
        "email": Field(_("E-mail"), "email", Kind.EMAIL, editable=True),
        "inn": Field(_("INN"), "inn", editable=True),
        "site": Field(_("Site"), "site", editable=True),
        "city": Field(_("City"), "city", editable=True, groupable=True),
        "address": Field(_("Address"), "address", editable=True),
        "source": Field(_("Source"), "source", editable=True, groupable=True),
        "batch": Field(_("List"), "batch", editable=True, groupable=True),
        "score": Field(_("Interest, points"), "score", Kind.INTEGER, editable=True),
        "client": Field(_("Client"), "client__name", Kind.LINK, link="clients.client"),
        "converted_at": Field(_("Handed to sales"), "converted_at", Kind.MOMENT),
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "department": Field(_("Department"), "department__name"),
        "comment": Field(_("Comment"), "comment", Kind.LONG_TEXT, editable=True),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)

KEPT = "a trigger writes what statuses a client has been in"
STAY = Record(
    name="clients.stay",
    model=StatusStay,
    label=_("Stay in a status"),
    plural=_("Stays in statuses"),
    title="client",
    icon="flag",
    lacks={
        "list": "stays of a client stand on its card",
        "card": "stays of a client stand on its card",
        "create": KEPT,
        "change": KEPT,
        "import": KEPT,
        "mark": KEPT,
        "search": "stays of a client stand on its card",
        "tree": "no document comes of a stay",
        "api list": "reports and filters of clients tell of stays",
    },
    fields={
        "status": Field(_("Status"), "status", Kind.CHOICE, choices=Client.Status.choices),
        "client": Field(_("Client"), "client__name", Kind.LINK, link="clients.client"),
        "since": Field(_("Since"), "since", Kind.MOMENT),
        "until": Field(_("Until"), "until", Kind.MOMENT),
        "turn": Field(_("What it meant for the base"), "turn", Kind.CHOICE, choices=StatusStay.Turn.choices),
    },
)
