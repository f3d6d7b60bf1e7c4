"""Search among 150,000 clients and 500,000 notes: by words, fragments, digits and operators, beside bare queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import Contains

from okno.access import queries as access
from okno.access.models import User
from okno.areas.billing.models import Invoice
from okno.areas.catalog.models import Item
from okno.areas.clients.models import Client, Contact, ContactPoint
from okno.areas.communications.models import Mail
from okno.areas.deals.models import Deal
from okno.areas.leads.models import Lead
from okno.kit.batch_rows import insert_rows
from okno.kit.commands import unjournalled
from okno.kit.permissions import Actor
from okno.kit.search import Covers, Folded, Holds, Pieces, Trigrams, Words, WordsAsked, words_asked
from okno.kit.timeline import entries
from okno.kit.web.search import found_beside, found_records
from tools.bench.clock import Figure, compared, interleaved
from tools.bench.scratch import scratch

CLIENTS, NOTES = 150_000, 500_000
FEW = 6
# The tables that people search, the columns of their texts, and how they are asked for a phone.
TABLES: Sequence[tuple[Any, Sequence[str], str]] = (
    (Client, ["name"], "client"),
    (Contact, ["name"], "contact"),
    (Deal, ["title"], ""),
    (Lead, ["subject"], ""),
    (Invoice, ["number"], ""),
    (Item, ["name"], ""),
    (Mail, ["subject", "text"], ""),
)
FIRST = ("Северная", "Восточная", "Вектор", "Альфа", "Сервисная", "Строительная", "Торговая")
SECOND = ("логистика", "компания", "мастерская", "фабрика", "поставка", "лаборатория")


def search_of_many() -> Iterator[Figure]:
    """Ask a copy of the medium company grown to that size, as a director and as a seller."""
    with scratch():
        grow()
        for code in ("director", "seller"):
            actor = access.actor_of(User.objects.filter(roles__code=code).order_by("pk")[0])
            yield from figures(actor, code)


def figures(actor: Actor, code: str, rounds: int = 30) -> Iterator[Figure]:
    """What each text costs this person, and the notes."""
    phone = ContactPoint.objects.filter(kind="phone").order_by("-id")[0].key[3:9]
    asked: dict[str, tuple[str, Callable[[], Any]]] = {
        "words that 3,600 have": ("северная логистика", partial(by_text, actor, "северная логистика")),
        "words that 100 have": ("лаборатория альфа 11", partial(by_text, actor, "лаборатория альфа 11")),
        "a common fragment": ("огистик", partial(by_text, actor, "огистик")),
        "a surname": ("яковлева", partial(by_text, actor, "яковлева")),
        "what nobody has": ("ыъэ", partial(by_text, actor, "ыъэ")),
        "a phone": (phone, partial(by_phone, actor, phone)),
        "an operator": ("логистика owner:me", partial(by_text, actor, "логистика", owner_id=actor.user_id)),
    }
    for what, (text, floor) in asked.items():
        spent = interleaved({"ours": partial(found_records, actor, text), "floor": floor}, rounds)
        yield compared(f"search of all records by {what}, {code}", spent["ours"], spent["floor"], 2.0)
    said = "отгрузка терминала"
    spent = interleaved({"ours": partial(found_beside, actor, said), "floor": partial(notes, actor, said)}, rounds)
    yield compared(f"search of 500,000 notes, {code}", spent["ours"], spent["floor"], 2.0)


def by_text(actor: Actor, text: str, **more: Any) -> list[list[Any]]:
    """The floor: the newest few of each table within reach, as one asks for them in a view, by the same indexes."""
    found = []
    for model, columns, _points in TABLES:
        if more and not any(one.name == "owner" for one in model._meta.fields):
            continue
        parts = [_words(F(column), text) for column in columns] + [_piece(columns[0], text)]
        ids = [model.objects.order_by().filter(part).values("pk") for part in parts]
        found.append(_few(actor, model, ids[0].union(*ids[1:])).filter(**more))
    return [list(rows.order_by("-pk")[:FEW].values_list("pk", "extra")) for rows in found]


def by_phone(actor: Actor, digits: str) -> list[list[Any]]:
    """The same by digits of a phone, or of a name."""
    found = []
    for model, columns, points in TABLES:
        ids = model.objects.order_by().filter(_piece(columns[0], digits)).values("pk")
        if points:
            of_phone = ContactPoint.objects.filter(_piece("key", digits)).order_by()
            ids = ids.union(of_phone.values(f"{points}_id"))
        found.append(list(_few(actor, model, ids).order_by("-pk")[:FEW].values_list("pk", "extra")))
    return found


def notes(actor: Actor, text: str) -> list[Any]:
    """The floor of notes: the newest few within reach."""
    rows = entries.readable_alone(actor).filter(_words(KeyTextTransform("text", "payload"), text), kind="note")
    return list(rows.order_by("-id").values_list("pk", "payload")[:FEW])


def _few(actor: Actor, model: Any, ids: QuerySet[Any]) -> QuerySet[Any]:
    seen: QuerySet[Any] = model.objects.visible_to(actor).filter(is_deleted=False, pk__in=ids)
    return seen


def _words(column: Any, text: str) -> Q:
    return Q(Holds(Words(column), WordsAsked(Value(words_asked(text), output_field=TextField()))))


def _piece(column: str, text: str) -> Q:
    pieces = Pieces(Value(text, output_field=TextField()))
    return Q(Covers(Trigrams(F(column)), pieces)) & Q(Contains(Folded(F(column)), text))


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
