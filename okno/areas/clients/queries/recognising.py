"""By what a client is recognised in what comes in, and what of it each person may know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from okno.areas.clients.models import Client
from okno.areas.clients.queries import matching
from okno.areas.clients.queries.cards import clients
from okno.areas.clients.queries.matching import Match
from okno.areas.clients.rules import Looks, Point, readable_points
from okno.kit import contacts as kit_contacts
from okno.kit.errors import Missing
from okno.kit.permissions import Actor

# What an enquiry and a client have in common, as people are told it, the surest first.
REASONS = {
    "kpp": _("the same INN and KPP"),
    "inn": _("the same INN"),
    "foreign": _("the same tax number abroad"),
    "person": _("the same person with the same phone"),
    "phone": _("the same phone"),
    "email": _("the same mail address"),
    "messenger": _("the same messenger"),
    "domain": _("the same domain"),
    "address": _("the same address"),
    "name": _("the same name"),
    "similar_name": _("a similar name"),
}
# What links by itself when one client alone has it.
CERTAIN = frozenset({"kpp", "inn", "foreign", "phone", "email"})
WARN, BLOCK, SILENT = "warn", "block", "silent"
HANDLE_SALT, HANDLE_SECONDS = "clients.similar", 24 * 3600
MOST = 20


def alike(actor: Actor, client: Client) -> list[Similar]:
    """Clients like one that was read for the actor, the likeliest first, as the actor may know them."""
    return shown_to(actor, matching.matches(matching.of_client(client), but=client.pk))


def policy(actor: Actor) -> str:
    """
    What an actor's roles say of duplicates: `warn` them, `block` exact ones, or `silent`.

    Whoever may search for duplicates is told of them; whoever may not add in spite of an exact one is stopped.
    """
    if not actor.may("clients.find_duplicates"):
        return SILENT
    return WARN if actor.may("clients.add_duplicate") else BLOCK


def exact(looks: Looks) -> list[Match]:
    """Clients that are the one described without much doubt, whoever may see them."""
    return [one for one in matching.matches(looks, by_name=False) if one.level == "exact"]


def recognise(points: Sequence[Point], inn: str = "", name_key: str = "", kpp: str = "") -> list[Match]:
    """
    Clients that an enquiry may be from, whoever may see them, the likeliest first, each with its surest reason.

    A name counts only when it is the same but for its form.
    """
    found = matching.matches(matching.known(points, inn, name_key, kpp))
    return [one for one in found if one.reason in CERTAIN | {"messenger", "name"}]


def recognised(phones: Sequence[str], emails: Sequence[str]) -> list[Match]:
    """The same for phones and mail addresses as they are written; what cannot be read is left out."""
    return recognise(readable_points(phones, emails))


def sure(found: Sequence[Match]) -> Match | None:
    """
    The client to link by itself: by phone, mail address or INN, and only when it is the only one.

    Of several clients of one person it is the main one, of several with one INN that of the same KPP.
    """
    certain = [one for one in found if one.reason in CERTAIN]
    people = {one.contact_id for one in certain if not one.is_further}
    nearest = [one for one in certain if not (one.is_further and one.contact_id in people)]
    same_kpp = [one for one in nearest if one.reason == "kpp"]
    if all(one.reason in {"kpp", "inn"} for one in nearest) and same_kpp:
        nearest = same_kpp
    return nearest[0] if len(nearest) == 1 else None


@dataclass(frozen=True, slots=True)
class Similar:
    """
    A client that was recognised, as one actor may know it: out of reach only who is responsible is told.

    `handle` stands for a client out of reach when one asks to be let in; it tells nothing of it.
    """

    client_id: int | None
    name: str
    owner: str
    reason: str
    score: int = 0
    level: str = ""
    reasons: tuple[str, ...] = ()
    handle: str = ""


def similar(
    actor: Actor, *, name: str = "", phone: str = "", email: str = "", inn: str = "", **more: str
) -> list[Similar]:
    """
    Clients like the one described, the likeliest first, as the actor may know them.

    :param more: `kpp`, `country`, `tax_number`, `site`, `messenger`, `address`, `kind`, `person`, as fields of
        cards have them.
    """
    looks = described_by({"name": name, "phone": phone, "email": email, "inn": inn, **more})
    return shown_to(actor, matching.matches(looks)[:MOST])


def described_by(said: Mapping[str, Any]) -> Looks:
    """Somebody as one form describes them, by the keys of its fields; what is not said is empty."""
    told = {key: str(value or "") for key, value in said.items()}
    inn = told.get("inn", "")
    return matching.described(
        name=told.get("name", ""),
        kind=told.get("kind") or Client.Kind.COMPANY,
        phones=[told.get("phone", "")],
        emails=[told.get("email", "")],
        inns=[inn],
        kpps=[(inn, told.get("kpp", ""))],
        sites=[told.get("site", "")],
        messengers=[told.get("messenger", "")],
        abroad=[(told.get("country", ""), told.get("tax_number", ""))],
        address=told.get("address", ""),
        person=told.get("person", ""),
    )


def shown_to(actor: Actor, found: Sequence[Match]) -> list[Similar]:
    """Clients that were recognised as the actor may know them, in the same order."""
    known, seen = _known(actor, [one.client_id for one in found])
    return [
        _similar(known[one.client_id], one, is_seen=one.client_id in seen) for one in found if one.client_id in known
    ]


def shown_by_id(actor: Actor, ids: Sequence[int]) -> dict[int, Similar]:
    """Clients that are alike as the actor may know them, by their ids."""
    known, seen = _known(actor, ids)
    return {one: _similar(row, Match(one), is_seen=one in seen) for one, row in known.items()}


def _known(actor: Actor, ids: Sequence[int]) -> tuple[dict[int, Client], set[int]]:
    """Clients of these ids that are there, and which of them are within reach."""
    if not ids:
        return {}, set()
    # ast-grep-ignore: unscoped-read out of reach only the responsible person is told
    rows = Client.objects.filter(pk__in=ids, is_deleted=False).select_related("owner")
    known = {row.pk: row for row in rows}
    seen = set(clients(actor).filter(pk__in=known).values_list("pk", flat=True)) if actor.may("clients.view") else set()
    return known, seen


def client_of_handle(handle: str) -> int:
    """The client behind a handle that a search has given. :raises Missing: it is no handle, or too old."""
    try:
        return int(signing.loads(handle, salt=HANDLE_SALT, max_age=HANDLE_SECONDS))
    except signing.BadSignature as error:
        raise Missing("not_found", _("Search again: this answer is too old.")) from error


def _similar(client: Client, match: Match, *, is_seen: bool) -> Similar:
    owner = kit_contacts.parse_person_name(client.owner.name).short if client.owner else ""
    told = (match.reason, match.score, match.level, match.reasons)
    if is_seen:
        return Similar(client.pk, client.name, owner, *told)
    return Similar(None, "", owner, *told, signing.dumps(client.pk, salt=HANDLE_SALT))
