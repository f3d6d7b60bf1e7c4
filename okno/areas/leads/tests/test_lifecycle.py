"""What becomes of an enquiry: clocks, repeats, postponing, escalation, merging, and what sources send."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from okno.access import commands as access
from okno.access.models import User
from okno.areas.clients import commands as clients
from okno.areas.deals import commands as deals
from okno.areas.leads import commands, rules
from okno.areas.leads.models import Lead, LeadCampaign, LeadQueue, LeadSource, RejectReason
from okno.areas.leads.tests.test_commands import receive, set_up
from okno.kit.errors import Refused
from okno.kit.merging import mergeable
from okno.kit.models import Entry, EntryLink
from okno.kit.permissions import SYSTEM

MOSCOW = ZoneInfo("Europe/Moscow")
# A Wednesday.
MORNING = dt.datetime(2026, 11, 18, 10, tzinfo=MOSCOW)


@pytest.fixture
def people(db: None) -> list[User]:
    return set_up(3)


def source(**values: object) -> LeadSource:
    found = LeadSource.objects.get(code="site")
    made: LeadSource = commands.set_source(
        actor=SYSTEM, code="site", name="Сайт", kind="form", queue=found.queue, **values
    )
    return made


def at(hour: int, minute: int = 0) -> dt.datetime:
    return MORNING.replace(hour=hour, minute=minute)


def feed_of(lead: Lead) -> list[str]:
    links = EntryLink.objects.filter(record="leads.lead", row_id=lead.pk).order_by("id")
    return [one.entry.kind.removeprefix("leads.") for one in links]


def test_three_channels_of_one_person_are_one_enquiry(people: list[User]) -> None:
    queue = LeadQueue.objects.get()
    for code, kind in (("mail", "mail"), ("call", "call")):
        commands.set_source(actor=SYSTEM, code=code, name=code, kind=kind, queue=queue)

    first = receive(phone="+7 921 000-00-01", text="Форма")
    commands.receive(actor=SYSTEM, source="call", phone="89210000001", email="a@luch.ru", text="Звонок")
    commands.receive(actor=SYSTEM, source="mail", email="A@luch.ru", text="Письмо")

    assert Lead.objects.get() == first
    assert feed_of(first) == ["received", "repeated", "repeated"]


def test_a_repeat_brings_a_postponed_enquiry_back(people: list[User]) -> None:
    lead = receive(phone="+79210000001")
    commands.postpone(actor=SYSTEM, lead=lead, until=timezone.now() + dt.timedelta(days=3), reason="Отпуск")

    receive(phone="+79210000001", text="Я уже тут")

    lead.refresh_from_db()
    assert (lead.state, lead.postponed_until) == ("given", None)


def test_a_client_with_a_young_deal_is_not_given_to_anybody_else(people: list[User]) -> None:
    source(joins_deals=True)
    client = clients.add(actor=SYSTEM, name="Ромашка", phone="+79210000001", owner=people[1])
    deal = deals.open_deal(actor=SYSTEM, title="Поставка", client=client, owner=people[1])

    lead = receive(phone="89210000001", text="Добавьте ещё два")

    assert (lead.state, lead.deal, lead.owner) == ("merged", deal, people[1])
    told = Entry.objects.get(links__record="deals.deal", links__row_id=deal.pk, kind="leads.repeated")
    assert told.payload["text"] == "Добавьте ещё два"


def test_an_old_deal_takes_no_repeats(people: list[User]) -> None:
    source(joins_deals=True, repeat_days=30)
    client = clients.add(actor=SYSTEM, name="Ромашка", phone="+79210000001")
    with time_machine.travel(timezone.now() - dt.timedelta(days=31)):
        deal = deals.open_deal(actor=SYSTEM, title="Поставка", client=client)
    type(deal).objects.filter(pk=deal.pk).update(created_at=timezone.now() - dt.timedelta(days=31))

    assert receive(phone="89210000001").state == "given"


def test_the_clock_of_handling_stands_while_it_is_postponed(people: list[User]) -> None:
    with time_machine.travel(at(10)):
        lead = receive(phone="+79210000001")
    with time_machine.travel(at(11)):
        commands.postpone(actor=SYSTEM, lead=lead, until=at(15), reason="Совещание")
    with time_machine.travel(at(15, 1)):
        woken = commands.wake(actor=SYSTEM)

    lead.refresh_from_db()
    # Four hours of norm, one of them spent before: three are left from 15:01 on, the last minute of them tomorrow.
    assert (woken, lead.handle_by) == (1, MORNING.replace(day=19, hour=9, minute=1))


def test_work_that_is_taken_before_its_moment_goes_on_with_the_time_that_was_left(people: list[User]) -> None:
    with time_machine.travel(at(10)):
        lead = receive(phone="+79210000001")
    with time_machine.travel(at(11)):
        commands.postpone(actor=SYSTEM, lead=lead, until=at(17), reason="Совещание")
    with time_machine.travel(at(13)):
        commands.take(actor=SYSTEM, lead=lead)

    lead.refresh_from_db()
    assert (lead.state, lead.handle_by, lead.postponed_at) == ("taken", at(16), None)


def test_an_enquiry_that_is_given_on_is_postponed_no_more(people: list[User]) -> None:
    with time_machine.travel(at(10)):
        lead = receive(phone="+79210000001")
    with time_machine.travel(at(11)):
        commands.postpone(actor=SYSTEM, lead=lead, until=at(17), reason="Совещание")
    with time_machine.travel(at(13)):
        commands.give(actor=SYSTEM, lead=lead, owner=people[2])

    lead.refresh_from_db()
    assert (lead.state, lead.handle_by, lead.postponed_until) == ("given", at(16), None)


def test_a_reaction_is_measured_in_working_time(people: list[User]) -> None:
    with time_machine.travel(at(17, 50)):
        lead = receive(phone="+79210000001")
    with time_machine.travel(at(9, 10) + dt.timedelta(days=1)):
        commands.take(actor=SYSTEM, lead=lead)

    lead.refresh_from_db()
    assert lead.react_seconds == 20 * 60


def test_late_enquiries_are_told_step_by_step_and_given_on(people: list[User]) -> None:
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=people, react_minutes=20, head=people[2])
    commands.set_rule(actor=SYSTEM, name="Все", queue=queue, method="turn", gives_on=True)
    with time_machine.travel(at(10)):
        lead = receive(phone="+79210000001")
    steps = []
    for minute in (15, 21, 25, 31, 41):
        with time_machine.travel(at(10, minute)):
            commands.escalate(actor=SYSTEM)
        lead.refresh_from_db()
        steps.append(lead.late_steps)

    assert steps == [0, 1, 1, 2, 0]
    assert (lead.owner, lead.passed) == (people[1], [people[0].pk])
    assert {"late", "given_on"} <= set(feed_of(lead))


def test_what_nobody_else_can_take_stays_with_its_person_until_somebody_is_free(people: list[User]) -> None:
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=people, react_minutes=20, head=people[2])
    commands.set_rule(actor=SYSTEM, name="Все", queue=queue, method="turn", gives_on=True)
    with time_machine.travel(at(10)):
        lead = receive(phone="+79210000001")
    for one in people[1:]:
        access.set_available(actor=SYSTEM, user=one, is_available=False)
    owners = []
    for minute in (45, 46):
        with time_machine.travel(at(10, minute)):
            commands.escalate(actor=SYSTEM)
        lead.refresh_from_db()
        owners.append((lead.owner, lead.passed))
    access.set_available(actor=SYSTEM, user=people[2], is_available=True)
    with time_machine.travel(at(10, 47)):
        commands.escalate(actor=SYSTEM)

    lead.refresh_from_db()
    assert owners == [(people[0], [])] * 2
    assert (lead.owner, feed_of(lead).count("late")) == (people[2], 1)


def test_bringing_back_asks_why_and_is_told(people: list[User]) -> None:
    lead = receive(phone="+79210000001")
    commands.reject(actor=SYSTEM, lead=lead, reason=RejectReason.objects.get())
    with pytest.raises(Refused):
        commands.reopen(actor=SYSTEM, lead=lead)

    commands.reopen(actor=SYSTEM, lead=lead, reason="Передумал")

    lead.refresh_from_db()
    assert (lead.state, lead.closed_at, lead.reject_reason) == ("taken", None, None)
    assert Entry.objects.get(kind="leads.reopened").payload["reason"] == "Передумал"


def test_an_answer_stops_the_clock_of_the_reaction(people: list[User]) -> None:
    lead = receive(phone="+79210000001")

    commands.note_answer(actor=SYSTEM, lead=lead, at=timezone.now())

    lead.refresh_from_db()
    assert (lead.state, lead.reacted_at is None) == ("taken", False)


def test_merging_joins_feeds_and_is_taken_apart(people: list[User]) -> None:
    first, second = receive(phone="+79210000001"), receive(email="a@luch.ru")
    known = mergeable("leads.lead")

    known.merge(actor=SYSTEM, survivor=first, losers=[second])

    second.refresh_from_db()
    assert (second.state, second.is_deleted, first.points.count()) == ("merged", True, 2)
    known.unmerge(actor=SYSTEM, survivor=first, loser_id=second.pk)
    second.refresh_from_db()
    assert (second.state, second.closed_at, second.is_deleted, second.points.count()) == ("given", None, False, 1)


def test_closed_enquiries_are_not_merged(people: list[User]) -> None:
    first, second = receive(phone="+79210000001"), receive(phone="+79210000002")
    commands.mark_spam(actor=SYSTEM, lead=second)

    with pytest.raises(Refused):
        mergeable("leads.lead").merge(actor=SYSTEM, survivor=first, losers=[second])


def test_fields_are_read_where_the_source_says(people: list[User]) -> None:
    source(mapping={"phone": "contact.phones.0", "name": "contact.fio", "text": "answers.need"})
    raw = {"contact": {"fio": "Пётр", "phones": ["+79210000001"]}, "answers": {"need": "Весы"}}

    lead = receive(subject="", raw=raw)

    assert (lead.name, lead.phone, lead.text, lead.subject) == ("Пётр", "+79210000001", "Весы", "Весы")


def test_a_campaign_never_met_is_kept_to_be_named(people: list[User]) -> None:
    lead = receive(phone="+79210000001", marks={"utm_campaign": "osen-26"})
    known = LeadCampaign.objects.create(code="autumn", name="Осень", is_matched=True)
    assert lead.campaign is not None
    assert (lead.campaign.name, lead.campaign.is_matched) == ("osen-26", False)

    commands.match_campaign(actor=SYSTEM, campaign=lead.campaign, into=known)

    lead.refresh_from_db()
    again = receive(phone="+79210000002", marks={"utm_campaign": "osen-26"})
    assert (lead.campaign, again.campaign) == (known, known)


LETTER = """Новая заявка с сайта!

