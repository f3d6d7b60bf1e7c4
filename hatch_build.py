"""Makes packages whole: a wheel holds the built interface and translations, so installing it needs no Node."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = Path("okno/static/app")


class MakeWhole(BuildHookInterface):  # type: ignore[misc]
    """Runs before anything is packed; an editable install is left to `make`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is not there yet."""
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / ASSETS / "manifest.json").exists():
            for command in (["npm", "ci", "--no-progress"], ["npm", "run", "build"]):
                subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
        for command in (
            ["-m", "whitenoise.compress", "--quiet", str(ASSETS)],
            ["-c", "from okno.kit.translations import compile_all; compile_all()"],
        ):
            subprocess.run([sys.executable, *command], cwd=root, check=True)
