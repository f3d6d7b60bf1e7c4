"""All rights there are, grouped by area and told in words: what the editor of roles lets one choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import Role
from okno.kit import permissions
from okno.kit.kinds import Kind
from okno.kit.permissions import Grant, ReachKind
from okno.kit.purging import reading as purging
from okno.kit.registry import registry

# Houses without records of their own.
NAMES: Mapping[str, object] = {
    "access": gettext_lazy("Users and rights"),
    "attachments": gettext_lazy("Files"),
    "files": gettext_lazy("Files"),
    "communications": gettext_lazy("Mail"),
    "documents": gettext_lazy("Organisations and templates"),
    "fields": gettext_lazy("Custom fields"),
    "home": gettext_lazy("Desktop"),
    "jobs": gettext_lazy("Long work"),
    "journal": gettext_lazy("Undoing"),
    "purging": gettext_lazy("Deletion"),
    "saved_views": gettext_lazy("Saved views"),
    "timeline": gettext_lazy("Feed"),
    "exchange": gettext_lazy("Exchange with 1C"),
    "webhooks": gettext_lazy("Webhooks"),
    "addresses": gettext_lazy("Addresses"),
    "layouts": gettext_lazy("Layouts of cards"),
    "notice_rules": gettext_lazy("Notices"),
    "notices": gettext_lazy("Notices"),
    "reminders": gettext_lazy("Reminders"),
    "potential": gettext_lazy("Potential of clients"),
    "quality": gettext_lazy("Quality of cards"),
    "troubles": gettext_lazy("Troubles"),
    "*": gettext_lazy("Everything"),
}
REACHES = (
    ("", gettext_lazy("no")),
    (ReachKind.OWN.value, gettext_lazy("own rows")),
    (ReachKind.PARTICIPANTS.value, gettext_lazy("own and shared with the person")),
    (ReachKind.DEPARTMENT.value, gettext_lazy("of the department")),
    (ReachKind.SUBTREE.value, gettext_lazy("of the department and those below")),
    (ReachKind.ALL.value, gettext_lazy("all rows")),
)
HIDDEN, MASKED = "hidden", "masked"
# How a group of fields is seen that are not all seen alike.
MIXED = "mixed"
MASKABLE = frozenset({Kind.PHONE, Kind.EMAIL, Kind.TEXT})
# Groups of fields that people hide together, by what they hold.
GROUPS: Mapping[str, tuple[object, frozenset[Kind]]] = {
    "contacts": (gettext_lazy("Phones and e-mail addresses"), frozenset({Kind.PHONE, Kind.EMAIL})),
    "sums": (gettext_lazy("Sums of money"), frozenset({Kind.MONEY})),
}
WIDTH = {value: number for number, (value, _label) in enumerate(REACHES)}
EVERYTHING = "*"


@dataclass(frozen=True)
class Right:
    """A right by its name, told in words."""

    name: str
    label: str


def by_area(role: Role | None) -> list[tuple[str, str, list[Right]]]:
    """(area, title, rights) in the order of titles; with rights of the role that nothing on the shelf names."""
    found = {one.name: one for one in _known()}
    for grant in role.grants.all() if role else ():
        found.setdefault(grant.permission, Right(grant.permission, _label_of(grant.permission)))
    areas: dict[str, list[Right]] = {}
    for right in found.values():
        areas.setdefault(right.name.partition(".")[0], []).append(right)
    titled: dict[str, tuple[str, list[Right]]] = {}
    for area, rights in areas.items():
        # Two houses of one name, as the people see them, stand together.
        titled.setdefault(title_of(area), (area, []))[1].extend(sorted(rights, key=_order))
    whole = [(area, title, rights) for title, (area, rights) in titled.items()]
    return sorted(whole, key=lambda one: (one[0] != EVERYTHING, one[1]))


def title_of(area: str) -> str:
    """What an area is called: by its records where it has no name here."""
    if area in NAMES:
        return str(NAMES[area])
    return ", ".join(str(one.plural) for one in registry.records.values() if one.area == area) or area


def chosen(role: Role | None) -> tuple[dict[str, str], dict[str, Any]]:
    """The reach and the condition of each right of a role, by the right's name."""
    reaches: dict[str, str] = {}
    where: dict[str, Any] = {}
    for grant in role.grants.all() if role else ():
        if grant.reach == ReachKind.CONDITION:
            where[grant.permission] = grant.condition
        elif WIDTH[grant.reach] > WIDTH[reaches.get(grant.permission, "")]:
            reaches[grant.permission] = grant.reach
    return reaches, where


