"""The department tree and the networks of the office."""

from __future__ import annotations

import ipaddress

from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries, rules
from okno.access.models import Department, OfficeNetwork, User
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.permissions import Actor


@command("access.add_department", label=gettext_lazy("Add a department"))
def add_department(
    *, actor: Actor, name: str, parent: Department | None = None, head: User | None = None
) -> Department:
    """
    Add a department under another one or at the root, with whoever heads it.

    :raises Refused: one of this name stands there, or its head may not sign in.
    """
    rules.check_department_name(name, queries.departments_below(parent))
    rules.check_can_head(head)
    department = Department.objects.create(name=name, parent=parent, head=head)
    department.path = f"{parent.path if parent else '/'}{department.pk}/"
    department.save(update_fields=["path"])
    _touch_people(department.path)
    return department


@command("access.change_department", label=gettext_lazy("Change a department"))
def change_department(
    *,
    actor: Actor,
    department: Department,
    name: str,
    parent: Department | None = None,
    head: User | None = None,
) -> Department:
    """
    Rename a department, give it another head or none, or put it, with all below it, under another one.

    :raises Refused: a department cannot stand below itself, one of this name stands there, or its head may not sign in.
    """
    if head is not None and head.pk != department.head_id:
        rules.check_can_head(head)
    if parent is not None and parent.path.startswith(department.path):
        raise Refused("access.department_circle", _("A department cannot stand below itself."), missing=["parent"])
    rules.check_department_name(name, queries.departments_below(parent, but=department))
    was, now = department.path, f"{parent.path if parent else '/'}{department.pk}/"
    below = Department.objects.filter(path__startswith=was)
    for one in below:
        one.path = now + one.path.removeprefix(was)
        one.save(update_fields=["path"])
    department.name, department.parent, department.path, department.head = name, parent, now, head
    department.save(update_fields=["name", "parent", "path", "head"])
    _touch_people("".join((was, now, *(one.path for one in below))))
    return department


@command("access.drop_department", label=gettext_lazy("Delete a department"))
def drop_department(*, actor: Actor, department: Department) -> None:
    """Delete a department nobody and nothing belongs to. :raises Refused: something does."""
    path = department.path
    try:
        department.delete()
    except ProtectedError as error:
        raise Refused(
            "access.department_busy",
            _("People or records belong to “%(name)s”: move them to another department first."),
            name=department.name,
        ) from error
    _touch_people(path)


@command("access.set_office_networks", label=gettext_lazy("Set the networks of the office"))
def set_office_networks(*, actor: Actor, networks: list[dict[str, str]]) -> None:
    """
    Say which addresses are the office.

    :param networks: `{"cidr": "192.168.1.0/24", "name": text}`; a single address is a network of one.
    :raises Refused: an address cannot be read.
    """
    found = {_network(one["cidr"]): one.get("name", "") for one in networks if one.get("cidr", "").strip()}
    OfficeNetwork.objects.exclude(cidr__in=found).delete()
    for cidr, name in found.items():
        OfficeNetwork.objects.update_or_create(cidr=cidr, defaults={"name": name})


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError as error:
        raise Refused(
            "access.bad_network",
            _("“%(text)s” is not a network address. Write it like 192.168.1.0/24 or 203.0.113.7."),
            text=text.strip(),
        ) from error


def _touch_people(path: str) -> None:
    """Other departments stand above or below people of these now: their known rights are out of date."""
    ids = {int(one) for one in path.split("/") if one}
    User.objects.filter(department_id__in=ids).update(access_stamp=F("access_stamp") + 1)
