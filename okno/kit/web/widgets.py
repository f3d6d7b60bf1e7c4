"""What inputs of our own have in common: a template of the project draws them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class Drawn(forms.Widget):
    """An input drawn by the template of the project that its `template_name` names, from its `get_context`."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The renderer of Django's forms knows its own templates only, so it is passed over."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))
