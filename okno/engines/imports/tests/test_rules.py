"""Guesses about columns, cells as values, and what becomes of a row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from okno.engines.imports import rules
from okno.engines.imports.rules import Policy, Target
from okno.kit.errors import Refused
from okno.kit.importing import Broken, Part, State
from okno.kit.kinds import Kind
from okno.kit.registry import Field

MOSCOW = ZoneInfo("Europe/Moscow")


def target(key: str, kind: Kind = Kind.TEXT, label: str = "", *, of: str = "", **more: Any) -> Target:
    part, _dot, name = key.rpartition(".")
    field = Field(label or name, of or name, kind, many=bool(of))
    return Target(
        key=key, name=name, part=part, group="Контакт" if part else "Клиент", label=label or name, field=field,
        record="toy.row", **more,
    )  # fmt: skip


CLIENT = [
    target("name", label="Название"),
    target("inn", label="ИНН"),
    target("phone", Kind.PHONE, "Телефон"),
    target("email", Kind.EMAIL, "Почта"),
    target("city", label="Город"),
    target("contact.name", label="Имя", synonyms=("контактное лицо", "фио")),
    target("contact.phone", Kind.PHONE, "Телефон"),
]


def guessed(names: list[str], samples: list[list[Any]] | None = None) -> dict[str, str]:
    return dict(rules.guessed_columns(names, samples or [], CLIENT))


def test_columns_are_known_by_synonyms():
    found = guessed(["Наименование", "Тел.", "E-mail", "ИНН клиента", "Контактное лицо", "Населённый пункт"])
    assert list(found.values()) == ["name", "phone", "email", "inn", "contact.name", "city"]


def test_a_surer_name_wins_whatever_the_order():
    assert guessed(["ФИО", "Компания"]) == {"ФИО": "contact.name", "Компания": "name"}


def test_columns_are_known_by_names_like_theirs():
    assert guessed(["Телефон (моб., раб.)", "Наименовние"]) == {"Телефон (моб., раб.)": "phone", "Наименовние": "name"}


def test_columns_without_names_are_known_by_content():
    samples = [
        ["ООО «А»", "a@b.test", "+7 495 123-45-67", 7707083893],
        ["ООО «Б»", "c@d.test", "8 916 1234567", 7707083893],
    ]
    assert guessed(["A", "B", "C", "D"], samples) == {"A": "", "B": "email", "C": "phone", "D": "inn"}


def test_further_columns_of_phones_gather_in_the_field_of_further_ones():
    more = target("phones", Kind.PHONE, "Ещё телефоны", of="phone")
    samples = [["8 916 1234567", "4951234567", "8(903)1234567", "", "8 495 1234567", "Иванов"]]
    names = ["Телефон", "Тел.", "Моб. тел", "Телефон (2)", "Z", "AA"]
    found = rules.guessed_columns(names, samples, [*CLIENT, more])
    assert [key for _name, key in found] == ["phone", "phones", "phones", "", "phones", ""]


@pytest.mark.parametrize("cell", ["нет", "-", " — ", "Н/Д"])
def test_a_cell_that_says_nothing_is_empty_where_no_free_text_stands(cell: str):
    assert rules.read_cell(target("email", Kind.EMAIL), cell, MOSCOW) == ""
    assert rules.read_cell(target("comment"), cell, MOSCOW) == cell


def test_names_of_columns_are_found_below_a_title():
    rows = [(1, ["Клиенты на 21.11.2026"]), (3, ["Имя", "Телефон", "Город"]), (4, ["Анна", "8 495 1234567", "Орёл"])]
    assert rules.header_of(rows) == 3


def test_a_file_without_names_has_no_header():
    rows = [(1, ["Анна", "8 495 1234567", "2026-01-01"]), (2, ["Борис", "8 495 1234568", "2026-01-02"])]
    assert rules.header_of(rows) == 0


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (Kind.DATE, "21.11.2026", "2026-11-21"),
        (Kind.DATE, "1.2.26", "2026-02-01"),
        (Kind.DATE, "17/05/1990", "1990-05-17"),
        (Kind.DATE, dt.date(2026, 11, 21), "2026-11-21"),
        (Kind.DATE, "2026-11-21 10:00", "2026-11-21"),
        (Kind.MOMENT, "21.11.2026 14:30", "2026-11-21T11:30:00Z"),
        (Kind.MONEY, "1 234,50 ₽", "1234.5"),
        (Kind.MONEY, "1,234.50", "1234.5"),
        (Kind.MONEY, "1.234,50 руб.", "1234.5"),
        (Kind.DECIMAL, Decimal("12.50"), "12.5"),
        (Kind.INTEGER, "1 000", 1000),
        (Kind.PHONE, 84951234567, "+7 495 123-45-67"),
        (Kind.EMAIL, "Иван <IVAN@Mail.RU>", "ivan@mail.ru"),
        (Kind.TEXT, 42, "42"),
        (Kind.TEXT, None, ""),
    ],
)
def test_cells_are_read_as_people_write_them(kind, cell, value):
    assert rules.read_cell(target("x", kind), cell, MOSCOW) == value


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (Kind.DATE, "31.02.2026"),
        (Kind.MONEY, "сто"),
        (Kind.INTEGER, "1,5"),
        (Kind.PHONE, "abc"),
        (Kind.EMAIL, "a@"),
        (Kind.TEXT, Broken("формула")),
        (Kind.TEXT, "x" * 11),
        (Kind.MONEY, "1e400"),
    ],
)
def test_cells_that_cannot_be_read_are_refused(kind, cell):
    with pytest.raises(Refused):
        rules.read_cell(target("x", kind, longest=10), cell, MOSCOW)


TARGETS = {one.key: one for one in [target("name", is_required=True), target("city"), target("contact.name")]}
PART = Part(
    code="contact", record="toy.person", label="Контакт", fields=("name", "phone"), required=("name",),
    keys=(lambda values: str(values.get("phone") or ""), lambda values: str(values.get("name") or "").lower()),
)  # fmt: skip


def planned(values: dict[str, Any], state: State | None = None, **policy: str) -> rules.Planned:
    return rules.plan(values, state, TARGETS, [PART], Policy(**policy))


def test_a_new_row_lacks_nothing_it_needs():
    assert planned({"name": "", "city": "Орёл"}).result == "refused"
    assert planned({"name": "А", "city": "Орёл"}).result == "created"
    assert planned({"name": "А"}, new="skip").result == "skipped"


@pytest.mark.parametrize(
    ("policy", "city", "changes"),
    [
        ({}, "Орёл", [("city", "Тула", "Орёл")]),
        ({"found": "fill"}, "Орёл", []),
        ({}, "", []),
        ({"empty": "clear"}, "", [("city", "Тула", "")]),
    ],
)
def test_what_differs_is_changed_as_the_policy_says(policy, city, changes):
    found = planned({"name": "А", "city": city}, State(1, {"name": "А", "city": "Тула"}), **policy)
    assert found.changes == changes
    assert found.result == ("updated" if changes else "unchanged")


def test_what_a_row_cannot_be_without_is_never_cleared():
    found = planned({"name": "", "city": "Орёл"}, State(1, {"name": "А", "city": "Тула"}), empty="clear")
    assert found.changes == [("city", "Тула", "Орёл")]


def test_found_rows_may_be_left_alone():
    assert planned({"name": "Б"}, State(1, {"name": "А"}), found="skip").result == "skipped"


def test_a_part_is_known_again_by_its_keys():
    state = State(1, {"name": "А"}, {"contact": [(7, {"name": "Анна", "phone": "1"})]})
    same = planned({"name": "А", "contact.name": "анна"}, state, found="fill")
    other = planned({"name": "А", "contact.name": "Борис"}, state)
    assert same.result == "unchanged"
    assert other.write is not None
    assert [(one.id, one.values) for one in other.write.parts] == [(None, {"name": "Борис"})]


def test_lists_grow():
    state = State(1, {"name": "А", "phones": ["1"]})
    found = rules.plan({"phones": ["1", "2"]}, state, {**TARGETS, "phones": target("phones")}, [], Policy())
    assert found.changes == [("phones", ["1"], ["2"])]
    assert state.values["phones"] == ["1", "2"]
