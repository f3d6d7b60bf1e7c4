"""Scenarios of deals travel in a file of settings with their stages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from okno.access import commands, queries
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Stage
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM
from tests.mechanisms.conftest import STAGES, Company


def taken() -> dict:
    found: dict = json.loads(json.dumps({"deals.scenarios": _scenarios()}))
    return found


def _scenarios() -> dict:
    return dict(next(one for one in queries.kinds() if one.name == "deals.scenarios").read())


def test_bring_settings_makes_stages_as_they_were(company: Company) -> None:
    settings = taken()
    first: Any = STAGES[0]
    changed = [{**first, "name": "Иначе", "norm_hours": 1}, *STAGES[1:]]
    deals.set_scenario(actor=SYSTEM, code="b2b", name="Другой", stages=changed, is_default=True)

    commands.bring_settings(actor=SYSTEM, settings=settings)

    assert taken() == settings
    assert Stage.objects.get(code="new").name == "Новый"


def test_bring_settings_drops_no_scenario(company: Company) -> None:
    with pytest.raises(Refused):
        commands.bring_settings(actor=SYSTEM, settings={"deals.scenarios": {}}, drops=True)
