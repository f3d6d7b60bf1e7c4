"""Custom fields in the forms of pages: asked when a row is made, shown and edited on its card."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.clients.record import CLIENT
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit.fields import custom
from okno.kit.models import Attachment, FieldDef, FieldLogic
from okno.kit.permissions import SYSTEM
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.usefixtures("fields_of_this_test")

SIZES = [{"id": "s", "label": "Малый"}, {"id": "l", "label": "Большой"}]
LARGE = {"field": "x_size", "op": "eq", "value": "l"}


@pytest.fixture
def anna(company: Company, client: Browser) -> Browser:
    files = [{"permission": "attachments.*", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="files", name="Файлы", grants=files, hidden=[])
    access.give_role(actor=SYSTEM, user=company.anna, role="files")
    client.force_login(company.anna)
    return client


def add(key: str, kind: str, **more: Any) -> FieldDef:
    return custom.add(actor=SYSTEM, record="deals.deal", key=key, label=f"Поле {key}", kind=kind, **more)


def card(browser: Browser, company: Company) -> str:
    return browser.get(f"/deals/{company.deal.pk}/").content.decode()


def save(browser: Browser, company: Company, key: str, **sent: Any) -> int:
    return browser.post(f"/deals/{company.deal.pk}/?part=field&name={key}", {"version": "99", **sent}).status_code


def new(company: Company, **sent: Any) -> dict[str, Any]:
    return {"title": "Новая", "client": company.client.pk, **sent}


def test_a_form_of_a_new_row_asks_for_required_fields(company: Company, anna: Browser) -> None:
    add("region", "text", is_required=True)
    add("note", "text")

    text = anna.get("/deals/new/").content.decode()
    lacking = anna.post("/deals/new/", new(company))
    made = anna.post("/deals/new/", new(company, x_region="Юг"))

    assert "Поле region" in text
    assert "Поле note" not in text
    assert (lacking.status_code, made.status_code) == (422, 302)
    assert Deal.objects.get(title="Новая").extra == {"x_region": "Юг"}


def test_a_default_is_offered(company: Company, anna: Browser) -> None:
    add("region", "text", settings={"default": "Центр"})

    assert 'value="Центр"' in anna.get("/deals/new/").content.decode()


def test_a_form_tells_the_browser_its_logic(company: Company, anna: Browser) -> None:
    add("size", "choice", options=SIZES, is_required=True)
    add("crane", "text", is_required=True)
    custom.set_set(actor=SYSTEM, record="deals.deal", name="Крупные", fields=["x_crane"], condition=LARGE)

    text = anna.get("/deals/new/").content.decode()
    small = anna.post("/deals/new/", new(company, x_size="s"))
    large = anna.post("/deals/new/", new(company, x_size="l"))

    assert 'data-controller="form-logic"' in text
    assert "Малый" not in text.partition("data-form-logic-rules-value")[2].partition("></div>")[0]
    assert (small.status_code, large.status_code) == (302, 422)


def test_a_field_of_a_set_is_on_the_card_where_the_set_applies(company: Company, anna: Browser) -> None:
    add("size", "choice", options=SIZES)
    add("crane", "text")
    custom.set_set(actor=SYSTEM, record="deals.deal", name="Крупные", fields=["x_crane"], condition=LARGE)
    before = card(anna, company)

    deals.update(actor=SYSTEM, deal=company.deal, values={"x_size": "l"})

    assert "Поле crane" not in before
    assert "Поле crane" in card(anna, company)


def test_fields_stand_in_their_sections(company: Company, anna: Browser) -> None:
    add("region", "text", settings={"section": "Логистика"})

    assert "Логистика" in card(anna, company)


def test_many_options_are_edited_on_the_card(company: Company, anna: Browser) -> None:
    add("sizes", "choice", is_many=True, options=SIZES)

    assert save(anna, company, "x_sizes", x_sizes=["s", "l"]) == 200
    assert "Малый, Большой" in card(anna, company)


def test_a_file_is_put_into_its_field_and_taken_out(company: Company, anna: Browser) -> None:
    add("scan", "file")

    kept = save(anna, company, "x_scan", x_scan=SimpleUploadedFile("Договор.txt", b"text"))
    file_id = Attachment.objects.get().pk
    shown = card(anna, company)
    gone = save(anna, company, "x_scan")

    assert (kept, gone) == (200, 200)
    assert "Договор.txt" in shown
    assert Deal.objects.get(pk=company.deal.pk).extra == {"x_scan": None}
    assert Attachment.objects.filter(pk=file_id, is_deleted=False).exists()


def test_a_file_of_another_row_is_refused(company: Company, anna: Browser) -> None:
    add("scan", "file")
    other = deals.open_deal(actor=SYSTEM, title="Вторая", client=company.client, owner=company.anna)
    foreign = Attachment.objects.create(record="deals.deal", row_id=other.pk, name="Чужой.txt")

    save(anna, company, "x_scan", **{"x_scan-keep": str(foreign.pk)})

    assert Deal.objects.get(pk=company.deal.pk).extra == {"x_scan": None}


def test_a_link_leads_to_the_card_of_its_row(company: Company, anna: Browser) -> None:
    add("partner", "link", link="clients.client")
    deals.update(actor=SYSTEM, deal=company.deal, values={"x_partner": company.client.pk})

    assert f'href="/clients/{company.client.pk}/"' in card(anna, company)


def test_a_formula_is_read_only(company: Company, anna: Browser) -> None:
    add("tax", "formula", settings={"formula": "amount * 2"})

    assert save(anna, company, "x_tax", x_tax="5") == 404
    assert "name=x_tax&amp;edit" not in card(anna, company)


def test_what_is_refused_stands_beside_the_field(company: Company, anna: Browser) -> None:
    add("contract", "text", settings={"is_unique": True})
    other = deals.open_deal(actor=SYSTEM, title="Вторая", client=company.client, owner=company.anna)
    deals.update(actor=SYSTEM, deal=other, values={"x_contract": "Д-1"})

    answer = anna.post(f"/deals/{company.deal.pk}/?part=field&name=x_contract", {"x_contract": "д-1", "version": "99"})

    assert answer.status_code == 422
    assert "Вторая" in answer.content.decode()


def test_a_rule_that_looks_beyond_the_form_is_left_to_the_server(company: Company, anna: Browser) -> None:
    add("region", "text", is_required=True)
    when = {"field": "client.name", "op": "contains", "value": "нет такого"}
    custom.set_logic(actor=SYSTEM, record="deals.deal", key="x_region", shown=when)

    text = anna.get("/deals/new/").content.decode()

    assert "Поле region" in text
    assert "form-logic" not in text
    assert anna.post("/deals/new/", new(company)).status_code == 302


def test_a_built_in_field_that_the_form_does_not_show_is_not_taken(company: Company, anna: Browser) -> None:
    large = {"field": "amount", "op": "gt", "value": 1000}
    custom.set_logic(actor=SYSTEM, record="deals.deal", key="need", shown=large)

    forged = anna.post("/deals/new/", new(company, need="Стеллажи"))
    shown = anna.post("/deals/new/", new(company, amount="1 001", need="Полки"))

    assert (forged.status_code, shown.status_code) == (422, 302)
    assert "форма его не показывает" in forged.content.decode()
    assert list(Deal.objects.exclude(pk=company.deal.pk).values_list("need", flat=True)) == ["Полки"]


def test_what_no_row_is_made_without_is_never_hidden(company: Company, anna: Browser) -> None:
    never = {"field": "need", "op": "eq", "value": "нет такого"}
    custom.set_logic(actor=SYSTEM, record="deals.deal", key="title", shown=never)

    told = anna.get("/deals/new/").context["form_page"]["logic"]

    assert json.loads(told)["rules"]["title"]["shown"] == []
    assert anna.post("/deals/new/", new(company)).status_code == 302


def test_a_declared_condition_holds_until_people_say_otherwise(company: Company, anna: Browser) -> None:
    given = {"record": "clients.client", "key": "country"}
    declared = CLIENT.fields["country"].shown

    assert "field-country" not in anna.get(f"/clients/{company.client.pk}/").content.decode()
    custom.set_logic(actor=SYSTEM, **given)
    assert "field-country" in anna.get(f"/clients/{company.client.pk}/").content.decode()
    custom.set_logic(actor=SYSTEM, **given, shown=declared)
    assert not FieldLogic.objects.exists()
    assert "field-country" not in anna.get(f"/clients/{company.client.pk}/").content.decode()


def test_a_form_asks_for_a_built_in_field_that_people_demand(company: Company, anna: Browser) -> None:
    large = {"field": "amount", "op": "gt", "value": 1000}
    for key in ("source", "comment"):
        custom.set_logic(actor=SYSTEM, record="deals.deal", key=key, required=large)

    lacking = anna.post("/deals/new/", new(company, amount="1 001", source="Сайт"))
    made = anna.post("/deals/new/", new(company, amount="1 001", source="Сайт", comment="Срочно"))

    assert (lacking.status_code, made.status_code) == (422, 302)
    assert 'id="error-comment"' in lacking.content.decode()
    deal = Deal.objects.get(title="Новая")
    assert (deal.source, deal.comment) == ("Сайт", "Срочно")
