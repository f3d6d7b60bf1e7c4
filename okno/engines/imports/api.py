"""Imports over HTTP: send a file, begin its check or its run, read what became of each row."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query, Schema, Status
from ninja.files import UploadedFile

from okno.engines.imports import commands, queries
from okno.engines.imports.models import Import, ImportRow
from okno.engines.imports.record import IMPORT, SETTINGS
from okno.kit.api import record_router
from okno.kit.api.asking import Id, Key, actor_of, given, viewer
from okno.kit.api.asking import run as run_command
from okno.kit.api.files import FILE, downloaded
from okno.kit.api.giving import Giving
from okno.kit.api.operations import operation
from okno.kit.api.problems import RESPONSES
from okno.kit.api.shapes import LARGEST_ID, Input
from okno.kit.errors import Missing
from okno.kit.permissions import Actor

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
    waits: bool = pydantic.Field(
        default=False, description=str(_("Only take the file in: say where its columns go, then have it checked."))
    )


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
    """
    What became of a row of the file; `id` is the row of the record, `changes` are (field, before, after), `twin` is
    (record, id) of whom the row speaks of elsewhere, without an id when that is out of reach.
    """

    number: int
    result: str
    title: str
    message: str
    id: int | None
    changes: list[tuple[str, Any, Any]]
    twin: tuple[str, int | None] | None


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
    if not sent.waits:
        start = commands.start_run if sent.run else commands.start_check
        row = start(actor=actor, row=row)
    return Status(201, _started(row))


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


class ChosenSettings(Input):
    """
    How a file is written; what is not named stays. `columns` are targets by the name of a column, empty for "not
    imported"; `values` say what texts mean by target; `constants` are texts by target for what the file does not tell;
    `keys` are codes by which rows are known again; `elsewhere` says what is done with rows that stand elsewhere too.
    """

    columns: dict[str, str] | None = None
    values: dict[str, dict[str, str | int | bool | None]] | None = None
    constants: dict[str, str] | None = None
    keys: list[str] | None = None
    found: Literal["update", "fill", "skip"] | None = None
    new: Literal["create", "skip"] | None = None
    empty: Literal["keep", "clear"] | None = None
    repeats: Literal["join", "skip"] | None = None
    elsewhere: dict[str, Literal["skip", "link", "add"]] | None = None
    is_loud: bool | None = None


class TargetShape(Schema):
    """Where a column may go."""

    key: str
    label: str
    kind: str
    is_required: bool


class SettingsOfImport(Schema):
    """
    How a file is read and written, and where its columns may go; `keys_offered` are codes of keys, `elsewhere_offered`
    where else rows may stand with what may be done with them.
    """

    columns: list[tuple[str, str]]
    values: dict[str, dict[str, Any]]
    constants: dict[str, str]
    keys: list[str]
    found: str
    new: str
    empty: str
    repeats: str
    elsewhere: dict[str, str]
    is_loud: bool
    targets: list[TargetShape]
    keys_offered: list[str]
    elsewhere_offered: dict[str, list[str]]


class RowTakenBack(Schema):
    """How many rows are as they were, and why others were kept."""

    restored: int
    kept: list[str]


@operation(
    router, "GET", "/imports/{id}/settings", name="imports_settings", summary=_("Settings of an import"),
    answer=SettingsOfImport, tag="imports",
)  # fmt: skip
def settings_of(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """Where columns of the file go, and where they may go."""
    return _settings(actor_of(request), _row(request, id))


@operation(
    router, "PATCH", "/imports/{id}/settings", name="imports_set_up", summary=commands.set_up.label,
    answer=SettingsOfImport, tag="imports",
)  # fmt: skip
def set_up(request: HttpRequest, body: ChosenSettings, id: Id, key: Key = "") -> Any:  # noqa: A002 - as above
    """Change how a file is written, before it is; what a check has found is forgotten."""
    actor, row = actor_of(request), _row(request, id)
    asked = {name: one for name, one in given(body).items() if one is not None}
    settings = commands.changed(actor, row, asked)
    changed = run_command(request, commands.set_up, {"row": row.pk, "settings": settings}, key)
    return _settings(actor, changed)


giving = Giving(router, "imports")
giving.post("/imports/{id}/check", commands.start_check, on="row")
giving.post("/imports/{id}/take-back", commands.take_back, on="row")
giving.post("/imports/{id}/keep-settings", commands.keep_settings, on="row")
giving.delete("/import-settings/{id}", commands.drop_settings, on="settings")
record_router(SETTINGS, queries.settings_within_reach, path="/import-settings", router=router)


@operation(
    router, "POST", "/imports/{id}/rows/{row_id}/take-back", name="imports_take_back_row",
    summary=commands.take_back_row.label, answer=RowTakenBack, tag="imports",
)  # fmt: skip
def take_back_row(request: HttpRequest, id: Id, row_id: Id, key: Key = "") -> Any:  # noqa: A002 - as above
    """Take back what an import did to one row of the record and to what belongs to it."""
    done = run_command(request, commands.take_back_row, {"row": id, "row_id": row_id}, key)
    return {"restored": done["restored"], "kept": [reason for _table, _row_id, reason in done["kept"]]}


@router.get(
    "/imports/{id}/errors",
    response=RESPONSES,
    operation_id="imports_errors",
    summary=str(_("The file of refused rows")),
    tags=["imports"],
    openapi_extra={"responses": FILE},
)
def errors(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """Refused rows as they were and what to mend in each, ready to be sent again."""
    stream, file = commands.taken_errors(actor_of(request), _row(request, id))
    return downloaded(stream, file["name"], file["size"])


def _settings(actor: Actor, row: Import) -> dict[str, Any]:
    importing = queries.importing_of(row.record)
    targets = [
        {"key": one.key, "label": one.full_label, "kind": one.field.kind.value, "is_required": one.is_required}
        for one in queries.targets_of(actor, importing)
    ]
    usual = {one.code: one.usual for one in importing.elsewhere}
    return {
        **row.settings,
        "elsewhere": {**usual, **row.settings.get("elsewhere", {})},
        "targets": targets,
        "keys_offered": [one.code for one in importing.keys],
        "elsewhere_offered": {one.code: list(one.choices) for one in importing.elsewhere},
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
        "twin": one.twin,
    }
