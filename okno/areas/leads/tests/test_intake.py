"""The intake wizard: who is found, what is known of them, and what each button does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.calendar.models import Task
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, Prospect
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.leads import commands
from okno.areas.leads.models import Lead, RejectReason
from okno.kit import events
from okno.kit.models import EntryLink
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import statements
from okno.kit.testing.record_contract import HTMX

URL = "/leads/intake/"
MOST_STATEMENTS = 22


@pytest.fixture(autouse=True)
def company(cast: Cast) -> None:
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=[cast.boris])
    commands.set_source(actor=SYSTEM, code="call", name="Звонок", kind="call", queue=queue)
    commands.set_reject_reasons(actor=SYSTEM, names=["Ошибка номера"])
    stages = [{"code": "new", "name": "Новый", "kind": "open"}]
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=stages, is_default=True)


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def known(cast: Cast) -> Client:
    return clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.anna, phone="+7 921 000-00-01")


def found(browser: Browser, who: str) -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = browser.get(URL, {"part": "who", "who": who}, headers=HTMX).context["found"][
        "people"
    ]
    return people


def send(browser: Browser, action: str, **said: Any) -> Any:
    return browser.post(URL, {"action": action, "source": "call", "text": "Нужны весы", **said}, headers=HTMX)


@pytest.mark.parametrize("who", ["8 921 000 00 01", "луч", "2100000"])
def test_a_client_is_found_by_phone_and_by_fragments(anna: Browser, known: Client, who: str) -> None:
    assert found(anna, who)[0]["client"] == known.pk


def test_a_name_typed_on_the_other_layout_is_found(anna: Browser, known: Client) -> None:
    assert found(anna, "kex")[0]["client"] == known.pk


def test_contacts_are_found_with_their_client(anna: Browser, known: Client) -> None:
    contact = clients.add_contact(actor=SYSTEM, name="Пётр Лучев", client=known, phone="+7 921 000-00-09")

    one = next(one for one in found(anna, "лучев") if one["query"].get("contact"))

    assert one["query"] == {"contact": contact.pk, "client": known.pk}


def test_a_number_of_a_call_chooses_its_one_client(anna: Browser, known: Client) -> None:
    deal = deals.open_deal(actor=SYSTEM, title="Прежняя", client=known, owner=known.owner)

    about = anna.get(URL, {"who": "+79210000001"}).context["about"]

    assert about["client"]["id"] == known.pk
    assert [one["id"] for one in about["client"]["deals"]] == [deal.pk]


def test_a_deal_is_opened_for_a_known_client(anna: Browser, known: Client) -> None:
    answer = send(anna, "deal", client=known.pk)

    deal = Deal.objects.get()
    assert (deal.client, answer["HX-Redirect"]) == (known, f"/deals/{deal.pk}/")
    assert Lead.objects.get().state == "converted"


def test_a_deal_of_somebody_new_makes_the_client(anna: Browser) -> None:
    send(anna, "deal", name="Пётр Новый", phone="+79210000002")

    assert Client.objects.get().name == "Пётр Новый"


def test_an_inquiry_is_attached_to_a_deal(anna: Browser, known: Client) -> None:
    deal = deals.open_deal(actor=SYSTEM, title="Прежняя", client=known, owner=known.owner)

    send(anna, f"attach:{deal.pk}", client=known.pk)

    assert (Lead.objects.get().deal, Deal.objects.count()) == (deal, 1)


@pytest.mark.parametrize(("action", "state", "owner"), [("mine", "taken", "anna"), ("queue", "given", "boris")])
def test_an_enquiry_is_kept_or_left_to_the_rules(
    anna: Browser, cast: Cast, action: str, state: str, owner: str
) -> None:
    send(anna, action, phone="+79210000002")

    lead = Lead.objects.get()
    assert (lead.state, lead.owner, lead.text) == (state, getattr(cast, owner), "Нужны весы")
    assert lead.told["chosen"] == getattr(cast, owner).name


def test_it_is_redirected_to_the_person_of_the_client(anna: Browser, cast: Cast, known: Client) -> None:
    Client.objects.filter(pk=known.pk).update(owner=cast.boris)
    clients.share(actor=SYSTEM, client=Client.objects.get(pk=known.pk), user=cast.anna)
    director = Browser()
    director.force_login(cast.director)

    answer = send(director, "redirect", client=known.pk)

    assert (Lead.objects.get().owner, answer.status_code) == (cast.boris, 204)


def test_a_task_is_planned_about_it(anna: Browser, cast: Cast, known: Client) -> None:
    send(anna, "task", client=known.pk, due_at="+1d")

    task = Task.objects.get(state="open")
    assert (task.about_record, task.about_id, task.client, task.owner) == (
        "leads.lead",
        Lead.objects.get().pk,
        known,
        cast.anna,
    )


def test_the_call_is_written_down_for_whoever_took_it(anna: Browser, cast: Cast, known: Client) -> None:
    contact = clients.add_contact(actor=SYSTEM, name="Пётр Лучев", client=known)

    send(anna, "mine", client=known.pk, contact=contact.pk, duration=7)

    (call,), lead = Task.objects.all(), Lead.objects.get()
    assert (call.kind, call.direction, call.duration, call.state, call.owner) == ("call", "in", 7, "done", cast.anna)
    assert (call.client, call.contact, call.about_id, call.result) == (known, contact, lead.pk, "Нужны весы")
    on = EntryLink.objects.filter(entry__kind="calendar.call_in").values_list("record", "row_id")
    assert {("leads.lead", lead.pk), ("clients.client", known.pk), ("clients.contact", contact.pk)} <= set(on)


@pytest.mark.parametrize(("talk", "kinds"), [("none", []), ("meeting", ["meeting"]), ("call_out", ["call"])])
def test_it_is_said_how_they_talked(anna: Browser, talk: str, kinds: list[str]) -> None:
    send(anna, "queue", phone="+79210000002", talk=talk)

    assert list(Task.objects.values_list("kind", flat=True)) == kinds


def test_the_call_it_came_by_is_no_answer_to_it(anna: Browser, cast: Cast) -> None:
    send(anna, "queue", phone="+79210000002", duration=5)
    events.drain()

    lead = Lead.objects.get()
    assert (lead.owner, lead.reacted_at) == (cast.boris, None)


@pytest.mark.parametrize(("action", "record"), [("mine", "leads.lead"), ("deal", "deals.deal")])
def test_a_day_given_with_it_is_that_of_the_next_step(anna: Browser, known: Client, action: str, record: str) -> None:
    send(anna, action, client=known.pk, due_at="+1d")

    assert Task.objects.get(state="open").about_record == record


def test_whoever_may_not_write_talks_down_takes_in_as_before(anna: Browser, cast: Cast) -> None:
    grants = [{"permission": one, "reach": "own"} for one in ("leads.*", "clients.view", "access.view")]
    access.set_role(actor=SYSTEM, code="seller", name="seller", grants=grants, hidden=[])

    send(anna, "mine", phone="+79210000002")

    assert (Lead.objects.count(), Task.objects.count()) == (1, 0)


def test_a_wrong_number_leaves_its_entry(anna: Browser, known: Client) -> None:
    without = send(anna, "reject", client=known.pk)
    send(anna, "reject", client=known.pk, reason=RejectReason.objects.get().pk)

    kinds = EntryLink.objects.filter(record="clients.client", row_id=known.pk).values_list("entry__kind", flat=True)
    assert without.status_code == 422
    assert Lead.objects.get().state == "rejected"
    assert "leads.received" in kinds


def test_a_repeat_goes_to_whoever_has_the_enquiry(anna: Browser, cast: Cast) -> None:
    waiting = commands.receive(actor=SYSTEM, source="call", phone="+79210000002", owner=cast.boris)

    answer = send(anna, "mine", phone="89210000002")

    waiting.refresh_from_db()
    assert (Lead.objects.get(), waiting.owner) == (waiting, cast.boris)
    assert answer["HX-Redirect"] == URL


@pytest.fixture
def prospect(cast: Cast) -> Prospect:
    return clients.add_prospect(
        actor=SYSTEM,
        name="ООО «Весы»",
        person="Пётр Весов",
        phone="+7 921 000-00-05",
        city="Тверь",
        owner=cast.anna,
    )


def feed_of(record: str, row_id: int) -> set[str]:
    return set(EntryLink.objects.filter(record=record, row_id=row_id).values_list("entry__kind", flat=True))


def test_an_inquiry_of_a_prospect_stands_in_their_feed(anna: Browser, prospect: Prospect) -> None:
    one = next(one for one in found(anna, "весы") if one["query"].get("prospect"))
    about = anna.get(one["url"], headers=HTMX).context["about"]

    send(anna, "mine", **one["query"])

    lead = Lead.objects.get()
    assert (about["prospect"]["id"], about["prospect"]["facts"]) == (prospect.pk, ["+7 921 000-00-05", "Тверь"])
    assert (lead.prospect, lead.company, lead.name, lead.city) == (prospect, "ООО «Весы»", "Пётр Весов", "Тверь")
    assert "leads.received" in feed_of("clients.prospect", prospect.pk)


def test_a_deal_of_a_prospect_makes_a_client_of_them_with_their_feed(anna: Browser, prospect: Prospect) -> None:
    clients.move_prospect(actor=SYSTEM, prospect=prospect, status="interested")

    send(anna, "deal", prospect=prospect.pk, name="Пётр Весов", phone=prospect.phone)

    prospect.refresh_from_db()
    client = Client.objects.get()
    assert (client.name, prospect.client, prospect.status) == ("ООО «Весы»", client, "converted")
    assert [one.name for one in client.contacts.all()] == ["Пётр Весов"]
    assert Deal.objects.get().client == client
    assert {"clients.prospect_moved", "leads.received"} <= feed_of("clients.client", client.pk)


def test_whoever_asked_not_to_be_disturbed_stays_on_that_list(anna: Browser, prospect: Prospect) -> None:
    clients.move_prospect(actor=SYSTEM, prospect=prospect, status="silent")

    send(anna, "deal", prospect=prospect.pk, name="Пётр Весов", phone=prospect.phone)

    prospect.refresh_from_db()
    assert (Deal.objects.get().client.name, prospect.status) == ("ООО «Весы»", "silent")


def test_a_prospect_out_of_reach_is_not_opened_nor_tied(anna: Browser, cast: Cast, prospect: Prospect) -> None:
    clients.assign_prospect(actor=SYSTEM, prospect=prospect, owner=cast.boris)

    shown = anna.get(URL, {"part": "about", "prospect": prospect.pk}, headers=HTMX)

    assert (shown.status_code, send(anna, "mine", prospect=prospect.pk, phone="+79210000005").status_code) == (404, 404)
    assert not Lead.objects.exists()


def test_a_client_out_of_reach_is_not_opened(anna: Browser, cast: Cast) -> None:
    other = clients.add(actor=SYSTEM, name="Тайный", owner=cast.boris)

    assert anna.get(URL, {"part": "about", "client": other.pk}, headers=HTMX).status_code == 404


def test_the_search_asks_a_few_statements(anna: Browser, known: Client) -> None:
    assert len(statements(lambda: found(anna, "луч"))) <= MOST_STATEMENTS
