"""Roles: their rights as a whole, for those who set them."""

from __future__ import annotations

from typing import Annotated, Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Path, Router, Schema

from okno.access import commands, queries
from okno.access.models import Role
from okno.kit import permissions
from okno.kit.api.asking import Key, actor_of, given, run
from okno.kit.api.giving import Given, told
from okno.kit.api.operations import operation
from okno.kit.api.shapes import Input
from okno.kit.errors import Missing
from okno.kit.permissions import ReachKind

router = Router()
Code = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,49}$")]
FieldName = Annotated[str, pydantic.Field(pattern=r"^[a-z_]+\.[a-z_]+\.\w+$", max_length=200)]
Hour = Annotated[str, pydantic.Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^$")]


class Granted(Input):
    """A right with how far it reaches; `condition` where it reaches rows of a condition."""

    permission: str = pydantic.Field(min_length=1, max_length=100, examples=["deals.move", "deals.*"])
    reach: ReachKind
    condition: dict[str, Any] | None = None


class Bounds(Input):
    """What binds whoever has the role: where from, the hours, how many cards an hour before a warning."""

    network: str = pydantic.Field("", max_length=10)
    opens_at: Hour = ""
    closes_at: Hour = ""
    most_views: int | None = pydantic.Field(None, ge=1, le=1_000_000)


class NewRole(Input):
    """The whole of a role: what is not named is taken away."""

    name: str = pydantic.Field(min_length=1, max_length=100)
    grants: list[Granted] = pydantic.Field(max_length=2000)
    hidden: list[FieldName] = pydantic.Field([], max_length=2000)
    masked: list[FieldName] = pydantic.Field([], max_length=2000)
    bounds: Bounds | None = None


class RoleShape(Schema):
    """A role: its rights, fields that its people do not see, and those of which they see the end alone."""

    code: str
    name: str
    grants: list[dict[str, Any]]
    hidden: list[str]
    masked: list[str]
    bounds: dict[str, Any]


@operation(router, "GET", "/roles", name="roles_list", summary=gettext_lazy("Roles"), answer=list[RoleShape])
def roles(request: HttpRequest) -> Any:
    """All roles with their rights, for those who set them."""
    permissions.check_may(actor_of(request), commands.set_role.name)
    return [_role(one) for one in queries.roles().prefetch_related("grants", "hidden_fields")]


@operation(router, "PUT", "/roles/{code}", name="roles_set", summary=commands.set_role.label, answer=RoleShape)
def set_role(request: HttpRequest, code: Code, body: NewRole, key: Key = "") -> Any:
    """Make a role or replace its rights; its people have the new ones at once."""
    given(body)
    asked = body.model_dump(mode="json")
    grants = [one.model_dump(mode="json", exclude_none=True) for one in body.grants]
    return _role(run(request, commands.set_role, {"code": code, **asked, "grants": grants}, key))


@operation(router, "DELETE", "/roles/{code}", name="roles_drop", summary=commands.drop_role.label, answer=Given)
def drop_role(request: HttpRequest, code: Code, key: Key = "") -> Any:
    """Delete a role that nobody has."""
    permissions.check_may(actor_of(request), commands.drop_role.name)
    role = queries.roles().filter(code=code).first()
    if role is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return told(run(request, commands.drop_role, {"role": role.pk}, key))


def _role(one: Role) -> dict[str, Any]:
    return {"code": one.code, **queries.role_told(one)}
