"""The last application to be installed: once all models are there, it opens every manifest."""

from __future__ import annotations

import structlog
from django.apps import AppConfig

from okno.config import rooms
from okno.kit import translations
from okno.kit.translations import compile_all


class Wiring(AppConfig):
    """Imports the manifests: what they register is then known to pages, jobs and the API."""

    name = "okno.config"
    label = "config"

    def ready(self) -> None:
        """Compile new translations, join our log to Django's and open the manifests, lower floors first."""
        compile_all()
        structlog.configure(
            processors=[
                structlog.processors.format_exc_info,
                structlog.processors.KeyValueRenderer(key_order=["event"]),
            ],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
        )
        translations.compile_all()
        rooms.load("manifest")
