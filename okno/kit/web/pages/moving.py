"""Moving a row to another column or stage: the command, and the small form of what it finds missing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from okno.kit.errors import Refused
from okno.kit.registry import Record
from okno.kit.web import form_context, htmx, undoing
from okno.kit.web.forms import field_for
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.board import Move
from okno.kit.web.pages.command import own_key

FIELDS, KEY = "fields", "once"


@dataclass
class Asked:
    """What was asked: the row, the new column, and the fields filled on the way."""

    page: Page
    record: Record
    move: Move
    row_id: int

    @cached_property
    def sent(self) -> QueryDict:
        """What was posted."""
        return self.page.request.POST

    @cached_property
    def key(self) -> str:
        """An idempotency key: by it the run is found again for Undo."""
        return own_key(self.page.actor, self.sent.get(KEY) or uuid.uuid4().hex)

    @property
    def target(self) -> str:
        """The key of the new column."""
        return str(self.sent.get(self.move.parameter, ""))

    def form(self, keys: list[str], *, bound: bool) -> forms.Form:
        """A form of these fields only, all of them required."""
        form = forms.Form(self.sent if bound else None)
        for key in keys:
            field = self.record.field(key)
            if field is not None and self.page.actor.sees_field(self.record.name, key):
                form.fields[key] = field_for(self.page.actor, field, required=True)
        return form


def answer(asked: Asked, drawn: Callable[[], str]) -> HttpResponse:
    """
    Move; what the command finds missing comes back as a form of just these fields, with status 422.

    :raises Refused: it may not be moved there, and no field would help.
    """
    keys = [key for key in asked.sent.get(FIELDS, "").split(",") if key]
    form = asked.form(keys, bound=True) if keys else None
    if form is not None and not form.is_valid():
        return _mini_form(asked, form)
    try:
        _run(asked, form.cleaned_data if form is not None else {})
    except Refused as refusal:
        missing = list(refusal.params.get("missing", []))
        fresh = asked.form(missing, bound=False)
        if not missing or set(fresh.fields) != set(missing):
            raise
        return _mini_form(asked, fresh, refusal.message)
    return _done(asked, drawn)


def _run(asked: Asked, values: dict[str, Any]) -> None:
    move, actor = asked.move, asked.page.actor
    given: dict[str, Any] = {move.on: asked.row_id, move.parameter: asked.target}
    about: dict[str, Any] = {move.on: asked.row_id}
    if values and "values" in move.command.parameters:
        given["values"] = values
        values = {}
    with transaction.atomic():
        if values and move.update is not None:
            move.update.run(actor, **about, values=values)
        move.command.run(actor, idempotency_key=asked.key, **given)


def _done(asked: Asked, drawn: Callable[[], str]) -> HttpResponse:
    """A board gets the card anew; htmx (a stage bar, the small form) gets a hint that the page is stale."""
    undo_url = undoing.url_of_key(asked.page.actor, asked.move.command.name, asked.key)
    is_htmx_swap = "HX-Target" in asked.page.request.headers
    response = HttpResponse(status=204) if is_htmx_swap else HttpResponse(drawn())
    if is_htmx_swap:
        htmx.triggered(response, **{"dialog:close": True, "live:resync": True})
    return htmx.told(response, _("Moved."), undo_url=undo_url)


def _mini_form(asked: Asked, form: forms.Form, text: str = "") -> HttpResponse:
    context = {
        "title": str(asked.move.command.label),
        "text": text,
        "errors": form_context.errors_of(form) if form.is_bound else [],
        "fields": form_context.fields_of(form),
        "hidden": [
            {"name": asked.move.parameter, "value": asked.target},
            {"name": FIELDS, "value": ",".join(form.fields)},
            {"name": KEY, "value": uuid.uuid4().hex},
        ],
        "post_url": asked.page.request.get_full_path(),
        "submit": str(asked.move.command.label),
    }
    return asked.page.answer("kit/dialog.html", {"dialog": context}, 422)
