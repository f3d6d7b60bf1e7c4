"""Rows of a file read as values: lists and links by their names, found once for all rows that name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from okno.engines.imports.rules import Settings, Target, parts_of, read_cell, text_of
from okno.engines.imports.rules.values import yes_or_no
from okno.kit import contacts
from okno.kit.errors import Refused
from okno.kit.fields.values import canonical
from okno.kit.importing import Broken, Cell, Several, Values
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.search import Folded

Line = tuple[int, list[Cell]]
MOST_PEOPLE = 5_000
MOST_KNOWN = 50_000
MOST_OPTIONS = 500
SEVERAL = -1
ME = frozenset({"я", "me", "мне"})


@dataclass
class ReadRow:
    """A row of the file as values by target; `problems` say what cannot be read, `unknown` are names not known."""

    number: int
    values: Values
    problems: list[str] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)


class RowReader:
    """Reads rows for one actor by the settings of one import."""

    def __init__(self, actor: Actor, targets: Sequence[Target], settings: Settings) -> None:
        self.actor, self.settings = actor, settings
        self.targets = {one.key: one for one in targets}
        self.places = [
            (place, self.targets[key]) for place, (_name, key) in enumerate(settings.columns) if key in self.targets
        ]
        filled = {one.key for _place, one in self.places}
        self.constants = [
            (self.targets[key], text) for key, text in settings.constants.items() if key in self.targets and text
        ]
        self.is_told = filled
        self._lists = {one.key: {**_names_of_choices(one), **one.words} for one in targets if _has_options(one)}
        self._known: dict[str, dict[str, int]] = {}

    def read(self, lines: Sequence[Line]) -> list[ReadRow]:
        """These rows as values."""
        self._learn(lines)
        return [self._row(number, cells) for number, cells in lines]

    def _row(self, number: int, cells: Sequence[Cell]) -> ReadRow:
        row = ReadRow(number, {})
        for place, target in self.places:
            self._put(row, target, cells[place] if place < len(cells) else None)
        for target, text in self.constants:
            # A constant stands for what the file does not tell.
            if row.values.get(target.key) in (None, ""):
                self._put(row, target, text)
        return row

    def _put(self, row: ReadRow, target: Target, cell: Cell) -> None:
        try:
            value = self._value(row, target, cell)
        except Refused as refusal:
            row.problems.append(f"{target.full_label}: {refusal.message}")
            return
        prefix = f"{target.part}." if target.part else ""
        told = {f"{prefix}{key}": one for key, one in value.items()} if isinstance(value, Several) else None
        for key, one in (told or {target.key: value}).items():
            row.values[key] = _gathered(row.values.get(key), one)

    def _value(self, row: ReadRow, target: Target, cell: Cell) -> Any:
        if target.is_listed and not isinstance(cell, Broken):
            text = text_of(cell).strip()
            return self._several(row, target, text) if target.field.many and text else self._listed(row, target, text)
        value = read_cell(target, cell, self.actor.zone)
        return canonical(target.field, value) if target.field.is_custom and value != "" else value

    def _several(self, row: ReadRow, target: Target, text: str) -> Any:
        """Several options named in one cell, in the order of the options."""
        found = [self._listed(row, target, one) for one in parts_of(target, text)]
        return canonical(target.field, [one for one in found if one != ""]) or ""

    def _listed(self, row: ReadRow, target: Target, text: str) -> Any:
        """A value that has a name: an option, yes or no, a person, a row of another record."""
        if not text:
            return ""
        mapped = self.settings.values.get(target.key, {})
        if text in mapped:
            return "" if mapped[text] is None else mapped[text]
        value = self._named(target, text)
        if value is None:
            row.unknown.append((target.key, text))
            raise Refused("imports.unknown", _("“%(text)s” is not known."), text=text[:100])
        if value == SEVERAL and target.field.link:
            raise Refused("imports.several", _("Several rows are named “%(text)s”."), text=text[:100])
        return value

    def _named(self, target: Target, text: str) -> Any:
        if target.field.kind is Kind.BOOLEAN:
            return yes_or_no(text)
        if target.key in self._lists:
            return self._lists[target.key].get(_fold(text))
        return self._known.get(target.field.link, {}).get(_fold(text))

    def _learn(self, lines: Sequence[Line]) -> None:
        """Find by name the rows of other records that these rows speak of."""
        wanted: dict[str, set[str]] = {}
        for place, target in self.places:
            if target.field.link and target.key not in self._lists:
                named = (text_of(cells[place]).strip() for _number, cells in lines if place < len(cells))
                wanted.setdefault(target.field.link, set()).update(filter(None, named))
        for target, constant in self.constants:
            if target.field.link:
                wanted.setdefault(target.field.link, set()).add(constant.strip())
        for link, texts in wanted.items():
            known = self._known.setdefault(link, {})
            if len(known) > MOST_KNOWN:
                known.clear()
            fresh = [one for one in texts if _fold(one) not in known]
            if fresh:
                known.update(rows_named(self.actor, registry.record(link), fresh))

    def known(self, target: Target, texts: Sequence[str]) -> dict[str, Any]:
        """What these texts are taken for without being told; those that are not known are left out."""
        if target.field.link and target.key not in self._lists:
            learnt = self._known.setdefault(target.field.link, {})
            learnt.update(rows_named(self.actor, registry.record(target.field.link), texts))
        found = {text: self._named(target, text) for text in texts}
        return {text: option_key(one) for text, one in found.items() if one not in (None, SEVERAL)}


def options_of(actor: Actor, target: Target) -> list[tuple[str, str]]:
    """What a text may be taken for as (value of the form, label); of rows of a big record the first five hundred."""
    if target.field.kind is Kind.BOOLEAN:
        return [("true", _("yes")), ("false", _("no"))]
    if _has_options(target):
        return [(str(code), str(label)) for code, label in target.field.choices if str(code)]
    record = registry.record(target.field.link)
    path = record.fields[record.title].path
    rows = _seen(actor, record)
    if record.name == "access.user":
        rows = rows.filter(is_active=True)
    found = rows.order_by(path, "pk").values_list("pk", path)[:MOST_OPTIONS]
    return [(str(row_id), str(title)) for row_id, title in found]


def option_key(value: Any) -> str:
    """A value as the form names it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def option_value(target: Target, key: str) -> Any:
    """A value from its name in the form."""
    if target.field.kind is Kind.BOOLEAN:
        return key == "true"
    if _has_options(target):
        return next((code for code, _label in target.field.choices if str(code) == key), key)
    return int(key)


