"""Settings of imports that everybody may use, as they travel in a file of settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from okno.engines.imports.models import ImportSettings
from okno.kit.travelling import keyed


@dataclass
class SettingsPart:
    """Settings of an import under a name."""

    record: str
    name: str
    config: dict[str, Any]


def key_of(record: str, name: str) -> str:
    """By what settings are known in a file."""
    return f"{record}: {name}"


def shared_settings() -> dict[str, ImportSettings]:
    """Settings that everybody may use, by key."""
    # ast-grep-ignore: unscoped-read these are for all, and whoever takes them out has the right to
    rows = ImportSettings.objects.filter(is_shared=True, is_deleted=False).order_by("record", "name", "id")
    return keyed(rows, lambda one: key_of(one.record, one.name))


def settings_to_take_out() -> dict[str, Any]:
    """Settings that everybody may use, as they travel."""
    return {
        key: {"record": one.record, "name": one.name, "config": one.config} for key, one in shared_settings().items()
    }
