"""The wizard step by step, its refusals, its counts of statements; the door from a list; the API."""

from __future__ import annotations

import io
import re
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.clients.models import Client
from okno.engines.imports import commands, queries
from okno.engines.imports.models import Import
from okno.engines.imports.tests import files
from okno.kit import jobs
from okno.kit.fields import custom
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.testing.query_counts import check_few, statements

pytestmark = pytest.mark.django_db
FILE = "Наименование;Тип;Ответственный;Телефон\nООО «Ромашка»;ИП;Иванова;84951234567\nБерёза;Клуб;;84951234568\n"


@pytest.fixture
def browser(cast, client: Browser) -> Browser:
    client.force_login(cast.director)
    return client


def send(browser: Browser, content: bytes, name: str = "Клиенты.csv", **more):
    given = {"record": "clients.client", "file": SimpleUploadedFile(name, content), "like": "", "pasted": "", **more}
    return browser.post("/imports/new/", given)


def begun(browser: Browser, text: str = FILE) -> Import:
    assert send(browser, text.encode()).status_code == 302
    return Import.objects.latest("id")


def worked() -> JobRun:
    job = JobRun.objects.latest("id")
    jobs.do_work(job_id=job.pk)
    job.refresh_from_db()
    return job


def rules(**more):
    return {"keys": ["phone"], "found": "update", "new": "create", "empty": "keep", "repeats": "join", **more}


def test_wizard_leads_from_the_file_to_the_result(browser, cast):
    row = begun(browser)
    url = f"/imports/{row.pk}"
    page = browser.get(f"{url}/columns/").content.decode()
    assert page.count(" selected") == 4
    columns = {f"column-{place}": key for place, key in enumerate(["name", "kind", "owner", "phone"])}
    constant = {"constant": ["source", ""], "constant-text": ["Выставка", ""]}
    assert browser.post(f"{url}/columns/", columns | constant)["Location"] == f"{url}/values/"
    page = browser.get(f"{url}/values/").content.decode()
    assert re.search(r'aria-label="[^"]*: Клуб" aria-invalid="true"', page)
    values = {
        "text-kind": ["ИП", "Клуб"], "value-kind": ["sole", "-"],
        "text-owner": ["Иванова"], "value-owner": [str(cast.anna.pk)],
    }  # fmt: skip
    assert browser.post(f"{url}/values/", values)["Location"] == f"{url}/rules/"
    assert browser.get(f"{url}/rules/").status_code == 200
    assert browser.post(f"{url}/rules/", rules())["Location"] == f"{url}/check/"
    assert "hx-trigger" in browser.get(f"{url}/check/").content.decode()
    worked()
    page = browser.get(f"{url}/check/").content.decode()
    assert "ООО «Ромашка»" in page
    assert "Иванова Анна Петровна" in page
    assert Client.objects.count() == 0
    assert browser.post(f"{url}/check/?part=run")["Location"] == f"{url}/result/"
    assert worked().state == JobRun.State.DONE
    romashka = Client.objects.get(name="ООО «Ромашка»")
    assert (romashka.kind, romashka.owner, romashka.source) == ("sole", cast.anna, "Выставка")
    assert "ООО «Ромашка»" in browser.get(f"{url}/result/").content.decode()
    assert browser.get(f"{url}/")["Location"] == f"{url}/result/"
    assert browser.get("/imports/").status_code == 200


def test_several_columns_go_to_a_field_that_holds_several(browser):
    row = begun(browser, "Наименование;Тел.;Моб.;Раб.\nБерёза;84951234568;89031234567;84951234569\n")
    url = f"/imports/{row.pk}/columns/"
    further = {"column-0": "name", "column-1": "phone", "column-2": "phones", "column-3": "phones"}
    assert browser.post(url, further).status_code == 302
    assert browser.post(url, {**further, "column-2": "phone"}).status_code == 422


def test_result_is_taken_back_by_row_and_as_a_whole(browser):
    row = begun(browser)
    browser.post(f"/imports/{row.pk}/rules/", rules())
    worked()
    browser.post(f"/imports/{row.pk}/check/?part=run")
    worked()
    held = Client.objects.get(name="ООО «Ромашка»") if Client.objects.filter(name="ООО «Ромашка»").exists() else None
    assert held is not None
    browser.post(f"/imports/{row.pk}/result/?part=back-row", {"row": held.pk})
    held.refresh_from_db()
    assert held.is_deleted
    browser.post(f"/imports/{row.pk}/result/?part=back")
    worked()
    assert Client.objects.filter(is_deleted=False).count() == 0
    Import.objects.filter(pk=row.pk).update(done=2_000, errors_file={})
    page = " ".join(browser.get(f"/imports/{row.pk}/result/").content.decode().split())
    assert "обработано строк: 2 000" in page
    assert '<div class="panel-body row-wrap"> </div>' not in page


