"""Pages of users, roles, departments, fields, security and troubles."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from lxml import html

from okno.access import commands, queries
from okno.access.models import Department, OfficeNetwork, Role, User
from okno.access.record import USER
from okno.access.tests.cast import Cast
from okno.access.web import impact as impact_page
from okno.access.web.field_forms import changed_options, new_key
from okno.access.web.people import UserList
from okno.access.web.roles import read_grants
from okno.kit import jobs
from okno.kit.errors import Refused
from okno.kit.models import FieldDef
from okno.kit.permissions import SYSTEM
from okno.kit.secrets import SecretText
from okno.kit.testing.record_contract import RecordContract
from okno.kit.web.conditions import Builder

SETTINGS = (
    "/settings/",
    "/settings/users/new/",
    "/settings/departments/",
    "/settings/departments/new/",
    "/settings/networks/",
    "/settings/roles/",
    "/settings/roles/new/",
    "/settings/security/",
    "/settings/readings/",
    "/settings/readings/watch/",
    "/settings/file/",
    "/settings/fields/",
    "/settings/fields/new/",
    "/settings/troubles/",
)
PASSWORD = "красный-дом-42"


class TestUser(RecordContract):
    page, hidden, is_everyones = UserList, "phone", True

    def make(self, cast, owner):
        return owner


def editor(name: str, condition: dict) -> dict[str, str]:
    """The inputs of the editor of conditions, filled with this one."""
    form: Any = html.fromstring(f"<form>{Builder(SYSTEM, USER, name=name).render(condition)}</form>")
    return {key: str(value) for key, value in form.form_values()}


@pytest.fixture
def ruler(cast: Cast, client: Client) -> Client:
    client.force_login(cast.director)
    return client


@pytest.mark.parametrize("address", SETTINGS)
def test_settings_open_for_the_director_and_for_nobody_without_rights(cast: Cast, client: Client, address: str):
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 403

    client.force_login(cast.director)
    assert client.get(address).status_code == 200


def test_user_is_added_with_a_password_and_a_role(ruler: Client):
    ruler.post("/settings/users/new/", {"name": "Новый Пётр", "email": "New@okno.test", "password": PASSWORD})
    user = User.objects.get(email="new@okno.test")
    ruler.post(f"/settings/users/{user.pk}/roles/", {"roles": ["seller"], "seen": "=seller"})

    assert user.check_password(PASSWORD)
    assert [one.code for one in user.roles.all()] == ["seller"]


def test_user_with_a_weak_password_is_told_so_beside_the_field(ruler: Client):
    answer = ruler.post("/settings/users/new/", {"name": "Новый", "email": "n@okno.test", "password": "1234567"})

    fields = {one["name"]: one["error"] for one in answer.context["form_page"]["fields"]}
    assert answer.status_code == 422
    assert fields["password"]


def test_user_is_changed(ruler: Client, cast: Cast):
    sent = {"name": "Иванова А.", "email": "anna@okno.test", "department": cast.sales.pk, "network": "office"}
    ruler.post(f"/settings/users/{cast.anna.pk}/change/", sent)

    cast.anna.refresh_from_db()
    assert (cast.anna.name, cast.anna.department, cast.anna.network) == ("Иванова А.", cast.sales, "office")


def test_shut_out_person_cannot_be_the_last_administrator(ruler: Client, cast: Cast):
    answer = ruler.post(f"/settings/users/{cast.director.pk}/roles/", {"roles": [], "seen": "="})

    assert answer.status_code == 422
    assert cast.director.roles.exists()


def test_presence_is_switched_there_and_back(ruler: Client, cast: Cast):
    for expected in (False, True):
        ruler.post(f"/settings/users/{cast.anna.pk}/presence/")
        cast.anna.refresh_from_db()
        assert cast.anna.is_available is expected


def test_department_moves_with_all_below_it(ruler: Client, cast: Cast):
    below = commands.add_department(actor=SYSTEM, name="Розница", parent=cast.team)
    ruler.post(f"/settings/departments/{cast.team.pk}/", {"name": "Опт", "parent": ""})

    below.refresh_from_db()
    assert below.path == f"/{cast.team.pk}/{below.pk}/"
    assert queries.actor_of(User.objects.get(pk=cast.head.pk)).subtree == (cast.sales.pk,)


def test_department_does_not_stand_below_itself(ruler: Client, cast: Cast):
    answer = ruler.post(f"/settings/departments/{cast.sales.pk}/", {"name": "Продажи", "parent": cast.team.pk})

    assert answer.status_code == 422


def test_department_has_a_name_of_its_own_where_it_stands(ruler: Client, cast: Cast):
    sent = {"name": "Опт", "parent": cast.sales.pk}
    twin = ruler.post("/settings/departments/new/", sent)
    elsewhere = ruler.post("/settings/departments/new/", {**sent, "parent": ""})
    moved = ruler.post(f"/settings/departments/{cast.team.pk}/", {"name": "Опт", "parent": ""})

    assert (twin.status_code, elsewhere.status_code, moved.status_code) == (422, 302, 422)
    assert "Здесь уже есть отдел «Опт»" in twin.content.decode()
    assert Department.objects.filter(name="Опт").count() == 2


def test_department_gets_a_head_who_may_sign_in(ruler: Client, cast: Cast):
    url, sent = f"/settings/departments/{cast.team.pk}/", {"name": "Опт", "parent": cast.sales.pk}
    ruler.post(url, {**sent, "head": cast.anna.pk})
    assert cast.anna.name in ruler.get("/settings/departments/").content.decode()
    assert cast.anna.name in ruler.get(url).content.decode()

    commands.set_active(actor=SYSTEM, user=cast.boris, is_active=False)
    answer = ruler.post(url, {**sent, "head": cast.boris.pk})
    cast.team.refresh_from_db()
    assert (answer.status_code, cast.team.head_id) == (422, cast.anna.pk)

    commands.set_active(actor=SYSTEM, user=cast.anna, is_active=False)
    assert ruler.post(url, {**sent, "name": "Оптовый", "head": cast.anna.pk}).status_code == 302


def test_number_of_people_opens_those_who_work_there(ruler: Client, cast: Cast):
    page = ruler.get("/settings/departments/").content.decode()
    row = next(one for one in html.fromstring(page).iter("tr") if "Опт" in "".join(one.itertext()))
    links = {link.text: link.get("href", "") for link in row.iter("a")}

    listed = ruler.get(links["2"]).content.decode()

    assert cast.anna.name in listed
    assert cast.boris.name in listed
    assert cast.head.name not in listed


def test_department_with_people_is_not_deleted(ruler: Client, cast: Cast):
    assert ruler.post(f"/settings/departments/{cast.team.pk}/drop/").status_code == 422
    assert Department.objects.filter(pk=cast.team.pk).exists()


def test_new_department_below_is_within_the_head_s_reach_at_once(cast: Cast):
    queries.actor_of(cast.head)

    made = commands.add_department(actor=SYSTEM, name="Розница", parent=cast.sales)

    assert made.pk in cast.actor("head").subtree


def test_networks_are_set_and_a_wrong_one_is_told(ruler: Client):
    sent = {"networks-0-cidr": "10.1.2.3/16", "networks-0-name": "Офис", "networks-1-cidr": "", "networks-1-name": ""}
    ruler.post("/settings/networks/", sent)
    assert list(OfficeNetwork.objects.values_list("cidr", "name")) == [("10.1.0.0/16", "Офис")]

    assert ruler.post("/settings/networks/", {"networks-0-cidr": "дом"}).status_code == 422


def test_role_gets_rights_conditions_and_hidden_fields(ruler: Client):
    role = Role.objects.get(code="seller")
    condition = {"field": "is_available", "op": "eq", "value": True}
    sent = {
        "name": "Продавец",
        "reach:deals.view": "own",
        "reach:deals.move": "",
        **editor("where:access.view", condition),
        "veil:access.user.phone": "hidden",
        "veil:access.user.email": "masked",
        "network": "office",
        "opens_at": "09:00",
        "closes_at": "18:00",
        "most_views": "50",
    }
    ruler.post(f"/settings/roles/{role.pk}/", sent)

    role.refresh_from_db()
    grants = {(one.permission, one.reach) for one in role.grants.all()}
    assert role.name == "Продавец"
    assert grants == {("deals.view", "own"), ("access.view", "condition")}
    veiled = {str(one): one.is_masked for one in role.hidden_fields.all()}
    assert veiled == {"access.user.phone": False, "access.user.email": True}
    assert (role.network, f"{role.opens_at:%H}", role.most_views) == ("office", "09", 50)


def test_role_hides_a_group_of_fields_on_all_records(ruler: Client):
    role = Role.objects.get(code="seller")

    ruler.post(f"/settings/roles/{role.pk}/", {"name": "x", "group:contacts": "masked", "group:sums": "hidden"})

    veiled = {str(one): one.is_masked for one in role.hidden_fields.all()}
    assert veiled["access.user.phone"]
    assert veiled["deals.deal.amount"] is False
    shown = {one["code"]: one["veil"] for one in ruler.get(f"/settings/roles/{role.pk}/").context["groups"]}
    assert shown == {"contacts": "masked", "sums": "hidden"}


def as_it_stands(ruler: Client, role: Role) -> dict[str, str]:
    """What the page of a role would send if nobody touched it."""
    page: Any = html.fromstring(ruler.get(f"/settings/roles/{role.pk}/").content)
    return {key: str(value) for key, value in page.get_element_by_id("role-form").form_values()}


def test_field_that_is_hidden_alone_stays_so_beside_the_choice_for_its_group(ruler: Client):
    role = Role.objects.get(code="seller")
    ruler.post(f"/settings/roles/{role.pk}/", as_it_stands(ruler, role) | {"veil:access.user.phone": "hidden"})
    assert [str(one) for one in role.hidden_fields.all()] == ["access.user.phone"]

    ruler.post(f"/settings/roles/{role.pk}/", as_it_stands(ruler, role) | {"group:contacts": "hidden"})
    ruler.post(f"/settings/roles/{role.pk}/", as_it_stands(ruler, role) | {"veil:access.user.phone": ""})
    hidden = {str(one) for one in role.hidden_fields.all()}
    assert "access.user.email" in hidden
    assert "access.user.phone" not in hidden


def test_what_was_chosen_stays_on_the_page_while_something_in_it_is_wrong(ruler: Client):
    role = Role.objects.get(code="seller")
    chosen = {"opens_at": "09:00", "closes_at": "", "most_views": "9" * 30, "veil:access.user.phone": "hidden"}
    page = ruler.post(f"/settings/roles/{role.pk}/", as_it_stands(ruler, role) | chosen)

    assert page.status_code == 422
    sent: Any = html.fromstring(page.content)
    kept = dict(sent.get_element_by_id("role-form").form_values())
    assert {name: kept[name] for name in chosen} == chosen


def test_role_tells_what_it_would_change_and_saves_nothing(ruler: Client, cast: Cast):
    role = Role.objects.get(code="seller")
    before = {(one.permission, one.reach) for one in role.grants.all()}

    told = ruler.post(f"/settings/roles/{role.pk}/?part=impact", {"name": "x", "reach:deals.view": "all"})

    impact = told.context["impact"]
    assert impact["people"] == 2
    assert any(one["is_loss"] for one in impact["rights"])
    assert {(one.permission, one.reach) for one in role.grants.all()} == before


def test_role_tells_from_where_and_when_its_people_would_work(ruler: Client, cast: Cast):
    role = Role.objects.get(code="head")
    sent = as_it_stands(ruler, role) | {"network": "office", "opens_at": "09:00", "closes_at": "18:00"}
    told = ruler.post(f"/settings/roles/{role.pk}/?part=impact", sent).content.decode()
    assert "откуда работают — только из офиса" in told
    assert "когда работают — 09:00–18:00 (было: в любое время)" in told
    assert "карточек в час" not in told


def test_role_counts_a_large_change_in_a_job(ruler: Client, cast: Cast, monkeypatch):
    monkeypatch.setattr(impact_page, "MOST_AT_ONCE", 0)
    role = Role.objects.get(code="seller")
    url = f"/settings/roles/{role.pk}/?part=impact"
    job = ruler.post(url, {"name": "x"}).context["impact"]["job"]
    assert ruler.get(f"{url}&job={job}").context["impact"] == {"job": job, "bounds": []}

    jobs.do_work(job_id=job)

    assert ruler.get(f"{url}&job={job}").context["impact"]["people"] == 2


def test_new_role_copies_one_as_it_is_shipped(ruler: Client):
    ruler.post("/settings/roles/new/", {"name": "Счетовод", "copy_of": "shipped:bookkeeper"})

    made = Role.objects.get(name="Счетовод")
    assert made.grants.filter(permission="billing.*", reach="all").exists()


def test_role_saved_as_it_stands_on_the_page_keeps_its_rights(ruler: Client):
    commands.set_default_roles(actor=SYSTEM)
    role = Role.objects.get(code="sales-head")
    before = {(one.permission, one.reach) for one in role.grants.all()}
    page = ruler.get(f"/settings/roles/{role.pk}/").context
    shown = {f"reach:{row['name']}": row["reach"] for area in page["areas"] for row in area["rows"]}

    ruler.post(f"/settings/roles/{role.pk}/", {"name": role.name, **shown})

    assert {(one.permission, one.reach) for one in role.grants.all()} == before


def test_condition_of_a_role_is_shown_in_the_editor_and_saved_as_it_was(ruler: Client):
    condition = {"all": [{"field": "is_available", "op": "eq", "value": True}]}
    grants = [{"permission": "access.view", "reach": "condition", "condition": condition}]
    role = commands.set_role(actor=SYSTEM, code="c", name="С условием", grants=grants, hidden=[])

    page = ruler.get(f"/settings/roles/{role.pk}/").content.decode()
    assert "where:access.view~0~key" in page
    ruler.post(f"/settings/roles/{role.pk}/", {"name": role.name, **editor("where:access.view", condition)})

    assert role.grants.get().condition == condition


def test_editor_of_a_condition_comes_when_it_is_asked_for(ruler: Client):
    role = Role.objects.get(code="seller")
    url = f"/settings/roles/{role.pk}/?part=where"

    assert "where:deals.view~kind" in ruler.get(f"{url}&right=deals.view").content.decode()
    assert ruler.get(f"{url}&right=home.arrange").status_code == 404


def test_unknown_reach_is_refused():
    with pytest.raises(Refused):
        read_grants(SYSTEM, QueryDict("reach:deals.view=galaxy"))


def test_new_role_copies_another(ruler: Client):
    seller = Role.objects.get(code="seller")
    ruler.post("/settings/roles/new/", {"name": "Стажёр", "copy_of": seller.pk})

    made = Role.objects.get(name="Стажёр")
    assert {one.permission for one in made.grants.all()} == {one.permission for one in seller.grants.all()}


def test_role_that_people_have_is_not_deleted(ruler: Client):
    role = Role.objects.get(code="seller")

    assert ruler.post(f"/settings/roles/{role.pk}/drop/").status_code == 422


def test_security_tells_failures_and_changes_of_rights(ruler: Client, cast: Cast):
    commands.set_password(actor=SYSTEM, user=cast.anna, password=SecretText(PASSWORD))
    Client().post("/sign-in/", {"email": "anna@okno.test", "password": "не тот"})
    ruler.post(f"/settings/users/{cast.anna.pk}/roles/", {"roles": ["seller"], "seen": "=seller"})

    told = [(one["who"], one["about"]) for one in ruler.get("/settings/security/").context["events"]]
    assert told[0][0] == cast.director.name
    assert "Иванова Анна Петровна" in told[0][1]
    assert told[1][0] == "anna@okno.test"


def test_field_is_added_changed_and_retired(ruler: Client):
    sent = {"record": "clients.client", "label": "Размер", "kind": "choice", "options": "Малый\nБольшой"}
    ruler.post("/settings/fields/new/", sent)
    row = FieldDef.objects.get()
    assert (row.record, row.key) == ("clients.client", "razmer")

    ruler.post(f"/settings/fields/{row.pk}/", {"label": "Рост", "options": "Большой\nСредний\nМалый"})
    row.refresh_from_db()
    assert row.label == "Рост"
    assert row.options == [
        {"id": "2", "label": "Большой"},
        {"id": "3", "label": "Средний"},
        {"id": "1", "label": "Малый"},
    ]

    ruler.post(f"/settings/fields/{row.pk}/retire/")
    row.refresh_from_db()
    assert row.is_retired


def test_renamed_option_keeps_its_id():
    was = [{"id": "1", "label": "Малый"}, {"id": "2", "label": "Большой"}]

    assert changed_options(was, ["Маленький", "Большой"])[0] == {"id": "1", "label": "Маленький"}


def test_key_of_a_field_is_made_of_latin_letters(db: None):
    assert new_key("deals.deal", "Vendor code") == "vendor_code"
