"""Whom a form is about: named in its head, with the way back to the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from okno.kit import reached
from okno.kit.ids import id_of
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry


def subject_of(actor: Actor, row: Model | None, back_url: str) -> dict[str, Any] | None:
    """
    The row by its name and what it is called; None where there is no row, or nothing that would name it.

    :param back_url: where a row leads that has no card of its own; the desktop is nobody's.
    """
    if row is None:
        return None
    record = next((one for one in registry.records.values() if type(row) is one.model), None)
    if record is None and type(row).__str__ is Model.__str__:
        return None
    label, url = ("", "") if record is None else (str(record.label), record.url_of(row.pk))
    return {"label": label, "title": _title(actor, record, row), "url": url or ("" if back_url == "/" else back_url)}


def row_of_address(actor: Actor, asked: Mapping[str, str]) -> Model | None:
    """The row that an address says a new one is about, as far as the actor reaches it."""
    for record, row_id in (("about_record", "about_id"), ("record", "row_id")):
        if record in asked and (known := id_of(asked.get(row_id, ""))) is not None:
            return reached.row(actor, asked[record], known)
    return None


def beside_card(request: HttpRequest, subject: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Whom a dialog is about; None over the card of this very row, which says it already."""
    here = urlsplit(request.headers.get("HX-Current-URL", "")).path
    return None if subject is None or subject["url"] == here else subject


def titled(form_page: Mapping[str, Any]) -> str:
    """What the tab of the browser is called: the form, and whom it is about."""
    about = form_page["subject"]
    return f"{form_page['title']}: {about['title']}" if about else str(form_page["title"])


def _title(actor: Actor, record: Record | None, row: Model) -> str:
    is_hidden = record is not None and not actor.sees_field(record.name, record.title)
    return _("No title") if is_hidden else str(row) or _("No title")
