"""The workplace: what stands beside the list, its letters, what is done to many."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.leads import commands, queries
from okno.areas.leads.models import Lead
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import look, pages, panels
from okno.kit.models import Entry
from okno.kit.permissions import SYSTEM
from okno.kit.rows import searching
from okno.kit.testing.query_counts import check_few, statements
from okno.kit.testing.record_contract import HTMX

MOST_BESIDE, MOST_OF_TABS = 20, 12


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=[cast.anna, cast.boris])
    commands.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue)
    client.force_login(cast.anna)
    return client


def make_lead(cast: Cast, number: int = 1) -> Lead:
    return commands.receive(
        actor=SYSTEM,
        source="site",
        subject="Нужны весы",
        text="Две штуки",
        phone=f"+792100000{number:02}",
        owner=cast.anna,
    )


def test_the_enquiry_stands_beside_the_list_in_few_statements(anna: Browser, cast: Cast) -> None:
    clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.anna, phone="+79210000001")
    url = f"/leads/{make_lead(cast).pk}/?part=preview"

    check_few(statements(lambda: anna.get(url, headers=HTMX)), MOST_BESIDE)

    told = anna.get(url, headers=HTMX).context
    assert [line["value"] for line in told["lines"]] == ["+79210000001"]
    assert [one["name"] for one in told["recognition"]["people"]] == ["ООО «Луч»"]


def test_tabs_are_counted_in_few_statements(anna: Browser, cast: Cast) -> None:
    make_lead(cast)

    check_few(statements(lambda: anna.get("/leads/?part=tabs", headers=HTMX)), MOST_OF_TABS)


def test_letters_of_buttons_differ(anna: Browser, cast: Cast) -> None:
    actions = anna.get(f"/leads/{make_lead(cast).pk}/?part=preview", headers=HTMX).context["actions"]

    letters = [one["key"] for one in actions]
    assert len(set(letters)) == len(letters)
    assert {"KeyT", "KeyD", "KeyR"} <= set(letters)


def test_hidden_fields_do_not_stand_beside_the_list(anna: Browser, cast: Cast) -> None:
    lead = make_lead(cast)
    cast.hide("anna", "leads.lead.phone", "leads.lead.text", "leads.lead.owner")

    page = anna.get(f"/leads/{lead.pk}/?part=preview", headers=HTMX).content.decode()

    assert "Две штуки" not in page
    assert "79210000001" not in page


def test_the_department_has_a_tab(anna: Browser, cast: Cast) -> None:
    make_lead(cast, 1)
    commands.receive(actor=SYSTEM, source="site", phone="+79210000002", owner=cast.boris)

    rows = pages.LeadList.select(cast.actor("head"), {"tab": "department"}).rows()

    assert rows.count() == 2


def test_several_are_merged_after_a_look(anna: Browser, cast: Cast) -> None:
    ids = [make_lead(cast, number).pk for number in (1, 2)]

    one = anna.post("/leads/?part=bulk&do=leads.merge", {"ids": ids[:1]}, headers=HTMX)
    both = anna.post("/leads/?part=bulk&do=leads.merge", {"ids": ids}, headers=HTMX)

    assert one.status_code == 422
    assert both["HX-Redirect"] == f"/merge/leads.lead/?id={ids[0]}&id={ids[1]}"
    assert anna.get(both["HX-Redirect"]).status_code == 200


@pytest.mark.parametrize("do", ["leads.return_to_queue", "leads.postpone"])
def test_several_are_returned_or_put_off_with_one_reason(anna: Browser, cast: Cast, do: str) -> None:
    ids = [make_lead(cast, number).pk for number in (1, 2)]
    url, asked = f"/leads/?part=bulk&do={do}", {"ids": ids, "sent": "1", "reason": "Ждём склад"}

    refused = anna.post(url, {**asked, "reason": "", "until": ""}, headers=HTMX)
    shown = anna.post(url, {**asked, "until": "01.12.2035 10:00"}, headers=HTMX)

    assert refused.status_code == 422
    anna.post(f"{shown['HX-Redirect']}?part=go")
    entries = Entry.objects.filter(kind__in=["leads.returned", "leads.postponed"], payload__reason="Ждём склад")
    assert entries.count() == len(ids)


def test_a_client_is_made_of_the_contact(anna: Browser, cast: Cast) -> None:
    lead = make_lead(cast)

    anna.post(f"/leads/{lead.pk}/client/", headers=HTMX)

    lead.refresh_from_db()
    assert lead.client is not None
    assert (lead.client.owner, lead.client.phone) == (cast.anna, "+7 921 000-00-01")


def test_what_was_sent_is_told_in_words(anna: Browser, cast: Cast) -> None:
    sent = {"phone": "8921", "form": "Обратный звонок", "consent": "Согласен", "wish": "синие", "mail": 17}
    more = {"basket": {"sum": 10, "items": ["весы"]}, "is_urgent": True}
    lead = commands.receive(
        actor=SYSTEM, source="site", phone="+79210000006", raw=sent | more, marks={"landing": "https://luch.example/"}
    )

    told = panels.received(cast.actor("director"), lead)

    assert told["marks"] == [("Страница сайта, на которую пришли", "landing", "https://luch.example/")]
    assert [(label, value) for label, _name, value in told["raw"]] == [
        ("Телефон", "8921"),
        ("Форма", "Обратный звонок"),
        ("Согласие на обработку персональных данных", "Согласен"),
        ("wish", "синие"),
        ("basket.sum", "10"),
        ("basket.items.0", "весы"),
        ("is_urgent", "Да"),
    ]


@pytest.mark.parametrize("typed", ["021-10-07", "2110", "+7 (921) 021"])
def test_an_enquiry_is_found_by_a_piece_of_its_phone(anna: Browser, cast: Cast, typed: str) -> None:
    lead = commands.receive(actor=SYSTEM, source="site", phone="+7 921 021-10-07")
    director = cast.actor("director")
    assert list(searching.matching(director, LEAD, queries.leads(director), typed)) == [lead]


def test_why_this_person_is_told_in_words(anna: Browser, cast: Cast) -> None:
    lead = commands.receive(actor=SYSTEM, source="site", phone="+79210000005")

    assert look.told(lead) == "отдана по правилу · по очереди"
