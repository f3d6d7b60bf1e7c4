"""Shipped roles: made once, brought up to date while nobody has changed them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from okno.access import commands, rules
from okno.access.models import Role
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db


def grants_of(code: str) -> set[tuple[str, str]]:
    return set(Role.objects.get(code=code).grants.values_list("permission", "reach"))


@pytest.fixture
def upgrade(monkeypatch):
    """Ship the analyst anew with one more right, as the next version would, and bring roles up to date."""

    def ship() -> list[str]:
        newer = {"all": ("analytics.view", "deals.view")}
        roles = [replace(one, grants=newer) if one.code == "analyst" else one for one in rules.DEFAULT_ROLES]
        monkeypatch.setattr(rules, "DEFAULT_ROLES", tuple(roles))
        return commands.set_default_roles(actor=SYSTEM)

    commands.set_default_roles(actor=SYSTEM)
    return ship


def test_set_default_roles_makes_all_once():
    made = commands.set_default_roles(actor=SYSTEM)

    assert made == [one.code for one in rules.DEFAULT_ROLES]
    assert commands.set_default_roles(actor=SYSTEM) == []


def test_set_default_roles_brings_an_unchanged_role_up_to_date_and_keeps_its_name(upgrade):
    Role.objects.filter(code="analyst").update(name="Наш аналитик")

    assert upgrade() == ["analyst"]

    assert grants_of("analyst") == {("analytics.view", "all"), ("deals.view", "all")}
    assert Role.objects.get(code="analyst").name == "Наш аналитик"


@pytest.mark.parametrize(
    "change",
    [
        {"grants": [{"permission": "deals.view", "reach": "own"}], "hidden": []},
        {"grants": [{"permission": "home.*", "reach": "all"}], "hidden": ["deals.deal.amount"]},
    ],
)
def test_set_default_roles_keeps_what_the_administrator_has_changed(upgrade, change):
    commands.set_role(actor=SYSTEM, code="analyst", name="Аналитик", **change)
    before = grants_of("analyst")

    assert upgrade() == []
    assert grants_of("analyst") == before


def test_set_default_roles_goes_on_with_a_role_that_was_changed_back(upgrade):
    shipped = next(one for one in rules.DEFAULT_ROLES if one.code == "analyst")
    commands.set_role(actor=SYSTEM, code="analyst", name="Аналитик", grants=[], hidden=[])
    grants = [{"permission": name, "reach": reach} for name, reach in reversed(shipped.pairs)]
    commands.set_role(actor=SYSTEM, code="analyst", name="Аналитик", grants=grants, hidden=[])

    assert upgrade() == ["analyst"]
