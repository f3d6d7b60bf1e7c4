"""Groups of the catalogue by hand: made, named, moved and retired."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.areas.catalog import queries, rules
from okno.areas.catalog.commands.batches import draw_paths
from okno.areas.catalog.models import Group
from okno.kit import live, masters
from okno.kit.commands import command
from okno.kit.fields import editing
from okno.kit.permissions import Actor

RECORD = "catalog.group"


@command("catalog.add_group", label=_("Add a group of goods"))
def add_group(*, actor: Actor, name: str, parent: Group | None = None) -> Group:
    """
    Add a group at the top of the catalogue or inside another one.

    :raises Refused: there is no name, or a group is called so there already.
    """
    called = rules.check_free_name(name, queries.groups(actor).filter(parent=parent), longest=255)
    made = Group.objects.create(name=called, parent=parent)
    draw_paths()
    made.refresh_from_db(fields=["path"])
    live.tell_topic(RECORD)
    return made


@command("catalog.update_group", label=_("Change a group of goods"))
def update_group(*, actor: Actor, group: Group, values: dict[str, Any], base_version: int | None = None) -> Group:
    """
    Rename a group or put it, with all inside it, into another one; without a parent it stands at the top.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: there is no name or a group is called so there, it would stand inside itself, or another system
        keeps it.
    """
    masters.check(RECORD, group.pk, field=next(iter(values), ""))
    editing.apply(actor, group, values, base_version)
    rules.check_place(group, queries.group(actor, group.parent_id) if group.parent_id else None)
    beside = queries.groups(actor).filter(parent=group.parent_id).exclude(pk=group.pk)
    rules.check_free_name(group.name, beside, longest=255)
    draw_paths()
    group.refresh_from_db(fields=["path"])
    live.tell_topic(RECORD)
    return group


@command("catalog.archive_group", label=_("Retire a group of goods"))
def archive_group(*, actor: Actor, group: Group) -> Group:
    """
    Mark an empty group for deletion.

    :raises Refused: goods or groups are inside it, or another system keeps it.
    """
    masters.check(RECORD, group.pk)
    rules.check_is_empty(queries.groups(actor).filter(parent=group).count(), queries.count_of_items(actor, group))
    return _marked(group, is_deleted=True)


@command("catalog.bring_back_group", label=_("Bring a group of goods back"))
def bring_back_group(*, actor: Actor, group: Group) -> Group:
    """
    Take the mark for deletion off a group.

    :raises Refused: the group that it stands in is marked, or another one is called so there by now.
    """
    rules.check_place(group, group.parent)
    rules.check_free_name(group.name, queries.groups(actor).filter(parent=group.parent_id), longest=255)
    return _marked(group, is_deleted=False)


def _marked(group: Group, *, is_deleted: bool) -> Group:
    group.is_deleted = is_deleted
    group.save(update_fields=["is_deleted"])
    live.tell_topic(RECORD)
    return group
