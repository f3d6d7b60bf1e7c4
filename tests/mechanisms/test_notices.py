"""Notices: who is told of what, once, within reach, by which channel; and what people do with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.billing import commands as billing
from okno.areas.billing.tests.factories import an_invoice
from okno.areas.calendar import commands as calendar
from okno.areas.calendar.models import Task
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.deals.tests.factories import a_deal
from okno.kit import events
from okno.kit.errors import Refused
from okno.kit.http import TransportError
from okno.kit.models.notices import Notice, NoticeDelivery, NoticeHours
from okno.kit.notices import channels, choosing, commands, reading
from okno.kit.notices.channels import Message
from okno.kit.notices.commands import reminders, ringing, sending
from okno.kit.notices.kinds import KINDS
from okno.kit.permissions import SYSTEM
from okno.kit.rows.cells import Moment
from okno.kit.timeline import entries

pytestmark = pytest.mark.django_db(transaction=True)
MORNING = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)


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
    way = channels.Channel(code="mail", label="Почта", icon="mail", send=sent.append, is_ready=lambda: True)
    kept = channels.CHANNELS.get("mail")
    channels.add(way)
    yield sent
    if kept is not None:
        channels.add(kept)


def told(cast: Cast, who: str) -> list[reading.Told]:
    actor = cast.actor(who)
    groups, _next = reading.centre(actor, Moment(dt.datetime.now(dt.UTC), actor.zone))
    return [one for group in groups for one in group.notices]


def kinds(cast: Cast, who: str) -> list[str]:
    return [one.kind for one in told(cast, who)]


def mention(cast: Cast, by: str, row: Deal, name: str) -> None:
    entries.note(actor=cast.actor(by), record="deals.deal", row_id=row.pk, text=f"Посмотри, @{name}, цены")
    events.drain()


def test_tell_names_the_doer_and_the_row(cast: Cast, deal: Deal) -> None:
    deals.assign(actor=cast.actor("director"), deal=deal, owner=cast.anna)
    entries.note(actor=cast.actor("director"), record="deals.deal", row_id=deal.pk, text="Позвони им")
    events.drain()
    found = [one for one in told(cast, "anna") if one.kind == "timeline.noted"]
    assert [(one.title, one.body) for one in found] == [(deal.title, "Позвони им")]
    assert cast.actor("director").name in found[0].text


def test_own_doing_notifies_nobody(cast: Cast, deal: Deal) -> None:
    entries.note(actor=cast.actor("anna"), record="deals.deal", row_id=deal.pk, text="Себе на память")
    events.drain()
    assert told(cast, "anna") == []


def test_one_event_is_told_once(cast: Cast, deal: Deal) -> None:
    mention(cast, "director", deal, cast.anna.name)
    assert kinds(cast, "anna") == ["timeline.mentioned"]


def test_what_pops_is_shown_in_the_corner_to_its_person_only(cast: Cast, deal: Deal, client: Browser) -> None:
    mention(cast, "director", deal, cast.anna.name)
    notice = Notice.objects.get(user_id=cast.anna.pk, kind="timeline.mentioned")
    client.force_login(cast.anna)
    assert deal.title in client.get(f"/notices/?part=toast&id={notice.pk}").content.decode()
    client.force_login(cast.boris)
    assert client.get(f"/notices/?part=toast&id={notice.pk}").status_code == 204


def test_nobody_is_told_of_what_is_out_of_reach(cast: Cast, deal: Deal) -> None:
    mention(cast, "director", deal, cast.boris.name)
    assert not Notice.objects.filter(user_id=cast.boris.pk).exists()


def test_centre_leaves_out_what_went_out_of_reach(cast: Cast, deal: Deal) -> None:
    mention(cast, "director", deal, cast.anna.name)
    Deal.objects.filter(pk=deal.pk).update(owner=cast.boris)
    assert told(cast, "anna") == []
    assert reading.bell(cast.actor("anna")).unread == 0


def test_alike_events_within_ten_minutes_are_one_notice(cast: Cast, deal: Deal) -> None:
    for text in ("раз", "два", "три"):
        entries.note(actor=cast.actor("director"), record="deals.deal", row_id=deal.pk, text=text)
    events.drain()
    found = told(cast, "anna")
    assert [(one.count, one.body) for one in found] == [(3, "три\nдва\nраз")]


def test_titles_hidden_from_the_reader_are_not_told(cast: Cast, deal: Deal) -> None:
    mention(cast, "director", deal, cast.anna.name)
    cast.hide("anna", "deals.deal.title")
    assert deal.title not in told(cast, "anna")[0].title


def test_read_marks_a_group(cast: Cast, deal: Deal) -> None:
    mention(cast, "director", deal, cast.anna.name)
    commands.read(actor=cast.actor("anna"), record="deals.deal", row_id=deal.pk)
    assert reading.bell(cast.actor("anna")).unread == 0


def test_read_leaves_what_came_later(cast: Cast, deal: Deal) -> None:
    mention(cast, "director", deal, cast.anna.name)
    commands.read(actor=cast.actor("anna"), upto=Notice.objects.latest("pk").pk - 1)
    assert reading.bell(cast.actor("anna")).unread == 1


def test_unfollow_silences_one_row(cast: Cast, deal: Deal) -> None:
    commands.unfollow(actor=cast.actor("anna"), record="deals.deal", row_id=deal.pk)
    other = a_deal(cast.anna)
    for one in (deal, other):
        entries.note(actor=cast.actor("director"), record="deals.deal", row_id=one.pk, text="Привет")
    events.drain()
    assert [one.about[1] for one in told(cast, "anna") if one.kind == "timeline.noted"] == [other.pk]


def test_choose_switches_a_kind_off(cast: Cast, deal: Deal) -> None:
    commands.choose(actor=cast.actor("anna"), modes={"timeline.noted": {"app": "off"}})
    entries.note(actor=cast.actor("director"), record="deals.deal", row_id=deal.pk, text="Привет")
    events.drain()
    assert told(cast, "anna") == []


def test_what_is_chosen_as_the_organisation_has_it_follows_the_organisation(cast: Cast) -> None:
    actor, kind = cast.actor("anna"), KINDS["deals.assigned"]
    commands.choose(actor=actor, modes={kind.code: {"mail": "hourly", "app": "off"}})
    commands.set_rules(actor=SYSTEM, modes={kind.code: {"mail": "daily"}}, mandatory={})
    chosen = choosing.choices([cast.anna.pk])
    assert [chosen.mode(cast.anna.pk, kind, one) for one in ("mail", "app")] == ["daily", "off"]


def test_choose_refuses_to_switch_off_what_is_mandatory(cast: Cast) -> None:
    modes = {"timeline.noted": {"app": "now"}}
    commands.set_rules(actor=SYSTEM, modes=modes, mandatory={"timeline.noted": ["app"]})
    with pytest.raises(Refused):
        commands.choose(actor=cast.actor("anna"), modes={"timeline.noted": {"app": "off"}})


def test_what_becomes_mandatory_comes_again_to_those_who_switched_it_off(cast: Cast) -> None:
    commands.choose(actor=cast.actor("anna"), modes={"timeline.noted": {"app": "off"}})
    commands.set_rules(actor=SYSTEM, modes={"timeline.noted": {"app": "now"}}, mandatory={"timeline.noted": ["app"]})
    chosen = choosing.choices([cast.anna.pk])
    assert chosen.mode(cast.anna.pk, KINDS["timeline.noted"], "app") == "now"


def test_send_hands_over_one_message_and_logs_it(cast: Cast, deal: Deal, post: list[Message]) -> None:
    mention(cast, "director", deal, cast.anna.name)
    ids = list(NoticeDelivery.objects.filter(channel="mail").values_list("pk", flat=True))
    sending.send(actor=SYSTEM, channel="mail", deliveries=ids)
    assert [one.user_id for one in post] == [cast.anna.pk]
    assert deal.title in post[0].text
    assert NoticeDelivery.objects.get().state == "sent"


def test_send_leaves_out_what_went_out_of_reach(cast: Cast, deal: Deal, post: list[Message]) -> None:
    mention(cast, "director", deal, cast.anna.name)
    Deal.objects.filter(pk=deal.pk).update(owner=cast.boris)
    sending.send(actor=SYSTEM, channel="mail", deliveries=[NoticeDelivery.objects.get().pk])
    assert post == []
    assert NoticeDelivery.objects.get().state == "skipped"


def test_send_leaves_out_what_was_read(cast: Cast, deal: Deal, post: list[Message]) -> None:
    mention(cast, "director", deal, cast.anna.name)
    commands.read(actor=cast.actor("anna"))
    sending.send(actor=SYSTEM, channel="mail", deliveries=[NoticeDelivery.objects.get().pk])
    assert post == []


def test_whoever_has_left_is_told_nothing_more(cast: Cast, deal: Deal, post: list[Message]) -> None:
    mention(cast, "director", deal, cast.anna.name)
    access.set_active(actor=SYSTEM, user=cast.anna, is_active=False)
    sending.send(actor=SYSTEM, channel="mail", deliveries=[NoticeDelivery.objects.get().pk])
    entries.note(actor=cast.actor("director"), record="deals.deal", row_id=deal.pk, text="Кто теперь ведёт сделку?")
    events.drain()

    assert (post, NoticeDelivery.objects.get().state) == ([], "skipped")
    assert Notice.objects.filter(user_id=cast.anna.pk).count() == 1


def test_send_tries_again_and_gives_up_when_refused_for_good(cast: Cast, deal: Deal, post: list[Message]) -> None:
    def refuse(_message: Message) -> None:
        raise TransportError("нет такого ящика", permanent=True)

    mention(cast, "director", deal, cast.anna.name)
    channels.add(channels.Channel(code="mail", label="", icon="", send=refuse, is_ready=lambda: True))
    sending.send(actor=SYSTEM, channel="mail", deliveries=[NoticeDelivery.objects.get().pk])
    assert [(one.state, one.told) for one in NoticeDelivery.objects.all()] == [("failed", "нет такого ящика")]


@pytest.mark.parametrize(
    ("mode", "at", "due"),
    [
        ("now", "2026-11-23T12:00", "2026-11-23T12:00"),
        ("now", "2026-11-23T23:30", "2026-11-24T08:00"),
        ("now", "2026-11-24T03:00", "2026-11-24T08:00"),
        ("hourly", "2026-11-23T12:10", "2026-11-23T13:00"),
        ("hourly", "2026-11-23T21:30", "2026-11-24T08:00"),
        ("daily", "2026-11-23T12:10", "2026-11-24T09:00"),
        ("daily", "2026-11-23T07:00", "2026-11-23T09:00"),
        ("now", "2026-11-21T12:00", "2026-11-23T08:00"),
    ],
)
def test_due_at_waits_for_the_digest_and_for_quiet_hours(cast: Cast, mode: str, at: str, due: str) -> None:
    zone = cast.actor("anna").zone
    hours = NoticeHours(quiet_from=dt.time(22), quiet_until=dt.time(8), only_workdays=True)
    moment = dt.datetime.fromisoformat(at).replace(tzinfo=zone)
    assert choosing.due_at(mode, moment, hours, zone) == dt.datetime.fromisoformat(due).replace(tzinfo=zone)


def test_ring_tells_and_snooze_rings_again(cast: Cast, deal: Deal) -> None:
    anna = cast.actor("anna")
    with time_machine.travel(MORNING, tick=False):
        at = MORNING + dt.timedelta(hours=1)
        made = reminders.add(actor=anna, text="Счёт", at=at, record="deals.deal", row_id=deal.pk)[0]
    with time_machine.travel(at, tick=False):
        assert ringing.ring(actor=SYSTEM) == 1
        assert [one.text for one in reading.ringing(anna, at)] == ["Счёт"]
        reminders.snooze(actor=anna, reminder_id=made.pk, until=at + dt.timedelta(minutes=10))
        assert ringing.ring(actor=SYSTEM) == 0
    with time_machine.travel(at + dt.timedelta(minutes=10), tick=False):
        assert ringing.ring(actor=SYSTEM) == 1
    assert reading.bell(anna).ringing == 1


def test_finish_goes_on_to_the_next_working_day(cast: Cast) -> None:
    friday = dt.datetime(2026, 11, 27, 10, tzinfo=cast.actor("anna").zone)
    with time_machine.travel(friday - dt.timedelta(hours=1), tick=False):
        made = reminders.add(actor=cast.actor("anna"), text="Планёрка", at=friday, repeat="workdays")[0]
    with time_machine.travel(friday, tick=False):
        ringing.ring(actor=SYSTEM)
        done = reminders.finish(actor=cast.actor("anna"), reminder_id=made.pk)
    assert done.next_at.astimezone(friday.tzinfo) == dt.datetime(2026, 11, 30, 10, tzinfo=friday.tzinfo)


def test_reminder_of_a_month_comes_back_to_the_thirty_first(cast: Cast) -> None:
    anna = cast.actor("anna")
    first = dt.datetime(2026, 1, 31, 9, tzinfo=anna.zone)
    with time_machine.travel(first - dt.timedelta(hours=1), tick=False):
        made = reminders.add(actor=anna, text="Отчёт", at=first, repeat="monthly")[0]
    following = reminders.next_moment(made, first, anna.zone)
    assert following == dt.datetime(2026, 2, 28, 9, tzinfo=anna.zone)
    assert reminders.next_moment(made, following, anna.zone) == dt.datetime(2026, 3, 31, 9, tzinfo=anna.zone)


def test_a_reminder_of_an_invoice_comes_every_third_day_until_it_is_paid(cast: Cast) -> None:
    anna, invoice = cast.actor("anna"), an_invoice(cast.anna)
    first = MORNING + dt.timedelta(hours=1)
    about: dict[str, Any] = {"record": "billing.invoice", "row_id": invoice.pk, "until_over": True}
    with time_machine.travel(MORNING, tick=False):
        made = reminders.add(actor=anna, text="Спросить об оплате", at=first, repeat="daily", every=3, **about)[0]
    with time_machine.travel(first, tick=False):
        assert ringing.ring(actor=SYSTEM) == 1
        reminders.finish(actor=anna, reminder_id=made.pk)
    second = first + dt.timedelta(days=3)
    with time_machine.travel(second, tick=False):
        assert ringing.ring(actor=SYSTEM) == 1
        assert [one.text for one in reading.ringing(anna, second)] == ["Спросить об оплате"]
        billing.record_payment(actor=SYSTEM, invoice=invoice, amount=invoice.total)
        ringing.ring(actor=SYSTEM)
        assert reading.ringing(anna, second) == []
    made.refresh_from_db()
    assert made.state == "done"


@pytest.mark.parametrize("wrong", [{"every": 0}, {"every": 1000}, {"until_over": True}])
def test_add_refuses_what_it_cannot_repeat(cast: Cast, wrong: dict[str, Any]) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    with pytest.raises(Refused) as refusal:
        reminders.add(actor=cast.actor("anna"), text="Планёрка", at=later, repeat="daily", **wrong)
    assert refusal.value.params["missing"] == list(wrong)


def test_add_refuses_a_colleague_who_may_not_see(cast: Cast, deal: Deal) -> None:
    at = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    with pytest.raises(Refused):
        reminders.add(
            actor=cast.actor("anna"), text="Счёт", at=at, record="deals.deal", row_id=deal.pk, people=[cast.boris.pk]
        )


def test_reminder_of_a_row_out_of_reach_ends_in_silence(cast: Cast, deal: Deal) -> None:
    at = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    reminders.add(actor=cast.actor("anna"), text="Счёт", at=at, record="deals.deal", row_id=deal.pk)
    Deal.objects.filter(pk=deal.pk).update(owner=cast.boris)
    with time_machine.travel(at, tick=False):
        ringing.ring(actor=SYSTEM)
        assert reading.ringing(cast.actor("anna"), at) == []
    assert not Notice.objects.filter(user_id=cast.anna.pk).exists()


def test_pages_answer(cast: Cast, deal: Deal, client: Browser) -> None:
    mention(cast, "director", deal, cast.anna.name)
    client.force_login(cast.anna)
    pages = ("/notices/", "/notices/?part=panel", "/notices/?tab=mentions", "/notices/settings/", "/reminders/")
    for url in (*pages, "/notices/?part=bell", "/reminders/?part=ringing", "/reminders/new/"):
        assert client.get(url).status_code == 200, url
    assert deal.title in client.get("/notices/").content.decode()


def test_what_is_drawn_anew_in_the_panel_stays_apart_from_the_page(cast: Cast, deal: Deal, client: Browser) -> None:
    mention(cast, "director", deal, cast.anna.name)
    client.force_login(cast.anna)
    panel = client.get("/notices/?part=panel")
    again = client.get(panel.context["list_url"]).content.decode()
    assert "why-panel-" in again
    assert "why-list-" not in again


def test_mentions_offer_only_those_who_see(cast: Cast, deal: Deal, client: Browser) -> None:
    client.force_login(cast.director)
    offered = client.get(f"/mentions/deals.deal/{deal.pk}/").json()
    names = {one["text"] for one in offered}
    assert cast.anna.name in names
    assert cast.boris.name not in names


def test_note_says_who_will_not_be_told(cast: Cast, deal: Deal, client: Browser) -> None:
    client.force_login(cast.director)
    text = f"Глянь, @{cast.boris.name}"
    answer = client.post(f"/deals/{deal.pk}/?part=note", {"text": text}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "toast" in answer.headers["HX-Trigger"]


@pytest.fixture
def task(cast: Cast, deal: Deal) -> Task:
    made = calendar.add_task(
        actor=cast.actor("director"), title="Позвонить", owner=cast.anna, about_record="deals.deal", about_id=deal.pk
    )
    events.drain()
    Notice.objects.all().delete()
    return made


def test_a_late_task_is_told_once(cast: Cast, task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(due_at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=2))
    assert [calendar.tell_late(actor=SYSTEM), calendar.tell_late(actor=SYSTEM)] == [1, 0]
    events.drain()
    assert kinds(cast, "anna") == ["calendar.late"]


def test_whoever_gave_a_task_hears_of_its_end(cast: Cast, task: Task) -> None:
    calendar.finish(actor=cast.actor("anna"), task=task, result="Дозвонилась")
    events.drain()
    assert [(one.kind, one.reason != "") for one in told(cast, "director")] == [("calendar.ended", True)]
