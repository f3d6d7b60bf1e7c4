"""What the API offers about records of every kind: rows, marks, history, views, layouts, fields, many rows at once."""

from __future__ import annotations

from ninja import Router

from okno.fronts.home.api import (
    asking,
    deeds,
    hooks,
    many,
    reminding,
    rows,
    ruling,
    shaping,
    tags,
    telling,
    viewing,
    work,
)

router = Router()
for part in (rows, asking, deeds, reminding, telling, viewing, shaping, tags, ruling, many, work, hooks):
    router.add_router("", part.router)

__all__ = ["router"]
