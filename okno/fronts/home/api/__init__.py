"""What the API offers about records of every kind: rows, marks, history, views, layouts, fields, many rows at once."""

from __future__ import annotations

from ninja import Router

from okno.fronts.home.api import deeds, many, reminding, rows, ruling, shaping, viewing

router = Router()
for part in (rows, deeds, reminding, viewing, shaping, ruling, many):
    router.add_router("", part.router)

__all__ = ["router"]
