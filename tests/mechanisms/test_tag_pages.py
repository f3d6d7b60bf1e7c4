"""Tags on pages: chips in lists, on boards and cards, typed, put on many at once, from files and over the API."""

from __future__ import annotations

import json
from functools import partial

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit import jobs
from okno.kit.fields import custom, tagging
from okno.kit.models import FieldDef
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.testing.query_counts import statements
from tests.mechanisms.conftest import Company
from tests.mechanisms.test_import_pages import begun, rules, worked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fields_of_this_test")]
KEY = "x_tags"
HTMX = {"HX-Request": "true"}
# What shows its name as it is was not escaped.
HOSTILE = "<b>Важный</b>"


@pytest.fixture
def field(company: Company) -> FieldDef:
    return made("deals.deal")


def made(record: str) -> FieldDef:
    row = custom.add(actor=SYSTEM, record=record, key="tags", label="Метки", kind="tags")
    tagging.add_tags(actor=SYSTEM, record=record, key=KEY, names=[HOSTILE, "Срочный", "Третий", "Четвёртый"])
    registry.forget_custom_fields()
    return row


@pytest.fixture
def anna(company: Company, client: Browser) -> Browser:
    rights = [{"permission": name, "reach": "all"} for name in ("fields.add_tags", "jobs.*", "saved_views.*")]
    access.set_role(actor=SYSTEM, code="extra", name="Больше", grants=rights, hidden=[])
    access.give_role(actor=SYSTEM, user=company.anna, role="extra")
    client.force_login(company.anna)
    return client


def put(company: Company, *ids: str) -> None:
    deals.update(actor=SYSTEM, deal=company.deal, values={KEY: list(ids)})


def names() -> list[str]:
    registry.forget_custom_fields()
    labels = dict(registry.custom_fields("deals.deal")[KEY].choices)
    return [labels[one] for one in Deal.objects.get().extra[KEY]]


@pytest.mark.parametrize("url", ["/deals/?mode=list&tab=all&cols=title,x_tags", "/deals/?mode=board", "/deals/{id}/"])
def test_tags_are_chips_in_their_colours(company: Company, field: FieldDef, anna: Browser, url: str) -> None:
    put(company, "t1", "t2")

    html = anna.get(url.replace("{id}", str(company.deal.pk))).content.decode()

    assert "stage-9" in html
    assert "&lt;b&gt;Важный&lt;/b&gt;" in html
    assert HOSTILE not in html


def test_a_board_card_shows_three_tags_and_how_many_more(company: Company, field: FieldDef, anna: Browser) -> None:
    put(company, "t1", "t2", "t3", "t4")

    html = anna.get("/deals/?mode=board").content.decode()

    assert ("+1</span>" in html, "Четвёртый" in html) == (True, False)


def test_tags_cost_a_list_and_a_board_no_statement(company: Company, anna: Browser) -> None:
    urls = ("/deals/?mode=list&tab=all&cols=title,x_tags", "/deals/?mode=board")
    before = [len(statements(partial(anna.get, url))) for url in urls]
    made("deals.deal")
    put(company, "t1")

    assert [len(statements(partial(anna.get, url))) for url in urls] == before


def test_lists_are_not_grouped_by_tags(company: Company, field: FieldDef, anna: Browser) -> None:
    page = anna.get("/deals/?mode=list&tab=all&group=x_tags").context["page"]

    assert (page.get("groups"), len(page["rows"])) == (None, 1)
    assert "Метки" not in [one["label"] for one in page["group_links"]]


def test_tags_hidden_from_a_person_are_on_no_board(company: Company, field: FieldDef, anna: Browser) -> None:
    put(company, "t2")
    rights = [{"permission": "deals.*", "reach": "own"}]
    for code in ("seller", "extra"):
        access.set_role(actor=SYSTEM, code=code, name=code, grants=rights, hidden=["deals.deal.x_tags"])

    assert "Срочный" not in anna.get("/deals/?mode=board").content.decode()


def test_the_card_takes_names_that_are_typed(company: Company, field: FieldDef, anna: Browser) -> None:
    url = f"/deals/{company.deal.pk}/?part=field&name={KEY}"
    form = anna.get(f"{url}&edit=1").content.decode()
    answer = anna.post(url, {KEY: ["t2", "новая"], "version": "9"})

    assert ('data-select-create-value="true"' in form, answer.status_code) == (True, 200)
    assert names() == ["новая", "Срочный"]


