"""Writes: loading regions of a classifier, streams into staging tables, then a region whole in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import sql

from okno.areas.addresses import rules
from okno.areas.addresses.parts import classifiers
from okno.areas.addresses.parts.classifiers import Classifier, HouseRow
from okno.kit import jobs
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor

LOAD = "addresses.load"
# Rows that are read before they are copied.
AT_ONCE = 10_000
RUNNING = (JobRun.State.WAITING, JobRun.State.DOING)
STAGES: dict[str, tuple[str, ...]] = {
    "objects": ("id", "code", "name", "kind", "level", "post_index", "kladr"),
    "parents": ("id", "parent"),
    "houses": ("id", "code", "number", "post_index", "key"),
    "values": ("id", "kind", "value"),
}

# An adjective stands before its word, a noun after it: «Тверская обл», «Респ Татарстан», «ул Советская».
TITLED = """
case when o.level::int <= 3 and o.name ~ '(ая|ий|ой|ый)$' then o.name || ' ' || o.kind
    else trim(o.kind || ' ' || o.name) end
"""
REPLACE = f"""
drop table if exists pg_temp.addresses_tree, pg_temp.addresses_told;
create temp table addresses_tree on commit drop as
with recursive tie as (select distinct on (id) id, parent from addresses_parents order by id),
above as (
    select o.id, null::text as parent, ({TITLED})::text as full, 1 as depth
    from addresses_objects o left join tie t on t.id = o.id left join addresses_objects p on p.id = t.parent
    where p.id is null
    union all
    select o.id, t.parent, a.full || ', ' || ({TITLED}), a.depth + 1
    from above a join tie t on t.parent = a.id join addresses_objects o on o.id = t.id where a.depth < 12
)
select distinct on (id) * from above order by id, depth;
delete from addresses_house h using addresses_place p where p.id = h.place_id and p.region = %(region)s;
delete from addresses_place where region = %(region)s;
create temp table addresses_told on commit drop as
select id, left(min(value) filter (where kind = 'index'), 6) as post_index,
    left(min(value) filter (where kind = 'kladr'), 20) as kladr
from addresses_values group by id;
insert into addresses_place (code, source, region, level, name, kind, "full", words, post_index, kladr)
select distinct on (o.code) o.code, %(source)s, %(region)s, o.level::int, left(o.name, 250), left(o.kind, 50),
    left(t.full, 1000), left(okno_fold(t.full), 1000), coalesce(v.post_index, o.post_index), coalesce(v.kladr, o.kladr)
from addresses_objects o join addresses_tree t on t.id = o.id left join addresses_told v on v.id = o.id;
update addresses_place p set parent_id = above.id
from addresses_tree t join addresses_objects o on o.id = t.id join addresses_objects q on q.id = t.parent
join addresses_place above on above.code = q.code
where p.code = o.code and p.region = %(region)s;
insert into addresses_house (place_id, code, number, key, post_index)
select p.id, h.code, h.number, h.key, coalesce(v.post_index, h.post_index)
from addresses_houses h left join addresses_told v on v.id = h.id join addresses_parents t on t.id = h.id
join addresses_objects o on o.id = t.parent
join addresses_place p on p.code = o.code and p.region = %(region)s;
insert into addresses_loadedregion (region, source, name, places, houses)
select %(region)s, %(source)s, coalesce(min(p.full) filter (where p.level = 1), ''), count(*),
    (select count(*) from addresses_house h join addresses_place q on q.id = h.place_id where q.region = %(region)s)
from addresses_place p where p.region = %(region)s
on conflict (region) do update set source = excluded.source, name = excluded.name, places = excluded.places,
    houses = excluded.houses, loaded_at = now();
