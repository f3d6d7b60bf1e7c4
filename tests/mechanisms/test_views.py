"""Views: changes for oneself over shared ones, locks, audiences, the view that opens first, colours, broken parts."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access import queries
from okno.access.models import User
from okno.areas.deals import commands as deals
from okno.kit.errors import Missing, Refused
from okno.kit.fields import custom
from okno.kit.models.views import SavedView
from okno.kit.permissions import SYSTEM
from okno.kit.saved_views import commands, reading
from okno.kit.testing.query_counts import statements

pytestmark = pytest.mark.urls("tests.mechanisms.deal_pages")
DEAL = "deals.deal"
OPTIONS = [{"id": "1", "label": "Сами"}, {"id": "2", "label": "Мы"}]
BY_STAGE = {"group": "stage", "cols": "title,amount"}


@pytest.fixture
def office(company):
    """Everybody may shape views for themselves, the head also for others."""
    everyday = [{"permission": f"saved_views.{name}", "reach": "all"} for name in ("save", "rename", "drop", "keep")]
    look = [{"permission": "deals.*", "reach": "subtree"}, {"permission": "access.view", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="everyday", name="Все", grants=everyday + look, hidden=[])
    wide = [{"permission": "saved_views.*", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="shaper", name="Виды", grants=wide, hidden=[])
    for who in (company.anna, company.boris, company.head):
        access.give_role(actor=SYSTEM, user=who, role="everyday")
    access.give_role(actor=SYSTEM, user=company.head, role="shaper")
    return company


@pytest.fixture
def shared(office):
    head = office.actor("head")
    own = commands.save(actor=head, record=DEAL, name="По этапам", config=BY_STAGE)
    return commands.share(actor=head, view_id=own.pk)


def browser(user) -> Browser:
    made = Browser()
    made.force_login(user)
    return made


def page(user, query: str) -> dict:
    return browser(user).get(f"/deals/?{query}").context["page"]


def test_change_over_a_shared_view_is_kept_for_its_maker_alone(office, shared):
    changed = page(office.anna, f"view={shared.pk}&sort=-amount&group=")["changed"]
    browser(office.anna).post(changed["keep_url"])

    hers, his = page(office.anna, f"view={shared.pk}"), page(office.boris, f"view={shared.pk}")
    assert "rows" in hers
    assert "groups" in his
    assert hers["changed"]["is_kept"]
    assert his["changed"] is None
    browser(office.anna).post(hers["changed"]["unkeep_url"])
    assert "groups" in page(office.anna, f"view={shared.pk}")


def test_own_view_takes_the_change_itself(office):
    own = commands.save(actor=office.actor("anna"), record=DEAL, name="Моя", config={"sort": "title"})
    browser(office.anna).post(page(office.anna, f"view={own.pk}&sort=-amount")["changed"]["keep_url"])
    own.refresh_from_db()
    assert own.config["sort"] == "-amount"
    assert page(office.anna, f"view={own.pk}")["changed"] is None


def test_what_is_asked_again_is_no_change(office, shared):
    assert page(office.anna, f"view={shared.pk}&group=stage")["changed"] is None
    assert page(office.anna, "tab=all&mode=list&cols=title,client,stage,amount,owner,next_task_at")["changed"] is None


def test_view_saved_from_a_tab_keeps_what_the_tab_asks_of_rows(office):
    deals.open_deal(actor=SYSTEM, title="Чужая", client=office.client, owner=office.boris)
    where = json.dumps({"all": [{"field": "title", "op": "not_empty"}]})
    browser(office.head).post(f"/deals/?tab=mine&f={where}&part=view", {"name": "Мои с названием"})
    own = commands.share(actor=office.actor("head"), view_id=SavedView.objects.latest("pk").pk)

    shown = page(office.head, f"view={own.pk}")

    assert shown["rows"] == []
    assert len(shown["chips"]) == 2


def test_search_is_not_kept_in_a_view(office):
    browser(office.anna).post("/deals/?tab=all&q=поставка&sort=title&part=view", {"name": "По названию"})
    assert "q" not in SavedView.objects.latest("pk").config


def test_locked_view_takes_no_change_of_ones_own(office, shared):
    place, head = f"view:{shared.pk}", office.actor("head")
    commands.keep(actor=office.actor("anna"), record=DEAL, place=place, config={"group": ""})
    commands.change_shared(actor=head, view_id=shared.pk, is_locked=True)

    assert "groups" in page(office.anna, f"view={shared.pk}")
    assert page(office.anna, f"view={shared.pk}&group=")["changed"]["keep_url"] == ""
    with pytest.raises(Refused, match="закреплён"):
        commands.keep(actor=office.actor("anna"), record=DEAL, place=place, config={"group": ""})


def test_shared_view_is_changed_by_grant_only(office, shared):
    url = f"/deals/?view={shared.pk}&group=&part=publish"
    assert page(office.anna, f"view={shared.pk}&group=")["changed"]["publish_url"] == ""
    assert browser(office.anna).post(url).status_code == 403
    assert browser(office.head).post(url).status_code == 302
    assert "rows" in page(office.boris, f"view={shared.pk}")


def test_view_for_a_department_is_not_seen_beside_it(office):
    head = office.actor("head")
    own = commands.save(actor=head, record=DEAL, name="Для своих", config={})
    team = office.actor("anna").department_id
    view = commands.share(actor=head, view_id=own.pk, department_id=team)
    elsewhere = access.add_department(actor=SYSTEM, name="Склад")
    office.boris.department = elsewhere
    office.boris.save()

    assert view in reading.views_of(office.actor("anna"), DEAL)
    assert view in reading.views_of(office.actor("head"), DEAL)
    assert view not in reading.views_of(office.actor("boris"), DEAL)
    with pytest.raises(Missing):
        commands.keep(actor=office.actor("boris"), record=DEAL, place=f"view:{view.pk}", config={"sort": "title"})


def test_views_of_a_department_out_of_sight_are_nobody_elses_to_change(office):
    elsewhere = access.add_department(actor=SYSTEM, name="Склад")
    view = commands.bring(actor=SYSTEM, record=DEAL, name="Складу", config={}, department_id=elsewhere.pk)
    head, script = office.actor("head"), browser(office.head)

    with pytest.raises(Missing):
        commands.change_shared(actor=head, view_id=view.pk, name="Моё")
    with pytest.raises(Missing):
        commands.drop_shared(actor=head, view_id=view.pk)
    script.post(f"/deals/?view={view.pk}&part=drop-view")
    own = commands.save(actor=head, record=DEAL, name="Моя", config={})
    with pytest.raises(Missing):
        commands.share(actor=head, view_id=own.pk, department_id=elsewhere.pk)
    view.refresh_from_db()
    assert (view.name, SavedView.objects.filter(department_id=elsewhere.pk).count()) == ("Складу", 1)


def test_chosen_view_opens_first_for_its_chooser(office, shared):
    browser(office.anna).post(f"/deals/?view={shared.pk}&part=open-first")
    assert browser(office.anna).get("/deals/").headers["Location"] == f"/deals/?view={shared.pk}"
    assert browser(office.boris).get("/deals/").status_code == 200
    commands.drop_shared(actor=office.actor("head"), view_id=shared.pk)
    assert browser(office.anna).get("/deals/").status_code == 200


def test_column_that_is_no_more_is_told_and_the_rest_is_shown(office):
    own = commands.save(actor=office.actor("anna"), record=DEAL, name="Старая", config={"cols": "title,x_gone,amount"})
    shown = page(office.anna, f"view={own.pk}")
    assert [one["key"] for one in shown["columns"]] == ["title", "amount"]
    assert [one["value"] for one in shown["chips"] if one["broken"]] == ["такого поля больше нет"]


def test_what_a_view_asks_of_a_retired_field_is_told_by_its_name(office):
    row = custom.add(actor=SYSTEM, record=DEAL, key="way", label="Способ", kind="choice", settings={"options": OPTIONS})
    config = {"cols": "title,x_way", "group": "x_way", "sort": "-x_way"}
    own = commands.save(actor=office.actor("anna"), record=DEAL, name="По способу", config=config)
    custom.retire(actor=SYSTEM, field=row)

    broken = [one for one in page(office.anna, f"view={own.pk}")["chips"] if one["broken"]]
    assert {one["value"] for one in broken} == {"«Способ» убрано из работы"}
    told = page(office.anna, 'f={"all":[{"field":"x_way","op":"not_empty"}]}')["chips"]
    assert [one["value"] for one in told] == ["[удалённое поле Способ] заполнено"]
    assert [one["label"] for one in broken] == ["Колонка", "Группировка", "Порядок строк"]
    for one in broken:
        left = browser(office.anna).get(one["remove_url"]).context["page"]["chips"]
        assert len([chip for chip in left if chip["broken"]]) == 2


def test_tabs_of_shared_views_are_told_from_ones_own(office, shared):
    own = commands.save(actor=office.actor("anna"), record=DEAL, name=shared.name, config={})
    tabs = {one["url"]: one.get("is_shared", False) for one in page(office.anna, f"view={own.pk}")["tabs"]}
    assert (tabs[f"/deals/?view={shared.pk}"], tabs[f"/deals/?view={own.pk}"]) == (True, False)


@pytest.mark.parametrize(("pin", "kept"), [("3", 3), ("99", 5), ("0", 1), ("x", 1), ("²", 1), ("", 1)])
def test_first_columns_stay_in_sight_as_many_as_are_asked_for(office, pin, kept):
    assert page(office.anna, f"tab=all&pin={pin}")["pinned"] == kept


def test_column_menu_pins_up_to_its_column_and_lets_the_last_one_go(office):
    columns = page(office.anna, "cols=title,client,stage&pin=2")["columns"]
    links = {one["key"]: one.get("pin_url", "") for one in columns}
    assert [links["title"], links["client"][-5:], links["stage"][-5:]] == ["", "pin=1", "pin=3"]


def test_pinned_columns_are_kept_in_the_view(office):
    own = commands.save(actor=office.actor("anna"), record=DEAL, name="Моя", config={})
    browser(office.anna).post(page(office.anna, f"view={own.pk}&pin=2")["changed"]["keep_url"])
    assert page(office.anna, f"view={own.pk}")["pinned"] == 2
    assert page(office.anna, f"view={own.pk}&pin=1")["changed"] is not None


def test_columns_are_chosen_anew_over_those_of_the_address(office):
    anna = browser(office.anna)
    dialog = anna.get("/deals/?cols=title,client,stage&pin=2&part=columns").context["dialog"]
    hidden = [(one["name"], one["value"]) for one in dialog["hidden"]]
    sent = [*hidden, ("cols", "stage"), ("cols", "title"), ("pin", "1")]
    answer = anna.get(f"/deals/?{urlencode(sent)}")
    shown = browser(office.anna).get(answer.headers["Location"]).context["page"]
    assert ([one["key"] for one in shown["columns"]], shown["pinned"]) == (["stage", "title"], 1)


def test_rows_have_the_colour_of_the_first_rule_they_hold(office):
    deals.open_deal(actor=SYSTEM, title="Крупная", client=office.client, owner=office.anna, amount=Decimal(900))
    rules = [
        {"where": {"field": "amount", "op": "ge", "value": 500}, "colour": "red"},
        {"where": {"field": "title", "op": "not_empty"}, "colour": "green"},
        {"where": {"field": "gone", "op": "eq", "value": 1}, "colour": "blue"},
    ]
    rows = page(office.anna, f"paint={json.dumps(rules)}")["rows"]
    assert {row["title"]: row["paint"] for row in rows} == {"Крупная": "red", "Поставка": "green"}


def test_colours_are_made_of_conditions_by_the_dialog(office):
    sent = {"paint0~kind": "all", "paint0~0~kind": "leaf", "paint0~0~key": "title", "paint0~0~op": "not_empty"}
    answer = browser(office.anna).post("/deals/?part=paint", sent | {"colour0": "yellow"})
    shown = browser(office.anna).get(answer.headers["Location"]).context["page"]
    assert {row["paint"] for row in shown["rows"]} == {"yellow"}
    assert shown["changed"]["save_url"]


@pytest.mark.parametrize(
    "paint", ["[", "{}", "[1]", '[{"where":{},"colour":"red"}]', '[{"where":{"all":[]},"colour":"x"}]']
)
def test_colours_that_cannot_be_read_colour_nothing(office, paint):
    assert {row["paint"] for row in page(office.anna, f"paint={paint}")["rows"]} == {""}


def test_views_cost_one_statement(office, shared):
    url = f"/deals/?view={shared.pk}&group=&paint=" + json.dumps(
        [{"where": {"field": "title", "op": "not_empty"}, "colour": "red"}]
    )
    anna = browser(office.anna)
    anna.get(url)
    made = statements(lambda: anna.get(url))
    assert len(made) <= 12
    assert len([one for one in made if "kit_savedview" in one or "kit_personalview" in one]) == 1


@pytest.fixture
def scenarios(office):
    stages = [{"code": "call", "name": "Звонок", "kind": "open"}, {"code": "done", "name": "Итог", "kind": "won"}]
    deals.set_scenario(actor=SYSTEM, code="retail", name="Розница", stages=stages)
    return office


def board(user, query: str) -> dict:
    """The board of deals as the program has it, with its choice of the scenario."""
    answer = browser(user).get(f"/deals/?{query}", follow=True)
    return answer.context["page"]


def first_column(page: dict) -> str:
    return page["board"]["columns"][0]["label"]


@pytest.mark.urls("okno.config.urls")
def test_a_view_keeps_the_scenario_of_the_board(scenarios):
    browser(scenarios.anna).post("/deals/?tab=all&mode=board&scenario=retail&part=view", {"name": "Розница"})
    view = SavedView.objects.latest("pk")

    opened = board(scenarios.anna, f"view={view.pk}")

    assert (first_column(opened), opened["changed"]) == ("Звонок", None)
    assert opened["switches"][0]["chosen"] == "Розница"


@pytest.mark.urls("okno.config.urls")
def test_a_view_keeps_the_scenario_that_is_shown_though_nobody_chose_it(scenarios):
    browser(scenarios.anna).post("/deals/?tab=all&mode=board&part=view", {"name": "Продажи"})

    assert SavedView.objects.latest("pk").config["scenario"] == "b2b"


@pytest.mark.urls("okno.config.urls")
def test_another_scenario_changes_a_view_until_it_is_kept_or_reset(scenarios):
    own = commands.save(
        actor=scenarios.actor("anna"), record=DEAL, name="Моя", config={"mode": "board", "scenario": "retail"}
    )

    changed = board(scenarios.anna, f"view={own.pk}&scenario=b2b")["changed"]
    reset = browser(scenarios.anna).get(changed["reset_url"]).context["page"]
    browser(scenarios.anna).post(changed["keep_url"])

    assert first_column(reset) == "Звонок"
    assert first_column(board(scenarios.anna, f"view={own.pk}")) == "Новый"


@pytest.mark.urls("okno.config.urls")
def test_the_scenario_of_a_tab_goes_along_to_other_tabs_but_not_into_views(scenarios):
    own = commands.save(
        actor=scenarios.actor("anna"), record=DEAL, name="Моя", config={"mode": "board", "scenario": "b2b"}
    )

    page = board(scenarios.anna, "tab=open&mode=board&scenario=retail")
    urls = {one["label"]: one["url"] for one in page["tabs"]}

    assert page["changed"] is None or "scenario" not in page["changed"]["reset_url"]
    assert "scenario=retail" in urls["Просроченные"]
    assert urls["Моя"] == f"/deals/?view={own.pk}"


@pytest.mark.parametrize("query", ["span=month", "by=expected_date", "span=month&by=expected_date&day=2026-11-22"])
@pytest.mark.urls("okno.config.urls")
def test_the_usual_span_and_field_of_a_calendar_are_no_change(office, query):
    own = commands.save(actor=office.actor("anna"), record=DEAL, name="По дням", config={"mode": "calendar"})

    assert board(office.anna, f"view={own.pk}&{query}")["changed"] is None
    assert board(office.anna, f"view={own.pk}&span=week")["changed"] is not None


def test_columns_closed_in_some_rows_are_usual_as_well(office):
    condition = {"field": "title", "op": "eq", "value": "Поставка"}
    access.watch_rows(actor=SYSTEM, name="Тайные", record=DEAL, condition=condition, hidden=["amount"])

    shown = page(office.anna, "tab=all&mode=list")["columns"]

    assert "amount" in [one["key"] for one in shown]
    keys = ",".join(one["key"] for one in shown)
    assert page(office.anna, f"tab=all&mode=list&cols={keys}")["changed"] is None


def test_a_view_of_somebody_else_is_told_of_and_not_passed_over(office):
    own = commands.save(actor=office.actor("head"), record=DEAL, name="Моя", config={"group": "stage"})

    chips = page(office.anna, f"view={own.pk}&sort=title")["chips"]

    assert [(one["label"], one["broken"], one["remove_url"]) for one in chips] == [("Вид", True, "/deals/?sort=title")]


def director() -> User:
    """Somebody of no department who sees everything."""
    made = access.add_user(actor=SYSTEM, email="chief@okno.test", name="chief")
    access.set_role(actor=SYSTEM, code="all", name="Всё", grants=[{"permission": "*", "reach": "all"}], hidden=[])
    access.give_role(actor=SYSTEM, user=made, role="all")
    return User.objects.get(pk=made.pk)


def test_whoever_sees_all_rows_finds_the_views_of_all_departments(office):
    elsewhere = access.add_department(actor=SYSTEM, name="Склад")
    view = commands.bring(actor=SYSTEM, record=DEAL, name="Складу", config={}, department_id=elsewhere.pk)
    chief = director()

    shown = page(chief, "tab=all")
    groups = {str(one["label"]): [link["label"] for link in one["links"]] for one in shown["views"]["groups"]}
    assert groups["Склад"] == ["Складу"]
    assert "Складу" not in [one["label"] for one in shown["tabs"]]
    assert "Складу" in [one["label"] for one in page(chief, f"view={view.pk}")["tabs"]]
    assert view not in reading.views_of(office.actor("head"), DEAL)


def test_a_view_is_given_to_a_department_and_to_no_more_than_that(office):
    elsewhere = access.add_department(actor=SYSTEM, name="Склад")
    chief = director()
    own = commands.save(actor=queries.actor_of(chief), record=DEAL, name="Моя", config={})

    url = f"/deals/?view={own.pk}&part=share-view"
    assert browser(chief).post(url, {"audience": "department"}).status_code == 422
    browser(chief).post(url, {"audience": str(elsewhere.pk)})
    assert SavedView.objects.get(name="Моя", user_id=None).department_id == elsewhere.pk

    of_anna = commands.save(actor=office.actor("head"), record=DEAL, name="Чужим", config={})
    url = f"/deals/?view={of_anna.pk}&part=share-view"
    assert browser(office.head).post(url, {"audience": str(elsewhere.pk)}).status_code == 422
