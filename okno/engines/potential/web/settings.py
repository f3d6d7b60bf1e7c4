"""Settings of potential: formulas in the order in which they are asked, and tables of coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.potential import commands, queries, rules
from okno.engines.potential.models import Coefficients, Formula
from okno.kit import expressions, money, sold
from okno.kit.errors import Refused
from okno.kit.expressions import Type
from okno.kit.permissions import Actor
from okno.kit.rates import MANAGEMENT
from okno.kit.registry import Record
from okno.kit.web import htmx
from okno.kit.web.conditions import ConditionField
from okno.kit.web.days import DayField
from okno.kit.web.expressions import ExpressionField
from okno.kit.web.forms import CONTROL, LinkField
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.by_record import RecordPage, in_words

HERE = "/settings/potential/"
FIRST = {**CONTROL, "autofocus": True}
GIVES = frozenset({str(Type.NUMBER)})


class Formulas(RecordPage):
    """The formulas and tables of one record."""

    here, permission = HERE, commands.set_formula.name
    actions: ClassVar[dict[str, str]] = {"take": "take", "move": "move", "recount": "recount"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page. :raises Missing: no rows have a potential."""
        record = self.record
        formulas = queries.formulas(record.name)
        names = queries.names_of(self.actor, [one.group for one in formulas])
        context = {
            "page_title": _("Formulas of potential"),
            "record": record.name,
            "records": self.record_tabs(),
            "formulas": [
                _line(self.actor, record, one, number, len(formulas), names) for number, one in enumerate(formulas)
            ],
            "tables": [_table(record, one) for one in queries.tables(record.name)],
        }
        return self.answer("potential/settings.html", context)

    def take(self, **_address: Any) -> HttpResponse:
        """Begin with the formulas that are shipped."""
        commands.take_shipped.run(self.actor, record=self.record.name)
        return self.back()

    def recount(self, **_address: Any) -> HttpResponse:
        """Estimate all rows anew, with progress."""
        job = commands.recount.run(self.actor, record=self.record.name)
        return htmx.redirect(self.request, f"/jobs/{job}/")

    def move(self, **_address: Any) -> HttpResponse:
        """A formula goes one place up or down."""
        ids = [one.pk for one in queries.formulas(self.record.name)]
        if (moved := self.moved(ids)) != ids:
            commands.order_formulas.run(self.actor, record=self.record.name, ids=moved)
        return self.back()

    def open_records(self) -> list[Record]:
        """All records whose rows have a potential."""
        return queries.valued()


class FormulaForm(forms.Form):
    """What a formula says; its record stands in it, as fields are those of its rows."""

    record = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(FIRST))
    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=Formula.Period.choices, initial="year")
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=money.CHOICES, initial=MANAGEMENT)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record = queries.the_record(str(self.data.get("record") or self.initial.get("record") or ""))
        self.fields["valid_from"] = DayField(label=_("Valid from"), required=False)
        help_text = _("Without conditions, for all that no formula of the group above is for.")
        label = _("For which cards")
        self.fields["condition"] = ConditionField(actor, record, label=label, required=False, help_text=help_text)
        help_text = _('What a card could buy in the period. A table: coefficient("name", field).')
        self.fields["expression"] = ExpressionField(
            actor, record, gives=GIVES, label=_("Sales potential"), help_text=help_text
        )
        help_text = _("What it bought of the same in the period, roubles, to compare with.")
        self.fields["fact"] = ExpressionField(
            actor, record, gives=GIVES, label=_("What was bought"), required=False, help_text=help_text
        )
        self._add_goods(actor, record)

    def _add_goods(self, actor: Actor, record: Record) -> None:
        """The product group, and the documents that tell what was bought of it."""
        groups = queries.group_record()
        if groups is not None:
            text = _("A card has a potential in each group; without one the formula is for everything else.")
            chosen = (self.data or {}).get("group") or self.initial.get("group")
            label = _("Product group")
            self.fields["group"] = LinkField(
                actor, groups.name, label=label, required=False, chosen=chosen, help_text=text
            )
        known = [(one.record, one.label) for one in queries.sources(record.name)]
        self.fields["bought"] = forms.ChoiceField(
            label=_("What was bought, by documents"),
            choices=[("", _("by the expression below")), *known],
            required=False,
            help_text=_("Lines of goods of the group and of those inside it, of the last month, quarter or year."),
        )


