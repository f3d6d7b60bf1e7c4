"""Legal entities have a list and a card like every record: fields in place, accounts, merging, marking."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients import commands
from okno.areas.clients.models import LegalEntity
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.web import entities
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import RecordContract

INN = "7707083893"
NUMBERS = itertools.count(1)


def make_entity(owner: Any, **values: Any) -> LegalEntity:
    """A legal entity of a new client of somebody's."""
    client = a_client(owner, name=f"Клиент {next(NUMBERS)}")
    requisites = {"inn": INN, **values}
    return commands.add_legal_entity(actor=SYSTEM, client=client, name="ООО «Ромашка»", values=requisites)


class TestLegalEntity(RecordContract):
    # Clients, which conditions of legal entities reach too, have INNs of their own.
    page, hidden, api = entities.EntityList, "ogrn", "/api/v1/legal-entities"

    def make(self, cast: Cast, owner: Any) -> LegalEntity:
        return make_entity(owner)


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


def test_a_requisite_is_changed_in_place(cast: Cast, anna: Browser) -> None:
    entity = make_entity(cast.anna)

    answer = anna.post(f"/legal-entities/{entity.pk}/?part=field&name=kpp", {"kpp": "770701001"})

    entity.refresh_from_db()
    assert (answer.status_code, entity.kpp) == (200, "770701001")


def test_the_card_shows_accounts_and_the_client_leads_to_it(cast: Cast, anna: Browser) -> None:
    entity = make_entity(cast.anna)
    commands.add_account(actor=SYSTEM, entity=entity, bic="044525225", account="40702810938000000001", bank_name="Сбер")

    accounts = anna.get(f"/legal-entities/{entity.pk}/?part=panel&panel=accounts").content.decode()
    panel = anna.get(f"/clients/{entity.client_id}/?part=panel&panel=legal-entities").content.decode()

    assert "40702810938000000001" in accounts
    assert f'href="/legal-entities/{entity.pk}/"' in panel


def test_a_marked_entity_leaves_the_list_and_its_client(cast: Cast, anna: Browser) -> None:
    entity = make_entity(cast.anna)
    LegalEntity.objects.filter(pk=entity.pk).update(is_deleted=True)

    assert anna.get("/legal-entities/").context["page"]["rows"] == []
    assert entity.name not in anna.get(f"/clients/{entity.client_id}/?part=panel&panel=legal-entities").content.decode()
