"""What a file of settings would change, in words: whose settings they are, and old and new beside each other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from django.db.models import Choices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries
from okno.access.models import User
from okno.access.web import field_forms, rights
from okno.kit import conditions
from okno.kit.conditions.tree import QUANTIFIERS
from okno.kit.errors import Refused
from okno.kit.models.notices import NoticeChoice
from okno.kit.models.views import CardLayout
from okno.kit.notices import escalating
from okno.kit.notices.channels import CHANNELS
from okno.kit.notices.kinds import KINDS
from okno.kit.registry import Record, registry
from okno.kit.travelling import NAMED
from okno.kit.web.pages import lists
from okno.kit.web.pages.list_heads import MODES

Context = dict[str, Any]
Lines = dict[str, list[str]]
LONGEST = 400
# Parts of a value whose own parts are told as if they stood beside it.
FLAT = frozenset({"bounds", "config"})
# Keys of fields through commas, each with a sign or a width about it, as the address of a list has them.
JOINED = frozenset({"cols", "sort", "group", "w", "by"})
KEYED = frozenset({"fields", "hidden", "required", "field", "masked"})
TREE = frozenset({"all", "any", "not", "field", *QUANTIFIERS})
NAMING = ("label", "name", "title")
UNTOLD = frozenset({*NAMING, "id", "code"})
LABELS: Mapping[str, object] = {
    "name": gettext_lazy("Title"),
    "label": gettext_lazy("Label"),
    "title": gettext_lazy("Title"),
    "grants": gettext_lazy("Rights"),
    "hidden": gettext_lazy("Does not see"),
    "masked": gettext_lazy("Sees only the end"),
    "network": gettext_lazy("Works from"),
    "opens_at": gettext_lazy("Works since"),
    "closes_at": gettext_lazy("Works until"),
    "most_views": gettext_lazy("Cards an hour"),
    "condition": gettext_lazy("Condition"),
    "record": gettext_lazy("Record"),
    "is_kept": gettext_lazy("Every reading is kept in the log"),
    "fields": gettext_lazy("Fields"),
    "field": gettext_lazy("Field"),
    "kind": gettext_lazy("Kind"),
    "options": gettext_lazy("Options"),
    "link": gettext_lazy("Linked record"),
    "formula": gettext_lazy("Formula"),
    "result": gettext_lazy("Result of the formula"),
    "currency": gettext_lazy("Currency"),
    "default": gettext_lazy("Default"),
    "hint": gettext_lazy("Hint"),
    "section": gettext_lazy("Section"),
    "is_many": gettext_lazy("Many values"),
    "is_required": gettext_lazy("Required"),
    "is_unique": gettext_lazy("Unique"),
    "is_searchable": gettext_lazy("Searchable"),
    "is_sortable": gettext_lazy("Sortable"),
    "is_tracked": gettext_lazy("With history"),
    "is_retired": gettext_lazy("Retired"),
    "shown": gettext_lazy("Shown when"),
    "required": gettext_lazy("Required"),
    "f": gettext_lazy("Filter"),
    "cols": gettext_lazy("Columns"),
    "sort": gettext_lazy("Sorted by"),
    "group": gettext_lazy("Grouping"),
    "mode": gettext_lazy("Shown as"),
    "tab": gettext_lazy("Tab of a list"),
    "paint": gettext_lazy("Colours of rows"),
    "w": gettext_lazy("Width of columns"),
    "by": gettext_lazy("By field"),
    "department": gettext_lazy("Department"),
    "is_locked": gettext_lazy("Locked"),
    "position": gettext_lazy("Place in the order"),
    "purpose": gettext_lazy("What is laid out"),
    "type": gettext_lazy("Type"),
    "is_forced": gettext_lazy("Above layouts of one's own"),
    "is_mandatory": gettext_lazy("Cannot be switched off"),
    "quiet_from": gettext_lazy("Quiet from"),
    "quiet_until": gettext_lazy("Quiet until"),
    "only_workdays": gettext_lazy("Only on working days"),
    "digest_at": gettext_lazy("Digest of the day at"),
    "minutes": gettext_lazy("Not read for, minutes"),
    "to": gettext_lazy("Goes on to"),
    "sections": gettext_lazy("Sections"),
    "panels": gettext_lazy("Panels"),
    "hidden_panels": gettext_lazy("Hidden panels"),
    "is_default": gettext_lazy("By default"),
    "idle_days": gettext_lazy("Days without movement"),
    "stages": gettext_lazy("Stages"),
    "names": gettext_lazy("List"),
    "code": gettext_lazy("Code"),
    "colour": gettext_lazy("Colour"),
    "probability": gettext_lazy("Probability"),
    "norm_hours": gettext_lazy("Norm, hours"),
    "tasks": gettext_lazy("Tasks"),
    "hours": gettext_lazy("Hours"),
    "moves_on": gettext_lazy("Moves by itself on"),
    "queue": gettext_lazy("Queue"),
    "fallback": gettext_lazy("Fallback queue"),
    "method": gettext_lazy("Method"),
    "rule": gettext_lazy("Rule"),
    "is_active": gettext_lazy("Active"),
    "react_minutes": gettext_lazy("React within, minutes"),
    "handle_minutes": gettext_lazy("Handle within, minutes"),
    "repeat_days": gettext_lazy("Repeated within, days"),
    "mapping": gettext_lazy("Which value goes where"),
    "template": gettext_lazy("Template"),
    "weight": gettext_lazy("Weight"),
    "status": gettext_lazy("Status"),
    "url": gettext_lazy("Address"),
}


def told(one: queries.Difference) -> Context:
    """A difference as the page shows it: rows of what is now and what the file has, where the two are not the same."""
    words = _Words(one)
    before, after = words.lines(one.before), words.lines(one.after)
    rows = [_row(label, before.get(label, []), after.get(label, [])) for label in dict.fromkeys([*before, *after])]
    what = _("new") if one.before is None else _("dropped") if one.after is None else _("differs")
    return {
        "kind": one.label,
        "key": words.title,
        "what": what,
        "due": "green" if one.before is None else "red" if one.after is None else "yellow",
        "rows": [row for row in rows if row["is_other"]],
    }


def _row(label: str, before: list[str], after: list[str]) -> Context:
    alike = sum(text in after for text in before)
    # Where only the order differs all lines are told.
    is_short = 0 < alike < max(len(before), len(after))
    note = [_("%(count)s more are the same") % {"count": alike}] if is_short else []
    return {
        "label": label,
        "is_other": before != after,
        "before": _lines(before, after, note),
        "after": _lines(after, before, note),
    }


def _lines(own: list[str], others: list[str], note: list[str]) -> list[Context]:
    """Lines of one side; where there is a note, it stands for those that both have."""
    told_lines = [{"text": text, "is_other": text not in others} for text in own]
    kept = [one for one in told_lines if one["is_other"] or not note]
    return [*kept, *({"text": text, "is_other": False, "is_note": True} for text in note)]


@dataclass(frozen=True)
class _Words:
    """Tells one part of a file in words."""

    one: queries.Difference

    @cached_property
    def value(self) -> Mapping[str, Any]:
        found = self.one.after if self.one.after is not None else self.one.before
        return found if isinstance(found, Mapping) else {}

    @cached_property
    def record(self) -> Record | None:
        """The record that the part is about: its key begins with it, or its area has one."""
        named = [name for name in registry.records if self.one.key.startswith(name)]
        name = max(named, key=len, default="")
        return registry.records.get(name) or queries.main_record(self.one.kind)

    @cached_property
    def choices(self) -> Mapping[str, Mapping[str, str]]:
        """Words for values that are one of a list, by the name of the value."""
        shape = getattr(registry.portables.get(self.one.kind), "shape", None)
        hints = get_type_hints(shape) if shape is not None else {}
        own = {name: hint for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, Choices)}
        is_of_notices = self.one.kind == "kit.notices"
        page = lists.list_or_none(self.record.name) if self.record is not None else None
        pairs: dict[str, Any] = {
            "network": User.Network.choices,
            "purpose": CardLayout.Purpose.choices,
            "mode": NoticeChoice.Mode.choices if is_of_notices else [(key, one[1]) for key, one in MODES.items()],
            "tab": [(one.key, one.label) for one in page.tabs] if page is not None else [],
            **{name: hint.choices for name, hint in own.items()},
        }
        if self.one.kind == "kit.notice_late" and self.one.key in KINDS:
            pairs["to"] = escalating.places(KINDS[self.one.key]).items()
        if self.one.kind == "kit.fields":
            pairs |= dict.fromkeys(("kind", "result"), field_forms.KINDS)
        return {name: {str(value): str(label) for value, label in known} for name, known in pairs.items()}

    @property
    def title(self) -> str:
        """What the part is called: by its name where it has one, the record and the field in words."""
        key, record = self.one.key, self.record
        if self.one.kind == "kit.notices":
            return self.of_notice(key)
        if self.one.kind == "kit.notice_late" and key in KINDS:
            return str(KINDS[key].label)
        if record is None or not key.startswith(record.name):
            name = str(self.value.get("name", ""))
            return f"{key} · {name}" if name and key[:1].isdecimal() else name or key
        rest = key.removeprefix(record.name)
        return ": ".join(part for part in (str(record.label), self.of_rest(record, rest)) if part)

    def of_rest(self, record: Record, rest: str) -> str:
        """What stands behind the record in a key: a field, a name, what is laid out."""
        if rest.startswith("."):
            field = record.field(rest[1:]) or record.field(f"x_{rest[1:]}")
            return str(self.value.get("label") or (field.label if field is not None else rest[1:]))
        if rest.startswith(" "):
            purpose, _space, kind = rest[1:].partition(" ")
            return " ".join(part for part in (self.choices["purpose"].get(purpose, purpose), kind) if part)
        return " · ".join(part for part in rest.lstrip(": /").split("/") if part)

    def of_notice(self, key: str) -> str:
        """A kind of notices, and the channel it comes by."""
        code, _space, channel = key.partition(" ")
        kind, way = KINDS.get(code), CHANNELS.get(channel)
        told_kind = str(kind.label) if kind is not None else code
        return f"{told_kind} · {way.label if way is not None else _('In the program')}"

    def lines(self, value: Any) -> Lines:
        """What the part says, by the label of each value."""
        if not isinstance(value, Mapping):
            return {}
        found: Lines = {}
        for name, inner in value.items():
            if name in FLAT and isinstance(inner, Mapping):
                found |= self.lines(inner)
            elif _is_of_named(inner):
                found |= self.items(str(LABELS.get(name, name)), inner)
            elif texts := self.texts(name, inner):
                found[str(LABELS.get(name, name))] = texts
        return found

    def items(self, label: str, items: Sequence[Mapping[str, Any]]) -> Lines:
        """A list of things with names, as stages: the names in order, and what each of them says."""
        found: Lines = {label: [_name_of(one) for one in items]}
        for one in items:
            inner = ((name, self.texts(name, value)) for name, value in one.items() if name not in UNTOLD)
            lines = [f"{LABELS.get(name, name)}: {', '.join(texts)}" for name, texts in inner if texts]
            if lines:
                found[f"{label}: {_name_of(one)}"] = lines
        return found

    def texts(self, name: str, value: Any) -> list[str]:
        """One value in lines."""
        if name == "grants" and isinstance(value, Sequence):
            return [self.grant(one) for one in value]
        if name in JOINED and isinstance(value, str):
            return [self.column(part) for part in value.split(",") if part]
        if isinstance(value, Mapping) and not TREE & value.keys():
            pairs = ((self.of_option(key), self.text(name, inner)) for key, inner in value.items())
            return [f"{key}: {text}" for key, text in pairs if text]
        values = value if isinstance(value, list) else [value]
        return [text[:LONGEST] for one in values if (text := self.text(name, one))]

    def text(self, name: str, value: Any) -> str:
        """One plain value in words; nothing of one that says nothing."""
        if value is None or value in ("", {}):
            return ""
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, Mapping):
            return self.of_mapping(value)
        if isinstance(value, list):
            return ", ".join(self.text(name, one) for one in value)
        text = str(value)
        return self.choices.get(name, {}).get(text) or self.chosen(name, text) or self.named(name, text)

    def chosen(self, name: str, text: str) -> str:
        """One of a list, by a field of that name: of the records of the same area first."""
        area = self.one.kind.partition(".")[0]
        for record in sorted(registry.records.values(), key=lambda one: one.area != area):
            for key, field in record.fields.items():
                if key == name or (key.endswith(f"_{name}") and record.area == area):
                    found = {str(value): str(label) for value, label in field.choices}.get(text)
                    if found:
                        return found
        return ""

    def named(self, name: str, text: str) -> str:
        """A record, or a field of one, by its label."""
        if text in registry.records:
            return str(registry.records[text].plural)
        record, _dot, key = text.rpartition(".")
        known = registry.records.get(record)
        if known is not None and (field := known.field(key)) is not None:
            return f"{known.label}: {field.label}"
        if name in KEYED and self.record is not None and (field := self.record.field(text)) is not None:
            return str(field.label)
        panels = registry.panels.get(self.record.name, []) if self.record is not None else []
        return next((str(one.label) for one in panels if name in {"panels", "hidden_panels"} and one.key == text), text)

    def of_mapping(self, value: Mapping[str, Any]) -> str:
        """A condition as a sentence; of anything else its name and what else it says."""
        if NAMED in value:
            return str(value[NAMED])
        if TREE & value.keys() and not {"title", "name", "label"} & value.keys():
            return self.sentence(self.record, value)
        if "where" in value:
            return f"{self.sentence(self.record, value['where'])} — {value.get('colour', '')}"
        head = _name_of(value)
        left = ((name, self.text(name, one)) for name, one in value.items() if name not in UNTOLD)
        rest = "; ".join(f"{LABELS.get(name, name)}: {text}" for name, text in left if text)
        return ": ".join(part for part in (head, rest) if part)

    def of_option(self, key: str) -> str:
        """A key of a mapping: an option of the field, a field, or itself."""
        field = self.record.field(self.one.key.rpartition(".")[2]) if self.record is not None else None
        options = {str(value): str(label) for value, label in field.choices} if field is not None else {}
        return options.get(key) or str(LABELS.get(key, "")) or self.named("fields", key)

    def column(self, part: str) -> str:
        """A key of a field with what stands about it: «−» of a sort, «:120» of a width."""
        key, colon, width = part.lstrip("-").partition(":")
        sign = "↓ " if part.startswith("-") else ""
        return f"{sign}{self.named('fields', key)}{colon and ': '}{width}"

    def grant(self, one: Any) -> str:
        """A right and how far it reaches."""
        if not isinstance(one, Mapping):
            return str(one)
        permission, reach = str(one.get("permission", "")), str(one.get("reach", ""))
        if one.get("condition"):
            far = self.sentence(queries.main_record(permission), one["condition"])
        else:
            far = str(dict(rights.REACHES).get(reach, reach))
        return f"{rights.label_of(permission)} — {far}"

    def sentence(self, record: Record | None, raw: Any) -> str:
        """A condition in a sentence; as it stands where nothing here can read it."""
        try:
            return conditions.sentence(conditions.parse(_plain(raw)), record) if record is not None else _raw(raw)
        except Refused:
            return _raw(raw)


def _name_of(value: Mapping[str, Any]) -> str:
    return next((str(value[name]) for name in NAMING if value.get(name)), "")


def _is_of_named(value: Any) -> bool:
    """Whether it is a list of things that have names and more to say."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) and _name_of(one) for one in value)


def _plain(raw: Any) -> Any:
    """A condition of a file with names as plain texts."""
    if isinstance(raw, Mapping):
        return str(raw[NAMED]) if NAMED in raw else {name: _plain(one) for name, one in raw.items()}
    return [_plain(one) for one in raw] if isinstance(raw, list) else raw


def _raw(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
