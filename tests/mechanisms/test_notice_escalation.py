"""Notices that nobody reads in time go on once: by another way, quiet hours kept, or to the head; and say why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.deals.models import Deal
from okno.areas.deals.tests.factories import a_deal
from okno.kit import events
from okno.kit.commands import opened
from okno.kit.errors import Refused
from okno.kit.models.notices import Notice, NoticeDelivery, NoticeEscalation
from okno.kit.notices import channels, commands, escalating, reading
from okno.kit.notices.channels import Message
from okno.kit.notices.commands import sending
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.rows.cells import Moment
from okno.kit.timeline import entries

pytestmark = pytest.mark.django_db(transaction=True)

NOTED = "timeline.noted"
# A Monday; the organisation is in Moscow, so it is one o'clock in the afternoon there.
NOON = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
HALF_AN_HOUR = dt.timedelta(minutes=30)


@pytest.fixture
def deal(cast: Cast) -> Deal:
    made = a_deal(cast.anna)
    events.drain()
    Notice.objects.all().delete()
    return made


@pytest.fixture
def post() -> Iterator[list[Message]]:
    """A channel that keeps what it is given."""
    sent: list[Message] = []
    kept = channels.CHANNELS.get("mail")
    way = channels.Channel(code="mail", label="Почта", icon="mail", send=sent.append, is_ready=lambda: True)
    channels.add(way)
    yield sent
    if kept is not None:
        channels.add(kept)


def goes_on(to: str, minutes: int = 30, kind: str = NOTED) -> None:
    commands.set_late(actor=SYSTEM, late={kind: {"minutes": minutes, "to": to}})


def noted(cast: Cast, deal: Deal) -> Notice:
    """What Anna is told of a note of the director."""
    entries.note(actor=cast.actor("director"), record="deals.deal", row_id=deal.pk, text="Позвони им")
    events.drain()
    return Notice.objects.filter(user_id=cast.anna.pk, kind=NOTED).latest("pk")


def escalated(at: dt.datetime) -> int:
    """What the clock of the worker does each minute."""
    with time_machine.travel(at, tick=False):
        done = next(one for one in registry.periodic if one.name == "escalating.escalate").work()
    return int(done)


def heads(cast: Cast, who: str = "head") -> list[reading.Told]:
    actor = cast.actor(who)
    own = list(Notice.objects.filter(user_id=actor.user_id or 0, kind=escalating.KIND))
    return list(reading.told(actor, own, Moment(NOON, actor.zone)).values())


def told_and_unread(cast: Cast, deal: Deal, to: str, at: dt.datetime = NOON) -> Notice:
    with time_machine.travel(at, tick=False):
        goes_on(to)
        with time_machine.travel(at + dt.timedelta(seconds=1), tick=False):
            return noted(cast, deal)


def test_it_goes_by_a_letter_once_it_is_unread_so_long_and_only_once(
    cast: Cast, deal: Deal, post: list[Message]
) -> None:
    notice = told_and_unread(cast, deal, "mail")
    assert escalated(NOON + HALF_AN_HOUR - dt.timedelta(minutes=1)) == 0
    late = NOON + HALF_AN_HOUR + dt.timedelta(minutes=1)
    assert (escalated(late), escalated(late)) == (1, 0)

    with time_machine.travel(late, tick=False):
        sending.send(actor=SYSTEM, channel="mail", deliveries=[notice.deliveries.get().pk])

    assert [one.user_id for one in post] == [cast.anna.pk]
    assert "Не прочитано 30 минут." in post[0].text
    assert [(one.state, one.told) for one in notice.deliveries.all()] == [("sent", "Не прочитано 30 минут.")]


def test_what_the_person_switched_off_goes_all_the_same(cast: Cast, deal: Deal, post: list[Message]) -> None:
    commands.choose(actor=cast.actor("anna"), modes={NOTED: {"mail": "off"}})
    notice = told_and_unread(cast, deal, "mail")
    escalated(NOON + dt.timedelta(hours=1))
    assert notice.deliveries.count() == 1


def test_quiet_hours_are_kept(cast: Cast, deal: Deal, post: list[Message]) -> None:
    anna = cast.actor("anna")
    commands.set_hours(actor=anna, quiet_from=dt.time(20), quiet_until=dt.time(8))
    evening = dt.datetime(2026, 11, 23, 19, 50, tzinfo=anna.zone)
    notice = told_and_unread(cast, deal, "mail", evening)
    escalated(evening + dt.timedelta(hours=1))
    assert notice.deliveries.get().due_at == dt.datetime(2026, 11, 24, 8, tzinfo=anna.zone)


def test_what_waits_for_a_digest_waits_no_longer(cast: Cast, deal: Deal, post: list[Message]) -> None:
    commands.choose(actor=cast.actor("anna"), modes={NOTED: {"mail": "daily"}})
    notice = told_and_unread(cast, deal, "mail")
    late = NOON + dt.timedelta(hours=1)
    assert notice.deliveries.get().due_at > late
    escalated(late)
    assert notice.deliveries.get().due_at == late


def test_what_was_read_or_told_before_stays_where_it_is(cast: Cast, deal: Deal, post: list[Message]) -> None:
    with time_machine.travel(NOON - dt.timedelta(hours=1), tick=False):
        noted(cast, deal)
    told_and_unread(cast, deal, "mail")
    with time_machine.travel(NOON + dt.timedelta(minutes=5), tick=False):
        commands.read(actor=cast.actor("anna"), upto=Notice.objects.latest("pk").pk)
        Notice.objects.filter(at__lt=NOON).update(read_at=None)
    assert escalated(NOON + dt.timedelta(hours=1)) == 0
    assert not NoticeDelivery.objects.exists()


def test_the_head_hears_who_does_not_read_what(cast: Cast, deal: Deal) -> None:
    told_and_unread(cast, deal, "head")
    escalated(NOON + dt.timedelta(hours=1))

    [told] = heads(cast)

    assert (told.title, told.about) == (deal.title, ("deals.deal", deal.pk))
    assert cast.anna.name in told.text
    assert "30" in told.text
    assert "Заметка" in told.text
    assert heads(cast, "director") == []


def test_without_a_head_whoever_may_do_everything_hears(cast: Cast, deal: Deal) -> None:
    cast.head.roles.clear()
    told_and_unread(cast, deal, "head")
    escalated(NOON + dt.timedelta(hours=1))
    assert [one.about[1] for one in heads(cast, "director")] == [deal.pk]


def test_whoever_heads_the_department_by_name_hears_and_nobody_beside(cast: Cast, deal: Deal) -> None:
    access.change_department(actor=SYSTEM, department=cast.team, name="Опт", parent=cast.sales, head=cast.director)
    told_and_unread(cast, deal, "head")
    escalated(NOON + dt.timedelta(hours=1))
    assert [one.about[1] for one in heads(cast, "director")] == [deal.pk]
    assert heads(cast, "head") == []


def test_the_head_of_a_department_above_hears_of_a_head_s_own_and_of_one_who_has_left(cast: Cast) -> None:
    access.change_department(actor=SYSTEM, department=cast.team, name="Опт", parent=cast.sales, head=cast.anna)
    access.change_department(actor=SYSTEM, department=cast.sales, name="Продажи", head=cast.director)
    with opened("a.test", SYSTEM, {}, ""):
        assert escalating.heads_of(cast.actor("boris")) == [cast.anna.pk]
    with opened("a.test", SYSTEM, {}, ""):
        assert escalating.heads_of(cast.actor("anna")) == [cast.director.pk]
    access.set_active(actor=SYSTEM, user=cast.anna, is_active=False)
    with opened("a.test", SYSTEM, {}, ""):
        assert escalating.heads_of(cast.actor("boris")) == [cast.director.pk]


def test_a_head_out_of_reach_and_a_person_who_lost_the_card_are_left_alone(cast: Cast, deal: Deal) -> None:
    told_and_unread(cast, deal, "head")
    Deal.objects.filter(pk=deal.pk).update(owner=cast.boris)
    escalated(NOON + dt.timedelta(hours=1))
    assert heads(cast) == []

    Deal.objects.filter(pk=deal.pk).update(owner=cast.anna)
    no_deals = [{"permission": "clients.*", "reach": "subtree"}]
    access.set_role(actor=SYSTEM, code="head", name="head", grants=no_deals, hidden=[])
    Notice.objects.update(waited=None)
    escalated(NOON + dt.timedelta(hours=1))
    assert heads(cast) == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("no.such", {"minutes": 30, "to": "head"}),
        (NOTED, {"minutes": 30, "to": "pigeon"}),
        (NOTED, {"minutes": 0, "to": "head"}),
        (NOTED, {"minutes": "²", "to": "head"}),
        (NOTED, {"minutes": 10_081, "to": "head"}),
        ("notices.reminder", {"minutes": 30, "to": "head"}),
    ],
)
def test_set_late_refuses_what_cannot_be(cast: Cast, kind: str, said: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        commands.set_late(actor=SYSTEM, late={kind: said})
    assert not NoticeEscalation.objects.exists()


def test_the_page_keeps_it_and_people_see_it(cast: Cast, client: Browser) -> None:
    client.force_login(cast.director)
    sent = {f"late_to:{NOTED}": "head", f"late_minutes:{NOTED}": "45", f"{NOTED}|app": "now"}
    assert client.post("/settings/notices/?part=set", sent).status_code == 302
    assert [(one.minutes, one.to) for one in NoticeEscalation.objects.all()] == [(45, "head")]
    client.force_login(cast.anna)
    assert "45 минут" in client.get("/notices/settings/").content.decode()

    client.force_login(cast.director)
    client.post("/settings/notices/?part=set", {**sent, f"late_to:{NOTED}": ""})
    assert not NoticeEscalation.objects.exists()
    wrong = client.post("/settings/notices/?part=set", {**sent, f"late_minutes:{NOTED}": "9" * 30})
    assert wrong.status_code == 422
