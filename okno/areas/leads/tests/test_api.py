"""Enquiries of other systems."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okno.access.tests.cast import Cast
from okno.areas.clients.tests.test_api import Script
from okno.areas.leads import commands
from okno.areas.leads.models import Lead
from okno.kit.permissions import SYSTEM

URL = "/api/v1/leads"


@pytest.fixture
def script(cast: Cast) -> Script:
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=[cast.boris])
    commands.set_source(actor=SYSTEM, code="api", name="Другая система", kind="api", queue=queue)
    return Script(cast.anna)


def test_an_enquiry_is_registered_and_given(script: Script, cast: Cast) -> None:
    answer = script.send("post", URL, {"name": "Пётр", "phone": "8 921 000-00-01", "text": "Нужны стеллажи"})

    lead = Lead.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": lead.pk, "number": lead.number, "state": "given", "owner": cast.boris.pk}


def test_everything_sent_is_kept(script: Script) -> None:
    script.send("post", URL, {"phone": "89210000001", "utm_source": "ya", "roistat_visit": "7", "basket": {"sum": 10}})

    lead = Lead.objects.get()
    assert lead.marks == {"utm_source": "ya", "roistat_visit": "7"}
    assert lead.raw["basket"] == {"sum": 10}


@pytest.mark.parametrize(
    ("sent", "amount"),
    [
        (450_000, 450_000),
        ("450 000 руб.", 450_000),
        ("1 200,50 ₽", Decimal("1200.50")),
        ("до полумиллиона", None),
        (-5, None),
        (10**30, None),
        ("", None),
    ],
    ids=str,
)
def test_what_may_come_of_it_is_read_as_people_write_it(script: Script, sent: Any, amount: Any) -> None:
    answer = script.send("post", URL, {"phone": "89210000001", "amount": sent})

    assert (answer.status_code, Lead.objects.get().amount) == (201, amount)
    assert Lead.objects.get().raw["amount"] == str(sent)


def test_more_than_is_read_is_a_problem(script: Script) -> None:
    answer = script.send("post", URL, {"phone": "89210000001", "text": "Ж" * 3_000_000})

    assert (answer.status_code, answer.json()["code"], Lead.objects.count()) == (413, "too_much", 0)


def test_a_repeated_key_makes_one_enquiry(script: Script) -> None:
    answers = [script.send("post", URL, {"phone": "89210000001"}, **{"Idempotency-Key": "one"}) for _time in range(2)]

    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("body", [{}, {"text": "\x00"}, {"phone": "1", "source": "nowhere"}, {"phone": ["1"]}], ids=str)
def test_bad_input_is_a_problem(script: Script, body: Any) -> None:
    answer = script.send("post", URL, body)

    assert answer.status_code == 422
    assert answer.json()["message"]
    assert not Lead.objects.exists()


def test_commands_are_given_by_their_names(cast: Cast, script: Script) -> None:
    lead_id = script.send("post", URL, {"phone": "89210000001"}).json()["id"]

    taken = Script(cast.boris).send("post", f"{URL}/{lead_id}/take")
    stolen = script.send("post", f"{URL}/{lead_id}/take")

    assert (taken.status_code, stolen.status_code) == (200, 404)
    assert Lead.objects.get().state == "taken"


def test_a_key_of_another_enquiry_is_refused(script: Script) -> None:
    script.send("post", URL, {"phone": "89210000001"}, **{"Idempotency-Key": "one"})

    other = script.send("post", URL, {"phone": "89210000002"}, **{"Idempotency-Key": "one"})

    assert (other.status_code, other.json()["code"]) == (422, "key_taken")
    assert Lead.objects.count() == 1


def test_rules_are_set_up_and_tried(cast: Cast) -> None:
    head = Script(cast.director)
    people = {"code": "all", "name": "Все", "people": [cast.anna.pk, cast.boris.pk]}
    queue = head.send("post", "/api/v1/lead-queues", people).json()["id"]
    head.send("post", "/api/v1/lead-sources", {"code": "api", "name": "Сайт", "kind": "api", "queue": queue})
    tree = {"field": "city", "op": "eq", "value": "Казань"}
    rule = {"name": "Казань", "queue": queue, "method": "turn", "condition": tree}

    answers = [head.send("post", "/api/v1/lead-rules", rule), head.send("post", URL, {"phone": "1", "city": "Казань"})]

    lead = Lead.objects.get()
    assert [one.status_code for one in answers] == [200, 201]
    assert lead.rule is not None
    assert (lead.rule.name, lead.owner) == ("Казань", cast.anna)


def test_setting_up_asks_for_its_right(script: Script) -> None:
    refused = script.send("post", "/api/v1/lead-rules", {"name": "x", "queue": 10**9, "method": "turn"})

    assert refused.status_code in {403, 404}


def test_an_inquiry_is_taken_in(script: Script, cast: Cast) -> None:
    said = {"source": "api", "action": "mine", "phone": "+79210000001", "text": "Весы"}
    answer = script.send("post", f"{URL}/intake", said)

    assert (answer.status_code, answer.json()["owner"]) == (201, cast.anna.pk)
    assert Lead.objects.get().state == "taken"
