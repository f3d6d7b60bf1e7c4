"""A batch of rows of a file planned against rows that are there and those seen earlier in the file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from okno.engines.imports import rules
from okno.engines.imports.models import Import, ImportRow, Seen
from okno.engines.imports.queries.reading import Line, ReadRow, RowReader
from okno.engines.imports.queries.targets import targets_of
from okno.engines.imports.rules import Policy, Settings
from okno.kit.importing import LINK, SKIP, Elsewhere, Importing, Key, State, Twin, Values, Write
from okno.kit.permissions import Actor
from okno.kit.registry import registry

LONGEST_KEY = 200
Result = ImportRow.Result


@dataclass
class Entry:
    """A row of the record that rows of the batch speak of; `number` is the first row of the file that did."""

    state: State
    number: int = 0
    write: Write | None = None
    is_made: bool = False
    is_changed: bool = False


@dataclass
class RowPlan:
    """What becomes of one row of the file."""

    number: int
    result: str
    title: str
    message: str = ""
    entry: Entry | None = None
    repeats: int | None = None
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: Elsewhere | None = None
    twin: Twin | None = None

    def refuse(self, reason: str) -> None:
        """The write of the row was refused."""
        self.result, self.message, self.entry, self.changes = Result.REFUSED, reason, None, []


@dataclass
class BatchPlan:
    """The rows of a batch and the writes that they come to: several rows of a file may be one write."""

    rows: list[RowPlan] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)


class Planner:
    """Plans batches of one import for one actor, in a dry run and in a run alike."""

    def __init__(self, actor: Actor, row: Import, importing: Importing, *, is_dry: bool) -> None:
        self.actor, self.row, self.importing, self.is_dry = actor, row, importing, is_dry
        self.settings = Settings.of(row.settings)
        targets = targets_of(actor, importing)
        self.reader = RowReader(actor, targets, self.settings)
        self.targets = {one.key: one for one in targets}
        known = {one.code: one for one in importing.keys}
        self.keys: list[Key] = [known[code] for code in self.settings.keys if code in known]
        chosen = self.settings
        self.policy = Policy(found=chosen.found, new=chosen.new, empty=chosen.empty, repeats=chosen.repeats)
        self.title = registry.record(importing.record).title

    def meant(self, values: Values, present: Values | None) -> Values:
        """Values of a row as its area means them, of fields that are open to the actor."""
        found = self.importing.meant(values, present)
        return found if found is values else {key: one for key, one in found.items() if key in self.targets}

    def plan(self, lines: Sequence[Line]) -> BatchPlan:
        """What becomes of these rows."""
        return _Batch(self, self.reader.read(lines)).planned()


class _Batch:
    """One batch being planned."""

    def __init__(self, planner: Planner, rows: Sequence[ReadRow]) -> None:
        self.planner, self.rows = planner, rows
        self.plan = BatchPlan()
        self.meant = [planner.meant(row.values, None) for row in rows]
        self.texts = [self._texts(values) for values in self.meant]
        self.seen = self._seen()
        self.found = self._found()
        self.entries = self._entries()
        self.twins = self._twins()
        self.local: dict[str, Entry] = {}

    def planned(self) -> BatchPlan:
        for place, row in enumerate(self.rows):
            made = RowPlan(row.number, Result.REFUSED, self._title(self.meant[place]), unknown=row.unknown)
            self._plan_row(made, row, self.texts[place], self.twins.get(place))
            self.plan.rows.append(made)
        return self.plan

    def _texts(self, values: Values) -> list[tuple[Key, str, str]]:
        """What the row is known by: (key, its text, the text with the code of the key)."""
        found = []
        for key in self.planner.keys:
            text = key.text(values)
            if text:
                found.append((key, text, _bounded(f"{key.code}:{text}")))
        return found

    def _seen(self) -> dict[str, Seen]:
        asked = {full for texts in self.texts for _key, _text, full in texts}
        # ast-grep-ignore: unscoped-read what earlier rows of this import were known by
        rows = Seen.objects.filter(of=self.planner.row, is_dry=self.planner.is_dry, key__any_of=asked)
        return {one.key: one for one in rows}

    def _found(self) -> dict[str, Sequence[int]]:
        """Rows that are there by what the batch is known by."""
        found: dict[str, Sequence[int]] = {}
        for key in self.planner.keys:
            asked = {
                text: full for texts in self.texts for one, text, full in texts if one is key and full not in self.seen
            }
            if asked:
                held = key.find(self.planner.actor, list(asked))
                found |= {asked[text]: list(dict.fromkeys(ids)) for text, ids in held.items() if text in asked}
        return found

    def _entries(self) -> dict[int, Entry]:
        """Rows that are there, as they stand; in a dry run as earlier rows of the file would have left them."""
        refs = {one.row_id: one for one in self.seen.values()}
        ids = {row_id for found in self.found.values() for row_id in found} | set(refs)
        states = self._virtual(ids) if self.planner.is_dry else {}
        real = [row_id for row_id in ids if row_id > 0 and row_id not in states]
        states |= self.planner.importing.read(self.planner.actor, sorted(real)) if real else {}
        return {
            row_id: Entry(
                state,
                number=refs[row_id].number if row_id in refs else 0,
                is_made=row_id in refs and refs[row_id].is_made,
            )
            for row_id, state in states.items()
        }

    def _virtual(self, ids: set[int]) -> dict[int, State]:
        keys = [f"row:{row_id}" for row_id in ids]
        # ast-grep-ignore: unscoped-read how the dry run of this import has left rows
        rows = Seen.objects.filter(of=self.planner.row, is_dry=True, key__any_of=keys)
        return {one.row_id: _state(one) for one in rows}

    def _twins(self) -> dict[int, tuple[Elsewhere, Twin]]:
        """Whom rows speak of elsewhere, by the place in the batch; the first place that knows them has the say."""
        asked = {
            place: (self._row_found(self.texts[place]), self.meant[place])
            for place, row in enumerate(self.rows)
            if not row.problems
        }
        found: dict[int, tuple[Elsewhere, Twin]] = {}
        for elsewhere in self.planner.importing.elsewhere:
            places = [one for one in asked if one not in found]
            told = elsewhere.find(self.planner.actor, [asked[one] for one in places])
            found |= {place: (elsewhere, twin) for place, twin in zip(places, told, strict=True) if twin is not None}
        return found

    def _row_found(self, texts: Sequence[tuple[Key, str, str]]) -> int | None:
        """The row that was there before this import and that a row of the file may be."""
        for _key, _text, full in texts:
            if full in self.seen:
                return None if self.seen[full].is_made else self.seen[full].row_id
            if full in self.found:
                return self.found[full][0]
        return None

    def _plan_row(
        self,
        made: RowPlan,
        row: ReadRow,
        texts: Sequence[tuple[Key, str, str]],
        elsewhere: tuple[Elsewhere, Twin] | None,
    ) -> None:
        if row.problems:
            made.message = " ".join(f"{one.rstrip('.')}." for one in row.problems)
            return
        entry, reason = self._known(texts)
        if reason:
            made.message = reason
            return
        made.repeats = entry.number or None if entry else None
        if made.repeats and self.planner.policy.repeats == "skip":
            made.result, made.message = Result.SKIPPED, _("It repeats row %(row)s.") % {"row": made.repeats}
            return
        way = self._way(made, entry, elsewhere)
        if way == SKIP:
            made.result = Result.SKIPPED
            return
        self._settle(made, row, entry, _beside(entry, texts))
        if way == LINK:
            _link(made)
        if made.entry is not None:
            made.keys = [full for _key, _text, full in texts if full not in self.local and full not in self.seen]
            self.local |= dict.fromkeys(made.keys, made.entry)

    def _way(self, made: RowPlan, entry: Entry | None, elsewhere: tuple[Elsewhere, Twin] | None) -> str:
        """
        What is done with a row that stands elsewhere too, empty when it does not. Rows that this very import has made
        are judged by the first of them.
        """
        if elsewhere is None or (entry is not None and entry.is_made):
            return ""
        where, made.twin = made.elsewhere, made.twin = elsewhere
        made.message = made.twin.text
        chosen = self.planner.settings.elsewhere.get(where.code, where.usual)
        return chosen if chosen in made.twin.ways else made.twin.ways[0]

    def _settle(self, made: RowPlan, row: ReadRow, entry: Entry | None, beside: set[str]) -> None:
        """Plan the row against the one that it is, and join its write with those of earlier rows."""
        policy = self._policy_for(entry)
        planned = rules.plan(
            self.planner.meant(row.values, entry.state.values if entry else None),
            entry.state if entry else None,
            self.planner.targets,
            self.planner.importing.parts,
            policy,
            beside,
        )
        made.result, made.message, made.changes = planned.result, planned.message or made.message, planned.changes
        if planned.state is None:
            return
        if entry is None:
            entry = Entry(planned.state, write=planned.write, is_made=True, is_changed=True)
            self._add(planned.write)
        elif planned.write is not None:
            entry.is_changed = True
            self._join(entry, planned.write)
        entry.number = entry.number or row.number
        made.entry = entry

    def _policy_for(self, entry: Entry | None) -> Policy:
        """
        Of rows of the file that are one the first has the say, others add what it lacks: so the same file again
        changes nothing. A row that the file itself has made is joined, whatever is done with rows found.
        """
        policy = self.planner.policy
        if entry is None or not entry.number or (policy.found == "skip" and not entry.is_made):
            return policy
        return Policy(found="fill", new=policy.new, empty="keep", repeats=policy.repeats)

    def _join(self, entry: Entry, write: Write) -> None:
        if entry.write is None:
            entry.write = write
            write.is_own = entry.is_made
            self._add(write)
            return
        if entry.write is not write:
            rules.stand(entry.write.values, write.values)
            entry.write.parts += write.parts

    def _add(self, write: Write | None) -> None:
        if write is not None:
            self.plan.writes.append(write)

    def _known(self, texts: Sequence[tuple[Key, str, str]]) -> tuple[Entry | None, str]:
        """The row that this one is, or why it cannot be told."""
        stronger: list[tuple[Key, str]] = []
        for key, text, full in texts:
            entry = self.local.get(full) or self._seen_entry(full)
            ids = [] if entry else self.found.get(full, ())
            known = [self.entries[row_id] for row_id in ids if row_id in self.entries]
            candidates = [one for one in ([entry] if entry else known) if not _differs(one.state, stronger)]
            if len(candidates) > 1:
                return None, _("Several rows have this: %(key)s. Join them first.") % {"key": key.label}
            if candidates:
                return candidates[0], ""
            if key.is_exclusive:
                stronger.append((key, text))
        return None, ""

    def _seen_entry(self, full: str) -> Entry | None:
        seen = self.seen.get(full)
        return self.entries.get(seen.row_id) if seen else None

    def _title(self, values: Mapping[str, Any]) -> str:
        chosen = values.get(self.planner.title) or next((one for one in values.values() if one), "")
        return str(chosen)[:200]


def _link(made: RowPlan) -> None:
    """A new row is to be linked with whom it speaks of elsewhere."""
    write = made.entry.write if made.entry else None
    if write is not None and write.id is None and made.elsewhere and made.twin and made.twin.row_id is not None:
        write.link = (made.elsewhere.record, made.twin.row_id)


def _differs(state: State, stronger: Sequence[tuple[Key, str]]) -> bool:
    """Whether the row has another value of a key that tells rows apart for certain."""
    return any((own := key.text(state.values)) and own != text for key, text in stronger)


def _beside(entry: Entry | None, texts: Sequence[tuple[Key, str, str]]) -> set[str]:
    """Fields of exclusive keys by which a row was found though its own value is another: one of its parts has it."""
    if entry is None:
        return set()
    others = [
        key for key, text, _full in texts if key.is_exclusive and (own := key.text(entry.state.values)) and own != text
    ]
    return {name for key in others for name in key.fields}


def _bounded(text: str) -> str:
    """A key of a bounded length: a longer one by its digest."""
    return text if len(text) <= LONGEST_KEY else f"{text[:100]}:{hashlib.sha256(text.encode()).hexdigest()}"


def _state(seen: Seen) -> State:
    plain = seen.state or {}
    parts = {code: [(one_id, values) for one_id, values in held] for code, held in plain.get("parts", {}).items()}
    return State(seen.row_id, dict(plain.get("values", {})), parts)
