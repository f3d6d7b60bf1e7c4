"""Settings as a file: everything that areas let travel, and how a file differs from what is here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from okno.access.models import Role
from okno.access.queries.people import office_networks, role_told
from okno.access.queries.readings import watches
from okno.kit.errors import Refused
from okno.kit.models import CommandRun
from okno.kit.permissions import ReachKind
from okno.kit.registry import Portable, Record, registry
from okno.kit.travelling import condition_out
from okno.kit.web.pages.address import check_storable

FORMAT = "okno-settings"
VERSION = 1
MOST_PARTS = 5_000


@dataclass
class GrantPart:
    """A right of a role and how far it reaches."""

    permission: str
    reach: ReachKind
    condition: dict[str, Any] | None = None


@dataclass
class RolePart:
    """A role with its rights, closed fields and bounds."""

    name: str
    grants: list[GrantPart]
    hidden: list[str] = field(default_factory=list)
    masked: list[str] = field(default_factory=list)
    bounds: dict[str, Any] = field(default_factory=dict)


@dataclass
class WatchPart:
    """Guarded rows."""

    condition: dict[str, Any] | None = None
    is_kept: bool = True
    hidden: list[str] = field(default_factory=list)
    masked: list[str] = field(default_factory=list)


@dataclass
class NetworkPart:
    """A network of the office."""

    name: str = ""


@dataclass(frozen=True)
class Difference:
    """One part that a file would make, change or drop: `before` and `after` are plain values, or None for nothing."""

    kind: str
    label: str
    key: str
    before: Any
    after: Any

    @property
    def fields(self) -> list[tuple[str, Any, Any]]:
        """What differs inside, by the path of each value: (path, before, after)."""
        return list(_inside("", self.before, self.after))


def kinds() -> list[Portable]:
    """Kinds of settings that travel, in the order in which they are brought in."""
    return sorted(registry.portables.values(), key=lambda one: (one.position, one.name))


def settings_file(at: datetime, names: frozenset[str] = frozenset()) -> dict[str, Any]:
    """All settings of these kinds (of all kinds when none is named), as JSON keeps them."""
    chosen = [one for one in kinds() if not names or one.name in names]
    parts = {one.name: dict(sorted(one.read().items())) for one in chosen}
    return {"format": FORMAT, "version": VERSION, "made_at": at.isoformat(), "settings": parts}


def read_file(raw: Any) -> Mapping[str, Mapping[str, Any]]:
    """
    The settings of a file, by kind and key.

    :raises Refused: it is no file of settings, of a later version, or holds kinds that nothing here knows.
    """
    if not isinstance(raw, dict) or raw.get("format") != FORMAT or not isinstance(raw.get("settings"), dict):
        raise Refused("settings.no_file", _("This is not a file of settings."))
    if raw.get("version") != VERSION:
        raise Refused("settings.version", _("This file was made by another version of the program."))
    found: dict[str, Any] = raw["settings"]
    unknown = sorted(name for name in found if name not in registry.portables)
    if unknown:
        raise Refused("settings.unknown", _("Nothing here knows: %(names)s."), names=", ".join(unknown))
    return read_parts(found)


def read_parts(found: Any) -> Mapping[str, Mapping[str, Any]]:
    """
    Settings by kind and key, each of the shape of its kind.

    :raises Refused: they are none, or a part is not as its kind has to be.
    """
    if not isinstance(found, dict) or not all(isinstance(parts, dict) for parts in found.values()):
        raise Refused("settings.no_file", _("This is not a file of settings."))
    if sum(map(len, found.values())) > MOST_PARTS:
        raise Refused("settings.no_file", _("This is not a file of settings."))
    try:
        check_storable(json.dumps(found, ensure_ascii=False))
    except ValueError as error:
        raise Refused("bad_input", _("A text holds signs that cannot be kept.")) from error
    for name, parts in found.items():
        kind = registry.portables.get(name)
        if kind is not None and kind.shape is not None:
            for key, part in parts.items():
                _check_shape(kind, key, part)
    return found


def _check_shape(kind: Portable, key: str, part: Any) -> None:
    try:
        TypeAdapter(kind.shape).validate_python(part)
    except ValidationError as error:
        where = ".".join(str(one) for one in error.errors()[0]["loc"])
        text = _("“%(kind)s: %(key)s” cannot be read: %(where)s.")
        raise Refused("settings.bad_part", text, kind=kind.label, key=key, where=where or _("no values")) from error


def read_bytes(content: bytes) -> Mapping[str, Mapping[str, Any]]:
    """The settings of the content of a file. :raises Refused: it is none."""
    try:
        raw = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refused("settings.no_file", _("This is not a file of settings.")) from error
    return read_file(raw)


def differences(wanted: Mapping[str, Mapping[str, Any]], *, drops: bool = False) -> list[Difference]:
    """
    What a file would change here, in the order in which it is brought in.

    :param drops: what the file does not hold is dropped; otherwise it stays.
    """
    found = []
    for kind in kinds():
        if kind.name not in wanted:
            continue
        here, there = kind.read(), wanted[kind.name]
        for key in _in_order(kind, here, there):
            before, after = here.get(key), there.get(key)
            if before != after and (after is not None or drops):
                found.append(Difference(kind.name, str(kind.label), key, before, after))
    return found


def _in_order(kind: Portable, here: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """Parts that come, those first which others need, then parts that go, those last."""
    gone = {key: part for key, part in here.items() if key not in there}
    return [*_needed_first(kind, there), *reversed(_needed_first(kind, gone))]


def _needed_first(kind: Portable, parts: Mapping[str, Any]) -> list[str]:
    needs, found = kind.needs, dict[str, None]()
    waiting = sorted(parts, reverse=True)
    entered: set[str] = set()
    while waiting:
        key = waiting[-1]
        more = [] if needs is None or key in entered else [one for one in needs(parts[key]) if one in parts]
        entered.add(key)
        # Whoever is entered already waits below: parts that need each other are refused by their command.
        if fresh := [one for one in more if one not in entered]:
            waiting += fresh
        else:
            found[waiting.pop()] = None
    return list(found)


def _inside(path: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(one for one in after if one not in before)]:
            yield from _inside(f"{path}.{name}" if path else name, before.get(name), after.get(name))
        return
    if isinstance(before, list) and isinstance(after, list):
        gone = [one for one in before if one not in after]
        come = [one for one in after if one not in before]
        yield (path, gone or None, come or None) if gone or come else (path, before, after)
        return
    yield path, before, after


def brought_by(key: str) -> CommandRun | None:
    """The run that has brought a file, by its idempotency key; None when there is none."""
    # ast-grep-ignore: unscoped-read the key is of the person who asks
    return CommandRun.objects.filter(name="access.bring_settings", key=key).first()


def read_roles() -> dict[str, Any]:
    """Roles by code, without the people who have them."""
    return {role.code: _role(role) for role in Role.objects.prefetch_related("grants", "hidden_fields")}


def _role(role: Role) -> dict[str, Any]:
    told = role_told(role)
    for one in told["grants"]:
        if "condition" in one:
            one["condition"] = condition_out(main_record(one["permission"]), one["condition"])
    return told


def main_record(permission: str) -> Record | None:
    """The record that a condition of a right speaks of: the main one of the area."""
    area = permission.partition(".")[0]
    return next((one for one in registry.records.values() if one.area == area), None)


def read_watches() -> dict[str, Any]:
    """Watched rows by record and name."""
    return {
        f"{one.record}: {one.name}": {
            "record": one.record,
            "name": one.name,
            "condition": condition_out(registry.records.get(one.record), one.condition),
            "is_kept": one.is_kept,
            "hidden": one.hidden,
            "masked": one.masked,
        }
        for one in watches()
    }


def read_networks() -> dict[str, Any]:
    """Networks of the office by address."""
    return {one.cidr: {"name": one.name} for one in office_networks()}
