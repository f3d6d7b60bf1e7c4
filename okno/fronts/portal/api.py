"""HTTP endpoints of the portal: forms for sites are looked at and set up."""

from __future__ import annotations

from typing import Annotated

import pydantic
from django.utils.translation import gettext_lazy as _

from okno.fronts.portal import commands, queries
from okno.fronts.portal.record import FORM
from okno.kit import api
from okno.kit.api.giving import Giving
from okno.kit.api.shapes import Input

router = api.record_router(FORM, queries.forms, path="/forms")
Site = Annotated[str, pydantic.Field(max_length=200, examples=["https://example.ru"])]


class AskedField(Input):
    """A field of a form: what it asks, and whether it has to be answered."""

    key: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["phone"])
    label: str = pydantic.Field(min_length=1, max_length=500)
    required: bool = False
    channels: list[str] = pydantic.Field(
        [], max_length=10, description=str(_("Of `mailings`: by which channels one agrees to them."))
    )


Giving(router, "portal").put(
    "/forms",
    commands.set_form,
    typed={
        "fields": Annotated[list[AskedField], pydantic.Field(min_length=1, max_length=30)],
        "origins": Annotated[list[Site], pydantic.Field(max_length=100)],
    },
)
