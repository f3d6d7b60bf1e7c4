"""Custom fields hidden by a grant: whatever door one tries, a right guess and a wrong one look the same."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, Prospect
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.engines.handover import queries as handover
from okno.engines.handover.models import Handover
from okno.engines.imports import commands as imports
from okno.engines.imports.models import Import, ImportRow
from okno.kit.changing import edits
from okno.kit.errors import Denied, Refused
from okno.kit.fields import custom
from okno.kit.models import FieldDef
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.saved_views import commands as views
from okno.kit.web.pages.export import file_columns, rows_of
from okno.kit.web.pages.lists import list_of
from tests.mechanisms.conftest import STAGES

pytestmark = pytest.mark.django_db

SECRETS = ("Тайнослов", "987654", "987,65", "Сокровенный", "75308", "1975308")
SPACES = re.compile(r"[\s\u00a0\u202f]|&nbsp;|&#160;")
HTMX = {"HX-Request": "true"}
# A right guess and a wrong one of each hidden field.
GUESSES = (
    ("x_code", "Тайнослов", "Другослов"),
    ("x_sum", "987654.32", "111111.11"),
    ("x_rank", "1", "2"),
    ("x_double", "1975308.64", "3"),
)


@dataclass
class Scene:
    """Two clients of Anna's: what is written of them in fields of the house's own is hidden from her."""

    cast: Cast
    rich: Client
    poor: Client
    deal: Deal


def field(record: str, key: str, kind: str, **settings: Any) -> None:
    options = settings.pop("options", [])
    custom.add(actor=SYSTEM, record=record, key=key, label=f"Поле {key}", kind=kind, options=options, settings=settings)


@pytest.fixture
def scene(cast: Cast) -> Scene:
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    field("clients.client", "code", "text", is_searchable=True, is_sortable=True)
    field("clients.client", "sum", "money", is_sortable=True)
    ranks = [{"id": "1", "label": "Сокровенный"}, {"id": "2", "label": "Простой"}]
    field("clients.client", "rank", "choice", options=ranks)
    field("clients.client", "double", "formula", formula="x_sum * 2", result="decimal")
    FieldDef.objects.update(state=FieldDef.State.READY)
    registry.forget_custom_fields()
    rich, poor = (clients.add(actor=SYSTEM, name=name, owner=cast.anna) for name in ("Первый", "Второй"))
    values = {"x_code": "Тайнослов", "x_sum": {"a": "987654.32", "c": "RUB"}, "x_rank": "1"}
    clients.update(actor=SYSTEM, client=rich, values=values)
    poorer = {"x_code": "Ааа", "x_sum": {"a": "1.00", "c": "RUB"}, "x_rank": "2"}
    clients.update(actor=SYSTEM, client=poor, values=poorer)
    deal = deals.open_deal(actor=SYSTEM, title="Поставка", client=rich, owner=cast.anna)
    cast.hide("anna", *(f"clients.client.x_{key}" for key in ("code", "sum", "rank")))
    rich.refresh_from_db()
    return Scene(cast, rich, poor, deal)


@pytest.fixture
def anna(scene: Scene, client: Browser) -> Browser:
    client.force_login(scene.cast.anna)
    return client


def told(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return SPACES.sub("", body.decode(errors="replace"))


def leaks(text: str) -> list[str]:
    return [one for one in SECRETS if one in text]


def rows(answer: Any) -> Any:
    return answer.status_code, re.findall(r"/(?:clients|deals)/(\d+)/", answer.content.decode(errors="replace"))


def ids(answer: Any) -> Any:
    return answer.status_code, [one["id"] for one in answer.json().get("items", [])]


def test_the_fields_are_told_to_those_who_see_them(scene: Scene, client: Browser) -> None:
    client.force_login(scene.cast.director)

    text = told(client.get(f"/clients/{scene.rich.pk}/"))

    assert {"Тайнослов", "987654", "Сокровенный", "1975308"} <= set(leaks(text))


@pytest.mark.parametrize("key", ["x_code", "x_sum", "x_rank", "x_double"])
def test_sorting_and_grouping_tell_nothing(scene: Scene, anna: Browser, key: str) -> None:
    shown = [rows(anna.get("/clients/", {"sort": sort, "group": key})) for sort in (key, f"-{key}")]
    api = [ids(anna.get("/api/v1/clients", {"sort": sort})) for sort in (key, f"-{key}")]

    assert shown[0] == shown[1]
    assert api[0] == api[1]
    page = anna.get("/clients/", {"sort": key, "group": key, "cols": f"name,{key}"})
    assert leaks(told(page)) == []
    assert leaks(told(anna.get("/clients/", {"part": "totals", "cols": key}))) == []


@pytest.mark.parametrize(("key", "right", "wrong"), GUESSES)
def test_conditions_tell_nothing(scene: Scene, anna: Browser, key: str, right: str, wrong: str) -> None:
    def shapes(value: str) -> list[tuple[str, dict[str, Any]]]:
        leaf = {"field": key, "op": "eq", "value": value}
        through = {"field": f"client.{key}", "op": "eq", "value": value}
        return [
            ("clients", leaf),
            ("clients", {"not": leaf}),
            ("clients", {"any": [leaf, {"field": "name", "op": "eq", "value": "Второй"}]}),
            ("clients", {"some": "deals", "where": through}),
            ("deals", through),
            ("deals", {"not": through}),
        ]

    for (path, one), (_path, other) in zip(shapes(right), shapes(wrong), strict=True):
        assert ids_or_refusal(anna, path, one) == ids_or_refusal(anna, path, other), one
        listed = [rows(anna.get(f"/{path}/", {"f": json.dumps(tree)})) for tree in (one, other)]
        assert listed[0] == listed[1], one


def ids_or_refusal(anna: Browser, path: str, tree: dict[str, Any]) -> Any:
    answer = anna.get(f"/api/v1/{path}", {"where": json.dumps(tree)})
    return answer.status_code, [one["id"] for one in answer.json().get("items", [])]


@pytest.mark.parametrize("source", ["x_sum", "x_sum * 1", "x_double", "upper(x_code)", "if(x_sum > 5, 1, 2)", "x_rank"])
def test_expressions_tell_nothing(scene: Scene, anna: Browser, source: str) -> None:
    text = told(anna.get("/expressions/clients.client/", {"source": source, "row": scene.rich.pk, "part": "told"}))
    through = re.sub(r"x_\w+", lambda found: f"client.{found[0]}", source)

    assert leaks(text) == []
    actor = scene.cast.actor("anna")
    for record, key, formula in (("clients.client", "city", source), ("deals.deal", "title", through)):
        with pytest.raises((Denied, Refused)):
            edits.check(actor, registry.record(record), [edits.Edit(key, "formula", formula)])


def test_group_changes_neither_offer_nor_take_them(scene: Scene) -> None:
    actor, record = scene.cast.actor("anna"), registry.record("clients.client")

    assert not {"x_code", "x_sum", "x_rank", "x_double"} & set(edits.editable(actor, record))
    for key in ("x_code", "x_sum", "x_rank"):
        with pytest.raises(Refused):
            edits.check(actor, record, [edits.Edit(key, "clear")])


@pytest.mark.parametrize("whole", [False, True])
def test_files_hold_nothing_of_them(scene: Scene, *, whole: bool) -> None:
    page = list_of("clients.client")
    selection = page.select(scene.cast.actor("anna"), {"cols": "name,x_code,x_sum,x_rank,x_double"})

    text = SPACES.sub("", repr(list(rows_of(selection, file_columns(selection, whole=whole)))))

    assert leaks(text) == []


def test_dry_run_of_an_import_neither_finds_nor_tells_by_them(scene: Scene) -> None:
    actor = scene.cast.actor("anna")
    outcomes = []
    for code in ("Тайнослов", "Другослов"):
        text = f"Наименование;Поле code;Город\nПервый;{code};Тверь\n"
        row = imports.taken_in(actor, "clients.client", io.BytesIO(text.encode()), "Файл.csv")
        assert "x_code" not in [target for _name, target in row.settings["columns"]]
        forced = [["Наименование", "name"], ["Поле code", "x_code"], ["Город", "city"]]
        outcomes.append(checked(actor, row, {**row.settings, "columns": forced, "keys": ["x_code"]}))

    assert outcomes[0] == outcomes[1]
    assert leaks(str(outcomes)) == []


def checked(actor: Any, row: Import, settings: dict[str, Any]) -> Any:
    """What a dry run with these settings says; or that they are refused."""
    try:
        row = imports.set_up(actor=actor, row=row, settings=settings)
        row = imports.run_now(actor, row, is_dry=True)
    except (Refused, Denied) as refusal:
        return refusal.code
    found = ImportRow.objects.filter(of=row, is_dry=True).values_list("result", "changes")
    return row.state, SPACES.sub("", str(list(found))).replace("Тайнослов", "").replace("Другослов", "")


def test_preview_of_a_merge_tells_nothing(scene: Scene, anna: Browser) -> None:
    page = anna.get(f"/merge/clients.client/?id={scene.rich.pk}&id={scene.poor.pk}")

    assert page.status_code == 200
    assert leaks(told(page)) == []
    assert leaks(told(anna.get("/duplicates/"))) == []


def test_notices_and_history_tell_nothing(scene: Scene, anna: Browser) -> None:
    clients.update(
        actor=scene.cast.actor("director"), client=scene.rich, values={"x_code": "Тайнослов2", "city": "Тверь"}
    )
    for url in ("/notices/", f"/clients/{scene.rich.pk}/?part=history", f"/clients/{scene.rich.pk}/?part=feed"):
        assert leaks(told(anna.get(url))) == [], url


@pytest.mark.parametrize(
    ("key", "right", "wrong"), [*(one for one in GUESSES if one[0] != "x_rank"), ("x_rank", "Сокровенный", "Тайный")]
)
def test_search_tells_nothing(scene: Scene, anna: Browser, key: str, right: str, wrong: str) -> None:
    def typed(value: str) -> list[str]:
        label = f"Поле {key.removeprefix('x_')}"
        return [value, f"{key}:{value}", f"{key}:>{value}", f'"{label}":{value}', f">{value}"]

    for one, other in zip(typed(right), typed(wrong), strict=True):
        for url in ("/search/", "/palette/", "/clients/", "/pick/clients.client/"):
            assert rows(anna.get(url, {"q": one})) == rows(anna.get(url, {"q": other})), (url, one)
        answers = [anna.get("/api/v1/search", {"q": text}).json() for text in (one, other)]
        assert answers[0] == answers[1], one


def test_suggestions_of_pickers_tell_nothing(scene: Scene, anna: Browser) -> None:
    for url in ("/pick/clients.client/", f"/pick/clients.client/?recent={scene.rich.pk}"):
        assert leaks(told(anna.get(url))) == []


def test_views_of_others_show_nothing_by_them(scene: Scene, anna: Browser) -> None:
    answers = []
    for value in ("Тайнослов", "Другослов"):
        leaf = {"field": "x_code", "op": "eq", "value": value}
        paint = [{"where": {"field": "x_code", "op": "eq", "value": value}, "colour": "red"}]
        for config in ({"f": json.dumps(leaf)}, {"paint": json.dumps(paint), "sort": "x_code", "group": "x_rank"}):
            made = views.bring(actor=SYSTEM, record="clients.client", name=value, config=config)
            answer = anna.get("/clients/", {"view": made.pk, "tab": "all"})
            colours = re.findall(r"paint-\w+|is-painted\w*", answer.content.decode())
            answers.append((rows(answer)[1], colours))

    assert answers[:2] == answers[2:]


def test_plan_of_a_handover_tells_nothing(scene: Scene) -> None:
    actor, found = scene.cast.actor("anna"), []
    assert any(one.record.name == "clients.client" for one in handover.hands(actor))
    for value in ("Тайнослов", "Другослов"):
        leaf = {"field": "x_code", "op": "eq", "value": value}
        made = views.bring(actor=SYSTEM, record="clients.client", name=value, config={"f": json.dumps(leaf)})
        rule = {"record": "clients.client", "view": made.pk, "people": [scene.cast.boris.pk], "way": "one"}
        plan = Handover(person_id=scene.cast.anna.pk, rules=[rule])
        found.append([one.rows for one in handover.parcels_of(actor, plan)])

    assert found == [[], []]


def test_cards_and_the_api_tell_nothing(scene: Scene, anna: Browser) -> None:
    card = f"/clients/{scene.rich.pk}/"
    parts = ("head", "preview", "fields", "files", "why", "layout")
    urls = [card, *(f"{card}?part={part}" for part in parts), "/clients/", "/deals/", f"/deals/{scene.deal.pk}/"]
    urls += [f"{card}?part=field&name={key}{edit}" for key, *_rest in GUESSES for edit in ("", "&edit=1")]
    urls += [f"/api/v1/clients/{scene.rich.pk}", "/api/v1/clients", "/api/v1/records/clients.client"]
    found = {url: leaks(told(anna.get(url))) for url in urls}

    assert {url: one for url, one in found.items() if one} == {}
    assert "x_code" not in anna.get("/api/v1/records/clients.client").content.decode()
    with pytest.raises(Denied):
        clients.update(actor=scene.cast.actor("anna"), client=scene.rich, values={"x_code": "Ж"})


def test_a_sum_in_the_management_currency_is_hidden_with_the_sum(scene: Scene, anna: Browser) -> None:
    deals.update(actor=SYSTEM, deal=scene.deal, values={"amount": "987654.32"})
    scene.cast.hide("anna", "deals.deal.amount")

    assert not scene.cast.actor("anna").sees_field("deals.deal", "managed")
    for url in ("/api/v1/deals", f"/api/v1/deals/{scene.deal.pk}", "/deals/?mode=list&cols=title,managed"):
        assert leaks(told(anna.get(url))) == [], url
    tree = {"field": "managed", "op": "ge", "value": "900000"}
    assert rows(anna.get("/deals/?mode=list", {"f": json.dumps(tree)}))[1] == []


@pytest.mark.parametrize("url", ["/search/", "/palette/", "/prospects/", "/pick/clients.prospect/"])
def test_digits_of_a_hidden_phone_of_a_prospect_find_nothing(scene: Scene, anna: Browser, url: str) -> None:
    digits = "9161234567"
    made = Prospect.objects.create(name="Будущий", phone="+7 916 123-45-67", phone_key=digits, owner=scene.cast.anna)
    assert f"{made.pk}" in told(anna.get(url, {"q": digits}))
    scene.cast.hide("anna", "clients.prospect.phone")

    found = [told(anna.get(url, {"q": text})).replace(text, "") for text in (digits, "9169999999")]

    assert "Будущий" not in found[0]


def test_a_picker_finds_nothing_by_a_hidden_title(scene: Scene, anna: Browser) -> None:
    scene.cast.hide("anna", "deals.refusal.name")
    deals.set_refusal_reasons(actor=SYSTEM, names=["Тайнослов"])

    found = [anna.get("/pick/deals.refusal/", {"q": text}).content for text in ("Тайнослов", "Другослов")]

    assert found[0] == found[1]
