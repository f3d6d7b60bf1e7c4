"""The kit as a Django application: each migrate has the SQL functions before and the journal's triggers after."""

from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate

FUNCTIONS = Path(__file__).parent / "sql" / "functions.sql"


def install_functions(**_signal: Any) -> None:
    """Define the SQL functions that indexes and triggers rely on; harmless when repeated."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS.read_text("utf-8"))


class KitConfig(AppConfig):
    """Hooks the kit's SQL to every migrate."""

    name = "okno.kit"
    label = "kit"

    def ready(self) -> None:
        """Ask Django to call before the first and after the last application has migrated."""
        from okno.kit import journal, search  # noqa: PLC0415 - models are ready only now

        pre_migrate.connect(install_functions, sender=self)
        post_migrate.connect(journal.install_triggers, sender=self)
        post_migrate.connect(search.install_indexes, sender=self)
