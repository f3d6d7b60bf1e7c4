"""Search over 150,000 clients and 500,000 notes: by words, fragments and operators, beside the bare statements."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.db import connection

from okno.access import queries as access
from okno.access.models import User
from okno.areas.clients.models import Client
from okno.kit.batch_rows import insert_rows
from okno.kit.commands import unjournalled
from okno.kit.permissions import Actor
from okno.kit.search import words_asked
from okno.kit.web.search import found_notes, found_records
from tools.bench.clock import Act, Figure, compared, interleaved
from tools.bench.scratch import scratch

CLIENTS, NOTES = 150_000, 500_000
ASKED = {
    "words": "северная логистика",
    "a fragment": "огистик",
    "an operator": "логистика owner:me",
}
FIRST = ("Северная", "Восточная", "Вектор", "Альфа", "Сервисная", "Строительная", "Торговая")
SECOND = ("логистика", "компания", "мастерская", "фабрика", "поставка", "лаборатория")
# The same rows, as one writes the statement first: no rights, no other records.
FLOOR = """
    select client.id, client.name from clients_client client
    where not client.is_deleted and (
        okno_words(client.name) @@ to_tsquery('russian', %s)
        or (okno_trgm(client.name) @> okno_pieces(%s) and okno_fold(client.name) like %s)
    )
    order by client.id desc limit 6
"""
FLOOR_OF_NOTES = """
    select id, payload ->> 'text' from kit_entry
    where kind = 'note' and okno_words(payload ->> 'text') @@ to_tsquery('russian', %s) order by id desc limit 6
"""


def search_of_many() -> Iterator[Figure]:
    """Ask a copy of the medium company grown to that size, as a director and as a seller."""
    with scratch():
        grow()
        for code in ("director", "seller"):
            actor = access.actor_of(User.objects.filter(roles__code=code).order_by("pk")[0])
            yield from figures(actor, code)


def figures(actor: Actor, code: str, rounds: int = 30) -> Iterator[Figure]:
    """What each text costs this person, and the notes."""
    for what, text in ASKED.items():
        plain = text.split(" owner:")[0]
        params = [words_asked(plain), plain, f"%{plain}%"]
        acts: dict[str, Act] = {"ours": partial(found_records, actor, text), "floor": partial(_ask, FLOOR, params)}
        spent = interleaved(acts, rounds)
        yield compared(f"search of 150,000 clients by {what}, {code}", spent["ours"], spent["floor"], 2.0)
    said = "отгрузка терминала"
    floor = partial(_ask, FLOOR_OF_NOTES, [words_asked(said)])
    spent = interleaved({"ours": partial(found_notes, actor, said), "floor": floor}, rounds)
    yield compared(f"search of 500,000 notes, {code}", spent["ours"], spent["floor"], 2.0)


def _ask(sql: str, params: list[str]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def grow() -> None:
    """Clients and notes by single statements, without triggers of the journal and of matching."""
    people = list(User.objects.exclude(department=None).order_by("pk"))
    with unjournalled(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        for begin in range(0, CLIENTS, 10_000):
            insert_rows(Client, [_client(number, people) for number in range(begin, begin + 10_000)])
        cursor.execute(
            """
            insert into kit_entry (at, kind, actor_name, scope_record, scope_id, source_record, payload, is_pinned)
            select now() - number * interval '1 minute', 'note', 'bench', 'clients.client', client.id, '',
                   jsonb_build_object('text', 'Обсудили ' || said || ' ' || thing || ' номер ' || number), false
            from generate_series(1, %s) as number
            cross join lateral (select
                (array['отгрузку','оплату','договор','скидку','монтаж'])[1 + number %% 5] as said,
                (array['терминалов','стеллажей','упаковки','весов','тележек','поддонов'])[1 + number / 5 %% 6] as thing
            ) as words
            join (select id, row_number() over (order by id) as place from clients_client) as client
                on client.place = 1 + number %% (select count(*) from clients_client)
            """,
            [NOTES],
        )
        cursor.execute("set local session_replication_role = origin")
        cursor.execute("analyze clients_client")
        cursor.execute("analyze kit_entry")


def _client(number: int, people: list[User]) -> dict[str, object]:
    name = f"{FIRST[number % len(FIRST)]} {SECOND[number // len(FIRST) % len(SECOND)]} {number}"
    owner = people[number % len(people)]
    return {"name": name, "name_key": name.lower(), "owner_id": owner.pk, "department_id": owner.department_id}
