"""Settings of deals: scenarios, stages and reasons."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.deals import commands, queries
from okno.areas.deals.models import Scenario
from okno.kit.permissions import SYSTEM

STAGES = [
    {"code": "new", "name": "Новый", "kind": "open", "required": ["amount"], "tasks": []},
    {"code": "won", "name": "Успех", "kind": "won"},
]


@pytest.fixture
def director(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.director)
    return client


@pytest.fixture
def scenario(db: None) -> Scenario:
    return commands.set_scenario(actor=SYSTEM, code="b2b", name="Опт", stages=STAGES, is_default=True)


def rows(*stages: tuple[str, str, str, int]) -> dict[str, object]:
    sent: dict[str, object] = {}
    for number, (code, name, kind, order) in enumerate(stages):
        values = {
            "code": code,
            "name": name,
            "kind": kind,
            "order": order,
            "colour": 3,
            "probability": 5,
            "norm_hours": 8,
        }
        sent |= {f"stages-{number}-{key}": value for key, value in values.items()}
    return sent


def test_stages_are_added_renamed_and_put_in_order(director: Browser, scenario: Scenario):
    sent = rows(("won", "Успех", "won", 3), ("new", "Первый", "open", 1), ("", "Договор", "open", 2))
    director.post(f"/settings/scenarios/{scenario.pk}/", {"name": "Опт", "idle_days": 5, **sent})

    found = queries.stages(scenario)
    assert [one.name for one in found] == ["Первый", "Договор", "Успех"]
    assert found[0].code == "new"
    assert found[0].required == ["amount"]


def test_stage_gets_required_fields_and_tasks(director: Browser, scenario: Scenario):
    task = {"title": "Позвонить", "kind": "call", "hours": "4", "is_mandatory": "on"}
    sent = {"required": ["amount", "need"], **{f"tasks-0-{key}": value for key, value in task.items()}}
    director.post(f"/settings/scenarios/{scenario.pk}/stages/new/", sent)

    stage = queries.stages(scenario)[0]
    assert stage.required == ["amount", "need"]
    assert stage.tasks == [{"title": "Позвонить", "kind": "call", "hours": 4.0, "is_mandatory": True}]


def test_new_scenario_gets_a_code_of_its_own(director: Browser, scenario: Scenario):
    sent = rows(("", "Новый", "open", 1), ("", "Успех", "won", 2))
    director.post("/settings/scenarios/new/", {"name": "Розница", "idle_days": 7, **sent})

    made = Scenario.objects.exclude(pk=scenario.pk).get()
    assert len({one.code for one in queries.stages(made)}) == 2
    assert made.code


def test_reasons_are_written_line_by_line(director: Browser):
    director.post("/settings/refusals/", {"names": "Дорого\n\nНет в наличии\nДорого"})

    assert [one.name for one in queries.refusal_reasons()] == ["Дорого", "Нет в наличии"]


@pytest.mark.parametrize("address", ["/settings/scenarios/", "/settings/refusals/", "/settings/scenarios/new/"])
def test_settings_are_closed_without_a_right(cast: Cast, client: Browser, address: str):
    for who, status in ((cast.stranger, 403), (cast.director, 200)):
        client.force_login(who)
        assert client.get(address).status_code == status
