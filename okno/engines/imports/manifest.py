"""What the import puts on the shelf."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.engines.imports import commands, queries
from okno.engines.imports.commands import demo
from okno.engines.imports.commands import travelling as brought
from okno.engines.imports.queries import travelling
from okno.engines.imports.record import IMPORT, SETTINGS
from okno.kit import journal_runs
from okno.kit.permissions import Actor
from okno.kit.registry import MenuItem, Portable, Record, registry

journal_runs.BATCHES.add("imports.take_batch")
registry.add_record(IMPORT)
registry.add_record(SETTINGS)
registry.add_portable(
    Portable(
        "imports.settings",
        _("Settings of imports"),
        travelling.settings_to_take_out,
        brought.write,
        400,
        travelling.SettingsPart,
    )
)
registry.add_menu(
    MenuItem("settings", _("Import"), "/imports/", icon="file-import", permission="imports.begin", position=30)
)


def import_door(actor: Any, record: Record) -> str:
    """Where the actor imports rows of a record; empty when they may not."""
    return f"/imports/new/?record={record.name}" if _may(actor, record) else ""


def _may(actor: Actor, record: Record) -> bool:
    has_right = actor.may(f"{record.area}.import") and actor.may("imports.begin")
    return has_right and record in queries.importable(actor)


registry.import_door = import_door
registry.add_demo(50, demo.fill)

__all__ = ["commands"]
