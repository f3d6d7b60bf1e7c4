"""What a change of many rows would do or did, as its page tells it: counts, rows field by field, refusals by reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okno.kit import formats, quotes
from okno.kit.changing import running, taking_back
from okno.kit.changing.edits import WORDS, Edit, How
from okno.kit.changing.steps import rest_of
from okno.kit.errors import Refused
from okno.kit.expressions.names import with_labels
from okno.kit.journal import in_words
from okno.kit.models.registry import JobRun
from okno.kit.naming import titles
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.rows import veils
from okno.kit.rows.cells import Moment
from okno.kit.web.readable import Readable

Context = dict[str, Any]
PREVIEWS = {running.PREVIEW_WORK: running.WORK, taking_back.PREVIEW_WORK: taking_back.WORK}
CHANGES = {*PREVIEWS, *PREVIEWS.values()}
# What engines make of a change that was tried, as `{"label", "icon", "url"}` or nothing.
DOORS: list[Callable[[Actor, JobRun], Context | None]] = []
# Ways whose value is told as it was typed.
TYPED = {How.FORMULA, How.PERCENT}


@dataclass(frozen=True, kw_only=True)
class Wording:
    """
    How a command is told of that makes something for each row and changes no field of it: letters, for one. `will` and
    `did` stand for the rows, `left` for those that get nothing, `go` is on the button, and `template` shows as `sample`
    what the first row gets.
    """

    will: object
    did: object
    left: object
    go: Callable[[int], str]
    template: str
    sample: Callable[[Actor, Record, int, Mapping[str, Any]], Context]


# Such commands by their names.
WORDINGS: dict[str, Wording] = {}


def context(actor: Actor, moment: Moment, job: JobRun) -> Context | None:
    """The report of a job that changed rows or looked what would change; None for other work."""
    result = job.result
    record = registry.records.get(result.get("record", ""))
    if job.work not in CHANGES or record is None:
        return None
    is_preview = job.work in PREVIEWS
    wording = WORDINGS.get(job.args["command"]) if job.work in {running.PREVIEW_WORK, running.WORK} else None
    rows = _rows(actor, moment, record, result["changes"])
    report = {
        "is_preview": is_preview,
        "asked": asked_in_words(actor, moment, record, job.args),
        "is_back": job.work in {taking_back.PREVIEW_WORK, taking_back.WORK},
        "counts": _counts(result, wording, is_preview=is_preview),
        "fields": _fields(actor, record, result),
        "rows": [] if wording else rows,
        "who": rows if wording else [],
        "sample": _sample(actor, record, job, wording) if wording and is_preview else None,
        "rest": max(0, result["done"] - len(result["changes"])),
        "refused": _refused(record, result["reasons"], _named_refused(actor, record, result["reasons"])),
        "left": _left(wording, is_preview=is_preview),
        "also": [] if wording else _also(result["also"]),
        "outside": [f"{in_words(name)} — {formats.quantity_text(count)}" for name, count in result["outside"].items()],
        "back_url": job.args.get("back", ""),
        "doors": [found for door in DOORS if (found := door(actor, job)) is not None],
        "broken_off": _broken_off(job),
        "go_url": "",
        "undo_url": "",
        "rest_url": "",
    }
    return report | _doors(actor, job, wording)


def of_outcomes(actor: Actor, outcomes: Sequence[tuple[Record, Mapping[str, Any]]]) -> list[Context]:
    """Rows by their names and refusals, for reports that show several outcomes: one statement for each record."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for record, told in outcomes:
        wanted[record.name] |= {one["id"] for one in told["changes"]} | _ids_refused(told["reasons"])
    named = {name: titles(actor, registry.record(name), ids) for name, ids in wanted.items()}
    return [
        {
            "rows": [_link(record, named[record.name], one["id"]) for one in told["changes"]],
            "rest": max(0, told["done"] - len(told["changes"])),
            "refused": _refused(record, told["reasons"], named[record.name]),
        }
        for record, told in outcomes
    ]


