"""What the API offers about everything at once: who asks, records and their fields, search, feed, notes and files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from okno.fronts.home.api.reached import known, may_view, the_row
from okno.kit import files, permissions
from okno.kit.api.asking import Id, Key, actor_of, given, run
from okno.kit.api.files import FILE, downloaded
from okno.kit.api.giving import Giving
from okno.kit.api.problems import RESPONSES
from okno.kit.api.reading import plain
from okno.kit.api.shapes import Input, Moment
from okno.kit.attachments import commands as attachments
from okno.kit.attachments import reading
from okno.kit.errors import Refused
from okno.kit.models.feed import Entry
from okno.kit.models.files import Attachment, FileVersion
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.timeline import entries, kinds, mentions
from okno.kit.web.search import found_records

router = Router()


class Me(Schema):
    """Whose token it is, and what it may do: permissions with their reach."""

    id: int | None
    name: str
    department: int | None
    zone: str
    grants: list[dict[str, str]]


@router.get("/me", response={200: Me, **RESPONSES}, operation_id="me", summary=_("Who asks"), tags=["common"])
def me(request: HttpRequest) -> Any:
    """The user of the token and the grants that its scopes leave."""
    actor = actor_of(request)
    return {
        "id": actor.user_id,
        "name": actor.name,
        "department": actor.department_id,
        "zone": actor.zone.key,
        "grants": [{"permission": one.permission, "reach": one.reach.value} for one in actor.grants],
    }


class Choice(Schema):
    """A value of a field with its label."""

    value: Any
    label: str


class FieldShape(Schema):
    """A field of a record: its key in conditions and rows, kind, and where a link leads."""

    key: str
    label: str
    kind: str
    link: str = ""
    many: bool
    is_custom: bool
    is_editable: bool
    choices: list[Choice]


class RecordShape(Schema):
    """A kind of rows and its fields, custom ones too."""

    name: str
    label: str
    fields: list[FieldShape]


@router.get(
    "/records",
    response={200: list[RecordShape], **RESPONSES},
    operation_id="records_list",
    summary=_("Records and their fields"),
    tags=["common"],
)
def records(request: HttpRequest) -> Any:
    """Everything that one may look at: the vocabulary of conditions, rows and custom fields."""
    actor = actor_of(request)
    return [_record(actor, one) for one in registry.records.values() if may_view(actor, one)]


@router.get(
    "/records/{record}",
    response={200: RecordShape, **RESPONSES},
    operation_id="records_get",
    summary=_("A record and its fields"),
    tags=["common"],
)
def record_fields(request: HttpRequest, record: str) -> Any:
    """The fields of one record, for example `deals.deal`."""
    actor = actor_of(request)
    return _record(actor, known(actor, record))


class Found(Schema):
    """A row that was found."""

    record: str
    id: int
    title: str
    note: str


@router.get(
    "/search",
    response={200: list[Found], **RESPONSES},
    operation_id="search",
    summary=_("Search everywhere"),
    tags=["common"],
)
def search(request: HttpRequest, q: Annotated[str, Query(min_length=1, max_length=100)], limit: int = 10) -> Any:
    """Rows within reach by a fragment of a name, by the digits of a phone or of a document's number."""
    found = found_records(actor_of(request), q.replace("\x00", "").strip(), most=max(1, min(limit, 50)))
    return [
        {"record": name, "id": one["id"], "title": str(one["label"]), "note": str(one["hint"])}
        for name, rows in found.items()
        for one in rows
    ]


class EntryShape(Schema):
    """What happened: in words (`told`), and the text of a note or a message."""

    id: int
    at: Moment
    kind: str
    who: str
    told: str
    text: str


class Feed(Schema):
    """A page of a feed, newest first; `next` goes into `before`."""

    items: list[EntryShape]
    next: str | None


@router.get(
    "/records/{record}/{id}/feed",
    response={200: Feed, **RESPONSES},
    operation_id="feed",
    summary=_("The feed of a row"),
    tags=["common"],
)
def feed(request: HttpRequest, record: str, id: Id, before: str = "") -> Any:  # noqa: A002 - the name in addresses
    """Notes, letters, tasks, documents and changes; entries that tell of rows out of reach are left out."""
    actor = actor_of(request)
    row = the_row(actor, record, id)
    found = entries.feed(actor, record, row.pk, before=_cursor(before) if before else None)
    last = f"{found[-1].at.isoformat()}~{found[-1].pk}" if len(found) == entries.PAGE else None
    return {"items": [_entry(one) for one in found], "next": last}


class Note(Input):
    """A note of one's own."""

    text: str = pydantic.Field(min_length=1, max_length=50_000)


class WrittenNote(EntryShape):
    """A note as it stands in the feed; `untold` are colleagues whom it mentions and who may not see the row."""

    untold: list[str]


