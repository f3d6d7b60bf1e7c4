"""Notices of browsers: encrypted for one browser, signed for its service, forgotten when it has gone."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from itertools import groupby

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from okno.access.tests.cast import Cast
from okno.areas.deals.models import Deal
from okno.areas.deals.tests.factories import a_deal
from okno.kit import events
from okno.kit.errors import Refused
from okno.kit.models.journal import CommandRun
from okno.kit.models.notices import Notice, NoticeDelivery, PushKey, PushSubscription
from okno.kit.notices import commands
from okno.kit.notices.commands import sending
from okno.kit.notices.push import encrypting
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.push import BrowserAtPeer, PushPeer, push_peer
from okno.kit.timeline import entries

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def service(settings) -> Iterator[PushPeer]:
    settings.OKNO_HTTP_PRIVATE = ("127.0.0.1",)
    settings.OKNO_PUBLIC_URL = "https://crm.okno.test"
    with push_peer() as running:
        yield running


@pytest.fixture
def deal(cast: Cast, service: PushPeer) -> Deal:
    made = a_deal(cast.anna)
    events.drain()
    Notice.objects.all().delete()
    return made


def subscribed(cast: Cast, service: PushPeer, name: str) -> BrowserAtPeer:
    actor = cast.actor("anna")
    browser = service.subscribe(name, commands.push_key.run(actor))
    commands.subscribe.run(actor, **browser.told(), browser=name)
    return browser


def mention_and_send(cast: Cast, deal: Deal) -> None:
    told = f"@{cast.anna.name} посмотри цены"
    entries.note(actor=cast.actor("director"), record="deals.deal", row_id=deal.pk, text=told)
    events.drain()
    send_all()


def send_all() -> None:
    rows = NoticeDelivery.objects.filter(channel="push", state="waiting").order_by("address")
    for _address, group in groupby(rows, key=lambda one: one.address):
        sending.send(actor=SYSTEM, channel="push", deliveries=[one.pk for one in group])


def test_encrypted_is_what_the_standard_gives_as_an_example():
    """RFC 8291, section 5 and appendix A."""
    own = encrypting.key_at(encrypting.decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    made = encrypting.encrypted(
        b"When I grow up, I want to be a watermelon",
        key=encrypting.decoded(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth=encrypting.decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=encrypting.decoded("DGv6ra1nlYgDCS1FRnbzlw"),
        own=own,
    )
    assert encrypting.encoded(made) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_mention_is_shown_by_every_browser_of_its_person(cast: Cast, service: PushPeer, deal: Deal):
    browsers = [subscribed(cast, service, name) for name in ("office", "home")]
    mention_and_send(cast, deal)
    assert service.refused == []
    for one in browsers:
        (shown,) = one.shown
        assert (shown["title"], shown["url"]) == (deal.title, f"/deals/{deal.pk}/")
        assert "посмотри цены" in shown["body"]
    assert [one.state for one in NoticeDelivery.objects.filter(channel="push")] == ["sent", "sent"]


def test_nothing_goes_where_no_browser_is_subscribed(cast: Cast, service: PushPeer, deal: Deal):
    mention_and_send(cast, deal)
    assert not NoticeDelivery.objects.filter(channel="push").exists()


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_has_gone_is_forgotten(cast: Cast, service: PushPeer, deal: Deal, status: int):
    gone, there = (subscribed(cast, service, name) for name in ("gone", "there"))
    service.answer(gone, status)
    mention_and_send(cast, deal)
    assert [one.endpoint for one in PushSubscription.objects.all()] == [there.endpoint]
    assert len(there.shown) == 1


def test_a_busy_service_is_asked_again_later(cast: Cast, service: PushPeer, deal: Deal):
    service.answer(subscribed(cast, service, "office"), 503)
    mention_and_send(cast, deal)
    assert [(one.state, one.tries) for one in NoticeDelivery.objects.filter(channel="push")] == [("waiting", 1)]
    assert PushSubscription.objects.count() == 1


def test_a_service_that_asks_to_wait_is_left_alone_so_long(cast: Cast, service: PushPeer, deal: Deal):
    browser = subscribed(cast, service, "office")
    service.answer(browser, 429, wait="7200")
    mention_and_send(cast, deal)
    waiting = NoticeDelivery.objects.get(channel="push")
    assert (waiting.state, service.asked) == ("waiting", 1)
    assert dt.timedelta(minutes=119) < waiting.due_at - timezone.now() <= dt.timedelta(hours=2)

    service.recover(browser)
    assert sending.deliver(actor=SYSTEM) == 0
    NoticeDelivery.objects.update(due_at=timezone.now())
    assert sending.deliver(actor=SYSTEM) == 1
    send_all()
    assert [len(browser.shown), NoticeDelivery.objects.get(channel="push").state] == [1, "sent"]


@pytest.mark.parametrize("order", [(503, 410), (410, 503)])
def test_one_that_has_gone_does_not_end_the_wait_for_another(cast: Cast, service: PushPeer, deal: Deal, order):
    for number, status in enumerate(order):
        service.answer(subscribed(cast, service, f"browser-{number}"), status)
    mention_and_send(cast, deal)
    assert set(NoticeDelivery.objects.filter(channel="push").values_list("state", flat=True)) == {"waiting", "failed"}
    assert PushSubscription.objects.count() == 1


def test_what_reached_one_browser_is_tried_again_for_the_other_only(cast: Cast, service: PushPeer, deal: Deal):
    office, home = (subscribed(cast, service, name) for name in ("office", "home"))
    service.answer(home, 503)
    mention_and_send(cast, deal)
    assert [len(office.shown), len(home.shown)] == [1, 0]

    service.recover(home)
    NoticeDelivery.objects.filter(state="waiting").update(due_at=timezone.now())
    assert sending.deliver(actor=SYSTEM) == 1
    send_all()

    assert [len(office.shown), len(home.shown)] == [1, 1]
    assert [one.state for one in NoticeDelivery.objects.filter(channel="push")] == ["sent", "sent"]


def test_nothing_goes_to_a_browser_that_was_switched_off_meanwhile(cast: Cast, service: PushPeer, deal: Deal):
    office = subscribed(cast, service, "office")
    told = f"@{cast.anna.name} посмотри цены"
    entries.note(actor=cast.actor("director"), record="deals.deal", row_id=deal.pk, text=told)
    events.drain()
    commands.unsubscribe.run(cast.actor("anna"), subscription_id=PushSubscription.objects.get().pk)
    send_all()
    assert (office.shown, NoticeDelivery.objects.get(channel="push").state) == ([], "skipped")


@pytest.mark.parametrize("sign", ["\x01", "😀", '"', "я"])
def test_any_text_fits_into_one_message(cast: Cast, service: PushPeer, deal: Deal, sign: str):
    browser = subscribed(cast, service, "office")
    Deal.objects.filter(pk=deal.pk).update(title=sign * 200)
    told = f"@{cast.anna.name} " + sign * 5000
    entries.note(actor=cast.actor("director"), record="deals.deal", row_id=deal.pk, text=told)
    events.drain()
    send_all()
    assert (service.refused, len(browser.shown)) == ([], 1)
    assert browser.shown[0]["body"].count(sign) > 100


def test_keys_are_kept_encrypted_and_secrets_stay_out_of_the_journal(cast: Cast, service: PushPeer):
    browser = subscribed(cast, service, "office")
    secret = base64.urlsafe_b64encode(browser.auth).decode().rstrip("=")
    kept = PushSubscription.objects.get()
    assert secret not in kept.auth
    run = CommandRun.objects.filter(name="notices.subscribe").latest("pk")
    assert [one in str(run.args) for one in (secret, browser.endpoint)] == [False, False]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from kit_change where table_name in ('kit_pushkey', 'kit_pushsubscription')")
        assert cursor.fetchone() == (0,)
    assert len(encrypting.decoded(PushKey.objects.get().public)) == encrypting.POINT_BYTES


def test_a_browser_belongs_to_whoever_subscribed_it_last(cast: Cast, service: PushPeer):
    browser = subscribed(cast, service, "shared")
    commands.subscribe.run(cast.actor("boris"), **browser.told())
    assert [one.user_id for one in PushSubscription.objects.all()] == [cast.boris.pk]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("endpoint", "http://push.test/x"),
        ("endpoint", "ftp://push.test/x"),
        ("endpoint", ""),
        ("endpoint", "https://[push.test/x"),
        ("key", "AAAA"),
        ("key", "B" * 87),
        ("auth", "short"),
        ("auth", "не base64"),
    ],
)
def test_subscribe_refuses_what_is_no_subscription(cast: Cast, service: PushPeer, name: str, value: str):
    told = service.subscribe("office", "").told()
    with pytest.raises(Refused):
        commands.subscribe.run(cast.actor("anna"), **{**told, name: value})


def test_pages_subscribe_and_forget(cast: Cast, service: PushPeer, client: Browser):
    client.force_login(cast.anna)
    key = client.post("/notices/settings/?part=key").json()["key"]
    browser = service.subscribe("office", key)
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    told = client.post("/notices/settings/?part=subscribe", browser.told(), headers=agent).content.decode()
    assert "Firefox 140" in told
    one = PushSubscription.objects.get(user_id=cast.anna.pk)
    client.force_login(cast.boris)
    client.post("/notices/settings/?part=unsubscribe", {"subscription": one.pk})
    assert PushSubscription.objects.count() == 1
    client.force_login(cast.anna)
    client.post("/notices/settings/?part=unsubscribe", {"subscription": one.pk})
    assert PushSubscription.objects.count() == 0


def test_signing_out_takes_the_notices_of_this_browser_along(cast: Cast, service: PushPeer, client: Browser) -> None:
    subscribed(cast, service, "office")
    home = subscribed(cast, service, "home")
    client.force_login(cast.anna)

    client.post("/sign-out/", {"endpoint": home.told()["endpoint"]})

    assert list(PushSubscription.objects.values_list("browser", flat=True)) == ["office"]


def test_signing_out_leaves_browsers_of_others_alone(cast: Cast, service: PushPeer, client: Browser) -> None:
    office = subscribed(cast, service, "office")
    client.force_login(cast.boris)

    client.post("/sign-out/", {"endpoint": office.told()["endpoint"]})

    assert PushSubscription.objects.count() == 1