def asked_in_words(actor: Actor, moment: Moment, record: Record, asked: Mapping[str, Any]) -> list[str]:
    """What was asked, in words: `Source: set to “Exhibition”`, or what was filled in for a command."""
    edits = [Edit(**one) for one in asked.get("edits", ())]
    known = [(record.all_fields()[one.field], one) for one in edits if _is_seen(actor, record, one.field)]
    pairs = [(field, one.value) for field, one in known if one.how not in TYPED]
    readable = Readable(actor, record, moment, pairs)
    of_fields = [_in_words(record, field, one, readable) for field, one in known]
    return [*of_fields, *(_said(actor, one) for one in asked.get("said", ()))]


def _said(actor: Actor, one: Mapping[str, Any]) -> str:
    """What was filled in; a row by its name to those who see it."""
    if link := one.get("link"):
        named = titles(actor, registry.record(link), {one["id"]})
        return f"{one['label']}: {named.get(one['id'], '…')}"
    return f"{one['label']}: {one['text']}"


def _in_words(record: Record, field: Field, edit: Edit, readable: Readable) -> str:
    named = {"field": field.label, "how": str(WORDS[How(edit.how)]).lower()}
    if edit.how == How.CLEAR:
        return _("%(field)s: %(how)s") % named
    if edit.how == How.PERCENT:
        by = Decimal(str(edit.value))
        text = _("%(field)s: decrease by %(by)s %%") if by < 0 else _("%(field)s: increase by %(by)s %%")
        return text % {**named, "by": formats.quantity_text(abs(by))}
    value = _formula(record, edit) if edit.how == How.FORMULA else readable.text(field, edit.value)
    return quotes.told(_("%(field)s: %(how)s “%(value)s”"), **named, value=value)


def _formula(record: Record, edit: Edit) -> str:
    """A formula with the names of fields as they are now, as it was kept when one is gone."""
    try:
        return with_labels(str(edit.value), record)
    except Refused:
        return str(edit.value)


def _sample(actor: Actor, record: Record, job: JobRun, wording: Wording) -> Context | None:
    """What the first row gets."""
    first = next((one["id"] for one in job.result["changes"]), None)
    made = wording.sample(actor, record, first, job.args["given"]) if first is not None else None
    return {**made, "template": wording.template} if made else None


def _doors(actor: Actor, job: JobRun, wording: Wording | None) -> Context:
    """What can be done next: carry it out, or take it back."""
    url, result = f"/jobs/{job.pk}/", job.result
    if job.work in PREVIEWS and job.state == JobRun.State.DONE and result["done"]:
        text = ngettext("Change %(count)s row", "Change %(count)s rows", result["done"])
        if job.work == taking_back.PREVIEW_WORK:
            text = ngettext("Take %(count)s row back", "Take %(count)s rows back", result["done"])
        told = wording.go(result["done"]) if wording else text % {"count": formats.quantity_text(result["done"])}
        return {"go_url": f"{url}?part=go", "go_text": told}
    found = {}
    if job.work == running.WORK and result.get("cause") and actor.may("journal.undo"):
        found["undo_url"] = f"{url}?part=back"
    if rest_of(job):
        text = _("Look through all of them anew") if job.work in PREVIEWS else _("Go on with the rest…")
        found |= {"rest_url": f"{url}?part=rest", "rest_text": text}
    return found


def _broken_off(job: JobRun) -> str:
    """How far a change came that did not come to its end; empty for one that did."""
    gone = job.result["total"]
    if job.state not in {JobRun.State.CANCELLED, JobRun.State.FAILED} or not job.total or gone >= job.total:
        return ""
    told = {"gone": formats.quantity_text(gone), "count": formats.quantity_text(job.total)}
    if job.work in PREVIEWS:
        return _("Broken off: %(gone)s of %(count)s rows were looked at.") % told
    return _("Broken off: %(gone)s of %(count)s rows were gone through, the rest is as it was.") % told


