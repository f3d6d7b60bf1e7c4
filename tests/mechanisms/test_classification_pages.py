"""Pages of classes: the matrix and its rows within reach, who moved, schemes, the panel of a card."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from okno.areas.clients.models import Client
from okno.engines.classification import commands, rules
from okno.engines.classification.models import Counting, Scheme
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements
from tests.mechanisms.test_classification import client_of, scenario, scheme, sold

__all__ = ["scenario"]
HTMX = {"HX-Request": "true"}
API, RECORD = "/api/v1", "clients.client"


def worked_out(cast) -> Counting:
    """Two countings: at the second one a small client has become the greatest."""
    this = rules.month_start(timezone.localdate())
    before, lately = this - timedelta(days=70), this - timedelta(days=15)
    mine, theirs = client_of(cast.anna, "Свой"), client_of(cast.boris, "Чужой")
    sold(mine, 100, before), sold(theirs, 900, before), sold(mine, 9000, lately)
    made = scheme()
    commands.count(actor=SYSTEM, scheme=made, day=rules.month_start(this, 1))
    return commands.count(actor=SYSTEM, scheme=made)


def test_the_matrix_counts_rows_within_reach_and_leads_to_them(cast, client, scenario):
    worked_out(cast)
    client.force_login(cast.anna)
    page = client.get("/classification/")
    first = page.context["matrix"]["lines"][0]
    assert (first["letter"], first["all"]["count"]) == ("A", "1")
    rows = client.get(first["all"]["url"])
    assert [one["title"] for one in rows.context["lines"]] == ["Свой"]
    assert "Чужой" not in rows.content.decode()
    client.force_login(cast.director)
    assert client.get("/classification/").context["matrix"]["all"]["count"] == "2"


def test_the_matrix_tells_how_many_have_no_letter_as_they_had_nothing_in_the_period(cast, client, scenario):
    worked_out(cast)
    client.force_login(cast.director)
    before = client.get("/classification/").context["tiles"][0]
    sold(client_of(cast.anna, "Давний"), 500, timezone.localdate() - timedelta(days=600))
    commands.count(actor=SYSTEM, scheme=Scheme.objects.get())

    after = client.get("/classification/").context["tiles"][0]

    assert (before["value"], before["note"]) == ("2", "")
    assert after["value"] == "3"
    assert after["note"].endswith(": 1")


@pytest.mark.parametrize("url", ["", "rows/?counting={id}", "moves/", "moves/?by=rfm_group", "settings"])
def test_pages_of_classes_ask_little(cast, client, scenario, url):
    counting = worked_out(cast)
    client.force_login(cast.anna)
    asked = "/settings/classification/" if url == "settings" else f"/classification/{url.format(id=counting.pk)}"
    assert client.get(asked).status_code == 200
    check_few(statements(lambda: client.get(asked)))


def test_rows_lead_on_to_the_list_of_clients_and_to_the_next_page(cast, client, scenario):
    counting = worked_out(cast)
    client.force_login(cast.director)
    page = client.get(f"/classification/rows/?counting={counting.pk}&abc=A")
    assert "Свой" in client.get(page.context["list_url"]).content.decode()
    after = client.get(f"/classification/rows/?counting={counting.pk}&after=9100.00|0").context["lines"]
    assert [one["title"] for one in after] == ["Свой", "Чужой"]
    assert client.get(f"/classification/rows/?counting={counting.pk}&after=мусор").status_code == 200


def test_the_matrix_leads_to_those_who_never_bought(cast, client, scenario):
    counting = worked_out(cast)
    client_of(cast.anna, "Присматривается")
    client_of(cast.boris, "Чужой интерес")
    client.force_login(cast.anna)
    never = client.get("/classification/").context["never"]
    assert never["count"] == "1"
    assert "Присматривается" in client.get(never["url"]).content.decode()
    earlier = Counting.objects.exclude(pk=counting.pk).get()
    assert client.get(f"/classification/?counting={earlier.pk}").context["never"] is None


def test_rows_tell_the_class_before(cast, client, scenario):
    counting = worked_out(cast)
    client.force_login(cast.director)
    lines = client.get(f"/classification/rows/?counting={counting.pk}").context["lines"]
    assert [(one["title"], one["was"], one["letters"]) for one in lines] == [("Свой", "C", "AZ"), ("Чужой", "A", "CZ")]


def test_who_moved_is_shown_with_the_rows(cast, client, scenario):
    worked_out(cast)
    client.force_login(cast.director)
    moves = client.get("/classification/moves/").context["moves"]
    cells = {
        (line["letter"], column): cell
        for line in moves["lines"]
        for column, cell in zip(moves["columns"], line["cells"], strict=True)
    }
    assert cells["C", "A"]["count"] == "1"
    assert [one["title"] for one in client.get(cells["C", "A"]["url"]).context["lines"]] == ["Свой"]


def test_groups_of_rfm_are_counted_within_reach_and_lead_to_their_rows(cast, client, scenario):
    worked_out(cast)
    client.force_login(cast.director)
    groups = client.get("/classification/").context["groups"]
    assert [(one["count"], one["share"]) for one in groups if one["url"]] == [("1", "91 %"), ("1", "9 %")]
    loyal = groups[1]
    assert (loyal["recency"], loyal["frequency"], loyal["part"]) == ("3–5", "3–5", "50 %")
    rows = client.get(loyal["url"])
    assert [(one["title"], one["rfm"]) for one in rows.context["lines"]] == [("Свой", "333")]
    assert [one["title"] for one in client.get(groups[-1]["url"]).context["lines"]] == ["Чужой"]
    listed = client.get(rows.context["list_url"]).content.decode()
    assert "Свой" in listed
    assert "Чужой" not in listed
    client.force_login(cast.anna)
    groups = client.get("/classification/").context["groups"]
    assert [one["count"] for one in groups if one["url"]] == ["1"]


def test_who_moved_between_groups_of_rfm_is_shown_with_the_rows(cast, client, scenario):
    worked_out(cast)
    client.force_login(cast.director)
    page = client.get("/classification/moves/", {"by": "rfm_group"})
    moves = page.context["moves"]
    cells = [(line["letter"], cell) for line in moves["lines"] for cell in line["cells"] if cell["url"]]
    assert [(was, cell["label"], cell["is_better"]) for was, cell in cells] == [
        ("Потерянные", "Постоянные", True),
        ("Потерянные", "Потерянные", False),
    ]
    rows = client.get(cells[0][1]["url"])
    assert [(one["title"], one["was"], one["group"]) for one in rows.context["lines"]] == [
        ("Свой", "Потерянные", "Постоянные")
    ]
    assert "Потерянные → Постоянные" in rows.context["title"]
    assert rows.context["list_url"] == ""
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(page.context["file_url"]).content))
    assert ["Потерянные", "Постоянные", 1.0, 9100.0] in book.get_sheet_by_index(0).to_python()


def test_days_chosen_the_other_way_round_are_put_in_order(cast, client, scenario):
    after = worked_out(cast)
    before = Counting.objects.exclude(pk=after.pk).get()
    client.force_login(cast.director)
    page = client.get("/classification/moves/", {"from": after.pk, "to": before.pk})
    assert [one["value"] for one in page.context["from_options"] if one["chosen"]] == [before.pk]
    assert page.context["moves"] == client.get("/classification/moves/").context["moves"]


def test_a_day_that_the_page_lists_no_more_is_still_opened_by_its_address(cast, client, scenario, monkeypatch):
    after = worked_out(cast)
    before = Counting.objects.exclude(pk=after.pk).get()
    monkeypatch.setattr("okno.engines.classification.queries.found.MOST_DATES", 1)
    client.force_login(cast.director)
    rows = client.get("/classification/rows/", {"counting": before.pk}).context["lines"]
    assert [one["title"] for one in rows] == ["Чужой", "Свой"]
    assert client.get("/classification/", {"counting": before.pk}).status_code == 200


def test_a_scheme_is_set_up_in_two_steps_and_worked_out(cast, client, scenario):
    sold(client_of(cast.anna), 100, date(2026, 6, 10))
    client.force_login(cast.director)
    source = "clients.client:deals.deal:client"
    answer = client.post("/settings/classification/new/", {"source": source})
    assert answer.status_code == 302
    form = client.get(answer.headers["Location"])
    assert form.status_code == 200
    given = {
        "name": "По сделкам", "amount": "amount", "day": "closed_at", "months": "12", "a_share": "80", "b_share": "95",
        "x_spread": "25", "y_spread": "60", "drop": "30", "condition~kind": "all",
    }  # fmt: skip
    assert client.post(answer.headers["Location"], given).status_code == 302
    made = Scheme.objects.get()
    assert made.is_main
    wrong = client.post(f"/settings/classification/{made.pk}/", {**given, "a_share": "99"})
    assert wrong.status_code == 422
    assert client.post(f"/settings/classification/{made.pk}/", {**given, "months": "24"}).status_code == 302
    made.refresh_from_db()
    assert made.months == 24

    day = rules.month_start(timezone.localdate()).isoformat()
    client.post(f"/settings/classification/{made.pk}/start/", {"day": day})
    assert JobRun.objects.get().work == commands.WORK
    client.post(f"/settings/classification/{made.pk}/delete/")
    assert client.get("/classification/").status_code == 200


def test_the_card_tells_classes_now_and_before(cast, client, scenario):
    counting = worked_out(cast)
    row = counting.classes.order_by("-total").first()
    client.force_login(cast.anna)
    url = f"/clients/{row.row_id}/?part=panel&panel=classes"
    assert [one["letters"] for one in client.get(url).context["lines"]] == ["AZ", "CZ"]
    check_few(statements(lambda: client.get(url)))


def test_classes_are_taken_away_as_workbooks(cast, client, scenario):
    worked_out(cast)
    client.force_login(cast.anna)
    page = client.get("/classification/").context
    rows = client.get(page["matrix"]["lines"][0]["all"]["url"]).context
    whole, cell, moved = (
        CalamineWorkbook.from_filelike(io.BytesIO(client.get(url).content))
        for url in (page["file_url"], rows["file_url"], client.get("/classification/moves/").context["file_url"])
    )
    assert ["Постоянные", 1.0, 9100.0] in whole.get_sheet_by_name("Группы RFM").to_python()
    listed = whole.get_sheet_by_index(3).to_python()[1:]
    assert [(one[0], one[1], one[2], one[4]) for one in listed] == [("Свой", "C", "A", 9100.0)]
    assert cell.get_sheet_by_index(0).to_python()[1:] == listed
    assert ["C", "A", 1.0, 9100.0] in moved.get_sheet_by_index(0).to_python()
    cast.hide("anna", "clients.client.abc")
    assert client.get(page["file_url"]).status_code == 404


def test_a_stranger_sees_no_classes(cast, client, scenario):
    worked_out(cast)
    client.force_login(cast.stranger)
    for url in ("/classification/", "/classification/moves/", "/settings/classification/"):
        assert client.get(url).status_code == 403


@pytest.mark.parametrize(
    "url", ["/classification/rows/", "/classification/rows/?counting=77", "/classification/moves/"]
)
def test_pages_of_nothing_are_missing(cast, client, url):
    client.force_login(cast.director)
    assert client.get(url).status_code == 404


def test_api_tells_the_matrix_its_rows_and_who_moved(cast, client, scenario):
    counting = worked_out(cast)
    client.force_login(cast.director)
    scheme_id = client.get(f"{API}/classification-schemes").json()["items"][0]["id"]

    last, first = client.get(f"{API}/classification-schemes/{scheme_id}/runs").json()
    assert (last["id"], last["rows"]) == (counting.pk, 2)
    found = client.get(f"{API}/classification-runs/{last['id']}").json()
    greatest = found["matrix"][0]
    assert (greatest["abc"], greatest["count"], greatest["total"]) == ("A", 1, "9100.00")
    rows = client.get(f"{API}/classification-runs/{last['id']}/rows?abc=A&before={first['id']}").json()
    assert [(one["title"], one["was"]) for one in rows["items"]] == [("Свой", "C")]
    any_rows = client.get(f"{API}/classification-runs/{last['id']}/rows?abc=*&xyz=*").json()["items"]
    assert [one["title"] for one in any_rows] == ["Свой", "Чужой"]
    page = client.get(f"{API}/classification-runs/{last['id']}/rows?limit=1").json()
    after = client.get(f"{API}/classification-runs/{last['id']}/rows", {"limit": 1, "after": page["next"]}).json()
    assert [one["title"] for one in after["items"]] == ["Чужой"]
    assert after["next"] is None
    moved = client.get(f"{API}/classification-runs/{last['id']}/moves?before={first['id']}").json()
    assert client.get(f"{API}/classification-runs/{last['id']}/moves").json() == moved
    assert client.get(f"{API}/classification-runs/{first['id']}/moves").json() == []
    assert {(one["was"], one["abc"]): one["count"] for one in moved} == {("A", "C"): 1, ("C", "A"): 1}
    assert client.get(f"{API}/classification/{RECORD}").json() == found
    groups = client.get(f"{API}/classification-runs/{last['id']}/moves?by=rfm_group").json()
    assert {(one["was"], one["rfm_group"]): one["count"] for one in groups} == {
        ("lost", "lost"): 1,
        ("lost", "loyal"): 1,
    }
    asked = {"rfm_group": "loyal", "was_group": "lost", "before": first["id"]}
    rows = client.get(f"{API}/classification-runs/{last['id']}/rows", asked).json()
    assert [(one["title"], one["rfm_group"], one["was_group"]) for one in rows["items"]] == [("Свой", "loyal", "lost")]


def test_conditions_of_cells_find_the_same_rows(cast, client, scenario):
    counting = worked_out(cast)
    client.force_login(cast.director)
    found = client.get(f"{API}/classification-runs/{counting.pk}").json()
    assert {one["rfm_group"] for one in found["rfm_groups"]} == {"loyal", "lost"}
    for part in (*found["matrix"], *found["lives"], *found["rfm_groups"]):
        listed = client.get(f"{API}/clients", {"where": json.dumps(part["where"])}).json()["items"]
        assert len(listed) == part["count"]
    earlier = Counting.objects.exclude(pk=counting.pk).get()
    past = client.get(f"{API}/classification-runs/{earlier.pk}").json()
    assert {one["where"] for one in past["matrix"]} == {None}


def test_api_tells_classes_of_a_client_within_reach(cast, client, scenario):
    worked_out(cast)
    mine, theirs = (Client.objects.get(name=name) for name in ("Свой", "Чужой"))
    client.force_login(cast.anna)
    told = client.get(f"{API}/classification/{RECORD}/{mine.pk}").json()
    assert [one["abc"] for one in told] == ["A", "C"]
    assert client.get(f"{API}/classification/{RECORD}/{theirs.pk}").status_code == 404
    assert sum(one["count"] for one in client.get(f"{API}/classification/{RECORD}").json()["matrix"]) == 1
    assert client.get(f"{API}/classification/deals.deal").status_code == 404


def test_classes_are_closed_with_their_fields(cast, client, scenario):
    counting = worked_out(cast)
    cast.hide("anna", "clients.client.abc")
    row = Client.objects.get(name="Свой")
    client.force_login(cast.anna)
    assert client.get(f"{API}/classification/{RECORD}/{row.pk}").status_code == 403
    assert client.get(f"{API}/classification-runs/{counting.pk}").status_code == 404
    assert client.get(f"/classification/?counting={counting.pk}").status_code == 404
    assert "lines" not in client.get("/classification/").context
    assert client.get(f"/clients/{row.pk}/?part=panel&panel=classes").context["lines"] == []
