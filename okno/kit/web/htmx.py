"""How pages talk to htmx: who asks, and answers that redirect, tell a toast or close a dialog."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from okno.kit import quotes

OK, WARNING, ERROR = "ok", "warning", "error"


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page is asked for. A restored page of the history is asked for whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def redirect(request: HttpRequest, url: str, *, toast: str = "", undo_url: str = "") -> HttpResponse:
    """Go to another page and say there what was done."""
    if toast:
        messages.add_message(request, messages.SUCCESS, quotes.nested(toast), extra_tags=undo_url)
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": quote(url, safe="/:?=&%#+,;~()!*'@$[]")})
    return HttpResponseRedirect(url)


def told(response: HttpResponse, text: object, *, kind: str = OK, undo_url: str = "") -> HttpResponse:
    """Make an answer tell a toast when htmx receives it."""
    toast = {"text": quotes.nested(str(text)), "kind": kind, **({"undo_url": undo_url} if undo_url else {})}
    return triggered(response, toast=toast)


def triggered(response: HttpResponse, **events: Any) -> HttpResponse:
    """Make an answer send events to the page; header values are ASCII."""
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps({**known, **events})
    return response


def answer(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a template; parts and pages under one address are told apart by caches."""
    response = render(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def toasts(request: HttpRequest) -> list[dict[str, str]]:
    """What earlier answers have left to say."""
    kinds = {messages.WARNING: WARNING, messages.ERROR: ERROR}
    return [
        {"text": str(one), "kind": kinds.get(one.level, OK), "undo_url": one.extra_tags or ""}
        for one in messages.get_messages(request)
    ]
