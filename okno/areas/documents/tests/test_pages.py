"""Pages of organisations, texts of letters and rates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.documents import commands, queries
from okno.areas.documents.models import Organisation, TextTemplate
from okno.kit.models import CurrencyRate
from okno.kit.permissions import SYSTEM

INN, BIC, ACCOUNT = "7707083893", "044525225", "40702810438000060473"
HEAD = {"inn": INN, "name": "Светлый склад", "vat": "included"}


def an_account(number: int = 0, **values: str) -> dict[str, str]:
    known = {"bank_name": "Сбербанк", "bic": BIC, "account": ACCOUNT, "corr_account": "", **values}
    return {f"accounts-{number}-{name}": value for name, value in known.items()}


@pytest.fixture
def director(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.director)
    return client


@pytest.mark.parametrize("address", ["/settings/organisations/", "/settings/templates/", "/settings/rates/"])
def test_settings_are_closed_without_a_right(cast: Cast, client: Browser, address: str):
    for who, status in ((cast.stranger, 403), (cast.director, 200)):
        client.force_login(who)
        assert client.get(address).status_code == status


def test_organisation_is_added_and_changed_with_its_accounts(director: Browser):
    director.post("/settings/organisations/new/", {**HEAD, **an_account()})
    found = Organisation.objects.get()
    assert [one.account for one in queries.accounts_of(found)] == [ACCOUNT]

    director.post(f"/settings/organisations/{found.pk}/", {**HEAD, "name": "Тёмный склад"})
    found.refresh_from_db()
    assert (found.name, list(queries.accounts_of(found))) == ("Тёмный склад", [])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"inn": "7707083894"}, "inn"), ({"accounts-0-account": "40702810438000060470"}, "accounts-0-account")],
)
def test_wrong_checksums_are_told_beside_the_field(director: Browser, wrong: dict[str, str], field: str):
    answer = director.post("/settings/organisations/new/", {**HEAD, **an_account(), **wrong})

    assert answer.status_code == 422
    assert field in [one["field"] for one in answer.context["form_page"]["errors"]]
    assert not Organisation.objects.exists()


def test_text_is_shown_on_a_row_while_it_is_written(director: Browser):
    clients.add(actor=SYSTEM, name="ООО «Ромашка»")

    sent = {"record": "clients.client", "subject": "Для {{ name }}", "body": "Добрый день"}
    answer = director.post("/settings/templates/new/?part=preview", sent)

    assert answer.context["letter"].subject == "Для ООО «Ромашка»"


def test_wrong_text_is_told_in_the_preview(director: Browser):
    clients.add(actor=SYSTEM, name="ООО «Ромашка»")

    sent = {"record": "clients.client", "subject": "{{ нет_такого }}", "body": "x"}
    answer = director.post("/settings/templates/new/?part=preview", sent)

    assert answer.context["letter"].problem


def test_text_is_kept_changed_and_dropped(director: Browser):
    sent = {
        "record": "clients.client",
        "name": "Привет",
        "subject": "Привет",
        "body": "Добрый день",
        "is_default": "on",
    }
    director.post("/settings/templates/new/", sent)
    text = TextTemplate.objects.get()
    director.post(f"/settings/templates/{text.pk}/", {"subject": "Здравствуйте", "body": "Добрый день"})
    text.refresh_from_db()
    assert (text.subject, text.name) == ("Здравствуйте", "Привет")

    director.post(f"/settings/templates/{text.pk}/drop/")
    assert not queries.templates("clients.client").exists()


def test_letters_are_made_of_rows_within_reach_only(cast: Cast):
    row = clients.add(actor=cast.actor("anna"), name="ООО «Ромашка»")
    commands.set_template(actor=SYSTEM, record="clients.client", name="x", subject="{{ name }}", body="y")

    assert [one.subject for one in queries.letters(cast.actor("anna"), "clients.client", row.pk)] == ["ООО «Ромашка»"]
    assert queries.letters(cast.actor("boris"), "clients.client", row.pk) == []


def test_rates_of_a_day_are_replaced(director: Browser):
    day = dt.date(2026, 11, 21)
    for value in ("80.10", "81.5"):
        rates = [{"currency": "USD", "nominal": 1, "value": value}]
        commands.load_rates(actor=SYSTEM, on=day, rates=rates)

    assert CurrencyRate.objects.get().value == Decimal("81.5")
    assert "81,5" in director.get("/settings/rates/").content.decode()
