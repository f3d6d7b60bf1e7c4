"""Cards: fields within sight, inline edits with conflicts, feed, history, files, and 404 out of reach."""

from __future__ import annotations

import json

import pytest
from django.test import Client as Browser

from okno.kit.fields import custom
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.urls("tests.mechanisms.deal_pages")


@pytest.fixture
def anna(company, client: Browser) -> Browser:
    client.force_login(company.anna)
    return client


def test_card_shows_the_row(company, anna):
    answer = anna.get(f"/deals/{company.deal.pk}/?list=mechanisms.AllDeals")
    assert answer.status_code == 200
    assert company.deal.title in answer.content.decode()


def test_card_out_of_reach_reads_as_missing(company, client):
    client.force_login(company.boris)
    assert client.get(f"/deals/{company.deal.pk}/").status_code == 404


@pytest.mark.parametrize("part", ["head", "preview", "feed", "history", "files", "why", "field&name=title"])
def test_parts_answer(company, anna, part):
    assert anna.get(f"/deals/{company.deal.pk}/?part={part}", headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.parametrize("part", ["head", "preview", "feed", "history", "files", "why", "field&name=title"])
def test_parts_out_of_reach_read_as_missing(company, client, part):
    client.force_login(company.boris)
    assert client.get(f"/deals/{company.deal.pk}/?part={part}").status_code == 404


def test_inline_edit_saves(company, anna):
    url = f"/deals/{company.deal.pk}/?part=field&name=title"
    version = anna.get(f"{url}&edit=1").context["field"]["version"]
    answer = anna.post(url, {"title": "Иначе", "version": version}, headers={"HX-Request": "true"})
    company.deal.refresh_from_db()
    assert (answer.status_code, company.deal.title) == (200, "Иначе")


def test_stale_edit_of_the_same_field_is_a_conflict(company, anna):
    url = f"/deals/{company.deal.pk}/?part=field&name=title"
    version = anna.get(f"{url}&edit=1").context["field"]["version"]
    anna.post(url, {"title": "Раз", "version": version})
    answer = anna.post(url, {"title": "Два", "version": version}, headers={"HX-Request": "true"})
    fields = answer.context["conflict"]["fields"]
    assert answer.status_code == 409
    assert [(one["mine"], one["theirs"]) for one in fields] == [("Два", "Раз")]


def test_stale_edit_of_another_field_merges(company, anna):
    url = f"/deals/{company.deal.pk}/?part=field&name="
    version = anna.get(f"{url}title&edit=1").context["field"]["version"]
    anna.post(f"{url}title", {"title": "Раз", "version": version})
    answer = anna.post(f"{url}source", {"source": "Выставка", "version": version})
    company.deal.refresh_from_db()
    assert (answer.status_code, company.deal.title, company.deal.source) == (200, "Раз", "Выставка")


def test_field_that_is_retired_while_it_is_edited_is_told_by_its_name(company, anna):
    row = custom.add(actor=SYSTEM, record="deals.deal", key="way", label="Способ", kind="text")
    url = f"/deals/{company.deal.pk}/?part=field&name=x_way"
    version = anna.get(f"{url}&edit=1").context["field"]["version"]
    custom.retire(actor=SYSTEM, field=row)
    answer = anna.post(url, {"x_way": "Пешком", "version": version}, headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "Способ" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]


def test_command_page_refuses_with_the_form(company, anna):
    url = f"/deals/{company.deal.pk}/move/"
    answer = anna.post(url, {"stage": "nowhere", "once": "a1"})
    assert answer.status_code in {404, 422}


def test_command_page_moves_and_offers_undo(company, anna):
    url = f"/deals/{company.deal.pk}/move/"
    assert anna.get(url).status_code == 200
    answer = anna.post(url, {"stage": "invoice", "once": "a2"})
    company.deal.refresh_from_db()
    assert (answer.status_code, company.deal.stage.code) == (302, "invoice")


def test_move_asks_for_missing_fields_only(company, anna):
    deal = company.deal
    deal.amount = 0
    deal.save()
    url = f"/deals/{deal.pk}/?part=move"
    answer = anna.post(url, {"stage": "offer"}, headers={"HX-Request": "true", "HX-Target": "dialog-body"})
    assert answer.status_code == 422
    assert [field["name"] for field in answer.context["dialog"]["fields"]] == ["amount"]
    hidden = {one["name"]: one["value"] for one in answer.context["dialog"]["hidden"]}
    moved = anna.post(url, {**hidden, "amount": "1 500,50"}, headers={"HX-Request": "true", "HX-Target": "dialog-body"})
    deal.refresh_from_db()
    assert (moved.status_code, deal.stage.code, str(deal.amount)) == (204, "offer", "1500.50")


def test_double_submit_does_it_once(company, anna):
    from okno.areas.deals.models import StageInterval

    url = f"/deals/{company.deal.pk}/move/"
    once = {one["name"]: one["value"] for one in anna.get(url).context["form_page"]["hidden"]}["once"]
    answers = [anna.post(url, {"stage": "invoice", "once": once}).status_code for _again in range(2)]
    assert answers == [302, 302]
    assert StageInterval.objects.filter(deal=company.deal, stage__code="invoice").count() == 1


def test_history_tells_fields_in_words(company, anna):
    url = f"/deals/{company.deal.pk}/?part="
    anna.post(f"{url}field&name=title", {"title": "Иначе", "version": "9"})
    days = anna.get(f"{url}history", headers={"HX-Request": "true"}).context["feed"]["days"]
    first = days[0]["entries"][0]["changes"][0]
    assert (first["was"], first["now"]) == ("Поставка", "Иначе")


def test_note_stands_in_the_feed(company, anna):
    answer = anna.post(f"/deals/{company.deal.pk}/?part=note", {"text": "Просили <b>скидку</b>"})
    assert "Просили &lt;b&gt;скидку&lt;/b&gt;" in answer.content.decode()
