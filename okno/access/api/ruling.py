"""People, departments, networks and guards over HTTP, for those who set them; settings as a whole."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pydantic
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Schema, Status

from okno.access import commands, queries
from okno.access.models import Department, SensitiveRows
from okno.access.record import USER
from okno.kit import permissions
from okno.kit.api import record_router
from okno.kit.api.asking import Id, Key, actor_of, given, run
from okno.kit.api.giving import Given as Done
from okno.kit.api.giving import Giving, told
from okno.kit.api.operations import operation
from okno.kit.api.records import make
from okno.kit.api.shapes import Id as RowId
from okno.kit.api.shapes import Input, WithCustom
from okno.kit.errors import Missing
from okno.kit.registry import CUSTOM_PREFIX, registry
from okno.kit.web.pages.command import own_key

# Addresses of one path have to stand on one router: people are listed here too.
router = record_router(
    USER,
    queries.colleagues,
    path="/users",
    commands=[commands.set_roles, commands.set_available, commands.set_active, commands.sign_out_user],
)
# What is known of people is changed below, with consequences; rows of lists and cards take what was added to people.
registry.editors[USER.name] = (None, commands.fill_in)
TAG = "access"
giving = Giving(router, TAG)
Name = Annotated[str, pydantic.Field(min_length=1, max_length=100)]
Email = Annotated[str, pydantic.Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254, examples=["a@b.ru"])]
Keys = Annotated[list[str], pydantic.Field(max_length=500)]
Parts = dict[str, dict[str, Any]]


class DepartmentShape(Schema):
    """A department, the one above it, who heads it, and how many people who may sign in work in it."""

    id: int
    name: str
    parent: int | None
    head: int | None
    people: int


class NewDepartment(Input):
    """A department; without `parent` it stands at the root, without `head` nobody heads it."""

    name: Name
    parent: RowId | None = None
    head: RowId | None = None


class NewUser(WithCustom):
    """What is known of a person, custom fields too. They set a password themselves once an administrator gives one."""

    email: Email
    name: str = pydantic.Field(min_length=1, max_length=150)
    post: str = pydantic.Field("", max_length=150)
    phone: str = pydantic.Field("", max_length=30)
    department: RowId | None = None


class ChangedUser(WithCustom):
    """What changes of a person, custom fields too; what is not named stays."""

    email: Email | None = None
    name: str | None = pydantic.Field(None, min_length=1, max_length=150)
    post: str | None = pydantic.Field(None, max_length=150)
    phone: str | None = pydantic.Field(None, max_length=30)
    department: RowId | None = None
    network: Literal["any", "office", "internet"] | None = None


class Network(Input):
    """A network of the office: an address or a range of them."""

    cidr: str = pydantic.Field(min_length=1, max_length=50, examples=["192.168.1.0/24"])
    name: str = pydantic.Field("", max_length=100)


class Networks(Input):
    """All networks of the office: those that are not named are dropped."""

    networks: list[Network] = pydantic.Field(max_length=500)


class NetworkShape(Schema):
    """A network of the office."""

    cidr: str
    name: str


class Guard(Input):
    """Rows that are guarded: all of a record, or those of a condition, and what of them is closed."""

    name: Name
    record: str = pydantic.Field(min_length=1, max_length=60, examples=["clients.client"])
    condition: dict[str, Any] | None = None
    is_kept: bool = True
    hidden: Keys = []
    masked: Keys = []


class GuardShape(Schema):
    """A guard, and how many rows it holds now."""

    id: int
    name: str
    record: str
    condition: Any
    is_kept: bool
    hidden: list[str]
    masked: list[str]
    rows: int


class SettingsShape(Schema):
    """Settings as they travel from one installation to another."""

    format: str
    version: int
    made_at: str
    settings: Parts


class SettingsSent(Input):
    """
    A file of settings. `drops` does away with what it does not hold; `without` are keys of parts that stay as they are
    here, by kind; with `is_trial` nothing is changed.
    """

    format: str
    version: int
    settings: dict[str, Any]
    made_at: str = ""
    drops: bool = False
    without: dict[str, list[str]] = {}
    is_trial: bool = False


class Brought(Schema):
    """
    What differs: the kind and the key of each part. `run` is what takes it back; null of a trial, which tells of parts
    that cannot be brought as well: kind, key and why.
    """

    run: int | None
    parts: list[tuple[str, str]]
    refused: list[tuple[str, str, str]] = []


@operation(
    router, "GET", "/departments", name="departments_list", summary=gettext_lazy("Departments"),
    answer=list[DepartmentShape], tag=TAG,
)  # fmt: skip
def departments(request: HttpRequest) -> Any:
    """The tree in the order of reading: each department before those below it."""
    permissions.check_may(actor_of(request), commands.add_department.name)
    people = queries.people_by_department()
    return [_department(one, people) for one in queries.departments()]


giving.post("/departments", commands.add_department, typed={"name": Name})


@operation(
    router, "PUT", "/departments/{id}", name="departments_set", summary=commands.change_department.label, answer=Done,
    tag=TAG,
)  # fmt: skip
def change_department(request: HttpRequest, body: NewDepartment, id: Id, key: Key = "") -> Any:  # noqa: A002 - as it is
    """Rename a department or put it, with all below it, under another one, or without `parent` at the root."""
    asked = {"name": body.name, "parent": body.parent, "head": body.head, "department": id}
    given(body)
    return told(run(request, commands.change_department, asked, key))


giving.delete("/departments/{id}", commands.drop_department, on="department")


@operation(router, "POST", "/users", name="users_create", summary=commands.add_user.label, answer={201: Done}, tag=TAG)
def add_user(request: HttpRequest, body: NewUser, key: Key = "") -> Any:
    """Add a person. They cannot sign in before an administrator gives them a password in the browser."""
    return Status(201, told(make(request, USER, commands.add_user, given(body), key)))


@operation(
    router, "PATCH", "/users/{id}", name="users_change", summary=commands.update_user.label, answer=Done, tag=TAG
)
def change_user(request: HttpRequest, body: ChangedUser, id: Id, key: Key = "") -> Any:  # noqa: A002 - as it is
    """Change what is known of a person, where they work, and from where they may come."""
    actor, asked = actor_of(request), given(body)
    permissions.check_may(actor, commands.update_user.name)
    user = queries.user_for_card(actor, id)
    if user is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    custom = {name: asked.pop(name) for name in list(asked) if name.startswith(CUSTOM_PREFIX)}
    department = asked.pop("department", user.department_id)
    network = asked.pop("network", None) or ""
    values = {name: one for name, one in asked.items() if one is not None}
    arguments = {"user": id, "values": values, "department": department, "network": network}
    with transaction.atomic():
        done = run(request, commands.update_user, arguments, key)
        if custom:
            run(request, commands.fill_in, {"user": id, "values": custom}, key)
    return told(done)


@operation(
    router, "GET", "/office-networks", name="office_networks", summary=gettext_lazy("Networks of the office"),
    answer=list[NetworkShape], tag=TAG,
)  # fmt: skip
def networks(request: HttpRequest) -> Any:
    """Addresses that count as the office."""
    permissions.check_may(actor_of(request), commands.set_office_networks.name)
    return [{"cidr": one.cidr, "name": one.name} for one in queries.office_networks()]


giving.put("/office-networks", commands.set_office_networks, typed={"networks": list[Network]})


@operation(
    router, "GET", "/guards", name="guards_list", summary=gettext_lazy("Guarded rows"), answer=list[GuardShape],
    tag=TAG,
)  # fmt: skip
def guards(request: HttpRequest) -> Any:
    """Rows whose reading is kept, or whose fields are closed, for those who guard them."""
    permissions.check_may(actor_of(request), commands.watch_rows.name)
    return [_guard(one) for one in queries.watches()]


@operation(
    router, "POST", "/guards", name="guards_create", summary=commands.watch_rows.label, answer={201: GuardShape},
    tag=TAG,
)  # fmt: skip
def guard(request: HttpRequest, body: Guard, key: Key = "") -> Any:
    """Guard rows of a record: keep who reads them, hide fields of them, or show the end of fields alone."""
    return Status(201, _guard(run(request, commands.watch_rows, given(body), key)))


@operation(
    router, "PUT", "/guards/{id}", name="guards_set", summary=commands.watch_rows.label, answer=GuardShape, tag=TAG
)
def change_guard(request: HttpRequest, body: Guard, id: Id, key: Key = "") -> Any:  # noqa: A002 - as it is
    """Guard other rows, or other fields of them."""
    return _guard(run(request, commands.watch_rows, {**given(body), "watch_id": id}, key))


giving.delete("/guards/{id}", commands.stop_watching, on="watch_id")


@operation(
    router, "GET", "/settings", name="settings_get", summary=gettext_lazy("Settings as a whole"), answer=SettingsShape,
    tag=TAG,
)  # fmt: skip
def settings(request: HttpRequest, kind: Annotated[list[str] | None, Query(max_length=100)] = None) -> Any:
    """Roles, fields, views, criteria and all else that travels to another installation, or some kinds of it."""
    permissions.check_may(actor_of(request), commands.bring_settings.name)
    return queries.settings_file(timezone.now(), frozenset(kind or ()))


@operation(
    router, "PUT", "/settings", name="settings_bring", summary=commands.bring_settings.label, answer=Brought, tag=TAG
)
def bring(request: HttpRequest, body: SettingsSent, key: Key = "") -> Any:
    """Make settings as they are in a file, all or none; what it changes is told, and `run` takes it back."""
    actor = actor_of(request)
    permissions.check_may(actor, commands.bring_settings.name)
    wanted = queries.read_file(given(body))
    found = queries.differences(wanted, drops=body.drops)
    if body.is_trial:
        refused = commands.obstacles(actor=actor, settings=wanted, drops=body.drops)
        parts = [(one.kind, one.key) for one in found]
        return {"run": None, "parts": parts, "refused": [(*name, why) for name, why in refused.items()]}
    name = key or f"settings-{timezone.now().timestamp()}"
    asked = {"settings": wanted, "drops": body.drops, "without": body.without}
    done = run(request, commands.bring_settings, asked, name)
    made = queries.brought_by(own_key(actor, name))
    return {"run": made.pk if made else None, "parts": [(one["kind"], one["key"]) for one in done["parts"]]}


giving.post("/settings/{id}/take-back", commands.take_back_settings, on="run_id")


def _department(one: Department, people: dict[int | None, int]) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "parent": one.parent_id,
        "head": one.head_id,
        "people": people.get(one.pk, 0),
    }


def _guard(one: SensitiveRows) -> dict[str, Any]:
    told_as = {name: getattr(one, name) for name in ("name", "record", "condition", "is_kept", "hidden", "masked")}
    return {"id": one.pk, **told_as, "rows": queries.count_guarded(one)}
