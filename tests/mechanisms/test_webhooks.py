"""Webhooks: events reach a receiver signed and once, failures are tried again, hopeless receivers are left alone."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.areas.deals import commands as deals
from okno.areas.deals.events import DealOpened
from okno.areas.deals.models import Deal
from okno.fronts.home.tests import factories as make
from okno.kit import events, journal, secrets
from okno.kit.api.webhooks import commands, listening, reading, sending, signing
from okno.kit.errors import Missing, Refused
from okno.kit.models.journal import Change, CommandRun, Delivery
from okno.kit.models.webhooks import WebhookCall
from okno.kit.permissions import SYSTEM
from okno.kit.secrets import SecretText

SECRET = "a-secret-of-the-receiver"
OPENED = DealOpened(deal_id=1, client_id=1, owner_id=None)
pytestmark = pytest.mark.django_db


class Receiver:
    """Another system: keeps what it is told and answers with `status`."""

    def __init__(self):
        self.status = 200
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *args):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?key=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(socket_enabled):
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def hook(receiver, *names, is_inside=True):
    secret = SecretText(SECRET)
    return commands.add(
        actor=SYSTEM, name="Склад", url=receiver.url, events=list(names), secret=secret, is_inside=is_inside
    )


def waiting_jobs():
    return ProcrastinateJob.objects.filter(task_name="webhooks.send", status="todo").order_by("id")


def send_all(webhook):
    for call in webhook.calls.filter(state="waiting").order_by("id"):
        sending.send(call_id=call.pk)


def open_deal(cast) -> Deal:
    make.scenario()
    return deals.open_deal(actor=SYSTEM, title="Стеллажи", client=make.client(cast.anna), owner=cast.anna)


def test_event_reaches_the_receiver_signed(cast, receiver):
    webhook = hook(receiver, "deals.DealOpened")
    deal = open_deal(cast)
    events.drain()
    send_all(webhook)
    [(headers, body)] = receiver.got
    told = json.loads(body)
    assert (told["event"], told["data"]["deal_id"], told["data"]["owner_id"]) == (
        "deals.DealOpened",
        deal.pk,
        cast.anna.pk,
    )
    assert told["id"] == webhook.calls.get().event_id
    assert signing.is_signed(SECRET, headers[signing.HEADER], body, int(time.time()))
    assert headers["Okno-Event"] == "deals.DealOpened"
    assert headers["Content-Type"] == "application/json; charset=utf-8"


def test_signature_is_of_the_body_the_moment_and_the_secret():
    header = signing.signature(SECRET, 1000, b"body")
    assert signing.is_signed(SECRET, header, b"body", 1010)
    assert not signing.is_signed(SECRET, header, b"other", 1010)
    assert not signing.is_signed("another", header, b"body", 1010)
    assert not signing.is_signed(SECRET, header, b"body", 2000)
    assert not signing.is_signed(SECRET, header.replace("1000", "1001"), b"body", 1010)
    assert not signing.is_signed(SECRET, "nonsense", b"body", 1010)


def test_signature_equals_the_known_one():
    """Computed by `printf '1000.body' | openssl dgst -sha256 -hmac key`."""
    assert signing.signature("key", 1000, b"body") == (
        "t=1000,v1=062f6ed108cb94155be54ddfb5d8e80ef70ed54fe9bbf747b5507a21aaf1d704"
    )


def test_only_wanted_events_make_deliveries(cast, receiver):
    hook(receiver, "deals.DealWon")
    open_deal(cast)
    assert not Delivery.objects.filter(handler="webhooks.listening.tell").exists()


def test_star_wants_every_event(cast, receiver):
    webhook = hook(receiver, "*")
    open_deal(cast)
    events.drain()
    assert "deals.DealOpened" in set(webhook.calls.values_list("event", flat=True))


def test_event_is_queued_once_and_its_job_with_it(cast, receiver):
    webhook = hook(receiver, "deals.DealOpened")
    open_deal(cast)
    events.drain()
    call = webhook.calls.get()
    commands.queue(actor=SYSTEM, webhook=webhook, event=call.event, event_id=call.event_id, body="{}")
    assert webhook.calls.count() == 1
    assert [job.args for job in waiting_jobs()] == [{"call_id": call.pk}]


def test_failed_attempt_is_tried_again_later(cast, receiver):
    receiver.status = 503
    webhook = hook(receiver, "deals.DealOpened")
    open_deal(cast)
    events.drain()
    send_all(webhook)
    call = webhook.calls.get()
    assert (call.state, call.tries) == (WebhookCall.State.WAITING, 1)
    assert call.attempts.get().status == 503
    assert waiting_jobs().last().scheduled_at is not None
    receiver.status = 204
    send_all(webhook)
    call.refresh_from_db()
    webhook.refresh_from_db()
    assert (call.state, webhook.failures) == (WebhookCall.State.SENT, 0)
    assert receiver.got[0][1] == receiver.got[1][1]


def undo_last(name):
    journal.undo(actor=SYSTEM, run_id=CommandRun.objects.filter(name=name).latest("pk").pk)


def test_what_was_undone_is_not_sent_though_it_was_queued(cast, receiver):
    webhook = hook(receiver, "deals.DealMoved")
    deal = open_deal(cast)
    deals.move(actor=SYSTEM, deal=deal, stage="quote")
    events.drain()
    call = webhook.calls.get()

    undo_last("deals.move")
    sending.send(call_id=call.pk)

    call.refresh_from_db()
    assert (receiver.got, call.state) == ([], "dropped")


def test_what_holds_again_is_sent_after_all(cast, receiver):
    webhook = hook(receiver, "deals.DealMoved")
    deals.move(actor=SYSTEM, deal=open_deal(cast), stage="quote")
    events.drain()
    undo_last("deals.move")
    undo_last("journal.undo")

    send_all(webhook)

    assert len(receiver.got) == 1


def test_what_was_sent_stays_sent_when_its_cause_is_undone(cast, receiver):
    webhook = hook(receiver, "deals.DealMoved")
    deals.move(actor=SYSTEM, deal=open_deal(cast), stage="quote")
    events.drain()
    send_all(webhook)

    undo_last("deals.move")

    assert webhook.calls.get().state == "sent"


def test_call_gives_up_after_its_last_pause(cast, receiver):
    receiver.status = 500
    webhook = commands.ping(actor=SYSTEM, webhook=hook(receiver, "*"))
    for _number in range(len(sending.PAUSES) + 3):
        send_all(webhook)
    call = webhook.calls.get()
    assert (call.state, call.tries) == (WebhookCall.State.FAILED, len(sending.PAUSES) + 1)


def test_hopeless_webhook_is_switched_off_and_says_why(cast, receiver):
    receiver.status = 500
    webhook = hook(receiver, "*")
    for _number in range(commands.FAILURES_TO_STOP):
        commands.ping(actor=SYSTEM, webhook=webhook)
        sending.send(call_id=webhook.calls.latest("id").pk)
    webhook.refresh_from_db()
    assert not webhook.is_active
    assert "500" in webhook.trouble
    assert not listening.is_wanted(OPENED)
    before = len(receiver.got)
    send_all(webhook)
    assert len(receiver.got) == before


def test_receiver_that_is_gone_is_left_alone_at_once(cast, receiver):
    receiver.status = 410
    webhook = commands.ping(actor=SYSTEM, webhook=hook(receiver, "*"))
    send_all(webhook)
    webhook.refresh_from_db()
    assert not webhook.is_active
    assert webhook.calls.get().state == WebhookCall.State.FAILED


def test_switching_on_sends_what_waited(cast, receiver):
    webhook = hook(receiver, "*")
    commands.switch(actor=SYSTEM, webhook=webhook, is_active=False)
    commands.ping(actor=SYSTEM, webhook=webhook)
    send_all(webhook)
    assert receiver.got == []
    before = waiting_jobs().count()
    commands.switch(actor=SYSTEM, webhook=webhook, is_active=True)
    assert waiting_jobs().count() == before + 1
    send_all(webhook)
    assert len(receiver.got) == 1


def test_private_network_is_closed_unless_the_webhook_says_so(cast, receiver):
    webhook = commands.ping(actor=SYSTEM, webhook=hook(receiver, "*", is_inside=False))
    send_all(webhook)
    call = webhook.calls.get()
    assert (receiver.got, call.state) == ([], WebhookCall.State.FAILED)
    assert call.attempts.get().error


def test_receiver_that_does_not_answer_is_tried_again(cast, receiver):
    receiver.server.shutdown()
    receiver.server.server_close()
    webhook = commands.ping(actor=SYSTEM, webhook=hook(receiver, "*"))
    send_all(webhook)
    call = webhook.calls.get()
    assert (call.state, call.attempts.get().status) == (WebhookCall.State.WAITING, None)


def test_replay_sends_the_same_text_again(cast, receiver):
    webhook = commands.ping(actor=SYSTEM, webhook=hook(receiver, "*"))
    send_all(webhook)
    commands.replay(actor=SYSTEM, webhook=webhook, call_id=webhook.calls.get().pk)
    send_all(webhook)
    assert receiver.got[0][1] == receiver.got[1][1]
    assert webhook.calls.get().attempts.count() == 2


def test_replay_of_another_webhooks_call_is_missing(cast, receiver):
    webhook, other = hook(receiver, "*"), commands.ping(actor=SYSTEM, webhook=hook(receiver, "*"))
    with pytest.raises(Missing):
        commands.replay(actor=SYSTEM, webhook=webhook, call_id=other.calls.get().pk)


@pytest.mark.parametrize(
    ("url", "names", "secret", "code"),
    [
        ("ftp://example.com", ["*"], SECRET, "webhooks.bad_url"),
        ("javascript:alert(1)", ["*"], SECRET, "webhooks.bad_url"),
        ("https://[example.com", ["*"], SECRET, "webhooks.bad_url"),
        ("https://example.com", ["deals.Nothing"], SECRET, "webhooks.bad_events"),
        ("https://example.com", [], SECRET, "webhooks.bad_events"),
        ("https://example.com", ["*"], "short", "webhooks.short_secret"),
    ],
)
def test_add_refuses_what_cannot_work(db, url, names, secret, code):
    with pytest.raises(Refused) as refusal:
        commands.add(actor=SYSTEM, name="", url=url, events=names, secret=SecretText(secret))
    assert refusal.value.code == code


def test_secret_is_nowhere_in_the_open(cast, receiver):
    webhook = hook(receiver, "*")
    assert SECRET not in webhook.secret
    assert secrets.decrypt(webhook.secret).reveal() == SECRET
    kept = [*CommandRun.objects.values_list("args", flat=True), *Change.objects.values_list("after", flat=True)]
    assert SECRET not in json.dumps(kept)
    assert webhook.secret not in json.dumps(kept)


def test_new_secret_is_made_when_none_is_given(cast):
    made = [
        commands.add(actor=SYSTEM, name="x", url="https://example.com", events=["*"]).secret for _number in range(2)
    ]
    first, second = (secrets.decrypt(one).reveal() for one in made)
    assert first != second
    assert len(first) >= commands.SHORTEST_SECRET


def test_update_without_a_secret_keeps_the_old_one(cast, receiver):
    webhook = hook(receiver, "*")
    commands.update(actor=SYSTEM, webhook=webhook, name="Новое", url="https://example.com", events=["deals.DealWon"])
    webhook.refresh_from_db()
    assert (webhook.name, webhook.events) == ("Новое", ["deals.DealWon"])
    assert secrets.decrypt(webhook.secret).reveal() == SECRET


def test_deleted_webhook_hears_nothing(cast, receiver):
    webhook = hook(receiver, "*")
    commands.delete(actor=SYSTEM, webhook=webhook)
    assert not listening.is_wanted(OPENED)
    assert reading.webhook_for_card(SYSTEM, webhook.pk) is None


def test_old_calls_are_forgotten(cast, receiver):
    webhook = commands.ping(actor=SYSTEM, webhook=hook(receiver, "*"))
    WebhookCall.objects.update(created_at="2020-01-01T00:00:00Z")
    commands.ping(actor=SYSTEM, webhook=webhook)
    assert commands.forget_old(actor=SYSTEM) == 1
    assert len(reading.calls_of(webhook)) == 1
