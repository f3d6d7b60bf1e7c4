"""Settings as a file: brought in as one change that can be taken back; and what access itself lets travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries
from okno.access.commands.departments import set_office_networks
from okno.access.commands.readings import stop_watching, watch_rows
from okno.access.commands.roles import drop_role, set_role
from okno.access.models import Role, SensitiveRows
from okno.kit.commands import command, opened
from okno.kit.errors import Conflict, Missing, Told
from okno.kit.models import CommandRun
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.travelling import condition_in


@command("access.bring_settings", label=gettext_lazy("Bring settings from a file"))
def bring_settings(
    *,
    actor: Actor,
    settings: dict[str, Any],
    drops: bool = False,
    seen: int | None = None,
    without: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """
    Make the settings here as the file says, all or none. Returns what was there before, for `take_back_settings`.

    :param settings: parts by kind and key, as `queries.read_file` gives them.
    :param drops: what the file does not hold is dropped.
    :param seen: how many differences the person has looked at.
    :param without: keys of differences that stay as they are here, by kind.
    :raises Conflict: meanwhile there is another number of them.
    :raises Refused: a part is refused by the command that makes it.
    """
    found = queries.differences(settings, drops=drops)
    if seen is not None and seen != len(found):
        raise Conflict("settings.changed", _("The settings here were changed meanwhile: look at the difference again."))
    left_out = without or {}
    found = [one for one in _in_turn(found) if one.key not in left_out.get(one.kind, ())]
    for one in found:
        registry.portables[one.kind].write(actor, one.key, one.after)
    return {"parts": [{"kind": one.kind, "key": one.key, "before": one.before} for one in found]}


def obstacles(*, actor: Actor, settings: Mapping[str, Any], drops: bool = False) -> dict[tuple[str, str], str]:
    """
    Why parts of a file cannot be brought here, in words, by kind and key: a department or a person that it names is not
    here. Each is tried after those that come before it, and nothing is kept.
    """
    refused: dict[tuple[str, str], str] = {}
    with suppress(_Tried), transaction.atomic(), opened(bring_settings.name, actor, {}, "", is_preview=True):
        for one in _in_turn(queries.differences(settings, drops=drops)):
            if why := _refusal(actor, one):
                refused[one.kind, one.key] = why
        raise _Tried
    # Fields that the trial has made are no more.
    registry.forget_custom_fields()
    return refused


def _refusal(actor: Actor, one: queries.Difference) -> str:
    """Why a part cannot be made so; nothing when it is made."""
    try:
        with transaction.atomic():
            registry.portables[one.kind].write(actor, one.key, one.after)
    except Told as refusal:
        return refusal.message
    return ""


class _Tried(Exception):  # noqa: N818 - not an error: ends a trial
    """Takes back what a trial has made."""


def _in_turn(found: Sequence[queries.Difference]) -> list[queries.Difference]:
    """What comes, kind after kind; then what goes, those kinds first that look at others."""
    order = {kind.name: -number for number, kind in enumerate(queries.kinds())}
    goes = sorted((one for one in found if one.after is None), key=lambda one: order[one.kind])
    return [*(one for one in found if one.after is not None), *goes]


@command("access.take_back_settings", label=gettext_lazy("Take back settings that came from a file"))
def take_back_settings(*, actor: Actor, run_id: int) -> list[str]:
    """
    Make settings as they were before a file was brought. What was changed since stays: its keys are returned.

    :raises Missing: there is no such run.
    """
    run = CommandRun.objects.filter(pk=run_id, name=bring_settings.name, result__isnull=False).first()
    if run is None or run.result is None:
        raise Missing("not_found", _("There is no such change."))
    kept, brought = [], run.args["settings"]
    for part in reversed(run.result["parts"]):
        kind, key = registry.portables[part["kind"]], part["key"]
        if _as_brought(brought.get(kind.name, {}).get(key)) == _as_brought(kind.read().get(key)):
            kind.write(actor, key, part["before"])
        else:
            kept.append(f"{kind.label}: {key}")
    return kept


def _as_brought(value: Any) -> Any:
    """As JSON keeps it, without what says nothing: a file may leave that out."""
    if isinstance(value, dict):
        return {name: _as_brought(one) for name, one in value.items() if one not in (None, "", [], {})}
    return value


def write_role(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Make a role so, or drop it."""
    if value is None:
        drop_role(actor=actor, role=Role.objects.get(code=key))
        return
    set_role(
        actor=actor,
        code=key,
        name=str(value["name"]),
        grants=[_grant(one) for one in value["grants"]],
        hidden=list(value.get("hidden", ())),
        masked=list(value.get("masked", ())),
        bounds=dict(value.get("bounds", {})),
    )


def _grant(told: Mapping[str, Any]) -> dict[str, Any]:
    condition = condition_in(queries.main_record(told["permission"]), told.get("condition"))
    return {"permission": told["permission"], "reach": told["reach"], "condition": condition or None}


def write_watch(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Watch rows so, or no longer."""
    record, _colon, name = key.partition(": ")
    for old in SensitiveRows.objects.filter(record=record, name=name):
        stop_watching(actor=actor, watch_id=old.pk)
    if value is not None:
        watch_rows(
            actor=actor,
            name=name,
            record=record,
            condition=condition_in(registry.record(record), value.get("condition")),
            is_kept=bool(value.get("is_kept", True)),
            hidden=list(value.get("hidden", ())),
            masked=list(value.get("masked", ())),
        )


def write_network(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Count a network as the office, or no longer."""
    rows = {one.cidr: one.name for one in queries.office_networks()}
    if value is None:
        rows.pop(key, None)
    else:
        rows[key] = str(value.get("name", ""))
    set_office_networks(actor=actor, networks=[{"cidr": cidr, "name": name} for cidr, name in rows.items()])
