"""Commands of leads: receiving, turns, repeats, conversion."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from okno.access import commands as access
from okno.access.models import User
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, Contact
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.leads import commands
from okno.areas.leads.models import Lead, RejectReason
from okno.kit import journal
from okno.kit.errors import Refused
from okno.kit.models import CommandRun, Entry, EntryLink
from okno.kit.permissions import SYSTEM

MOSCOW = ZoneInfo("Europe/Moscow")


def make_people(count: int) -> list[User]:
    return [access.add_user(actor=SYSTEM, email=f"u{n}@okno.test", name=f"Продавец {n}") for n in range(count)]


@pytest.fixture
def people(db: None) -> list[User]:
    return set_up(3)


def set_up(count: int) -> list[User]:
    people = make_people(count)
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=people)
    commands.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue, joins_deals=False)
    commands.set_reject_reasons(actor=SYSTEM, names=["Не наш профиль"])
    stages = [{"code": "new", "name": "Новый", "kind": "open"}]
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=stages, is_default=True)
    return people


def receive(**fields: object) -> Lead:
    return commands.receive(actor=SYSTEM, source="site", **{"subject": "Заявка", **fields})


def test_receive_gives_enquiries_in_turn(people: list[User]) -> None:
    owners = [receive(phone=f"+7921000000{n}").owner for n in range(6)]

    assert owners == people + people


def test_receive_passes_over_people_who_are_away(people: list[User]) -> None:
    access.set_available(actor=SYSTEM, user=people[0], is_available=False)

    assert receive(phone="+79210000001").owner == people[1]


def test_receive_without_anybody_free_keeps_the_enquiry_new(people: list[User]) -> None:
    for user in people:
        access.set_available(actor=SYSTEM, user=user, is_available=False)

    lead = receive(phone="+79210000001")

    assert (lead.owner, lead.state) == (None, "new")


def test_receive_counts_deadlines_in_working_time(people: list[User]) -> None:
    friday_evening = dt.datetime(2026, 3, 13, 17, 50, tzinfo=MOSCOW)

    lead = receive(phone="+79210000001", received_at=friday_evening)

    assert lead.react_by == dt.datetime(2026, 3, 16, 9, 5, tzinfo=MOSCOW)
    assert lead.handle_by == dt.datetime(2026, 3, 16, 12, 50, tzinfo=MOSCOW)


def test_receive_finds_contacts_in_the_text_and_recognises_the_client(people: list[User]) -> None:
    client = clients.add(actor=SYSTEM, name="ООО «Ромашка»", phone="+7 495 123-45-67", owner=people[2])

    lead = receive(text="Перезвоните: 8 (495) 123-45-67, office@romashka.example")

    assert (lead.client, lead.recognised_by, lead.email) == (client, "phone", "office@romashka.example")
    assert lead.owner == people[2]


def test_receive_writes_a_repeat_into_the_open_enquiry(people: list[User]) -> None:
    first = receive(phone="+7 921 000-00-01", text="Первый раз")
    again = receive(phone="89210000001", text="Второй раз")

    assert again.pk == first.pk
    assert Lead.objects.count() == 1
    assert Entry.objects.get(kind="leads.repeated").payload["text"] == "Второй раз"


def test_receive_keeps_what_came_and_the_marks_of_the_visit(people: list[User]) -> None:
    raw = {"phone": "тел 921", "unknown": {"x": 1}}
    lead = receive(phone="тел 921", raw=raw, marks={"utm_source": "yandex", "evil": "1"})

    assert (lead.raw, lead.phone, lead.marks) == (raw, "тел 921", {"utm_source": "yandex"})


def test_receive_refuses_an_empty_enquiry(people: list[User]) -> None:
    with pytest.raises(Refused):
        commands.receive(actor=SYSTEM, source="site")


def test_convert_makes_client_contact_and_deal_and_takes_the_feed_along(people: list[User]) -> None:
    lead = receive(name="Иванова Анна", company="ООО «Ромашка»", phone="+79210000001", text="Нужны терминалы")

    deal = commands.convert(actor=SYSTEM, lead=lead)

    assert Client.objects.get().name == "ООО «Ромашка»"
    assert (Contact.objects.get().phone, deal.owner) == ("+7 921 000-00-01", lead.owner)
    kinds = EntryLink.objects.filter(record="deals.deal", row_id=deal.pk).values_list("entry__kind", flat=True)
    assert {"leads.received", "deals.opened"} <= set(kinds)


def test_convert_attaches_to_the_open_deal_of_the_known_client(people: list[User]) -> None:
    client = clients.add(actor=SYSTEM, name="Ромашка", phone="+79210000001")
    deal = deals.open_deal(actor=SYSTEM, title="Поставка", client=client)
    lead = receive(phone="89210000001")

    commands.convert(actor=SYSTEM, lead=lead, deal=deal)

    assert (Deal.objects.count(), Client.objects.count()) == (1, 1)
    assert Lead.objects.get().state == "converted"


def test_reject_needs_a_reason(people: list[User]) -> None:
    lead = receive(phone="+79210000001")
    with pytest.raises(Refused):
        commands.reject(actor=SYSTEM, lead=lead)

    commands.reject(actor=SYSTEM, lead=lead, reason=RejectReason.objects.get())

    assert Lead.objects.get().state == "rejected"


def test_an_ended_enquiry_has_one_outcome(people: list[User]) -> None:
    lead = receive(phone="+79210000001")
    commands.mark_spam(actor=SYSTEM, lead=lead)

    with pytest.raises(Refused):
        commands.convert(actor=SYSTEM, lead=lead)


def test_return_to_queue_gives_to_somebody_else(people: list[User]) -> None:
    lead = receive(phone="+79210000001")

    commands.return_to_queue(actor=SYSTEM, lead=lead, reason="Не мой регион")

    assert Lead.objects.get().owner == people[1]


def test_an_undone_change_of_a_queue_gives_its_people_back(people: list[User]) -> None:
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=people[:1])
    run = CommandRun.objects.filter(name="leads.set_queue").latest("pk")

    journal.undo(actor=SYSTEM, run_id=run.pk)

    assert set(queue.members.values_list("user_id", flat=True)) == {one.pk for one in people}
