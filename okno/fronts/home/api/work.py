"""Long work of whoever asks: how far it is, what came of it row by row, its file, and what is done next with it."""

from __future__ import annotations

from typing import Any

import pydantic
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Router, Schema, Status

from okno.kit import jobs, permissions, results
from okno.kit.api.asking import Id, actor_of
from okno.kit.api.files import FILE, downloaded
from okno.kit.api.operations import operation
from okno.kit.api.problems import RESPONSES
from okno.kit.api.reading import plain
from okno.kit.api.shapes import Id as RowId
from okno.kit.api.shapes import Input, Moment
from okno.kit.changing import steps
from okno.kit.errors import Missing
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.rows import cells
from okno.kit.web.pages import change_report

router = Router()
JOB = "/jobs/{id}"
# What a report tells field by field, and only as far as fields are open.
IN_REPORT = ("changes", "fields")


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


class ReportField(Schema):
    """In how many rows a field changes; `is_editable` ones can be left out of the way back."""

    key: str
    label: str
    count: int
    is_editable: bool


class Change(Schema):
    """A field of a row before and after, in words."""

    label: str
    was: str
    now: str


class ChangedRow(Schema):
    """What changes, or has changed, in a row."""

    id: int
    label: str
    fields: list[Change]


class LeftRows(Schema):
    """Rows that are left as they are, by the reason: how many, and the first of them."""

    reason: str
    count: int
    ids: list[int]


class Report(Schema):
    """A change of many rows: `rows` are the first fifty, `also` and `outside` are what else it comes to, in words."""

    is_preview: bool
    done: int
    same: int
    left: int
    fields: list[ReportField]
    rows: list[ChangedRow]
    refused: list[LeftRows]
    also: list[str]
    outside: list[str]


class WayBack(Input):
    """What is taken back: only these fields if they are named, all rows but those of `leave`."""

    fields: list[str] | None = pydantic.Field(None, max_length=100)
    leave: list[RowId] = pydantic.Field([], max_length=100_000)


@operation(router, "GET", "/jobs", name="jobs_list", summary=gettext_lazy("Long work"), answer=list[JobShape])
def listed(request: HttpRequest) -> Any:
    """One's own long work, newest first."""
    actor = actor_of(request)
    permissions.check_may(actor, jobs.start.name)
    return [shown(one) for one in results.own_jobs(actor)]


@operation(router, "GET", JOB, name="jobs_get", summary=gettext_lazy("A piece of long work"), answer=JobShape)
def job(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the name in addresses
    """How far one's own long work is, and what came of it."""
    return shown(results.own_job(actor_of(request), id))


@operation(router, "POST", f"{JOB}/cancel", name="jobs_cancel", summary=gettext_lazy("Stop long work"), answer=JobShape)
def cancel(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """Ask one's own long work to stop at its next step."""
    actor = actor_of(request)
    jobs.cancel.run(actor, job_id=id)
    return shown(results.own_job(actor, id))


@router.get(
    f"{JOB}/file",
    response=RESPONSES,
    operation_id="jobs_file",
    summary=str(gettext_lazy("The file of long work")),
    tags=["common"],
    openapi_extra={"responses": FILE},
)
def file(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """The file that one's own long work has made, as long as one has the right it was made by."""
    stream, kept = results.file_of(actor_of(request), id)
    return downloaded(stream, kept["name"], kept["size"])


@operation(
    router, "GET", f"{JOB}/report", name="jobs_report", summary=gettext_lazy("The report of a change of many rows"),
    answer=Report,
)  # fmt: skip
def report(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """What a change of many rows would do, or has done: the first rows field by field, refusals by their reason."""
    actor = actor_of(request)
    one = results.own_job(actor, id)
    told = change_report.context(actor, cells.Moment(timezone.now(), actor.zone), one)
    if told is None:
        raise Missing("no_report", _("There is no such page."))
    result, counts = one.result, one.result["fields"]
    return {
        "is_preview": told["is_preview"],
        "done": result["done"],
        "same": result["same"],
        "left": result["refused_count"],
        "fields": [{**each, "label": str(each["label"]), "count": counts[each["key"]]} for each in told["fields"]],
        "rows": [{**each, "fields": [_change(field) for field in each["fields"]]} for each in told["rows"]],
        "refused": [{"reason": reason, **each} for reason, each in result["reasons"].items()],
        "also": told["also"],
        "outside": told["outside"],
    }


@operation(
    router, "POST", f"{JOB}/go", name="jobs_go", summary=gettext_lazy("Carry out what was tried"),
    answer={202: JobShape},
)  # fmt: skip
def go(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """Carry out a change that was tried with `is_trial`, on the same rows."""
    actor = actor_of(request)
    return Status(202, shown(steps.carried_out(actor, results.own_job(actor, id))))


@operation(
    router, "POST", f"{JOB}/back", name="jobs_back", summary=gettext_lazy("Look what taking back would restore"),
    answer={202: JobShape},
)  # fmt: skip
def back(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """Find out what taking a change back would restore, and what others have changed since and is kept."""
    actor = actor_of(request)
    return Status(202, shown(steps.looked_back(actor, results.own_job(actor, id))))


@operation(
    router, "POST", f"{JOB}/take-back", name="jobs_take_back", summary=gettext_lazy("Take a change back"),
    answer={202: JobShape},
)  # fmt: skip
def take_back(request: HttpRequest, id: Id, body: WayBack) -> Any:  # noqa: A002 - as above
    """Take back what was looked at with `back`: all of it, or without some rows and fields."""
    actor = actor_of(request)
    one = results.own_job(actor, id)
    keys = {each["key"] for each in _open(actor, one)}
    wanted = keys if body.fields is None else body.fields
    return Status(202, shown(steps.taken_back(actor, one, shown=keys, fields=wanted, leave=body.leave)))


def _change(field: dict[str, Any]) -> dict[str, str]:
    return {name: str(text) for name, text in field.items()}


def _open(actor: Actor, one: JobRun) -> list[dict[str, Any]]:
    return change_report.open_fields(actor, one) if one.result.get("record") in registry.records else []


def shown(one: JobRun) -> dict[str, Any]:
    """A piece of long work; what its report tells by fields is left to the report, which asks who may see them."""
    told = {name: getattr(one, name) for name in ("label", "state", "done", "total", "error")}
    told["result"] = {name: value for name, value in one.result.items() if name not in IN_REPORT}
    return {"id": one.pk, "created_at": plain(one.created_at), "finished_at": plain(one.finished_at), **told}
