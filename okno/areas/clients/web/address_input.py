"""The input of an address: suggestions of the classifier appear below while one types."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from okno.kit.web.forms import CONTROL


class AddressInput(forms.TextInput):
    """A text whose beginnings the server goes on with; whatever is typed is kept as it is."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The box and the list that htmx fills."""
        built = self.build_attrs({**self.attrs, **CONTROL, "autocomplete": "off"}, attrs)
        context = {"name": name, "value": value or "", "attrs": built, "list": f"{built.get('id', name)}-list"}
        return render_to_string("clients/address_input.html", context)
