"""The last application to be installed: once all models are there, it opens every manifest."""

from __future__ import annotations

from django.apps import AppConfig

from okno.config import rooms


class Wiring(AppConfig):
    """Imports the manifests: what they register is then known to pages, jobs and the API."""

    name = "okno.config"
    label = "config"

    def ready(self) -> None:
        """Open the manifests, lower floors first."""
        rooms.load("manifest")
