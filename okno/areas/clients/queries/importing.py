"""How clients of a file are known again, and how they stand: clients with their people and legal entities."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy

from okno.areas.clients import rules
from okno.areas.clients.models import Client, ClientAddress, Contact, ContactPoint, LegalEntity
from okno.areas.clients.models.matching import MatchKey
from okno.kit import contacts
from okno.kit.importing import Key, State, Values
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor

Find: TypeAlias = Callable[[Actor, Sequence[str]], Mapping[str, Sequence[int]]]
CONSENTS = ("consents", "refusals")
CLIENT = (
    "name", "kind", "status", "relation_types", "inn", "is_nonresident", "country", "tax_number", "phone", "email",
    "preferred_channel", "time_zone", "language", "city", "address", "site", "source", "comment", "is_vip", *CONSENTS,
)  # fmt: skip
CONTACT = ("name", "post", "role", "phone", "email", "comment", *CONSENTS)
ENTITY = (
    "name", "full_name", "inn", "kpp", "ogrn", "is_nonresident", "country", "tax_number", "reg_number", "legal_address",
    "bank_name", "bic", "account", "corr_account", "iban", "swift",
)  # fmt: skip
PARTS = ("contact", "entity")
# Targets of columns for addresses by what an address is for.
ADDRESSES = {f"{kind.value}_addresses": kind.value for kind in ClientAddress.Kind}
PLAIN = re.compile(r"\+7 \d{3} \d{3}-\d{2}-\d{2}")


def by_match_key(kind: str, actor: Actor, keys: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """
    Clients within reach by a key of the matching service: their own, their people's, their legal entities'.

    The further clients of a person are told only where nobody has the key as his own.
    """
    # ast-grep-ignore: unscoped-read only clients within reach are given
    rows: Any = MatchKey.objects.filter(kind=kind, key__any_of=keys, client__isnull=False)
    told = list(rows.order_by("is_further", "client_id").values_list("key", "client_id", "is_further"))
    seen = _within_reach(actor, {client_id for _key, client_id, _further in told})
    found: dict[str, list[int]] = {}
    own = {key for key, _client_id, is_further in told if not is_further}
    for key, client_id, is_further in told:
        if client_id in seen and not (is_further and key in own):
            found.setdefault(key, []).append(client_id)
    return found


def by_name(actor: Actor, keys: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """Clients within reach by their names without legal forms, quotation marks and the order of words."""
    rows: Any = RecordQuerySet(Client).visible_to(actor).alive().filter(name_key__any_of=keys).order_by("pk")
    found: dict[str, list[int]] = {}
    for key, client_id in rows.values_list("name_key", "pk"):
        found.setdefault(key, []).append(client_id)
    return found


def _within_reach(actor: Actor, ids: set[int]) -> set[int]:
    if not ids:
        return set()
    rows: Any = RecordQuerySet(Client).visible_to(actor).alive().filter(pk__any_of=ids)
    return set(rows.values_list("pk", flat=True))


def states(_actor: Actor, ids: Sequence[int]) -> dict[int, State]:
    """Clients as they stand with their people and legal entities; who may see them was judged when they were found."""
    found: dict[int, State] = {}
    # ast-grep-ignore: unscoped-read found within reach, or made by the import itself
    for row in Client.objects.filter(pk__any_of=ids).values("pk", "owner_id", "extra", *CLIENT):
        values = {name: row[name] for name in CLIENT} | {"owner": row["owner_id"]} | row["extra"]
        found[row["pk"]] = State(row["pk"], values, {code: [] for code in PARTS})
    _add_people(found)
    _add_entities(found)
    _add_points(found)
    _add_addresses(found)
    return found


def _add_people(found: Mapping[int, State]) -> None:
    # ast-grep-ignore: unscoped-read people of clients that were read above
    rows = Contact.objects.filter(client_id__any_of=found, is_deleted=False).order_by("pk")
    for row in rows.values("pk", "client_id", "birthday", "extra", *CONTACT):
        values: Values = {name: row[name] for name in CONTACT} | row["extra"]
        values["birthday"] = row["birthday"].isoformat() if row["birthday"] else None
        found[row["client_id"]].parts["contact"].append((row["pk"], values))


def _add_entities(found: Mapping[int, State]) -> None:
    # ast-grep-ignore: unscoped-read legal entities of clients that were read above
    rows = LegalEntity.objects.filter(client_id__any_of=found, is_deleted=False).order_by("pk")
    for row in rows.values("pk", "client_id", "extra", *ENTITY):
        values: Values = {name: row[name] for name in ENTITY} | row["extra"]
        found[row["client_id"]].parts["entity"].append((row["pk"], values))


def _add_points(found: Mapping[int, State]) -> None:
    """Further phones and mail addresses, each list beside the main ones."""
    owners: dict[tuple[str, Any], Values] = {("client", row_id): state.values for row_id, state in found.items()}
    people = (one for state in found.values() for one in state.parts["contact"])
    owners |= {("contact", row_id): values for row_id, values in people}
    people_ids = [row_id for kind, row_id in owners if kind == "contact"]
    for column, ids in (("client", list(found)), ("contact", people_ids)):
        # ast-grep-ignore: unscoped-read ways to reach those that were read above
        rows = ContactPoint.objects.filter(**{f"{column}_id__any_of": ids}, kind__in=("phone", "email")).order_by("pk")
        if column == "client":
            rows = rows.filter(contact=None)
        for row_id, kind, value in rows.values_list(f"{column}_id", "kind", "value"):
            owners[column, row_id].setdefault(f"{kind}s", []).append(value)


def _add_addresses(found: Mapping[int, State]) -> None:
    # ast-grep-ignore: unscoped-read addresses of clients that were read above
    rows = ClientAddress.objects.filter(client_id__any_of=found).order_by("pk")
    for client_id, kind, text in rows.values_list("client_id", "kind", "text"):
        found[client_id].values.setdefault(f"{kind}_addresses", []).append(text)


def inn_text(values: Values) -> str:
    """The INN that a row tells, of the client or of its legal entity."""
    return str(values.get("inn") or values.get("entity.inn") or "")


def kpp_text(values: Values) -> str:
    """The INN with the KPP of the legal entity that a row tells, as they are compared; empty without both."""
    inn, kpp = str(values.get("entity.inn") or values.get("inn") or ""), str(values.get("entity.kpp") or "")
    return rules.kpp_key(inn, kpp) if inn and kpp else ""


def foreign_text(values: Values) -> str:
    """The tax number abroad that a row tells, of the client or of its legal entity, with its country."""
    told = ((values.get(f"{of}country"), values.get(f"{of}tax_number")) for of in ("", "entity."))
    keys = (contacts.foreign_key(str(country or ""), str(number or "")) for country, number in told)
    return next((key for key in keys if key), "")


def name_text(values: Values) -> str:
    """The name of a client as it is compared."""
    return contacts.name_key(str(values.get("name") or "")) if values.get("name") else ""


def phone_text(values: Values) -> str:
    """The phone of a line as it is compared."""
    return phone_key(str(values.get("phone") or ""))


def mail_text(values: Values) -> str:
    """The mail address of a line as it is compared."""
    return contacts.email_key(str(values.get("email") or ""))


def phone_by(find: Find, *instead: str) -> Key:
    """The phone as what a row is known again by."""
    return Key(
        code="phone", label=gettext_lazy("Phone"), fields=("phone",), instead=instead, text=phone_text, find=find
    )


def mail_by(find: Find, *instead: str) -> Key:
    """The mail address as what a row is known again by."""
    return Key(
        code="email", label=gettext_lazy("E-mail"), fields=("email",), instead=instead, text=mail_text, find=find
    )


def phone_key(shown: str) -> str:
    """The key of a phone as cards show it; Russian ones need no numbering plan to be read again."""
    if PLAIN.fullmatch(shown):
        return "".join(sign for sign in shown if sign.isdigit())[-10:]
    return contacts.phone_key(shown)
