"""Undo: what a run wrote is taken back without a word to anybody; what cannot be taken back is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client as Browser

from okno.areas.clients import commands as clients
from okno.areas.clients.models import ClientMember, Contact
from okno.areas.communications import commands as communications
from okno.areas.deals import commands as deals
from okno.areas.deals.events import DealMoved
from okno.areas.deals.models import Deal, DealLine, StageInterval
from okno.kit import events, journal
from okno.kit.commands import command
from okno.kit.models import CommandRun, EventRow
from okno.kit.models.feed import Entry
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Hearing, registry
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.django_db

LINE = {"name": "Сервер", "quantity": "1", "price": "1000"}


def last_run(name: str) -> int:
    return CommandRun.objects.filter(name=name).latest("pk").pk


def test_undo_tells_no_event(company: Company) -> None:
    deals.move(actor=SYSTEM, deal=company.deal, stage="invoice")
    events.drain()
    told = EventRow.objects.count()

    journal.undo(actor=SYSTEM, run_id=last_run("deals.move"))

    assert Deal.objects.get().stage.code == "new"
    assert EventRow.objects.count() == told


def test_undo_of_a_move_leaves_the_stays_as_they_were(company: Company) -> None:
    deals.move(actor=SYSTEM, deal=company.deal, stage="invoice")

    journal.undo(actor=SYSTEM, run_id=last_run("deals.move"))

    stay = StageInterval.objects.get()
    assert (stay.stage.code, stay.left_at) == ("new", None)


def test_undo_deletes_a_created_row_that_is_no_record(company: Company) -> None:
    clients.share(actor=SYSTEM, client=company.client, user=company.boris)

    journal.undo(actor=SYSTEM, run_id=last_run("clients.share"))

    assert not ClientMember.objects.exists()


def test_undo_brings_back_deleted_rows(company: Company) -> None:
    deals.set_lines(actor=SYSTEM, deal=company.deal, lines=[LINE])
    deals.set_lines(actor=SYSTEM, deal=company.deal, lines=[{**LINE, "name": "Ноутбук", "price": "7"}])

    journal.undo(actor=SYSTEM, run_id=last_run("deals.set_lines"))

    assert DealLine.objects.get().name == "Сервер"
    assert Deal.objects.get().amount == 1000


def test_undo_marks_a_created_record_for_deletion_though_the_run_wrote_it_twice(company: Company) -> None:
    made = deals.open_deal(actor=SYSTEM, title="Вторая", client=company.client)
    run = last_run("deals.open")

    done = journal.undo(actor=SYSTEM, run_id=run)

    assert done.kept == []
    assert Deal.objects.get(pk=made.pk).is_deleted


def test_undo_keeps_a_row_in_whose_way_others_stand(company: Company) -> None:
    clients.share(actor=SYSTEM, client=company.client, user=company.boris)
    clients.unshare(actor=SYSTEM, client=company.client, user=company.boris)
    run = last_run("clients.unshare")
    clients.share(actor=SYSTEM, client=company.client, user=company.boris)

    done = journal.undo(actor=SYSTEM, run_id=run)

    assert [one.table for one in done.kept] == ["clients_clientmember"]
    assert ClientMember.objects.count() == 1


def test_an_undo_can_be_undone(company: Company) -> None:
    deals.update(actor=SYSTEM, deal=company.deal, values={"need": "Сервер"})
    journal.undo(actor=SYSTEM, run_id=last_run("deals.update"))

    journal.undo(actor=SYSTEM, run_id=last_run("journal.undo"))

    assert Deal.objects.get().need == "Сервер"


def test_undo_lists_a_letter_as_sent(company: Company) -> None:
    communications.set_account(actor=SYSTEM, address="sales@okno.test", values={"smtp_host": "127.0.0.1"})
    communications.write(actor=SYSTEM, to=["anna@romashka.example"], subject="Счёт", text="Во вложении")

    done = journal.undo(actor=SYSTEM, run_id=last_run("communications.write"))

    assert [one.rpartition(": ")[2] for one in done.outside] == ["anna@romashka.example"]
    assert not done.outside[0].startswith("communications.send")


@command("mechanisms.remind", label="Remind")
def remind(*, actor: object, contact: Contact) -> None:
    """A command that has another one run later."""
    deals.refresh_next_step.later(actor=SYSTEM, deal=Deal.objects.get())


def test_a_command_that_is_to_run_later_is_kept_with_the_run_and_named_by_a_preview(company: Company) -> None:
    contact = clients.add_contact(actor=SYSTEM, name="Анна", client=company.client)
    seen = remind.preview(SYSTEM, contact=contact.pk)
    remind(actor=SYSTEM, contact=contact)

    runs = CommandRun.objects.filter(name="mechanisms.remind")
    assert seen.effects == ["deals.refresh_next_step"]
    assert list(runs.values_list("effects", flat=True)) == [["deals.refresh_next_step"]]


def test_a_key_outlives_an_undo(company: Company) -> None:
    when = dt.date(2026, 12, 1)
    first = deals.open_deal.once("form-9")(actor=SYSTEM, title="Ещё", client=company.client, expected_date=when)
    journal.undo(actor=SYSTEM, run_id=last_run("deals.open"))

    again = deals.open_deal.once("form-9")(actor=SYSTEM, title="Ещё", client=company.client, expected_date=when)

    assert again.pk == first.pk


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """A handler that notes the deals it was told of."""
    told: list[int] = []

    def note(event: DealMoved) -> None:
        told.append(event.deal_id)

    name = DealMoved.name()
    before = registry.handlers.get(name, [])
    registry.handlers[name] = [Hearing(note)]
    yield told
    registry.handlers[name] = before


def entry(kind: str) -> Entry:
    return Entry.objects.filter(kind=kind).latest("pk")


def test_undo_drops_what_nobody_was_told_yet(company: Company, heard: list[int]) -> None:
    deals.move(actor=SYSTEM, deal=company.deal, stage="invoice")

    journal.undo(actor=SYSTEM, run_id=last_run("deals.move"))
    events.drain()

    assert heard == []


def test_undo_of_an_undo_tells_what_was_dropped(company: Company, heard: list[int]) -> None:
    deals.move(actor=SYSTEM, deal=company.deal, stage="invoice")
    journal.undo(actor=SYSTEM, run_id=last_run("deals.move"))
    events.drain()

    journal.undo(actor=SYSTEM, run_id=last_run("journal.undo"))
    events.drain()

    assert heard == [company.deal.pk]


def test_undo_of_an_undo_tells_nothing_twice(company: Company, heard: list[int]) -> None:
    deals.move(actor=SYSTEM, deal=company.deal, stage="invoice")
    events.drain()
    journal.undo(actor=SYSTEM, run_id=last_run("deals.move"))

    journal.undo(actor=SYSTEM, run_id=last_run("journal.undo"))
    events.drain()

    assert heard == [company.deal.pk]


def test_undo_that_restores_nothing_leaves_the_news_alone(company: Company) -> None:
    deals.assign(actor=SYSTEM, deal=company.deal, owner=company.boris)
    run = last_run("deals.assign")
    deals.assign(actor=SYSTEM, deal=company.deal, owner=company.head)

    done = journal.undo(actor=SYSTEM, run_id=run)

    assert done.restored == 0
    assert not Entry.objects.filter(is_undone=True).exists()


def test_the_feed_strikes_out_what_was_undone(company: Company, client: Browser) -> None:
    deals.move(actor=SYSTEM, deal=company.deal, stage="invoice")
    journal.undo(actor=SYSTEM, run_id=last_run("deals.move"))
    client.force_login(company.anna)

    page = client.get(f"/deals/{company.deal.pk}/?part=feed").content.decode()

    assert page.count("<del>") == 1


def test_an_undo_of_an_undo_takes_the_mark_off_the_feed(company: Company) -> None:
    deals.move(actor=SYSTEM, deal=company.deal, stage="invoice")
    journal.undo(actor=SYSTEM, run_id=last_run("deals.move"))

    journal.undo(actor=SYSTEM, run_id=last_run("journal.undo"))

    assert not entry("deals.moved").is_undone
