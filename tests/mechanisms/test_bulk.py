"""Changes of many rows: what is shown first is what is done, and what others changed since stays."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from okno.access import commands as access
from okno.areas.deals import api
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit import jobs, live
from okno.kit.changing import asked, running
from okno.kit.changing.edits import Edit
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.fields import custom
from okno.kit.models.journal import Change, CommandRun, EventRow
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from okno.kit.testing.query_counts import check_few, statements
from okno.kit.timeline import causes

pytestmark = pytest.mark.urls("tests.mechanisms.deal_pages")
HTMX = {"HX-Request": "true"}
assert api.router is not None


@pytest.fixture
def anna(company, client: Browser) -> Browser:
    names = ("jobs.*", "journal.*", "deals.*")
    rights = [{"permission": name, "reach": "all" if name != "deals.*" else "own"} for name in names]
    access.set_role(actor=SYSTEM, code="extra", name="Больше", grants=rights, hidden=[])
    access.give_role(actor=SYSTEM, user=company.anna, role="extra")
    client.force_login(company.anna)
    return client


@pytest.fixture
def four(company):
    for number in range(2):
        deals.open_deal(
            actor=SYSTEM, title=f"Сделка {number}", client=company.client, owner=company.anna, amount=Decimal("100.50")
        )
    deals.open_deal(actor=SYSTEM, title="Чужая", client=company.client, owner=company.boris)
    return company


def last() -> JobRun:
    return JobRun.objects.latest("id")


def asked_for(browser: Browser, ids: list[int], **lines) -> JobRun:
    """Fill in the dialog of a group change, line by line, and send it."""
    posted: dict[str, object] = {"ids": ids, "count": str(len(lines)), "go": "1"}
    for number, (key, (how, value)) in enumerate(lines.items()):
        posted |= {f"field-{number}": key, f"how-{number}": how, f"value-{number}": value}
    answer = browser.post("/deals/?part=change", posted, headers=HTMX)
    assert answer.status_code == 204, answer.content.decode()
    return last()


def mine(company) -> list[int]:
    return list(Deal.objects.filter(owner=company.anna).order_by("pk").values_list("pk", flat=True))


def carried_out(browser: Browser, preview: JobRun) -> JobRun:
    browser.post(f"/jobs/{preview.pk}/?part=go")
    return last()


def taken_back(browser: Browser, done: JobRun, **chosen) -> JobRun:
    browser.post(f"/jobs/{done.pk}/?part=back")
    shown = last()
    keys = [one["key"] for one in browser.get(f"/jobs/{shown.pk}/").context["change"]["fields"]]
    browser.post(f"/jobs/{shown.pk}/?part=go", {"field": keys, **chosen})
    return last()


def test_preview_shows_each_field_before_and_after_and_keeps_nothing(four, anna):
    before = (CommandRun.objects.filter(name="deals.update").count(), Change.objects.count())
    preview = asked_for(anna, mine(four), source=("set", "Выставка"))

    page = anna.get(f"/jobs/{preview.pk}/").context["change"]
    assert [(one["label"], one["fields"][0]["was"], one["fields"][0]["now"]) for one in page["rows"]] == [
        ("Поставка", "", "Выставка"),
        ("Сделка 0", "", "Выставка"),
        ("Сделка 1", "", "Выставка"),
    ]
    assert Deal.objects.filter(source="Выставка").count() == 0
    assert (CommandRun.objects.filter(name="deals.update").count(), Change.objects.count()) == before


def test_the_report_says_what_was_asked(four, anna):
    asked = {"source": ("set", "Выставка"), "amount": ("percent", "10"), "title": ("formula", "title + 'а'")}
    preview = asked_for(anna, mine(four), **asked)
    told = [
        "Источник — установить «Выставка»",
        "Сумма — увеличить на 10 %",
        "Название — вычислить по формуле «Название + 'а'»",
    ]
    assert anna.get(f"/jobs/{preview.pk}/").context["change"]["asked"] == told

    done = carried_out(anna, preview)
    assert anna.get(f"/jobs/{done.pk}/").context["change"]["asked"] == told


def test_what_led_to_a_change_of_many_opens_its_report_to_whoever_began_it(four, anna):
    done = carried_out(anna, asked_for(anna, mine(four), source=("set", "Выставка")))
    change = Change.objects.filter(table_name="deals_deal", run__name="deals.update").latest("pk")

    told = causes.story_of(four.actor("anna"), change.pk).causes[0]
    assert (told.label, told.job) == (done.label, done.pk)
    told = causes.story_of(four.actor("head"), change.pk).causes[0]
    assert (told.label, told.job) == ("Начато длительное задание", None)


def test_run_does_what_the_preview_has_shown(four, anna):
    lost = deals.open_deal(actor=SYSTEM, title="Закрыта", client=four.client, owner=four.anna)
    Deal.objects.filter(pk=lost.pk).update(closed_at="2026-01-01T00:00Z", stage=lost.scenario.stages.get(code="won"))
    preview = asked_for(anna, mine(four), source=("set", "Выставка"), amount=("percent", "10"))
    done = carried_out(anna, preview)

    told = ("total", "done", "same", "refused_count", "fields", "also", "outside", "reasons", "changes")
    assert {name: done.result[name] for name in told} == {name: preview.result[name] for name in told}
    assert (
        list(Deal.objects.filter(title__startswith="Сделка").values_list("amount", flat=True))
        == [Decimal("110.55")] * 2
    )
    assert done.result["refused_count"] == 1


def test_refused_rows_leave_no_run(four, anna):
    lost = deals.open_deal(actor=SYSTEM, title="Закрыта", client=four.client, owner=four.anna)
    Deal.objects.filter(pk=lost.pk).update(closed_at="2026-01-01T00:00Z", stage=lost.scenario.stages.get(code="won"))
    done = carried_out(anna, asked_for(anna, mine(four), source=("set", "Выставка")))

    runs = CommandRun.objects.filter(name="deals.update", cause__cause_id=done.result["cause"])
    assert sorted(runs.values_list("args__deal", flat=True)) == [one for one in mine(four) if one != lost.pk]
    assert set(Change.objects.filter(run__in=runs).values_list("run_id", flat=True)) == {one.pk for one in runs}


@pytest.fixture
def pass_on():
    """A command that gives what it finds in its row to the next one."""

    @command("deals.pass_on")
    def passed(*, actor: Actor, deal: Deal) -> None:
        following = Deal.objects.filter(pk__gt=deal.pk).order_by("pk").first()
        if following is not None:
            following.source = f"{deal.source}+"
            following.save(update_fields=["source"])

    yield passed
    del registry.commands["deals.pass_on"]


@pytest.mark.parametrize("is_preview", [True, False])
def test_command_sees_what_those_before_it_have_changed(four, pass_on, is_preview):
    ids = list(Deal.objects.order_by("pk").values_list("pk", flat=True))
    question = asked.Asked(record="deals.deal", ids=ids, label="x", command="deals.pass_on", on="deal")
    told = running.Batches(question, SYSTEM, is_preview=is_preview).act(ids, "" if is_preview else "once")

    assert [one["fields"]["source"][1] for one in told["changes"]] == ["+", "++", "+++"]
    found = list(Deal.objects.order_by("pk").values_list("source", flat=True))
    assert found == ([""] * 4 if is_preview else ["", "+", "++", "+++"])


@pytest.fixture
def hinting():
    """A command that says that the list is stale and refuses the first row it gets."""
    seen = []

    @command("deals.hint")
    def hint(*, actor: Actor, deal: Deal) -> None:
        live.tell_topic("deals.deal")
        seen.append(deal.pk)
        if len(seen) == 1:
            raise Refused("x", "no")

    yield hint
    del registry.commands["deals.hint"]


def test_list_is_told_once_that_it_is_stale_unless_that_was_taken_back(four, hinting):
    ids = list(Deal.objects.order_by("pk").values_list("pk", flat=True))
    question = asked.Asked(record="deals.deal", ids=ids, label="x", command="deals.hint", on="deal")
    with CaptureQueriesContext(connection) as captured:
        told = running.Batches(question, SYSTEM, is_preview=False).act(ids, "once")
    assert told["refused_count"] == 1
    assert len([one for one in captured.captured_queries if "okno_live" in str(one["sql"])]) == 1


def test_rows_out_of_reach_are_left_and_told(four, anna):
    foreign = Deal.objects.get(title="Чужая").pk
    done = carried_out(anna, asked_for(anna, [*mine(four), foreign], source=("set", "Выставка")))

    (reason,) = done.result["reasons"].values()
    assert (done.result["done"], reason["ids"]) == (3, [foreign])
    page = anna.get(f"/jobs/{done.pk}/").context["change"]
    assert page["refused"][0]["rows"] == [{"label": f"№ {foreign}", "url": ""}]


def test_all_rows_of_the_filter_are_changed_once_it_is_confirmed(four, anna):
    condition = json.dumps({"all": [{"field": "title", "op": "starts", "value": "Сделка"}]})
    posted = {"all": "1", "count": "1", "go": "1", "field-0": "source", "how-0": "set", "value-0": "Сайт"}
    anna.post(f"/deals/?part=change&f={condition}", posted, headers=HTMX)
    carried_out(anna, last())

    assert set(Deal.objects.filter(source="Сайт").values_list("title", flat=True)) == {"Сделка 0", "Сделка 1"}


def test_a_formula_is_computed_for_each_row(four, anna):
    preview = asked_for(anna, mine(four), amount=("formula", "amount * 2 + 1"))
    carried_out(anna, preview)

    assert sorted(Deal.objects.filter(owner=four.anna).values_list("amount", flat=True)) == [1, 202, 202]


def test_a_wrong_formula_is_told_beside_it(four, anna):
    posted = {
        "ids": mine(four),
        "count": "1",
        "go": "1",
        "field-0": "amount",
        "how-0": "formula",
        "value-0": "amount *",
    }
    answer = anna.post("/deals/?part=change", posted, headers=HTMX)

    assert answer.status_code == 422
    assert not JobRun.objects.exists()


def test_values_are_added_to_and_taken_from_many(four, anna):
    options = [{"id": name, "label": name.title()} for name in ("vip", "опт", "сеть")]
    custom.add(
        actor=SYSTEM, record="deals.deal", key="tags", label="Метки", kind="choice", options=options, is_many=True
    )
    first, *rest = mine(four)
    deals.update(actor=SYSTEM, deal=Deal.objects.get(pk=first), values={"x_tags": ["vip"]})

    carried_out(anna, asked_for(anna, [first, *rest], x_tags=("add", ["сеть"])))
    assert Deal.objects.get(pk=first).extra["x_tags"] == ["vip", "сеть"]
    carried_out(anna, asked_for(anna, [first, *rest], x_tags=("remove", ["vip", "сеть"])))
    assert [not one.extra.get("x_tags") for one in Deal.objects.filter(owner=four.anna)] == [True] * 3


def test_what_others_changed_since_is_kept_field_by_field(four, anna):
    done = carried_out(anna, asked_for(anna, mine(four), source=("set", "Выставка"), need=("set", "Склад")))
    first = Deal.objects.get(title="Сделка 0")
    deals.update(actor=four.actor("head"), deal=first, values={"source": "Звонок"})

    back = taken_back(anna, done)

    first.refresh_from_db()
    assert (first.source, first.need) == ("Звонок", "")
    assert list(Deal.objects.exclude(pk=first.pk).values_list("source", flat=True)) == ["", "", ""]
    assert [(reason, one["ids"]) for reason, one in back.result["reasons"].items()] == [
        ("С тех пор изменил head: Источник.", [first.pk])
    ]


def test_one_field_is_taken_back_alone_and_one_row_left(four, anna):
    done = carried_out(anna, asked_for(anna, mine(four), source=("set", "Выставка"), need=("set", "Склад")))
    first = mine(four)[0]

    taken_back(anna, done, field=["source"], leave=[first])

    found = {one.pk: (one.source, one.need) for one in Deal.objects.filter(owner=four.anna)}
    assert found.pop(first) == ("Выставка", "Склад")
    assert set(found.values()) == {("", "Склад")}


def test_preview_of_the_way_back_equals_the_way_back(four, anna):
    done = carried_out(anna, asked_for(anna, mine(four), source=("set", "Выставка")))
    deals.update(actor=SYSTEM, deal=Deal.objects.get(title="Сделка 0"), values={"source": "Звонок"})
    anna.post(f"/jobs/{done.pk}/?part=back")
    shown = last()
    anna.post(f"/jobs/{shown.pk}/?part=go", {"field": ["source"]})

    assert {**last().result} == {**shown.result}
    assert shown.result["done"] == 2


def test_a_command_of_the_list_is_shown_first_and_taken_back(four, anna):
    url = "/deals/?part=bulk&do=deals.delete"
    assert anna.post(url, {"all": "1"}, headers=HTMX).status_code == 200
    anna.post(url, {"all": "1", "sent": "1"}, headers=HTMX)
    assert Deal.objects.filter(is_deleted=True).count() == 0
    done = carried_out(anna, last())
    assert list(Deal.objects.filter(is_deleted=False).values_list("title", flat=True)) == ["Чужая"]

    taken_back(anna, done)
    assert Deal.objects.filter(is_deleted=True).count() == 0


def test_a_silent_change_tells_no_events(four, anna):
    url = "/deals/?part=bulk&do=deals.move"
    before = EventRow.objects.count()
    anna.post(url, {"ids": mine(four), "sent": "1", "stage": "invoice", "is_silent": "on"}, headers=HTMX)
    done = carried_out(anna, last())
    assert (done.result["done"], EventRow.objects.count()) == (3, before)


def test_a_command_with_a_plain_form_is_offered_for_many_rows(four, anna):
    page = anna.get("/deals/?mode=list").context["page"]
    assert "/deals/?mode=list&part=bulk&do=deals.move" in [one["url"] for one in page["bulk_menu"]]


def test_a_change_begun_anew_goes_on_where_it_was(four, anna, monkeypatch):
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 1)
    preview = asked_for(anna, mine(four), amount=("percent", "10"))
    done = carried_out(anna, preview)
    JobRun.objects.filter(pk=done.pk).update(state=JobRun.State.DOING)

    jobs.do_work(done.pk)

    assert set(Deal.objects.filter(title__startswith="Сделка").values_list("amount", flat=True)) == {Decimal("110.55")}
    done.refresh_from_db()
    assert done.result["done"] == preview.result["done"]


def test_hidden_fields_are_not_offered_and_not_told(four, anna):
    own = [{"permission": name, "reach": "own"} for name in ("deals.*", "jobs.*", "journal.*")]
    access.set_role(actor=SYSTEM, code="blind", name="Без сумм", grants=own, hidden=["deals.deal.amount"])
    access.set_roles(actor=SYSTEM, user=four.anna, roles=["blind"])
    url = "/deals/?part=change"

    offered = anna.post(url, {"ids": mine(four), "count": "1"}, headers=HTMX)
    assert "amount" not in offered.context["dialog"]["lines"][0][0]["widget"]
    formula = {"ids": mine(four), "count": "1", "go": "1", "field-0": "need", "how-0": "formula"}
    refused = anna.post(url, {**formula, "value-0": "text(amount)"}, headers=HTMX)
    assert refused.status_code == 422


def test_ids_are_kept_as_ranges():
    assert asked.packed([5, 1, 2, 3, 9]) == "1-3,5,9"
    assert asked.unpacked("1-3,5,9") == [1, 2, 3, 5, 9]
    assert asked.unpacked("") == []
    assert Edit("a", "set", Decimal("1.5")).plain()["value"] == "1.5"


def test_pages_of_a_change_ask_few_statements_however_many_rows_it_has(four, anna):
    for number in range(60):
        deals.open_deal(actor=SYSTEM, title=f"Ещё {number}", client=four.client, owner=four.anna)
    dialog = {"ids": mine(four), "count": "1"}
    check_few(statements(lambda: anna.post("/deals/?part=change", dialog, headers=HTMX)), 6)

    preview = asked_for(anna, mine(four), source=("set", "Выставка"))
    check_few(statements(lambda: anna.get(f"/jobs/{preview.pk}/")), 7)
    done = carried_out(anna, preview)
    check_few(statements(lambda: anna.get(f"/jobs/{done.pk}/")), 7)


def test_marking_a_row_reads_it_once_however_many_are_marked(four):
    ids = list(Deal.objects.order_by("pk").values_list("pk", flat=True))
    given = {"record": "deals.deal"}
    question = asked.Asked(record="deals.deal", ids=ids, label="x", command="purging.mark", on="row_id", given=given)
    with CaptureQueriesContext(connection) as captured:
        told = running.Batches(question, SYSTEM, is_preview=False).act(ids, "once")

    reading = [one for one in captured.captured_queries if str(one["sql"]).startswith('SELECT "deals_deal"')]
    assert (told["done"], len(reading)) == (len(ids), 1)
    assert Deal.objects.filter(is_deleted=True).count() == len(ids)
