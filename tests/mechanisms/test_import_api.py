"""An import over the API from the file to the way back: set up, checked, run, its errors, undone by row and whole."""

from __future__ import annotations

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from python_calamine import load_workbook

from okno.access import commands as access
from okno.areas.clients.models import Client
from okno.kit import jobs
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db
V1 = "/api/v1"
FILE = "Наименование;Тип;Телефон\nООО «Ромашка»;ИП;84951234567\nЛютик;ИП;84951234569\nБерёза;Клуб;84951234568\n"


class Script:
    """Another system with a token."""

    def __init__(self, user, *scopes):
        token = access.issue_token(actor=SYSTEM, user=user, name="import", scopes=list(scopes))
        self.browser = Browser(headers={"Authorization": f"Bearer {token}"})

    def get(self, path, **params):
        return self.browser.get(f"{V1}{path}", params)

    def send(self, method, path, body=None):
        return getattr(self.browser, method)(f"{V1}{path}", json.dumps(body), content_type="application/json")

    def file(self, text=FILE, **more):
        given = {"record": "clients.client", "file": SimpleUploadedFile("Клиенты.csv", text.encode()), **more}
        return self.browser.post(f"{V1}/imports", given)


def work() -> None:
    """Do what was begun last, as the worker would."""
    jobs.do_work(job_id=JobRun.objects.latest("id").pk)


@pytest.fixture
def director(cast) -> Script:
    return Script(cast.director)


@pytest.fixture
def done(director) -> str:
    """The address of an import that has made two clients and refused one row."""
    address = f"/imports/{director.file(run='true').json()['id']}"
    work()
    return address


def test_an_import_is_set_up_and_checked_anew(director):
    address = f"/imports/{director.file().json()['id']}"
    work()

    told = director.get(f"{address}/settings").json()
    changed = director.send("patch", f"{address}/settings", {"columns": {"Тип": ""}, "found": "skip"}).json()
    again = director.send("post", f"{address}/check").json()
    work()

    assert "name" in {one["key"] for one in told["targets"] if one["is_required"]}
    columns = dict(changed["columns"])
    assert (changed["found"], columns["Тип"], columns["Наименование"]) == ("skip", "", "name")
    assert again["id"] == int(address.rpartition("/")[2])
    assert director.get(address).json()["state"] == "checked"
    assert [one["result"] for one in director.get(f"{address}/rows", is_dry="true").json()["items"]] == ["created"] * 3


def test_a_file_waits_for_its_settings(director):
    unknown = FILE.replace("Наименование", "Кто это")
    refused = director.file(unknown)
    address = f"/imports/{director.file(unknown, waits='true').json()['id']}"

    director.send("patch", f"{address}/settings", {"columns": {"Кто это": "name"}})
    checked = director.send("post", f"{address}/check")
    work()

    assert (refused.status_code, refused.json()["code"]) == (422, "imports.required")
    assert (checked.status_code, director.get(address).json()["state"]) == (200, "checked")


@pytest.mark.parametrize(
    "wrong",
    [{"columns": {"Тип": "nope"}}, {"columns": {"Нет": "name"}}, {"keys": ["nope"]}, {"constants": {"nope": "x"}}],
    ids=["target", "column", "key", "constant"],
)
def test_settings_that_name_what_is_not_there_are_refused(director, wrong):
    address = f"/imports/{director.file().json()['id']}"
    work()
    before = director.get(f"{address}/settings").json()

    answer = director.send("patch", f"{address}/settings", wrong)

    assert (answer.status_code, answer.json()["code"]) == (422, "imports.bad_settings")
    assert director.get(f"{address}/settings").json() == before


def test_settings_are_kept_used_again_and_deleted(director, done):
    kept = director.send("post", f"{done}/keep-settings", {"name": "Выгрузка"}).json()["id"]
    again = director.file(settings="Выгрузка").json()

    assert [one["id"] for one in director.get("/import-settings").json()["items"]] == [kept]
    assert again["columns"] == [["Наименование", "name"], ["Тип", "kind"], ["Телефон", "phone"]]
    director.send("delete", f"/import-settings/{kept}")
    assert director.file(settings="Выгрузка").status_code == 404


def test_refused_rows_come_back_as_a_file_ready_to_be_mended(cast, director, done):
    answer = director.get(f"{done}/errors")

    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()
    assert (rows[0][1:], [str(one) for one in rows[1][1:]]) == (
        ["Наименование", "Тип", "Телефон"],
        ["Берёза", "Клуб", "84951234568"],
    )
    assert Script(cast.anna).get(f"{done}/errors").status_code == 404


def test_an_import_is_taken_back_by_row_and_whole(director, done):
    first = Client.objects.get(name="ООО «Ромашка»").pk

    one = director.send("post", f"{done}/rows/{first}/take-back").json()
    left = set(Client.objects.filter(is_deleted=False).values_list("name", flat=True))
    whole = director.send("post", f"{done}/take-back")
    work()

    assert (one["restored"] > 0, one["kept"], left) == (True, [], {"Лютик"})
    assert (whole.status_code, director.get(done).json()["state"]) == (200, "taken_back")
    assert not Client.objects.filter(is_deleted=False).exists()
    assert director.send("post", f"{done}/rows/987654321/take-back").status_code == 404


def test_none_of_it_is_open_to_others(cast, director, done):
    other = Script(cast.boris)
    for method, path in (("post", "check"), ("post", "take-back"), ("post", "rows/1/take-back"), ("patch", "settings")):
        assert other.send(method, f"{done}/{path}", {} if method == "patch" else None).status_code == 404
    reader = Script(cast.director, "imports.view")
    assert reader.send("post", f"{done}/take-back").status_code == 403
