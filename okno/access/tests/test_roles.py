"""Shipped roles: made once, brought up to date while nobody has changed them."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from django.utils import timezone
from django.utils.translation import override

from okno.access import commands, rules
from okno.access.models import Role
from okno.access.rules import shipped
from okno.access.web import rights
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

pytestmark = pytest.mark.django_db
PROFILES = [
    "Администратор",
    "Руководитель компании",
    "Руководитель отдела продаж",
    "Менеджер по продажам",
    "Ассистент, диспетчер",
    "Бухгалтер",
    "Маркетолог",
    "Телемаркетолог",
    "Менеджер по закупкам",
    "Сервис-менеджер",
    "Инженер",
    "Специалист по рекламациям и качеству",
    "Руководитель поддержки",
    "Владелец процессов",
    "Проектный менеджер",
    "Оператор МФЦ",
    "Руководитель МФЦ",
    "Исполнитель (только свои дела)",
    "Аналитик",
    "Интеграция (API)",
]


def grants_of(code: str) -> set[tuple[str, str]]:
    return set(Role.objects.get(code=code).grants.values_list("permission", "reach"))


@pytest.fixture
def upgrade(monkeypatch):
    """Ship the analyst anew with one more right, as the next version would, and bring roles up to date."""

    def ship() -> list[str]:
        newer = {"all": ("analytics.view", "deals.view")}
        roles = [replace(one, grants=newer) if one.code == "analyst" else one for one in rules.DEFAULT_ROLES]
        monkeypatch.setattr(shipped, "DEFAULT_ROLES", tuple(roles))
        return commands.set_default_roles(actor=SYSTEM)

    # What areas add to the analyst is no matter of these tests.
    monkeypatch.setattr(registry, "role_rights", {})
    commands.set_default_roles(actor=SYSTEM)
    return ship


def test_set_default_roles_makes_all_once():
    made = commands.set_default_roles(actor=SYSTEM)

    assert made == [one.code for one in rules.DEFAULT_ROLES]
    assert commands.set_default_roles(actor=SYSTEM) == []


def test_profiles_of_the_specification_are_shipped():
    """domain.md 13.3."""
    with override("ru"):
        names = [str(one.name) for one in rules.DEFAULT_ROLES]

    assert names == PROFILES


def test_shipped_roles_give_rights_that_are_there():
    """A right that nothing asks for would be an empty promise on the page of the role."""
    known = {right.name for _area, _title, found in rights.by_area(None) for right in found} | registry.commands.keys()
    areas = {f"{name.partition('.')[0]}.*" for name in known}
    given = {name for one in rules.shipped_roles() for name, _reach in one.pairs}

    assert sorted(given - known - areas) == []


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
    template = next(one for one in rules.DEFAULT_ROLES if one.code == "analyst")
    commands.set_role(actor=SYSTEM, code="analyst", name="Аналитик", grants=[], hidden=[])
    grants = [{"permission": name, "reach": reach} for name, reach in reversed(template.pairs)]
    commands.set_role(actor=SYSTEM, code="analyst", name="Аналитик", grants=grants, hidden=[])

    assert upgrade() == ["analyst"]


def test_set_default_roles_leaves_out_what_was_deleted_until_it_is_made_again():
    commands.set_default_roles(actor=SYSTEM)
    commands.drop_role(actor=SYSTEM, role=Role.objects.get(code="analyst"))

    assert commands.set_default_roles(actor=SYSTEM) == []
    assert not Role.objects.filter(code="analyst").exists()

    commands.set_role(actor=SYSTEM, code="analyst", name="Аналитик", grants=[], hidden=[])
    commands.drop_role(actor=SYSTEM, role=Role.objects.get(code="analyst"))
    assert commands.set_default_roles(actor=SYSTEM) == []


def test_set_default_roles_gives_what_areas_add_to_a_role(monkeypatch):
    monkeypatch.setattr(registry, "role_rights", {"analyst": [("all", ("support.view",))]})

    commands.set_default_roles(actor=SYSTEM)

    assert ("support.view", "all") in grants_of("analyst")


def test_set_role_masks_a_field_only_while_every_role_veils_it(cast):
    for code, veil in (
        ("a", {"hidden": [], "masked": ["clients.client.inn"]}),
        ("b", {"hidden": ["clients.client.inn"]}),
    ):
        commands.set_role(actor=SYSTEM, code=code, name=code, grants=[], **veil)
    commands.set_roles(actor=SYSTEM, user=cast.anna, roles=["a", "b"])
    veiled = cast.actor("anna")
    commands.give_role(actor=SYSTEM, user=cast.anna, role="director")
    opened = cast.actor("anna")

    assert (veiled.hidden, veiled.masked) == ({"clients.client.inn"}, {"clients.client.inn"})
    assert (opened.hidden, opened.masked) == (set(), set())


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ({"network": "moon"}, "access.bad_network"),
        ({"opens_at": "09:00"}, "access.bad_hours"),
        ({"opens_at": "late", "closes_at": "18:00"}, "access.bad_time"),
        ({"most_views": "many"}, "access.bad_count"),
    ],
)
def test_set_role_refuses_bounds_that_mean_nothing(bounds, code):
    with pytest.raises(Refused) as refusal:
        commands.set_role(actor=SYSTEM, code="a", name="a", grants=[], hidden=[], bounds=bounds)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("at", "window", "is_in"),
    [
        ("09:00", ("09:00", "18:00"), True),
        ("18:00", ("09:00", "18:00"), False),
        ("08:59", ("09:00", "18:00"), False),
        ("23:30", ("22:00", "06:00"), True),
        ("05:59", ("22:00", "06:00"), True),
        ("12:00", ("22:00", "06:00"), False),
    ],
)
def test_is_within_reads_windows_over_midnight(at, window, is_in):
    assert rules.is_within(time.fromisoformat(at), *(time.fromisoformat(one) for one in window)) is is_in


def test_hours_of_a_role_shut_the_door_at_every_request(cast, client):
    client.force_login(cast.anna)
    assert client.get("/").status_code == 200
    hour = timezone.localtime()
    window = {"opens_at": f"{(hour.hour + 2) % 24:02}:00", "closes_at": f"{(hour.hour + 3) % 24:02}:00"}
    commands.set_role(actor=SYSTEM, code="seller", name="seller", grants=[], hidden=[], bounds=window)

    assert client.get("/").status_code == 403