def rows_of(page: str) -> str:
    """The rows of a check or of a result."""
    return page.partition("<table")[2].partition("</table>")[0]


def outcomes(page: str) -> set[str]:
    """What is said to become, or to have become, of rows."""
    return set(
        re.findall(r"Будет добавлено|Добавлено|Добавление|Не запишется|Отказано|Отменено|Изменено", rows_of(page))
    )


def test_what_would_become_of_rows_is_not_told_as_what_has(browser):
    row = begun(browser, "Наименование;Телефон\nРомашка;84951234567\nБерёза;abc\n")
    browser.post(f"/imports/{row.pk}/rules/", rules())
    worked()
    checked = browser.get(f"/imports/{row.pk}/check/").content.decode()
    browser.post(f"/imports/{row.pk}/check/?part=run")
    worked()
    written = browser.get(f"/imports/{row.pk}/result/").content.decode()
    browser.post(f"/imports/{row.pk}/result/?part=back-row", {"row": Client.objects.get().pk})
    back = browser.get(f"/imports/{row.pk}/result/").content.decode()

    assert outcomes(checked) == {"Будет добавлено", "Не запишется"}
    assert outcomes(written) == {"Добавлено", "Отказано"}
    assert outcomes(back) == {"Отменено", "Отказано"}
    assert [("/clients/" in rows_of(page)) for page in (written, back)] == [True, False]


def test_file_of_errors_is_mended_and_sent_again(browser):
    row = begun(browser, "Наименование;Телефон\nРомашка;84951234567\nБерёза;abc\n")
    browser.post(f"/imports/{row.pk}/rules/", rules())
    worked()
    browser.post(f"/imports/{row.pk}/check/?part=run")
    worked()
    answer = browser.get(f"/imports/{row.pk}/result/?part=errors")
    content = b"".join(answer.streaming_content)
    row.refresh_from_db()
    commands.keep_settings(actor=cast_actor(row), row=row, name="Магазин")
    assert send(browser, content, "Ошибки.xlsx", like=str(kept_id())).status_code == 302
    fresh = Import.objects.latest("id")
    assert [target for _name, target in fresh.settings["columns"]] == ["", "name", "phone"]


def test_file_of_errors_holds_every_refused_row(browser):
    row = begun(browser, "Наименование;Телефон\nРомашка;84951234567\nБерёза;abc\nКлён;84951234568\nДуб;где-то\n")
    ended = commands.run_now(cast_actor(row), row)
    content = b"".join(browser.get(f"/imports/{ended.pk}/result/?part=errors").streaming_content)
    send(browser, content, "Ошибки.xlsx")
    fresh = Import.objects.latest("id")
    with queries.opened(fresh.sha256) as path:
        assert [cells[1:] for _number, cells in queries.lines_of(path, fresh)] == [["Берёза", "abc"], ["Дуб", "где-то"]]


def cast_actor(row: Import):
    from okno.access import queries

    return queries.actor_of_user_id(row.owner_id)


def kept_id() -> int:
    from okno.engines.imports.models import ImportSettings

    return ImportSettings.objects.get().pk


def test_file_that_is_no_table_is_told_beside_its_field(browser):
    answer = send(browser, bytes(range(256)) * 20, "picture.bin")
    assert answer.status_code == 422
    assert 'id="error-file"' in answer.content.decode()
    assert Import.objects.count() == 0


def test_pasted_rows_are_taken(browser):
    given = {"record": "clients.client", "like": "", "pasted": "Имя\tТелефон\nРомашка\t84951234567"}
    assert browser.post("/imports/new/", given).status_code == 302
    assert Import.objects.get().kind == "tsv"


def test_file_is_read_anew_as_it_is_asked(browser):
    row = begun(browser, "Список\nИмя,Город\nРомашка,Орёл\n")
    page = browser.get(f"/imports/{row.pk}/file/")
    assert page.status_code == 200
    browser.post(f"/imports/{row.pk}/file/", {"encoding": "utf-8", "delimiter": ",", "header": "2"})
    row.refresh_from_db()
    assert [name for name, _target in row.settings["columns"]] == ["Имя", "Город"]


def test_two_columns_to_one_field_are_refused(browser):
    row = begun(browser)
    twice = {"column-0": "name", "column-1": "name", "column-2": "", "column-3": ""}
    assert browser.post(f"/imports/{row.pk}/columns/", twice).status_code == 422


