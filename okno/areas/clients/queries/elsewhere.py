"""Whom rows of a file speak of elsewhere: clients among prospects, prospects among clients, clients of colleagues."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from okno.areas.clients.models import Client, Prospect
from okno.areas.clients.queries import importing, matching, recognising
from okno.areas.clients.queries.matching import Match
from okno.areas.clients.queries.prospects import Expected, prospects_like_each
from okno.areas.clients.queries.recognising import Similar
from okno.areas.clients.rules.likeness import PEOPLE, Looks
from okno.kit import contacts, permissions
from okno.kit.importing import ADD, LINK, SKIP, Twin, Values
from okno.kit.permissions import Actor

Rows = Sequence[tuple[int | None, Values]]
CONVERT = "clients.convert_prospect"


def looks_of(values: Values) -> Looks:
    """Somebody as a row of a file describes them, with their people and requisites; the cells are tidy already."""
    name, kind = str(values.get("name") or ""), str(values.get("kind") or Client.Kind.COMPANY)
    person = str(values.get("contact.name") or values.get("person") or (name if kind in PEOPLE else ""))
    phones = {importing.phone_key(one) for one in _all(values, "phone")}
    emails = {contacts.email_key(one) for one in _all(values, "email")}
    domains = {contacts.domain_key(one) for one in (*emails, str(values.get("site") or ""))}
    keys = {("phone", one) for one in phones} | {("email", one) for one in emails}
    keys |= {("domain", one) for one in domains if one}
    keys |= {("inn", one) for one in (values.get("inn"), values.get("entity.inn")) if one}
    if kpp := importing.kpp_text(values):
        keys.add(("kpp", kpp))
    if foreign := importing.foreign_text(values):
        keys.add(("foreign", foreign))
    people = [(one, person) for one in phones if person]
    return Looks(name, contacts.name_key(name) if name else "", kind, str(values.get("address") or ""), keys, people)


def _all(values: Values, kind: str) -> list[str]:
    """Phones or mail addresses of a row, those of the contact among them."""
    told = [values.get(f"{prefix}{kind}") for prefix in ("", "contact.")]
    more = [one for prefix in ("", "contact.") for one in values.get(f"{prefix}{kind}s") or ()]
    return [str(one) for one in (*told, *more) if one]


def clients_among(actor: Actor, rows: Rows) -> list[Twin | None]:
    """
    The clients that prospects of a file are already; of those out of reach only who is responsible is told.

    One that was handed to sales stays as it is.
    """
    handed = _handed({row_id for row_id, _values in rows if row_id is not None})
    found = matching.matches_of_each([_looks_of_new(one) for one in rows])
    best = [one[0] if one else None for one in found]
    known = recognising.shown_by_id(actor, [*{one.client_id for one in best if one}, *set(handed.values())])
    may_link = actor.may(CONVERT)
    is_told = recognising.policy(actor) != recognising.SILENT

    def twin(row_id: int | None, match: Match | None) -> Twin | None:
        client_id = handed.get(row_id or 0) or (match.client_id if match else 0)
        similar = known.get(client_id)
        if similar is None or (similar.client_id is None and not is_told):
            return None
        if row_id in handed:
            text = _("Handed to sales already.")
            return Twin(row_id=similar.client_id, text=text, ways=(SKIP,))
        ways = (SKIP, LINK, ADD) if may_link and similar.client_id is not None else (SKIP, ADD)
        return _client_twin(similar, match, ways)

    return [twin(row_id, match) for (row_id, _values), match in zip(rows, best, strict=True)]


def clients_of_colleagues(actor: Actor, rows: Rows) -> list[Twin | None]:
    """
    The clients out of reach that new clients of a file are without much doubt: only who is responsible is told.

    Whoever is not told of duplicates in forms is not told here, and whoever is stopped there is stopped here.
    """
    policy = recognising.policy(actor)
    sees_all = permissions.clauses_for(actor, Client, permissions.view_permission(Client)) is None
    if policy == recognising.SILENT or sees_all:
        return [None] * len(rows)
    found = [
        [one for one in matches if one.level == "exact"]
        for matches in matching.matches_of_each([_looks_of_new(one) for one in rows])
    ]
    known = recognising.shown_by_id(actor, [*{one.client_id for matches in found for one in matches}])
    ways = (SKIP,) if policy == recognising.BLOCK else (SKIP, ADD)
    told = ([_out_of_reach(known.get(one.client_id), one, ways) for one in matches] for matches in found)
    return [next(filter(None, twins), None) for twins in told]


def prospects_among(actor: Actor, rows: Rows) -> list[Twin | None]:
    """The prospects that new clients of a file are; of those out of reach only who is responsible is told."""
    found = prospects_like_each(actor, [_looks_of_new(one) for one in rows])
    may_link = actor.may(CONVERT)

    def twin(one: Expected) -> Twin:
        is_linkable = may_link and one.prospect_id is not None and not one.is_silent
        reason = str(recognising.REASONS[one.reasons[0]])
        text = (
            _("Among prospects already, %(reason)s; responsible: %(owner)s") % {"reason": reason, "owner": one.owner}
            if one.owner
            else _("Among prospects already, %(reason)s.") % {"reason": reason}
        )
        ways = (LINK, ADD, SKIP) if is_linkable else (ADD, SKIP)
        return Twin(row_id=one.prospect_id, text=text, ways=ways)

    nearest = (sorted(some, key=lambda one: (one.prospect_id is None, one.is_silent)) for some in found)
    return [twin(some[0]) if some else None for some in nearest]


def _looks_of_new(row: tuple[int | None, Values]) -> Looks:
    """A row that was found where it belongs is compared with nobody."""
    row_id, values = row
    return looks_of(values) if row_id is None else Looks()


def _handed(ids: set[int]) -> dict[int, int]:
    """The clients that these prospects have become."""
    if not ids:
        return {}
    # ast-grep-ignore: unscoped-read prospects that were found within reach
    rows = Prospect.objects.filter(pk__any_of=ids, status=Prospect.Status.CONVERTED, client__isnull=False)
    return dict(rows.values_list("pk", "client_id"))


def _out_of_reach(similar: Similar | None, match: Match, ways: Sequence[str]) -> Twin | None:
    if similar is None or similar.client_id is not None:
        return None
    return _client_twin(similar, match, ways)


def _client_twin(similar: Similar, match: Match | None, ways: Sequence[str]) -> Twin:
    told = {"reason": str(recognising.REASONS[match.reasons[0]]) if match else "", "owner": similar.owner}
    text = (
        _("A client already, %(reason)s; responsible: %(owner)s") % told
        if similar.owner
        else _("A client already, %(reason)s.") % told
    )
    return Twin(row_id=similar.client_id, text=text, ways=ways)
