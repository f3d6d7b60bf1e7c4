"""TablePage: the form of a command with a table of rows in it, counted by the server while one types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit.errors import Denied, Refused
from okno.kit.ids import id_of
from okno.kit.web import form_context, htmx
from okno.kit.web.forms import LinkField
from okno.kit.web.pages.command import KEY, CommandPage, own_key
from okno.kit.web.pages.subject import titled

Row = Mapping[str, Any]
MOST_ROWS = 1000


class TablePage(CommandPage):
    """
    A form of one command of which one argument is a list of rows, `{"name": …, "quantity": …}` each.

    `row_form` is a Django form of one row; `parameter` names the argument; `link` is the record whose rows are picked
    into the table. Rows are inputs `<parameter>-<number>-<field>`, so the page works without scripts too. `sum_title`
    is the head of a last column that `row_sum` counts.
    """

    row_form: ClassVar[type[forms.Form]]
    parameter: ClassVar[str] = "lines"
    link: ClassVar[str] = ""
    table_title: ClassVar[object] = ""
    sum_title: ClassVar[object] = ""
    parts: ClassVar[dict[str, str]] = {**CommandPage.parts, "row": "new_row"}
    actions: ClassVar[dict[str, str]] = {**CommandPage.actions, "totals": "show_totals"}

    def rows(self, row: Model | None) -> Sequence[Row]:
        """The rows that the table begins with."""
        return []

    def picked(self, choice: int) -> Row:
        """What a picked record fills a new row with."""
        return {}

    def totals(self, row: Model | None, rows: Sequence[Row]) -> Sequence[tuple[str, str]]:
        """What is counted of the rows: (label, text)."""
        return []

    def about_rows(self) -> Mapping[str, Any]:
        """What the form of a row is given besides what stands in it."""
        return {}

    def table_note(self, row: Model | None) -> str:
        """What is told above the rows."""
        return ""

    def row_sum(self, row: Row) -> str:
        """What stands at the end of a row. :raises Refused: a number of it cannot be counted with."""
        return ""

    def show(self, **address: Any) -> HttpResponse:
        """The page; it is too wide for the dialog, so whoever asks from a button is brought there."""
        if htmx.is_htmx(self.request):
            return htmx.redirect(self.request, self.request.get_full_path())
        return super().show(**address)

    def new_row(self, **_address: Any) -> HttpResponse:
        """One more row: an empty one, or of what was picked."""
        asked = self.request.GET
        choice = id_of(asked.get("choice", ""))
        initial = {} if choice is None else self.picked(choice)
        form = self._row(str(id_of(asked.get("number", "")) or 0), initial=initial)
        return self.answer("kit/table_row.html", {"line": self._shown(form)})

    def show_totals(self, **address: Any) -> HttpResponse:
        """The totals of the rows as they are typed now; what cannot be read yet is told instead."""
        row, sent = self.row(**address), self._sent()
        try:
            totals = self.totals(row, [form.cleaned_data for form in sent if form.is_valid()])
        except Refused as refusal:
            totals = [(refusal.message, "")]
        sums = [(form.prefix, self._sum(form)) for form in sent] if self.sum_title else []
        return self.answer("kit/table_totals.html", {"totals": totals, "sums": sums})

    def act(self, **address: Any) -> HttpResponse:
        """Give the head and the rows to the command."""
        row = self.row(**address)
        forms_of_rows = self._sent()
        head = self.make_form(row, data=self.request.POST, initial=self.initial(row))
        are_good = [form.is_valid() for form in forms_of_rows]
        if not head.is_valid() or not all(are_good):
            return self._render(head, forms_of_rows, row, 422)
        if len(forms_of_rows) > MOST_ROWS:
            head.add_error(None, _("At most %(most)s rows.") % {"most": MOST_ROWS})
            return self._render(head, forms_of_rows, row, 422)
        key = own_key(self.actor, self.request.POST.get(KEY, ""))
        head.cleaned_data[self.parameter] = [form.cleaned_data for form in forms_of_rows]
        try:
            result = self.given_with_custom(head, row, key)
        except (Refused, Denied) as refusal:
            self.blame(head, refusal)
            return self._render(head, forms_of_rows, row, 422)
        return self.succeed(result, row, key)

    def render(self, form: forms.BaseForm, row: Model | None, status: int = 200) -> HttpResponse:
        """The page with the rows it begins with."""
        lines = [self._row(str(number), initial=one) for number, one in enumerate(self.rows(row))]
        return self._render(form, lines, row, status)

    def _render(
        self, head: forms.BaseForm, lines: Sequence[forms.Form], row: Model | None, status: int
    ) -> HttpResponse:
        picker = LinkField(self.actor, self.link, required=False) if self.link else None
        context = self.form_context(head, row)
        context |= {
            "errors": [*context["errors"], *(one for form in lines for one in form_context.errors_of(form))],
            "table_title": self.table_title,
            "table_note": self.table_note(row),
            "heads": [bound.label for bound in self._row("0").visible_fields()],
            "sum_head": self.sum_title,
            "lines": [self._shown(form) for form in lines],
            "next_number": len(lines),
            "picker": _picker(picker),
            "picker_label": _("Add") if picker else "",
            "row_url": self._url_of("row"),
            "totals_url": self._url_of("totals"),
        }
        return self.answer("kit/table_form.html", {"form_page": context, "page_title": titled(context)}, status)

    def _sum(self, form: forms.Form) -> str:
        """The sum of a row as it is typed now; nothing while it cannot be counted."""
        try:
            return self.row_sum(form.cleaned_data) if form.is_valid() else ""
        except Refused:
            return ""

    def _url_of(self, part: str) -> str:
        """The address of a part, with what the address of the page says: what a new row is depends on it."""
        asked = self.request.GET.copy()
        asked["part"] = part
        return f"{self.request.path}?{asked.urlencode()}"

    def _sent(self) -> list[forms.Form]:
        """The rows that were sent, in the order of the page."""
        pattern = re.compile(rf"{re.escape(self.parameter)}-(\d{{1,6}})-")
        numbers = dict.fromkeys(found[1] for name in self.request.POST if (found := pattern.match(name)))
        return [self._row(number, data=self.request.POST) for number in numbers]

    def _shown(self, form: forms.Form) -> dict[str, Any]:
        """A row for its template; its sum is counted with the totals."""
        fields, hidden = form_context.fields_of(form), form_context.hidden_of(form)
        return {"fields": fields, "hidden": hidden, "key": form.prefix, "sum_head": self.sum_title}

    def _row(self, number: str, **given: Any) -> forms.Form:
        return type(self).row_form(prefix=f"{self.parameter}-{number}", **self.about_rows(), **given)


def _picker(field: LinkField | None) -> str:
    if field is None:
        return ""
    widget: Any = field.widget
    return str(widget.render("pick", None, {"id": "id_pick"}))
