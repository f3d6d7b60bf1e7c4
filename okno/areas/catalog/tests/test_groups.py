"""Groups of the catalogue by hand: the tree, a group made, renamed, moved, retired; goods moved into a group."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.catalog import commands
from okno.areas.catalog.models import Group
from okno.kit import masters
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


def group(name: str, parent: Group | None = None) -> Group:
    return commands.add_group(actor=SYSTEM, name=name, parent=parent)


def test_a_group_that_moves_takes_those_inside_along() -> None:
    racks, light = group("Стеллажи"), group("Освещение")
    inside = group("Полочные", racks)

    commands.update_group(actor=SYSTEM, group=racks, values={"parent": light.pk})

    assert Group.objects.get(pk=inside.pk).path == f"/{light.pk}/{racks.pk}/{inside.pk}/"


def test_a_group_does_not_stand_inside_itself() -> None:
    racks = group("Стеллажи")
    inside = group("Полочные", racks)

    for parent in (racks, inside):
        with pytest.raises(Refused):
            commands.update_group(actor=SYSTEM, group=racks, values={"parent": parent.pk})


def test_a_name_is_taken_among_neighbours_only() -> None:
    racks = group("Стеллажи")
    group("Прочее", racks)
    group("Прочее")

    with pytest.raises(Refused):
        group("прочее", racks)


def test_only_an_empty_group_is_retired() -> None:
    racks = group("Стеллажи")
    inside = group("Полочные", racks)
    item = commands.add_item(actor=SYSTEM, name="Стеллаж", group=inside)

    for busy in (racks, inside):
        with pytest.raises(Refused):
            commands.archive_group(actor=SYSTEM, group=busy)
    commands.update(actor=SYSTEM, item=item, values={"group": None})
    commands.archive_group(actor=SYSTEM, group=inside)
    commands.archive_group(actor=SYSTEM, group=racks)

    with pytest.raises(Refused):
        commands.bring_back_group(actor=SYSTEM, group=inside)


def test_a_group_that_another_system_keeps_is_not_changed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    racks = group("Стеллажи")
    item = commands.add_item(actor=SYSTEM, name="Стеллаж")
    monkeypatch.setattr(masters, "_ASKED", [lambda _record, ids, _column: dict.fromkeys(ids, "1С")])

    for refused in (
        lambda: commands.update_group(actor=SYSTEM, group=racks, values={"name": "Полки"}),
        lambda: commands.archive_group(actor=SYSTEM, group=racks),
        lambda: commands.update(actor=SYSTEM, item=item, values={"group": racks.pk}),
    ):
        with pytest.raises(Refused, match="1С"):
            refused()


def test_the_tree_counts_goods_with_those_below(anna: Browser) -> None:
    racks = group("Стеллажи")
    group("Освещение")
    commands.add_item(actor=SYSTEM, name="Полочный", group=group("Полочные", racks))
    commands.add_item(actor=SYSTEM, name="Архивный", group=racks)

    rows = anna.get("/groups/").context["groups"]

    assert [(one["name"], one["level"], one["items"]) for one in rows] == [
        ("Освещение", 0, 0), ("Стеллажи", 0, 2), ("Полочные", 1, 1)
    ]  # fmt: skip


def test_a_group_is_made_and_changed_in_the_tree(anna: Browser) -> None:
    anna.post("/groups/new/", {"name": "Стеллажи"})
    racks = Group.objects.get()
    anna.post(f"/groups/new/?parent={racks.pk}", {"name": "Полочные", "parent": racks.pk})
    shelves = Group.objects.get(parent=racks)

    anna.post(f"/groups/{shelves.pk}/change/", {"name": "Полки", "parent": ""})

    shelves.refresh_from_db()
    assert (shelves.name, shelves.parent, shelves.path) == ("Полки", None, f"/{shelves.pk}/")
