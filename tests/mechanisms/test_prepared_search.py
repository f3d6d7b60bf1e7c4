"""A search compiled for one text finds for every other what a search built anew would find."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.kit.permissions import SYSTEM, Grant, ReachKind
from okno.kit.timeline import entries
from okno.kit.web.search import found_records

TEXTS = (
    "рома",
    "Ро",
    "р",
    "10%",
    "100%_\\",
    "Ёлка",
    "ёл",
    "916 123-45",
    "9161234567",
    "7707083893",
    "7707",
    "+7 916 123",
)


@pytest.fixture
def named(company):
    for name, phone, inn in (("Рома 10% скидка", "8 916 123-45-67", ""), ("Елка и 100%_\\", "", "7707083893")):
        clients.add(actor=SYSTEM, name=name, phone=phone, inn=inn, owner=company.anna)
    return company


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("who", ["anna", "head"])
def test_prepared_search_finds_what_a_fresh_one_finds(named, who, text):
    actor = replace(named.actor(who))
    for other in TEXTS:
        found_records(actor, other)
    assert found_records(actor, text) == found_records(replace(actor), text)


def test_prepared_search_keeps_signs_of_patterns_as_they_are(named):
    actor = named.actor("anna")
    found_records(actor, "ромашка")
    names = [one["label"] for one in found_records(actor, "10%")["clients.client"]]
    assert names == ["Рома 10% скидка"]


def test_prepared_search_is_built_once(named):
    actor = replace(named.actor("anna"))
    found_records(actor, "ромашка")
    with CaptureQueriesContext(connection) as captured:
        found_records(actor, "елка и")
    assert len(captured) == 1
    assert len([key for key in actor.memo if key[0] == "search"]) == 1


def test_conditions_of_grants_are_read_anew(named):
    leaf = {"field": "created_at", "op": "ge", "value": {"rel": "-1d"}}
    actor = replace(named.actor("anna"), grants=(Grant("clients.view", ReachKind.CONDITION, leaf),))
    assert found_records(actor, "ромашка")["clients.client"]
    Client.objects.update(created_at="2020-01-01T00:00Z")
    assert not found_records(actor, "ромашка")


@pytest.mark.parametrize("who", ["anna", "head", "boris"])
def test_first_page_of_a_feed_is_that_of_the_long_way(company, who):
    other = deals.open_deal(actor=SYSTEM, title="Другая", client=company.client, owner=company.anna)
    for number, deal in enumerate([company.deal, other] * 20):
        entries.note(actor=SYSTEM, record="deals.deal", row_id=deal.pk, text=f"Заметка {number}")
    actor, kinds = replace(company.actor(who)), ["note", "deals.opened"]
    for deal in (company.deal, other, company.deal):
        short = entries.feed(actor, "deals.deal", deal.pk)
        assert short == entries.feed(actor, "deals.deal", deal.pk, kinds=kinds)
        assert bool(short) == (who != "boris")
