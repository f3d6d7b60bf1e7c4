"""Saved views of lists and layouts of cards, as whoever asks has them."""

from __future__ import annotations

from typing import Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Router, Schema, Status

from okno.fronts.home.api.reached import known
from okno.kit.api.asking import Id, Key, actor_of, given, run
from okno.kit.api.giving import Giving
from okno.kit.api.operations import operation
from okno.kit.api.shapes import Id as RowId
from okno.kit.api.shapes import Input
from okno.kit.errors import Missing
from okno.kit.layouts import commands as layouts
from okno.kit.layouts import reading as laid
from okno.kit.models.views import CardLayout, SavedView
from okno.kit.saved_views import commands as views
from okno.kit.saved_views import favourites, reading

router = Router()
Config = dict[str, Any]


class ViewShape(Schema):
    """A view: parameters of the list under a name; `is_own` ones are seen by nobody else."""

    id: int
    record: str
    name: str
    is_own: bool
    department: int | None
    is_locked: bool
    config: Config


class NewView(Input):
    """A view of one's own: `f`, `q`, `sort`, `group`, `cols`, `mode`, `paint` as in the address of the list."""

    name: str = pydantic.Field(min_length=1, max_length=100)
    config: dict[str, str]


class ChangedView(Input):
    """Another name or other parameters of a view; those of a shared one change for all who have it."""

    name: str = pydantic.Field("", max_length=100)
    config: dict[str, str] | None = None
    is_locked: bool | None = None


class Sharing(Input):
    """With whom: a department, or everybody."""

    department_id: RowId | None = None
    is_locked: bool = False


@operation(
    router, "GET", "/records/{record}/views", name="views_list", summary=gettext_lazy("Saved views"),
    answer=list[ViewShape],
)  # fmt: skip
def listed(request: HttpRequest, record: str) -> Any:
    """The views of a list that one may choose, shared ones first."""
    actor = actor_of(request)
    return [_view(one) for one in reading.views_of(actor, known(actor, record).name)]


@operation(
    router, "POST", "/records/{record}/views", name="views_create", summary=views.save.label, answer={201: ViewShape}
)
def save(request: HttpRequest, record: str, body: NewView, key: Key = "") -> Any:
    """Keep parameters of a list as a view of one's own."""
    name = known(actor_of(request), record).name
    return Status(201, _view(run(request, views.save, {"record": name, **given(body)}, key)))


@operation(router, "PATCH", "/views/{id}", name="views_change", summary=views.change_shared.label, answer=ViewShape)
def change(request: HttpRequest, id: Id, body: ChangedView, key: Key = "") -> Any:  # noqa: A002 - the name in addresses
    """Change a view of one's own, or a shared one by the right to change those."""
    asked = given(body)
    own = reading.own_view(actor_of(request), id)
    if own is None:
        return _view(run(request, views.change_shared, {"view_id": id, **asked}, key))
    told = {"record": own.record, "name": asked.get("name") or own.name, "config": asked.get("config") or own.config}
    return _view(run(request, views.save, {"view_id": id, **told}, key))


@operation(router, "POST", "/views/{id}/share", name="views_share", summary=views.share.label, answer={201: ViewShape})
def share(request: HttpRequest, id: Id, body: Sharing, key: Key = "") -> Any:  # noqa: A002 - as above
    """Give a copy of one's own view to everybody or to a department; each sees by it what their rights let them see."""
    return Status(201, _view(run(request, views.share, {"view_id": id, **given(body)}, key)))


class Gone(Schema):
    """What is there no more."""

    id: int


@operation(router, "DELETE", "/views/{id}", name="views_drop", summary=views.drop.label, answer=Gone)
def drop(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """Delete a view of one's own, or a shared one by the right to delete those."""
    own = reading.own_view(actor_of(request), id)
    run(request, views.drop if own else views.drop_shared, {"view_id": id})
    return {"id": id}


class LayoutShape(Schema):
    """The layout that holds for whoever asks; empty when cards stand as they are declared."""

    config: Config
    is_forced: bool
    is_own: bool


class Layout(Input):
    """Sections with fields, hidden ones, panels; an empty one takes the layout back. `kind` is the type of rows."""

    config: Config
    kind: str = pydantic.Field("", max_length=100)


class LayoutOfOthers(Layout):
    """Whose: a department's or everybody's; a forced one stands above those of people."""

    department_id: RowId | None = None
    is_forced: bool = False


giving = Giving(router, "common")
giving.put("/records/{record}/places/{place}", views.keep, typed={"config": dict[str, str]})
giving.post("/records/{record}/{row_id}/star", favourites.star)
giving.post("/views/{id}/rename", views.rename, on="view_id")
LAYOUTS = "/records/{record}/layouts/{purpose}"


@operation(
    router, "GET", LAYOUTS, name="layouts_get", summary=gettext_lazy("Layout of a card or of a form"),
    answer=LayoutShape,
)  # fmt: skip
def layout(request: HttpRequest, record: str, purpose: str, kind: str = "") -> Any:
    """The layout of the card (`card`) or of the form of a new row (`create`) that holds for whoever asks."""
    actor = actor_of(request)
    return _layout(laid.layout_for(actor, known(actor, record).name, _purpose(purpose), kind))


@operation(router, "PUT", LAYOUTS, name="layouts_set", summary=layouts.lay_out.label, answer=LayoutShape)
def lay_out(request: HttpRequest, record: str, purpose: str, body: Layout, key: Key = "") -> Any:
    """Keep a layout of one's own; an empty one takes it back, and what stands below it holds again."""
    actor = actor_of(request)
    name = known(actor, record).name
    run(request, layouts.lay_out, {"record": name, "purpose": _purpose(purpose), **given(body)}, key)
    return _layout(laid.layout_for(actor, name, purpose, body.kind))


@operation(
    router, "PUT", f"{LAYOUTS}/others", name="layouts_set_for_others", summary=layouts.lay_out_for_others.label,
    answer=LayoutShape,
)  # fmt: skip
def lay_out_for_others(request: HttpRequest, record: str, purpose: str, body: LayoutOfOthers, key: Key = "") -> Any:
    """Keep the layout of a department or of everybody; an empty one takes it back."""
    actor = actor_of(request)
    name = known(actor, record).name
    run(request, layouts.lay_out_for_others, {"record": name, "purpose": _purpose(purpose), **given(body)}, key)
    return _layout(laid.layout_for(actor, name, purpose, body.kind))


def _purpose(text: str) -> str:
    """:raises Missing: neither cards nor forms are meant."""
    if text not in CardLayout.Purpose.values:
        raise Missing("no_purpose", _("There is no such page."))
    return text


def _view(one: SavedView) -> dict[str, Any]:
    told = {"id": one.pk, "record": one.record, "name": one.name, "is_own": one.user_id is not None}
    return {**told, "department": one.department_id, "is_locked": one.is_locked, "config": one.config}


def _layout(one: CardLayout | None) -> dict[str, Any]:
    if one is None:
        return {"config": {}, "is_forced": False, "is_own": False}
    return {"config": one.config, "is_forced": one.is_forced, "is_own": one.user_id is not None}
