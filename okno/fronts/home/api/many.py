"""Group change of fields over rows of any record, tried first or carried out as a job; jobs of whoever asks."""

from __future__ import annotations

from typing import Any, Self

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Router, Schema, Status

from okno.fronts.home.api.reached import known
from okno.kit import jobs, permissions, results
from okno.kit.api.asking import Id, actor_of, given
from okno.kit.api.operations import operation
from okno.kit.api.reading import Source, plain
from okno.kit.api.shapes import Id as RowId
from okno.kit.api.shapes import Input, Moment
from okno.kit.changing import edits, running
from okno.kit.changing.asked import MOST_ROWS, Asked, check_count, update_of
from okno.kit.changing.edits import Edit, How
from okno.kit.models.base import RecordQuerySet
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web.pages.bulk_part import begun

router = Router()


class EditShape(Input):
    """A field, what is done to it, and with what: a value, a formula, a percentage."""

    field: str = pydantic.Field(min_length=1, max_length=60)
    how: How = How.SET
    value: Any = None


class ManyChanges(Input):
    """Other values of fields of many rows: those of `ids`, or all that meet `where`. `is_trial` keeps nothing."""

    edits: list[EditShape] = pydantic.Field(min_length=1, max_length=10)
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


class JobShape(Schema):
    """Long work: how far it is, and what came of it."""

    id: int
    label: str
    state: str
    done: int
    total: int | None
    created_at: Moment
    finished_at: Moment | None
    result: dict[str, Any]
    error: str


@operation(
    router, "POST", "/records/{record}/changes", name="changes_start", answer={202: JobShape},
    summary=gettext_lazy("Change fields of many rows"),
)  # fmt: skip
def change(request: HttpRequest, record: str, body: ManyChanges) -> Any:
    """
    Change fields of many rows as a job: each by the command that changes its record, with its rights and rules. With
    `is_trial` the job tells what would become of each row and keeps nothing; what was done is taken back by undo.
    """
    actor = actor_of(request)
    found = known(actor, record)
    command, on = update_of(found)
    permissions.check_may(actor, command.name)
    given(body)
    wanted = [Edit(one.field, one.how, one.value) for one in body.edits]
    edits.check(actor, found, wanted)
    asked = Asked(
        record=found.name,
        ids=_ids(actor, found, body),
        label=_("Change of fields: %(what)s") % {"what": found.plural},
        command=command.name,
        on=on,
        edits=wanted,
        is_silent=body.is_silent,
    )
    return Status(202, _job(begun(actor, running.PREVIEW_WORK if body.is_trial else running.WORK, asked)))


def _ids(actor: Actor, record: Record, body: ManyChanges) -> list[int]:
    if body.ids is not None:
        ids: list[int] = list(body.ids)
    else:
        asked = body.model_dump_json(include={"where"})[len('{"where":') : -1]
        rows = Source(record, _living(record)).select(actor, where=asked).rows(narrow=True)
        ids = sorted(rows.order_by().values_list("pk", flat=True)[: MOST_ROWS + 1])
    check_count(len(ids))
    return ids


def _living(record: Record) -> Any:
    def rows(actor: Actor, *, narrow: bool = False) -> Any:
        found: RecordQuerySet[Any] = RecordQuerySet(record.model)
        return found.visible_to(actor, narrow=narrow).alive()

    return rows


@operation(router, "GET", "/jobs", name="jobs_list", summary=gettext_lazy("Long work"), answer=list[JobShape])
def listed(request: HttpRequest) -> Any:
    """One's own long work, newest first."""
    actor = actor_of(request)
    permissions.check_may(actor, jobs.start.name)
    return [_job(one) for one in results.own_jobs(actor)]


@operation(router, "GET", "/jobs/{id}", name="jobs_get", summary=gettext_lazy("A piece of long work"), answer=JobShape)
def job(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the name in addresses
    """How far one's own long work is, and what came of it."""
    return _job(results.own_job(actor_of(request), id))


@operation(
    router, "POST", "/jobs/{id}/cancel", name="jobs_cancel", summary=gettext_lazy("Stop long work"), answer=JobShape
)
def cancel(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """Ask one's own long work to stop at its next step."""
    actor = actor_of(request)
    jobs.cancel.run(actor, job_id=id)
    return _job(results.own_job(actor, id))


def _job(one: JobRun) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("label", "state", "done", "total", "result", "error")}
    return {"id": one.pk, "created_at": plain(one.created_at), "finished_at": plain(one.finished_at), **told}