@router.post(
    "/records/{record}/{id}/notes",
    response={201: WrittenNote, **RESPONSES},
    operation_id="notes_create",
    summary=_("Write a note"),
    tags=["common"],
)
def write_note(request: HttpRequest, record: str, id: Id, body: Note, key: Key = "") -> Any:  # noqa: A002 - as above
    """Write a note into the feed of a row; `@name` tells that colleague, if they may see the row."""
    row = the_row(actor_of(request), record, id)
    arguments = {"record": record, "row_id": id, **given(body)}
    written = run(request, entries.note, arguments, key)
    named = mentions.named(body.text)
    seeing = mentions.seeing(row, named)
    untold = [name for user_id, name in named if (user_id, name) not in seeing]
    return Status(201, {**_entry(written), "untold": untold})


class VersionShape(Schema):
    """A content of a file: `id` is for downloading it."""

    id: int
    size: int
    mime: str
    sha256: str
    who: str
    at: Moment


class FileShape(Schema):
    """A file of a row with its versions, the newest first."""

    id: int
    name: str
    versions: list[VersionShape]


@router.get(
    "/records/{record}/{id}/files",
    response={200: list[FileShape], **RESPONSES},
    operation_id="files_list",
    summary=_("Files of a row"),
    tags=["common"],
)
def files_of(request: HttpRequest, record: str, id: Id) -> Any:  # noqa: A002 - as above
    """The files of a row within reach."""
    row = the_row(actor_of(request), record, id)
    return [_file(one) for one in reading.files_of(record, row.pk)]


@router.post(
    "/records/{record}/{id}/files",
    response={201: FileShape, **RESPONSES},
    operation_id="files_create",
    summary=_("Add a file"),
    tags=["common"],
)
def upload(request: HttpRequest, record: str, id: Id, file: File[UploadedFile]) -> Any:  # noqa: A002 - as above
    """Put a file beside a row; one of the same name gets another version. Programs are refused."""
    actor = actor_of(request)
    the_row(actor, record, id)
    permissions.check_may(actor, attachments.add.name)
    stored = files.store(file.file, file.name or "file")  # type: ignore[arg-type]
    arguments: dict[str, Any] = {"name": stored.name, "sha256": stored.sha256, "size": stored.size, "mime": stored.mime}
    made = attachments.add.run(actor, record=record, row_id=id, **arguments)
    return Status(201, _file(made))


@router.get(
    "/files/{id}",
    response=RESPONSES,
    operation_id="files_get",
    summary=_("Download a file"),
    tags=["common"],
    openapi_extra={"responses": FILE},
)
def content(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """One version of a file, for whoever may see its row."""
    version = reading.version(actor_of(request), id)
    return downloaded(files.open_stored(version.sha256), version.attachment.name, version.size)


Giving(router, "common").delete("/attachments/{id}", attachments.drop, on="attachment_id")


def _record(actor: Actor, record: Record) -> dict[str, Any]:
    seen = {key: one for key, one in record.all_fields().items() if actor.sees_field(record.name, key)}
    return {
        "name": record.name,
        "label": str(record.label),
        "fields": [_field(key, one) for key, one in seen.items()],
    }


def _field(key: str, field: Field) -> dict[str, Any]:
    return {
        "key": key,
        "label": str(field.label),
        "kind": field.kind.value,
        "link": field.link,
        "many": field.many,
        "is_custom": field.is_custom,
        "is_editable": field.editable,
        "choices": [{"value": value, "label": str(label)} for value, label in field.choices],
    }


def _cursor(text: str) -> tuple[datetime, int]:
    moment, _sign, entry = text.partition("~")
    try:
        at = datetime.fromisoformat(moment.replace(" ", "+"))
        number = int(entry)
    except ValueError as error:
        raise Refused("bad_cursor", _("The cursor cannot be read.")) from error
    if at.tzinfo is None or not 0 <= number < 2**63:
        raise Refused("bad_cursor", _("The cursor cannot be read."))
    return at, number


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "at": plain(entry.at),
        "kind": entry.kind,
        "who": entry.actor_name,
        "told": kinds.told(entry.kind, entry.payload),
        "text": str(entry.payload.get("text", "")),
    }


def _file(attachment: Attachment) -> dict[str, Any]:
    versions = sorted(attachment.versions.all(), key=lambda one: -one.pk)
    return {"id": attachment.pk, "name": attachment.name, "versions": [_version(one) for one in versions]}


def _version(version: FileVersion) -> dict[str, Any]:
    return {
        "id": version.pk,
        "size": version.size,
        "mime": version.mime,
        "sha256": version.sha256,
        "who": version.actor_name,
        "at": plain(version.at),
    }
