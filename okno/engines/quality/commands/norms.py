"""Setting criteria up: one by one, or the whole set that is shipped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.quality import queries, rules
from okno.engines.quality.commands import scoring
from okno.engines.quality.models import Norm
from okno.kit.commands import command
from okno.kit.completeness import Criterion, Judged
from okno.kit.errors import Missing, Refused
from okno.kit.fields import custom
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import CUSTOM_PREFIX, registry


@command("quality.set_norm", label=gettext_lazy("Set a criterion of quality"))
def set_norm(
    *,
    actor: Actor,
    record: str,
    label: str,
    weight: int,
    group: str,
    condition: dict[str, Any],
    status: str = "",
    field: str = "",
    url: str = "",
    position: int | None = None,
    norm: Norm | None = None,
) -> Norm:
    """
    Set a criterion of complete cards, a new one or one that is there; cards are judged anew in the worker.

    :param status: the option of the field that decides which criteria count; empty where all rows are alike.
    :param field: the key of the field where it is filled in.
    :param url: the page where it is filled in when it stands beside the card, with `{id}`.
    :param position: its place among others, the last one by default.
    :raises Missing: cards of the record are not judged.
    :raises Refused: it has no name or weight, asks nothing or something that is no more, or names what is not there.
    """
    judged = queries.judged(record)
    said = {"label": label, "weight": weight, "group": group, "condition": condition, "status": status}
    rules.check_norm(registry.record(record), judged, {**said, "field": field, "url": url})
    row = norm or Norm(record=record, position=_last(record))
    row.position = row.position if position is None else position
    if row.record != record:
        raise Missing("not_found", _("Not found, or out of your reach."))
    for name, value in {**said, "label": label.strip(), "field": field, "url": url}.items():
        setattr(row, name, value)
    row.save()
    _judge_anew(record)
    return row


@command("quality.drop_norm", label=gettext_lazy("Delete a criterion of quality"))
def drop_norm(*, actor: Actor, norm: Norm) -> Norm:
    """Drop a criterion: cards are judged by the others."""
    norm.is_deleted = True
    norm.save(update_fields=["is_deleted"])
    _judge_anew(norm.record)
    return norm


@command("quality.take_shipped", label=gettext_lazy("Take the criteria that are shipped"))
def take_shipped(*, actor: Actor, record: str) -> int:
    """
    Begin with the criteria that are shipped for a record, and make the custom fields that they ask for; how many.

    :raises Missing: cards of the record are not judged.
    :raises Refused: nothing is shipped for it, or there are criteria already.
    """
    judged = queries.judged(record)
    if not judged.criteria:
        raise Refused("quality.nothing_shipped", _("No criteria are shipped for these cards."))
    if queries.norms(record):
        raise Refused("quality.there_are_some", _("There are criteria already: delete them first."))
    _make_fields(judged)
    for status, criteria in judged.criteria.items():
        _take(record, status, criteria)
    _judge_anew(record)
    return len(queries.norms(record))


@command("quality.drop_all", label=gettext_lazy("Delete all criteria of quality"))
def drop_all(*, actor: Actor, record: str) -> int:
    """Drop all criteria of a record: its cards are not judged; how many there were."""
    found = queries.norms(record)
    for norm in found:
        norm.is_deleted = True
        norm.save(update_fields=["is_deleted"])
    _judge_anew(record)
    return len(found)


def _make_fields(judged: Judged) -> None:
    """Custom fields that the record lacks; one that was retired comes back."""
    known = registry.custom_fields(judged.record)
    for key, (label, kind) in judged.fields.items():
        if f"{CUSTOM_PREFIX}{key}" not in known:
            custom.add(actor=SYSTEM, record=judged.record, key=key, label=str(label), kind=kind)


def _take(record: str, status: str, criteria: Sequence[Criterion]) -> None:
    for position, one in enumerate(criteria):
        Norm.objects.create(
            record=record,
            status=status,
            label=str(one.label),
            group=one.group,
            weight=one.weight,
            condition=one.condition,
            field=one.field,
            url=one.url,
            position=position,
        )


def _last(record: str) -> int:
    return max((one.position for one in queries.norms(record)), default=-1) + 1


def _judge_anew(record: str) -> None:
    """Criteria have changed: all cards may stand otherwise."""
    scoring.recount(actor=SYSTEM, record=record)
