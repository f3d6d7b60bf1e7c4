"""Templates hold no inline code, no inline style and no text in one language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from okno.config import rooms
from tools import templates

VALID = [
    '<h1>{% translate "Deals" %}</h1>',
    "<p>{% blocktranslate %}Sent by {{ name }}.{% endblocktranslate %}</p>",
    '<a class="btn btn-primary" href="/deals/">{{ label }}</a>',
    '<script type="module" src="{{ address }}"></script>',
    '<script type="application/json">{"a": "text"}</script>',
    '<input placeholder="{% translate "Name" %}" {% if on %}checked{% endif %}>',
    "<kbd>Ctrl</kbd> + K",
    "{# literal: the name of the product is not translated #}\n<b>Office</b>",
    "{# literal file: a gallery for developers #}\n<b>Office</b>",
    "{% comment %}why it is so{% endcomment %}",
]
INVALID = [
    ("<h1>Deals</h1>", "text in one language"),
    ("<h1>Сделки</h1>", "text in one language"),
    ('<input placeholder="Name">', "text in one language"),
    ('<button aria-label="Закрыть"></button>', "text in one language"),
    ("<script>alert(1)</script>", "inline <script>"),
    ('<p style="color: red"></p>', "style attribute"),
    ("<style>p {}</style>", "inline <style>"),
    ('<a onclick="go()"></a>', "onclick attribute"),
]


@pytest.mark.parametrize("source", VALID)
def test_check_lets_pass(source: str):
    assert templates.faults(Path("x.html"), source) == []


@pytest.mark.parametrize(("source", "what"), INVALID)
def test_check_finds(source: str, what: str):
    found = templates.faults(Path("x.html"), source)
    assert [fault.what.startswith(what) for fault in found] == [True]


def test_check_names_the_line():
    (fault,) = templates.faults(Path("x.html"), "<p>\n{% if a %}\n<b>\nТекст</b>{% endif %}")
    assert fault.line == 4


def test_plain_text_is_checked_too():
    (fault,) = templates.faults(Path("x.txt"), '{% translate "Good day" %}\nHello')
    assert (fault.line, fault.what) == (2, "text in one language: 'Hello'")


def test_templates_of_the_house_are_clean():
    assert [str(fault) for fault in templates.check()] == []


def test_forms_are_included_with_the_context_that_holds_their_token():
    """What is included with `only` knows no token, and its forms are refused."""
    texts = {path: path.read_text(encoding="utf-8") for path in rooms.OKNO.rglob("templates/**/*.html")}
    forms = {str(path).rpartition("/templates/")[2] for path, text in texts.items() if "{% csrf_token %}" in text}
    alone = re.compile(r'{% include "([^"]+)"[^%]* only %}')

    assert {(path.name, name) for path, text in texts.items() for name in alone.findall(text) if name in forms} == set()
