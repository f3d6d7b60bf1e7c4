"""A connection to exchange with, and bases of 1C that do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from okno.fronts.exchange.commands import connections
from okno.fronts.exchange.models import Connection
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.onec import Answer, OneC

SAMPLES = Path(__file__).resolve().parents[5] / "shared" / "samples"


def send(method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Carry a request of 1C to Django; a browser session never goes along."""
    kind = headers.get("Content-Type", "")
    told = {name: value for name, value in headers.items() if name != "Content-Type"}
    response: Any = Client().generic(method, address, body, content_type=kind, headers=told)
    return Answer(response.status_code, dict(response.headers), response.content)


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Path:
    settings.OKNO_DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def make_connection(db: None) -> Callable[..., tuple[Connection, str]]:
    def make(code: str = "main", **values: Any) -> tuple[Connection, str]:
        made = connections.set_connection(actor=SYSTEM, code=code, values={"name": code, **values})
        return made.connection, made.password

    return make


@pytest.fixture
def connection(make_connection: Callable[..., tuple[Connection, str]]) -> tuple[Connection, str]:
    return make_connection()


@pytest.fixture
def onec(connection: tuple[Connection, str]) -> OneC:
    return base_of(*connection)


def base_of(connection: Connection, password: str, **values: Any) -> OneC:
    """A base of 1C that exchanges by this connection."""
    return OneC(send, f"/exchange/1c/{connection.code}", connection.login, password, **values)
