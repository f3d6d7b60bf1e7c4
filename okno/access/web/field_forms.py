"""Forms of custom fields: what they hold, flags, options, and a look at the input while one chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.web.forms import text
from okno.kit import money
from okno.kit.errors import Refused
from okno.kit.expressions.functions.texts import translit
from okno.kit.fields.reading import field_of
from okno.kit.ids import ids_of
from okno.kit.kinds import Kind
from okno.kit.models import FieldDef
from okno.kit.permissions import Actor
from okno.kit.rates import MANAGEMENT
from okno.kit.registry import Record, registry
from okno.kit.web import form_context
from okno.kit.web.expressions import ExpressionField
from okno.kit.web.forms import field_for
from okno.kit.web.widgets import Drawn

SEVERAL = "choice:many"
KINDS = (
    (Kind.TEXT, gettext_lazy("Line of text")),
    (Kind.LONG_TEXT, gettext_lazy("Long text")),
    (Kind.INTEGER, gettext_lazy("Whole number")),
    (Kind.DECIMAL, gettext_lazy("Number with a fraction")),
    (Kind.MONEY, gettext_lazy("Sum of money")),
    (Kind.DATE, gettext_lazy("Day")),
    (Kind.MOMENT, gettext_lazy("Day and time")),
    (Kind.BOOLEAN, gettext_lazy("Yes or no")),
    (Kind.CHOICE, gettext_lazy("One of a list")),
    (SEVERAL, gettext_lazy("Several of a list")),
    (Kind.TAGS, gettext_lazy("Tags")),
    (Kind.LINK, gettext_lazy("Link to another card")),
    (Kind.PERSON, gettext_lazy("Person")),
    (Kind.PHONE, gettext_lazy("Phone")),
    (Kind.EMAIL, gettext_lazy("E-mail")),
    (Kind.ADDRESS, gettext_lazy("Address")),
    (Kind.FILE, gettext_lazy("Files")),
    (Kind.FORMULA, gettext_lazy("Formula")),
)
LABELS = {str(kind): label for kind, label in KINDS}
RESULTS = (
    ("", gettext_lazy("As the formula gives it")),
    (Kind.DECIMAL, gettext_lazy("Number with a fraction")),
    (Kind.INTEGER, gettext_lazy("Whole number")),
    (Kind.MONEY, gettext_lazy("Sum of money")),
)
CHOICES = [str(Kind.CHOICE), SEVERAL]
NO_DEFAULT = [str(Kind.FILE), str(Kind.TAGS), str(Kind.FORMULA), str(Kind.LINK), str(Kind.PERSON), str(Kind.MOMENT)]
# Inputs that only some kinds have, and the kinds that have them; the others are for all kinds but these.
ONLY_FOR = {
    "options": CHOICES,
    "link": [str(Kind.LINK)],
    "formula": [str(Kind.FORMULA)],
    "result": [str(Kind.FORMULA)],
    "currency": [str(Kind.MONEY)],
    "is_unique": ["text", "integer", "decimal", "date", "phone", "email", "link", "person"],
    "is_searchable": ["text", "long_text", "address", "email", "phone", str(Kind.FORMULA)],
}
NOT_FOR = {
    "default": NO_DEFAULT,
    "is_required": [str(Kind.FORMULA)],
    "is_sortable": [str(Kind.FILE)],
}
FLAGS = ("is_required", "is_unique", "is_searchable", "is_sortable", "is_tracked")


class Lines(forms.CharField):
    """Texts, one on a line."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Lines without repetitions and empty ones."""
        return list(dict.fromkeys(one.strip() for one in str(value or "").splitlines() if one.strip()))


class PreviewInput(Drawn):
    """Where the input is shown as it is going to look; it is brought anew after each change of the form."""

    template_name = "settings/field_preview.html"
    is_wide = True