def test_three_hundred_columns_are_shown(browser):
    names = [f"Колонка {number}" for number in range(300)]
    row = begun(browser, ";".join(names) + "\n" + ";".join("x" for _one in names))
    page = browser.get(f"/imports/{row.pk}/columns/")
    assert page.content.decode().count('name="column-') == 300


def test_workbook_is_imported(browser, tmp_path):
    path = files.xlsx_file(tmp_path, [["Наименование", "ИНН"], ["ООО «Ноль»", 274062111]])
    send(browser, path.read_bytes(), "Клиенты.xlsx")
    row = Import.objects.get()
    commands.run_now(cast_actor(row), row)
    assert Client.objects.get().inn == "0274062111"


@pytest.mark.parametrize("step", ["file", "columns", "values", "rules", "check", "result"])
def test_steps_ask_few_statements(browser, step):
    rows = "\n".join(f"Клиент {number};Иванова" for number in range(60))
    row = begun(browser, f"Наименование;Ответственный\n{rows}")
    commands.run_now(cast_actor(row), row, is_dry=True)
    if step == "result":
        commands.run_now(cast_actor(row), row)
    check_few(statements(partial(browser.get, f"/imports/{row.pk}/{step}/")), 9)


@pytest.mark.parametrize("page", ["/imports/", "/imports/new/", "/imports/settings/"])
def test_lists_of_imports_ask_few_statements(browser, page):
    for number in range(5):
        row = begun(browser)
        commands.keep_settings(actor=cast_actor(row), row=row, name=f"Выгрузка {number}", is_shared=True)
    check_few(statements(partial(browser.get, page)), 9)


def test_lists_lead_to_the_import_of_those_who_may(browser, cast):
    assert "/imports/new/?record=clients.client" in browser.get("/clients/").content.decode()
    access.set_role(
        actor=SYSTEM, code="looker", name="x", grants=[{"permission": "clients.view", "reach": "all"}], hidden=[]
    )
    access.give_role(actor=SYSTEM, user=cast.stranger, role="looker")
    other = Browser()
    other.force_login(cast.stranger)
    assert "/imports/new/" not in other.get("/clients/").content.decode()


def test_import_over_the_api(cast, client: Browser):
    token = access.issue_token(actor=SYSTEM, user=cast.director, name="t", scopes=[])
    headers = {"Authorization": f"Bearer {token}"}
    file = SimpleUploadedFile("Клиенты.csv", FILE.encode())
    answer = client.post("/api/v1/imports", {"record": "clients.client", "run": "true", "file": file}, headers=headers)
    assert answer.status_code == 201, answer.content
    worked()
    found = client.get(f"/api/v1/imports/{answer.json()['id']}", headers=headers).json()
    assert (found["state"], found["done"]) == ("done", 2)
    rows = client.get(f"/api/v1/imports/{answer.json()['id']}/rows?result=created", headers=headers).json()
    assert [one["title"] for one in rows["items"]] == ["ООО «Ромашка»"]


def test_export_is_journalled_with_its_filter(browser, cast):
    commands.run_now(cast_actor_of(cast), commands.taken_in(
        cast_actor_of(cast), "clients.client", io.BytesIO(FILE.encode()), "x.csv"
    ))  # fmt: skip
    browser.post("/clients/?part=export&q=Ромашка", {"format": "csv"})
    assert worked().state == JobRun.State.DONE
    from okno.kit.models.journal import CommandRun

    run = CommandRun.objects.get(name="clients.export")
    assert (run.user_id, run.args["rows"], run.args["filter"]["q"]) == (cast.director.pk, 1, "Ромашка")


def cast_actor_of(cast):
    return cast.actor("director")


def test_unknown_option_of_a_custom_field_is_added(browser, cast):
    options = [{"id": "a", "label": "Опт"}]
    custom.add(actor=SYSTEM, record="clients.client", key="channel", label="Канал", kind="choice", options=options)
    row = begun(browser, "Наименование;Канал\nРомашка;Маркетплейс\nБерёза;Опт\n")
    url = f"/imports/{row.pk}"
    assert 'value="+"' in browser.get(f"{url}/values/").content.decode()
    values = {"text-x_channel": ["Маркетплейс", "Опт"], "value-x_channel": ["+", "a"]}
    assert browser.post(f"{url}/values/", values)["Location"] == f"{url}/rules/"
    row.refresh_from_db()
    commands.run_now(cast_actor(row), row)
    labels = dict(registry.record("clients.client").all_fields()["x_channel"].choices)
    kept = {one.name: labels[one.extra["x_channel"]] for one in Client.objects.all()}
    assert kept == {"Ромашка": "Маркетплейс", "Берёза": "Опт"}
