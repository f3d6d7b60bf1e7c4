"""The gallery at /ui: every component of the design system on sample data, only while debugging."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.safestring import mark_safe

from okno.kit.web import htmx

HERE = Path(__file__).parent
ICONS = HERE.parent.parent / "static" / "app" / "icons.json"
ROWS = 50
PAGES = ("list", "grouped", "nothing-yet", "board", "card", "form", "desktop", "sign-in", "not-found")


def sample() -> dict[str, Any]:
    """A fresh copy of the sample data with widgets marked as the HTML that they are."""
    return deepcopy(_loaded())


@cache
def _loaded() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((HERE / "gallery.json").read_text(encoding="utf-8"))
    _trust_widgets(data)
    return data


def _trust_widgets(node: Any) -> None:
    if isinstance(node, dict):
        if "widget" in node:
            node["widget"] = mark_safe(node["widget"])  # noqa: S308 - our own sample file
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            _trust_widgets(part)


def index(request: HttpRequest) -> HttpResponse:
    """The page of small components: colours, badges, buttons, deadlines, icons."""
    icons = json.loads(ICONS.read_text()) if ICONS.exists() else []
    return _shown(request, "gallery/index.html", {"icons": icons, "stages": range(1, 13), "pages": PAGES})


def rows(request: HttpRequest, template: str = "kit/list.html", kind: str = "rows") -> HttpResponse:
    """A list, grouped or not; a second page comes by scrolling."""
    data = sample()
    made = [_row(data["rows"][number % len(data["rows"])], number) for number in range(ROWS)]
    shown: dict[str, Any] = {"rows": made, "next_url": "/ui/rows"}
    if kind == "groups":
        groups = [(made[at]["cells"][2]["text"], made[at::4]) for at in range(4)]
        shown = {"groups": [data["group"] | {"label": name, "rows": part} for name, part in groups]}
    if kind == "empty":
        shown = {"empty": data["empty"]}
    return _shown(request, template, {"page": data["page"] | shown})


def _row(row: dict[str, Any], number: int) -> dict[str, Any]:
    text, due, title = row["next"]
    label, stage = row["stage"]
    cells = [
        {"text": row["title"], "title": row["title"]},
        {"text": row["client"], "title": row["client"], "url": "#"},
        {"text": render_to_string("kit/badge.html", {"label": label, "stage": stage})},
        {"text": row["amount"], "class": "numeric side"},
        {"text": render_to_string("kit/due.html", {"text": text, "due": due, "title": title}) if text else ""},
        {"text": "14.11.2026", "class": "numeric wide-only"},
        {"text": row["owner"], "title": row["owner"]},
    ]
    return {
        "id": number + 1,
        "url": "/ui/card",
        "preview_url": "/ui/preview",
        "title": row["title"],
        "due": due,
        "cells": cells,
        "actions": _loaded()["row_actions"],
    }


def board(request: HttpRequest) -> HttpResponse:
    """A board whose moves are accepted except into the column that asks for a field."""
    data = sample()
    for column in data["columns"]:
        found = [_card(data["rows"][at], at, f"{column['key']}{place}") for place, at in enumerate(column["cards"])]
        column |= {"cards": found, "bar": data["bar"] if found else []}
    shown = data["page"] | {"board": {"columns": data["columns"], "drop_zones": data["drop_zones"]}}
    return _shown(request, "kit/board.html", {"page": shown})


def _card(row: dict[str, Any], at: int, card_id: str) -> dict[str, Any]:
    text, due, title = row["next"]
    return {
        "id": card_id,
        "url": "/ui/card",
        "move_url": "/ui/move",
        "version": 1,
        "title": row["title"],
        "client": row["client"],
        "amount_text": row["amount"],
        "stripe": due,
        "age_text": "12 дн.",
        "next_text": text,
        "next_due": due,
        "next_title": title,
        "next_icon": "phone",
        "owner_initials": "АИ",
        "owner_name": row["owner"],
        "flags": _loaded()["flags"][at],
    }


def move(request: HttpRequest) -> HttpResponse:
    """Refuse in words into "empty", ask for a field into "contract", else accept with an undo."""
    stage = request.POST.get("stage")
    if stage == "contract":
        return _shown(request, "kit/dialog.html", {}, status=422)
    if stage == "empty":
        return JsonResponse({"code": "deals.missing", "message": sample()["refused"]}, status=422)
    return htmx.told(HttpResponse(status=204), sample()["moved"], undo_url="/ui/accepted")


def accepted(_request: HttpRequest) -> HttpResponse:
    """Take anything that is posted, close the dialog and say so."""
    answer = HttpResponse(status=204)
    htmx.triggered(answer, **{"dialog:close": True})
    return htmx.told(answer, sample()["saved"], undo_url="/ui/accepted")


def refused(_request: HttpRequest) -> HttpResponse:
    """Refuse anything that is posted with a sentence."""
    return htmx.told(HttpResponse(status=403), sample()["refused"], kind=htmx.ERROR)


def field(request: HttpRequest) -> HttpResponse:
    """A field: GET gives the input, GET with `read` the text, POST saves; "9" conflicts, "0" is refused."""
    line = sample()["field"]
    value = request.POST.get("amount", "1250000")
    widget = render_to_string("gallery/input.html", {"name": "amount", "value": value})
    if request.method == "POST" and value == "9":
        return _shown(request, "kit/conflict.html", {}, status=409)
    if request.method == "POST" and value == "0":
        wrong = line | {"widget": widget, "error": sample()["field_error"]}
        return _shown(request, "kit/field_edit.html", {"field": wrong}, status=422)
    if request.method == "POST" or "read" in request.GET:
        return _shown(request, "kit/field.html", {"field": line | {"text": f"{value} ₽"}})
    return _shown(request, "kit/field_edit.html", {"field": line | {"widget": widget}})


def pick(request: HttpRequest) -> HttpResponse:
    """What a picker finds."""
    data, query = sample(), request.GET.get("q", "").lower()
    names = [row["owner"] for row in data["rows"] if query in row["owner"].lower()]
    found = [{"value": str(at), "text": name, "hint": data["department"]} for at, name in enumerate(names)]
    return JsonResponse(found, safe=False)


def related(request: HttpRequest) -> HttpResponse:
    """The content of a panel."""
    return render(request, "kit/related.html", {"items": sample()["related"]})


def preview(request: HttpRequest) -> HttpResponse:
    """The panel on the right."""
    card = sample()["card"]
    shown = {"title": card["title"], "url": "/ui/card", "sections": card["sections"]}
    return _shown(request, "kit/preview.html", {"preview": shown})


def _shown(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    data = sample()
    data["shell"]["bottom"] = data["shell"]["sections"][:4]
    data["shell"]["theme"] = request.COOKIES.get("okno_theme", "auto")
    data["shell"]["rail"] = request.COOKIES.get("okno_rail", "")
    about = {"page_title": data["page"]["title"], "query": request.GET.get("q", "")}
    return render(request, template, data | about | context, status=status)


def _page(template: str) -> Any:
    return lambda request: _shown(request, template, {})


urlpatterns = [
    path("ui", index),
    path("ui/list", rows),
    path("ui/grouped", rows, {"kind": "groups"}),
    path("ui/nothing-yet", rows, {"kind": "empty"}),
    path("ui/rows", rows, {"template": "kit/list_rows.html"}),
    path("ui/board", board),
    path("ui/move", move),
    path("ui/card", _page("kit/card.html")),
    path("ui/form", _page("kit/form.html")),
    path("ui/desktop", _page("kit/figures.html")),
    path("ui/sign-in", _page("kit/sign_in.html")),
    path("ui/not-found", _page("kit/error.html")),
    path("ui/dialog", _page("kit/dialog.html")),
    path("ui/conflict", _page("kit/conflict.html")),
    path("ui/filter", _page("kit/filter_form.html")),
    path("ui/palette", _page("kit/palette_results.html")),
    path("ui/feed", _page("gallery/feed.html")),
    path("ui/field", field),
    path("ui/pick", pick),
    path("ui/panel", related),
    path("ui/nothing", _page("kit/related.html")),
    path("ui/preview", preview),
    path("ui/accepted", accepted),
    path("ui/refused", refused),
]