def veils_of(role: Role) -> dict[str, str]:
    """Fields that a role does not see in full, by `record.field`."""
    return {f"{one.record}.{one.field}": _veil(one.is_masked) for one in role.hidden_fields.all()}


def veiled_fields(veils: Mapping[str, str]) -> list[dict[str, Any]]:
    """Fields of every record, each with how a role sees it: in full, its end only, or not at all."""
    groups = []
    for record in sorted(registry.records.values(), key=lambda one: str(one.label)):
        fields = [
            {
                "value": f"{record.name}.{key}",
                "label": str(field.label),
                "veil": veils.get(f"{record.name}.{key}", ""),
                "may_mask": field.kind in MASKABLE,
            }
            for key, field in record.all_fields().items()
        ]
        groups.append(
            {"title": str(record.plural), "fields": fields, "count": sum(bool(one["veil"]) for one in fields)}
        )
    return groups


def field_groups(veils: Mapping[str, str]) -> list[dict[str, Any]]:
    """Fields of a kind on all records, and how a role sees them; `mixed` when it does not see all alike."""
    groups = []
    for code, (label, kinds) in GROUPS.items():
        found = {veils.get(name, "") for name in fields_of_group(code)}
        veil = found.pop() if len(found) == 1 else MIXED
        groups.append({"code": code, "label": str(label), "veil": veil, "may_mask": kinds <= MASKABLE})
    return groups


def fields_of_group(code: str) -> list[str]:
    """The fields of a group: all phones and addresses, all sums."""
    kinds = GROUPS[code][1]
    return [
        f"{record.name}.{key}"
        for record in registry.records.values()
        for key, field in record.all_fields().items()
        if field.kind in kinds
    ]


def matrix(role: Role) -> list[dict[str, Any]]:
    """Each record with how far the role reaches to see, to change and to take out."""
    grants = tuple(Grant(one.permission, ReachKind(one.reach), one.condition) for one in role.grants.all())
    actor = permissions.Actor(kind="role", name=role.name, grants=grants)
    rows = []
    for record in sorted(registry.records.values(), key=lambda one: str(one.plural)):
        if not hasattr(record.model, "reach"):
            continue
        view, change = permissions.view_permission(record.model), permissions.own_change(record.model)
        # Of rows that no command changes field by field there is nothing to tell.
        cells = [_widest(actor, right) if right else "—" for right in (view, change, f"{record.area}.export")]
        if set(cells) - {"", "—"}:
            rows.append({"title": str(record.plural), "cells": cells})
    return rows


def _widest(actor: permissions.Actor, right: str) -> str:
    found = {one.reach.value for one in actor.grants_for(right)}
    reach = max(found - {ReachKind.CONDITION.value}, key=lambda one: WIDTH[one], default="")
    told = [str(dict(REACHES)[reach])] if reach else []
    if ReachKind.CONDITION.value in found:
        told.append(_("by a condition"))
    return ", ".join(told)


def _veil(is_masked: bool) -> str:  # noqa: FBT001 - one flag, one word
    return MASKED if is_masked else HIDDEN


def label_of(permission: str) -> str:
    """A right in words."""
    return f"{title_of(permission.partition('.')[0])}: {_label_of(permission)}"


def _known() -> Iterable[Right]:
    yield Right(EVERYTHING, _("Everything, with all that will be added later"))
    areas: dict[str, None] = {}
    for name, command in sorted(registry.commands.items()):
        if str(command.label) != name:
            areas[name.partition(".")[0]] = None
            yield Right(name, str(command.label))
    for name, label in registry.rights.items():
        yield Right(name, str(label))
    for record in registry.records.values():
        areas[record.area] = None
        view = permissions.view_permission(record.model)
        yield Right(view, _label_of(view))
        yield Right(f"{record.area}.export", _label_of(f"{record.area}.export"))
        yield Right(f"{record.area}.import", _label_of(f"{record.area}.import"))
        if purging.is_markable(record):
            mark = purging.right_to_mark(record)
            yield Right(mark, _label_of(mark))
    yield from (Right(f"{area}.*", _label_of(f"{area}.*")) for area in areas)


def _label_of(permission: str) -> str:
    """A right in words, within its house."""
    area, _dot, verb = permission.partition(".")
    if label := permissions.label_of(permission):
        return label
    return _("Look at: %(what)s") % {"what": title_of(area)} if verb.startswith("view") else permission


def _order(right: Right) -> tuple[int, str]:
    """Everything first, then looking, then what one may do."""
    verb = right.name.partition(".")[2]
    rank = 0 if verb in {"*", ""} else 1 if verb.startswith("view") else 3 if verb == "export" else 2
    return rank, right.label
