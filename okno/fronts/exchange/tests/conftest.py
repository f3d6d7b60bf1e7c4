"""A connection to exchange with, and bases of 1C that do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from okno.areas.billing import commands as billing
from okno.areas.billing.models import Invoice
from okno.areas.catalog.models import Offer
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client as Buyer
from okno.areas.documents import commands as documents
from okno.areas.documents.models import Organisation
from okno.fronts.exchange.commands import connections
from okno.fronts.exchange.models import Connection
from okno.fronts.exchange.tests import files
from okno.kit import events
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.onec import Answer, OneC

DAY = dt.date(2026, 3, 2)
ACCOUNT = {
    "bank_name": "ПАО Сбербанк",
    "bic": "044525225",
    "account": "40702810438000060473",
    "corr_account": "30101810400000000225",
}
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


@pytest.fixture
def organisation(db: None) -> Organisation:
    values = {"name": "ООО «Окно»", "prefix": "ОК-", "kpp": "770701001"}
    return documents.set_organisation(actor=SYSTEM, inn="7707083893", values=values, accounts=[ACCOUNT])


@pytest.fixture
def buyer(connection: tuple[Connection, str], organisation: Organisation) -> Buyer:
    Connection.objects.update(organisation=organisation)
    client = clients.add(actor=SYSTEM, name="ООО «Ромашка»", email="buyer@romashka.test")
    values = {"inn": "7728168971", "kpp": "772801001", "legal_address": "Москва"}
    clients.add_legal_entity(actor=SYSTEM, client=client, name="ООО «Ромашка»", values=values)
    return client


@pytest.fixture
def invoice(onec: OneC, buyer: Client) -> Invoice:
    """An invoice for goods of 1C that has gone to the client."""
    onec.exchange_catalogue(files.SET)
    offer = Offer.objects.get(characteristic="41")
    lines = [
        {"offer": offer.pk, "name": offer.name, "unit": "пар", "quantity": "2", "price": "5100.50", "discount": "10"},
        {"name": "Доставка", "unit": "шт", "quantity": "1", "price": "300"},
    ]
    drawn = billing.draw(actor=SYSTEM, client=buyer, lines=lines, date=DAY)
    billing.note_sent(actor=SYSTEM, invoice=drawn, to="buyer@romashka.test")
    events.drain()
    return Invoice.objects.get(pk=drawn.pk)