"""  # noqa: S608 - the piece is our own


@command("addresses.load", label=gettext_lazy("Load addresses"))
def load(*, actor: Actor, path: str, regions: list[str] | None = None) -> JobRun:
    """
    Load regions of a classifier from a folder or an archive on the server, in a job.

    :param regions: two-digit codes; all that are there by default.
    :raises Refused: addresses are being loaded already, it is no classifier, or has no such region.
    """
    if JobRun.objects.filter(work=LOAD, state__in=RUNNING).exists():
        raise Refused("addresses.loading", _("Addresses are being loaded already."))
    _found, held = chosen(Path(path), regions)
    label = _("Addresses: %(name)s") % {"name": Path(path).name}
    return jobs.start(actor=actor, work=LOAD, label=label, args={"path": path, "regions": held})


@jobs.work(LOAD)
def load_regions(progress: jobs.Progress, actor: Actor, path: str, regions: list[str]) -> dict[str, Any]:
    """Load region by region; those that are done stay when the work is cancelled."""
    found = classifiers.opened(Path(path))
    total, read = sum(found.size(region) for region in regions), 0
    loaded: list[dict[str, Any]] = []

    def tell(count: int) -> None:
        nonlocal read
        read += count
        progress.tell(min(read, total) // 1024, total // 1024)

    for region in regions:
        counts = load_region(actor, found, region, tell)
        loaded.append({"region": region, **counts})
        progress.keep(_told(loaded))
    return _told(loaded)


def _told(loaded: list[dict[str, Any]]) -> dict[str, Any]:
    """What was loaded, as the page of the work tells it."""
    line = _("Region %(region)s: places %(places)s, houses %(houses)s")
    return {"text": "; ".join(line % one for one in loaded), "regions": loaded}


def load_region(actor: Actor, source: Classifier, region: str, tell: Callable[[int], None]) -> dict[str, int]:
    """Read a region into staging tables and put it in place of the one that was there; returns how much of it."""
    _stage()
    for stage, columns in STAGES.items():
        rows = getattr(source, stage)(region, tell)
        _copy(stage, columns, _keyed(rows) if stage == "houses" else rows)
    return keep_region(actor=actor, source=source.source, region=region)


@command("addresses.keep_region", told_as=gettext_lazy("Take in the addresses of a region"))
def keep_region(*, actor: Actor, source: str, region: str) -> dict[str, int]:
    """Replace a region by what was read. :raises Refused: nothing was read: what is there stays."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from addresses_objects")
        if not cursor.fetchone()[0]:
            raise Refused("addresses.empty", _("There are no places of region %(region)s."), region=region)
        cursor.execute(REPLACE, {"source": source, "region": region})
        cursor.execute("select places, houses from addresses_loadedregion where region = %s", [region])
        places, houses = cursor.fetchone()
    return {"places": places, "houses": houses}


def chosen(path: Path, regions: Sequence[str] | None) -> tuple[Classifier, list[str]]:
    """
    A classifier and the regions of it that are asked for, all by default.

    :raises Refused: it is no classifier, or has no such region.
    """
    found = classifiers.opened(path)
    held = found.regions()
    if missing := sorted(set(regions or ()) - set(held)):
        raise Refused(
            "addresses.no_region",
            _("There is no region %(missing)s here, only: %(held)s."),
            missing=", ".join(missing),
            held=", ".join(held[:100]),
        )
    return found, sorted(set(regions or held))


def _stage() -> None:
    """Tables of this session that streams go into, without indexes until they are full; those of before go."""
    with connection.cursor() as cursor:
        for stage, columns in STAGES.items():
            table = sql.Identifier(f"addresses_{stage}")
            shape = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(one)) for one in columns)
            cursor.execute(sql.SQL("drop table if exists pg_temp.{}").format(table))
            cursor.execute(sql.SQL("create temp table {} ({})").format(table, shape))


def _keyed(houses: Iterable[HouseRow]) -> Iterator[tuple[str, ...]]:
    """Houses with their numbers as they are searched."""
    return ((*one, rules.house_key(one.number)[:60]) for one in houses)


def _copy(stage: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    table = sql.Identifier(f"addresses_{stage}")
    into = sql.SQL("copy {} ({}) from stdin").format(table, sql.SQL(", ").join(map(sql.Identifier, columns)))
    source = iter(rows)
    with connection.cursor() as cursor:
        # Reading tells progress by the same connection, which answers nothing while it copies: so by turns.
        while some := list(islice(source, AT_ONCE)):
            # What Django wraps does not know COPY.
            with cursor.cursor.copy(into) as copy:
                for row in some:
                    copy.write_row(row)
        cursor.execute(sql.SQL("create index on {} (id)").format(table))
        cursor.execute(sql.SQL("analyze {}").format(table))
