"""Who of the people of a queue gets an enquiry: the ten methods, and why the others were passed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from okno.areas.leads.models import DistributionRule
from okno.kit import contacts

Method = DistributionRule.Method
# How much an open enquiry, an open deal and an overdue task weigh (domain.md 1.5).
LEAD_LOAD, DEAL_LOAD, TASK_LOAD = Decimal(1), Decimal("0.5"), Decimal(2)
LEAST_SUCCESS = 0.05
SHORTEST_CODE = 3

INACTIVE, AWAY, OFF_HOURS, FULL, NO_REACH, PASSED = "inactive", "away", "off_hours", "full", "no_reach", "passed"
OTHER_SKILL, OTHER_REGION = "skill", "region"
# Why somebody was passed over, as the enquiry tells it.
REASONS: Mapping[str, object] = {
    INACTIVE: _("may not sign in"),
    AWAY: _("is away"),
    OFF_HOURS: _("does not work now"),
    FULL: _("has as many enquiries as may be"),
    NO_REACH: _("may not see the client"),
    PASSED: _("had this enquiry already"),
    OTHER_SKILL: _("has other skills"),
    OTHER_REGION: _("has other regions"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """
    A member of a queue as the distribution sees them.

    `barred` says why they may take nothing now, empty for those who may; `load` and `success` are worked out for the
    methods that ask for them.
    """

    user_id: int
    name: str = ""
    served_at: datetime | None = None
    served_today: int = 0
    weight: int = 1
    skills: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    barred: str = ""
    load: Decimal = Decimal(0)
    success: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the methods need to know of an enquiry; `draw` is a number from 0 to 1 that decides by chance."""

    text: str = ""
    city: str = ""
    phone: str = ""
    draw: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets the enquiry, if anybody, and why each of the others was passed over."""

    chosen: Person | None
    skipped: tuple[tuple[Person, str], ...] = ()


def choose(method: str, people: Sequence[Person], asked: Asked) -> Choice:
    """
    The person who gets an enquiry by this method among those who may take one now.

    Nobody has the skill or the region: the others take it in turn. `first` and `manual` choose nobody.
    """
    able = [one for one in people if not one.barred]
    skipped = [(one, one.barred) for one in people if one.barred]
    if method in {Method.FIRST, Method.MANUAL}:
        return Choice(None, tuple(skipped))
    fits = _FITS.get(method)
    if fits is not None and (fitting := [one for one in able if fits(one, asked)]):
        reason = OTHER_SKILL if method == Method.SKILL else OTHER_REGION
        skipped += [(one, reason) for one in able if one not in fitting]
        able = fitting
    chosen = _BY_METHOD.get(method, _in_turn)(able, asked) if able else None
    return Choice(chosen, tuple(skipped))


def _in_turn(able: Sequence[Person], _asked: Asked) -> Person:
    """Whoever was served longest ago; those never served come first, ties by place in the queue."""
    return min(able, key=lambda one: one.served_at.timestamp() if one.served_at else 0.0)


def _by_weight(able: Sequence[Person], _asked: Asked) -> Person:
    """The least given today for their weight; ties go to the first in the list."""
    return min(able, key=lambda one: Decimal(one.served_today) / max(one.weight, 1))


def _by_load(able: Sequence[Person], _asked: Asked) -> Person:
    """The least busy one; of equally busy ones whoever was served longest ago."""
    least = min(one.load for one in able)
    return _in_turn([one for one in able if one.load == least], _asked)


def _by_success(able: Sequence[Person], asked: Asked) -> Person:
    """By chance in proportion to the share of enquiries that became deals, nobody below five in a hundred."""
    shares = [max(one.success, LEAST_SUCCESS) for one in able]
    place = asked.draw * sum(shares)
    for one, share in zip(able, shares, strict=True):
        place -= share
        if place < 0:
            return one
    return able[-1]


def _has_skill(person: Person, asked: Asked) -> bool:
    text = _plain(asked.text)
    return any(word in text for one in person.skills if (word := _plain(one)))


def _has_region(person: Person, asked: Asked) -> bool:
    """A region is the name of a city or the beginning of its phones: `812`, `+7 812`."""
    city, digits = _plain(asked.city), contacts.phone_key(asked.phone) if asked.phone else ""
    return any(_is_region(_plain(one), city, digits) for one in person.regions)


def _is_region(region: str, city: str, digits: str) -> bool:
    code = "".join(sign for sign in region if sign.isdigit())
    # `8432` may be 8 432 or the beginning of a number in Kazan: no town has a code that is both.
    spoken = code[1:] if len(code) > SHORTEST_CODE and code[0] in "78" else code
    if code and digits.startswith((code, spoken)):
        return True
    return any(sign.isalpha() for sign in region) and region in city


def _plain(text: str) -> str:
    return text.strip().lower().replace("ё", "е")


_FITS: dict[str, Callable[[Person, Asked], bool]] = {Method.SKILL: _has_skill, Method.REGION: _has_region}
_BY_METHOD: dict[str, Callable[[Sequence[Person], Asked], Person]] = {
    Method.WEIGHT: _by_weight,
    Method.LOAD: _by_load,
    Method.SUCCESS: _by_success,
}
