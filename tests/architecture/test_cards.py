"""On a phone the heads of a table that becomes cards are gone: each of its cells carries the name of its column."""

from __future__ import annotations

import re

import pytest

from okno.config import rooms

# A change is told otherwise: its field, what was and what is follow each other in one line.
TABLE = re.compile(r'<table class="plain-table is-cards\b.*?</table>', re.DOTALL)
HEAD = re.compile(r"<thead>(.*?)</thead>", re.DOTALL)
COLUMN = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
CELL = re.compile(r"<tr\b|<t[dh]\b((?:{%.*?%}|{{.*?}}|[^>])*)>")
LABEL = re.compile(r'data-label="((?:{%.*?%}|{{.*?}}|[^"])*)"')
UNSEEN = re.compile(r'class="(unseen|visually-hidden)"')

NAME, KIND = '<th scope="col">{% translate "Name" %}</th>', '<th scope="col">{% translate "Kind" %}</th>'
ACTIONS = '<th scope="col"><span class="unseen">{% translate "Actions" %}</span></th>'
BEGINNING = f'<table class="plain-table is-cards"><thead><tr>{NAME}{KIND}</tr></thead><tbody>'
FIRST, END = "<tr><td>{{ one.name }}</td>", "</tr></tbody></table>"
VALID = [
    BEGINNING + FIRST + "<td data-label=\"{% translate 'Kind' %}\">{{ one.kind }}</td>" + END,
    BEGINNING + '<tr><td colspan="2">{{ nothing }}</td>' + END,
    BEGINNING + FIRST + '<td class="actions">{{ one.change }}</td>' + END,
    BEGINNING.replace(" is-cards", "") + FIRST + "<td>{{ one.kind }}</td>" + END,
    BEGINNING.replace(KIND, ACTIONS) + FIRST + "<td>{{ one.change }}</td>" + END,
]
INVALID = [
    BEGINNING + FIRST + "<td>{{ one.kind }}</td>" + END,
    BEGINNING + FIRST + '<td class="{% if a > b %}num{% endif %}">{{ one.kind }}</td>' + END,
    BEGINNING + FIRST + "<td data-label=\"{% translate 'Name' %}\">{{ one.kind }}</td>" + END,
]


@pytest.mark.parametrize("source", VALID)
def test_check_lets_pass(source: str):
    assert _nameless(source) == []


@pytest.mark.parametrize("source", INVALID)
def test_check_finds(source: str):
    assert _nameless(source) == ['{% translate "Kind" %}']


def test_every_cell_of_a_table_of_cards_names_its_column():
    texts = {path: path.read_text(encoding="utf-8") for path in rooms.OKNO.rglob("templates/**/*.html")}
    assert {path.name: found for path, text in texts.items() if (found := _nameless(text))} == {}


def _nameless(source: str) -> list[str]:
    """Heads of columns whose cells do not repeat them; the first column is the title of its card."""
    return [column for table in TABLE.findall(source) for column in _of_table(table)]


def _of_table(table: str) -> list[str]:
    head = HEAD.search(table)
    if not head:
        return []
    columns, column, found = COLUMN.findall(head[1]), 0, []
    for cell in CELL.finditer(table, head.end()):
        column = 0 if cell[1] is None else column + 1
        if column > 1 and not _is_named(cell[1], columns[column - 1 :]):
            found.append(columns[column - 1])
    return found


def _is_named(attributes: str, columns: list[str]) -> bool:
    if "colspan" in attributes or "actions" in attributes or not columns[0].strip() or UNSEEN.search(columns[0]):
        return True
    label = LABEL.search(attributes)
    if not label:
        return False
    # One cell that is repeated for several columns chooses among their names.
    asked = columns if "{% if" in label[1] else columns[:1]
    return all(one in label[1].replace("'", '"') for one in asked)
