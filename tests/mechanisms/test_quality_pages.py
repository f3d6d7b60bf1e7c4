"""Pages of quality: why a card has its per cent, the base as a whole, and its settings."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client as Browser
from django.utils import timezone
from python_calamine import CalamineWorkbook

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.record import CLIENT
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.web.pages import ClientList
from okno.engines.quality import commands, queries
from okno.engines.quality.commands import travelling
from okno.engines.quality.models import Norm, Snapshot
from okno.kit.fields import following
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.testing.forms import filled
from okno.kit.testing.query_counts import check_few, statements

CLIENTS = "clients.client"
URL, SETTINGS = "/quality/", "/settings/quality/"
MOST_STATEMENTS = 14


@pytest.fixture
def shipped(cast: Cast, client: Browser) -> Cast:
    """The criteria that are shipped, two clients of Anna and one of Boris."""
    commands.take_shipped(actor=SYSTEM, record=CLIENTS)
    a_client(cast.anna, name="ООО «Луч»", phone="+7 921 000-00-01", city="Тула", source="Выставка")
    a_client(cast.anna, name="ООО «Пусто»")
    a_client(cast.boris, name="ООО «Чужое»", phone="+7 921 000-00-02")
    following.catch_up()
    client.force_login(cast.anna)
    return cast


def panel(client: Browser, row: Any) -> Any:
    return client.get(f"/clients/{row.pk}/?part=panel&panel=quality")


def test_panel_tells_every_missing_point_and_where_it_is_filled_in(shipped: Cast, client: Browser) -> None:
    row = a_client(shipped.anna, name="ООО «Свет»", phone="+7 921 000-00-03")

    told = panel(client, row).context

    missing = {one["label"]: one for one in told["missing"]}
    assert told["value"] == 45
    assert missing["Источник"]["edit_url"] == f"/clients/{row.pk}/?part=field&name=source&edit=1"
    assert missing["Следующее действие"]["url"] == f"/tasks/new/?client={row.pk}"
    assert missing["Источник"]["weight"] == 15
    assert "Телефон или почта" in [one["label"] for one in told["held"]]


def test_missing_point_opens_its_field_on_the_card(shipped: Cast, client: Browser) -> None:
    row = a_client(shipped.anna)
    told = panel(client, row).context["missing"]
    source = next(one for one in told if one["label"] == "Источник")

    answer = client.get(source["edit_url"], headers={"HX-Request": "true"}).content.decode()

    assert source["target"] == "#field-source"
    assert 'id="field-source"' in answer
    assert 'name="source"' in answer


def test_panel_says_why_a_card_is_not_judged(shipped: Cast, client: Browser) -> None:
    row = a_client(shipped.anna)
    clients.update(actor=SYSTEM, client=row, values={"status": "lost"})

    told = panel(client, row).content.decode()

    assert "Не рассчитывается" in told
    assert "Потерян" in told


def test_panel_tells_nothing_of_closed_fields(shipped: Cast, client: Browser) -> None:
    row = a_client(shipped.anna, source="Выставка")
    shipped.hide("anna", "clients.client.source")

    told = panel(client, row).context

    lines = {one["label"]: one for one in told["missing"]}
    assert lines["Источник"]["is_closed"]
    assert "url" not in lines["Источник"]


def test_base_counts_what_is_within_reach(shipped: Cast, client: Browser) -> None:
    own = client.get(URL).context

    client.force_login(shipped.director)
    whole = client.get(URL).context

    assert [own["tiles"][0]["note"], whole["tiles"][0]["note"]] == ["рассчитано карточек: 2", "рассчитано карточек: 3"]
    assert [one["label"] for one in own["lines"]] == ["Иванова Анна Петровна"]


def test_figures_open_the_rows_that_they_count(shipped: Cast, client: Browser) -> None:
    context = client.get(URL).context

    def behind(url: str) -> int:
        asked = {name: values[0] for name, values in parse_qs(urlparse(url).query).items()}
        return int(ClientList.select(shipped.actor("anna"), asked).rows().count())

    bars = context["spread"]["data"]
    counts = [sum(one["cells"]) for one in context["spread"]["rows"]]
    assert [behind(url) for url in bars["urls"]] == counts
    assert sum(counts) == 2
    assert {one["label"]: behind(one["url"]) for one in context["missed"]} == {
        one["label"]: int(one["count"]) for one in context["missed"]
    }
    assert behind(context["lines"][0]["red_url"]) == int(context["lines"][0]["red"])


def test_base_by_status_tells_the_average_of_each(shipped: Cast, client: Browser) -> None:
    lines = client.get(URL, {"by": "status"}).context["lines"]

    assert [(one["label"], one["rows"], one["value"]) for one in lines] == [("Потенциальный", "2", "43 %")]


def test_days_add_up_what_each_may_see(shipped: Cast, client: Browser) -> None:
    commands.snap(actor=SYSTEM, record=CLIENTS)

    day = Snapshot.objects.get(owner=shipped.anna).day
    own, whole = (dict(queries.days(shipped.actor(who), CLIENT, day)) for who in ("anna", "director"))

    assert [one.rows for one in own.values()] == [2]
    assert [one.rows for one in whole.values()] == [3]


def test_each_person_is_told_how_the_quality_of_their_cards_went(shipped: Cast, client: Browser) -> None:
    client.force_login(shipped.director)
    today = timezone.localdate()
    for back, anna, boris in ((40, 30, 80), (1, 50, 60)):
        for owner, value in ((shipped.anna, anna), (shipped.boris, boris)):
            day = today - dt.timedelta(days=back)
            Snapshot.objects.create(record=CLIENTS, day=day, owner=owner, rows=1, total=value)

    page = client.get(URL, {"by": "owner"}).context

    now = {one.key: one.value or 0 for one in queries.put_together(shipped.actor("director"), CLIENT, "owner")}
    assert {one["change"] for one in page["lines"]} == {
        f"{now[shipped.anna.pk] - 30:+d}",
        f"{now[shipped.boris.pk] - 80:+d}",
    }
    drawn = page["past_of_parts"]["data"]["series"]
    assert sorted(one["values"] for one in drawn) == [[30, 50], [80, 60]]
    assert not any(one["change"] for one in client.get(URL, {"by": "status"}).context["lines"])


def test_tables_are_taken_away_as_a_workbook(shipped: Cast, client: Browser) -> None:
    page = client.get(URL, {"by": "owner"}).context

    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(page["file_url"]).content))
    people, missed = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names[:2])

    assert [one[:2] for one in people[1:]] == [[shipped.anna.name, 2.0]]
    assert [one[0] for one in missed[1:]] == [one["label"] for one in page["missed"]]


def test_quality_hidden_by_a_role_is_nowhere(shipped: Cast, client: Browser) -> None:
    shipped.hide("anna", "clients.client.quality", "clients.contact.quality")
    row = a_client(shipped.anna)

    assert client.get(URL).status_code == 404
    assert panel(client, row).context["value"] is None
    assert client.get(f"/api/v1/quality/{CLIENTS}/{row.pk}").status_code == 403


def test_page_asks_few_statements(shipped: Cast, client: Browser) -> None:
    check_few(statements(lambda: client.get(URL)), MOST_STATEMENTS)


def test_settings_take_what_is_shipped_and_judge(cast: Cast, client: Browser) -> None:
    client.force_login(cast.director)

    client.post(f"{SETTINGS}?part=take", {"record": CLIENTS})

    page = client.get(SETTINGS, {"record": CLIENTS}).context
    assert {one["label"]: one["total"] for one in page["sets"] if one["norms"]} == {
        "Потенциальный": 100,
        "Разовый": 125,
        "Постоянный": 178,
        "Спящий": 100,
    }
    assert JobRun.objects.filter(work="quality.recount").exists()


def test_criterion_is_changed_and_dropped(shipped: Cast, client: Browser) -> None:
    client.force_login(shipped.director)
    norm = Norm.objects.get(status="prospect", field="source")
    sent = filled(client.get(f"{SETTINGS}{norm.pk}/"))

    changed = client.post(f"{SETTINGS}{norm.pk}/", {**sent, "weight": "7"})
    norm.refresh_from_db()
    client.post(f"{SETTINGS}{norm.pk}/drop/")

    assert (changed.status_code, norm.weight) == (302, 7)
    assert norm.condition == {"all": [{"field": "source", "op": "not_empty"}]}
    norm.refresh_from_db()
    assert norm.is_deleted


def test_criterion_that_asks_nothing_is_refused(cast: Cast, client: Browser) -> None:
    client.force_login(cast.director)
    said = {"record": CLIENTS, "label": "Сайт", "weight": "7", "group": "requisites", "status": "prospect"}

    answer = client.post(f"{SETTINGS}new/", said)

    assert answer.status_code == 422
    assert not Norm.objects.exists()


def test_api_tells_why(shipped: Cast, client: Browser) -> None:
    row = a_client(shipped.anna, phone="+7 921 000-00-03")
    far = a_client(shipped.boris)

    told = client.get(f"/api/v1/quality/{CLIENTS}/{row.pk}").json()
    following.catch_up()
    whole = client.get(f"/api/v1/quality/{CLIENTS}").json()

    assert (told["value"], told["colour"]) == (45, "red")
    assert {one["label"]: one["is_held"] for one in told["criteria"]}["Источник"] is False
    assert whole["rows"] == 3
    assert client.get(f"/api/v1/quality/{CLIENTS}/{far.pk}").status_code == 404
    assert client.get("/api/v1/quality/deals.deal").status_code == 404


def test_criteria_travel_with_the_settings(shipped: Cast) -> None:
    file = travelling.read()
    key = next(iter(file))
    travelling.write(SYSTEM, key, {**file[key], "weight": 99})
    travelling.write(SYSTEM, "clients.client/prospect/Новый", {**file[key], "label": "Новый"})

    again = travelling.read()
    assert again[key]["weight"] == 99
    assert len(again) == len(file) + 1


def test_settings_call_pages_by_their_names(shipped: Cast, client: Browser) -> None:
    url = "/tasks/new/?client={id}"
    made = {"record": CLIENTS, "status": "prospect", "group": "activity", "weight": 5}
    tree = {"field": "phone", "op": "not_empty"}
    commands.set_norm(actor=SYSTEM, **made, label="Задача", condition=tree, url=url)
    commands.set_norm(actor=SYSTEM, **made, label="Нигде", condition=tree, url="/no/such/page/")
    client.force_login(shipped.director)

    sets = client.get(f"{SETTINGS}?record={CLIENTS}").context["sets"]

    places = {one["name"]: one["place"] for part in sets for one in part["norms"]}
    assert places["Задача"] not in {"", url}
    assert "/" not in places["Задача"]
    assert places["Нигде"] == "/no/such/page/"


def test_departments_called_alike_are_told_apart(shipped: Cast, client: Browser) -> None:
    client.force_login(shipped.director)
    home = access.add_department(actor=SYSTEM, name="Филиал")
    twin = access.add_department(actor=SYSTEM, name=str(shipped.anna.department), parent=home)
    row = a_client(shipped.anna, name="ООО «Двойник»")
    type(row).objects.filter(pk=row.pk).update(department=twin)
    following.catch_up()

    lines = {one["label"]: one for one in client.get(URL, {"by": "department"}).context["lines"]}

    assert lines[f"{twin.name} (Филиал)"]["rows"] == "1"
    assert not lines[f"{twin.name} (Филиал)"]["url"]
    assert len([one for one in lines if one.startswith(twin.name)]) == 2
