"""Which classes are fields of rows: those of the main scheme, as it was worked out last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from okno.engines.classification import queries
from okno.engines.classification.models import Class, Scheme
from okno.kit.fields import beside
from okno.kit.registry import registry


def wait_for_others(record: str) -> None:
    """
    Schemes of one record are worked out and changed by one transaction at a time: each looks whose classes are fields
    and lets others be none.
    """
    list(Scheme.objects.select_for_update().filter(record=record).order_by("pk").values_list("pk"))


@contextmanager
def changing(record: str) -> Iterator[None]:
    """Say afterwards which rows have other classes than before."""
    was = queries.present_ids(record)
    yield
    now = queries.present_ids(record)
    moved = [row_id for row_id in {*was, *now} if was.get(row_id) != now.get(row_id)]
    beside.tell(registry.record(record), sorted(moved))


def hide(record: str) -> None:
    """Let no classes be fields of rows."""
    Class.objects.filter(record=record, is_present=True).update(is_present=False)


def show(scheme: Scheme) -> None:
    """
    Let the latest classes of a main scheme be the fields; before it is worked out for the first time those of the
    scheme before stay.
    """
    latest = queries.latest(scheme)
    if latest is None or Class.objects.filter(counting=latest, is_present=True).exists():
        return
    with changing(scheme.record):
        hide(scheme.record)
        Class.objects.filter(counting=latest).update(is_present=True)


def forget_lost(record: str) -> None:
    """Drop classes of rows that were purged since."""
    there = registry.record(record).model._base_manager.values("pk")
    Class.objects.filter(record=record).exclude(row_id__in=there).delete()
