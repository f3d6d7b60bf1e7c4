"""Pages of segments, and what segments put on cards and lists of other records."""

from __future__ import annotations

import json

import pytest

from okno.areas.clients.models import Client
from okno.areas.clients.web.pages import ClientList
from okno.engines.segments import commands, queries
from okno.engines.segments.models import Segment
from okno.engines.segments.web.pages import SegmentList
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements
from okno.kit.testing.record_contract import RecordContract
from okno.kit.web.pages.export import rows_of

CLIENTS = "clients.client"
VIP = {"field": "is_vip", "op": "eq", "value": True}
HTMX = {"HX-Request": "true"}


def client_of(owner, name="ООО «Ромашка»", **more) -> Client:
    return Client.objects.create(name=name, owner=owner, department=owner.department, **more)


def listed(name="Выставка") -> Segment:
    return commands.add(actor=SYSTEM, name=name, record=CLIENTS)


def filled(name="Важные") -> Segment:
    made = commands.add(actor=SYSTEM, name=name, record=CLIENTS, condition=VIP)
    return commands.recount(actor=SYSTEM, segment=made)


class TestSegments(RecordContract):
    page, hidden, api, is_everyones = SegmentList, "note", "/api/v1/segments", True
    made = 0

    def make(self, cast, owner):
        type(self).made += 1
        return commands.add(actor=SYSTEM, name=f"Сегмент {self.made}", record=CLIENTS, note="для писем")


def test_a_segment_by_a_condition_is_made_in_two_steps(cast, client):
    vip = client_of(cast.anna, is_vip=True)
    client.force_login(cast.director)
    assert client.get("/segments/new/").status_code == 200
    answer = client.post("/segments/new/", {"name": "VIP", "record": CLIENTS, "kind": "dynamic", "note": ""})
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"])
    assert 'value="VIP"' in page.content.decode()

    given = {
        "name": "VIP",
        "note": "",
        "condition~kind": "all",
        "condition~0~kind": "leaf",
        "condition~0~key": "is_vip",
        "condition~0~op": "eq",
        "condition~0~v~text": "true",
    }
    answer = client.post(f"/segments/new/condition/?record={CLIENTS}", given)
    assert answer.status_code == 302
    segment = Segment.objects.get()
    commands.recount(actor=SYSTEM, segment=segment)
    assert queries.member_ids(segment) == [vip.pk]


def test_a_list_leads_to_a_segment_of_its_filter(cast, client):
    client.force_login(cast.director)
    where = json.dumps({"all": [VIP]})
    page = client.get("/clients/", {"tab": "all", "f": where}).context["page"]
    door = next(one for one in page["more_links"] if one["url"].startswith("/segments/"))
    form = client.get(door["url"]).content.decode()
    assert "VIP" in form


def test_the_card_shows_condition_members_and_passages(cast, client):
    client_of(cast.anna, "Ромашка", is_vip=True)
    segment = filled()
    client.force_login(cast.director)
    url = f"/segments/{segment.pk}/"
    assert client.get(url).status_code == 200
    shown = {
        key: client.get(f"{url}?part=panel&panel={key}").content.decode()
        for key in ("condition", "members", "passages")
    }
    assert "VIP" in shown["condition"]
    assert "Ромашка" in shown["members"]
    assert "Ромашка" in shown["passages"]
    check_few(statements(lambda: client.get(url)))


@pytest.mark.parametrize("key", ["condition", "members", "passages"])
def test_the_panels_of_a_segment_ask_little(cast, client, key):
    for number in range(15):
        client_of(cast.anna, f"Клиент {number}", is_vip=True)
    segment = filled()
    client.force_login(cast.anna)
    check_few(statements(lambda: client.get(f"/segments/{segment.pk}/?part=panel&panel={key}")))


def test_who_sees_less_is_told_of_less(cast, client):
    client_of(cast.anna, "Своя", is_vip=True), client_of(cast.boris, "Чужая", is_vip=True)
    segment = filled()
    client.force_login(cast.anna)
    members = client.get(f"/segments/{segment.pk}/?part=panel&panel=members").content.decode()
    assert "Чужая" not in members
    assert "1" in members
    rows = client.get("/segments/").context["page"]["rows"]
    assert any(cell["text"] == "1" for cell in rows[0]["cells"])


