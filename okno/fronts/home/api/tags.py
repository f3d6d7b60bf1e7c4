"""Tags of a custom field: added by name, renamed, coloured, merged, taken out of use."""

from __future__ import annotations

from typing import Any

import pydantic
from django.http import HttpRequest
from ninja import Router, Schema, Status

from okno.fronts.home.api.reached import known
from okno.kit.api.asking import Id, Key, actor_of, given, run
from okno.kit.api.operations import operation
from okno.kit.api.shapes import Input
from okno.kit.fields import tagging
from okno.kit.kinds.tag_names import COLOURS
from okno.kit.models.registry import FieldDef

router = Router()


class TagNames(Input):
    """Names of tags: those that are there already, in whatever case, are those tags."""

    names: list[str] = pydantic.Field(min_length=1, max_length=200, examples=[["важный", "до 10 утра"]])


class TagIds(Schema):
    """Ids of the tags, in the order of the names."""

    ids: list[str]


class TagChanges(Input):
    """Another name, one of the twelve colours, out of use or back."""

    name: str = pydantic.Field("", max_length=200)
    colour: int | None = pydantic.Field(None, ge=COLOURS[0], le=COLOURS[-1])
    is_retired: bool | None = None


class TagMerge(Input):
    """The tag that takes the place of this one, by its id."""

    into: str = pydantic.Field(min_length=1, max_length=40)


class TagShape(Schema):
    """A tag: `into` is the id of the one that took its place."""

    id: str
    label: str
    colour: int
    is_retired: bool = False
    into: str = ""


@operation(
    router, "POST", "/records/{record}/tags/{key}", name="tags_add", summary=tagging.add_tags.label,
    answer={201: TagIds},
)  # fmt: skip
def add(request: HttpRequest, record: str, key: str, body: TagNames, key_once: Key = "") -> Any:
    """Add tags to a field by its key, `x_…`. Rows name tags by id or by name, so this is needed for new ones only."""
    arguments = {"record": known(actor_of(request), record).name, "key": key, **given(body)}
    return Status(201, {"ids": run(request, tagging.add_tags, arguments, key_once)})


@operation(
    router, "PATCH", "/custom-fields/{id}/tags/{tag}", name="tags_change", summary=tagging.change_tag.label,
    answer=TagShape,
)  # fmt: skip
def change(request: HttpRequest, id: Id, tag: str, body: TagChanges, key: Key = "") -> Any:  # noqa: A002 - as it is called in addresses
    """Give a tag another name or colour, take it out of use or bring it back; rows keep it."""
    return _tag(run(request, tagging.change_tag, {"field": id, "tag": tag, **given(body)}, key), tag)


@operation(
    router, "POST", "/custom-fields/{id}/tags/{tag}/merge", name="tags_merge", summary=tagging.merge_tags.label,
    answer=TagShape,
)  # fmt: skip
def merge(request: HttpRequest, id: Id, tag: str, body: TagMerge, key: Key = "") -> Any:  # noqa: A002 - as above
    """Let another tag take the place of this one on all rows, in conditions, and wherever its name is typed."""
    return _tag(run(request, tagging.merge_tags, {"field": id, "tag": tag, **given(body)}, key), tag)


def _tag(row: FieldDef, tag: str) -> dict[str, Any]:
    return next(one for one in row.options if one["id"] == tag)
