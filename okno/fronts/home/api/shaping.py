"""Custom fields of any record: added, changed, retired, put in order, with their logic and sets."""

from __future__ import annotations

from typing import Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from ninja import Router, Schema, Status

from okno.fronts.home.api.reached import known
from okno.kit import permissions
from okno.kit.api.asking import Id, Key, actor_of, given, run
from okno.kit.api.operations import operation
from okno.kit.api.shapes import Id as RowId
from okno.kit.api.shapes import Input
from okno.kit.fields import custom
from okno.kit.kinds import Kind
from okno.kit.models.registry import FieldDef

router = Router()
TOLD = (
    "record",
    "key",
    "label",
    "kind",
    "options",
    "link",
    "formula",
    "hint",
    "section",
    "is_many",
    "is_required",
    "is_unique",
    "is_searchable",
    "is_sortable",
    "is_retired",
    "state",
    "problem",
)
Condition = dict[str, Any]


class CustomField(Schema):
    """A custom field as it was set up; its values stand under `x_<key>`, and `state` tells of its indexes."""

    id: int
    record: str
    key: str
    label: str
    kind: str
    options: list[dict[str, Any]]
    link: str
    formula: str
    hint: str
    section: str
    is_many: bool
    is_required: bool
    is_unique: bool
    is_searchable: bool
    is_sortable: bool
    is_retired: bool
    state: str
    problem: str


class Option(Input):
    """A choice: its id never changes, its label may."""

    id: str = pydantic.Field(min_length=1, max_length=40)
    label: str = pydantic.Field(min_length=1, max_length=200)
    colour: int | None = pydantic.Field(None, ge=1, le=12, description="Of a tag")


class NewField(Input):
    """A field: its key never changes; `settings` are `hint`, `section`, `default`, `formula`, `is_unique` and so on."""

    key: str = pydantic.Field(min_length=1, max_length=40, examples=["shelf"])
    label: str = pydantic.Field(min_length=1, max_length=200)
    kind: Kind
    options: list[Option] | None = pydantic.Field(None, max_length=1000)
    link: str = pydantic.Field("", max_length=60)
    is_required: bool = False
    is_sortable: bool = False
    is_many: bool = False
    settings: dict[str, Any] | None = None


class Settings(Input):
    """What changes of a field; the rest stays. Options that are left out are retired, and cards keep them."""

    settings: dict[str, Any]


class Retiring(Input):
    """Out of use, or back."""

    is_retired: bool = True


class Place(Input):
    """A field and the section that it stands in."""

    id: RowId
    section: str = pydantic.Field("", max_length=100)


class Places(Input):
    """Fields in their order."""

    places: list[Place] = pydantic.Field(max_length=500)


class Logic(Input):
    """When a field of forms is shown, when it must be filled in, which options are open when: conditions."""

    key: str = pydantic.Field(min_length=1, max_length=60)
    shown: Condition | None = None
    required: Condition | None = None
    options: dict[str, Condition] | None = None


class FieldSetShape(Input):
    """A set of custom fields that only rows of the condition have."""

    name: str = pydantic.Field(min_length=1, max_length=100)
    fields: list[str] = pydantic.Field(max_length=200)
    condition: Condition
    set_id: RowId | None = None


class ShapeDone(Schema):
    """What was set up."""

    id: int | None = None


FIELDS = "/records/{record}/custom-fields"


@operation(
    router, "GET", FIELDS, name="custom_fields_list", summary=gettext_lazy("Custom fields"), answer=list[CustomField]
)
def listed(request: HttpRequest, record: str) -> Any:
    """All custom fields of a record, retired ones too, for those who set fields up."""
    actor = actor_of(request)
    permissions.check_may(actor, custom.add.name)
    return _fields(known(actor, record).name)


@operation(router, "POST", FIELDS, name="custom_fields_create", summary=custom.add.label, answer={201: CustomField})
def add(request: HttpRequest, record: str, body: NewField, key: Key = "") -> Any:
    """Add a custom field to a record; its key never changes."""
    arguments = {"record": known(actor_of(request), record).name, **given(body), "kind": body.kind.value}
    return Status(201, _field(run(request, custom.add, arguments, key)))


@operation(
    router, "PUT", f"{FIELDS}/order", name="custom_fields_arrange", summary=custom.arrange.label,
    answer=list[CustomField],
)  # fmt: skip
def arrange(request: HttpRequest, record: str, body: Places, key: Key = "") -> Any:
    """Put the custom fields of a record in order and into sections; those left out keep theirs."""
    name = known(actor_of(request), record).name
    run(request, custom.arrange, {"record": name, **given(body)}, key)
    return _fields(name)


@operation(
    router, "PUT", f"{FIELDS}/logic", name="custom_fields_logic", summary=custom.set_logic.label, answer=ShapeDone
)
def logic(request: HttpRequest, record: str, body: Logic, key: Key = "") -> Any:
    """Say when a field of forms is shown, when it must be filled in, and which options are open when."""
    run(request, custom.set_logic, {"record": known(actor_of(request), record).name, **given(body)}, key)
    return {"id": None}


@operation(router, "PUT", f"{FIELDS}/sets", name="custom_fields_set", summary=custom.set_set.label, answer=ShapeDone)
def field_set(request: HttpRequest, record: str, body: FieldSetShape, key: Key = "") -> Any:
    """Say which custom fields rows of a kind have: elsewhere they are neither shown nor demanded."""
    made = run(request, custom.set_set, {"record": known(actor_of(request), record).name, **given(body)}, key)
    return {"id": made.pk}


@operation(
    router, "DELETE", "/custom-field-sets/{id}", name="custom_fields_drop_set", summary=custom.drop_set.label,
    answer=ShapeDone,
)  # fmt: skip
def drop_set(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the name in addresses
    """Delete a set: its fields apply to all rows again, as far as no other set names them."""
    run(request, custom.drop_set, {"set_id": id})
    return {"id": id}


@operation(
    router, "PATCH", "/custom-fields/{id}", name="custom_fields_change", summary=custom.change.label, answer=CustomField
)
def change(request: HttpRequest, id: Id, body: Settings, key: Key = "") -> Any:  # noqa: A002 - as above
    """Change what is said of a custom field; values are kept by the ids of options."""
    return _field(run(request, custom.change, {"field": id, **given(body)}, key))


@operation(
    router, "POST", "/custom-fields/{id}/retire", name="custom_fields_retire", summary=custom.retire.label,
    answer=CustomField,
)  # fmt: skip
def retire(request: HttpRequest, id: Id, body: Retiring, key: Key = "") -> Any:  # noqa: A002 - as above
    """Take a custom field out of use or bring it back; its values stay."""
    return _field(run(request, custom.retire, {"field": id, **given(body)}, key))


def _fields(record: str) -> list[dict[str, Any]]:
    return [_field(one) for one in FieldDef.objects.filter(record=record).order_by("position", "id")]


def _field(one: FieldDef) -> dict[str, Any]:
    return {"id": one.pk, **{name: getattr(one, name) for name in TOLD}}
