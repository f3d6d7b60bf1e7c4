"""What all tests share: a throw-away PostgreSQL, started when the first test asks for the database."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections
from xdist.scheduler import LoadFileScheduling

from okno.config.tests.cluster import TestCluster
from okno.kit.registry import registry

if TYPE_CHECKING:
    from okno.access.tests.cast import Cast

# What is collected for the tests stays to their end: it is neither searched for garbage time and again while it grows,
# nor later; and a test makes thousands of objects, of which few are left.
gc.disable()
BROWSER = "tests/e2e/"
BETWEEN_SWEEPS = (10_000, 20, 20)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*BETWEEN_SWEEPS)
    gc.enable()


class OneOffice(LoadFileScheduling):  # type: ignore[misc] # published without types
    """Files go to whoever is free, but all browser tests to one: the company they work in is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneOffice | None:
    return OneOffice(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def cluster() -> Iterator[TestCluster]:
    started = TestCluster()
    started.start()
    yield started
    started.server.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(cluster: TestCluster, django_db_modify_db_settings: None) -> None:
    """The settings name the cluster already; here it is started."""


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The whole cluster is thrown away, and a kept one is migrated from where it stands."""
    return True


@pytest.fixture(scope="session")
def django_db_setup(cluster: TestCluster, django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # Tests with transactions of their own end by emptying all tables, which the access log refuses.
        cursor.execute("alter table access_reading disable trigger okno_append_only_whole")
    connections.close_all()
    cluster.keep_template()


@pytest.fixture(autouse=True)
def nothing_gathered() -> None:
    """Cards that earlier tests have opened would be put into the log, a dozen statements, by some page of this one."""
    from okno.access.commands import readings  # noqa: PLC0415 - models load after Django is set up

    readings.forget_gathered()


@pytest.fixture
def cast(db: None) -> Cast:
    """Named people with their departments and roles."""
    from okno.access.tests.cast import gathered  # noqa: PLC0415 - as above

    return gathered()


@pytest.fixture
def fields_of_this_test() -> Iterator[None]:
    """Custom fields are rolled back with the test: what this process has kept of them goes as well."""
    registry.forget_custom_fields()
    yield
    registry.forget_custom_fields()


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The address of a real web process over the test database, with live updates; for browsers and clients."""
    from okno.config.tests.server import serving  # noqa: PLC0415 - as above

    with serving() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The Chromium of the machine: nothing is downloaded."""
    found = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    if not any(found):
        pytest.skip("no Chromium on this machine: apt install chromium")
    return {**browser_type_launch_args, "executable_path": next(filter(None, found))}
