"""Clients in batches: with their people and legal entities, a few statements for five hundred rows of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.addresses import queries as addresses
from okno.areas.clients.commands import keeping, linking
from okno.areas.clients.commands.import_rows import change_rows, columns_of, owned_rows
from okno.areas.clients.events import ClientAdded
from okno.areas.clients.models import Channel, Client, ClientAddress, Consent, Contact, ContactPoint, LegalEntity
from okno.areas.clients.queries import elsewhere
from okno.areas.clients.queries import importing as reading
from okno.areas.clients.rules import cells, headings, lines
from okno.kit import contacts, live
from okno.kit.batch_rows import insert_rows
from okno.kit.commands import command, current, moment
from okno.kit.events import emit
from okno.kit.importing import (
    ADD,
    LINK,
    SKIP,
    Batch,
    Elsewhere,
    Importing,
    Key,
    Part,
    PartWrite,
    Values,
    Write,
    Written,
)
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field
from okno.kit.timeline.batches import tell_each

POINTS: dict[str, Callable[[str], str]] = {"phone": reading.phone_key, "email": contacts.email_key}
CHANNELS = Channel.choices
PART_MODELS: dict[str, type[Model]] = {"contact": Contact, "entity": LegalEntity}


@dataclass
class _Points:
    """Ways to reach somebody that are to be kept: (client, contact, kind, key) with how each is shown."""

    wanted: dict[tuple[int | None, int | None, str, str], str] = field(default_factory=dict)

    def add(self, values: Values, *, client: int | None = None, contact: int | None = None) -> None:
        for kind, key_of in POINTS.items():
            for shown in [values.get(kind), *(values.get(f"{kind}s") or ())]:
                if shown:
                    self.wanted.setdefault((client, contact, kind, key_of(shown)), shown)

    def keep(self) -> None:
        """Insert those that are not there yet."""
        clients = {client for client, contact, _kind, _key in self.wanted if contact is None}
        people = {contact for _client, contact, _kind, _key in self.wanted if contact is not None}
        ways = ContactPoint.objects.values_list("client_id", "contact_id", "kind", "key")
        of_clients = ways.filter(client_id__any_of=clients, contact=None)
        held = {*of_clients, *ways.filter(contact_id__any_of=people)}
        fresh = [(place, shown) for place, shown in self.wanted.items() if place not in held]
        names = ("client_id", "contact_id", "kind", "key")
        insert_rows(ContactPoint, [dict(zip(names, place, strict=True)) | {"value": shown} for place, shown in fresh])


@dataclass
class _Addresses:
    """Addresses that are to be kept, each with its parts: (client, kind, text), the text compared without case."""

    wanted: dict[tuple[int, str, str], str] = field(default_factory=dict)

    def add(self, values: Values, client: int) -> None:
        for name, kind in reading.ADDRESSES.items():
            for text in values.get(name) or ():
                self.wanted.setdefault((client, kind, text.casefold()), text)
        if text := str(values.get("address") or "").strip():
            self.wanted.setdefault((client, ClientAddress.Kind.ACTUAL.value, text.casefold()), text)

    def keep(self, results: Mapping[int, Written]) -> None:
        """Insert those that are not there yet, and tell them to the results of their clients."""
        held = ClientAddress.objects.filter(client_id__any_of={client for client, _kind, _text in self.wanted})
        known = {
            (client, kind, text.casefold()) for client, kind, text in held.values_list("client_id", "kind", "text")
        }
        fresh = [(place, text) for place, text in self.wanted.items() if place not in known]
        told = addresses.recognised_all(text for _place, text in fresh) if fresh else {}
        rows = [
            {"client_id": client, "kind": kind, "text": text, **keeping.told(told[text])}
            for (client, kind, _text), text in fresh
        ]
        made = insert_rows(ClientAddress, rows)
        for ((client, _kind, _text), _shown), row_id in zip(fresh, made, strict=True):
            results[client].parts.append((ClientAddress._meta.db_table, row_id))


@dataclass
class _Words:
    """What files say of mailings: channels agreed to and refused, of clients and of people."""

    rows: list[tuple[Written, dict[str, Any]]] = field(default_factory=list)

    def add(self, result: Written, values: Values, *, client: int | None = None, contact: int | None = None) -> None:
        whose = {"client_id": client, "contact_id": contact, "source": Consent.Source.IMPORT.value}
        for key, is_given in (("consents", True), ("refusals", False)):
            told = ({**whose, "channel": one, "is_given": is_given} for one in values.get(key) or ())
            self.rows += [(result, one) for one in told]

    def keep(self, actor: Actor) -> None:
        """Insert them as said on the day of the import, and tell them to the results of their clients."""
        # ast-grep-ignore: time-comes-in the day is of the moment of the command
        told = {"said_date": timezone.localdate(moment()), "user_id": actor.user_id}
        made = insert_rows(Consent, [{**one, **told} for _result, one in self.rows])
        for (result, _one), row_id in zip(self.rows, made, strict=True):
            result.parts.append((Consent._meta.db_table, row_id))


@command("clients.import", label=gettext_lazy("Import clients"), hands_over=True)
def take_in(*, actor: Actor, batch: Batch) -> list[Written]:
    """
    Add or change clients with their people and legal entities, as an import has planned them.

    Rows out of the actor's reach are refused one by one. Returns what became of each write.
    """
    writes: list[Write] = batch.rows
    results = [Written(one.id) for one in writes]
    _refuse_out_of_reach(actor, writes, results)
    allowed = [(one, result) for one, result in zip(writes, results, strict=True) if not result.refusal]
    points, where, words = _Points(), _Addresses(), _Words()
    _add_clients(actor, [pair for pair in allowed if pair[0].id is None])
    change_rows(Client, {one.id: one.values for one, _result in allowed if one.id is not None and one.values})
    for one, result in allowed:
        points.add(one.values, client=result.id)
        where.add(one.values, result.id or 0)
        words.add(result, one.values, client=result.id)
    _write_parts(allowed, points, words)
    points.keep()
    words.keep(actor)
    where.keep({result.id or 0: result for _one, result in allowed})
    linking.link_prospects(actor, allowed)
    live.tell_topic("clients.client")
    return results


def _refuse_out_of_reach(actor: Actor, writes: Sequence[Write], results: Sequence[Written]) -> None:
    """A client is changed by whoever may change it; one that the import itself has made is its own."""
    ids = [one.id for one in writes if one.id is not None and not one.is_own]
    if not ids:
        return
    rows = Client.objects.visible_to(actor, "clients.update").filter(pk__any_of=ids).order_by("pk")
    seen = set(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    if not actor.may("clients.update_contact") or not actor.may("clients.update_legal_entity"):
        seen -= {one.id for one in writes if one.id is not None and any(part.id for part in one.parts)}
    for one, result in zip(writes, results, strict=True):
        if one.id is not None and not one.is_own and one.id not in seen:
            result.refusal = _("You have no right to change this client.")
        elif one.id is not None and "owner" in one.values and not actor.may("clients.assign"):
            result.refusal = _("You have no right to give this client to another person.")


def _add_clients(actor: Actor, fresh: Sequence[tuple[Write, Written]]) -> None:
    """Insert new clients and tell of them."""
    rows = owned_rows(actor, Client, [one.values for one, _result in fresh])
    for (_write, result), row_id in zip(fresh, insert_rows(Client, rows), strict=True):
        result.id = row_id
        result.parts.append((Client._meta.db_table, row_id))
    told = [(result.id, {"name": one.values["name"]}) for one, result in fresh if result.id is not None]
    tell_each("clients.added", "clients.client", told)
    run = current()
    if run is not None and not run.is_silent:
        for (_write, result), row in zip(fresh, rows, strict=True):
            if result.id is not None:
                emit(ClientAdded(client_id=result.id, owner_id=row["owner_id"]))


def _write_parts(allowed: Sequence[tuple[Write, Written]], points: _Points, words: _Words) -> None:
    """Add and change people and legal entities of clients that are written."""
    for one, result in allowed:
        if one.id is not None:
            result.parts.append((Client._meta.db_table, one.id))
    for code, model in PART_MODELS.items():
        parts = [(result, part) for one, result in allowed for part in one.parts if part.code == code]
        changed: dict[int | None, Values] = defaultdict(dict)
        for _result, part in parts:
            if part.id is not None:
                changed[part.id] |= part.values
        change_rows(model, changed)
        _add_parts(model, [pair for pair in parts if pair[1].id is None])
        for result, part in parts:
            result.parts.append((model._meta.db_table, int(part.id or 0)))
            if code == "contact":
                points.add(part.values, contact=part.id)
                words.add(result, part.values, contact=part.id)


def _add_parts(model: type[Model], fresh: Sequence[tuple[Written, PartWrite]]) -> None:
    rows = [{**columns_of(model, part.values), "client_id": result.id} for result, part in fresh]
    for (_result, part), row_id in zip(fresh, insert_rows(model, rows), strict=True):
        part.id = row_id


def _of_client(values: Values, told: Values) -> Values:
    """A legal entity without a name or an INN takes those of its client."""
    return {key: values[key] for key in ("name", "inn") if values.get(key) and not told.get(key)}


def _entity_key(values: Values) -> str:
    """A legal entity is the same by INN and KPP, or by INN when one of the two tells no KPP."""
    return f"{values['inn']}/{values.get('kpp') or ''}" if values.get("inn") else ""


SAID = {
    "consents": Field(gettext_lazy("Consents to mailings"), "consents", Kind.CHOICE, many=True, choices=CHANNELS),
    "refusals": Field(gettext_lazy("Refused mailings"), "refusals", Kind.CHOICE, many=True, choices=CHANNELS),
}
MORE = {
    "phones": Field(gettext_lazy("More phones"), "phone", Kind.PHONE, many=True),
    "emails": Field(gettext_lazy("More e-mails"), "email", Kind.EMAIL, many=True),
}
PLACES = {
    name: Field(label, "address", Kind.ADDRESS, many=True)
    for name, label in (
        ("legal_addresses", gettext_lazy("Address: legal")),
        ("actual_addresses", gettext_lazy("Address: actual")),
        ("postal_addresses", gettext_lazy("Address: postal")),
        ("delivery_addresses", gettext_lazy("Address: of delivery")),
    )
}
CLIENTS = Importing(
    record="clients.client",
    create="clients.add",
    update="clients.update",
    fields=("owner",),
    required=("name",),
    more={**MORE, **PLACES, **SAID},
    keys=(
        Key(
            code="inn_kpp",
            label=gettext_lazy("INN and KPP"),
            fields=("inn", "entity.kpp"),
            text=reading.kpp_text,
            find=partial(reading.by_match_key, "kpp"),
        ),
        Key(
            code="inn",
            label=gettext_lazy("INN"),
            fields=("inn",),
            text=reading.inn_text,
            find=partial(reading.by_match_key, "inn"),
            is_exclusive=True,
        ),
        Key(
            code="foreign",
            label=gettext_lazy("Tax number abroad"),
            fields=("tax_number", "entity.tax_number"),
            text=reading.foreign_text,
            find=partial(reading.by_match_key, "foreign"),
        ),
        reading.phone_by(partial(reading.by_match_key, "phone"), "contact.phone"),
        reading.mail_by(partial(reading.by_match_key, "email"), "contact.email"),
        Key(
            code="name",
            label=gettext_lazy("Name without the legal form"),
            fields=("name",),
            text=reading.name_text,
            find=reading.by_name,
            is_weak=True,
        ),
    ),
    parts=(
        Part(
            code="contact",
            record="clients.contact",
            label=gettext_lazy("Contact"),
            fields=("name", "post", "role", "phone", "email", "birthday", "comment"),
            required=("name",),
            more={**MORE, **SAID},
            keys=(
                reading.phone_text,
                reading.mail_text,
                lambda values: contacts.person_key(str(values.get("name") or "")),
            ),
        ),
        Part(
            code="entity",
            record="clients.legal_entity",
            label=gettext_lazy("Legal entity"),
            fields=reading.ENTITY,
            required=("name",),
            keys=(_entity_key, lambda values: contacts.name_key(str(values.get("name") or ""))),
            fill=_of_client,
        ),
    ),
    elsewhere=(
        Elsewhere(
            code="colleagues",
            record="clients.client",
            label=gettext_lazy("Clients of colleagues"),
            choices={
                SKIP: gettext_lazy("Skip: ask for access to them"),
                ADD: gettext_lazy("Add again as clients of one's own"),
            },
            usual=SKIP,
            find=elsewhere.clients_of_colleagues,
        ),
        Elsewhere(
            code="prospects",
            record="clients.prospect",
            label=gettext_lazy("Those who are prospects"),
            choices={
                LINK: gettext_lazy("Make clients of them, with their feed and tasks"),
                ADD: gettext_lazy("Add as clients, leave the prospects as they are"),
                SKIP: gettext_lazy("Skip"),
            },
            usual=LINK,
            find=elsewhere.prospects_among,
        ),
    ),
    meant=lines.meant_client,
    read=reading.states,
    write=lambda actor, writes: take_in(actor=actor, batch=Batch(list(writes))),
    cleaners={
        "name": cells.name_cell,
        "inn": cells.inn_cell,
        "phone": cells.phones_cell,
        "phones": cells.more_phones_cell,
        "email": cells.emails_cell,
        "emails": cells.more_emails_cell,
        **dict.fromkeys(PLACES, cells.addresses_cell),
        "contact.name": cells.name_cell,
        "contact.phone": cells.phones_cell,
        "contact.phones": cells.more_phones_cell,
        "contact.email": cells.emails_cell,
        "contact.emails": cells.more_emails_cell,
        "tax_number": cells.foreign_cell,
        "entity.tax_number": cells.foreign_cell,
        "entity.reg_number": cells.foreign_cell,
        "entity.iban": cells.iban_cell,
        "entity.swift": cells.swift_cell,
        "entity.name": cells.name_cell,
        "entity.inn": cells.inn_cell,
        "entity.kpp": cells.kpp_cell,
        "entity.ogrn": cells.ogrn_cell,
        "entity.bic": cells.bic_cell,
        "entity.account": cells.account_cell,
        "entity.corr_account": cells.account_cell,
    },
    words=headings.WORDS,
    synonyms=headings.COLUMNS,
)
