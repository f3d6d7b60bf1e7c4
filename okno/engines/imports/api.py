"""Imports over HTTP: send a file, begin its check or its run, read what became of each row."""

from __future__ import annotations

from typing import Annotated, Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query, Schema, Status
from ninja.files import UploadedFile

from okno.engines.imports import commands, queries
from okno.engines.imports.models import ImportRow
from okno.engines.imports.record import IMPORT
from okno.kit.api import record_router
from okno.kit.api.asking import Id, actor_of, viewer
from okno.kit.api.problems import RESPONSES
from okno.kit.api.shapes import LARGEST_ID
from okno.kit.errors import Missing

router = record_router(IMPORT, queries.imports, path="/imports")
LONGEST_NAME = 100


class Sent(Schema):
    """What comes with the file."""

    record: str = pydantic.Field(
        description=str(_("The record, as GET /records names it.")), examples=["clients.client"]
    )
    settings: str = pydantic.Field(
        "", max_length=LONGEST_NAME, description=str(_("The name of kept settings; without it columns are guessed."))
    )
    run: bool = pydantic.Field(default=False, description=str(_("Write at once; otherwise the file is only checked.")))


class ImportStarted(Schema):
    """The import that has begun; its state is read at GET /imports/{id}."""

    id: int
    state: str
    columns: list[tuple[str, str]]
    keys: list[str]


class AskedRows(Schema):
    """Parameters of the list of rows."""

    result: str = pydantic.Field("", pattern="^(|created|updated|unchanged|skipped|refused)$")
    is_dry: bool = False
    after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0


class Row(Schema):
    """What became of a row of the file; `id` is the row of the record, `changes` are (field, before, after)."""

    number: int
    result: str
    title: str
    message: str
    id: int | None
    changes: list[tuple[str, Any, Any]]


class Rows(Schema):
    """A page of rows; `next` is what to pass as `after`."""

    items: list[Row]
    next: int | None


@router.post("/imports", response={201: ImportStarted, **RESPONSES}, operation_id="imports_create", tags=["imports"])
def begin(request: HttpRequest, sent: Form[Sent], file: File[UploadedFile]) -> Any:
    """Send a file and start its check, or its run; the right `<area>.import` is asked."""
    actor = actor_of(request)
    like = queries.settings_named(actor, sent.record, sent.settings).config if sent.settings else None
    row = commands.taken_in(actor, sent.record, file.file, file.name or "file", like=like)  # type: ignore[arg-type]
    start = commands.start_run if sent.run else commands.start_check
    return Status(201, _started(start(actor=actor, row=row)))


@router.post(
    "/imports/{id}/run", response={200: ImportStarted, **RESPONSES}, operation_id="imports_run", tags=["imports"]
)
def run(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the name in addresses
    """Start the run of an import that was checked, or go on with one that was stopped."""
    actor = viewer(request, IMPORT)
    return _started(commands.start_run(actor=actor, row=_row(request, id)))


@router.get("/imports/{id}/rows", response={200: Rows, **RESPONSES}, operation_id="imports_rows", tags=["imports"])
def rows(request: HttpRequest, id: Id, asked: Query[AskedRows]) -> Any:  # noqa: A002 - as above
    """What became of the rows of an import, in the order of the file."""
    row = _row(request, id)
    found = queries.rows_of(row, is_dry=asked.is_dry, result=asked.result, after=asked.after)
    shown = found[: queries.PAGE]
    known = {one.key for one in queries.targets_of(actor_of(request), queries.importing_of(row.record))}
    return {
        "items": [_shown(one, known) for one in shown],
        "next": shown[-1].number if len(found) > len(shown) else None,
    }


def _row(request: HttpRequest, import_id: int) -> Any:
    found = queries.import_for_page(viewer(request, IMPORT), import_id)
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def _started(row: Any) -> dict[str, Any]:
    settings = row.settings
    return {"id": row.pk, "state": row.state, "columns": settings["columns"], "keys": settings["keys"]}


def _shown(one: ImportRow, known: set[str]) -> dict[str, Any]:
    """A row without fields that are hidden from whoever asks."""
    return {
        "number": one.number,
        "result": one.result,
        "title": one.title,
        "message": one.message,
        "id": one.row_id,
        "changes": [change for change in one.changes if change[0] in known],
    }
