"""What becomes of a row: made, changed field by field, left as it is, or refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from okno.engines.imports.models import ImportRow
from okno.engines.imports.rules.targets import Target
from okno.kit.importing import Part, PartWrite, State, Values, Write
from okno.kit.registry import CUSTOM_PREFIX

Result = ImportRow.Result
EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What is done with rows that are found, with new ones, with empty cells, and with repeats inside the file."""

    found: str = "update"
    new: str = "create"
    empty: str = "keep"
    repeats: str = "join"


@dataclass
class Planned:
    """The outcome of a row: what is written, how the row stands then, its changes as (key of target, before, after)."""

    result: str
    message: str = ""
    write: Write | None = None
    state: State | None = None
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)


def plan(
    values: Values,
    state: State | None,
    targets: Mapping[str, Target],
    parts: Sequence[Part],
    policy: Policy,
    beside: Collection[str] = (),
) -> Planned:
    """
    What becomes of a row with these values (by key of the target, empty texts where cells are), its row as it stands.

    The state is changed to how the row would stand, so that the next row of the file sees it. The state of a row or
    part that is to be made shares its values with the write: what a later row of the file adds is written with it.

    :param beside: fields by which the row was found without its having these values itself: they are left alone.
    """
    if state is None and policy.new == "skip":
        return Planned(Result.SKIPPED, _("It is new, and new ones are not added."))
    if state is not None and policy.found == "skip":
        return Planned(Result.SKIPPED, _("It is there already."), state=state)
    told = {part.code: found for part in parts if (found := _told(values, part, state))}
    if reason := _lacking(values, state, told, targets, parts):
        return Planned(Result.REFUSED, reason)
    own = {key: value for key, value in values.items() if "." not in key and key not in beside}
    return _made(own, told) if state is None else _changed(own, told, state, targets, parts, policy)


def _lacking(
    values: Values,
    state: State | None,
    told: Mapping[str, Values],
    targets: Mapping[str, Target],
    parts: Sequence[Part],
) -> str:
    """Why the row cannot be written: it, or a new part, lacks what it cannot be without."""
    missing = []
    if state is None:
        missing = [
            one.label for key, one in targets.items() if one.is_required and not one.part and not values.get(key)
        ]
    for part in parts:
        given = told.get(part.code)
        if given and (state is None or _same(part, given, state.parts.get(part.code, ())) is None):
            missing += [_label(targets, part, name) for name in part.required if given.get(name) in EMPTY]
    return _("Empty: %(fields)s.") % {"fields": ", ".join(missing)} if missing else ""


def _label(targets: Mapping[str, Target], part: Part, name: str) -> str:
    target = targets.get(f"{part.code}.{name}")
    return target.full_label if target else f"{part.label}: {name}"


def _made(own: Values, told: Mapping[str, Values]) -> Planned:
    """A new row with its parts."""
    filled = {key: value for key, value in own.items() if value not in EMPTY}
    write, state = Write(None, filled), State(None, filled)
    planned = Planned(Result.CREATED, write=write, state=state)
    planned.changes = [(key, "", value) for key, value in filled.items()]
    for code, values in told.items():
        write.parts.append(PartWrite(code, None, values))
        state.parts[code] = [(None, values)]
        planned.changes += [(f"{code}.{key}", "", value) for key, value in values.items()]
    return planned


def _changed(
    own: Values,
    told: Mapping[str, Values],
    state: State,
    targets: Mapping[str, Target],
    parts: Sequence[Part],
    policy: Policy,
) -> Planned:
    """A row that is there: what differs, and the parts that are new or differ."""
    free = {key: value for key, value in own.items() if not _stays(targets[key], value)}
    changed = _difference(free, state.values, policy)
    write = Write(state.id, changed)
    planned = Planned(Result.UNCHANGED, state=state)
    planned.changes = [(key, state.values.get(key, ""), value) for key, value in changed.items()]
    for part in parts:
        if part.code in told:
            planned.changes += _part_changes(part, told[part.code], state, write, policy)
    stand(state.values, changed)
    if planned.changes:
        planned.result, planned.write = Result.UPDATED, write
    return planned


def _stays(target: Target, value: Any) -> bool:
    """Whether a row that is there keeps what it has: it is set once, or the row cannot be without it."""
    return target.is_fixed or (target.is_required and value in EMPTY)


def _part_changes(part: Part, told: Values, state: State, write: Write, policy: Policy) -> list[tuple[str, Any, Any]]:
    """Find the part among those of the row, change or add it."""
    held = state.parts.setdefault(part.code, [])
    found = _same(part, told, held)
    if found is None:
        write.parts.append(PartWrite(part.code, None, told))
        held.append((None, told))
        return [(f"{part.code}.{key}", "", value) for key, value in told.items()]
    part_id, present = found
    changed = _difference(told, present, policy)
    if changed and part_id is not None:
        write.parts.append(PartWrite(part.code, part_id, changed))
    changes = [(f"{part.code}.{key}", present.get(key, ""), value) for key, value in changed.items()]
    stand(present, changed)
    return changes


def _same(part: Part, told: Values, held: Sequence[tuple[int | None, Values]]) -> tuple[int | None, Values] | None:
    """The part that is the same by the first key that both tell."""
    for key in part.keys:
        wanted = key(told)
        found = next((one for one in held if wanted and key(one[1]) == wanted), None)
        if found is not None:
            return found
    return None


def _difference(values: Values, present: Values, policy: Policy) -> Values:
    """The values that differ, as the policy of empty cells and of filled fields allows."""
    found: Values = {}
    for key, value in values.items():
        before = present.get(key)
        if isinstance(value, list):
            missing = [one for one in value if one not in (before or ())]
            if missing and not (key.startswith(CUSTOM_PREFIX) and policy.found == "fill" and before):
                # What stands in one column is written whole; rows beside are added to those that are there.
                found[key] = [*(before or ()), *missing] if key.startswith(CUSTOM_PREFIX) else missing
            continue
        is_kept = value in EMPTY and (policy.empty == "keep" or before in EMPTY)
        is_held = policy.found == "fill" and before not in EMPTY
        if value != before and not is_kept and not is_held:
            found[key] = value
    return found


def stand(present: Values, changed: Values) -> None:
    """Set what has changed; lists of rows beside grow."""
    for key, value in changed.items():
        is_added = isinstance(value, list) and not key.startswith(CUSTOM_PREFIX)
        present[key] = [*(present.get(key) or ()), *value] if is_added else value


def _told(values: Values, part: Part, state: State | None) -> Values:
    """What a row tells of a part; nothing when all its cells are empty."""
    prefix = f"{part.code}."
    told = {key.removeprefix(prefix): one for key, one in values.items() if key.startswith(prefix) and one not in EMPTY}
    if not told or part.fill is None:
        return told
    return {**part.fill({**state.values, **values} if state else values, told), **told}
