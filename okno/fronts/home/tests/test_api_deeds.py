"""What people do in the browser is there for scripts: marks, history, undo, reasons, reminders, views, fields, many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from okno.access import commands as access
from okno.areas.deals.models import Deal
from okno.fronts.home.tests.test_api import Script, anna, deal
from okno.kit.models.journal import CommandRun
from okno.kit.models.views import SavedView
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.saved_views import commands as saved_views

__all__ = ["anna", "deal"]


@pytest.fixture
def director(cast) -> Script:
    return Script(cast.director)


def test_a_row_is_marked_and_brought_back_and_says_what_refers_to_it(director, deal):
    client = f"/records/clients.client/{deal.client_id}"

    told = director.get(f"{client}/references").json()
    marked = director.send("post", f"{client}/mark", {})
    gone = director.get(f"/clients/{deal.client_id}").status_code
    back = director.send("post", f"{client}/bring-back", {})

    assert [(one["record"], one["count"], one["titles"]) for one in told] == [("deals.deal", 1, ["Стеллажи"])]
    assert (marked.status_code, gone, back.status_code) == (200, 404, 200)
    assert director.get(f"/clients/{deal.client_id}").status_code == 200


def test_marking_by_a_script_asks_the_same_rights(cast, anna, deal):
    answer = Script(cast.anna, "deals.view").send("post", f"/records/deals.deal/{deal.pk}/mark", {})
    assert answer.status_code == 403
    assert Script(cast.boris).send("post", f"/records/deals.deal/{deal.pk}/mark", {}).status_code == 404


def test_history_tells_changes_and_brings_values_back(director, deal):
    director.send("patch", f"/deals/{deal.pk}", {"title": "Полки"})

    [last, *_] = director.get(f"/records/deals.deal/{deal.pk}/history").json()["items"]
    told = director.get(f"/changes/{last['id']}/causes").json()
    answer = director.send("post", f"/changes/{last['id']}/restore", {"fields": ["title"]})

    assert [(one["key"], one["was"], one["now"]) for one in last["fields"]] == [("title", "Стеллажи", "Полки")]
    assert told["consequences"][0]["rows"] == 1
    assert answer.status_code == 200
    assert Deal.objects.get(pk=deal.pk).title == "Стеллажи"


def test_history_leaves_out_hidden_fields(cast, anna, deal):
    anna.send("patch", f"/deals/{deal.pk}", {"title": "Полки"})
    cast.hide("anna", "deals.deal.title")

    found = anna.get(f"/records/deals.deal/{deal.pk}/history").json()["items"]

    assert [field["key"] for one in found for field in one["fields"] if field["key"] == "title"] == []


def test_undo_takes_back_what_one_has_done_and_nothing_of_others(cast, director, anna, deal):
    director.send("patch", f"/deals/{deal.pk}", {"title": "Полки"})
    run = CommandRun.objects.filter(name="deals.update").latest("id").pk

    others = anna.send("post", f"/runs/{run}/undo", {})
    own = director.send("post", f"/runs/{run}/undo", {})

    assert (others.status_code, own.json()["restored"]) == (404, 1)
    assert Deal.objects.get(pk=deal.pk).title == "Стеллажи"


def test_reasons_are_told_and_those_of_others_by_a_right(cast, director, anna, deal):
    row = f"/records/deals.deal/{deal.pk}/access"

    own = anna.get(row).json()
    of_boris = director.get(row, user=cast.boris.pk).json()

    assert (own["holds"], of_boris["holds"]) == (True, False)
    assert of_boris["reasons"]
    assert Script(cast.anna, "deals.*").get(row, user=cast.boris.pk).status_code == 403


def test_reminders_are_ones_own(cast, anna, director):
    at = (timezone.now() + timedelta(days=1)).isoformat()
    asked = {"text": "Позвонить", "at": at}
    made, again = (anna.send("post", "/reminders", asked, "once").json()["ids"] for _time in range(2))

    later = (timezone.now() + timedelta(days=2)).isoformat()
    assert director.send("post", f"/reminders/{made[0]}/snooze", {"until": later}).status_code == 404
    assert anna.send("post", f"/reminders/{made[0]}/snooze", {"until": later}).status_code == 200
    assert anna.send("post", f"/reminders/{made[0]}/finish", {}).json()["state"] == "done"
    assert anna.get("/reminders").json() == []
    assert made == again
    assert anna.send("post", "/reminders", {**asked, "people": [987654321]}).status_code == 404


def test_a_view_is_kept_changed_shared_and_dropped(cast, anna, director):
    config = {"sort": "-amount"}
    made = director.send("post", "/records/deals.deal/views", {"name": "Крупные", "config": config}).json()
    shared = director.send("post", f"/views/{made['id']}/share", {"is_locked": True}).json()
    changed = director.send("patch", f"/views/{made['id']}", {"name": "Большие"}).json()

    seen = anna.get("/records/deals.deal/views").json()
    seller = Script(cast.anna, "deals.*", "saved_views.save")
    refused = seller.send("patch", f"/views/{shared['id']}", {"name": "Моё"})
    gone = director.browser.delete(f"/api/v1/views/{made['id']}")

    assert (changed["name"], changed["config"]) == ("Большие", config)
    assert [(one["name"], one["is_own"], one["is_locked"]) for one in seen] == [("Крупные", False, True)]
    assert (refused.status_code, gone.status_code) == (403, 200)


def test_a_view_of_a_department_out_of_sight_is_not_there(cast, anna):
    elsewhere = access.add_department(actor=SYSTEM, name="Склад")
    made = saved_views.bring(actor=SYSTEM, record="deals.deal", name="Складу", config={}, department_id=elsewhere.pk)

    changed = anna.send("patch", f"/views/{made.pk}", {"name": "Моё"})
    gone = anna.browser.delete(f"/api/v1/views/{made.pk}")

    assert (changed.status_code, gone.status_code) == (404, 404)
    assert SavedView.objects.get(pk=made.pk).name == "Складу"


def test_a_layout_of_ones_own_holds_until_it_is_taken_back(cast, anna):
    place, config = "/records/deals.deal/layouts/card", {"hidden": ["source"]}

    put = anna.send("put", place, {"config": config}).json()
    back = anna.send("put", place, {"config": {}}).json()

    assert (put["config"], put["is_own"]) == (config, True)
    assert back == {"config": {}, "is_forced": False, "is_own": False}
    seller = Script(cast.anna, "deals.*", "layouts.lay_out")
    assert seller.send("put", f"{place}/others", {"config": config, "is_forced": True}).status_code == 403
    assert anna.get("/records/deals.deal/layouts/nothing").status_code == 404
    registry.forget_custom_fields()


def test_a_field_is_added_changed_and_retired(cast, director, anna):
    place = "/records/deals.deal/custom-fields"
    field = {"key": "shelf", "label": "Полка", "kind": "choice", "options": [{"id": "a", "label": "А"}]}

    made = director.send("post", place, field).json()
    changed = director.send("patch", f"/custom-fields/{made['id']}", {"settings": {"label": "Ряд"}}).json()
    retired = director.send("post", f"/custom-fields/{made['id']}/retire", {}).json()

    assert (changed["label"], retired["is_retired"]) == ("Ряд", True)
    assert [one["key"] for one in director.get(place).json()] == ["shelf"]
    seller = Script(cast.anna, "deals.*")
    assert seller.send("post", place, {**field, "key": "other"}).status_code == 403
    assert seller.get(place).status_code == 403
    registry.forget_custom_fields()


def test_many_rows_are_tried_and_changed_within_reach(cast, anna, deal):
    body = {
        "edits": [{"field": "source", "value": "Сайт"}],
        "where": {"field": "title", "op": "eq", "value": "Стеллажи"},
    }

    tried = anna.send("post", "/records/deals.deal/changes", {**body, "is_trial": True})
    before = Deal.objects.get(pk=deal.pk).source
    done = anna.send("post", "/records/deals.deal/changes", body)

    assert (tried.status_code, before, done.json()["state"]) == (202, "", "done")
    assert Deal.objects.get(pk=deal.pk).source == "Сайт"
    assert anna.get(f"/jobs/{done.json()['id']}").json()["result"]["done"] == 1
    out_of_reach = Script(cast.boris).send(
        "post", "/records/deals.deal/changes", {**body, "where": None, "ids": [deal.pk]}
    )
    assert out_of_reach.json()["result"]["done"] == 0


def test_many_rows_are_named_in_one_way(anna):
    body = {"edits": [{"field": "source", "value": "Сайт"}]}
    assert anna.send("post", "/records/deals.deal/changes", body).status_code == 422
    where = {"field": "nope", "op": "eq", "value": 1}
    assert anna.send("post", "/records/deals.deal/changes", {**body, "where": where}).status_code == 422


def test_a_handover_is_planned_and_cancelled(cast, director, deal):
    rules = [{"record": "deals.deal", "people": [cast.boris.pk]}]

    made = director.send("post", "/handovers", {"person": cast.anna.pk, "rules": rules, "reason": "leave"})
    assert made.status_code == 201, made.content.decode()
    row = made.json()["id"]
    told = director.send("post", f"/handovers/{row}/cancel", {})

    assert (made.status_code, told.json()["state"]) == (201, "cancelled")
    assert [one["id"] for one in director.get("/handovers").json()["items"]] == [row]


def test_a_role_is_read_and_replaced_as_a_whole(cast, director, anna):
    role = {
        "name": "Кладовщик",
        "grants": [{"permission": "catalog.view", "reach": "all"}],
        "hidden": ["deals.deal.amount"],
        "bounds": {"opens_at": "09:00", "closes_at": "18:00"},
    }

    made = director.send("put", "/roles/keeper", role).json()
    given = director.send("post", f"/users/{cast.boris.pk}/set_roles", {"roles": ["keeper"]})

    assert (made["grants"], made["hidden"], made["bounds"]["opens_at"]) == (role["grants"], role["hidden"], "09:00")
    assert given.status_code == 200
    assert "keeper" in [one["code"] for one in director.get("/roles").json()]
    seller = Script(cast.anna, "deals.*")
    assert (seller.get("/roles").status_code, seller.send("put", "/roles/keeper", role).status_code) == (403, 403)
