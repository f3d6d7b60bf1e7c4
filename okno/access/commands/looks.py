"""Departments, shared views and layouts made as a file of settings says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from okno.access import queries
from okno.access.commands.departments import add_department, change_department, drop_department
from okno.access.models import Department, User
from okno.kit.errors import Refused
from okno.kit.layouts.commands import lay_out_for_others
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from okno.kit.saved_views.commands import bring, drop_shared
from okno.kit.travelling import view_in

Value = Mapping[str, Any] | None


def write_department(actor: Actor, key: str, value: Value) -> None:
    """Make a department of this key with those above it and its head, or drop it. :raises Refused: nobody is so."""
    known = {name: pk for pk, name in queries.department_keys().items()}
    if value is None:
        drop_department(actor=actor, department=Department.objects.get(pk=known[key]))
        return
    parent = None
    for own_key, name in queries.department_names(key):
        found = Department.objects.filter(pk=known.get(own_key, 0)).first()
        parent = found or add_department(actor=actor, name=name, parent=parent)
    if parent is not None:
        _lead(actor, parent, str(value.get("head") or ""))


def _lead(actor: Actor, department: Department, email: str) -> None:
    head = User.objects.filter(email=email.strip().lower(), is_active=True).first() if email else None
    if email and head is None:
        text = _("Nobody signs in as “%(email)s”: “%(name)s” needs another head.")
        raise Refused("settings.no_person", text, email=email, name=department.name)
    if department.head_id != (head.pk if head else None):
        change_department(actor=actor, department=department, name=department.name, parent=department.parent, head=head)


def write_view(actor: Actor, key: str, value: Value) -> None:
    """Share a view so, or no longer."""
    old = queries.shared_views().get(key)
    if value is None:
        # A file of settings holds the views of all departments, those that its reader has not among theirs too.
        drop_shared(actor=SYSTEM, view_id=old.pk if old else 0)
        return
    bring(
        actor=actor,
        record=str(value["record"]),
        name=str(value["name"]),
        config=view_in(registry.records.get(value["record"]), value["config"]),
        department_id=_department(value),
        is_locked=bool(value.get("is_locked", False)),
        position=int(value.get("position", 0)),
        view_id=old.pk if old else None,
    )


def write_layout(actor: Actor, key: str, value: Value) -> None:
    """Lay cards out so, or as the page declares them."""
    told = value if value is not None else queries.read_layouts()[key]
    lay_out_for_others(
        actor=actor,
        record=str(told["record"]),
        purpose=str(told["purpose"]),
        kind=str(told.get("type", "")),
        config=dict(told["config"]) if value is not None else {},
        department_id=_department(told),
        is_forced=bool(told.get("is_forced", False)),
    )


def _department(value: Mapping[str, Any]) -> int | None:
    """:raises Refused: there is no department of this key."""
    key = str(value.get("department") or "")
    wanted = queries.department_names(key)[-1][0]
    found = next((pk for pk, name in queries.department_keys().items() if name == wanted), None) if key else None
    if key and found is None:
        raise Refused("settings.no_department", _("There is no department “%(name)s”."), name=key)
    return found
