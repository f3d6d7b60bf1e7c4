"""A condition as a field of a Django form: any command that takes one asks for it by the same editor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.safestring import SafeString

from okno.kit.errors import Refused
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web.conditions.builder import Builder


@dataclass(frozen=True)
class Sent:
    """What a form sent, and the name under which its editor stands there."""

    data: QueryDict
    name: str


class ConditionInput(forms.Widget):
    """The editor; what it sends is read by the names of its inputs."""

    builder: Builder

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Everything that was sent: the editor finds its own inputs in it."""
        return Sent(data, name) if f"{name}~kind" in data else data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether the form was sent without the editor."""
        return f"{name}~kind" not in data

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The editor with what was sent, or with the condition there is."""
        builder = self.named(name)
        return builder.again(value.data) if isinstance(value, Sent) else builder.render(value)

    def named(self, name: str) -> Builder:
        """The editor under the name of the field in its form."""
        return replace(self.builder, name=name)


class ConditionField(forms.Field):
    """
    A condition on rows of a record, cleaned to its JSON tree; None when it asks nothing.

    :param changes: offer operators that compare with what was before an event.
    """

    widget = ConditionInput

    def __init__(self, actor: Actor, record: Record, *, changes: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.builder = self.widget.builder = Builder(actor, record, changes=changes)

    def to_python(self, value: Any) -> Any:
        """The tree. :raises ValidationError: a value in it cannot be read."""
        if not isinstance(value, Sent):
            return value or None
        try:
            tree = replace(self.builder, name=value.name).read(value.data)
        except Refused as refusal:
            raise ValidationError(refusal.message.replace("%", "%%"), code=refusal.code) from refusal
        return None if tree == {"all": []} else tree
