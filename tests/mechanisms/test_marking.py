"""Rows of every record are marked for deletion and brought back by one way, within the reach of the right to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access import commands as access
from okno.areas.calendar import commands as calendar
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, Contact
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit import journal
from okno.kit.changing import running
from okno.kit.changing.asked import Asked
from okno.kit.changing.steps import begun
from okno.kit.errors import Denied, Missing
from okno.kit.events import deliver_due
from okno.kit.merging import mergeable
from okno.kit.models.journal import CommandRun, Delivery, EventRow
from okno.kit.permissions import SYSTEM
from okno.kit.purging import commands, reading
from okno.kit.registry import registry
from okno.kit.web.purging import for_rows, in_words
from tests.mechanisms.conftest import Company

BOTH = ["purging.mark", "purging.bring_back", "jobs.start"]


def allow(*names: str, reach: str = "own") -> None:
    """Let sellers mark; the rights themselves are of the area."""
    grants = [{"permission": name, "reach": "all"} for name in BOTH]
    own = [{"permission": name, "reach": reach} for name in (*names, "clients.view", "deals.view", "journal.undo")]
    access.set_role(actor=SYSTEM, code="seller", name="Продавец", grants=grants + own, hidden=[])


@pytest.fixture
def contact(company: Company) -> Contact:
    """A person at Anna's client; nothing of contacts has a deletion of its own."""
    return clients.add_contact(actor=SYSTEM, name="Пётр Кузьмин", client=company.client)


def is_marked(row: Client | Contact | Deal) -> bool:
    return bool(type(row)._base_manager.values_list("is_deleted", flat=True).get(pk=row.pk))


def test_a_row_of_any_record_is_marked_and_told_of(company: Company, contact: Contact) -> None:
    allow("clients.delete")

    commands.mark.run(company.actor("anna"), record="clients.contact", row_id=contact.pk)

    assert is_marked(contact)
    told = EventRow.objects.filter(name="purging.RowMarked").values_list("payload", flat=True).get()
    assert told == {"record": "clients.contact", "row_id": contact.pk}


def test_a_mark_is_delivered_only_to_whom_it_concerns_and_rows_do_not_stand_in_one_line(company: Company) -> None:
    due = timezone.now() + timedelta(days=1)
    tasks = [
        calendar.add_task(actor=SYSTEM, title=title, kind="call", due_at=due, owner=company.anna)
        for title in ("Первое", "Второе")
    ]
    rows = [("deals.deal", company.deal.pk), *(("calendar.task", one.pk) for one in tasks)]

    for record, row_id in rows:
        commands.mark.run(SYSTEM, record=record, row_id=row_id)

    told = Delivery.objects.filter(event__name="purging.RowMarked").order_by("pk")
    assert [one.event.payload["record"] for one in told.select_related("event")] == ["calendar.task"] * 2
    assert len(set(told.values_list("order_key", flat=True))) == 2


def test_marking_asks_the_right_of_the_area(company: Company, contact: Contact) -> None:
    allow("deals.delete")

    with pytest.raises(Denied):
        commands.mark.run(company.actor("anna"), record="clients.contact", row_id=contact.pk)
    assert not is_marked(contact)


def test_a_row_out_of_reach_of_the_right_is_not_found(company: Company) -> None:
    allow("clients.delete")
    access.set_role(
        actor=SYSTEM,
        code="wide",
        name="Видит всё",
        grants=[{"permission": "clients.view", "reach": "all"}],
        hidden=[],
    )
    access.give_role(actor=SYSTEM, user=company.boris, role="wide")

    with pytest.raises(Missing):
        commands.mark.run(company.actor("boris"), record="clients.client", row_id=company.client.pk)
    assert not is_marked(company.client)


def test_the_command_of_the_area_judges_where_there_is_one(company: Company) -> None:
    allow("deals.delete")

    commands.mark.run(company.actor("anna"), record="deals.deal", row_id=company.deal.pk)

    outer = CommandRun.objects.get(name="purging.mark")
    assert CommandRun.objects.get(name="deals.delete").cause_id == outer.pk
    assert is_marked(company.deal)


def test_undo_takes_the_mark_off(company: Company) -> None:
    allow("deals.delete")
    commands.mark.run(company.actor("anna"), record="deals.deal", row_id=company.deal.pk)

    journal.undo(actor=company.actor("anna"), run_id=CommandRun.objects.get(name="purging.mark").pk)

    assert not is_marked(company.deal)


def test_the_page_offers_the_way_back_where_the_area_marks(company: Company, client: Browser) -> None:
    allow("deals.delete")
    client.force_login(company.anna)

    client.post(f"/mark/deals.deal/{company.deal.pk}/", {})

    run = CommandRun.objects.get(name="purging.mark")
    assert f"/undo/{run.pk}/" in client.get("/deals/?mode=list").content.decode()


def test_a_row_is_brought_back_once(company: Company, contact: Contact) -> None:
    allow("clients.delete")
    anna = company.actor("anna")
    commands.mark.run(anna, record="clients.contact", row_id=contact.pk)

    commands.bring_back.run(anna, record="clients.contact", row_id=contact.pk)

    assert not is_marked(contact)
    with pytest.raises(Missing):
        commands.bring_back.run(anna, record="clients.contact", row_id=contact.pk)


