"""Criteria: which records are judged, by what, and what all criteria look at."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from okno.engines.quality.models import Norm
from okno.kit import completeness, conditions, reached
from okno.kit.completeness import Judged
from okno.kit.conditions import Condition
from okno.kit.errors import Refused
from okno.kit.fields import watching
from okno.kit.fields.watching import Watch
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record, registry

Working = dict[str, list[tuple[Norm, Condition]]]


def the_record(name: str) -> Record:
    """A record whose cards are judged. :raises Missing: it is none."""
    return reached.the_record(name, (record for record, _judged in judged_records()))


def judged(record: str) -> Judged:
    """What is said of a record whose cards are judged. :raises Missing: they are not."""
    return completeness.KNOWN[the_record(record).name]


def judged_records() -> list[tuple[Record, Judged]]:
    """All records whose cards are judged."""
    return [(registry.records[name], one) for name, one in completeness.KNOWN.items() if name in registry.records]


def norms(record: str) -> list[Norm]:
    """The criteria of a record, in the order of the page."""
    # The house judges by them whoever looks.
    rows = Norm.objects.visible_to(SYSTEM).filter(record=record, is_deleted=False)
    return list(rows.order_by("status", "position", "pk"))


def all_norms() -> dict[str, list[Norm]]:
    """The criteria of all judged records: what a command needs of them at its end, in one statement."""
    found: dict[str, list[Norm]] = defaultdict(list)
    for one in Norm.objects.visible_to(SYSTEM).filter(is_deleted=False).order_by("status", "position", "pk"):
        if one.record in completeness.KNOWN:
            found[one.record].append(one)
    return found


def norm_for_page(actor: Actor, norm_id: int) -> Norm | None:
    """A criterion by id."""
    found: Norm | None = Norm.objects.visible_to(actor).filter(pk=norm_id, is_deleted=False).first()
    return found


def working(record: Record, known: Sequence[Norm] | None = None) -> Working:
    """
    Criteria that can be judged, by status: a broken one counts neither for a card nor against it.

    :param known: the criteria of the record when they were read already.
    """
    found: Working = defaultdict(list)
    for norm in norms(record.name) if known is None else known:
        condition = parsed(record, norm)
        if condition is not None:
            found[norm.status].append((norm, condition))
    return found


def parsed(record: Record, norm: Norm) -> Condition | None:
    """The condition of a criterion; None when it is broken."""
    return watching.whole(record.name, json.dumps(norm.condition, sort_keys=True))


def watches(known: Mapping[str, Iterable[Norm]]) -> list[Watch]:
    """What criteria look at, by record."""
    keys = watching.custom_keys()
    told = {name: frozenset(json.dumps(one.condition, sort_keys=True) for one in some) for name, some in known.items()}
    return [_watch(name, trees, keys) for name, trees in told.items()]


@lru_cache(maxsize=100)
def _watch(name: str, trees: frozenset[str], _known: frozenset[tuple[str, str]]) -> Watch:
    """Worked out once for each set of criteria and of fields that people have added."""
    record, by = registry.record(name), completeness.KNOWN[name].by
    own = [{"field": by, "op": "not_empty"}] if by else []
    return watching.watch(record, _read([*own, *(json.loads(one) for one in sorted(trees))]))


def _read(trees: Iterable[object]) -> list[Condition]:
    found = []
    for tree in trees:
        try:
            found.append(conditions.parse(tree))
        except Refused:
            continue
    return found
