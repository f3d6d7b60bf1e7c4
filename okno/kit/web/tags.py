"""Tags in forms and cells: an input in which names are typed, and chips in their colours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from okno.kit.errors import Refused
from okno.kit.fields.tagging import add_tags
from okno.kit.kinds.tag_names import folded, tidy
from okno.kit.permissions import Actor
from okno.kit.registry import Field


class TagsInput(forms.SelectMultiple):
    """A choice of tags in their colours; whoever may add some types what is not there."""

    colours: Mapping[str, int] = {}

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """An option that knows its colour."""
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        option["attrs"]["data-colour"] = self.colours.get(str(option["value"]), 1)
        return option


class TagsField(forms.MultipleChoiceField):
    """Ids of tags, and names of those that are not there yet: the command of the row makes tags of them."""

    widget = TagsInput

    def __init__(
        self, actor: Actor, field: Field, *, closed: Collection[str], chosen: Collection[str], **given: Any
    ) -> None:
        self.may_add = actor.may(add_tags.name)
        self.known = [
            (str(one), str(label)) for one, label in field.choices if str(one) in chosen or str(one) not in closed
        ]
        widget = TagsInput({"class": "form-select", "data-controller": "select", "data-select-tags-value": "true"})
        widget.colours = dict(field.colours)
        if self.may_add:
            widget.attrs["data-select-create-value"] = "true"
        super().__init__(choices=self.known, widget=widget, **given)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was typed stands in the input again when the form comes back."""
        known = {str(one) for one, _label in self.known}
        typed = [(one, one) for one in data or () if one not in known]
        self.choices = [*self.known, *typed]
        return super().bound_data(data, initial)

    def validate(self, value: Any) -> None:
        """:raises ValidationError: a name is none, or is new and may not be added."""
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        for one in value:
            if not self.valid_value(one):
                self._check_name(one)

    def _check_name(self, name: str) -> None:
        try:
            text = folded(tidy(name))
        except Refused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        is_there = any(folded(label) == text for _one, label in self.known)
        if not self.may_add and not is_there:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": name})