def test_a_merged_row_comes_back_by_parting_alone(company: Company) -> None:
    other = Client.objects.create(name="ООО «Ромашка плюс»", owner=company.anna)
    mergeable("clients.client").merge(actor=SYSTEM, survivor=company.client, losers=[other], choices={})

    assert reading.marked(SYSTEM, registry.record("clients.client"), most=10) == []
    with pytest.raises(Missing):
        commands.bring_back.run(SYSTEM, record="clients.client", row_id=other.pk)


@pytest.mark.parametrize("record", ["billing.payment", "imports.import", "nothing.at_all"])
def test_what_is_ended_in_another_way_is_not_marked(company: Company, record: str) -> None:
    with pytest.raises(Missing):
        commands.mark.run(SYSTEM, record=record, row_id=1)


def test_a_marked_task_is_no_next_step_of_its_deal(company: Company) -> None:
    due = timezone.now() + timedelta(days=1)
    task = calendar.add_task(
        actor=SYSTEM,
        title="Позвонить",
        owner=company.anna,
        due_at=due,
        about_record="deals.deal",
        about_id=company.deal.pk,
    )
    deliver_due()
    company.deal.refresh_from_db()
    before = company.deal.next_task_at

    commands.mark(actor=SYSTEM, record="calendar.task", row_id=task.pk)
    deliver_due()
    company.deal.refresh_from_db()
    marked = company.deal.next_task_at
    commands.bring_back(actor=SYSTEM, record="calendar.task", row_id=task.pk)
    deliver_due()
    company.deal.refresh_from_db()

    assert (before, marked, company.deal.next_task_at) == (due, None, due)


def test_what_refers_to_a_row_is_told_within_reach(company: Company) -> None:
    client = registry.record("clients.client")

    seen = in_words(reading.referring(company.actor("anna"), client, company.client.pk))
    unseen = in_words(reading.referring(company.actor("boris"), client, company.client.pk))

    assert "Сделки — 1 («Поставка»)" in seen
    assert "Поставка" not in unseen


def test_a_hidden_title_is_not_told(company: Company) -> None:
    access.set_role(
        actor=SYSTEM,
        code="seller",
        name="Продавец",
        grants=[{"permission": "deals.view", "reach": "own"}],
        hidden=["deals.deal.title"],
    )

    [found] = reading.referring(company.actor("anna"), registry.record("clients.client"), company.client.pk)

    assert (found.count, found.titles) == (1, ())


def test_the_card_asks_first_and_leads_to_the_list(company: Company, client: Browser) -> None:
    allow("clients.delete")
    client.force_login(company.anna)
    url = f"/mark/clients.client/{company.client.pk}/"

    card = client.get(f"/clients/{company.client.pk}/").content.decode()
    asked = client.get(url).content.decode()
    answer = client.post(url, {"once": "k"})

    assert url in card
    assert "ООО «Ромашка»" in asked
    assert "Поставка" in asked
    assert (answer.status_code, answer["Location"]) == (302, "/clients/")
    assert is_marked(company.client)


def test_the_card_offers_nothing_beyond_the_right(company: Company, client: Browser) -> None:
    allow("deals.delete")
    client.force_login(company.anna)
    url = f"/mark/clients.client/{company.client.pk}/"

    assert url not in client.get(f"/clients/{company.client.pk}/").content.decode()
    assert client.get(url).status_code == 403
    assert client.post(url).status_code == 403


def test_the_administrator_sees_what_is_marked_and_brings_it_back(company: Company, client: Browser) -> None:
    access.set_role(
        actor=SYSTEM, code="admin", name="Администратор", grants=[{"permission": "*", "reach": "all"}], hidden=[]
    )
    access.give_role(actor=SYSTEM, user=company.head, role="admin")
    client.force_login(company.head)
    commands.mark(actor=SYSTEM, record="deals.deal", row_id=company.deal.pk)

    shown = client.get("/settings/purge/?record=deals.deal").content.decode()
    client.post("/settings/purge/?part=back", {"record": "deals.deal", "row": company.deal.pk})

    assert "Поставка" in shown
    assert not is_marked(company.deal)


def test_many_rows_are_marked_at_once_and_taken_back(company: Company) -> None:
    allow("deals.delete")
    anna = company.actor("anna")
    more = deals.open_deal(actor=SYSTEM, title="Стеллажи", client=company.client, owner=company.boris)
    [offered] = for_rows(anna, registry.record("deals.deal"))
    asked = Asked(
        record="deals.deal",
        ids=[company.deal.pk, more.pk],
        label="x",
        command=offered.command.name,
        on=offered.on,
        given=dict(offered.given or {}),
    )

    job = begun(anna, running.WORK, asked)

    # The other deal is Boris's: it is refused, and the first goes on.
    assert (job.result["done"], is_marked(company.deal), is_marked(more)) == (1, True, False)
