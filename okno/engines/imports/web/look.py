"""How imports are shown: steps, samples, outcomes, differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.engines.imports import rules
from okno.engines.imports.models import ELSEWHERE, Import, ImportRow
from okno.engines.imports.rules import Settings, Target
from okno.kit import formats, reached
from okno.kit.due import Colour
from okno.kit.importing import Importing
from okno.kit.naming import titles
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.rows.cells import Cell, Moment
from okno.kit.rows.columns import Column

Context = dict[str, Any]
State, Result = Import.State, ImportRow.Result
STEPS = (
    ("file", gettext_lazy("File")),
    ("columns", gettext_lazy("Columns")),
    ("values", gettext_lazy("Values")),
    ("rules", gettext_lazy("Rules")),
    ("check", pgettext_lazy("a step of an import", "Check")),
    ("result", gettext_lazy("Import")),
)
COLOURS = {
    Result.CREATED: Colour.GREEN,
    Result.UPDATED: Colour.GREEN,
    Result.REFUSED: Colour.RED,
    Result.SKIPPED: Colour.YELLOW,
    Result.UNCHANGED: Colour.GREY,
}
# A check tells what would become of rows, a run what has become of them.
WOULD = {
    Result.CREATED: pgettext_lazy("rows of an import", "Will be added"),
    Result.UPDATED: pgettext_lazy("rows of an import", "Will be changed"),
    Result.UNCHANGED: pgettext_lazy("rows of an import", "Will not change"),
    Result.SKIPPED: pgettext_lazy("rows of an import", "Will be skipped"),
    Result.REFUSED: pgettext_lazy("rows of an import", "Will be refused"),
}
HAS = {
    Result.CREATED: pgettext_lazy("rows of an import", "Added"),
    Result.UPDATED: pgettext_lazy("rows of an import", "Changed"),
    Result.UNCHANGED: pgettext_lazy("rows of an import", "Did not change"),
    Result.SKIPPED: pgettext_lazy("rows of an import", "Skipped"),
    Result.REFUSED: pgettext_lazy("rows of an import", "Refused"),
}
TAKEN_BACK = pgettext_lazy("rows of an import", "Taken back")
WRITTEN = (Result.CREATED, Result.UPDATED)
LONGEST_SAMPLE = 60


def steps(row: Import, chosen: str) -> list[Context]:
    """The steps of the wizard; those of setting up are closed once rows were written."""
    is_written = bool(row.done) or row.state in {State.RUNNING, State.DONE, State.TAKEN_BACK, State.TAKING_BACK}
    is_checked = row.state == State.CHECKING or bool(row.checked)
    open_steps = {"file", "columns", "values", "rules"} if not is_written else set()
    open_steps |= ({"check"} if is_checked else set()) | ({"result"} if is_written else set())
    return [
        {
            "number": number,
            "label": label,
            "url": f"/imports/{row.pk}/{key}/" if key in open_steps else "",
            "active": key == chosen,
        }
        for number, (key, label) in enumerate(STEPS, 1)
    ]


def head(row: Import, chosen: str) -> Context:
    """What stands above every step."""
    record = registry.records.get(row.record)
    return {
        "row": row,
        "steps": steps(row, chosen),
        "page_title": _("Import: %(what)s") % {"what": record.plural if record else row.record},
        "what": str(record.plural) if record else row.record,
    }


def sample(cells: Sequence[Any], place: int) -> str:
    """A cell of the sample, cut."""
    text = rules.text_of(cells[place]) if place < len(cells) else ""
    return text if len(text) <= LONGEST_SAMPLE else f"{text[: LONGEST_SAMPLE - 1]}…"


def target_groups(targets: Sequence[Target]) -> list[Context]:
    """Targets by the record or part they belong to."""
    groups: dict[str, list[Target]] = {}
    for one in targets:
        groups.setdefault(one.group, []).append(one)
    return [{"label": label, "targets": some} for label, some in groups.items()]


class Names:
    """Titles of rows by id, asked for once a page."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.known: dict[tuple[str, int], str] = {}

    def learn(self, wanted: Mapping[str, set[int]]) -> None:
        """Ask for the titles of these rows by record."""
        for link, ids in wanted.items():
            found = titles(self.actor, registry.record(link), ids)
            self.known |= {(link, row_id): title for row_id, title in found.items()}

    def __call__(self, link: str, value: Any) -> str:
        """The title of a row; its number when it is out of reach."""
        return self.known.get((link, int(value)), f"№ {value}")


def outcomes(actor: Actor, targets: Mapping[str, Target], rows: Sequence[ImportRow], record: str) -> list[Context]:
    """Rows of a dry run or of a run with what changes in each."""
    names = Names(actor)
    names.learn(_linked(targets, rows))
    twins = reached.titles(actor, [(one.twin[0], one.twin[1]) for one in rows if one.twin])
    known = registry.records.get(record)
    return [
        {
            "number": one.number,
            **_outcome(one),
            "title": one.title,
            "url": known.url_of(one.row_id) if known and one.row_id and not _is_gone(one) else "",
            "row_id": one.row_id,
            "message": one.message,
            "repeats": one.repeats,
            "is_taken_back": one.is_taken_back,
            "twin": _twin(one, twins),
            "changes": _changes(targets, names, one.changes),
        }
        for one in rows
    ]


