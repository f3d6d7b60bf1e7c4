"""Every kind of custom field in work with many rows: changed together, taken out and brought back, by a file too."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.engines.imports import commands as imports
from okno.kit.fields import custom
from okno.kit.models import Attachment
from okno.kit.permissions import SYSTEM
from okno.kit.web.pages.export import WRITERS, rows_of
from okno.kit.web.pages.lists import list_by_name
from tests.mechanisms.test_every_kind import (
    KEY,
    RECORD,
    Case,
    case,
    desk,
    listed,
    partner,
    three,
    three_numbers,
    titles,
)

__all__ = ["case", "desk", "partner", "three", "three_numbers"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fields_of_this_test")]


@pytest.fixture
def script(cast) -> Browser:
    token = access.issue_token(actor=SYSTEM, user=cast.director, name="test", scopes=[])
    return Browser(headers={"Authorization": f"Bearer {token}"})


def changed(script: Browser, rows: list[Client], **edit: Any) -> list[Any]:
    """What rows have in the field after a group change of it."""
    body = {"ids": [one.pk for one in rows], "edits": [{"field": KEY, **edit}]}
    answer = script.post(f"/api/v1/records/{RECORD}/changes", json.dumps(body), content_type="application/json")
    assert answer.status_code == 202, answer.json()
    return [Client.objects.get(pk=one.pk).extra.get(KEY) for one in rows]


def test_many_rows_are_given_a_value_and_relieved_of_it(case: Case, three, script):
    given = changed(script, three, how="set", value=case.given)
    without = changed(script, three, how="clear") if case.kind != "boolean" else []

    assert given == [case.kept] * 3
    assert not any(without)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_taken_out_comes_back_the_same(case: Case, three, cast, tmp_path: Path, kind: str):
    actor, path = cast.actor("director"), tmp_path / f"Клиенты.{kind}"
    clients.update(actor=SYSTEM, client=three[0], values={"phone": "+7 495 123-45-67"})
    tree = json.dumps({"field": "name", "op": "eq", "value": "Один"})
    page = list_by_name("clients.ClientList")
    selection = page.select(actor, {"tab": "all", "cols": f"name,phone,{KEY}", "f": tree})
    with WRITERS[kind](path, selection.columns, actor.zone) as write:
        for cells in rows_of(selection, selection.columns):
            write(cells)
    Client.objects.filter(pk=three[0].pk).update(extra={})

    row = imports.taken_in(actor, RECORD, io.BytesIO(path.read_bytes()), path.name)
    ended = imports.run_now(actor, imports.set_up(actor=actor, row=row, settings={**row.settings, "keys": ["phone"]}))

    assert ended.counts.get("updated") == 1, ended.counts
    assert Client.objects.get(pk=three[0].pk).extra.get(KEY) == case.kept


@pytest.fixture
def scanned(cast, desk: Browser) -> list[Client]:
    """A client with a file in its field, and one without."""
    custom.add(actor=SYSTEM, record=RECORD, key="scan", label="Скан", kind="file")
    made = [Client.objects.create(name=name, owner=cast.anna, department=cast.team) for name in ("Один", "Два")]
    sent = {"version": "9", "x_scan": SimpleUploadedFile("Договор.txt", b"text")}
    assert desk.post(f"/clients/{made[0].pk}/?part=field&name=x_scan", sent).status_code == 200
    return made


def test_files_are_shown_filtered_painted_and_taken_out(scanned, desk, cast):
    file = Attachment.objects.get()
    filled = {"field": "x_scan", "op": "not_empty"}
    page = listed(desk, cols="name,x_scan", paint=json.dumps([{"where": filled, "colour": "red"}]))
    cells = {row["title"]: (row["cells"][1]["text"], row["paint"]) for row in page["rows"]}
    selection = list_by_name("clients.ClientList").select(cast.actor("director"), {"tab": "all", "cols": "name,x_scan"})
    out = dict(rows_of(selection, selection.columns))

    assert cells == {"Один": ("1 файл", "red"), "Два": ("", "")}
    assert (titles(listed(desk, f=json.dumps(filled))), out["Два"]) == (["Один"], "")
    assert out["Один"] in ("1 файл", "Договор.txt")
    assert Client.objects.get(name="Один").extra == {"x_scan": [file.pk]}
    for address in ({"sort": "x_scan"}, {"group": "x_scan"}, {"sort": "-x_scan"}):
        assert sorted(titles(listed(desk, **address))) == ["Два", "Один"]


def test_files_are_told_by_the_api_and_not_taken_from_another_row(scanned, script):
    file = Attachment.objects.get()
    told = script.get(f"/api/v1/clients/{scanned[0].pk}").json()["x_scan"]
    body = json.dumps({"x_scan": [file.pk]})
    foreign = script.patch(f"/api/v1/clients/{scanned[1].pk}", body, content_type="application/json")

    assert told
    assert (foreign.status_code, foreign.json()["code"]) == (422, "fields.no_file")


def test_many_rows_are_relieved_of_their_files(scanned, script):
    body = {"ids": [one.pk for one in scanned], "edits": [{"field": "x_scan", "how": "clear"}]}
    answer = script.post(f"/api/v1/records/{RECORD}/changes", json.dumps(body), content_type="application/json")

    assert answer.status_code == 202
    assert not Client.objects.get(pk=scanned[0].pk).extra.get("x_scan")
    assert Attachment.objects.filter(is_deleted=False).exists()


def test_a_formula_is_painted_summed_up_and_refused_where_it_would_be_written(three_numbers, desk, script, cast):
    rules = json.dumps([{"where": {"field": "x_double", "op": "gt", "value": 3}, "colour": "red"}])
    page = listed(desk, cols="name,x_double", paint=rules)
    edit = {"ids": [three_numbers[0].pk], "edits": [{"field": "x_double", "how": "set", "value": "7"}]}
    refused = script.post(f"/api/v1/records/{RECORD}/changes", json.dumps(edit), content_type="application/json")
    selection = list_by_name("clients.ClientList").select(
        cast.actor("director"), {"tab": "all", "cols": "name,x_double"}
    )

    assert {row["title"]: row["paint"] for row in page["rows"]} == {"Один": "", "Два": "red", "Три": "red"}
    assert refused.status_code == 422
    assert {row[0]: int(row[1]) for row in rows_of(selection, selection.columns)} == {"Один": 2, "Два": 4, "Три": 6}
