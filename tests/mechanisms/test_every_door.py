"""What forms ask of fields holds at every door: rows are made and changed by it on pages, by the API, by files."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.documents import commands as documents
from okno.areas.leads import commands as leads
from okno.areas.leads.models import Lead
from okno.engines.imports import commands as imports
from okno.kit.fields import custom
from okno.kit.kinds import Kind
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record, registry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fields_of_this_test")]
SIZES = [{"id": "s", "label": "Малый"}, {"id": "l", "label": "Большой"}, {"id": "xl", "label": "Огромный"}]
LARGE = {"field": "x_size", "op": "eq", "value": "l"}
NEVER = {"field": "x_region", "op": "eq", "value": "нет такого"}
STAGES = [{"code": "new", "name": "Новый", "kind": "open"}]


@dataclass
class House:
    """Who comes to the doors, and the rows they name."""

    actor: Actor
    page: Browser
    script: Browser
    partner: Client

    def values(self, **said: Any) -> dict[str, Any]:
        """Values by the keys of fields: a link names a row."""
        return {f"x_{key}": self.partner.pk if value == "partner" else value for key, value in said.items()}

    def send(self, method: str, path: str, body: dict[str, Any]) -> bool:
        """Whether the API takes it."""
        call = getattr(self.script, method)
        return call(f"/api/v1{path}", json.dumps(body), content_type="application/json").status_code < 400


# What a new row of each record cannot do without, as its form sends it and as a column of a file has it.
NEEDS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "clients.client": ({"name": "Новый", "kind": "company"}, {"Наименование": "Новый"}),
    "clients.contact": ({"name": "Новый"}, {}),
    "clients.prospect": ({"name": "Новый", "kind": "company"}, {"Название": "Новый"}),
    "deals.deal": ({"title": "Новый", "client": "partner"}, {"Название": "Новый", "Клиент": "Партнёр"}),
    "leads.lead": ({"text": "Новый", "source": "hand"}, {"Текст": "Новый", "Источник": "Вручную"}),
    "calendar.task": ({"title": "Новый", "due_at": "2030-01-10T09:00:00Z"}, {}),
    "billing.invoice": ({"client": "partner"}, {}),
}
LINE = {"name": "Монтаж", "unit": "шт", "quantity": "1", "price": "100", "vat": "22"}
PAGES = {
    "calendar.task": {"due_at": "10.01.2030 12:00", "kind": "other"},
    "billing.invoice": {f"lines-0-{key}": one for key, one in LINE.items()},
}
RIGHT = {"region": "Юг", "size": "l", "crane": "25 т", "partner": "partner"}
WRONG = {
    "a field that is not shown": {"region": "Юг", "size": "s", "crane": "25 т"},
    "a link that is not shown": {"region": "Юг", "size": "s", "partner": "partner"},
    "an option that is not open": {"region": "Юг", "size": "xl"},
    "a demanded field left out": {"size": "s"},
    "a field demanded by another left out": {"region": "Юг", "size": "l", "crane": "25 т"},
}
ALTERED = {
    "a field that is not shown": {"crane": "25 т"},
    "a link that is not shown": {"partner": "partner"},
    "an option that is not open": {"size": "xl"},
    "a demanded field emptied": {"region": ""},
    "what demands another field": {"size": "l"},
}


@pytest.fixture
def house(cast: Cast, client: Browser) -> House:
    queue = leads.set_queue(actor=SYSTEM, code="all", name="Все", people=[])
    leads.set_source(actor=SYSTEM, code="hand", name="Вручную", kind="manual", queue=queue)
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    documents.set_organisation(actor=SYSTEM, inn="7707083893", values={"name": "ООО «Наша»"}, accounts=[])
    client.force_login(cast.director)
    token = access.issue_token(actor=SYSTEM, user=cast.director, name="test", scopes=[])
    script = Browser(headers={"Authorization": f"Bearer {token}"})
    partner = clients.add(actor=SYSTEM, name="Партнёр", owner=cast.director)
    return House(cast.actor("director"), client, script, partner)


@pytest.fixture(params=NEEDS)
def record(request: pytest.FixtureRequest, house: House) -> Record:
    """A record to which people have added fields: a large row needs a partner and may have a crane."""
    name = request.param
    for key, kind, more in (
        ("region", Kind.TEXT, {"is_required": True}),
        ("size", Kind.CHOICE, {"options": SIZES}),
        ("crane", Kind.TEXT, {}),
        ("partner", Kind.LINK, {"link": "clients.client"}),
    ):
        custom.add(actor=SYSTEM, record=name, key=key, label=f"Своё {key}", kind=kind, **more)
    custom.set_logic(actor=SYSTEM, record=name, key="x_size", options={"xl": NEVER})
    custom.set_logic(actor=SYSTEM, record=name, key="x_crane", shown=LARGE)
    custom.set_logic(actor=SYSTEM, record=name, key="x_partner", shown=LARGE, required=LARGE)
    return registry.record(name)


def newest(record: Record) -> Any:
    return record.model._default_manager.order_by("pk").last()


def by_form(house: House, record: Record, said: dict[str, Any]) -> bool:
    typed = {**NEEDS[record.name][0], **PAGES.get(record.name, {}), **house.values(**said)}
    typed = {key: house.partner.pk if one == "partner" else one for key, one in typed.items()}
    if record.name == "calendar.task":
        typed["owner"] = house.actor.user_id
    return house.page.post(f"{record.url_of(0).removesuffix('0/')}new/", typed).status_code == 302


def by_api(house: House, record: Record, said: dict[str, Any]) -> bool:
    body = {**NEEDS[record.name][0], **house.values(**said)}
    body = {key: house.partner.pk if one == "partner" else one for key, one in body.items()}
    return house.send("post", f"/{record.url.strip('/').partition('/{id}')[0]}", body)


def by_file(house: House, record: Record, said: dict[str, Any]) -> bool:
    labels = {one["id"]: one["label"] for one in SIZES} | {"partner": "Партнёр"}
    cells = NEEDS[record.name][1] | {f"Своё {key}": labels.get(one, one) for key, one in said.items()}
    text = "\n".join([";".join(cells), ";".join(cells.values())])
    row = imports.taken_in(house.actor, record.name, io.BytesIO(text.encode()), "Файл.csv")
    return imports.run_now(house.actor, row).counts.get("created", 0) == 1


Door = Callable[[House, Record, dict[str, Any]], bool]
MAKING: dict[str, Door] = {"form": by_form, "API": by_api, "file": by_file}
# Another system's enquiry is never lost: it is kept as received, without what its form would not take.
KEPT_ALL_THE_SAME = {("API", "leads.lead")}


# Not every row comes by a file of its own.
MADE = [
    (name, door)
    for name, (_typed, cells) in NEEDS.items()
    for door in MAKING
    if (cells or door != "file") and (door, name) not in KEPT_ALL_THE_SAME
]


@pytest.mark.parametrize(("record", "door"), MADE, indirect=["record"])
def test_a_row_is_made_as_its_form_says(house: House, record: Record, door: str) -> None:
    rows: Any = record.model._default_manager
    before = rows.count()

    taken = {name: MAKING[door](house, record, said) for name, said in WRONG.items()}
    left = rows.count() - before
    right = MAKING[door](house, record, RIGHT)

    assert taken == dict.fromkeys(WRONG, False)
    assert left == 0
    assert right
    assert newest(record).extra == house.values(**RIGHT)


def by_card(house: House, record: Record, row: Any, said: dict[str, Any]) -> bool:
    ((key, value),) = house.values(**said).items()
    url = f"{record.url_of(row.pk)}?part=field&name={key}"
    return house.page.post(url, {key: value, "version": "99"}).status_code == 200


def by_patch(house: House, record: Record, row: Any, said: dict[str, Any]) -> bool:
    return house.send("patch", f"/{record.url.strip('/').partition('/{id}')[0]}/{row.pk}", house.values(**said))


def by_group(house: House, record: Record, row: Any, said: dict[str, Any]) -> bool:
    ((key, value),) = house.values(**said).items()
    edit = {"field": key, **({"how": "set", "value": value} if value else {"how": "clear"})}
    house.send("post", f"/records/{record.name}/changes", {"ids": [row.pk], "edits": [edit]})
    row.refresh_from_db()
    return (row.extra.get(key) or "") == value


def by_command(house: House, record: Record, row: Any, said: dict[str, Any]) -> bool:
    _create, update = registry.edited_by()[record.name]
    on = next(one.name for one in update.parameters.values() if one.model is record.model)
    told = update.preview(house.actor, **{on: row.pk, "values": house.values(**said)})
    return not told.refusal


CHANGING = {"card": by_card, "API": by_patch, "group change": by_group, "command": by_command}


@pytest.mark.parametrize("door", CHANGING)
def test_a_row_is_changed_as_its_form_says(house: House, record: Record, door: str) -> None:
    assert by_form(house, record, {"region": "Юг", "size": "s"})
    row = newest(record)
    was = dict(row.extra)

    taken = {name: CHANGING[door](house, record, row, said) for name, said in ALTERED.items()}
    row.refresh_from_db()

    assert taken == dict.fromkeys(ALTERED, False)
    assert row.extra == was


def test_an_enquiry_of_another_system_is_kept_without_what_its_form_does_not_take(house: House) -> None:
    custom.add(actor=SYSTEM, record="leads.lead", key="region", label="Регион", kind="text", is_required=True)
    custom.add(actor=SYSTEM, record="leads.lead", key="count", label="Сколько", kind="integer")
    body = {"source": "hand", "text": "Нужны стеллажи", "kind": "support"}

    taken = house.script.post("/api/v1/leads", {**body, "x_count": "12"}, content_type="application/json").json()
    left = house.script.post("/api/v1/leads", {**body, "x_count": "много"}, content_type="application/json").json()

    rows = [Lead.objects.get(pk=one["id"]) for one in (taken, left)]
    assert [(one.kind, one.extra, one.raw["x_count"]) for one in rows] == [
        ("support", {"x_count": 12}, "12"),
        ("support", {}, "много"),
    ]
    assert "note" not in taken
    assert left["note"]
