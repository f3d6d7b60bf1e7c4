"""Custom fields of every record: added, changed, retired and brought back."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.web import forms
from okno.kit.fields import custom
from okno.kit.fields.kinds import Kind
from okno.kit.models import FieldDef
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page

FIELDS = "/settings/fields/"
KINDS = (
    (Kind.TEXT, gettext_lazy("Line of text")),
    (Kind.LONG_TEXT, gettext_lazy("Long text")),
    (Kind.INTEGER, gettext_lazy("Whole number")),
    (Kind.DECIMAL, gettext_lazy("Number")),
    (Kind.MONEY, gettext_lazy("Sum of money")),
    (Kind.DATE, gettext_lazy("Day")),
    (Kind.MOMENT, gettext_lazy("Day and time")),
    (Kind.BOOLEAN, gettext_lazy("Yes or no")),
    (Kind.CHOICE, gettext_lazy("One of a list")),
    (Kind.PHONE, gettext_lazy("Phone")),
    (Kind.EMAIL, gettext_lazy("E-mail")),
)
LABELS = {kind.value: label for kind, label in KINDS}


def field(_actor: Actor, field_id: int) -> FieldDef | None:
    """A custom field by id."""
    # ast-grep-ignore: unscoped-read settings: the page asks its own right first
    return FieldDef.objects.filter(pk=field_id).first()


class Fields(Page):
    """All custom fields, record by record."""

    permission = custom.add.name

    def show(self, **_address: Any) -> HttpResponse:
        """The list."""
        found: dict[str, list[FieldDef]] = {}
        # ast-grep-ignore: unscoped-read settings: the page asks its own right first
        for one in FieldDef.objects.order_by("record", "is_retired", "position", "id"):
            found.setdefault(one.record, []).append(one)
        records = sorted(registry.records.values(), key=lambda one: str(one.plural))
        groups = [
            {
                "title": str(record.plural),
                "add_url": f"{FIELDS}new/?record={record.name}",
                "fields": [_shown(one) for one in found.get(record.name, [])],
            }
            for record in records
            if _takes_fields(record.model)
        ]
        return self.answer("settings/fields.html", {"groups": groups, "page_title": _("Custom fields")})


class NewField(django_forms.Form):
    """A new field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [one for one in registry.records.values() if _takes_fields(one.model)]
        records = [(one.name, str(one.plural)) for one in known]
        self.fields["record"] = django_forms.ChoiceField(label=_("Of what"), choices=_by_label(records))
        self.fields["label"] = forms.text(_("Name"), most=200, required=True)
        self.fields["kind"] = django_forms.ChoiceField(
            label=_("What it holds"), choices=[(kind.value, label) for kind, label in KINDS]
        )
        help_text = _("For formulas and the API. Empty: made of the name.")
        self.fields["key"] = django_forms.SlugField(label=_("Key"), required=False, max_length=38, help_text=help_text)
        self.fields["options"] = _options_field()
        self.fields["is_required"] = django_forms.BooleanField(label=_("Required"), required=False)
        self.fields["is_sortable"] = django_forms.BooleanField(label=_("Lists can be sorted by it"), required=False)

    def clean(self) -> dict[str, Any]:
        """A choice needs something to choose from."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == Kind.CHOICE and not cleaned.get("options"):
            self.add_error("options", _("Write what there is to choose from, each on a line of its own."))
        return cleaned


class AddField(CommandPage):
    """A new field of a record."""

    command, form = custom.add, NewField
    title, submit = gettext_lazy("New field"), gettext_lazy("Add")

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """A key of the name where none is given, and ids of the options."""
        lines = cleaned["options"] if cleaned["kind"] == Kind.CHOICE else []
        options = [{"id": str(number), "label": label} for number, label in enumerate(lines, 1)]
        key = cleaned["key"].replace("-", "_") or new_key(cleaned["record"], cleaned["label"])
        return {**cleaned, "key": key, "options": options}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return FIELDS


class ChangedField(django_forms.Form):
    """Another name, other options."""

    def __init__(self, *args: Any, row: FieldDef | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"] = forms.text(_("Name"), most=200, required=True)
        if row is not None and row.kind == Kind.CHOICE:
            self.fields["options"] = _options_field(required=True)


class OnField(CommandPage):
    """A command about one field."""

    on, query = "field", field

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What it is now."""
        assert isinstance(row, FieldDef)  # noqa: S101 - `on` says so
        return {"label": row.label, "options": "\n".join(one["label"] for one in row.options)}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return FIELDS


class ChangeField(OnField):
    """Rename a field or its options; values stay with them."""

    command, form = custom.change, ChangedField
    submit = gettext_lazy("Save")

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """Options that keep their ids."""
        row: Any = self.row(**self.kwargs)
        options = {"options": changed_options(row.options, cleaned["options"])} if "options" in cleaned else {}
        return {"settings": {"label": cleaned["label"], **options}}


class RetireField(OnField):
    """Take a field out of use, or bring it back."""

    command, form = custom.retire, forms.Nothing
    text = gettext_lazy("Its values stay: a field that is brought back has them all.")

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The other way round than now."""
        return {"is_retired": not getattr(self.row(**self.kwargs), "is_retired", False)}


def changed_options(was: list[dict[str, Any]], lines: list[str]) -> list[dict[str, str]]:
    """
    Options after editing: a line that was there keeps its id; with as many lines as before, one that was not there
    is the renamed option of its place; others are new.
    """
    by_label = {one["label"]: str(one["id"]) for one in was}
    used = {by_label[line] for line in lines if line in by_label}
    last = max((int(one["id"]) for one in was if str(one["id"]).isdigit()), default=0)
    found = []
    for number, line in enumerate(lines):
        known = by_label.get(line)
        if known is None and len(lines) == len(was) and str(was[number]["id"]) not in used:
            known = str(was[number]["id"])
        if known is None:
            last += 1
            known = str(last)
        found.append({"id": known, "label": line})
    return found


def new_key(record: str, label: str) -> str:
    """A key that the record has not got: Latin letters of the name, or a number."""
    # ast-grep-ignore: unscoped-read settings: the page asks its own right first
    known = set(FieldDef.objects.filter(record=record).values_list("key", flat=True))
    made = slugify(label).replace("-", "_").lstrip("0123456789_")[:38]
    if made and made not in known:
        return made
    number = len(known) + 1
    while f"field_{number}" in known:
        number += 1
    return f"field_{number}"


class Lines(django_forms.CharField):
    """Texts, one on a line."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Lines without repetitions and empty ones."""
        return list(dict.fromkeys(one.strip() for one in str(value or "").splitlines() if one.strip()))


def _options_field(*, required: bool = False) -> Lines:
    widget = django_forms.Textarea({"rows": 5, "class": "form-control"})
    return Lines(
        label=_("What to choose from"), required=required, widget=widget, help_text=_("Each on a line of its own.")
    )


def _takes_fields(model: type[Model]) -> bool:
    return any(one.name == "extra" for one in model._meta.get_fields())


def _shown(one: FieldDef) -> dict[str, Any]:
    return {
        "label": one.label,
        "key": f"x_{one.key}",
        "kind": str(LABELS.get(one.kind, one.kind)),
        "options": ", ".join(option["label"] for option in one.options),
        "is_retired": one.is_retired,
        "change_url": f"{FIELDS}{one.pk}/",
        "retire_url": f"{FIELDS}{one.pk}/retire/",
    }


def _by_label(records: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(records, key=lambda one: one[1])