@pytest.mark.parametrize("typed", ["а" * 300, "раз, два", "\u200b"])
def test_the_card_tells_what_is_no_name_and_keeps_what_was_typed(
    company: Company, field: FieldDef, anna: Browser, typed: str
) -> None:
    answer = anna.post(f"/deals/{company.deal.pk}/?part=field&name={KEY}", {KEY: ["t2", typed], "version": "9"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "field-error" in html
    assert f'value="{typed}" data-colour="1" selected' in html or f'value="{typed}" selected' in html


def test_whoever_may_not_add_tags_is_told_so(company: Company, field: FieldDef, client: Browser) -> None:
    client.force_login(company.anna)
    url = f"/deals/{company.deal.pk}/?part=field&name={KEY}"

    form, answer = client.get(f"{url}&edit=1"), client.post(url, {KEY: ["Новая"], "version": "9"})

    assert "create-value" not in form.content.decode()
    assert answer.status_code == 422


def test_many_rows_are_tagged_by_one_button(company: Company, field: FieldDef, anna: Browser) -> None:
    put(company, "t2")
    page = anna.get("/deals/?mode=list&tab=all")
    action = next(one for one in page.context["page"]["bulk_actions"] if one["label"] in {"Tags", "Метки"})
    dialog = anna.post(action["url"], {"ids": [company.deal.pk]}, headers=HTMX).context["dialog"]
    chosen = {name["name"] for name in dialog["lines"][0]}
    sent = {"ids": [company.deal.pk], "count": "1", "go": "1", "field-0": KEY, "how-0": "add"}
    anna.post("/deals/?part=change", {**sent, "value-0": ["t1", "Пятая"]}, headers=HTMX)
    preview = JobRun.objects.latest("id")
    shown = anna.get(f"/jobs/{preview.pk}/").context["change"]["rows"][0]["fields"][0]
    anna.post(f"/jobs/{preview.pk}/?part=go")

    assert chosen == {"field-0", "how-0", "value-0"}
    assert (shown["was"], shown["now"]) == ("Срочный", f"{HOSTILE}, Пятая, Срочный")
    assert names() == [HOSTILE, "Пятая", "Срочный"]


def test_an_import_reads_names_through_commas_and_offers_to_add_new_ones(cast, client: Browser) -> None:
    made("clients.client")
    client.force_login(cast.director)
    row = begun(client, "Наименование;Телефон;Метки\nРомашка;84951234567;срочный, с выставки\n")
    url = f"/imports/{row.pk}"
    client.post(f"{url}/columns/", {"column-0": "name", "column-1": "phone", "column-2": KEY})
    page = client.get(f"{url}/values/").content.decode()
    sent = {f"text-{KEY}": ["срочный", "с выставки"], f"value-{KEY}": ["t2", "+"]}
    client.post(f"{url}/values/", sent)
    client.post(f"{url}/rules/", rules())
    worked()
    client.post(f"{url}/check/?part=run")
    worked()

    assert '<option value="+" selected>' in page
    labels = {one["id"]: one["label"] for one in FieldDef.objects.get().options}
    assert [labels[one] for one in Client.objects.get(name="Ромашка").extra[KEY]] == ["с выставки", "Срочный"]


def test_the_api_takes_names_changes_tags_and_merges_them(company: Company, field: FieldDef) -> None:
    rights = [{"permission": name, "reach": "all"} for name in ("fields.*", "deals.*", "jobs.*")]
    access.set_role(actor=SYSTEM, code="ruler", name="Настройки", grants=rights, hidden=[])
    access.give_role(actor=SYSTEM, user=company.head, role="ruler")
    token = access.issue_token(actor=SYSTEM, user=company.head, name="test", scopes=[])
    browser = Browser(headers={"Authorization": f"Bearer {token}"})

    def send(method: str, path: str, body: object):
        answer = getattr(browser, method)(f"/api/v1{path}", json.dumps(body), content_type="application/json")
        registry.forget_custom_fields()
        return answer

    tags = f"/custom-fields/{field.pk}/tags"
    changed = send("patch", f"/deals/{company.deal.pk}", {KEY: ["СРОЧНЫЙ", "Новая"]})
    added = send("post", "/records/deals.deal/tags/x_tags", {"names": ["новая", "Ещё"]})
    renamed = send("patch", f"{tags}/t2", {"name": "Спешный", "colour": 4})
    merged = send("post", f"{tags}/t5/merge", {"into": "t2"})
    refused = send("post", f"{tags}/t2/merge", {"into": "t2"})
    jobs.do_work(JobRun.objects.latest("id").pk)

    assert (changed.status_code, changed.json()[KEY]) == (200, ["t5", "t2"])
    assert added.json() == {"ids": ["t5", "t6"]}
    assert (renamed.json()["label"], renamed.json()["colour"]) == ("Спешный", 4)
    assert (merged.json()["into"], refused.status_code) == ("t2", 422)
    assert names() == ["Спешный"]
