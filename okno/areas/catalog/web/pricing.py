"""Pages of rules of prices: who gets which type, in which order it is asked."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.catalog import commands, queries
from okno.areas.catalog.models import PriceType
from okno.areas.catalog.record import PRICE_TYPE
from okno.areas.catalog.web import forms
from okno.areas.catalog.web.price_types import without_types
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.by_record import RecordPage, in_words

HERE = "/price-types/rules/"


class PriceRules(RecordPage):
    """Types of prices: those with a rule in the order in which they are asked, then the others."""

    here, permission = HERE, commands.set_price_rule.name
    actions: ClassVar[dict[str, str]] = {"move": "move"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page."""
        asked = queries.price_rules()
        known = {one.pk for one in asked}
        others = [one for one in queries.price_types(self.actor).order_by("name") if one.pk not in known]
        usual = queries.default_price_type()
        context = {
            "page_title": _("Who gets which prices"),
            "rules": [_line(self.actor, one, number, len(asked)) for number, one in enumerate(asked)],
            "others": [
                {"name": one.name, "url": f"/price-types/{one.pk}/whom/", "is_usual": one == usual} for one in others
            ],
            "usual": usual.name if usual else "",
            "empty": {} if usual else without_types(self.actor),
        }
        return self.answer("catalog/price_rules.html", context)

    def move(self, **_address: Any) -> HttpResponse:
        """A rule goes one place up or down."""
        ids = [one.pk for one in queries.price_rules()]
        if (moved := self.moved(ids)) != ids:
            commands.order_price_rules.run(self.actor, ids=moved)
        return self.back()

    def open_records(self) -> list[Record]:
        """Rules are of types of prices alone."""
        return [PRICE_TYPE]


class Whom(CommandPage):
    """Which clients get prices of a type."""

    command, form, on, query = commands.set_price_rule, forms.Whom, "price_type", queries.price_type
    submit, done = gettext_lazy("Save"), gettext_lazy("The rule of prices is saved.")
    is_single = True

    @property
    def title(self) -> str:  # type: ignore[override]
        """With the name of the type."""
        return _("Who gets prices of the type “%(name)s”") % {"name": self.row(**self.kwargs)}

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The condition there is."""
        return {"condition": getattr(row, "condition", None) or None}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the rules."""
        return HERE


class DropWhom(CommandPage):
    """A type of prices is for nobody in particular."""

    command, on, query = commands.drop_price_rule, "price_type", queries.price_type
    title, submit = gettext_lazy("Delete the rule"), gettext_lazy("Delete")
    text = gettext_lazy("The type and its prices stay; new lines of documents do not take it by themselves.")
    is_danger = is_single = True

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the rules."""
        return HERE


def _line(actor: Actor, one: PriceType, number: int, of: int) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "url": f"/price-types/{one.pk}/whom/",
        "drop_url": f"/price-types/{one.pk}/whom/drop/",
        "condition": in_words(actor, queries.customers(), one.condition),
        "is_broken": not queries.is_sound(one),
        "is_first": number == 0,
        "is_last": number == of - 1,
    }
