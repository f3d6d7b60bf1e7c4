"""When people are away: engines and areas that know of it say so here, whoever counts working time asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

# A person, the moment they go and the moment they are back.
Away = tuple[int, datetime, datetime]
Source = Callable[[Collection[int], datetime, datetime], Iterable[Away]]
SOURCES: list[Source] = []


def add(source: Source) -> None:
    """Let a source tell of absences; called in manifests. It is given people, the first moment and the last."""
    SOURCES.append(source)


def absences(people: Collection[int], begins: datetime, ends: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    """When each of these people is away between two moments, cut to them; those of one person do not overlap."""
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    told = [one for source in SOURCES for one in source(people, begins, ends)]
    for person, gone, back in sorted(told, key=lambda one: one[1]):
        earlier = found[person][-1][1] if found[person] else begins
        since, until = max(gone, earlier, begins), min(back, ends)
        if since < until:
            found[person].append((since, until))
    return dict(found)
