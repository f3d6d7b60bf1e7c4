"""Schemes and what they were worked out for."""

from __future__ import annotations

from datetime import date

from okno.engines.classification.models import Counting, Scheme
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor


def schemes(actor: Actor) -> RecordQuerySet[Scheme]:
    """Schemes that are not marked for deletion, main ones first."""
    return Scheme.objects.visible_to(actor).filter(is_deleted=False).order_by("-is_main", "name", "pk")


def scheme_for_page(actor: Actor, scheme_id: int) -> Scheme | None:
    """A scheme by its id."""
    return schemes(actor).filter(pk=scheme_id).first()


def latest(scheme: Scheme) -> Counting | None:
    """The latest counting of a scheme."""
    # ast-grep-ignore: unscoped-read whoever asks has the scheme, and rows are narrowed where they are shown
    return Counting.objects.filter(scheme=scheme).order_by("-day").first()


def uncounted(day: date) -> list[Scheme]:
    """Schemes that were not worked out up to this day."""
    # ast-grep-ignore: unscoped-read the work of the clock, for all
    counted = Counting.objects.filter(day=day).values("scheme")
    # ast-grep-ignore: unscoped-read the work of the clock, for all
    return list(Scheme.objects.filter(is_deleted=False).exclude(pk__in=counted).order_by("pk"))