def _counts(result: Mapping[str, Any], wording: Wording | None, *, is_preview: bool) -> list[Context]:
    done = _("Will change") if is_preview else _("Changed")
    if wording:
        done = str(wording.will if is_preview else wording.did)
    told = [
        (done, result["done"], "green"),
        (_("Have it already"), result["same"], "grey"),
        (_left(wording, is_preview=is_preview), result["refused_count"], "yellow"),
    ]
    return [{"label": label, "count": formats.quantity_text(count), "due": due} for label, count, due in told if count]


def _left(wording: Wording | None, *, is_preview: bool) -> str:
    if wording:
        return str(wording.left)
    return _("Will be left as they are") if is_preview else _("Left as they were")


def _fields(actor: Actor, record: Record, result: Mapping[str, Any]) -> list[Context]:
    known = record.all_fields()
    counted = sorted(result["fields"].items(), key=lambda one: -one[1])
    seen = [(key, known[key], count) for key, count in counted if _is_seen(actor, record, key)]
    return [
        {"key": key, "label": one.label, "count": formats.quantity_text(count), "is_editable": _is_open(one)}
        for key, one, count in seen
    ]


def open_fields(actor: Actor, job: JobRun) -> list[Context]:
    """Fields of a report that can be left out of the way back."""
    record = registry.record(job.result["record"])
    return [one for one in _fields(actor, record, job.result) if one["is_editable"]]


def _is_open(field: Field) -> bool:
    return (field.editable or field.is_custom) and not field.formula


def _rows(actor: Actor, moment: Moment, record: Record, changes: Iterable[Mapping[str, Any]]) -> list[Context]:
    known, changes = record.all_fields(), list(changes)
    facing = veils.facing_rows(actor, record, {one["id"] for one in changes})
    rows = [
        (
            one["id"],
            [
                (known[key], *pair)
                for key, pair in one["fields"].items()
                if _is_seen_in_row(facing(one["id"]), record, key)
            ],
        )
        for one in changes
    ]
    pairs = [(field, value) for _id, fields in rows for field, *values in fields for value in values]
    readable = Readable(actor, record, moment, pairs)
    named = titles(actor, record, {row_id for row_id, _fields in rows})
    return [
        {
            "id": row_id,
            **_link(record, named, row_id),
            "fields": [
                {"label": field.label, "was": readable.text(field, was), "now": readable.text(field, now)}
                for field, was, now in fields
            ],
        }
        for row_id, fields in rows
    ]


def _is_seen(actor: Actor, record: Record, key: str) -> bool:
    """Whether there is such a field, and it is open at least in some rows."""
    return key in record.all_fields() and actor.sees_some(record.name, key)


def _is_seen_in_row(facing: Actor, record: Record, key: str) -> bool:
    return key in record.all_fields() and facing.sees_field(record.name, key)


def _link(record: Record, named: Mapping[int, str], row_id: int) -> Context:
    """A row by its name; one out of reach by its number, without a door."""
    if row_id not in named:
        return {"label": f"№ {row_id}", "url": ""}
    return {"label": named[row_id], "url": record.url_of(row_id)}


def _ids_refused(reasons: Mapping[str, Mapping[str, Any]]) -> set[int]:
    return {row_id for one in reasons.values() for row_id in one["ids"]}


def _named_refused(actor: Actor, record: Record, reasons: Mapping[str, Mapping[str, Any]]) -> dict[int, str]:
    return titles(actor, record, _ids_refused(reasons))


def _refused(record: Record, reasons: Mapping[str, Mapping[str, Any]], named: Mapping[int, str]) -> list[Context]:
    return [
        {
            # A number follows the sentence.
            "reason": reason.removesuffix("."),
            "count": formats.quantity_text(one["count"]),
            "rows": [_link(record, named, row_id) for row_id in one["ids"]],
            "rest": max(0, one["count"] - len(one["ids"])) if one["ids"] else 0,
        }
        for reason, one in sorted(reasons.items(), key=lambda one: -one[1]["count"])
    ]


def _also(counts: Mapping[str, int]) -> list[str]:
    known = [(registry.records[name].plural, count) for name, count in counts.items() if name in registry.records]
    return [f"{plural} — {formats.quantity_text(count)}" for plural, count in known]
