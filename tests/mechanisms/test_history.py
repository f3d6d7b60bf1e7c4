"""The history of a row on its card: readable, with ways back, causes and consequences, each within reach."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.deals import api
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit import events
from okno.kit.commands import caused_by, opened
from okno.kit.fields import custom
from okno.kit.models.journal import Change, CommandRun
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.testing.query_counts import check_few, statements
from okno.kit.timeline import causes, history
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.urls("tests.mechanisms.deal_pages")
HTMX = {"HX-Request": "true"}
assert api.router is not None


@pytest.fixture
def anna(company: Company, client: Browser) -> Browser:
    rights = [{"permission": name, "reach": "all"} for name in ("journal.*", "timeline.*")]
    access.set_role(actor=SYSTEM, code="extra", name="Больше", grants=rights, hidden=[])
    access.give_role(actor=SYSTEM, user=company.anna, role="extra")
    client.force_login(company.anna)
    return client


def entries(browser: Browser, deal: Deal, more: str = "") -> list[dict]:
    feed = browser.get(f"/deals/{deal.pk}/?part=history{more}").context["feed"]
    return [one for day in feed["days"] for one in day["entries"]]


def test_history_tells_custom_fields_links_and_stages_in_words(company, anna):
    options = [{"id": "a", "label": "Опт"}, {"id": "b", "label": "Розница"}]
    custom.add(actor=SYSTEM, record="deals.deal", key="way", label="Канал", kind="choice", options=options)
    actor = company.actor("anna")
    deals.update(actor=actor, deal=company.deal, values={"x_way": "a"})
    deals.update(actor=actor, deal=company.deal, values={"x_way": "b"})
    deals.move(actor=actor, deal=company.deal, stage="invoice")

    moved, second, first, *_rest = entries(anna, company.deal)

    stage = next(one for one in moved["changes"] if one["label"] == "Этап")
    assert (stage["was"], stage["now"]) == ("Новый", "Счёт")
    assert [(one["label"], one["was"], one["now"]) for one in second["changes"]] == [("Канал", "Опт", "Розница")]
    assert first["changes"][0]["now"] == "Опт"
    assert second["who"] == "anna"


def test_history_of_one_field_leaves_the_others_out(company, anna):
    actor = company.actor("anna")
    deals.update(actor=actor, deal=company.deal, values={"source": "Сайт"})
    deals.update(actor=actor, deal=company.deal, values={"need": "Склад"})

    found = entries(anna, company.deal, "&field=source")

    assert [[one["label"] for one in entry["changes"]] for entry in found] == [["Источник"]]


def test_change_made_past_all_commands_stands_without_a_day(company, anna):
    Deal.objects.filter(pk=company.deal.pk).update(source="Сайт")

    answer = anna.get(f"/deals/{company.deal.pk}/?part=history")

    [first, *_rest] = answer.context["feed"]["days"]
    assert [one["when"] for one in first["entries"]] == [""]
    assert [one["now"] for one in first["entries"][0]["changes"]] == ["Сайт"]
    change = Change.objects.latest("id")
    assert anna.get(f"/history/{change.pk}/").status_code == 200
    assert anna.get(f"/history/{change.pk}/?part=restore", headers=HTMX).context["dialog"]["lines"]


def test_one_field_of_a_change_is_brought_back(company, anna):
    actor = company.actor("anna")
    deals.update(actor=actor, deal=company.deal, values={"source": "Сайт", "need": "Склад"})
    change = Change.objects.filter(table_name="deals_deal", row_id=company.deal.pk, op="U").latest("id")

    asked = anna.get(f"/history/{change.pk}/?part=restore", headers=HTMX).context["dialog"]
    assert {(one["key"], one["now"], one["then"]) for one in asked["lines"]} == {
        ("source", "Сайт", ""),
        ("need", "Склад", ""),
    }
    anna.post(f"/history/{change.pk}/?part=restore", {"field": ["source"]}, headers=HTMX)

    company.deal.refresh_from_db()
    assert (company.deal.source, company.deal.need) == ("", "Склад")


def test_the_card_is_brought_back_as_it_was_then(company, anna):
    actor = company.actor("anna")
    deals.update(actor=actor, deal=company.deal, values={"source": "Сайт", "amount": "10.15"})
    then = Change.objects.filter(table_name="deals_deal", row_id=company.deal.pk, op="U").latest("id")
    deals.update(actor=actor, deal=company.deal, values={"source": "Звонок"})
    deals.update(actor=actor, deal=company.deal, values={"amount": "99", "need": "Склад"})

    fields = ["source", "amount", "need"]
    anna.post(f"/history/{then.pk}/?part=restore&version=1", {"field": fields}, headers=HTMX)

    company.deal.refresh_from_db()
    assert (company.deal.source, str(company.deal.amount), company.deal.need) == ("Сайт", "10.15", "")


def test_change_of_a_row_out_of_reach_reads_as_missing(company, client):
    change = Change.objects.filter(table_name="deals_deal", row_id=company.deal.pk).latest("id")
    client.force_login(company.boris)

    for part in ("", "?part=restore"):
        assert client.get(f"/history/{change.pk}/{part}").status_code == 404


def test_hidden_fields_cannot_be_brought_back(company, anna):
    deals.update(actor=SYSTEM, deal=company.deal, values={"amount": "10"})
    change = Change.objects.filter(table_name="deals_deal", row_id=company.deal.pk, op="U").latest("id")
    own = [{"permission": "deals.*", "reach": "own"}]
    access.set_role(actor=SYSTEM, code="blind", name="Без сумм", grants=own, hidden=["deals.deal.amount"])
    access.set_roles(actor=SYSTEM, user=company.anna, roles=["blind"])

    assert anna.get(f"/history/{change.pk}/?part=restore", headers=HTMX).context["dialog"]["lines"] == []


def test_a_story_has_the_causes_above_and_what_came_of_it_below(company, anna):
    deals.move(actor=company.actor("anna"), deal=company.deal, stage="invoice")
    events.drain()
    change = Change.objects.filter(table_name="deals_deal", row_id=company.deal.pk, op="U").latest("id")

    story = causes.story_of(company.actor("anna"), change.pk)

    assert story.run is not None
    top = story.causes[0] if story.causes else story.run
    assert top.label == "Перевести на этап"
    page = anna.get(f"/history/{change.pk}/")
    assert page.status_code == 200
    assert "Поставка" in page.content.decode()


def test_a_story_leaves_out_reactions_that_found_nothing_to_do(company):
    deals.move(actor=company.actor("anna"), deal=company.deal, stage="invoice")
    events.drain()
    change = Change.objects.filter(table_name="deals_deal", row_id=company.deal.pk, op="U").latest("id")

    story = causes.story_of(company.actor("anna"), change.pk)

    assert story.run is not None
    assert len(story.run.children) < CommandRun.objects.filter(cause_id=story.run.id).count()


@pytest.mark.parametrize(
    ("run", "label"),
    [
        ("deals.move", "Перевести на этап"),
        ("deals.advance", "Перейти на этап по факту"),
        ("exchange.tidy", "Удалить старые следы обмена"),
        (history.BATCH, "Изменение многих записей"),
        ("leads.handlers.something", "Реакция на событие"),
    ],
)
def test_runs_are_told_in_words(run, label):
    assert history.label_of(run) == label


def test_a_step_over_rows_out_of_reach_says_nothing_of_them(company):
    deals.open_deal(actor=SYSTEM, title="Чужая", client=company.client, owner=company.boris)
    foreign = Deal.objects.get(title="Чужая")
    own = Change.objects.filter(table_name="deals_deal", row_id=company.deal.pk).latest("id")
    other = Change.objects.filter(table_name="deals_deal", row_id=foreign.pk).latest("id")
    other.run.cause_id = own.run_id
    other.run.save(update_fields=["cause"])

    story = causes.story_of(company.actor("anna"), own.pk)

    hidden = next(one for one in story.run.children if one.id == other.run_id)
    assert (hidden.is_hidden, hidden.who, hidden.changes) == (True, "", [])
    assert "Чужая" not in str(story)


def test_pages_of_history_ask_few_statements_however_long_it_is(company, anna):
    actor = company.actor("anna")
    for number in range(30):
        values = {"source": f"Источник {number}", "need": f"Склад {number}"}
        deals.update(actor=actor, deal=company.deal, values=values)
    change = Change.objects.filter(table_name="deals_deal", row_id=company.deal.pk, op="U").latest("id")

    check_few(statements(lambda: anna.get(f"/deals/{company.deal.pk}/?part=history", headers=HTMX)), 9)
    check_few(statements(lambda: anna.get(f"/history/{change.pk}/")), 12)
    check_few(statements(lambda: anna.get(f"/history/{change.pk}/?part=restore", headers=HTMX)), 6)


def test_story_asks_few_statements_however_many_rows_it_has_changed(company, anna):
    with opened("deals.many", company.actor("anna"), {}, ""):
        for number in range(12):
            deal = deals.open_deal(actor=SYSTEM, title=f"{number}", client=company.client, owner=company.anna)
            deals.move(actor=SYSTEM, deal=deal, stage="invoice")
    change = Change.objects.filter(table_name="deals_deal", op="U").latest("id")

    page = anna.get(f"/history/{change.pk}/")
    assert len(page.context["causes"]) + len(page.context["run"]["children"]) > 0
    check_few(statements(lambda: anna.get(f"/history/{change.pk}/")), 16)


def test_the_beginning_of_long_work_is_told_as_no_cause(company: Company) -> None:
    for name in ("jobs.start", "deals.move"):
        with caused_by(CommandRun.objects.create(name=name, actor_kind="system", actor_name="").pk):
            deals.update(actor=SYSTEM, deal=company.deal, values={"source": name})

    later, earlier, *_rest = history.history_of(company.actor("anna"), registry.record("deals.deal"), company.deal)
    assert (later.cause, earlier.cause) == ("Перевести на этап", "")