class FieldForm(forms.Form):
    """What is said of a custom field of a record; what does not go with its kind is left out."""

    def __init__(self, *args: Any, actor: Actor, record: Record, row: FieldDef | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = self.data.get("kind", "") if row is None else kind_of(row)
        wanted = {**self._first(record, row), **_settings(actor, record), "preview": _preview()}
        for name, made in wanted.items():
            if row is None or goes_with(name, self.kind):
                self.fields[name] = made

    def clean(self) -> None:
        """An input that does not go with the kind is hidden: what stands in it is of no consequence."""
        for name in [name for name in self.errors if not goes_with(name, self.kind)]:
            del self.errors[name]

    def _first(self, record: Record, row: FieldDef | None) -> dict[str, forms.Field]:
        if row is not None:
            # The look of the input is made of the form alone.
            kind = forms.CharField(initial=self.kind, required=False, widget=forms.HiddenInput())
            return {"label": text(_("Name"), most=200, required=True), "kind": kind}
        help_text = _("For formulas and the API. Empty: made of the name.")
        return {
            "record": forms.CharField(initial=record.name, widget=forms.HiddenInput()),
            "label": text(_("Name"), most=200, required=True),
            "kind": forms.ChoiceField(label=_("What it holds"), choices=KINDS),
            "key": forms.SlugField(label=_("Key"), required=False, max_length=38, help_text=help_text),
        }


def settings_of(cleaned: Mapping[str, Any], kind: str, options: list[dict[str, Any]]) -> dict[str, Any]:
    """What the command takes, of what was typed for a field of this kind."""
    told = {
        name: cleaned[name]
        for name in ("hint", "section", "formula", "result", "currency", *FLAGS)
        if name in cleaned and goes_with(name, kind)
    }
    if kind in CHOICES:
        told["options"] = options
    if goes_with("default", kind) and "default" in cleaned:
        told["default"] = _default(cleaned["default"], options if kind in CHOICES else [])
    return told


def kind_of(row: FieldDef) -> str:
    """The kind as the form offers it."""
    return SEVERAL if row.kind == Kind.CHOICE and row.is_many else row.kind


def goes_with(name: str, kind: str) -> bool:
    """Whether an input is for fields of a kind."""
    return kind in ONLY_FOR.get(name, [kind]) and kind not in NOT_FOR.get(name, [])


def rules() -> dict[str, Any]:
    """The logic of the form of a new field, in the words of the logic of any form."""
    only = {name: {"field": "kind", "op": "in", "value": kinds} for name, kinds in ONLY_FOR.items()}
    never = {name: {"field": "kind", "op": "not_in", "value": kinds} for name, kinds in NOT_FOR.items()}
    return {
        "record": "form",
        "shape": {"form": {"fields": {"kind": {"kind": "choice"}}, "relations": {}}},
        "rules": {name: {"shown": [when], "required": None, "options": {}} for name, when in {**only, **never}.items()},
        "row": {},
        "context": {"me": None, "department": None, "subtree": [], "zone": "UTC"},
    }


def preview(actor: Actor, data: Any) -> dict[str, Any]:
    """The input that a field of this form is going to have, as kit/form_field.html takes it; empty without one."""
    kind = data.get("kind", "")
    if kind in {"", str(Kind.FORMULA)}:
        return {}
    lines = Lines(required=False).to_python(data.get("options"))
    row = FieldDef(
        label=data.get("label") or _("Name of the field"),
        key="preview",
        kind=Kind.CHOICE if kind == SEVERAL else kind,
        is_many=kind == SEVERAL,
        link=data.get("link", ""),
        hint=data.get("hint", ""),
        options=[{"id": str(number), "label": line} for number, line in enumerate(lines, 1)],
    )
    form = forms.Form()
    form.fields["look"] = made = field_for(actor, field_of(row))
    made.is_demanded = data.get("is_required") == "on"  # type: ignore[attr-defined]
    return form_context.field_of(form["look"])


def changed_options(was: list[dict[str, Any]], lines: list[str]) -> list[dict[str, str]]:
    """
    Options after editing: a line that was there, even a retired one, keeps its id; with as many lines as before, one
    that was not there is the renamed option of its place; others are new.
    """
    by_label = {one["label"]: str(one["id"]) for one in was}
    used = {by_label[line] for line in lines if line in by_label}
    last = max(ids_of(one["id"] for one in was), default=0)
    offered = [one for one in was if not one.get("is_retired")]
    found = []
    for number, line in enumerate(lines):
        known = by_label.get(line)
        if known is None and len(lines) == len(offered) and str(offered[number]["id"]) not in used:
            known = str(offered[number]["id"])
        if known is None:
            last += 1
            known = str(last)
        found.append({"id": known, "label": line})
    return found


def new_key(record: str, label: str) -> str:
    """A key that the record has not got: the name in Latin letters, or a number."""
    known = set(FieldDef.objects.filter(record=record).values_list("key", flat=True))
    made = slugify(translit(label)).replace("-", "_").lstrip("0123456789_")[:38]
    if made and made not in known:
        return made
    number = len(known) + 1
    while f"field_{number}" in known:
        number += 1
    return f"field_{number}"


def takes_fields(record: Record) -> bool:
    """Whether rows of the record can have custom fields: those with a card, and a command that changes fields."""
    _create, update = registry.edited_by().get(record.name, (None, None))
    return bool(record.url) and update is not None and "card" not in record.lacks


def asked_record(name: str) -> Record:
    """The record that an address names, if it takes fields; else the one that most fields are of."""
    known = {one.name: one for one in registry.records.values() if takes_fields(one)}
    return known.get(name) or known.get("deals.deal") or known[min(known)]


def _settings(actor: Actor, record: Record) -> dict[str, forms.Field]:
    """Inputs of what may be changed later, in their order."""
    known = [one for one in registry.records.values() if hasattr(one.model, "reach")]
    links = [(one.name, str(one.plural)) for one in sorted(known, key=lambda one: str(one.plural))]
    select = forms.Select({"class": "form-select"})
    return {
        "options": Lines(
            label=_("What to choose from"),
            required=False,
            widget=forms.Textarea({"rows": 5, "class": "form-control"}),
            help_text=_(
                "Each on a line of its own. A line that is gone is no more offered, cards that have it keep it."
            ),
        ),
        "link": forms.ChoiceField(
            label=_("Link to what"),
            required=False,
            choices=[("", "—"), *links],
            widget=select,
        ),
        "formula": ExpressionField(
            actor,
            record,
            label=_("Formula"),
            required=False,
            # literal: an example of a formula
            help_text=_("Names of fields, numbers and functions: %(example)s")
            % {"example": "Сумма * 0.2 | округлить(2)"},
        ),
        "result": forms.ChoiceField(label=_("Show as"), required=False, choices=RESULTS, widget=select),
        "currency": forms.ChoiceField(label=_("Currency"), required=False, choices=money.CHOICES, initial=MANAGEMENT),
        "section": text(_("Section of the card"), most=100),
        "hint": text(_("Hint under the input"), most=500),
        "default": text(_("Default"), most=500),
        "is_required": forms.BooleanField(label=_("Required"), required=False),
        "is_unique": forms.BooleanField(label=_("Two cards cannot have the same value"), required=False),
        "is_searchable": forms.BooleanField(label=_("Search looks at it"), required=False),
        "is_sortable": forms.BooleanField(label=_("Fast sorting and filters in long lists"), required=False),
        "is_tracked": forms.BooleanField(label=_("Keep the history of changes on the card"), required=False),
    }


def _preview() -> forms.Field:
    return forms.Field(label=_("How it will look"), required=False, widget=PreviewInput())


def _default(typed: str, options: list[dict[str, Any]]) -> Any:
    """What was typed; of a choice the id of the option of this name."""
    if not typed:
        return None
    if not options:
        return typed
    found = next((one["id"] for one in options if one["label"].lower() == typed.lower()), None)
    if found is None:
        raise Refused("fields.bad_default", _("There is no option “%(name)s”."), name=typed, missing=["default"])
    return found
