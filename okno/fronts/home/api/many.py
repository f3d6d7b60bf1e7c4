"""Many rows of any record at once: fields changed, commands given, rows taken out as a file; tried first if wished."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, Literal, Self

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Router, Schema, Status

from okno.fronts.home.api import work
from okno.fronts.home.api.reached import known
from okno.fronts.home.api.work import JobShape
from okno.kit import jobs, permissions
from okno.kit.api.asking import Key, actor_of, given, run
from okno.kit.api.operations import operation
from okno.kit.api.reading import Source
from okno.kit.api.shapes import Id as RowId
from okno.kit.api.shapes import Input
from okno.kit.arguments import plain
from okno.kit.changing import edits, running, steps
from okno.kit.changing.asked import MOST_ROWS, Asked, check_count, update_of
from okno.kit.changing.edits import Edit, How
from okno.kit.errors import Missing, Refused
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web.pages import bulk, export, lists
from okno.kit.web.pages.bulk import Bulk
from okno.kit.web.pages.command import own_key

router = Router()


class WhichRows(Input):
    """Those of `ids`, or all that meet `where`. `is_trial` keeps nothing, `is_silent` lets robots and people be."""

    ids: list[RowId] | None = pydantic.Field(None, max_length=MOST_ROWS)
    where: dict[str, Any] | None = None
    is_trial: bool = False
    is_silent: bool = False

    @pydantic.model_validator(mode="after")
    def check_which(self) -> Self:
        """:raises ValueError: neither rows nor a condition are given, or both."""
        if (self.ids is None) == (self.where is None):
            raise ValueError("ids or where")
        return self


class EditShape(Input):
    """A field, what is done to it, and with what: a value, a formula, a percentage."""

    field: str = pydantic.Field(min_length=1, max_length=60)
    how: How = How.SET
    value: Any = None


class ManyChanges(WhichRows):
    """Other values of fields of many rows."""

    edits: list[EditShape] = pydantic.Field(min_length=1, max_length=10)


class ManyCommands(WhichRows):
    """A command for each of many rows, with the arguments that are the same for all."""

    command: str = pydantic.Field(min_length=1, max_length=100, examples=["deals.assign"])
    arguments: dict[str, Any] = {}


class CommandForMany(Schema):
    """A command that may be given for many rows, and what it asks besides the row."""

    command: str
    label: str
    arguments: list[str]


class TakingOut(Input):
    """Which rows are taken out, in which order, into which file: all fields, or the columns of the list."""

    format: Literal["xlsx", "csv"] = "xlsx"
    where: dict[str, Any] | None = None
    q: str = pydantic.Field("", max_length=200)
    sort: str = pydantic.Field("", max_length=200)
    fields: list[str] | None = pydantic.Field(None, max_length=200)


@operation(
    router, "POST", "/records/{record}/changes", name="changes_start", answer={202: JobShape},
    summary=gettext_lazy("Change fields of many rows"),
)  # fmt: skip
def change(request: HttpRequest, record: str, body: ManyChanges, key: Key = "") -> Any:
    """
    Change fields of many rows as a job: each by the command that changes its record, with its rights and rules. With
    `is_trial` the job only finds out what would become of each row: read its report, then carry it out with `go`.
    What was done is taken back with `back` and `take-back`.
    """
    actor = actor_of(request)
    found = known(actor, record)
    command, on = update_of(found)
    permissions.check_may(actor, command.name)
    given(body)
    wanted = [Edit(one.field, one.how, one.value) for one in body.edits]
    edits.check(actor, found, wanted)

    def asked() -> Asked:
        return Asked(
            record=found.name,
            ids=_ids(actor, found, body),
            label=_("Change of fields: %(what)s") % {"what": found.plural},
            command=command.name,
            on=on,
            edits=edits.settled(actor, found, wanted),
            is_silent=body.is_silent,
        )

    return _begun(actor, body, key, asked)


@operation(
    router, "GET", "/records/{record}/commands", name="commands_list", summary=gettext_lazy("Commands for many rows"),
    answer=list[CommandForMany],
)  # fmt: skip
def commands(request: HttpRequest, record: str) -> Any:
    """What one may do with many rows of a record at once: give to others, move, mark, put into a segment."""
    actor = actor_of(request)
    return [
        {"command": one.command.name, "label": one.title, "arguments": _asks(one)}
        for one in _offered(actor, known(actor, record))
    ]


@operation(
    router, "POST", "/records/{record}/commands", name="commands_start", answer={202: JobShape},
    summary=gettext_lazy("Give a command for many rows"),
)  # fmt: skip
def give(request: HttpRequest, record: str, body: ManyCommands, key: Key = "") -> Any:
    """
    Give a command for each of many rows as a job; a row that is refused does not stop the rest. It is tried, carried
    out and taken back as a change of fields is.
    """
    actor = actor_of(request)
    found = known(actor, record)
    chosen = next((one for one in _offered(actor, found) if one.command.name == body.command), None)
    if chosen is None:
        raise Missing("no_command", _("There is no such page."))
    given(body)
    own = {**body.arguments, **(chosen.given or {})}
    read = chosen.command.read({**own, chosen.on: 0})

    def asked() -> Asked:
        return Asked(
            record=found.name,
            ids=_ids(actor, found, body),
            label=chosen.title,
            command=chosen.command.name,
            on=chosen.on,
            given={name: plain(read[name]) for name in own},
            is_silent=body.is_silent,
        )

    return _begun(actor, body, key, asked)


@operation(
    router, "POST", "/records/{record}/exports", name="exports_start", answer={202: JobShape},
    summary=gettext_lazy("Take rows out as a file"),
)  # fmt: skip
def take_out(request: HttpRequest, record: str, body: TakingOut, key: Key = "") -> Any:
    """
    Write rows into a file as a job, by the right to export; who took what out is kept. The file is at `/jobs/{id}/file`
    once the job is done.
    """
    actor = actor_of(request)
    found = known(actor, record)
    page = lists.list_of(found.name)
    permissions.check_may(actor, f"{found.area}.export")
    given(body)
    where = text_of(body) if body.where is not None else ""
    Source(found, page.query).select(actor, where=where, q=body.q, sort=body.sort)
    _check_fields(actor, found, body.fields or ())
    params = {"f": where, "q": body.q, "sort": body.sort, "cols": ",".join(body.fields or ())}
    args: dict[str, Any] = {"list": page.name(), "params": {name: text for name, text in params.items() if text}}
    args |= {"format": body.format, "is_whole": body.fields is None}
    label = _("Export: %(what)s") % {"what": found.plural}
    made = run(request, jobs.start, {"work": export.WORK, "label": label, "args": args}, key)
    return Status(202, work.shown(made))


def _check_fields(actor: Actor, record: Record, keys: Iterable[str]) -> None:
    """:raises Refused: a field is not there, or it is closed to the actor."""
    for key in keys:
        if record.field(key) is None or not actor.sees_field(record.name, key):
            raise Refused("conditions.unknown_field", _("There is no field “%(field)s”."), field=key)


def _offered(actor: Actor, record: Record) -> list[Bulk]:
    page = lists.list_or_none(record.name)
    own = [one for one in page.bulk if actor.may(one.command.name)] if page else []
    return [*own, *bulk.others(actor, record, own)]


def _asks(one: Bulk) -> list[str]:
    return [name for name in one.command.parameters if name != one.on and name not in (one.given or {})]


def _begun(actor: Actor, body: WhichRows, key: str, asked: Callable[[], Asked]) -> Status[Any]:
    """Begin the work, or answer with what the same request has begun before."""
    own = own_key(actor, key)
    digest = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    job = steps.begun_before(own, digest) if own else None
    if job is None:
        kind = running.PREVIEW_WORK if body.is_trial else running.WORK
        job = steps.begun(actor, kind, asked(), key=own, digest=digest)
    return Status(202, work.shown(job))


def _ids(actor: Actor, record: Record, body: WhichRows) -> list[int]:
    if body.ids is not None:
        ids: list[int] = list(body.ids)
    else:
        rows = Source(record, living(record)).select(actor, where=text_of(body)).rows(narrow=True)
        ids = sorted(rows.order_by().values_list("pk", flat=True)[: MOST_ROWS + 1])
    check_count(len(ids))
    return ids


def text_of(body: pydantic.BaseModel) -> str:
    """The condition as it was sent."""
    return body.model_dump_json(include={"where"})[len('{"where":') : -1]


def living(record: Record) -> Any:
    def rows(actor: Actor, *, narrow: bool = False) -> Any:
        found: RecordQuerySet[Any] = RecordQuerySet(record.model)
        return found.visible_to(actor, narrow=narrow).alive()

    return rows