def test_the_card_of_a_row_shows_its_segments_as_chips(cast, client):
    row = client_of(cast.anna, is_vip=True)
    filled("Важные")
    hand = listed("Выставка")
    client.force_login(cast.anna)
    url = f"/clients/{row.pk}/?part=panel&panel=segments"
    assert "Важные" in client.get(url).content.decode()
    check_few(statements(lambda: client.get(url)))

    form = client.get(f"/segments/put/?record={CLIENTS}&row_id={row.pk}", headers=HTMX).content.decode()
    assert "Выставка" in form
    assert "Важные" not in form
    answer = client.post(f"/segments/put/?record={CLIENTS}&row_id={row.pk}", {"segment": hand.pk}, headers=HTMX)
    assert answer.status_code == 204
    assert "Выставка" in client.get(url).content.decode()
    client.post(f"/segments/{hand.pk}/drop/?row_id={row.pk}", headers=HTMX)
    assert "Выставка" not in client.get(url).content.decode()


def test_lists_show_filter_and_export_segments_of_rows(cast, client):
    inside, _outside = client_of(cast.anna, "Внутри", is_vip=True), client_of(cast.anna, "Снаружи")
    segment = filled()
    where = json.dumps({"field": "segment", "op": "in", "value": [segment.pk]})
    selection = ClientList.select(cast.actor("anna"), {"tab": "all", "f": where, "cols": "name,segment"})
    assert list(selection.rows()) == [inside]
    assert list(rows_of(selection, selection.columns)) == [["Внутри", "Важные"]]
    client.force_login(cast.anna)
    page = client.get("/clients/", {"tab": "all", "f": where, "cols": "name,segment"})
    assert "Важные" in page.content.decode()
    assert client.get(f"/api/v1/clients/{inside.pk}").json()["segment"] == ["Важные"]


def test_many_rows_are_put_into_a_list_and_taken_back(cast, client):
    rows = [client_of(cast.anna, f"Клиент {number}") for number in range(3)]
    segment = listed()
    client.force_login(cast.anna)
    asked = {"ids": [one.pk for one in rows]}
    dialog = client.post("/clients/?part=bulk&do=segments.include", asked, headers=HTMX)
    assert "Выставка" in dialog.content.decode()
    client.post("/clients/?part=bulk&do=segments.include", {**asked, "sent": "1", "segment": segment.pk}, headers=HTMX)
    job = JobRun.objects.get()
    assert job.result["done"] == 3
    assert queries.member_ids(segment) == []
    client.post(f"/jobs/{job.pk}/?part=go", headers=HTMX)
    assert queries.member_ids(segment) == [one.pk for one in rows]


def test_a_pasted_list_tells_what_was_not_found(cast, client):
    client_of(cast.anna, "Ромашка")
    segment = listed()
    client.force_login(cast.anna)
    url = f"/segments/{segment.pk}/paste/"
    assert client.get(url).status_code == 200
    answer = client.post(url, {"field": "name", "text": "Ромашка\nЛютик"})
    assert "Лютик" in answer.content.decode()
    assert client.post(url, {"field": "name", "text": "Ромашка"}).status_code == 302
    assert client.post(url, {"field": "name", "text": " "}).status_code == 422


def test_two_segments_are_compared(cast, client):
    one, _two = client_of(cast.anna, "Ромашка", is_vip=True), client_of(cast.anna, "Лютик", is_vip=True)
    segment, hand = filled(), listed()
    commands.include(actor=SYSTEM, segment=hand, row_id=one.pk)
    client.force_login(cast.anna)
    url = f"/segments/{segment.pk}/compare/?with={hand.pk}"
    parts = client.get(url).context["parts"]
    assert [[item["label"] for item in part["items"]] for part in parts] == [["Лютик"], [], ["Ромашка"]]
    check_few(statements(lambda: client.get(url)))


@pytest.mark.parametrize("page", ["combine", "snapshot", "recount", "delete", "condition"])
def test_the_pages_of_a_segment_open(cast, client, page):
    segment = filled()
    listed()
    client.force_login(cast.director)
    assert client.get(f"/segments/{segment.pk}/{page}/").status_code == 200


def test_members_and_log_over_http_are_those_within_reach(cast, client):
    mine, _theirs = client_of(cast.anna, "Своя", is_vip=True), client_of(cast.boris, "Чужая", is_vip=True)
    segment = filled()
    client.force_login(cast.anna)
    members = client.get(f"/api/v1/segments/{segment.pk}/members").json()
    assert members == {"count": 1, "ids": [mine.pk], "next": None}
    assert [one["id"] for one in client.get(f"/api/v1/segments/{segment.pk}/passages").json()] == [mine.pk]
    assert client.get(f"/api/v1/segments/{segment.pk}/condition").json()["condition"] == VIP
