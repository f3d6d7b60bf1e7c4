"""Endpoints of a record: by token, within reach and scopes, with cursors, conditions and problem answers."""

from __future__ import annotations

import json

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit.fields import custom
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.urls("tests.mechanisms.deal_api")


class Caller:
    """A script with a token."""

    def __init__(self, user, scopes=()):
        token = access.issue_token(actor=SYSTEM, user=user, name="test", scopes=list(scopes))
        self.browser = Browser(headers={"Authorization": f"Bearer {token}"})

    def get(self, path, **params):
        return self.browser.get(f"/api{path}", params)

    def send(self, method, path, body, **headers):
        call = getattr(self.browser, method)
        return call(f"/api{path}", json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def anna(company) -> Caller:
    return Caller(company.anna)


def test_without_a_token_nothing_is_told(company):
    answer = Browser().get("/api/deals")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")


def test_list_is_within_reach(company, anna):
    mine, others = anna.get("/deals").json(), Caller(company.boris).get("/deals").json()
    assert [one["id"] for one in mine["items"]] == [company.deal.pk]
    assert others == {"items": [], "next": None}


def test_get_shows_links_and_version(company, anna):
    found = anna.get(f"/deals/{company.deal.pk}").json()
    assert found["client"] == {"id": company.client.pk, "title": "ООО «Ромашка»"}
    assert found["version"] == company.deal.version


def test_get_out_of_reach_reads_as_missing(company):
    answer = Caller(company.boris).get(f"/deals/{company.deal.pk}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_cursor_goes_through_all_rows_once(company, anna):
    for number in range(6):
        deals.open_deal(actor=SYSTEM, title=f"№ {number}", client=company.client, owner=company.anna)
    seen: list[int] = []
    after: str | None = ""
    while after is not None:
        page = anna.get("/deals", limit=3, sort="title", after=after).json()
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 7


def test_condition_is_a_parameter(company, anna):
    where = {"field": "title", "op": "eq", "value": "нет такой"}
    assert anna.get("/deals", where=json.dumps(where)).json()["items"] == []


@pytest.mark.parametrize(
    "where", ["{", "[]", '{"field": "nope", "op": "eq", "value": 1}', '{"field": "title", "op": "?"}']
)
def test_broken_condition_is_a_problem(company, anna, where):
    answer = anna.get("/deals", where=where)
    assert answer.status_code == 422
    assert answer.json()["message"]


@pytest.mark.parametrize("after", ["x", "W10", "WyJhIiwxXQ", "WzEsMiwzXQ"])
def test_broken_cursor_is_a_problem(company, anna, after):
    assert anna.get("/deals", after=after).status_code == 422


def test_create_once_by_key(company, anna):
    body = {"title": "Из сайта", "client": company.client.pk, "amount": "100.50"}
    first = anna.send("post", "/deals", body, **{"Idempotency-Key": "k1"})
    again = anna.send("post", "/deals", body, **{"Idempotency-Key": "k1"})
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    assert Deal.objects.filter(title="Из сайта").count() == 1


def test_create_refuses_unknown_names(company, anna):
    answer = anna.send("post", "/deals", {"title": "а", "client": company.client.pk, "colour": 1})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")


def test_change_and_conflict(company, anna):
    url, version = f"/deals/{company.deal.pk}", company.deal.version
    changed = anna.send("patch", url, {"title": "Иначе", "version": version})
    stale = anna.send("patch", url, {"title": "Ещё иначе", "version": version})
    assert (changed.status_code, changed.json()["title"]) == (200, "Иначе")
    assert (stale.status_code, stale.json()["details"]["fields"]["title"]["theirs"]) == (409, "Иначе")


@pytest.fixture
def score(company):
    """A custom field of deals."""
    custom.add(actor=SYSTEM, record="deals.deal", key="score", label="Балл", kind="integer")


def test_custom_fields_are_changed_and_read_beside_built_in_ones(company, anna, score):
    changed = anna.send("patch", f"/deals/{company.deal.pk}", {"title": "Иначе", "x_score": "7"})

    assert (changed.status_code, changed.json()["title"], changed.json()["x_score"]) == (200, "Иначе", 7)
    assert anna.get("/deals").json()["items"][0]["x_score"] == 7
    assert Deal.objects.get().extra == {"x_score": 7}


def test_custom_fields_are_given_on_creating_and_once_by_key(company, anna, score):
    body = {"title": "С баллом", "client": company.client.pk, "x_score": 5}
    made = anna.send("post", "/deals", body, **{"Idempotency-Key": "k"})
    anna.send("patch", f"/deals/{made.json()['id']}", {"x_score": 6})
    again = anna.send("post", "/deals", body, **{"Idempotency-Key": "k"})

    assert (made.status_code, made.json()["x_score"]) == (201, 5)
    assert (again.json()["id"], again.json()["x_score"]) == (made.json()["id"], 6)


@pytest.mark.parametrize("wrong", [{"x_nope": 1}, {"x_score": "семь"}, {"colour": 1}])
def test_custom_field_that_is_not_there_or_not_readable_changes_nothing(company, anna, score, wrong):
    created = anna.send("post", "/deals", {"title": "Новая", "client": company.client.pk, **wrong})
    changed = anna.send("patch", f"/deals/{company.deal.pk}", {"title": "Иначе", **wrong})

    assert (created.status_code, changed.status_code) == (422, 422)
    assert [(deal.title, deal.extra) for deal in Deal.objects.all()] == [("Поставка", {})]


def test_custom_field_that_is_hidden_is_not_written(company, anna, score):
    own = [{"permission": "deals.*", "reach": "own"}, {"permission": "clients.*", "reach": "own"}]
    access.set_role(actor=SYSTEM, code="seller", name="Продавец", grants=own, hidden=["deals.deal.x_score"])

    assert anna.send("patch", f"/deals/{company.deal.pk}", {"x_score": 1}).status_code == 403
    assert "x_score" not in anna.get(f"/deals/{company.deal.pk}").json()


def test_command_is_an_endpoint(company, anna):
    moved = anna.send("post", f"/deals/{company.deal.pk}/move", {"stage": "invoice"})
    refused = anna.send("post", f"/deals/{company.deal.pk}/move", {"stage": "lost"})
    assert (moved.status_code, moved.json()["stage_code"]) == (200, "invoice")
    assert (refused.status_code, refused.json()["details"]["missing"]) == (422, ["refusal"])


def test_scopes_limit_a_token(company):
    reader = Caller(company.anna, ["deals.view"])
    assert reader.get("/deals").status_code == 200
    assert reader.send("post", f"/deals/{company.deal.pk}/move", {"stage": "invoice"}).status_code == 403


def test_session_may_only_read(company, client):
    client.force_login(company.anna)
    assert client.get("/api/deals").status_code == 200
    assert client.post("/api/deals", "{}", content_type="application/json").status_code == 401


def test_openapi_describes_the_record(company, anna):
    described = Browser().get("/api/openapi.json").json()
    assert "/api/deals/{id}/move" in described["paths"]


@pytest.mark.parametrize(
    "params", [{"q": "\x00"}, {"where": '{"field":"title","op":"eq","value":"\\u0000"}'}, {"sort": "\x00"}]
)
def test_signs_that_cannot_be_kept_are_refused_or_passed_over(company, anna, params):
    assert anna.get("/deals", **params).status_code in {200, 422}


@pytest.mark.parametrize("title", ["\x00", "\ud800", "я" * 300])
def test_text_that_cannot_be_kept_is_refused(company, anna, title):
    answer = anna.send("post", "/deals", {"title": title, "client": company.client.pk})
    assert answer.status_code in {400, 422}
