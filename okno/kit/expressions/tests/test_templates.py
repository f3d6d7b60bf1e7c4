"""Texts with expressions in them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.html import escape

from okno.kit.conditions.tests import cast
from okno.kit.errors import Refused
from okno.kit.expressions import Context, parse_template, render_template

CONTEXT = Context(at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC), zone=ZoneInfo("Europe/Moscow"))
DEAL = {"title": "<b>", "score": 7, "amount": "1234.5", "due": "2026-11-30"}


def test_render_template_puts_values_into_text():
    source = "Счёт № {{score}} от {{ due | long_date }} на {{amount|money}}.\nСумма: {{ прописью(amount) }}"

    rendered = render_template(source, DEAL, CONTEXT, cast.DEAL)

    assert rendered.text == (
        "Счёт № 7 от 30 ноября 2026 г. на 1\u00a0234,50\u00a0₽.\n"
        "Сумма: Одна тысяча двести тридцать четыре рубля 50 копеек"
    )
    assert rendered.missing == ()


def test_render_template_reports_what_is_missing_once():
    rendered = render_template(
        "{{ paid }}, {{client.name}}, {{ paid }}, {{ coalesce(paid, 0) }}", DEAL, CONTEXT, cast.DEAL
    )

    assert rendered.text == ", , , 0"
    assert rendered.missing == ("paid", "client.name")


def test_render_template_shows_what_people_see():
    row = {"stage": "won", "client": {"id": 5, "name": "ООО Лес"}, "x_size": "2", "owner": None}

    rendered = render_template("{{ stage }}, {{ client }}, {{ x_size | label | upper }}", row, CONTEXT, cast.DEAL)

    assert rendered.text == "Won, ООО Лес, LARGE"
    assert render_template("{{ stage + '' }}", row, CONTEXT, cast.DEAL).text == "won"


def test_parse_template_ends_soon_on_what_nobody_closes():
    with pytest.raises(Refused):
        parse_template("{{«" * 60_000)


def test_render_template_escapes_values_only():
    assert render_template("<p>{{ title }}</p>", DEAL, CONTEXT, cast.DEAL, escape).text == "<p>&lt;b&gt;</p>"


def test_render_template_takes_braces_in_quotes():
    assert render_template("{{ '}}' + \"{{\" }} } {", {}, CONTEXT).text == "}}{{ } {"


@pytest.mark.parametrize(
    ("source", "position"), [("ab {{ gone }}", 7), ("ab {{ 1 + }}", 10), ("ab {{ score", 4), ("{{ }}", 4)]
)
def test_parse_template_tells_where_it_is_wrong(source, position):
    with pytest.raises(Refused) as refused:
        parse_template(source, cast.DEAL)

    assert refused.value.params["position"] == position


def test_parse_template_knows_what_it_looks_at():
    assert parse_template("{{ amount }} {{ client.name | upper }}", cast.DEAL).dependencies == {"amount", "client.name"}
