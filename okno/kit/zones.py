"""Time zones as people call them: by a city, with how far from UTC its clock stands."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit.errors import Refused

# Every zone of Russia, and the cities beyond it with which people here have most to do.
CITIES: dict[str, object] = {
    "Europe/Kaliningrad": gettext_lazy("Kaliningrad"),
    "Europe/Moscow": gettext_lazy("Moscow"),
    "Europe/Samara": gettext_lazy("Samara"),
    "Asia/Yekaterinburg": gettext_lazy("Yekaterinburg"),
    "Asia/Omsk": gettext_lazy("Omsk"),
    "Asia/Novosibirsk": gettext_lazy("Novosibirsk"),
    "Asia/Krasnoyarsk": gettext_lazy("Krasnoyarsk"),
    "Asia/Irkutsk": gettext_lazy("Irkutsk"),
    "Asia/Yakutsk": gettext_lazy("Yakutsk"),
    "Asia/Vladivostok": gettext_lazy("Vladivostok"),
    "Asia/Magadan": gettext_lazy("Magadan"),
    "Asia/Kamchatka": gettext_lazy("Petropavlovsk-Kamchatsky"),
    "Europe/Minsk": gettext_lazy("Minsk"),
    "Asia/Almaty": gettext_lazy("Almaty"),
    "Asia/Tashkent": gettext_lazy("Tashkent"),
    "Asia/Bishkek": gettext_lazy("Bishkek"),
    "Asia/Yerevan": gettext_lazy("Yerevan"),
    "Asia/Baku": gettext_lazy("Baku"),
    "Asia/Tbilisi": gettext_lazy("Tbilisi"),
    "Europe/Istanbul": gettext_lazy("Istanbul"),
    "Asia/Dubai": gettext_lazy("Dubai"),
    "Asia/Shanghai": gettext_lazy("Shanghai"),
    "Europe/Berlin": gettext_lazy("Berlin"),
    "Europe/London": gettext_lazy("London"),
}
HOUR = 3600


def check(name: str) -> str:
    """The name of a zone. :raises Refused: there is no such zone."""
    if name not in known():
        raise Refused("no_zone", _("There is no time zone “%(zone)s”."), zone=name[:50], missing=["zone"])
    return name


def label(name: str, at: datetime) -> str:
    """What a zone is called: `Moscow (UTC+3)`; by its name in the database of zones when no city here stands for it."""
    offset = at.astimezone(ZoneInfo(name)).utcoffset()
    hours, rest = divmod(int(offset.total_seconds()) if offset else 0, HOUR)
    return f"{CITIES.get(name, name)} (UTC{hours:+d}{f':{rest // 60:02d}' if rest else ''})"


def choices(at: datetime) -> list[tuple[str, str]]:
    """All zones: those of cities from west to east, then the others by their names in the database of zones."""
    cities = sorted(CITIES, key=lambda name: (at.astimezone(ZoneInfo(name)).utcoffset(), list(CITIES).index(name)))
    others = ["UTC", *sorted(name for name in known() - CITIES.keys() if "/" in name)]
    return [*((name, label(name, at)) for name in cities), *((name, name) for name in others)]


@cache
def known() -> frozenset[str]:
    """Names of all zones that there are: looking through the directory of them takes long."""
    return frozenset(available_timezones())
