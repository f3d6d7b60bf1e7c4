"""What a line of a file means where that is left to the reader: whose its phones are, a person of no company. Pure."""

from __future__ import annotations

from okno.areas.clients.models import Client
from okno.kit import contacts
from okno.kit.importing import Values

CONTACT, WAYS = "contact.", ("phone", "phones", "email", "emails")
FURTHER = {"phone": "phones", "email": "emails"}
PERSON = Client.Kind.PERSON.value


def meant_client(values: Values, present: Values | None) -> Values:
    """
    A person of no company is a client of that kind, and phones of a contact without a name are those of the client. Of
    whom a line tells further phones only, the first of them is the main one.

    :param present: the client that the line is of, as it stands; none when it is new.
    """
    values = values if present else _led(values)
    person, name = str(values.get("contact.name") or ""), values.get("name")
    if name and not person:
        return _with_ways_of_contact(values)
    if name or not person or values.get("kind") or not _may_be(person, present):
        return values
    own = {**_with_ways_of_contact(values), "name": person, "kind": PERSON}
    # What a client does not hold, a birthday or a post, stays with the person as its contact.
    return {**values, **own} if _tells_more(values) else own | {"contact.name": ""}


def meant_prospect(values: Values, present: Values | None) -> Values:
    """
    A person of no company is a prospect of that kind.

    :param present: the prospect that the line is of, as it stands; none when it is new.
    """
    person = str(values.get("person") or "")
    if values.get("name") or not person or values.get("kind") or not _may_be(person, present):
        return values
    return {**values, "name": person, "kind": PERSON, "person": ""}


def _may_be(person: str, present: Values | None) -> bool:
    """Whether the row is of this person: one that is found is of the kind and the name."""
    if present is None:
        return True
    is_person = present.get("kind") == PERSON
    return is_person and contacts.person_key(str(present.get("name") or "")) == contacts.person_key(person)


def _led(values: Values) -> Values:
    """The row with the first of further phones and mail addresses as the main one where none is told."""
    leading = {
        f"{of}{main}": told[0]
        for of in ("", CONTACT)
        for main, further in FURTHER.items()
        if (told := values.get(f"{of}{further}")) and not values.get(f"{of}{main}")
    }
    return values | leading if leading else values


def _with_ways_of_contact(values: Values) -> Values:
    """The row without ways to reach its contact; they are its own, behind those that it has."""
    found = {
        key: one for key, one in values.items() if key.removeprefix(CONTACT) not in WAYS or not key.startswith(CONTACT)
    }
    for way in WAYS:
        told = values.get(f"{CONTACT}{way}")
        if not told:
            continue
        own = found.get(way)
        found[way] = [*(own or ()), *told] if isinstance(told, list) else own or told
    return found


def _tells_more(values: Values) -> bool:
    """Whether the line tells of the person what its client does not hold."""
    beside = {"contact.name", *(f"{CONTACT}{way}" for way in WAYS)}
    return any(
        one not in (None, "", []) for key, one in values.items() if key.startswith(CONTACT) and key not in beside
    )
