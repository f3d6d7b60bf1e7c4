"""Reports on enquiries as sheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.leads.models import Lead
from okno.areas.leads.queries import Line, Refusals
from okno.areas.leads.queries.reports import DONE
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import look
from okno.areas.leads.web.report_rows import COLUMNS, DEEDS, HEADS, Worked, deed_text, label_of, person_of, share_of
from okno.kit.models import Entry
from okno.kit.permissions import Actor
from okno.kit.rows.cells import Moment
from okno.kit.web.workbook import Sheet


def analysis(lines: Sequence[Line], by: str) -> Sheet:
    """Enquiries by groups; times in minutes."""
    heads = [*(str(label) for _key, label in COLUMNS), _("To react, min"), _("To handle, min"), _("Conversion, %")]
    return Sheet(_("Analysis"), [str(HEADS[by]), *heads], [_cells(one, by) for one in lines])


def reasons(found: Iterable[Refusals]) -> Sheet:
    """Reasons with people; shares in hundredths of all that was rejected."""
    heads = [_("Reason"), _("Responsible"), _("Enquiries"), _("Share, %"), _("Expected amount")]
    rows = [
        [one.name, who.name, who.count, round(one.share * 100 * who.count / one.count, 1), who.amount]
        for one in found
        for who in one.people
    ]
    return Sheet(_("Reasons of rejection"), heads, rows)


def productivity(done: Iterable[dict[str, Any]], worked: Worked) -> Sheet:
    """Who did what each day, and how much of their working time was taken; no share where nobody works."""
    heads = [_("Day"), _("Responsible"), *(str(DEEDS[one]) for one in DONE)]
    heads += [_("Taken, min"), _("Working time, min"), _("Load, %")]
    rows = [
        [one["day"], one["name"], *(one[what] for what in DONE), one["busy"], minutes, share_of(one["busy"], minutes)]
        for one in done
        for minutes in [worked.get((one["day"], one["id"]), 0)]
    ]
    return Sheet(_("Productivity"), heads, rows)


def lost(actor: Actor, found: Iterable[Lead], deeds: Mapping[int, Entry], moment: Moment) -> Sheet:
    """Enquiries that wait longer than their norm, and what was done about each of them last."""
    heads = [_("Number"), _("Subject"), _("Received"), _("Age, days"), _("Deadline"), _("Responsible")]
    heads += [_("Expected amount"), _("Last change"), _("When")]
    rows = [
        [
            one.number,
            look.open_value(actor, one, "subject"),
            one.received_at.astimezone(actor.zone).date(),
            (moment.at - one.received_at).days,
            look.deadline_text([getattr(one, name) for name in look.CLOCK], moment),
            person_of(actor, one),
            one.amount if actor.sees_field(LEAD.name, "amount") else None,
            deed_text(deeds.get(one.pk)),
            deeds[one.pk].at.astimezone(actor.zone).date() if one.pk in deeds else None,
        ]
        for one in found
    ]
    return Sheet(_("Being lost"), heads, rows)


def _cells(line: Line, by: str) -> list[Any]:
    times = [None if value is None else round(value / 60, 1) for value in (line.react, line.handle)]
    share = None if line.conversion is None else round(line.conversion * 100, 1)
    return [label_of(line, by), *(getattr(line, key) for key, _label in COLUMNS), *times, share]
