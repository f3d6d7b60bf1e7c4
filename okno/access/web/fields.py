"""Custom fields of every record: in sections that are dragged into order, added, changed, retired and brought back."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, ClassVar

from django import forms as django_forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.web import field_forms
from okno.access.web.field_forms import changed_options, new_key
from okno.access.web.field_lists import FIELDS, listed
from okno.kit.errors import Refused
from okno.kit.fields import custom, usage
from okno.kit.kinds import Kind
from okno.kit.models import FieldDef
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page


def field(_actor: Actor, field_id: int) -> FieldDef | None:
    """A custom field by id."""
    return FieldDef.objects.filter(pk=field_id).first()


def url_of(record: str) -> str:
    """The fields of one record."""
    return f"{FIELDS}?record={record}"


class Fields(Page):
    """The custom fields of one record, and a way to those of the others."""

    permission = custom.add.name
    parts: ClassVar[dict[str, str]] = {"list": "list_alone"}
    actions: ClassVar[dict[str, str]] = {"arrange": "arrange", "preview": "preview"}

    def show(self, **_address: Any) -> HttpResponse:
        """The list."""
        known = [one for one in registry.records.values() if field_forms.takes_fields(one)]
        shown = field_forms.asked_record(self.request.GET.get("record", ""))
        records = [
            {"label": str(one.plural), "url": url_of(one.name), "is_shown": one is shown, "icon": one.icon}
            for one in sorted(known, key=lambda one: str(one.plural))
        ]
        context = {**listed(self.actor, shown), "records": records, "page_title": _("Fields")}
        return self.answer("settings/fields.html", context)

    def list_alone(self, **_address: Any) -> HttpResponse:
        """The list anew: an index is ready."""
        record = registry.record(self.request.GET.get("record", ""))
        return self.answer("settings/fields_list.html", listed(self.actor, record))

    def arrange(self, **_address: Any) -> HttpResponse:
        """Keep the order and the sections that fields were dragged into. :raises Refused: they cannot be read."""
        record = self.request.GET.get("record", "")
        try:
            places = json.loads(self.request.POST.get("places", "[]"))
            places = [{"id": int(one["id"]), "section": str(one["section"])} for one in places]
        except (ValueError, TypeError, KeyError) as error:
            raise Refused("fields.bad_places", _("This link is out of date; open the list again.")) from error
        custom.arrange.run(self.actor, record=record, places=places)
        return HttpResponse(status=204)

    def preview(self, **_address: Any) -> HttpResponse:
        """The input of a field that is being thought up."""
        return self.answer("settings/field_look.html", {"field": field_forms.preview(self.actor, self.request.POST)})


class AddField(CommandPage):
    """A new field of a record."""

    command = custom.add
    done = gettext_lazy("The field is added.")
    submit = gettext_lazy("Add")

    @cached_property
    def record(self) -> Record:
        """The record that the form or its address names."""
        return field_forms.asked_record(self.request.POST.get("record") or self.request.GET.get("record", ""))

    @property
    def title(self) -> str:  # type: ignore[override]
        """Whose field it is going to be."""
        return _("New field: %(record)s") % {"record": self.record.plural}

    def make_form(self, row: Model | None, **given: Any) -> django_forms.BaseForm:
        """The form of a field of this record."""
        return field_forms.FieldForm(actor=self.actor, record=self.record, **given)

    def initial(self, row: Model | None) -> dict[str, Any]:
        """History is kept unless one says otherwise."""
        return {"is_tracked": True, **super().initial(row)}

    def logic(self, form: django_forms.BaseForm, row: Model | None) -> str:
        """Inputs that only some kinds have come with the kind."""
        return json.dumps(field_forms.rules())

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """A key of the name where none is given, ids of the options, and what goes with the kind."""
        kind = cleaned["kind"]
        options = [{"id": str(number), "label": label} for number, label in enumerate(cleaned["options"], 1)]
        key = cleaned["key"].replace("-", "_").lower() or new_key(self.record.name, cleaned["label"])
        is_many = kind == field_forms.SEVERAL
        return {
            "record": self.record.name,
            "key": key,
            "label": cleaned["label"],
            "kind": str(Kind.CHOICE) if is_many else kind,
            "is_many": is_many,
            "link": cleaned.get("link", "") if kind == Kind.LINK else "",
            "settings": field_forms.settings_of(cleaned, kind, options),
        }

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return url_of(result.record) if isinstance(result, FieldDef) else FIELDS


class OnField(CommandPage):
    """A command about one field."""

    on, query = "field", field

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return url_of(row.record) if isinstance(row, FieldDef) else FIELDS


class ChangeField(OnField):
    """Rename a field, its options or its flags; values stay with them."""

    command = custom.change
    done = gettext_lazy("The field is changed.")
    submit = gettext_lazy("Save")

    def make_form(self, row: Model | None, **given: Any) -> django_forms.BaseForm:
        """The form of this very field."""
        assert isinstance(row, FieldDef)  # noqa: S101 - `on` says so
        return field_forms.FieldForm(actor=self.actor, record=registry.record(row.record), row=row, **given)

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What it is now."""
        assert isinstance(row, FieldDef)  # noqa: S101 - `on` says so
        names = ("label", "result", "currency", "section", "hint", *field_forms.FLAGS)
        labels = {str(one["id"]): one["label"] for one in row.options}
        default = labels.get(str(row.default), row.default) if row.options else row.default
        lines = [one["label"] for one in row.options if not one.get("is_retired")]
        found = {name: getattr(row, name) for name in names}
        told = {"options": "\n".join(lines), "default": _typed(default), "formula": row.formula}
        return {**found, **told}

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """Options that keep their ids."""
        row: Any = self.row(**self.kwargs)
        options = changed_options(row.options, cleaned.get("options", []))
        told = field_forms.settings_of(cleaned, field_forms.kind_of(row), options)
        return {"settings": {"label": cleaned["label"], **told}}


class RetireField(OnField):
    """Take a field out of use, or bring it back; what uses it is told first."""

    command = custom.retire

    @property
    def text(self) -> str:  # type: ignore[override]
        """What would lose the field."""
        row: Any = self.row(**self.kwargs)
        kept = _("Its values stay: a field that is brought back has them all.")
        if row.is_retired:
            return kept
        count, names = (
            usage.rows_with_values(row),
            [": ".join(filter(None, (one.what, one.name))) for one in usage.uses(row)],
        )
        many = f"{usage.MOST}+" if count >= usage.MOST else str(count)
        told = [kept, _("Cards with a value: %(count)s.") % {"count": many}]
        if names:
            told.append(_("Used by: %(names)s.") % {"names": "; ".join(names[:20])})
        return " ".join(told)

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The other way round than now."""
        return {"is_retired": not getattr(self.row(**self.kwargs), "is_retired", False)}


def _typed(value: Any) -> str:
    """A default as one would type it."""
    raw = value.get("a") if isinstance(value, dict) else value
    if isinstance(raw, bool):
        return _("yes") if raw else _("no")
    return "" if raw is None else str(raw)
