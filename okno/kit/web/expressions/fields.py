"""An expression as a field of a Django form: shown with labels, kept with keys."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from okno.kit import expressions
from okno.kit.errors import Refused
from okno.kit.expressions.checking import TYPE_WORDS
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web.expressions import offered
from okno.kit.web.expressions.told import told
from okno.kit.web.widgets import Drawn


class ExpressionInput(Drawn, forms.Textarea):
    """The editor: the text, what it comes to, and the names to choose from."""

    template_name = "kit/expression.html"
    actor: Actor
    record: Record

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template of the editor needs."""
        source = str(value or "")
        return {
            "name": name,
            "value": source,
            "attrs": self.build_attrs({"class": "form-control", "rows": 3}, attrs),
            "url": f"/expressions/{self.record.name}/?{urlencode({'name': name})}",
            "pick_url": f"/pick/{self.record.name}/" if hasattr(self.record.model, "reach") else "",
            "told": told(self.actor, self.record, source, None),
            "groups": offered.names(self.actor, self.record),
        }


class ExpressionField(forms.CharField):
    """
    An expression over a record, cleaned to the form in which it is kept.

    :param gives: the types that suit, any when it is empty.
    """

    widget = ExpressionInput

    def __init__(self, actor: Actor, record: Record, *, gives: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(max_length=2000, **kwargs)
        self.record, self.gives = record, gives
        self.widget.actor, self.widget.record = actor, record

    def prepare_value(self, value: Any) -> Any:
        """As people read it: labels in the place of keys, where the expression still holds."""
        try:
            return expressions.with_labels(str(value), self.record) if value else value
        except Refused:
            return value

    def clean(self, value: Any) -> str:
        """With keys. :raises ValidationError: it is wrong, or gives another type than is asked for."""
        source = super().clean(value)
        if not source:
            return ""
        try:
            made = expressions.parse(source, self.record)
            kept = expressions.with_keys(source, self.record)
        except Refused as refusal:
            raise ValidationError(refusal.message.replace("%", "%%"), code=refusal.code) from refusal
        if self.gives and made.type not in self.gives and made.type != "any":
            raise ValidationError(
                _("It gives %(type)s, which does not fit here."),
                code="wrong_type",
                params={"type": TYPE_WORDS[made.type]},
            )
        return kept