def rows_named(actor: Actor, record: Record, texts: Iterable[str]) -> dict[str, int]:
    """Ids of rows within reach by their titles in lower case, or by `№ 17`; -1 where several are named so."""
    if record.name == "access.user":
        return _people(actor, record)
    path = record.fields[record.title].path
    folded = {_fold(one) for one in texts}
    rows = _seen(actor, record).annotate(_folded=Folded(F(path))).filter(_folded__in=[*folded])
    return _by_name(rows.values_list("_folded", "pk"))


def _people(actor: Actor, record: Record) -> dict[str, int]:
    """Colleagues by name, short name, mail address and «я»."""
    pairs: list[tuple[str, int]] = []
    found = _seen(actor, record).filter(is_active=True)[:MOST_PEOPLE]
    for row_id, name, email in found.values_list("pk", "name", "email"):
        parts = contacts.parse_person_name(name)
        names = {name, email, parts.short, f"{parts.first} {parts.last}", f"{parts.last} {parts.first}", parts.last}
        pairs += [(_fold(one), row_id) for one in {_fold(one) for one in names if one.strip()}]
    known = _by_name(pairs)
    if actor.user_id is not None:
        known |= dict.fromkeys(ME, actor.user_id)
    return known


def _by_name(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    known: dict[str, int] = {}
    for name, row_id in pairs:
        known[name] = row_id if known.get(name, row_id) == row_id else SEVERAL
    return known


def _seen(actor: Actor, record: Record) -> Any:
    manager: Any = record.model._default_manager
    rows = manager.visible_to(actor) if hasattr(record.model, "reach") else manager.all()
    return rows.filter(is_deleted=False) if _has_mark(record) else rows


def _has_mark(record: Record) -> bool:
    return any(one.name == "is_deleted" for one in record.model._meta.get_fields())


def _names_of_choices(target: Target) -> Mapping[str, Any]:
    """Options by their labels and codes."""
    known = {_fold(str(code)): code for code, _label in target.field.choices if str(code)}
    merged = dict(target.field.merged)
    return known | {_fold(str(label)): merged.get(code, code) for code, label in target.field.choices}


def _gathered(before: Any, value: Any) -> Any:
    """Values of one field that several cells tell: a list grows by each of them."""
    if not isinstance(before, list):
        return value
    return [*before, *(one for one in value or () if one not in before)]


def _has_options(target: Target) -> bool:
    """Whether its values are named by options, of which tags may have none yet."""
    return bool(target.field.choices) or target.field.grows


def _fold(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split()).lower().replace("ё", "е")
