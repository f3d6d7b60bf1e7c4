"""The kit as a Django application: after each migrate the journal's triggers are in place."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KitConfig(AppConfig):
    """Hooks the journal to the tables that exist."""

    name = "okno.kit"
    label = "kit"

    def ready(self) -> None:
        """Ask Django to install triggers when the last application has migrated."""
        from okno.kit import journal  # noqa: PLC0415 - models are ready only now

        post_migrate.connect(journal.install_triggers, sender=self)
