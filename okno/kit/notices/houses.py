"""What the organisation has chosen about notices, as settings that travel in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from okno.kit.models.notices import NoticeChoice
from okno.kit.notices.commands import set_rules
from okno.kit.notices.kinds import KINDS
from okno.kit.permissions import Actor


@dataclass
class Part:
    """How a kind comes by a channel to those who have chosen nothing."""

    mode: str
    is_mandatory: bool = False


def read() -> dict[str, Any]:
    """The choices of the organisation by kind and channel."""
    rows = NoticeChoice.objects.filter(user_id=None).order_by("kind", "channel")
    return {f"{one.kind} {one.channel}": {"mode": one.mode, "is_mandatory": one.is_mandatory} for one in rows}


def write(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Choose so, or let a kind come by a channel as it is declared."""
    kind, _space, channel = key.partition(" ")
    mode = value["mode"] if value is not None else KINDS[kind].mode(channel) if kind in KINDS else ""
    mandatory = {kind: [channel]} if value is not None and value.get("is_mandatory") else {}
    set_rules(actor=actor, modes={kind: {channel: mode}}, mandatory=mandatory)
