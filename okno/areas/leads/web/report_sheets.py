"""Reports on enquiries as a workbook: a sheet for each, with plain numbers."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from okno.areas.leads.models import Lead
from okno.areas.leads.queries import Line, Refusals
from okno.areas.leads.queries.reports import DONE
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import look
from okno.areas.leads.web.report_rows import COLUMNS, DEEDS, HEADS, label_of, person_of
from okno.kit.permissions import Actor

Sheet = tuple[str, list[str], list[list[Any]]]


def analysis(lines: Sequence[Line], by: str) -> Sheet:
    """Enquiries by groups; times in minutes."""
    heads = [*(str(label) for _key, label in COLUMNS), _("To react, min"), _("To handle, min"), _("Conversion, %")]
    return _("Analysis"), [str(HEADS[by]), *heads], [_cells(one, by) for one in lines]


def reasons(found: Iterable[Refusals]) -> Sheet:
    """Reasons with people; shares in hundredths of all that was rejected."""
    heads = [_("Reason"), _("Responsible"), _("Enquiries"), _("Share, %"), _("Expected amount")]
    rows = [
        [one.name, who.name, who.count, round(one.share * 100 * who.count / one.count, 1), who.amount]
        for one in found
        for who in one.people
    ]
    return _("Reasons of rejection"), heads, rows


def productivity(done: Iterable[dict[str, Any]]) -> Sheet:
    """Who did what each day."""
    heads = [_("Day"), _("Responsible"), *(str(DEEDS[one]) for one in DONE)]
    return _("Productivity"), heads, [[one["day"], one["name"], *(one[what] for what in DONE)] for one in done]


def lost(actor: Actor, found: Iterable[Lead]) -> Sheet:
    """Enquiries that wait longer than their norm."""
    heads = [_("Number"), _("Subject"), _("Received"), _("Responsible"), _("Expected amount")]
    rows = [
        [
            one.number,
            look.open_value(actor, one, "subject"),
            one.received_at.astimezone(actor.zone).date(),
            person_of(actor, one),
            one.amount if actor.sees_field(LEAD.name, "amount") else None,
        ]
        for one in found
    ]
    return _("Being lost"), heads, rows


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """A workbook of sheets; texts are never formulas."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd.mm.yyyy"})
    for name, heads, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 18)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, column, dt.datetime.combine(value, dt.time.min), day)
                elif value is not None:
                    sheet.write(number, column, value)
    book.close()
    return buffer.getvalue()


def _cells(line: Line, by: str) -> list[Any]:
    times = [None if value is None else round(value / 60, 1) for value in (line.react, line.handle)]
    share = None if line.conversion is None else round(line.conversion * 100, 1)
    return [label_of(line, by), *(getattr(line, key) for key, _label in COLUMNS), *times, share]
