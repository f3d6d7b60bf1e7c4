"""What mail shows on the cards of other areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from okno.areas.communications.models import Mail
from okno.kit.permissions import Actor
from okno.kit.registry import registry


def sender_told(payload: Mapping[str, Any]) -> str:
    """Whose letter an entry of a feed tells of: the sender of one that came in, nobody else than the writer of ours."""
    return str(payload.get("from", "")) if payload.get("direction") == Mail.Direction.IN else ""


def compose(_actor: Actor, row: Model) -> dict[str, Any]:
    """A tab of the composer: a letter about this row."""
    record = registry.record_of(type(row)).name
    return {"url": f"/mail/new/?part=panel&about_record={record}&about_id={row.pk}&client={_client_of(record, row)}"}


def _client_of(record: str, row: Model) -> Any:
    found = row.pk if record == "clients.client" else getattr(row, "client_id", None)
    return found or ""
