"""Whose layouts there are: the one that holds, those kept for others, and how each is kept and taken back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.layouts import commands, reading
from okno.kit.models.views import CardLayout
from okno.kit.permissions import Actor
from okno.kit.registry import Record

Context = dict[str, Any]
ME, DEPARTMENT, ALL, FORCED = "me", "department", "all", "forced"
HELD = {
    ME: gettext_lazy("Your own layout holds now."),
    DEPARTMENT: gettext_lazy("The layout of your department holds now."),
    ALL: gettext_lazy("The layout for everybody holds now."),
    FORCED: gettext_lazy("The layout for everybody holds now; it stands above everyone's own."),
}


def told(actor: Actor, held: CardLayout | None, *, may_others: bool) -> Context:
    """Whose layout holds now, and what the actor may do with it."""
    whose = _whose(held)
    return {
        "held": _held_text(actor, held),
        "is_of_kind": bool(held and held.type),
        "may_keep": may_others or whose != FORCED,
        "may_reset": whose == ME or (may_others and held is not None),
    }


def choices(actor: Actor, held: CardLayout | None) -> list[Context]:
    """For whom a layout may be kept: for oneself unless one is forced, for a department, for everybody."""
    departments = sorted(reading.departments().items(), key=lambda one: one[0] != actor.department_id)
    found = [
        *([] if _whose(held) == FORCED else [(ME, _("for me"))]),
        (ALL, _("for everybody who has none of their own")),
        (FORCED, _("for everybody, always")),
        *((f"{DEPARTMENT}:{key}", _("for the department “%(name)s”") % {"name": name}) for key, name in departments),
    ]
    return [{"value": value, "label": label, "is_chosen": value == _whose(held) == FORCED} for value, label in found]


def shared(record: Record, purpose: str) -> list[Context]:
    """Layouts that are kept for others, so that each may be taken back."""
    names, kept = reading.departments(), reading.shared(record.name, purpose)
    return [{"id": one.pk, "label": _label(one, names), "kind": reading.type_label(record, one.type)} for one in kept]


def keep(actor: Actor, whose: str, given: Context, held: CardLayout | None) -> None:
    """
    Keep a layout for whom it was sent; one for all types takes the place of what they saw, if that was of one type.

    :raises Missing: there is no such department.
    """
    if held is not None and held.type and not given["kind"] and _value(held) == whose:
        take_back(actor, held)
    level, _colon, key = whose.partition(":")
    if level not in {DEPARTMENT, ALL, FORCED}:
        commands.lay_out(actor=actor, **given)
        return
    department = id_of(key) if level == DEPARTMENT else None
    if level == DEPARTMENT and department is None:
        raise Missing("not_found", _("There is no such department."))
    commands.lay_out_for_others(actor=actor, **given, department_id=department, is_forced=level == FORCED)


def shared_one(record: str, purpose: str, layout_id: int | None) -> CardLayout:
    """A layout that is kept for others. :raises Missing: there is none."""
    found = next((one for one in reading.shared(record, purpose) if one.pk == layout_id), None)
    if found is None:
        raise Missing("not_found", _("There is no such layout."))
    return found


def take_back(actor: Actor, layout: CardLayout | None) -> None:
    """What stands below it holds again; nothing to do where there is none."""
    if layout is None:
        return
    given: Context = {"record": layout.record, "purpose": layout.purpose, "kind": layout.type, "config": {}}
    if layout.user_id is not None:
        commands.lay_out(actor=actor, **given)
    else:
        commands.lay_out_for_others(actor=actor, **given, department_id=layout.department_id)


def _held_text(actor: Actor, held: CardLayout | None) -> str:
    if held is not None and _whose(held) == DEPARTMENT and held.department_id != actor.department_id:
        name = reading.departments().get(held.department_id or 0, "")
        return _("The layout of the department “%(name)s”, above yours, holds now.") % {"name": name}
    return str(HELD.get(_whose(held), ""))


def _whose(held: CardLayout | None) -> str:
    """Whose layout it is; empty when the page stands as it is declared."""
    if held is None:
        return ""
    if held.is_forced:
        return FORCED
    if held.user_id is not None:
        return ME
    return ALL if held.department_id is None else DEPARTMENT


def _value(one: CardLayout) -> str:
    """Whose it is, as the editor sends it."""
    return f"{DEPARTMENT}:{one.department_id}" if _whose(one) == DEPARTMENT else _whose(one)


def _label(one: CardLayout, names: dict[int, str]) -> str:
    if one.department_id is not None:
        name = names.get(one.department_id, f"№ {one.department_id}")
        return _("for the department “%(name)s”") % {"name": name}
    return _("for everybody, always") if one.is_forced else _("for everybody who has none of their own")
