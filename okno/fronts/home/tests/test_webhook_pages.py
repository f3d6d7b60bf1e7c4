"""Pages of webhooks: set up, tried, switched and replayed by those who may."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.kit import secrets
from okno.kit.api.webhooks import commands
from okno.kit.models.webhooks import Webhook
from okno.kit.permissions import SYSTEM
from okno.kit.secrets import SecretText
from okno.kit.testing.query_counts import check_few, statements

LIST = "/settings/webhooks/"
SECRET = "a-secret-of-the-receiver"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def webhook(cast) -> Webhook:
    made = commands.add(
        actor=SYSTEM, name="Склад", url="https://example.com/h", events=["deals.DealWon"], secret=SecretText(SECRET)
    )
    return commands.ping(actor=SYSTEM, webhook=made)


@pytest.fixture
def admin(cast, client: Browser) -> Browser:
    client.force_login(cast.director)
    return client


def test_pages_are_closed_to_those_without_the_right(cast, webhook, client: Browser):
    grants = [{"permission": "deals.*", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="seller-only", name="Seller", grants=grants, hidden=[])
    access.give_role(actor=SYSTEM, user=cast.stranger, role="seller-only")
    client.force_login(cast.stranger)
    urls = [LIST, f"{LIST}new/", f"{LIST}{webhook.pk}/", f"{LIST}{webhook.pk}/edit/", f"{LIST}{webhook.pk}/?part=log"]
    assert {client.get(url).status_code for url in urls} == {403}
    assert client.post(f"{LIST}{webhook.pk}/?part=secret").status_code == 403


def test_webhook_is_added_by_the_form(admin):
    sent = {"name": "Сайт", "url": "https://example.com/x", "events": ["deals.DealWon", "deals.DealLost"], "once": "1"}
    assert admin.post(f"{LIST}new/", sent).status_code == 302
    made = Webhook.objects.get(name="Сайт")
    assert made.events == ["deals.DealLost", "deals.DealWon"]


def test_wrong_address_stands_beside_its_field(admin):
    answer = admin.post(f"{LIST}new/", {"name": "x", "url": "nowhere", "events": ["*"]}, headers=HTMX)
    assert answer.status_code == 422
    assert [one["name"] for one in answer.context["dialog"]["fields"] if one.get("error")] == ["url"]


def test_form_of_a_webhook_does_not_show_its_secret(admin, webhook):
    assert SECRET not in admin.get(f"{LIST}{webhook.pk}/edit/").content.decode()
    assert secrets.decrypt(webhook.secret).reveal() == SECRET


def test_secret_is_shown_on_request(admin, webhook):
    assert SECRET not in admin.get(f"{LIST}{webhook.pk}/").content.decode()
    assert SECRET in admin.post(f"{LIST}{webhook.pk}/?part=secret", headers=HTMX).content.decode()


def test_log_shows_calls_with_attempts_and_replays(admin, webhook):
    call = webhook.calls.get()
    commands.note_attempt(
        actor=SYSTEM, webhook=webhook, call_id=call.pk, status=500, error="", milliseconds=7, is_final=True
    )
    [shown] = admin.get(f"{LIST}{webhook.pk}/").context["calls"]
    assert [one["answer"] for one in shown["attempts"]] == [500]
    assert shown["due"] == "red"
    assert admin.post(shown["replay_url"], headers=HTMX).status_code == 204
    assert webhook.calls.get().state == "waiting"


@pytest.mark.parametrize("call", ["", "x", "999999"])
def test_replay_of_nothing_is_missing(admin, webhook, call):
    assert admin.post(f"{LIST}{webhook.pk}/?part=replay&call={call}", headers=HTMX).status_code == 404


def test_ping_queues_a_test_call(admin, webhook):
    assert admin.post(f"{LIST}{webhook.pk}/?part=ping", headers=HTMX).status_code == 204
    assert webhook.calls.count() == 2


def test_switch_turns_it_off_and_on(admin, webhook):
    for is_active in (False, True):
        admin.post(f"{LIST}{webhook.pk}/?part=switch")
        webhook.refresh_from_db()
        assert webhook.is_active is is_active


def test_reason_of_a_switched_off_webhook_is_shown(admin, webhook):
    Webhook.objects.update(is_active=False, trouble="Больше не отвечает")
    assert "Больше не отвечает" in admin.get(f"{LIST}{webhook.pk}/").content.decode()


def test_deleted_webhook_has_no_page(admin, webhook):
    assert admin.post(f"{LIST}{webhook.pk}/delete/", {"once": "d"}).status_code == 302
    assert admin.get(f"{LIST}{webhook.pk}/").status_code == 404
    assert admin.get(LIST).context["page"]["rows"] == []


def test_pages_take_few_statements(admin, webhook):
    check_few(statements(lambda: admin.get(LIST)))
    check_few(statements(lambda: admin.get(f"{LIST}{webhook.pk}/")))
