"""Settings of imports that everybody may use, as parts of a file of settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from okno.engines.imports.commands.setting import drop_settings
from okno.engines.imports.models import ImportSettings
from okno.engines.imports.queries import travelling as reads
from okno.engines.imports.rules import Settings
from okno.kit.commands import command
from okno.kit.permissions import Actor
from okno.kit.registry import registry


@command("imports.bring_settings", label=gettext_lazy("Bring settings of an import"))
def bring_settings(*, actor: Actor, record: str, name: str, config: dict[str, Any]) -> ImportSettings:
    """
    Keep settings of an import for all under a name; those that everybody has by the same name are replaced.

    :raises Missing: there is no such record.
    """
    registry.record(record)
    values = {"config": Settings.of(config).kept(), "is_deleted": False}
    kept = reads.shared_settings().get(reads.key_of(record, name))
    if kept is None:
        return ImportSettings.objects.create(record=record, name=name, is_shared=True, **values)
    ImportSettings.objects.filter(pk=kept.pk).update(**values)
    return kept


def write(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Keep settings so, or drop them."""
    if value is None:
        drop_settings(actor=actor, settings=reads.shared_settings()[key])
        return
    bring_settings(actor=actor, record=str(value["record"]), name=str(value["name"]), config=dict(value["config"]))
