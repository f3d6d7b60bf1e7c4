"""Writes of layouts: one's own, and those of others by a right of its own."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import live
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.fields import custom
from okno.kit.layouts import reading
from okno.kit.models.views import CardLayout
from okno.kit.permissions import Actor
from okno.kit.registry import registry

MOST_PARTS = 300


@command("layouts.lay_out", label=gettext_lazy("Lay out cards for oneself"))
def lay_out(*, actor: Actor, record: str, purpose: str, config: dict[str, Any], kind: str = "") -> None:
    """
    Keep a layout of one's own; an empty one takes it back, and what stands below it holds again.

    :raises Missing: there is no such record.
    :raises Refused: it is forced by another layout, or it is none.
    """
    registry.record(record)
    held = reading.layout_for(actor, record, purpose, kind)
    if held is not None and held.is_forced:
        raise Refused("layouts.forced", _("This layout is the same for all and is not changed for oneself."))
    _put(record, purpose, kind, config, user_id=actor.user_id)


@command("layouts.lay_out_for_others", label=gettext_lazy("Lay out cards for others"))
def lay_out_for_others(
    *,
    actor: Actor,
    record: str,
    purpose: str,
    config: dict[str, Any],
    kind: str = "",
    department_id: int | None = None,
    is_forced: bool = False,
) -> None:
    """
    Keep the layout of a department with those below it, or of everybody; an empty one takes it back.

    :param is_forced: it stands above those that people have made for themselves.
    :raises Missing: there is no such record or department.
    """
    registry.record(record)
    # The layout of a department that is no more can still be taken back.
    if config and department_id is not None and department_id not in reading.departments():
        raise Missing("not_found", _("There is no such department."))
    _put(record, purpose, kind, config, department_id=department_id, is_forced=is_forced)


def _put(record: str, purpose: str, kind: str, config: dict[str, Any], **whose: Any) -> None:
    is_forced = whose.pop("is_forced", False)
    whose = {"user_id": None, "department_id": None, **whose}
    own = CardLayout.objects.filter(record=record, purpose=purpose, type=kind, **whose)
    _forget()
    if not config:
        own.delete()
        return
    _check(purpose, config)
    CardLayout.objects.update_or_create(
        record=record, purpose=purpose, type=kind, **whose, defaults={"config": config, "is_forced": is_forced}
    )


def _forget() -> None:
    """This process looks anew at what has layouts, others when they are told, as with custom fields."""
    registry.forget_custom_fields()
    transaction.on_commit(registry.forget_custom_fields)
    live.tell_topic(custom.TOPIC)


def _check(purpose: str, config: dict[str, Any]) -> None:
    lists = [one.get("fields", []) for one in config.get("sections", []) if isinstance(one, dict)]
    lists += [config.get(name, []) for name in ("hidden", "panels", "hidden_panels")]
    parts = [part for one in lists for part in one]
    if purpose not in CardLayout.Purpose.values or not all(isinstance(one, str) for one in parts):
        raise Refused("layouts.bad", _("This is no layout."))
    if len(parts) > MOST_PARTS:
        raise Refused("layouts.bad", _("This is no layout."))
