"""Every component of the interface renders on sample data, says what it needs, and keeps to the content policy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import URLPattern

from okno.kit.web import gallery
from okno.kit.web.widgets import Dots, Ticks

TEMPLATES = Path(gallery.__file__).parent / "templates"
OWN = sorted((TEMPLATES / "kit").glob("*.html"))
PAGES = [one for one in gallery.urlpatterns if str(one.pattern) not in {"ui/move", "ui/accepted", "ui/refused"}]


@pytest.mark.parametrize("page", PAGES, ids=lambda one: str(one.pattern))
def test_gallery_shows_every_component(page: URLPattern) -> None:
    request = RequestFactory().get(f"/{page.pattern}")

    answer = page.callback(request, **page.default_args)

    assert answer.status_code == 200
    assert answer.content.strip()


def test_gallery_move_asks_for_what_is_missing_or_refuses_in_words() -> None:
    asked = gallery.move(RequestFactory().post("/ui/move", {"stage": "contract"}))
    refused = gallery.move(RequestFactory().post("/ui/move", {"stage": "empty"}))

    assert (asked.status_code, b"<form" in asked.content) == (422, True)
    assert (refused.status_code, json.loads(refused.content)["code"]) == (422, "deals.missing")


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "500.html"])
def test_error_pages_say_in_words_what_happened_without_any_context(name: str) -> None:
    heading = re.search(r"<h1>(.+)</h1>", render_to_string(name))

    assert heading
    assert not re.search(r"\d", heading[1])


@pytest.mark.parametrize("path", OWN, ids=lambda one: one.name)
def test_component_says_what_it_expects_and_is_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert "{% comment %}" in text[:400]
    assert "Context:" in text
    assert len(text.splitlines()) <= 150


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda one: one.name)
def test_component_has_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|\shx-on", text)


@pytest.mark.parametrize("widget", [Ticks, Dots])
def test_choices_seen_at_once_look_like_single_ticks(widget: type[forms.Widget]) -> None:
    shown = widget(choices=[("a", "A"), ("b", "B")]).render("one", ["a"], {"id": "id_one"})  # type: ignore[call-arg]

    assert re.findall(r'<div[^>]* class="([^"]+)"', shown) == ["checks"]
    assert re.findall(r'<input[^>]* class="([^"]+)"', shown) == ["form-check-input"] * 2