def _twin(row: ImportRow, titles: Mapping[tuple[str, int], str]) -> Context | None:
    """Whom a row speaks of elsewhere; nothing when that is out of reach."""
    place = (row.twin[0], row.twin[1]) if row.twin else None
    if place is None or place not in titles:
        return None
    return {"title": titles[place], "url": registry.record(place[0]).url_of(place[1])}


def questions(importing: Importing, settings: Settings, counts: Mapping[str, Any]) -> list[Context]:
    """Rows that stand elsewhere already, by where, with what is done with them and what else may be."""
    return [
        {
            "key": f"{ELSEWHERE}{one.code}",
            "code": one.code,
            "record": one.record,
            "label": str(one.label),
            "count": formats.quantity_text(counts[f"{ELSEWHERE}{one.code}"]),
            "choices": [(way, str(label)) for way, label in one.choices.items()],
            "chosen": settings.elsewhere.get(one.code, one.usual),
        }
        for one in importing.elsewhere
        if counts.get(f"{ELSEWHERE}{one.code}")
    ]


def _is_gone(row: ImportRow) -> bool:
    """Whether the import has made the row, and that was taken back since: there is no card any more."""
    return row.is_taken_back and (row.result == Result.CREATED or row.repeats is not None)


def _outcome(row: ImportRow) -> Context:
    """What would become of a row or has: of one that was taken back nothing is left."""
    result = Result(row.result)
    if row.is_taken_back and result in WRITTEN:
        return {"result": TAKEN_BACK, "due": Colour.GREY.value}
    return {"result": (WOULD if row.is_dry else HAS)[result], "due": COLOURS[result].value}


def _linked(targets: Mapping[str, Target], rows: Sequence[ImportRow]) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for one in rows:
        for key, before, after in one.changes:
            link = targets[key].field.link if key in targets else ""
            if link:
                wanted.setdefault(link, set()).update(int(value) for value in (before, after) if value)
    return wanted


def _changes(targets: Mapping[str, Target], names: Names, changes: Sequence[Sequence[Any]]) -> list[Context]:
    """Changes field by field; of lists what no other field of the row tells."""
    told = [after for _key, _before, after in changes if not isinstance(after, list)]
    found = []
    for key, before, after in changes:
        if key not in targets:
            continue
        is_added = isinstance(after, list) and not targets[key].field.is_custom
        rest = [one for one in after if one not in told] if is_added else after
        if rest != []:
            found.append(_change(targets, names, key, before, rest))
    return found


def _change(targets: Mapping[str, Target], names: Names, key: str, before: Any, after: Any) -> Context:
    target = targets[key]
    if isinstance(after, list) and not target.field.is_custom:
        return {"label": target.full_label, "before": "", "after": ", ".join(after)}
    return {
        "label": target.full_label,
        "before": rules.shown(target, before, names),
        "after": rules.shown(target, after, names) or _("empty"),
    }


def figures(row: Import, *, is_dry: bool) -> list[Context]:
    """Counts of rows by outcome, each leading to its rows; outcomes that no row has are left out."""
    counts: Mapping[str, Any] = row.checked if is_dry else row.counts
    is_back = not is_dry and row.state == State.TAKEN_BACK
    return [
        {
            "key": result.value,
            "label": _label(result, is_dry=is_dry, is_back=is_back),
            "count": formats.quantity_text(counts[result.value]),
            "due": Colour.GREY.value if is_back and result in WRITTEN else COLOURS[result].value,
        }
        for result in Result
        if counts.get(result.value)
    ]


def _label(result: ImportRow.Result, *, is_dry: bool, is_back: bool) -> str:
    label = (WOULD if is_dry else HAS)[result]
    return f"{label} ({str(TAKEN_BACK).lower()})" if is_back and result in WRITTEN else str(label)


def record_cell(values: Sequence[Any], _moment: Moment) -> Cell:
    """The record of an import in words."""
    known = registry.records.get(values[0])
    return {"text": str(known.plural) if known else values[0]}


RECORD = Column("record", gettext_lazy("What"), ("record",), record_cell)


def unknown_texts(settings: Settings, told: Mapping[str, Mapping[str, int]], row: Import) -> dict[str, dict[str, int]]:
    """Texts of the file that name an option, a person or a row, with those that the dry run did not know."""
    found = {key: dict(texts) for key, texts in told.items()}
    for key, texts in row.unknown.items():
        if key in settings.targets:
            found.setdefault(key, {}).update({text: count for text, count in texts.items() if text not in found[key]})
    return found
