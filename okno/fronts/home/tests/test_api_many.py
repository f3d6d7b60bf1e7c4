"""Many rows over the API: tried, reported, carried out, taken back; commands for many; rows taken out as a file."""

from __future__ import annotations

import csv
import io

import pytest

from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.fronts.home.tests import factories as make
from okno.fronts.home.tests.test_api import Script, anna, deal
from okno.kit import jobs
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM

__all__ = ["anna", "deal"]

MINE = {"field": "title", "op": "eq", "value": "Стеллажи"}
EDITS = {"edits": [{"field": "source", "value": "Сайт"}], "where": MINE}
CHANGES, COMMANDS, EXPORTS = (f"/records/deals.deal/{name}" for name in ("changes", "commands", "exports"))


@pytest.fixture
def other(cast, deal) -> Deal:
    return deals.open_deal(actor=SYSTEM, title="Стеллажи", client=make.client(cast.anna), owner=cast.anna)


def test_what_was_tried_is_reported_carried_out_and_taken_back(anna, deal, other):
    tried = anna.send("post", CHANGES, {**EDITS, "is_trial": True}).json()
    report = anna.get(f"/jobs/{tried['id']}/report").json()
    done = anna.send("post", f"/jobs/{tried['id']}/go", {}).json()
    looked = anna.send("post", f"/jobs/{done['id']}/back", {}).json()
    back = anna.send("post", f"/jobs/{looked['id']}/take-back", {"leave": [other.pk]})

    assert (report["is_preview"], report["done"], report["rows"][0]["fields"][0]["now"]) == (True, 2, "Сайт")
    assert [one["key"] for one in report["fields"]] == ["source"]
    assert back.status_code == 202
    assert [Deal.objects.get(pk=one.pk).source for one in (deal, other)] == ["", "Сайт"]


def test_steps_are_taken_in_their_order_and_by_their_owner(cast, anna, deal):
    tried = anna.send("post", CHANGES, {**EDITS, "is_trial": True}).json()["id"]

    assert anna.send("post", f"/jobs/{tried}/back", {}).status_code == 404
    assert anna.send("post", f"/jobs/{tried}/take-back", {}).status_code == 404
    assert Script(cast.director).send("post", f"/jobs/{tried}/go", {}).status_code == 404
    assert Deal.objects.get(pk=deal.pk).source == ""


def test_a_report_leaves_out_fields_that_were_closed_since(cast, anna, deal):
    done = anna.send("post", CHANGES, EDITS).json()["id"]
    cast.hide("anna", "deals.deal.source")

    report = anna.get(f"/jobs/{done}/report")

    assert (report.json()["fields"], report.json()["rows"][0]["fields"]) == ([], [])
    assert "Сайт" not in anna.get(f"/jobs/{done}").content.decode()


def test_a_change_under_a_key_is_begun_once_though_its_rows_are_others_by_then(anna, deal):
    empty = {"edits": EDITS["edits"], "where": {"all": [MINE, {"field": "source", "op": "empty"}]}}

    first, again = (anna.send("post", CHANGES, empty, "once") for _time in range(2))
    another = anna.send("post", CHANGES, EDITS, "once")

    assert (first.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert (another.status_code, another.json()["code"]) == (422, "key_taken")


def test_a_command_is_given_for_many_rows_and_a_refused_row_does_not_stop_the_rest(cast, anna, deal, other):
    offered = {one["command"]: one["arguments"] for one in anna.get(COMMANDS).json()}
    body = {"command": "deals.assign", "arguments": {"owner": cast.boris.pk}, "ids": [deal.pk, 987654321]}

    done = anna.send("post", COMMANDS, body).json()

    assert "owner" in offered["deals.assign"]
    assert (done["result"]["done"], done["result"]["refused_count"]) == (1, 1)
    assert Deal.objects.get(pk=deal.pk).owner == cast.boris


def test_commands_that_are_not_offered_or_cannot_be_read_are_refused(cast, anna, deal):
    ids = {"ids": [deal.pk]}
    assert anna.send("post", COMMANDS, {"command": "access.set_active", **ids}).status_code == 404
    assert anna.send("post", COMMANDS, {"command": "deals.assign", "arguments": {"who": 1}, **ids}).status_code == 422
    reader = Script(cast.anna, "deals.view")
    assert reader.send("post", COMMANDS, {"command": "deals.assign", **ids}).status_code == 404
    assert reader.get(COMMANDS).json() == []


def test_rows_are_taken_out_as_a_file_by_the_right_to(cast, anna, deal):
    body = {"format": "csv", "where": MINE, "fields": ["title", "client"]}

    begun = anna.send("post", EXPORTS, body)
    jobs.do_work(begun.json()["id"])
    answer = anna.get(f"/jobs/{begun.json()['id']}/file")

    [_head, row] = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";")
    assert (begun.status_code, row[0]) == (202, "Стеллажи")
    assert Script(cast.director).get(f"/jobs/{begun.json()['id']}/file").status_code == 404
    assert Script(cast.anna, "deals.view").send("post", EXPORTS, body).status_code == 403
    assert JobRun.objects.filter(work="lists.export").count() == 1


def test_fields_that_are_not_there_or_closed_are_not_taken_out(cast, anna, deal):
    assert anna.send("post", EXPORTS, {"fields": ["nope"]}).status_code == 422
    cast.hide("anna", "deals.deal.amount")
    assert anna.send("post", EXPORTS, {"fields": ["title", "amount"]}).status_code == 422


def test_a_condition_is_told_counted_and_judged(cast, anna, deal, other):
    place = "/records/deals.deal/conditions"

    told = anna.send("post", place, {"where": MINE}).json()
    broken = anna.send("post", place, {"where": {"field": "amount", "op": "contains", "value": "1"}}).json()
    unknown = anna.send("post", place, {"where": {"field": "nope", "op": "eq", "value": 1}}).json()

    assert (told["count"], told["problems"]) == (2, [])
    assert "Стеллажи" in told["text"]
    assert (broken["count"], len(broken["problems"])) == (None, 1)
    assert unknown["problems"] == ["Поля «nope» нет."]
    assert Script(cast.boris).send("post", place, {"where": MINE}).json()["count"] == 0
