"""The layout of a card: the one that holds for a person and the type of the row, and its editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

from okno.kit.layouts import reading
from okno.kit.web.pages import layout_part
from okno.kit.web.pages.card_fields import declared, value_of
from okno.kit.web.pages.layout_part import Editing

if TYPE_CHECKING:
    from okno.kit.web.pages.card import CardPage


def config(page: CardPage) -> dict[str, Any] | None:
    """The layout that holds; None when there is none."""
    held = reading.layout_for(page.actor, page.record.name, reading.CARD, kind_of(page))
    return dict(held.config) if held is not None else None


def kind_of(page: CardPage) -> str:
    """The type of the row, as layouts know it: a code or a name."""
    key = reading.type_field(page.actor, page.record)
    value = value_of(page.record, key, page.row) if key else None
    return "" if value is None else str(value)[:100]


def edit(page: CardPage) -> HttpResponse:
    """The editor."""
    return layout_part.form(_editing(page), page.laid or {})


def save(page: CardPage) -> HttpResponse:
    """Keep the layout that was sent."""
    return layout_part.save(_editing(page))


def _editing(page: CardPage) -> Editing:
    every = page.record.all_fields()
    panels = [one for one in page.all_panels() if page.actor.may(one.permission) and one.side in {"left", "right"}]
    return Editing(
        page,
        page.record,
        reading.CARD,
        kind_of(page),
        declared(page),
        {key: str(one.label) for key, one in every.items() if page.actor.sees_field(page.record.name, key)},
        panels=layout_part.ordered_panels(panels, {**(page.laid or {}), "hidden_panels": ()}),
        back_url=page.record.url_of(page.row.pk),
    )
