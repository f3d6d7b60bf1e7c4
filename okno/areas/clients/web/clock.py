"""What time it is where a client is: nobody is called at night."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from okno.areas.clients.models import ZONES
from okno.kit import contacts

# When people are called: from this hour, and before that one.
DAY_BEGINS, DAY_ENDS = 9, 18
FRIDAY = 5
_LABELS = dict(ZONES)


def now_there(zone: str, phone: str, at: dt.datetime, here: Any) -> dict[str, str]:
    """
    The time at a client whose clock is another one than ours: `text`, `title` that says by what, `due` of its colour;
    empty when it is the same or not known.

    :param zone: the zone that stands on the card; empty: that of the phone, where its code has one only.
    :param here: the zone of whoever looks.
    """
    by_phone = "" if zone else contacts.phone_zone(phone)
    if not (zone or by_phone):
        return {}
    there = at.astimezone(ZoneInfo(zone or by_phone))
    if there.utcoffset() == at.astimezone(here).utcoffset():
        return {}
    is_day = DAY_BEGINS <= there.hour < DAY_ENDS and there.isoweekday() <= FRIDAY
    told = str(_LABELS.get(zone, zone)) if zone else _("by the code of the phone")
    return {
        "text": _("now there: %(time)s") % {"time": f"{there:%H:%M}"},
        "title": told,
        "due": "grey" if is_day else "yellow",
    }
