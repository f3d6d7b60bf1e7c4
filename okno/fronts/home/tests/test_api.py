"""The API as scripts use it: by token and scopes, once by key, page by page, under rights; files, feeds, search."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.billing.models import Invoice
from okno.areas.catalog import commands as catalog
from okno.areas.catalog.models import Item, Offer, PriceType
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.fronts.home.tests import factories as make
from okno.kit.fields import custom
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

V1 = "/api/v1"


class Script:
    """Another system with a token of a person."""

    def __init__(self, user, *scopes):
        token = access.issue_token(actor=SYSTEM, user=user, name="script", scopes=list(scopes))
        self.browser = Browser(headers={"Authorization": f"Bearer {token}"})

    def get(self, path, **params):
        return self.browser.get(f"{V1}{path}", params)

    def send(self, method, path, body, key=""):
        headers = {"Idempotency-Key": key} if key else {}
        call = getattr(self.browser, method)
        return call(f"{V1}{path}", json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def anna(cast) -> Script:
    make.scenario()
    make.organisation()
    return Script(cast.anna)


@pytest.fixture
def deal(cast, anna) -> Deal:
    return deals.open_deal(actor=SYSTEM, title="Стеллажи", client=make.client(cast.anna), owner=cast.anna)


def line(**more):
    return {"name": "Стеллаж", "quantity": "2", "price": "1999.99", "vat": "none", **more}


def test_me_tells_the_user_and_what_scopes_leave(cast):
    told = Script(cast.anna, "deals.view").get("/me").json()
    assert (told["id"], told["name"]) == (cast.anna.pk, cast.anna.name)
    assert told["grants"] == [{"permission": "deals.view", "reach": "own"}]


def test_own_profile_is_changed_as_a_whole_and_only_by_whoever_may(cast):
    told = {"name": "Иванова Анна", "post": "Менеджер", "phone": "+7 495 000-00-01"}
    assert Script(cast.anna, "deals.view").send("put", "/me/profile", told).status_code == 403

    answer = Script(cast.anna).send("put", "/me/profile", told)

    cast.anna.refresh_from_db()
    assert (answer.status_code, cast.anna.name, cast.anna.post) == (200, "Иванова Анна", "Менеджер")


def test_token_that_was_revoked_is_none(cast, anna):
    browser = Browser(headers={"Authorization": "Bearer okno_nothing"})
    answer = browser.get(f"{V1}/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")


def test_scopes_limit_what_a_token_may_do(cast, deal):
    reader = Script(cast.anna, "deals.view")
    assert reader.get("/deals").status_code == 200
    assert reader.send("put", f"/deals/{deal.pk}/lines", {"lines": []}).status_code == 403
    assert reader.get("/invoices").status_code == 403
    assert reader.get("/search", q="Стеллажи").json()[0]["record"] == "deals.deal"


def test_cursor_walks_all_rows_once_while_rows_come(cast, anna):
    client = make.client(cast.anna)
    for number in range(7):
        deals.open_deal(actor=SYSTEM, title=f"№ {number}", client=client, owner=cast.anna)
    seen: list[int] = []
    after: str | None = ""
    while after is not None:
        page = anna.get("/deals", limit=3, sort="-created_at", after=after).json()
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
        deals.open_deal(actor=SYSTEM, title="new", client=client, owner=cast.anna)
    assert len(seen) == len(set(seen)) == 7


def test_list_takes_a_condition(cast, anna, deal):
    make.deal(cast.anna, "quote", 300)
    where = json.dumps({"all": [{"field": "stage_code", "op": "eq", "value": "quote"}]})
    assert [one["stage_code"] for one in anna.get("/deals", where=where).json()["items"]] == ["quote"]


def test_request_repeated_under_its_key_is_carried_out_once(cast, anna):
    body = {"title": "С сайта", "client": make.client(cast.anna).pk}
    first, again = (anna.send("post", "/deals", body, "k1") for _number in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Deal.objects.count() == 1


def test_key_of_another_request_is_refused(cast, anna):
    client = make.client(cast.anna).pk
    anna.send("post", "/deals", {"title": "Одно", "client": client}, "k1")
    other = anna.send("post", "/deals", {"title": "Другое", "client": client}, "k1")
    assert (other.status_code, other.json()["code"]) == (422, "key_taken")


def test_keys_of_two_people_do_not_meet(cast, anna):
    mine = anna.send("post", "/deals", {"title": "Моя", "client": make.client(cast.anna).pk}, "k1")
    other = Script(cast.boris).send("post", "/deals", {"title": "Его", "client": make.client(cast.boris).pk}, "k1")
    assert mine.json()["id"] != other.json()["id"]


def test_stale_change_is_a_conflict_that_names_both_values(anna, deal):
    url = f"/deals/{deal.pk}"
    anna.send("patch", url, {"title": "Первое", "version": deal.version})
    stale = anna.send("patch", url, {"title": "Второе", "version": deal.version})
    assert stale.status_code == 409
    assert stale.json()["details"]["fields"]["title"]["theirs"] == "Первое"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/deals/{}"),
        ("get", "/deals/{}/lines"),
        ("get", "/deals/{}/stays"),
        ("get", "/records/deals.deal/{}/feed"),
        ("get", "/records/deals.deal/{}/files"),
    ],
)
def test_row_out_of_reach_reads_as_missing(cast, deal, method, path):
    answer = Script(cast.boris).get(path.format(deal.pk))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("put", "/deals/{}/lines", {"lines": []}),
        ("post", "/deals/{}/move", {"stage": "quote"}),
        ("patch", "/deals/{}", {"title": "x"}),
        ("post", "/records/deals.deal/{}/notes", {"text": "x"}),
    ],
)
def test_row_out_of_reach_cannot_be_changed(cast, deal, method, path, body):
    assert Script(cast.boris).send(method, path.format(deal.pk), body).status_code == 404


def test_deal_given_away_answers_with_its_id_alone(cast, anna, deal):
    given = anna.send("post", f"/deals/{deal.pk}/assign", {"owner": cast.boris.pk})
    assert given.status_code == 200
    assert set(given.json()) == {"id", "version"}
    assert anna.get(f"/deals/{deal.pk}").status_code == 404


def test_lines_are_replaced_and_add_up(anna, deal):
    answer = anna.send("put", f"/deals/{deal.pk}/lines", {"lines": [line(), line(discount="10", quantity="0.5")]})
    assert [one["total"] for one in answer.json()["items"]] == ["3999.98", "900.00"]
    assert anna.get(f"/deals/{deal.pk}").json()["amount"] == "4899.98"
    assert anna.get(f"/deals/{deal.pk}/lines").json() == answer.json()


@pytest.mark.parametrize(
    "wrong", [{"quantity": "0"}, {"quantity": "NaN"}, {"price": "-1"}, {"colour": 1}, {"offer": 0}]
)
def test_line_that_makes_no_sense_is_refused(anna, deal, wrong):
    answer = anna.send("put", f"/deals/{deal.pk}/lines", {"lines": [line(**wrong)]})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")


def test_line_of_an_offer_that_is_not_there_is_missing(anna, deal):
    assert anna.send("put", f"/deals/{deal.pk}/lines", {"lines": [line(offer=999)]}).status_code == 404


def test_line_of_an_offer(anna, deal):
    offer = Offer.objects.create(item=Item.objects.create(name="Стеллаж"), name="Стеллаж")
    answer = anna.send("put", f"/deals/{deal.pk}/lines", {"lines": [line(offer=offer.pk)]})
    assert answer.json()["items"][0]["offer"] == offer.pk


@pytest.fixture
def rack() -> Offer:
    """A rack that has a retail price alone; wholesale ones are asked for in vain."""
    made = Offer.objects.create(item=Item.objects.create(name="Стеллаж", unit="шт"), name="Стеллаж")
    catalog.add_price_type(actor=SYSTEM, name="Розничная")
    catalog.add_price_type(actor=SYSTEM, name="Оптовая")
    catalog.set_price(actor=SYSTEM, offer=made, price=Decimal(1000))
    return made


def test_line_of_an_offer_takes_the_price_of_the_document(anna, deal, rack):
    told = {"lines": [{"offer": rack.pk, "quantity": "2"}]}

    [found] = anna.send("put", f"/deals/{deal.pk}/lines", told).json()["items"]

    assert (found["name"], found["price"], found["total"], found["price_note"]) == ("Стеллаж", "1000.00", "2000.00", "")


def test_price_of_another_type_than_that_of_the_document_says_so(anna, deal, rack):
    wholesale = PriceType.objects.get(name="Оптовая")
    anna.send("patch", f"/deals/{deal.pk}", {"price_type": wholesale.pk})

    told = {"lines": [{"offer": rack.pk, "quantity": "1"}]}
    [found] = anna.send("put", f"/deals/{deal.pk}/lines", told).json()["items"]
    drawn = anna.send("post", "/invoices", {"client": deal.client_id, "deal": deal.pk}).json()
    [carried] = anna.get(f"/invoices/{drawn['id']}/lines").json()["items"]

    assert ("Розничная" in found["price_note"], "Оптовая" in found["price_note"]) == (True, True)
    assert carried["price_note"] == found["price_note"]


def test_line_without_a_price_that_the_catalogue_does_not_tell_is_refused(anna, deal):
    bare = Offer.objects.create(item=Item.objects.create(name="Стеллаж"), name="Стеллаж")
    told = {"lines": [{"offer": bare.pk, "quantity": "1"}]}
    answer = anna.send("put", f"/deals/{deal.pk}/lines", told)
    assert (answer.status_code, answer.json()["code"]) == (422, "catalog.no_price")


def test_stays_tell_the_way_of_a_deal(anna, deal):
    anna.send("post", f"/deals/{deal.pk}/move", {"stage": "quote"})
    stays = anna.get(f"/deals/{deal.pk}/stays").json()
    assert [(one["stage_code"], one["left_at"] is None) for one in stays] == [("talk", False), ("quote", True)]


def test_scenarios_name_the_stages_that_move_takes(anna):
    [scenario] = anna.get("/scenarios").json()
    assert [one["code"] for one in scenario["stages"]] == ["talk", "quote", "invoice", "won", "lost"]


def test_invoice_is_drawn_with_lines_and_paid(cast, anna, deal):
    drawn = anna.send("post", "/invoices", {"client": deal.client_id, "deal": deal.pk, "lines": [line()]})
    assert drawn.status_code == 201
    url = f"/invoices/{drawn.json()['id']}"
    paid = anna.send("post", f"{url}/record_payment", {"amount": drawn.json()["total"]})
    assert paid.json()["state"] == "paid"
    assert [one["amount"] for one in anna.get("/payments").json()["items"]] == [drawn.json()["total"]]
    refused = anna.send("put", f"{url}/lines", {"lines": []})
    assert refused.status_code == 422


def test_invoice_without_lines_takes_those_of_its_deal(anna, deal):
    anna.send("put", f"/deals/{deal.pk}/lines", {"lines": [line()]})
    drawn = anna.send("post", "/invoices", {"client": deal.client_id, "deal": deal.pk}).json()
    assert [one["name"] for one in anna.get(f"/invoices/{drawn['id']}/lines").json()["items"]] == ["Стеллаж"]


def test_invoice_is_printed(cast, anna, deal):
    drawn = anna.send("post", "/invoices", {"client": deal.client_id, "lines": [line()]}).json()
    answer = anna.get(f"/invoices/{drawn['id']}/pdf")
    assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert Script(cast.boris).get(f"/invoices/{drawn['id']}/pdf").status_code == 404
    assert Invoice.objects.count() == 1


def test_hidden_field_is_nowhere(cast, anna, deal):
    cast.hide("anna", "deals.deal.amount")
    keys = [one["key"] for one in anna.get("/records/deals.deal").json()["fields"]]
    assert "amount" not in keys
    assert "amount" not in anna.get(f"/deals/{deal.pk}").json()
    where = json.dumps({"field": "amount", "op": "not_empty"})
    assert anna.get("/deals", where=where).status_code == 422


def test_records_list_custom_fields_with_their_choices(anna):
    options = [{"id": "a", "label": "Первый"}]
    custom.add(actor=SYSTEM, record="deals.deal", key="shelf", label="Ряд", kind="choice", options=options)
    registry.forget_custom_fields()
    fields = {one["key"]: one for one in anna.get("/records/deals.deal").json()["fields"]}
    assert fields["x_shelf"]["is_custom"]
    assert fields["x_shelf"]["choices"] == [{"value": "a", "label": "Первый"}]


def test_records_are_those_one_may_view(cast):
    names = {one["name"] for one in Script(cast.anna, "deals.view").get("/records").json()}
    assert "deals.deal" in names
    assert "clients.client" not in names
    assert Script(cast.anna, "deals.view").get("/records/clients.client").status_code == 404


def test_note_stands_in_the_feed(anna, deal):
    url = f"/records/deals.deal/{deal.pk}"
    written = [anna.send("post", f"{url}/notes", {"text": "Позвонить завтра"}, "n1") for _number in range(2)]
    assert {one.status_code for one in written} == {201}
    notes = [one for one in anna.get(f"{url}/feed").json()["items"] if one["kind"] == "note"]
    assert [one["text"] for one in notes] == ["Позвонить завтра"]


def test_feed_is_read_page_by_page(anna, deal):
    url = f"/records/deals.deal/{deal.pk}"
    for number in range(35):
        anna.send("post", f"{url}/notes", {"text": f"{number}"})
    first = anna.get(f"{url}/feed").json()
    rest = anna.get(f"{url}/feed", before=first["next"]).json()
    ids = [one["id"] for one in first["items"] + rest["items"]]
    assert len(ids) == len(set(ids)) == 36
    assert rest["next"] is None


@pytest.mark.parametrize("before", ["x", "2026-01-01~1", "2026-01-01T00:00:00Z~x", "~", "2026-01-01T00:00:00Z~-1"])
def test_broken_cursor_of_a_feed_is_a_problem(anna, deal, before):
    answer = anna.get(f"/records/deals.deal/{deal.pk}/feed", before=before)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


def test_file_goes_up_and_down_under_rights(cast, anna, deal, settings, tmp_path):
    settings.OKNO_DATA_DIR = tmp_path
    url = f"{V1}/records/deals.deal/{deal.pk}/files"
    sent = anna.browser.post(url, {"file": SimpleUploadedFile("план.txt", b"shelves")})
    assert sent.status_code == 201
    assert [one["name"] for one in anna.get(f"/records/deals.deal/{deal.pk}/files").json()] == ["план.txt"]
    version = sent.json()["versions"][0]["id"]
    assert b"".join(anna.get(f"/files/{version}").streaming_content) == b"shelves"
    assert Script(cast.boris).get(f"/files/{version}").status_code == 404
    assert Script(cast.boris).browser.post(url, {"file": SimpleUploadedFile("a.txt", b"x")}).status_code == 404


def test_program_is_not_taken_as_a_file(anna, deal, settings, tmp_path):
    settings.OKNO_DATA_DIR = tmp_path
    sent = SimpleUploadedFile("setup.exe", b"MZ" + b"\x00" * 100)
    answer = anna.browser.post(f"{V1}/records/deals.deal/{deal.pk}/files", {"file": sent})
    assert answer.status_code == 422


def test_search_finds_rows_within_reach(cast, anna, deal):
    assert {(one["record"], one["id"]) for one in anna.get("/search", q="стелл").json()} == {("deals.deal", deal.pk)}
    assert Script(cast.boris).get("/search", q="стелл").json() == []


def test_description_is_whole(db):
    described = Browser().get(f"{V1}/openapi.json").json()
    paths = set(described["paths"])
    assert {f"{V1}/deals/{{id}}/move", f"{V1}/invoices/{{id}}/pdf", f"{V1}/search", f"{V1}/leads"} <= paths
    used = {tag for path in described["paths"].values() for one in path.values() for tag in one["tags"]}
    assert used <= {one["name"] for one in described["tags"]}


def test_price_types_groups_and_prices_are_kept_by_a_program(anna):
    kind = anna.send("post", "/catalog/price-types", {"name": "Оптовая", "includes_vat": False}).json()
    group = anna.send("post", "/catalog/groups", {"name": "Стеллажи"}).json()
    item = anna.send("post", "/catalog/items", {"name": "Стеллаж", "group": group["id"]}).json()
    offer = Offer.objects.get(item=item["id"])
    sent = {"prices": [{"price_type": kind["id"], "value": "90.5"}]}

    assert anna.send("put", f"/catalog/offers/{offer.pk}/prices", sent).status_code == 200
    assert anna.send("patch", f"/catalog/price-types/{kind['id']}", {"name": "Опт"}).json()["name"] == "Опт"
    assert anna.send("post", f"/catalog/groups/{group['id']}/archive_group", {}).status_code == 422
    [price] = anna.get("/catalog/prices").json()["items"]
    assert (price["price_type_name"], price["value"], price["currency"]) == ("Опт", "90.5000", "RUB")
