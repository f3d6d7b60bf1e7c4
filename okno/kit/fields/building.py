"""What takes long after a field was added or changed: values of a formula for all rows, links, indexes."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.db.models import Model
from django.utils.translation import gettext as _

from okno.kit.fields import computing, indexing, settling
from okno.kit.formulas import Formula, asks_the_clock, formulas, sources
from okno.kit.journal import journalled
from okno.kit.models.registry import FieldDef
from okno.kit.registry import CUSTOM_PREFIX, registry

Tell = Callable[[int, int | None], None]


def build(row: FieldDef, tell: Tell) -> tuple[int, str]:
    """
    Compute the values of a formula and make the indexes of a field.

    Returns how many values have changed, and why it could not be done.
    """
    count = 0
    registry.forget_custom_fields()
    if row.formula and not row.is_retired:
        key = f"{CUSTOM_PREFIX}{row.key}"
        own = [one for one in formulas() if one.field.key == key and one.record.name == row.record]
        if not own:
            return 0, _("The formula names a field that is no more.")
        count = _compute(own[0], tell)
    return count, indexing.build(row)


def compute_stale() -> int:
    """Compute formulas that change with time, or look at tables whose changes nobody is told of; how many values."""
    kept = set(journalled())
    stale = [one for one in formulas() if _is_stale(one, kept)]
    return sum(_compute(one, lambda _done, _total: None) for one in stale)


def _is_stale(formula: Formula, kept: Collection[type[Model]]) -> bool:
    return asks_the_clock(formula.expression.tree) or any(one.seen[0] not in kept for one in sources(formula))


def _compute(formula: Formula, tell: Tell) -> int:
    """All values of a formula, and of the formulas that look at it."""
    total = formula.record.model._base_manager.count()
    moved = computing.compute_all(formula, lambda done: tell(done, total))
    settling.follow(formula, moved)
    return len(moved)
