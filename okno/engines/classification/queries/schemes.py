"""Schemes and what they were worked out for."""

from __future__ import annotations

from datetime import date

from okno.engines.classification import rules
from okno.engines.classification.models import Counting, Scheme
from okno.kit import permissions, reached
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry

# Fields that tell classes of rows: whoever may not see one of them sees none of a scheme.
SHOWN = ("abc", "xyz", "rfm", "rfm_group", "life")


def schemes(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Scheme]:
    """Schemes that are not marked for deletion, main ones first."""
    return Scheme.objects.visible_to(actor, narrow=narrow).filter(is_deleted=False).order_by("-is_main", "name", "pk")


def scheme_for_page(actor: Actor, scheme_id: int) -> Scheme | None:
    """A scheme by its id."""
    return schemes(actor).filter(pk=scheme_id).first()


def the_record(name: str) -> Record:
    """A record whose rows are classified. :raises Missing: it is none."""
    return reached.the_record(name, rules.classified())


def is_open(actor: Actor, scheme: Scheme) -> bool:
    """Whether the actor may look at rows of the scheme and at all fields that tell their classes."""
    known = registry.records.get(scheme.record)
    if known is None or not actor.may(permissions.view_permission(known.model)):
        return False
    return all(actor.sees_field(scheme.record, key) for key in SHOWN)


def counting_for_page(actor: Actor, counting_id: int) -> Counting | None:
    """A working out by its id, of a scheme that the actor may look at."""
    seen = schemes(actor).order_by().values("pk")
    # ast-grep-ignore: unscoped-read narrowed to schemes within reach, and rows are narrowed where they are shown
    return Counting.objects.filter(pk=counting_id, scheme__in=seen).select_related("scheme").first()


def latest(scheme: Scheme) -> Counting | None:
    """The latest counting of a scheme."""
    # ast-grep-ignore: unscoped-read whoever asks has the scheme, and rows are narrowed where they are shown
    return Counting.objects.filter(scheme=scheme).order_by("-day").first()


def main_schemes() -> list[Scheme]:
    """Schemes whose classes are fields of rows."""
    # ast-grep-ignore: unscoped-read the work of the clock, for all
    return list(Scheme.objects.filter(is_deleted=False, is_main=True).order_by("pk"))


def uncounted(day: date) -> list[Scheme]:
    """Schemes that were not worked out up to this day."""
    # ast-grep-ignore: unscoped-read the work of the clock, for all
    counted = Counting.objects.filter(day=day).values("scheme")
    # ast-grep-ignore: unscoped-read the work of the clock, for all
    return list(Scheme.objects.filter(is_deleted=False).exclude(pk__in=counted).order_by("pk"))
