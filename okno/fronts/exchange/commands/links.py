"""The table of links while a batch is taken: read once, changed in memory, written by one statement."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection as database
from psycopg.types.json import Jsonb

from okno.fronts.exchange.models import Connection, Decision, ExternalLink

Key = tuple[str, str]
_OF_DOCUMENTS = frozenset({"order", "counterparty"})


@dataclass(slots=True)
class Link:
    """One link as it is known in this batch."""

    foreign_type: str
    foreign_id: str
    record: str = ""
    row_id: int | None = None
    version: str = ""
    prints: dict[str, str] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    state: str = ExternalLink.State.LINKED
    how: str = "id"
    is_fresh: bool = False


class Links:
    """Links of one connection that a batch needs."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._known: dict[Key, Link] = {}
        self._touched: dict[Key, Link] = {}
        self._asked: set[Key] = set()
        self.fresh: list[Key] = []

    def load(self, keys: Iterable[Key]) -> None:
        """Read links of these objects, those that were not asked for before."""
        wanted = [key for key in set(keys) if key not in self._asked and key[1]]
        if not wanted:
            return
        self._asked.update(wanted)
        with database.cursor() as cursor:
            cursor.execute(
                """
                select foreign_type, foreign_id, record, row_id, foreign_version, prints, details, state, how_matched
                from exchange_externallink where connection_id = %s
                and (foreign_type, foreign_id) in (select * from unnest(%s::text[], %s::text[]))
                """,
                [self.connection.pk, [one[0] for one in wanted], [one[1][:200] for one in wanted]],
            )
            for row in cursor.fetchall():
                self._known[row[0], row[1]] = Link(
                    row[0], row[1], row[2], row[3], row[4], _decoded(row[5]), _decoded(row[6]), row[7], row[8]
                )

    def get(self, foreign_type: str, foreign_id: str) -> Link | None:
        """The link of an object that was loaded, None when there is none."""
        return self._known.get((foreign_type, foreign_id[:200]))

    def row_id(self, foreign_type: str, foreign_id: str) -> int | None:
        """The row of ours that an object is."""
        link = self.get(foreign_type, foreign_id)
        return link.row_id if link else None

    def touch(self, foreign_type: str, foreign_id: str) -> Link:
        """The link of an object, made when there is none; it will be written."""
        key = foreign_type, foreign_id[:200]
        link = self._known.get(key)
        if link is None:
            link = self._known[key] = Link(*key, is_fresh=True)
        self._touched[key] = link
        return link

    def set_row(self, link: Link, record: str, row_id: int) -> None:
        """Say which row of ours the object is; whoever waits for it will hear."""
        if link.row_id is None:
            self.fresh.append((link.foreign_type, link.foreign_id))
        link.record, link.row_id = record, row_id

    def snapshot(self) -> dict[Key, Link]:
        """Links of documents and people as they are now, for `restore`."""
        return {key: copy.deepcopy(link) for key, link in self._known.items() if key[0] in _OF_DOCUMENTS}

    def restore(self, before: dict[Key, Link]) -> None:
        """Forget what was linked since: its rows were rolled back. Conflicts stay, a person has to see them."""
        for key in [key for key in self._known if key[0] in _OF_DOCUMENTS]:
            link = self._known[key]
            if link.state == ExternalLink.State.CONFLICT:
                link.row_id = before[key].row_id if key in before else None
                continue
            del self._known[key]
            if self._touched.pop(key, None) is not None and key in before:
                self._touched[key] = before[key]
        self._known |= {key: link for key, link in before.items() if key not in self._known}

    def write(self, session_id: int | None, at: datetime) -> None:
        """Write what was touched."""
        rows = list(self._touched.values())
        if not rows:
            return
        with database.cursor() as cursor:
            cursor.execute(
                """
                insert into exchange_externallink (connection_id, foreign_type, foreign_id, record, row_id,
                    foreign_version, prints, details, state, how_matched, seen_in, first_seen, last_seen)
                select %s, told.*, %s, %s, %s from unnest(%s::text[], %s::text[], %s::text[], %s::bigint[],
                    %s::text[], %s::jsonb[], %s::jsonb[], %s::text[], %s::text[]) as told
                on conflict (connection_id, foreign_type, foreign_id) do update
                set record = excluded.record, row_id = excluded.row_id, foreign_version = excluded.foreign_version,
                    prints = excluded.prints, details = excluded.details, state = excluded.state,
                    how_matched = excluded.how_matched, last_seen = excluded.last_seen,
                    seen_in = coalesce(excluded.seen_in, exchange_externallink.seen_in)
                """,
                [
                    self.connection.pk, session_id, at, at,
                    [one.foreign_type for one in rows], [one.foreign_id for one in rows],
                    [one.record for one in rows], [one.row_id for one in rows], [one.version[:100] for one in rows],
                    [Jsonb(one.prints) for one in rows], [Jsonb(one.details) for one in rows],
                    [str(one.state) for one in rows], [one.how for one in rows],
                ],
            )  # fmt: skip
        self._touched.clear()


def decide(connection: Connection, key: Key, record: str, row_id: int) -> None:
    """Keep what a person has decided an object to be; a trigger makes its link follow. Runs inside a command."""
    foreign_type, foreign_id = key
    Decision.objects.update_or_create(
        connection=connection,
        foreign_type=foreign_type,
        foreign_id=foreign_id[:200],
        defaults={"record": record, "row_id": row_id},
    )


def _decoded(value: Any) -> dict[str, Any]:
    return json.loads(value) if isinstance(value, str) else dict(value)