class AddFormula(CommandPage):
    """A new formula."""

    command, form = commands.set_formula, FormulaForm
    layout = (
        (gettext_lazy("Formula"), ("name", "group", "period", "currency", "valid_from", "condition")),
        (gettext_lazy("How it is worked out"), ("expression", "bought", "fact")),
    )
    title, submit = gettext_lazy("New formula of potential"), gettext_lazy("Save")
    settings_url = HERE


class ChangeFormula(AddFormula):
    """Another expression, other cards."""

    on, query = "formula", queries.formula_for_page
    title = gettext_lazy("Formula of potential")
    is_single = True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is set now."""
        told = (
            "record",
            "name",
            "period",
            "currency",
            "group",
            "valid_from",
            "condition",
            "expression",
            "bought",
            "fact",
        )
        return {name: getattr(row, name) for name in told}


class DropFormula(CommandPage):
    """Nothing is worked out by it any more."""

    command, on, query = commands.drop_formula, "formula", queries.formula_for_page
    is_danger = is_single = True
    text = gettext_lazy("What cards had come to stays in their history; undo brings the formula back.")
    settings_url = HERE


class TableForm(forms.Form):
    """A table of coefficients, a line for each value."""

    record = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        widget=forms.TextInput(CONTROL),
        help_text=gettext_lazy("Formulas call it by this name."),
    )
    rows = forms.CharField(
        label=gettext_lazy("Coefficients"),
        widget=forms.Textarea({"class": "form-control", "rows": 8}),
        help_text=gettext_lazy("Each on a line: Wholesale = 1.5"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record = queries.the_record(str(self.data.get("record") or self.initial.get("record") or ""))
        known = [(key, str(one.label)) for key, one in record.all_fields().items() if not one.many]
        self.fields["field"] = forms.ChoiceField(
            label=_("By what"), required=False, choices=[("", _("any text")), *known]
        )

    def clean_rows(self) -> list[dict[str, str]]:
        """Values with their numbers. :raises ValidationError: a line cannot be read."""
        try:
            return rules.read_rows(self.cleaned_data["rows"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.message.replace("%", "%%")) from refusal


class AddTable(CommandPage):
    """A new table of coefficients."""

    command, form = commands.set_table, TableForm
    title, submit = gettext_lazy("New table of coefficients"), gettext_lazy("Save")
    settings_url = HERE


class ChangeTable(AddTable):
    """Other coefficients."""

    on, query = "table", queries.table_for_page
    title = gettext_lazy("Table of coefficients")
    is_single = True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is set now."""
        told = {name: getattr(row, name) for name in ("record", "name", "field")}
        rows: list[dict[str, str]] = getattr(row, "rows", [])
        return {**told, "rows": "\n".join(f"{one['value']} = {one['number'].replace('.', ',')}" for one in rows)}


class DropTable(CommandPage):
    """Formulas look it up no more."""

    command, on, query = commands.drop_table, "table", queries.table_for_page
    is_danger = is_single = True
    text = gettext_lazy("Formulas that name it give nothing then; undo brings it back.")
    settings_url = HERE


def _line(actor: Actor, record: Record, one: Formula, number: int, of: int, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "period": one.get_period_display(),
        "product": names[one.group] if one.group else "",
        "currency": one.currency if one.currency != MANAGEMENT else "",
        "expression": _labelled(record, one.expression),
        "fact": _documents(one.bought) or _labelled(record, one.fact),
        "is_broken": queries.read(one.expression, record) is None,
        "condition": in_words(actor, record, one.condition),
        "url": f"{HERE}{one.pk}/",
        "drop_url": f"{HERE}{one.pk}/drop/",
        "is_first": number == 0,
        "is_last": number == of - 1,
    }


def _labelled(record: Record, source: str) -> str:
    """An expression as people read it; as it is kept where it is broken."""
    try:
        return expressions.with_labels(source, record) if source else ""
    except Refused:
        return source


def _documents(name: str) -> str:
    """What documents that tell what was bought are called."""
    return str(next((one.label for one in sold.known() if one.record == name), name))


def _table(record: Record, one: Coefficients) -> dict[str, Any]:
    field = record.field(one.field) if one.field else None
    return {
        "name": one.name,
        "field": field.label if field else "",
        "rows": ", ".join(f"{row['value']} = {row['number'].replace('.', ',')}" for row in one.rows),
        "url": f"{HERE}tables/{one.pk}/",
        "drop_url": f"{HERE}tables/{one.pk}/drop/",
    }
