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
from okno.kit.registry import registry

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
        "held": HELD.get(whose, ""),
        "is_of_kind": bool(held and held.type),
        "may_keep": may_others or whose != FORCED,
        "may_reset": whose == ME or (may_others and held is not None),
    }


def choices(actor: Actor, held: CardLayout | None) -> list[Context]:
    """For whom a layout may be kept: for oneself unless one is forced, for a department, for everybody."""
    departments = sorted(_departments().items(), key=lambda one: one[0] != actor.department_id)
    found = [
        *([] if _whose(held) == FORCED else [(ME, _("for me"))]),
        (ALL, _("for everybody who has none of their own")),
        (FORCED, _("for everybody, always")),
        *((f"{DEPARTMENT}:{key}", _("for the department “%(name)s”") % {"name": name}) for key, name in departments),
    ]
    return [{"value": value, "label": label, "is_chosen": value == _whose(held) == FORCED} for value, label in found]


def shared(record: str, purpose: str) -> list[Context]:
    """Layouts that are kept for others, so that each may be taken back."""
    names, kept = _departments(), reading.shared(record, purpose)
    return [{"id": one.pk, "label": _label(one, names), "kind": one.type} for one in kept]


def keep(actor: Actor, whose: str, given: Context) -> None:
    """Keep a layout for whom it was sent. :raises Missing: there is no such department."""
    level, _colon, key = whose.partition(":")
    if level not in {DEPARTMENT, ALL, FORCED}:
        commands.lay_out(actor=actor, **given)
        return
    department = id_of(key) if level == DEPARTMENT else None
    if level == DEPARTMENT and department not in _departments():
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


def _whose(held: CardLayout | None) -> str:
    """Whose layout it is; empty when the page stands as it is declared."""
    if held is None:
        return ""
    if held.is_forced:
        return FORCED
    if held.user_id is not None:
        return ME
    return ALL if held.department_id is None else DEPARTMENT


def _label(one: CardLayout, names: dict[int, str]) -> str:
    if one.department_id is not None:
        name = names.get(one.department_id, f"№ {one.department_id}")
        return _("for the department “%(name)s”") % {"name": name}
    return _("for everybody, always") if one.is_forced else _("for everybody who has none of their own")


def _departments() -> dict[int, str]:
    return dict(registry.departments()) if registry.departments else {}
