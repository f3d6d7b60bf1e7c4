"""What is done to one row of any record: marks for deletion, history with the way back, why it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Router, Schema

from okno.fronts.home.api.reached import the_row
from okno.kit import explaining, journal, permissions
from okno.kit.api.asking import Id, Key, actor_of, run
from okno.kit.api.giving import Giving
from okno.kit.api.operations import operation
from okno.kit.api.reading import plain
from okno.kit.api.shapes import Input, Moment
from okno.kit.changing.asked import update_of
from okno.kit.errors import Missing, Refused
from okno.kit.explaining import Reason
from okno.kit.purging import commands as purging
from okno.kit.purging import reading
from okno.kit.registry import registry
from okno.kit.timeline import causes, history, restoring
from okno.kit.timeline.causes import Node

router = Router()
ROW = "/records/{record}/{id}"


class DeedDone(Schema):
    """The row that it was done to."""

    record: str
    id: int


class Referring(Schema):
    """Rows of one record that refer to a row: how many, and titles of some."""

    record: str
    label: str
    count: int
    titles: list[str]


@operation(
    router, "GET", f"{ROW}/references", name="references", summary=gettext_lazy("What refers to a row"),
    answer=list[Referring],
)  # fmt: skip
def references(request: HttpRequest, record: str, id: Id) -> Any:  # noqa: A002 - the name in addresses
    """Rows within reach that refer to this one: what holds it when it is to be deleted for good."""
    actor = actor_of(request)
    the_row(actor, record, id)
    found = reading.referring(actor, registry.record(record), id)
    return [
        {
            "record": one.record.name,
            "label": str(one.record.plural),
            "count": one.count,
            "titles": list(one.titles),
        }
        for one in found
    ]


@operation(router, "POST", f"{ROW}/mark", name="mark", summary=purging.mark.label, answer=DeedDone)
def mark(request: HttpRequest, record: str, id: Id, key: Key = "") -> Any:  # noqa: A002 - as above
    """Mark a row for deletion: it leaves lists and searches, nothing is lost."""
    run(request, purging.mark, {"record": record, "row_id": id}, key)
    return {"record": record, "id": id}


@operation(router, "POST", f"{ROW}/bring-back", name="bring_back", summary=purging.bring_back.label, answer=DeedDone)
def bring_back(request: HttpRequest, record: str, id: Id, key: Key = "") -> Any:  # noqa: A002 - as above
    """Take the mark for deletion off a row."""
    run(request, purging.bring_back, {"record": record, "row_id": id}, key)
    return {"record": record, "id": id}


class MarkedRows(Schema):
    """Rows of a record that are marked for deletion: how many, and how many of them nothing holds."""

    record: str
    label: str
    count: int
    free: int


@operation(
    router, "GET", "/marked", name="marked", summary=gettext_lazy("What is marked for deletion"),
    answer=list[MarkedRows],
)  # fmt: skip
def marked(request: HttpRequest) -> Any:
    """Marked rows by record, for those who delete them for good; what others refer to is held."""
    permissions.check_may(actor_of(request), purging.start.name)
    counts = reading.counts()
    free = reading.plan(list(counts)).free
    return [
        {
            "record": name,
            "label": str(registry.record(name).plural),
            "count": count,
            "free": len(free.get(name, ())),
        }
        for name, count in counts.items()
    ]


Giving(router, "common").post("/marked/delete", purging.start)


class FieldMove(Schema):
    """A field before and after, as it is kept."""

    key: str
    label: str
    was: Any = None
    now: Any = None


class ChangeShape(Schema):
    """A change of a row: what was done (`create`, `update`, `delete`), by whom, by which command, because of what."""

    id: int
    done: str
    at: Moment | None
    who: str
    command: str
    cause: str
    run: int | None
    fields: list[FieldMove]


class History(Schema):
    """A page of the history of a row, newest first; `next` goes into `before`, an empty page is the last one."""

    items: list[ChangeShape]
    next: int | None


DONE = {"I": "create", "U": "update", "D": "delete"}


@operation(
    router, "GET", f"{ROW}/history", name="history", summary=gettext_lazy("The history of a row"), answer=History
)
def row_history(request: HttpRequest, record: str, id: Id, before: int | None = None, field: str = "") -> Any:  # noqa: A002
    """Who changed which field, when and because of what; of one field when it is named."""
    actor = actor_of(request)
    row = the_row(actor, record, id)
    if before is not None and not 0 < before < 2**63:
        raise Refused("bad_cursor", _("The cursor cannot be read."))
    facing = permissions.facing(actor, row)
    lines = history.history_of(facing, registry.record(record), row, before=before, only=field)
    return {"items": [_line(one) for one in lines], "next": lines[-1].id if lines else None}


def _line(one: history.HistoryLine) -> dict[str, Any]:
    told = {"id": one.id, "done": DONE.get(one.op, one.op), "at": plain(one.at), "who": one.who, "run": one.run_id}
    fields = [
        {"key": move.key, "label": str(move.field.label) if move.field else "", "was": move.was, "now": move.now}
        for move in one.fields
    ]
    return {**told, "command": one.command, "cause": one.cause, "fields": fields}


class Restoring(Input):
    """Keys of the fields whose values come back; `whole` takes the row as it stood right after the change."""

    fields: list[str] = pydantic.Field(min_length=1, max_length=100)
    whole: bool = False


@operation(
    router, "POST", "/changes/{id}/restore", name="restore", summary=gettext_lazy("Bring former values back"),
    answer=DeedDone,
)  # fmt: skip
def restore(request: HttpRequest, id: Id, body: Restoring, key: Key = "") -> Any:  # noqa: A002 - as above
    """Give fields the values they had before a change, by the command that changes the record."""
    actor = actor_of(request)
    change, record, row = causes.changed_row(actor, id)
    if change.op == "D" or (change.op == "I" and not body.whole):
        raise Missing("not_found", _("There is no such change."))
    former = restoring.former_values(permissions.facing(actor, row), record, row, change, version=body.whole)
    wanted = [one for one in former if one.key in body.fields]
    if not wanted:
        raise Refused("history.nothing", _("Choose what to bring back."))
    command, on = update_of(record)
    run(request, command, {on: row.pk, "values": restoring.values_of(wanted)}, key)
    return {"record": record.name, "id": row.pk}


class Step(Schema):
    """A command in the story of a change: `depth` from the first cause down; nothing is told of hidden ones."""

    depth: int
    label: str
    who: str
    at: Moment
    is_hidden: bool
    rows: int


class Story(Schema):
    """What led to a change, then what came of it."""

    causes: list[Step]
    consequences: list[Step]


@operation(
    router, "GET", "/changes/{id}/causes", name="causes", summary=gettext_lazy("Causes and consequences of a change"),
    answer=Story,
)  # fmt: skip
def story(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """The chain of commands that led to a change of a row within reach, and all that came of it."""
    found = causes.story_of(actor_of(request), id)
    above = [_step(one, depth) for depth, one in enumerate(found.causes)]
    below = list(_steps(found.run, len(above))) if found.run else []
    return {"causes": above, "consequences": below}


def _steps(node: Node, depth: int) -> Iterator[dict[str, Any]]:
    yield _step(node, depth)
    for one in node.children:
        yield from _steps(one, depth + 1)


def _step(node: Node, depth: int) -> dict[str, Any]:
    told = {"label": str(node.label), "who": node.who, "at": plain(node.at), "is_hidden": node.is_hidden}
    return {**told, "depth": depth, "rows": len(node.changes) + node.more + node.unseen}


class Undone(Schema):
    """How many rows are as they were, why others were left, and what had gone outside."""

    restored: int
    kept: list[str]
    outside: list[str]


@operation(router, "POST", "/runs/{id}/undo", name="undo", summary=journal.undo.label, answer=Undone)
def undo(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """Take back what one has done in one run; what others changed since is kept and told."""
    actor = actor_of(request)
    if not history.is_own_run(actor, id):
        raise Missing("not_found", _("There is no such change."))
    done = run(request, journal.undo, {"run_id": id})
    return {"restored": done.restored, "kept": [one.reason for one in done.kept], "outside": list(done.outside)}


class ReasonShape(Schema):
    """A reason to see a row: whether it holds, the role it comes from, the facts, and what would have to change."""

    depth: int
    holds: bool
    words: str
    source: str
    fact: str
    hint: str


class Explained(Schema):
    """Whether a row is within reach under a right, and why."""

    holds: bool
    reasons: list[ReasonShape]


@operation(router, "GET", f"{ROW}/access", name="access", summary=gettext_lazy("Why a row is seen"), answer=Explained)
def access(request: HttpRequest, record: str, id: Id, right: str = "", user: int | None = None) -> Any:  # noqa: A002
    """The reasons by which one sees a row, or by which a colleague does or does not, with the facts of each."""
    actor = actor_of(request)
    row = the_row(actor, record, id)
    wanted = right or permissions.view_permission(type(row))
    if registry.commands.get(wanted) is None and wanted != permissions.view_permission(type(row)):
        raise Missing("no_right", _("There is no such right."))
    told = explaining.explained(_asked(request, user), row, wanted, viewer=actor)
    return {"holds": told.holds, "reasons": [line for one in told.reasons for line in _reasons(one, 0)]}


def _asked(request: HttpRequest, user: int | None) -> permissions.Actor:
    """Whose reasons are wanted. :raises Denied: those of others are asked for without the right to."""
    actor = actor_of(request)
    if user is None or user == actor.user_id:
        return actor
    permissions.check_may(actor, registry.asks_about_others)
    people = dict(registry.colleagues()) if registry.colleagues else {}
    if user not in people or registry.actor_of_user is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    found: permissions.Actor = registry.actor_of_user(user)
    return found


def _reasons(one: Reason, depth: int) -> Iterator[dict[str, Any]]:
    told = {"holds": one.holds, "words": one.words, "source": one.source, "fact": one.fact, "hint": one.hint}
    yield {"depth": depth, **told}
    for part in one.parts:
        yield from _reasons(part, depth + 1)
