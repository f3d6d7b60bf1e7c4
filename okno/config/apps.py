"""The last application to be installed: once all models are there, it opens every manifest."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import structlog
from django.apps import AppConfig

from okno.config import rooms
from okno.kit import translations
from okno.kit.translations import compile_all


def _line(_logger: object, _method: str, said: MutableMapping[str, Any]) -> tuple[tuple[str], dict[str, Any]]:
    """Write `what happened key=value`; a traceback is left to the log that we share with Django."""
    event, exc_info = said.pop("event"), said.pop("exc_info", None)
    return (" ".join([str(event), *(f"{key}={value!r}" for key, value in said.items())]),), {"exc_info": exc_info}


class Wiring(AppConfig):
    """Imports the manifests: what they register is then known to pages, jobs and the API."""

    name = "okno.config"
    label = "config"

    def ready(self) -> None:
        """Compile new translations, join our log to Django's and open the manifests, lower floors first."""
        compile_all()
        structlog.configure(
            processors=[_line],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
        )
        translations.compile_all()
        rooms.load("manifest")
        from okno.kit.api.webhooks import listening  # noqa: PLC0415 - models load before it, and this module before them

        listening.listen()
