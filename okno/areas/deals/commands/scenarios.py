"""Scenarios with their stages, and reasons of refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.deals.models import Deal, RefusalReason, Scenario, Stage
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.permissions import Actor


@command("deals.set_scenario", label=gettext_lazy("Set up a scenario"))
def set_scenario(
    *, actor: Actor, code: str, name: str, stages: list[dict[str, Any]], is_default: bool = False, idle_days: int = 7
) -> Scenario:
    """
    Make a scenario or change it. Stages are matched by code; those left out are marked as deleted.

    :param stages: fields of `Stage` by name, in the order of the board; `code`, `name` and `kind` are needed.
    :raises Refused: a stage that deals stand on is left out.
    """
    if is_default:
        Scenario.objects.filter(is_default=True).exclude(code=code).update(is_default=False)
    scenario, _made = Scenario.objects.update_or_create(
        code=code, defaults={"name": name, "is_default": is_default, "idle_days": idle_days}
    )
    codes = [one["code"] for one in stages]
    left_out = Stage.objects.filter(scenario=scenario, is_deleted=False).exclude(code__in=codes)
    if busy := Deal.objects.filter(stage__in=left_out, is_deleted=False).select_related("stage").first():
        raise Refused("deals.stage_busy", _("Deals stand on the stage “%(stage)s”."), stage=busy.stage.name)
    left_out.update(is_deleted=True)
    for position, one in enumerate(stages):
        fields = {**one, "position": position, "is_deleted": False}
        Stage.objects.update_or_create(scenario=scenario, code=fields.pop("code"), defaults=fields)
    return scenario


def bring_scenario(actor: Actor, code: str, value: Mapping[str, Any] | None) -> None:
    """Make a scenario as a file of settings says. :raises Refused: it drops one: deals may have gone through it."""
    if value is None:
        raise Refused("deals.scenario_stays", _("The scenario “%(code)s” is not dropped by a file."), code=code)
    set_scenario(
        actor=actor,
        code=code,
        name=str(value["name"]),
        stages=list(value["stages"]),
        is_default=bool(value.get("is_default")),
        idle_days=int(value.get("idle_days", 7)),
    )


@command("deals.set_refusal_reasons", label=gettext_lazy("Set reasons of refusal"))
def set_refusal_reasons(*, actor: Actor, names: list[str]) -> None:
    """Replace the list of reasons, in this order; those in use by deals stay with them."""
    RefusalReason.objects.exclude(name__in=names).update(is_deleted=True)
    for position, name in enumerate(names):
        RefusalReason.objects.update_or_create(name=name, defaults={"position": position, "is_deleted": False})
