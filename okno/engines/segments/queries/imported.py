"""Which rows an import has brought."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from okno.engines.imports import queries as imports
from okno.engines.imports.models import Import
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.registry import registry


def the_import(actor: Actor, import_id: int) -> Import:
    """An import within reach. :raises Missing: there is none of this id."""
    found = imports.import_for_page(actor, import_id)
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def imported(actor: Actor, row: Import) -> list[int]:
    """Living rows within reach that an import has made, changed or found there."""
    model: Any = registry.record(row.record).model
    rows = model._default_manager.visible_to(actor).filter(is_deleted=False, pk__in=imports.ids_of(row))
    return list(rows.order_by("pk").values_list("pk", flat=True))
