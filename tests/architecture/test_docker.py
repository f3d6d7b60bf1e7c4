"""The image and the services of a server agree with the settings and the commands of the program."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from okno.cli import main
from okno.config.postgres import INITDB
from tools.house import ROOT

# Settings that stand in the image or are the same for every server, each with its reason.
FIXED = {
    "OKNO_DATA_DIR": "the volume of the image",
    "OKNO_HOST": "a container answers on all its addresses; the host decides which of its own it opens",
    "OKNO_PORT": "the port inside the container, which nobody sees",
    "OKNO_PG_BIN": "the database runs beside, and programs for copies are in the wheel",
}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
ENV_NAME = re.compile(r"\bOKNO_[A-Z0-9_]+\b")


@pytest.fixture
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return found


def ours(services: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: one for name, one in services.items() if one["image"] == "okno"}


def known() -> set[str]:
    """Names of settings as `config/env.py` reads them."""
    text = (ROOT / "okno/config/env.py").read_text(encoding="utf-8")
    return set(re.findall(r"env\.\w+\(\s*\"(OKNO_\w+)\"", text))


def test_services_hand_over_every_setting(services: dict[str, dict[str, Any]]) -> None:
    assert len(known()) > 15
    for name, service in ours(services).items():
        handed = {one for one in service["environment"] if one.startswith("OKNO_")}
        assert handed | FIXED.keys() == known(), name
        assert not handed & FIXED.keys(), name


def test_services_take_settings_by_their_own_names(services: dict[str, dict[str, Any]]) -> None:
    for service in ours(services).values():
        crossed = {name: value for name, value in service["environment"].items() if not value.startswith(f"${{{name}:")}
        assert crossed == {}


def test_image_sets_nothing_that_is_unknown() -> None:
    set_ = {name for line in re.findall(r"^ENV (.+)$", DOCKERFILE, re.MULTILINE) for name in ENV_NAME.findall(line)}

    assert set_ <= known()
    assert set_ <= FIXED.keys()


def test_settings_are_all_told_in_the_documents() -> None:
    told = set(ENV_NAME.findall((ROOT / "docs/admin/settings.md").read_text(encoding="utf-8")))

    assert known() <= told


def test_services_give_commands_that_are_there(
    services: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    for service in ours(services).values():
        word, *flags = service["command"]
        with pytest.raises(SystemExit) as ended:
            main([word, "--help"])
        assert ended.value.code == 0
        told = capsys.readouterr().out
        assert [one for one in flags if one not in told] == []


def test_services_wait_for_each_other(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            is_checked = "healthcheck" in services[other] or services[other]["image"] == "okno"
            assert how["condition"] == "service_healthy", name
            assert is_checked, other


def test_database_of_the_services_is_made_as_our_own(services: dict[str, dict[str, Any]]) -> None:
    """What decides how texts are compared and searched."""
    given = services["database"]["environment"]["POSTGRES_INITDB_ARGS"].split()

    assert {one for one in INITDB if "locale" in one or "encoding" in one or "search" in one} <= set(given)


def test_image_is_built_of_what_is_there_by_a_python_we_support() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = {
        tuple(map(int, one.split("."))) for one in re.findall(r"^FROM python:([\d.]+)", DOCKERFILE, re.MULTILINE)
    }
    low, high = (tuple(map(int, one.split("."))) for one in re.findall(r"\d+\.\d+", project["requires-python"]))
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)

    assert len(versions) == 1
    assert all(low <= one < high for one in versions)
    assert all((ROOT / source).exists() for line in copied for source in line.split())
    assert 'ENTRYPOINT ["tini", "--", "okno"]' in DOCKERFILE
    assert "okno" in project["scripts"]


def test_image_is_built_with_all_that_the_wheel_needs() -> None:
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert not {"okno", "package.json", "package-lock.json", "hatch_build.py", "pyproject.toml", "README.md"} & set(
        left_out
    )


def test_image_runs_as_nobody_in_particular() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]

    assert re.search(r"^USER okno$", last, re.MULTILINE)
    assert not re.search(r"(SECRET|PASSWORD)\w*=", DOCKERFILE)
