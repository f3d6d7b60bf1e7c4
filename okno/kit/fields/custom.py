"""Custom fields: added, changed and retired while people work, without a restart."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import live
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.fields.kinds import Kind
from okno.kit.models.registry import FieldDef
from okno.kit.permissions import Actor
from okno.kit.registry import CUSTOM_PREFIX, Field, registry

TOPIC = "kit.fields"
KEY = re.compile(r"[a-z][a-z0-9_]{0,37}")


def load() -> dict[str, dict[str, Field]]:
    """All custom fields in use, by record and by key with its prefix."""
    found: dict[str, dict[str, Field]] = {}
    for row in FieldDef.objects.filter(is_retired=False).order_by("record", "position", "id"):
        key = f"{CUSTOM_PREFIX}{row.key}"
        found.setdefault(row.record, {})[key] = Field(
            label=row.label,
            path="extra",
            kind=Kind(row.kind),
            link=row.link,
            choices=tuple((option["id"], option["label"]) for option in row.options),
            sortable=row.is_sortable,
            is_custom=True,
            key=key,
            editable=True,
        )
    return found


@command("fields.add", label=gettext_lazy("Add a field"))
def add(
    *,
    actor: Actor,
    record: str,
    key: str,
    label: str,
    kind: str,
    options: list[dict[str, Any]] | None = None,
    link: str = "",
    is_required: bool = False,
    is_sortable: bool = False,
) -> FieldDef:
    """
    Add a custom field to a record; its key never changes.

    :param options: `{"id": text, "label": text}` of a choice.
    :raises Refused: the key is taken or is not Latin letters, digits and underscores, or the kind is unknown.
    """
    registry.record(record)
    if not KEY.fullmatch(key):
        raise Refused("fields.bad_key", _("The key may have Latin letters, digits and underscores."), missing=["key"])
    if kind not in set(Kind):
        raise Refused("fields.bad_kind", _("There is no kind of field “%(kind)s”."), kind=kind, missing=["kind"])
    try:
        with transaction.atomic():
            row = FieldDef.objects.create(
                record=record,
                key=key,
                label=label,
                kind=kind,
                options=options or [],
                link=link,
                is_required=is_required,
                is_sortable=is_sortable,
                position=FieldDef.objects.filter(record=record).count(),
            )
    except IntegrityError as error:
        raise Refused("fields.taken", _("There is a field “%(key)s” already."), key=key, missing=["key"]) from error
    _changed()
    return row


@command("fields.change", label=gettext_lazy("Change a field"))
def change(*, actor: Actor, field: FieldDef, label: str, options: list[dict[str, Any]]) -> FieldDef:
    """Give a custom field another label or other options; values are kept by the ids of options."""
    field.label, field.options = label, options
    field.save(update_fields=["label", "options"])
    _changed()
    return field


@command("fields.retire", label=gettext_lazy("Retire a field"))
def retire(*, actor: Actor, field: FieldDef, is_retired: bool = True) -> FieldDef:
    """Take a custom field out of use or bring it back; its values stay."""
    field.is_retired = is_retired
    field.save(update_fields=["is_retired"])
    _changed()
    return field


def _changed() -> None:
    """This process reads the fields anew after the change is kept, others when they are told."""
    registry.forget_custom_fields()
    transaction.on_commit(registry.forget_custom_fields)
    live.tell_topic(TOPIC)
