"""An import of clients from a file: rows a second and memory, beside a hundred and fifty thousand that are there."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator

from django.db import connection

from okno.access import queries as access
from okno.access.models import User
from okno.areas.clients.models import Client, ContactPoint
from okno.engines.imports import commands
from okno.engines.imports.models import Import
from okno.kit import contacts
from okno.kit.batch_rows import insert_rows
from okno.kit.commands import unjournalled
from okno.kit.permissions import Actor
from tools.bench.clock import Figure
from tools.bench.exchange import watched
from tools.bench.processor import Spent, spent
from tools.bench.scratch import scratch

THERE, ROWS = 150_000, 20_000
NAMES = ("Север", "Восток", "Альфа", "Вектор", "Сервис", "Строй", "Маркет", "Логистика", "Инвест", "Проект")
COLUMNS = ("name", "name_key", "inn", "phone", "email")
WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def import_of_clients() -> Iterator[Figure]:
    """Import a file of which a half is there already, in a copy of the medium company grown to 150,000 clients."""
    with scratch():
        _grow()
        actor = access.actor_of(User.objects.filter(roles__code="director").order_by("pk")[0])
        row = commands.taken_in(actor, "clients.client", io.BytesIO(_file().encode()), "clients.csv")
        gc.collect()
        with watched() as peak:
            check = _timed(actor, row, is_dry=True)
            run = _timed(actor, row, is_dry=False)
        note = f"{ROWS} rows, a half found among {THERE}; {row.counts}"
        yield Figure("import of clients: dry run", ROWS / check.clock, unit="a second", note=note)
        rate = ROWS / run.clock
        yield Figure(
            "import of clients", rate, unit="a second", target="≥ 2000 a second", holds=rate >= 2000, note=note
        )
        yield check.figure("import of clients: dry run", f"{ROWS} rows")
        yield run.figure("import of clients", f"{ROWS} rows, {ROWS / run.processor:.0f} a second of processor time")
        yield Figure(
            "import of clients, memory",
            peak[0],
            unit="MB",
            target="< 96 MB",
            holds=peak[0] < 96,
            note="peak above start",
        )


def _timed(actor: Actor, row: Import, *, is_dry: bool) -> Spent:
    with spent() as found:
        commands.run_now(actor, row, is_dry=is_dry)
    if row.state not in {Import.State.DONE, Import.State.CHECKED}:
        raise SystemExit(f"the import broke off: {row.error}")
    return found


def _grow() -> None:
    """Clients with an INN, a phone and a mail address each; keys of matching are made for all at once."""
    missing = THERE - Client.objects.count()
    with unjournalled(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        for begin in range(0, missing, 10_000):
            rows = [_client(number) for number in range(begin, min(begin + 10_000, missing))]
            ids = insert_rows(Client, [{name: one[name] for name in COLUMNS} for one in rows])
            points = [
                {"client_id": client_id, "kind": kind, "value": one[kind], "key": one[key]}
                for client_id, one in zip(ids, rows, strict=True)
                for kind, key in (("phone", "digits"), ("email", "email"))
            ]
            insert_rows(ContactPoint, points)
        cursor.execute("analyze clients_client, clients_contactpoint")
        cursor.execute(
            "insert into clients_matchkey (kind, key, client_id) select kind, key, client_id from clients_own_key "
            "on conflict do nothing"
        )
        cursor.execute("set local session_replication_role = origin")
        cursor.execute("analyze clients_matchkey")


def _client(number: int) -> dict[str, str]:
    name = f"{NAMES[number % 10]}{NAMES[number // 10 % 10].lower()} {number}"
    digits = f"495{number % 10_000_000:07d}"
    return {
        "name": f"ООО «{name}»",
        "name_key": contacts.name_key(name),
        "inn": _inn(number),
        "phone": contacts.phone_display(f"+7{digits}"),
        "digits": digits,
        "email": f"info@client{number}.test",
    }


def _inn(number: int) -> str:
    """A company's INN with its check digit."""
    digits = f"77{number:07d}"
    return digits + str(sum(int(one) * weight for one, weight in zip(digits, WEIGHTS, strict=True)) % 11 % 10)


def _file() -> str:
    """Every other client is there already; every fourth row brings a person, every other one a legal entity."""
    lines = ["Наименование;ИНН;Телефон;Эл. почта;Город;КПП;Расчётный счёт;Контакт: ФИО;Контакт: телефон"]
    for number in range(ROWS):
        known = number * 7 if number % 2 else 5_000_000 + number
        one = _client(known)
        person = f"Иванов Иван {number};8 916 {number:07d}" if number % 4 == 0 else ";"
        entity = f"7707{number % 100_000:05d};40702810{number:012d}" if number // 2 % 2 else ";"
        lines.append(f"{one['name']};{one['inn']};{one['phone']};{one['email']};Город {number % 100};{entity};{person}")
    return "\n".join(lines)
