"""What follows from a potential and a fact, and what may be said of formulas. Pure: no writes, no clock, no request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from okno.engines.potential.models import Coefficients, Formula
from okno.kit import conditions, expressions, money, openness
from okno.kit.errors import Refused
from okno.kit.expressions import Type
from okno.kit.registry import Record

HUNDREDTHS, HUNDRED = Decimal("0.01"), Decimal(100)
LARGEST = Decimal(10) ** 15
MOST_SHARE = Decimal(10) ** 9
# Coefficients as people write them: what has more digits is no coefficient but a way to stop the clock.
MOST_NUMBER, MOST_DIGITS = Decimal(10) ** 9, 9
NUMBERS = frozenset({Type.NUMBER, Type.ANY})
# The last days that a fact by documents is of.
DAYS_OF = {Formula.Period.MONTH: 30, Formula.Period.QUARTER: 91, Formula.Period.YEAR: 365}
A_YEAR_HAS = {Formula.Period.MONTH: 12, Formula.Period.QUARTER: 4, Formula.Period.YEAR: 1}


@dataclass(frozen=True)
class Worth:
    """A potential with what follows from it; without a value, `problem` says why."""

    value: Decimal | None
    fact: Decimal | None = None
    reserve: Decimal | None = None
    share: Decimal | None = None
    problem: str = ""


def worth(value: Decimal | None, fact: Decimal | None, period: str = Formula.Period.YEAR) -> Worth:
    """
    `share = fact / potential` in per cent and `reserve = potential − fact` of a year, to hundredths, halves up: rows of
    formulas with other periods are added up and sorted together.

    Nothing bought is a fact of zero; a potential that is not above zero has no share.
    """
    times = A_YEAR_HAS[Formula.Period(period)]
    if value is None or abs(value * times) >= LARGEST:
        return Worth(None, problem=_("What the formula looks at is not filled in."))
    return _compared(_round(value * times), _round((fact or Decimal(0)) * times))


def together(parts: Sequence[Worth]) -> Worth:
    """A row by all product groups: what could be worked out is added up; why not, when nothing could."""
    known = [one for one in parts if one.value is not None]
    if not known:
        return Worth(None, problem=parts[0].problem)
    whole = sum((one.value or Decimal(0) for one in known), Decimal(0))
    return _compared(whole, sum((one.fact or Decimal(0) for one in known), Decimal(0)))


def _compared(whole: Decimal, bought: Decimal) -> Worth:
    share = _round(bought / whole * HUNDRED) if whole > 0 else None
    return Worth(whole, bought, whole - bought, share if share is None or abs(share) < MOST_SHARE else None)


def _round(number: Decimal) -> Decimal:
    return number.quantize(HUNDREDTHS, ROUND_HALF_UP)


def table_of(record: Record, coefficients: Coefficients) -> dict[str, Decimal]:
    """A table as formulas look it up: by the value in small letters, and by the option of a field with options."""
    found = {row["value"].strip().lower(): Decimal(row["number"]) for row in coefficients.rows}
    field = record.field(coefficients.field) if coefficients.field else None
    options = field.choices if field else ()
    by_option = {
        str(value).lower(): found[str(label).strip().lower()]
        for value, label in options
        if str(label).strip().lower() in found
    }
    return {**found, **by_option}


def read_rows(text: str) -> list[dict[str, str]]:
    """
    Coefficients as people write them, one on a line: `Опт = 1,5`.

    :raises Refused: a line has no value or no number.
    """
    rows = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        value, _sign, number = line.rpartition("=")
        try:
            rows.append({"value": value.strip(), "number": str(Decimal(number.strip().replace(",", ".")))})
        except InvalidOperation as error:
            raise Refused(
                "potential.bad_line", _("“%(line)s” is not “value = number”."), line=line[:80], missing=["rows"]
            ) from error
        if not value.strip():
            raise Refused(
                "potential.bad_line", _("“%(line)s” is not “value = number”."), line=line[:80], missing=["rows"]
            )
    return rows


def check_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """:raises Refused: a row has no value or no number, or a value stands twice."""
    seen = set()
    for row in rows:
        value = str(row.get("value") or "").strip().lower()
        if not value or not _is_coefficient(row.get("number")) or value in seen:
            raise Refused("potential.bad_rows", _("Each value stands once and has a number."), missing=["rows"])
        seen.add(value)


def _is_coefficient(given: Any) -> bool:
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        return False
    # The exponent first: comparing numbers of a million digits takes its time.
    is_short = number.is_finite() and -MOST_DIGITS <= int(number.as_tuple().exponent) <= MOST_DIGITS
    return is_short and abs(number) < MOST_NUMBER


def check_formula(record: Record, name: str, condition: Any, written: Iterable[tuple[str, str]]) -> None:
    """
    :raises Refused: it has no name, its condition is broken, or an expression is wrong, gives no number or adds sums of
        several currencies up.
    """
    if not name.strip():
        raise Refused("potential.no_name", _("Give the formula a name."), missing=["name"])
    if condition and (found := conditions.problems(conditions.parse(condition), record)):
        raise Refused("potential.broken", found[0].message.replace("%", "%%"), missing=["condition"])
    for key, source in written:
        try:
            made = expressions.parse(source, record)
        except Refused as refusal:
            raise Refused(refusal.code, refusal.message.replace("%", "%%"), missing=[key]) from refusal
        if made.type not in NUMBERS:
            raise Refused("potential.no_number", _("It has to give a number."), missing=[key])
        for field, twin in sorted(_of_their_own_currency(record, made.dependencies)):
            text = _("“%(field)s” is in the currency of each row, and those do not add up: take “%(twin)s”.")
            raise Refused("potential.currencies", text, field=field, twin=twin, missing=[key])


def check_bought(known: Collection[str], fact: str, bought: str) -> None:
    """:raises Refused: the documents sell nothing to such rows, or an expression says what was bought already."""
    if bought and bought not in known:
        raise Refused("potential.no_documents", _("These documents sell nothing to such cards."), missing=["bought"])
    if bought and fact:
        text = _("What was bought is told once: by documents or by an expression.")
        raise Refused("potential.told_twice", text, missing=["fact"])


def check_measure(period: str, currency: str) -> None:
    """:raises Refused: there is no such period or currency."""
    if period not in Formula.Period.values:
        raise Refused("potential.no_period", _("There is no such period."), missing=["period"])
    if currency not in money.CODES:
        raise Refused("money.unknown_currency", _("“%(text)s” is not a currency."), text=currency, missing=["currency"])


def _of_their_own_currency(record: Record, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Labels of sums in the currency of their row, with those of the same in roubles where there is such a field."""
    for key in keys:
        owner = [record, *openness.passed(record, key)][-1]
        field = owner.fields.get(key.rpartition(".")[2])
        if field is None or not isinstance(field.managed, str):
            continue
        twins = [one.label for one in owner.fields.values() if one.path == field.managed and one is not field]
        yield from ((str(field.label), str(one)) for one in twins)
