"""Quotes inside quotes, where sentences quote names that have quotes of their own."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import translation

from okno.kit import quotes
from okno.kit.errors import Refused


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("новый клиент «ООО «Ромашка»»", "новый клиент «ООО „Ромашка“»"),
        ("«Новый клиент «ООО «Х»»»", "«Новый клиент „ООО „Х““»"),
        ("из «Опт» в «Розница»", "из «Опт» в «Розница»"),
        ("«АО «А»» и «Б»", "«АО „А“» и «Б»"),
        ("не закрыто «ООО «Х»", "не закрыто «ООО «Х»"),
        ("наоборот »А« и «Б»", "наоборот »А« и «Б»"),
        ("без кавычек", "без кавычек"),
    ],
)
def test_quotes_inside_quotes_are_others(text: str, told: str) -> None:
    assert quotes.nested(text) == told


def test_a_refusal_quotes_a_name_that_has_quotes() -> None:
    assert Refused("x", "клиент «%(name)s»", name="ООО «Ромашка»").message == "клиент «ООО „Ромашка“»"


def test_a_sentence_of_a_template_quotes_a_name_that_has_quotes() -> None:
    source = "{% load i18n %}{% blocktranslate %}only for “{{ kind }}”{% endblocktranslate %}"
    with translation.override("ru"):
        told = Template(source).render(Context({"kind": "Тендер «Весна» <1>"}))
    assert told == "только для «Тендер „Весна“ &lt;1&gt;»"
