"""Letters of notices, as a mail server receives them: what they say, how they gather, what becomes of trouble."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.communications import commands as communications
from okno.areas.communications.models import MailAccount
from okno.areas.communications.parts.mail.parse import parse_message
from okno.areas.deals.models import Deal
from okno.areas.deals.tests.factories import a_deal
from okno.kit import events
from okno.kit.models.notices import Notice, NoticeDelivery
from okno.kit.notices import choosing, commands
from okno.kit.notices.commands import sending
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.smtp import SmtpPeer, smtp_peer
from okno.kit.timeline import entries

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server() -> Iterator[SmtpPeer]:
    communications.set_account(
        actor=SYSTEM, address="sales@okno.test", values={"name": "Отдел продаж", "smtp_host": "127.0.0.1"}
    )
    with smtp_peer() as started:
        MailAccount.objects.update(smtp_port=started.port, smtp_security="none")
        yield started


@pytest.fixture
def deal(cast: Cast, server: SmtpPeer) -> Deal:
    made = a_deal(cast.anna)
    events.drain()
    Notice.objects.all().delete()
    return made


def mention(cast: Cast, deal: Deal, text: str) -> None:
    told = f"@{cast.anna.name} {text}"
    entries.note(actor=cast.actor("director"), record="deals.deal", row_id=deal.pk, text=told)
    events.drain()


def send_due() -> None:
    due = NoticeDelivery.objects.filter(channel="mail", state="waiting", due_at__lte=timezone.now())
    sending.send(actor=SYSTEM, channel="mail", deliveries=list(due.values_list("pk", flat=True)))


def test_a_mention_comes_as_a_letter(cast: Cast, deal: Deal, server: SmtpPeer) -> None:
    mention(cast, deal, "посмотри цены")
    send_due()
    (received,) = server.received
    letter = parse_message(received.raw)
    assert received.recipients == (cast.anna.email,)
    assert deal.title in letter.subject
    for said in ("посмотри цены", f"/deals/{deal.pk}/", "Вас упомянули", "/notices/settings/"):
        assert said in letter.text
    assert list(NoticeDelivery.objects.values_list("state", flat=True)) == ["sent"]


def test_what_came_after_the_letter_goes_in_one_more(cast: Cast, deal: Deal, server: SmtpPeer) -> None:
    mention(cast, deal, "посмотри цены")
    send_due()
    for text in ("и сроки", "и доставку"):
        mention(cast, deal, text)
    send_due()
    assert len(server.received) == 1
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
        send_due()
    again = parse_message(server.received[1].raw)
    assert "и сроки" in again.text
    assert "и доставку" in again.text


def test_a_digest_is_one_letter_of_many_cards(cast: Cast, deal: Deal, server: SmtpPeer) -> None:
    commands.choose(actor=cast.actor("anna"), modes={"timeline.mentioned": {"mail": "daily"}})
    other = a_deal(cast.anna, title="Весы")
    mention(cast, deal, "раз")
    mention(cast, other, "два")
    send_due()
    assert server.received == []
    with time_machine.travel(timezone.now() + dt.timedelta(days=1, hours=1)):
        send_due()
    (received,) = server.received
    letter = parse_message(received.raw)
    assert [one in letter.text for one in (deal.title, "Весы", "раз", "два")] == [True] * 4


def test_a_digest_names_each_card_once_with_all_its_news(cast: Cast, deal: Deal, server: SmtpPeer) -> None:
    commands.choose(
        actor=cast.actor("anna"),
        modes={"timeline.mentioned": {"mail": "daily"}, "timeline.noted": {"mail": "daily"}},
    )
    mention(cast, deal, "раз")
    entries.note(actor=cast.actor("director"), record="deals.deal", row_id=deal.pk, text="Позвони им")
    events.drain()
    with time_machine.travel(timezone.now() + dt.timedelta(days=1, hours=1)):
        send_due()
    text = parse_message(server.received[0].raw).text
    assert [text.count(one) for one in (deal.title, f"/deals/{deal.pk}/", "раз", "Позвони им")] == [1] * 4
    # Whoever reads it next week is told a day, not “yesterday”.
    assert f"{timezone.localtime():%d.%m.%Y}" in text
    assert "сегодня" not in text
    assert "вчера" not in text


def test_hours_of_the_organisation_hold_for_those_who_chose_none(cast: Cast, deal: Deal, server: SmtpPeer) -> None:
    commands.set_house_hours(actor=cast.actor("director"), quiet_from=dt.time(20), quiet_until=dt.time(7))
    with time_machine.travel(dt.datetime(2026, 11, 23, 18, 0, tzinfo=dt.UTC), tick=False):
        mention(cast, deal, "посмотри цены")
    way = NoticeDelivery.objects.get(channel="mail")
    assert way.due_at == dt.datetime(2026, 11, 24, 7, 0, tzinfo=cast.actor("anna").zone)


def test_hours_chosen_as_the_organisation_has_them_follow_the_organisation(cast: Cast) -> None:
    anna = cast.actor("anna")
    commands.set_house_hours(actor=cast.actor("director"), quiet_from=dt.time(20), quiet_until=dt.time(7))
    commands.set_hours(actor=anna)
    assert choosing.hours_of([anna.user_id or 0])[anna.user_id or 0].quiet_from is None
    commands.set_hours(actor=anna, quiet_from=dt.time(20), quiet_until=dt.time(7))
    commands.set_house_hours(actor=cast.actor("director"), quiet_from=dt.time(21), quiet_until=dt.time(7))
    assert choosing.hours_of([anna.user_id or 0])[anna.user_id or 0].quiet_from == dt.time(21)


def test_a_letter_that_is_not_taken_is_tried_again(cast: Cast, deal: Deal, server: SmtpPeer) -> None:
    server.refuse(cast.anna.email, "451 4.3.0 try again later")
    mention(cast, deal, "посмотри цены")
    send_due()
    way = NoticeDelivery.objects.get()
    assert (way.state, way.tries, "451" in way.told) == ("waiting", 1, True)
    assert way.due_at > timezone.now()


def test_an_address_that_is_refused_for_good_is_not_tried_again(cast: Cast, deal: Deal, server: SmtpPeer) -> None:
    server.refuse(cast.anna.email, "550 5.1.1 no such user")
    mention(cast, deal, "посмотри цены")
    send_due()
    way = NoticeDelivery.objects.get()
    assert (way.state, "550" in way.told) == ("failed", True)


def test_quiet_hours_and_the_digest_follow_the_clock_of_the_person(cast: Cast, deal: Deal, server: SmtpPeer) -> None:
    access.update_own_profile(actor=cast.actor("anna"), name=cast.anna.name, zone="Asia/Vladivostok")
    commands.set_hours(actor=cast.actor("anna"), quiet_from=dt.time(22), quiet_until=dt.time(8))
    evening_in_moscow = dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC)
    with time_machine.travel(evening_in_moscow, tick=False):
        mention(cast, deal, "посмотри цены")
        send_due()
        assert server.received == []
        due = NoticeDelivery.objects.get(channel="mail").due_at
    assert due == dt.datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Asia/Vladivostok"))
    with time_machine.travel(due, tick=False):
        send_due()
    # The letter tells when it was by the clock of whoever reads it: half a day ahead of Moscow.
    assert "03:00" in parse_message(server.received[0].raw).text
