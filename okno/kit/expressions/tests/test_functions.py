"""Every function by an example or several."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from okno.kit.errors import Refused
from okno.kit.expressions import Context, catalogue, evaluate, parse, text_of
from okno.kit.worktime import office

ZONE = ZoneInfo("Europe/Moscow")
CONTEXT = Context(
    at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    zone=ZONE,
    schedule=office(ZONE, "09:00-18:00", follows_calendar=False),
    tables={"отрасль": {"опт": Decimal("1.5")}},
)
EXAMPLES = {
    "if": [("if(1 < 2, 'a', 'b')", "a"), ("если(1 > 2, 1)", "")],
    "coalesce": [("coalesce(x, '', 'b')", "b"), ("первое(x, 2)", "2")],
    "switch": [("switch(2, 1, 'a', 2, 'b')", "b"), ("выбор(5, 1, 'a', 'z')", "z"), ("switch(5, 1, 'a')", "")],
    "is_empty": [("is_empty(x)", "yes"), ("is_empty(0)", "no")],
    "is_filled": [("is_filled('')", "no")],
    "between": [("between(2, 2, 3)", "yes"), ("between(x, 2, 3)", "")],
    "or_zero": [("or_zero(x)", "0"), ("or_zero(5)", "5")],
    "all_of": [("all_of(да, 1 < 2)", "yes"), ("all_of(да, x)", "no")],
    "any_of": [("any_of(нет, 1 < 2)", "yes"), ("any_of()", "no")],
    "round": [("round(2.5)", "3"), ("round(-2.5)", "-3"), ("round(2.345, 2)", "2,35"), ("round(155, -1)", "160")],
    "floor": [("floor(-1.1)", "-2"), ("вниз(1.19, 1)", "1,1")],
    "ceil": [("ceil(1.1)", "2")],
    "trunc": [("целое(-1.9)", "-1")],
    "abs": [("abs(-3)", "3")],
    "sign": [("sign(-3)", "-1"), ("sign(0)", "0")],
    "quotient": [("quotient(17, 5)", "3"), ("quotient(1, 0)", "")],
    "percent": [("percent(200, 15)", "30")],
    "share": [("share(1, 4)", "25"), ("share(1, 0)", "")],
    "growth": [("growth(100, 125)", "25")],
    "clamp": [("clamp(7, 1, 5)", "5")],
    "sum": [("sum(1, x, [2, 3])", "6"), ("sum()", "0")],
    "avg": [("avg(1, x, 2)", "1,5"), ("avg(x)", "")],
    "min": [("min(3, x, 2)", "2"), ("min()", "")],
    "max": [("max(date(2026,1,1), date(2026,2,1))", "01.02.2026")],
    "count": [("count(1, x, '', [2])", "2")],
    "item": [("item(['a', 'b'], 2)", "b"), ("item(['a'], 2)", "")],
    "unique": [("unique([1, 2, 1])", "1, 2")],
    "text": [("text(1.50)", "1,5"), ("text(x)", ""), ("text(date(2026,3,4))", "04.03.2026")],
    "label": [("label(5)", "5")],
    "number": [("number('1 234,5 ')", "1234,5"), ("number('abc')", "")],
    "len": [("len('ёж')", "2"), ("len(x)", "0")],
    "upper": [("upper('ёж')", "ЁЖ")],
    "lower": [("lower('ЁЖ')", "ёж")],
    "capitalize": [("capitalize('иван Петров')", "Иван Петров")],
    "trim": [("trim('  a   b ')", "a b")],
    "left": [("left('abc', 2)", "ab"), ("left('abc', -1)", "")],
    "right": [("right('abc', 2)", "bc"), ("right('abc', 9)", "abc"), ("right('abc', 0)", "")],
    "mid": [("mid('abcd', 2, 2)", "bc"), ("сред('abcd', 3)", "cd")],
    "contains": [("contains('Зелёный', 'лен')", "yes")],
    "starts": [("starts('Ёлка', 'ел')", "yes")],
    "ends": [("ends('Ёлка', 'КА')", "yes")],
    "position": [("position('abc', 'C')", "3"), ("position('abc', 'z')", "0")],
    "replace": [("replace('a-b-c', '-', '')", "abc"), ("replace(x, 'a', 'b')", "")],
    "split": [("split('a; b;c', ';') | count", "3")],
    "join": [("join(['a', x, 'b'], '/')", "a/b")],
    "concat": [("concat('a', x, 1)", "a1")],
    "pad": [("pad(7, 3, '0')", "007")],
    "digits": [("digits('+7 (916) 1')", "79161")],
    "word": [("word('Иванов Иван', 2)", "Иван"), ("word('a', 2)", "")],
    "initials": [("initials('Иванов Иван Петрович')", "Иванов И. П."), ("initials('Иванов')", "Иванов")],
    "translit": [("translit('Щука Юрьев')", "Shchuka Iurev")],
    "plural": [("plural(5, 'день', 'дня', 'дней')", "дней"), ("форма_числа(22, 'день', 'дня', 'дней')", "дня")],
    "decline_name": [("decline_name('Иванова Анна Петровна', 'родительный')", "Ивановой Анны Петровны")],
    "decline_post": [("decline_post('главный бухгалтер', 'dative')", "главному бухгалтеру")],
    "round_money": [("round_money(1.005)", "1,01")],
    "vat_inside": [("vat_inside(122, 22)", "22")],
    "vat_on_top": [("vat_on_top(100, 22)", "22")],
    "without_vat": [("without_vat(122, 22)", "100")],
    "discounted": [("discounted(99.99, 10)", "89,99")],
    "digits_of": [("digits_of(1234567.891, 2)", "1\u00a0234\u00a0567,89")],
    "money": [("money(1234.5)", "1\u00a0234,50\u00a0₽"), ("money(-1, 'USD')", "-1,00\u00a0$")],
    "in_words": [("in_words(21.05)", "Двадцать один рубль 05 копеек")],
    "number_in_words": [("number_in_words(42)", "сорок два")],
    "convert": [("convert(10, 92.5, 1)", "925"), ("convert(10, 1, 0)", "")],
    "markup": [("markup(150, 100)", "50")],
    "today": [("today()", "21.11.2026")],
    "now": [("now()", "21.11.2026 12:30")],
    "date": [("date(2026, 2, 28)", "28.02.2026"), ("date(2026, 2, 30)", "")],
    "day_of": [("day_of(now())", "21.11.2026")],
    "read_date": [("read_date('05.03.2026')", "05.03.2026"), ("read_date('x')", "")],
    "moment": [("moment(today(), 8, 15)", "21.11.2026 08:15"), ("moment(today(), 25)", "")],
    "year": [("year(today())", "2026")],
    "quarter": [("quarter(today())", "4")],
    "month": [("month(today())", "11")],
    "week": [("week(date(2026, 1, 1))", "1")],
    "day": [("day(today())", "21")],
    "weekday": [("weekday(today())", "6")],
    "hour": [("hour(now())", "12")],
    "minute": [("minute(now())", "30")],
    "add_days": [("add_days(today(), -21)", "31.10.2026"), ("add_days(today(), 99999999)", "")],
    "add_months": [("add_months(date(2026, 1, 31), 1)", "28.02.2026"), ("add_months(now(), 1)", "21.12.2026 12:30")],
    "add_years": [("add_years(date(2028, 2, 29), 1)", "28.02.2029")],
    "add_hours": [("add_hours(now(), 1.5)", "21.11.2026 14:00")],
    "days_between": [("days_between(today(), today() + 3)", "3"), ("days_between(now(), add_hours(now(), 12))", "0,5")],
    "hours_between": [("hours_between(now(), now() + 1)", "24")],
    "months_between": [
        ("months_between(date(2026,1,31), date(2026,2,28))", "1"),
        ("months_between(date(2026,1,30), date(2026,2,27))", "0"),
        ("months_between(date(2026,3,15), date(2026,1,15))", "-2"),
    ],
    "years_between": [("лет_между(date(1990,11,22), today())", "35"), ("years_between(today(), today())", "0")],
    "start_of": [("start_of(today(), 'week')", "16.11.2026"), ("start_of(now(), 'x')", "")],
    "end_of": [("end_of(today(), 'quarter')", "31.12.2026"), ("конец(today(), 'месяц')", "30.11.2026")],
    "days_in_month": [("days_in_month(date(2028, 2, 1))", "29")],
    "is_weekend": [("is_weekend(today())", "yes")],
    "long_date": [("long_date(today())", "21 ноября 2026 г.")],
    "month_name": [("month_name(today())", "ноябрь")],
    "weekday_name": [("weekday_name(today())", "суббота")],
    "format": [("format(now(), 'dd.MM.yy HH:mm')", "21.11.26 12:30"), ("format(today(), '1% дд/ММ')", "1% 21/11")],
    "add_work_hours": [("add_work_hours(moment(date(2026, 11, 20), 17), 2)", "23.11.2026 10:00")],
    "work_hours_between": [("work_hours_between(moment(date(2026,11,20), 16.9), now())", "2")],
    "add_work_days": [("add_work_days(date(2026, 11, 20), 1)", "23.11.2026"), ("add_work_days(today(), 9999999)", "")],
    "work_days_between": [("work_days_between(date(2026, 11, 20), date(2026, 11, 24))", "3")],
    "coefficient": [("coefficient('Отрасль', 'опт')", "1,5"), ("коэффициент('отрасль', 'нет')", "")],
    "is_work_time": [("is_work_time(now())", "no")],
    "is_work_day": [("is_work_day(date(2026, 11, 20))", "yes")],
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), [one for examples in EXAMPLES.values() for one in examples])
def test_function_gives(source, expected):
    with translation.override("en"):
        assert text_of(evaluate(parse(source), {}, CONTEXT)) == expected


def test_every_function_has_an_example_and_a_sentence():
    assert {one.name for one in catalogue()} == EXAMPLES.keys()
    assert all(str(one.doc).endswith(".") and one.alias != one.name for one in catalogue())


@pytest.mark.parametrize("known", catalogue(), ids=lambda one: one.name)
def test_no_function_breaks_on_odd_values(known):
    odd = [
        "",
        "x" * 500,
        Decimal(0),
        Decimal(-1),
        Decimal("1e30"),
        Decimal("0.00000001"),
        None,
        True,
        (),
        ("a", Decimal(1)),
    ]
    odd += [CONTEXT.at, CONTEXT.at.date(), CONTEXT.at.date().max, CONTEXT.at.date().min]
    for first in odd:
        for second in odd:
            for count in range(known.least, min(known.least + 2, 4) + 1):
                if count and known.parameter(count - 1) is None:
                    continue
                call = parse(f"{known.name}({', '.join(['a', 'b', 'a', 'b', 'a'][:count])})")
                try:
                    evaluate(call, {"a": first, "b": second}, CONTEXT)
                except Refused:
                    continue


def test_working_time_needs_a_schedule():
    with pytest.raises(Refused) as refused:
        evaluate(parse("is_work_time(now())"), {}, Context(at=CONTEXT.at, zone=ZONE))

    assert refused.value.code == "expressions.no_schedule"


@pytest.mark.parametrize("known", catalogue(), ids=lambda one: one.name)
def test_the_page_of_the_language_tells_every_function(known):
    page = (Path(__file__).parents[4] / "docs" / "expressions.md").read_text("utf-8")

    with translation.override("en"):
        assert f"| `{known.signature}` | `{known.alias}` | {known.returns} | {known.doc} |" in page
