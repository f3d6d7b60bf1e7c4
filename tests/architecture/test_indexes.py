"""No index repeats what another one does already: each costs every write, and its place on the disk."""

from __future__ import annotations

from collections import Counter

import pytest
from django.apps import apps
from django.db import connection

# A plain index whose columns another one begins with, by the same operators and for the same rows, is never needed: of
# one column either direction will do. One that leaves out empty keys finds every row that a whole one would be asked
# for. An index that judges uniqueness stands for its judgement.
REPEATED = """
with known as (
    select i.indexrelid, i.indrelid, c.relname as name, t.relname as of_table, i.indisunique, i.indnkeyatts as width,
        am.amname, pg_get_expr(i.indpred, i.indrelid) as holds_for, i.indexprs is not null as is_computed,
        (i.indkey::int2[])[0:i.indnkeyatts - 1] as columns, (i.indclass::oid[])[0:i.indnkeyatts - 1] as operators,
        (i.indoption::int2[])[0:i.indnkeyatts - 1] as turns,
        '(' || (select attname from pg_attribute where attrelid = t.oid and attnum = i.indkey[0]) || ' IS NOT NULL)'
            as is_filled
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    join pg_am am on am.oid = c.relam join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = current_schema() and i.indisvalid
)
select a.of_table, a.name, b.name from known a join known b on b.indrelid = a.indrelid and b.indexrelid <> a.indexrelid
where not a.indisunique and a.amname = 'btree' and b.amname = 'btree' and not a.is_computed and not b.is_computed
and (a.holds_for is not distinct from b.holds_for or a.holds_for is null and b.holds_for = a.is_filled)
and a.width <= b.width and b.columns[1:a.width] = a.columns and b.operators[1:a.width] = a.operators
and (a.width = 1 or b.turns[1:a.width] = a.turns)
and (a.width < b.width or b.indisunique or b.holds_for is not null or a.indexrelid > b.indexrelid)
order by 1, 2, 3
"""

# How many repeated indexes the tables of an area still have. These numbers only go down.
LEFT = {
    "access": 4, "billing": 4, "calendar": 1, "catalog": 5, "classification": 2, "communications": 2, "deals": 4,
    "exchange": 8, "handover": 2, "home": 1, "imports": 3, "kit": 5, "leads": 5, "portraits": 2, "segments": 2,
}  # fmt: skip


@pytest.mark.django_db
def test_no_index_repeats_another_one() -> None:
    own = {model._meta.db_table: model._meta.app_label for model in apps.get_models() if _is_ours(model)}
    with connection.cursor() as cursor:
        cursor.execute(REPEATED)
        found = [row for row in cursor.fetchall() if row[0] in own]
    counts = Counter(own[table] for table, _index in {row[:2] for row in found})

    assert {area: count for area, count in counts.items() if count > LEFT.get(area, 0)} == {}, found


def _is_ours(model: type) -> bool:
    return model.__module__.startswith("okno.")