Ваше имя:  Пётр Лучев
Контактный телефон: 8 921 000-00-01
E-mail: petr@luch.ru
Комментарий:
Нужны весы,
две штуки
--
Отправлено с luch.ru"""
TEMPLATE = "Ваше имя: {name}\nКонтактный телефон: {phone}\nE-mail: {email}\nКомментарий: {text}\n--"


def test_a_letter_is_read_by_the_template_of_its_source() -> None:
    assert rules.read_letter(TEMPLATE, LETTER) == {
        "name": "Пётр Лучев",
        "phone": "8 921 000-00-01",
        "email": "petr@luch.ru",
        "text": "Нужны весы,\nдве штуки",
    }


def test_words_that_are_not_in_the_letter_are_passed_over() -> None:
    found = rules.read_letter("Имя: {name}\nГород: {city}\nТелефон: {phone}", "ИМЯ:  Пётр\nтелефон: 123")

    assert found == {"name": "Пётр", "phone": "123"}


@pytest.mark.parametrize("template", ["Имя: {nobody}", "Имя: {name} {phone}"])
def test_a_template_that_cannot_be_read_is_refused(people: list[User], template: str) -> None:
    with pytest.raises(Refused):
        source(template=template)


def test_hours_that_are_none_are_refused(people: list[User]) -> None:
    queue = LeadQueue.objects.get()

    with pytest.raises(Refused):
        commands.set_member(actor=SYSTEM, queue=queue, user=people[0], shift=["25:00-26:00"] * 7)
