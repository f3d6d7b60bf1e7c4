"""What inputs of our own have in common: a template of the project draws them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.widgets import ChoiceWidget
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

# Choices that one column holds without becoming a wall.
FEW = 10


class Drawn(forms.Widget):
    """An input drawn by the template of the project that its `template_name` names, from its `get_context`."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The renderer of Django's forms knows its own templates only, so it is passed over."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class _Group(ChoiceWidget):
    """A group of choices that are all seen at once; each looks like the tick boxes of other fields."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"class": "checks", **(attrs or {})}, choices)

    @property
    def is_wide(self) -> bool:
        """Many choices stand in columns over the whole form."""
        return len(list(self.choices)) > FEW

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Django gives the class of the group to each of its inputs too."""
        option = super().create_option(*args, **kwargs)
        option["attrs"]["class"] = "form-check-input"
        return option


class Ticks(_Group, forms.CheckboxSelectMultiple):
    """Any of a few choices."""


class Dots(_Group, forms.RadioSelect):
    """One of a few choices."""
