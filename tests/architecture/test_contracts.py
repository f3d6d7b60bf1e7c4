"""The import contract is kept by a good house and broken by each thing it is there to stop."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.house import ROOT

GOOD = {
    "config/settings.py": "import toy.areas.deals.manifest",
    "fronts/home/queries.py": "import toy.areas.deals.queries",
    "areas/deals/manifest.py": "import toy.areas.deals.web.pages, toy.kit.registry",
    "areas/deals/web/pages.py": "import toy.areas.deals.commands, toy.areas.deals.queries",
    "areas/deals/handlers.py": "import toy.areas.deals.commands, toy.areas.clients.events",
    "areas/deals/commands.py": "import toy.areas.deals.rules, toy.areas.deals.events, toy.areas.clients.commands",
    "areas/deals/queries.py": "import toy.areas.deals.models",
    "areas/deals/rules.py": "import toy.areas.deals.models",
    "areas/deals/models.py": "import toy.access.models",
    "areas/deals/events.py": "",
    "areas/deals/tests/test_commands.py": "import toy.areas.deals.web.pages, toy.areas.clients.tests.factories",
    "areas/clients/commands.py": "import toy.areas.clients.models",
    "areas/clients/models.py": "import toy.kit.registry",
    "areas/clients/events.py": "",
    "areas/clients/rules.py": "",
    "areas/clients/tests/factories.py": "import toy.areas.clients.models",
    "areas/catalog/models.py": "",
    "engines/automation/commands.py": "import toy.kit.registry",
    "engines/analytics/commands.py": "",
    "access/models.py": "import toy.kit.registry",
    "kit/registry.py": "",
    "kit/journal.py": "import toy.kit.registry",
    "kit/web/pages.py": "import toy.kit.journal",
}
BROKEN = {
    "the kit knows an area": ("kit/registry.py", "import toy.access.models"),
    "an area knows one above": ("areas/clients/models.py", "import toy.areas.deals.models"),
    "an area knows its neighbour": ("areas/catalog/models.py", "import toy.areas.clients.models"),
    "an engine knows an area": ("engines/automation/commands.py", "import toy.areas.deals.commands"),
    "an area knows an engine": ("areas/deals/models.py", "import toy.engines.automation.commands"),
    "somebody reads the wiring": ("areas/deals/models.py", "import toy.config.settings"),
    "a room knows one above": ("areas/deals/models.py", "import toy.areas.deals.queries"),
    "rules ask for rows": ("areas/deals/rules.py", "import toy.areas.deals.queries"),
    "a handler asks the rules": ("areas/deals/handlers.py", "import toy.areas.deals.rules"),
    "a page knows the handlers": ("areas/deals/web/pages.py", "import toy.areas.deals.handlers"),
    "rules of another area": ("areas/deals/commands.py", "import toy.areas.clients.rules"),
    "pages of another area": ("fronts/home/queries.py", "import toy.areas.deals.web.pages"),
    "tests of another area": ("areas/deals/commands.py", "import toy.areas.clients.tests.factories"),
    "its own tests": ("areas/clients/commands.py", "import toy.areas.clients.tests.factories"),
    "a part of the kit knows what stands on it": ("kit/registry.py", "import toy.kit.web.pages"),
    "an area without a place": ("areas/warranty/models.py", ""),
    "a floor nobody planned": ("services/models.py", ""),
}
RUN = "import sys; from pathlib import Path; from tools import contracts; sys.exit(contracts.check(Path(sys.argv[1])))"


def build(at: Path, files: dict[str, str]) -> Path:
    root = at / "toy"
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        for folder in (file.parent, *file.parent.parents):
            (folder / "__init__.py").touch()
            if folder == root:
                break
    return root


def check(root: Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the linter looks for the package on the path of the one that runs it."""
    path = f"{ROOT}:{root.parent}"
    return subprocess.run(
        [sys.executable, "-c", RUN, str(root)],
        cwd=root.parent,
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_contract_is_kept_by_a_good_house(tmp_path: Path):
    done = check(build(tmp_path, GOOD))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("what", BROKEN)
def test_contract_is_broken_when(what: str, tmp_path: Path):
    name, text = BROKEN[what]
    done = check(build(tmp_path, GOOD | {name: text}))
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stdout + done.stderr
