"""The commands by which records are made and changed, for processes that serve no pages."""

from __future__ import annotations

import os
import subprocess
import sys

ASKED = """
import django
django.setup()
from okno.access.api import ruling
from okno.kit.registry import registry
print(all(registry.edited_by()[name] for name in ("access.user", "clients.client", "documents.organisation")))
"""


def test_all_are_known_where_only_a_part_of_the_api_was_loaded() -> None:
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "okno.config.settings"}

    asked = subprocess.run([sys.executable, "-c", ASKED], env=environ, capture_output=True, text=True, check=False)

    assert asked.stdout == "True\n", asked.stderr
