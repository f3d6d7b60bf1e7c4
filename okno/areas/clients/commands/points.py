"""Ways to reach clients and contacts: added, dropped, made the main one."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients import rules
from okno.areas.clients.models import Client, Contact, ContactPoint
from okno.areas.clients.rules import Point
from okno.kit import live
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import Actor

# Kinds of which the main one stands on the card and in lists.
SHOWN = ("phone", "email", "site")


@command("clients.add_point", label=gettext_lazy("Add a way to reach"))
def add_point(
    *,
    actor: Actor,
    value: str,
    kind: str = "",
    client: Client | None = None,
    contact: Contact | None = None,
    note: str = "",
) -> ContactPoint:
    """
    Add a phone, mail address, messenger or site of a client or of a contact; the first of a kind becomes the main one.

    :param kind: `phone`, `email`, `messenger` or `site`; what the value looks like when it is empty.
    :raises Refused: it cannot be read, is there already, or nobody is named.
    """
    if (client is None) == (contact is None):
        raise Refused("clients.nobody", _("Name a client or a contact."))
    point = rules.point_of(kind, value) if kind else rules.point_like(value)
    kind = point.kind
    own = _points(client, contact).filter(kind=kind)
    if own.filter(key=point.key).exists():
        raise Refused("clients.point_known", _("It is there already."), missing=["value"])
    is_main = not own.filter(is_main=True).exists()
    made = ContactPoint.objects.create(
        client=client, contact=contact, kind=kind, value=point.value, key=point.key, note=note[:100], is_main=is_main
    )
    if is_main:
        _show(client or contact, kind, point.value, only_if_empty=True)
    _told(client)
    return made


@command("clients.drop_point", label=gettext_lazy("Delete a way to reach"))
def drop_point(
    *, actor: Actor, point_id: int, client: Client | None = None, contact: Contact | None = None
) -> Client | Contact | None:
    """Delete a way to reach a client or a contact; the next of its kind is shown instead. :raises Missing: no such."""
    point = _own(client, contact, point_id)
    kind, value = point.kind, point.value
    point.delete()
    somebody = client or contact
    following = _lead_the_next(client, contact, kind)
    if kind in SHOWN and getattr(somebody, kind, None) == value:
        _show(somebody, kind, following)
    _told(client)
    return somebody


@command("clients.set_main_point", label=gettext_lazy("Make the main way to reach"))
def set_main_point(
    *, actor: Actor, point_id: int, client: Client | None = None, contact: Contact | None = None
) -> Client | Contact | None:
    """Make a way to reach the main one of its kind: it is shown on the card and in lists. :raises Missing: no such."""
    point = _own(client, contact, point_id)
    _points(client, contact).filter(kind=point.kind, is_main=True).exclude(pk=point.pk).update(is_main=False)
    point.is_main = True
    point.save(update_fields=["is_main"])
    _show(client or contact, point.kind, point.value)
    _told(client)
    return client or contact


def keep(client: Client | None, contact: Contact | None, point: Point) -> ContactPoint:
    """Keep a way to reach somebody, once; the first of its kind is the main one."""
    own = _points(client, contact).filter(kind=point.kind)
    found = own.filter(key=point.key).first()
    if found is not None:
        return found
    is_main = not own.filter(is_main=True).exists()
    told = {"kind": point.kind, "key": point.key, "value": point.value, "is_main": is_main}
    return ContactPoint.objects.create(client=client, contact=contact, **told)


def lead(client: Client | None, contact: Contact | None, point: Point) -> str:
    """Make a way to reach somebody the main one of its kind, whether it was there or not; gives it as it is shown."""
    made = keep(client, contact, point)
    if not made.is_main:
        _points(client, contact).filter(kind=point.kind, is_main=True).update(is_main=False)
    # The same number may be written in another way now.
    made.is_main, made.value = True, point.value
    made.save(update_fields=["is_main", "value"])
    return point.value


def drop_shown(client: Client | None, contact: Contact | None, kind: str) -> str:
    """Drop the way of a kind that stands on the card; gives the next one, which stands there from now on."""
    shown = getattr(client or contact, kind)
    _points(client, contact).filter(kind=kind, value=shown).delete()
    return _lead_the_next(client, contact, kind)


def _lead_the_next(client: Client | None, contact: Contact | None, kind: str) -> str:
    """Let a kind that has lost its main way have one again; gives the main one, empty when there is none."""
    following = _points(client, contact).filter(kind=kind).order_by("-is_main", "id").first()
    if following is None:
        return ""
    if not following.is_main:
        following.is_main = True
        following.save(update_fields=["is_main"])
    return following.value


def _points(client: Client | None, contact: Contact | None) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(client=client, contact=contact)


def _own(client: Client | None, contact: Contact | None, point_id: int) -> ContactPoint:
    found = _points(client, contact).select_for_update().filter(pk=point_id).first()
    if found is None or (client is None and contact is None):
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def _show(somebody: Client | Contact | None, kind: str, value: str, *, only_if_empty: bool = False) -> None:
    """Let the card and lists show it."""
    if somebody is None or kind not in SHOWN or not hasattr(somebody, kind):
        return
    if only_if_empty and getattr(somebody, kind):
        return
    setattr(somebody, kind, value)
    somebody.save(update_fields=[kind])


def _told(client: Client | None) -> None:
    live.tell_topic("clients.client" if client is not None else "clients.contact")
