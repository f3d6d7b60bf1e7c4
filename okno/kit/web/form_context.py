"""A Django form made ready for the templates of forms and dialogs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField

Context = dict[str, Any]


def fields_of(form: forms.BaseForm) -> list[Context]:
    """The visible fields of a form."""
    return [field_of(bound) for bound in form.visible_fields()]


def sections_of(form: forms.BaseForm, layout: Sequence[tuple[object, Sequence[str]]]) -> list[Context]:
    """The fields of a form under titles; those that no section names are left out."""
    return [
        {"title": title, "fields": [field_of(form[name]) for name in names if name in form.fields]}
        for title, names in layout
    ]


def field_of(bound: BoundField) -> Context:
    """One field with its input, as kit/form_field.html takes it."""
    name, field = bound.html_name, bound.field
    widget = field.widget
    errors = " ".join(str(one) for one in bound.errors)
    described = [
        part for part in (f"help-{name}" if bound.help_text else "", f"error-{name}" if errors else "") if part
    ]
    attrs: dict[str, Any] = {"id": f"id_{name}"}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if errors:
        attrs["aria-invalid"] = "true"
    if "class" not in widget.attrs:
        attrs["class"] = _class_of(widget)
    return {
        "name": name,
        "label": bound.label,
        "widget": bound.as_widget(attrs=attrs),
        "required": is_asked(field),
        "help": bound.help_text,
        "error": errors,
        "wide": isinstance(widget, forms.Textarea) or getattr(widget, "is_wide", False),
        "multipart": widget.needs_multipart_form,
        "check": isinstance(widget, forms.CheckboxInput),
    }


def is_asked(field: forms.Field) -> bool:
    """Whether a form is not sent without the field: it cannot be, or people demand it."""
    return field.required or getattr(field, "is_demanded", False)


def errors_of(form: forms.BaseForm) -> list[Context]:
    """Errors summed up: those of the form, then those of its fields."""
    found = [{"field": "", "label": "", "text": text} for text in form.non_field_errors()]
    for bound in form.visible_fields():
        found += [{"field": bound.html_name, "label": bound.label, "text": text} for text in bound.errors]
    return found


def hidden_of(form: forms.BaseForm) -> list[Context]:
    """Hidden fields as names and values."""
    return [
        {"name": bound.html_name, "value": "" if bound.value() is None else bound.value()}
        for bound in form.hidden_fields()
    ]


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
