"""Group change of fields: the dialog where fields, ways and values are chosen line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import permissions
from okno.kit.arguments import plain
from okno.kit.changing import edits
from okno.kit.changing.asked import Asked, update_of
from okno.kit.changing.edits import WORDS, Edit, How
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.ids import id_of
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record
from okno.kit.web import form_context
from okno.kit.web.expressions import ExpressionField
from okno.kit.web.forms import AmountField, LinkField, field_for
from okno.kit.web.pages import bulk_part
from okno.kit.web.tags import TagsField

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

MOST_LINES = 10
EXAMPLE = gettext_lazy("Fields by their names, for example: Amount * 1.1 or round(Amount; 0)")


def may_change(actor: Actor, record: Record) -> bool:
    """Whether the actor may change fields of many rows of the record."""
    try:
        command, _on = update_of(record)
    except Missing:
        return False
    return actor.may(command.name) and bool(edits.editable(actor, record))


class Lines(forms.Form):
    """Lines of a field, a way and a value; what a line asks depends on the field that was chosen in it."""

    def __init__(self, actor: Actor, record: Record, asked: QueryDict, *, bound: bool) -> None:
        self.known = edits.editable(actor, record)
        self.actor, self.record, self.count = actor, record, _count(asked)
        super().__init__(asked if bound else None, initial=asked.dict())
        for number in range(self.count):
            self._add(number, asked)
        self.fields[bulk_part.SILENT] = bulk_part.silent_field()

    def _add(self, number: int, asked: QueryDict) -> None:
        labels = sorted(((key, str(one.label)) for key, one in self.known.items()), key=lambda one: one[1])
        choices = [("", "—"), *labels]
        self.fields[f"field-{number}"] = forms.ChoiceField(label=_("Field"), choices=choices, required=False)
        field = self.known.get(asked.get(f"field-{number}", ""))
        if field is None:
            return
        hows = edits.hows_for(field)
        ways = [(str(one), WORDS[one]) for one in hows]
        self.fields[f"how-{number}"] = forms.ChoiceField(label=_("What to do"), choices=ways)
        how = asked.get(f"how-{number}", "")
        chosen = How(how) if how in hows else hows[0]
        if chosen != How.CLEAR:
            value = asked.get(f"value-{number}")
            self.fields[f"value-{number}"] = _value_field(self.actor, self.record, field, chosen, value)

    def lines(self) -> list[list[dict[str, Any]]]:
        """The inputs, line by line."""
        names = [[f"{part}-{number}" for part in ("field", "how", "value")] for number in range(self.count)]
        return [[form_context.field_of(self[name]) for name in line if name in self.fields] for line in names]

    def edits(self) -> list[Edit]:
        """What the lines ask; lines without a field are left out."""
        found = []
        for number in range(self.count):
            key = self.cleaned_data.get(f"field-{number}")
            if key:
                value = plain(self.cleaned_data.get(f"value-{number}"))
                how = How(self.cleaned_data[f"how-{number}"])
                field = self.known[key]
                is_one_of_many = field.many and value is not None and not isinstance(value, list)
                found.append(Edit(key, how, [value] if is_one_of_many else value))
        return found

    def blame(self, refusal: Refused | Denied) -> None:
        """Put a refusal beside the value of the field that it names."""
        missing = refusal.params.get("missing", [])
        for number in range(self.count):
            if self.data.get(f"field-{number}") in missing and f"value-{number}" in self.fields:
                self.add_error(f"value-{number}", refusal.message)
                return
        self.add_error(None, refusal.message)


def run(page: ListPage) -> HttpResponse:
    """The dialog as its lines are filled in; once it was sent, what would become of each row."""
    command, on = update_of(page.record)
    permissions.check_may(page.actor, command.name)
    asked = _asked(page)
    is_sent = bool(asked.get("go"))
    form = Lines(page.actor, page.record, asked, bound=is_sent)
    if not is_sent or not form.is_valid():
        return _dialog(page, form, 422 if is_sent else 200)
    found = form.edits()
    try:
        edits.check(page.actor, page.record, found)
        found = edits.settled(page.actor, page.record, found)
    except (Refused, Denied) as refusal:
        form.blame(refusal)
        return _dialog(page, form, 422)
    change = Asked(
        record=page.record.name,
        ids=bulk_part.chosen(page),
        label=_("Change of fields: %(what)s") % {"what": page.record.plural},
        command=command.name,
        on=on,
        edits=found,
        is_silent=bool(form.cleaned_data[bulk_part.SILENT]),
        back=page.address.url(),
    )
    return bulk_part.to_preview(page, change)


def _asked(page: ListPage) -> QueryDict:
    """What was filled in; at first what the button says: to add tags, for one."""
    asked = page.request.POST
    if "count" in asked or not page.request.GET.get("change"):
        return asked
    begun = asked.copy()
    begun["field-0"], begun["how-0"] = page.request.GET["change"], str(How.ADD)
    return begun


def tags_of(actor: Actor, record: Record) -> str:
    """The field of tags that the button of tags is for; empty when there is none to change."""
    return next((key for key, one in edits.editable(actor, record).items() if one.grows), "")


def _dialog(page: ListPage, form: Lines, status: int) -> HttpResponse:
    context = {
        "text": bulk_part.count_text(page),
        "errors": form_context.errors_of(form) if form.is_bound else [],
        "lines": form.lines(),
        "count": form.count,
        "more": form.count + 1 if form.count < MOST_LINES else 0,
        "silent": form_context.field_of(form[bulk_part.SILENT]),
        "hidden": bulk_part.hidden(page),
        "url": page.address.part("change"),
    }
    return page.answer("kit/group_change.html", {"dialog": context}, status)


def _count(asked: QueryDict) -> int:
    wanted = id_of(asked.get("more") or asked.get("count", "")) or 1
    return max(1, min(wanted, MOST_LINES))


def _value_field(actor: Actor, record: Record, field: Field, how: How, chosen: Any) -> forms.Field:
    """The input of what a line needs besides its field."""
    if how == How.FORMULA:
        return ExpressionField(actor, record, label=_("Formula"), required=False, help_text=EXAMPLE)
    if how == How.PERCENT:
        return AmountField(label=_("Percent"), required=False, help_text=_("Less than zero makes it smaller"))
    if field.grows:
        return TagsField(actor, field, closed=field.retired, chosen=(), label=_("Tags"), required=False)
    if field.many and field.choices:
        widget = forms.SelectMultiple({"class": "form-select", "size": min(8, len(field.choices))})
        return forms.MultipleChoiceField(label=_("Values"), choices=field.choices, required=False, widget=widget)
    if field.kind is Kind.BOOLEAN:
        choices = [("1", _("Yes")), ("0", _("No"))]
        return forms.ChoiceField(label=_("Value"), choices=choices)
    made = field_for(actor, replace(field, many=False), chosen=chosen)
    made.label = _("Value")
    if isinstance(made, LinkField):
        made.name_chosen(chosen)
    return made
