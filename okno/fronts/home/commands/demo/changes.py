"""What people have changed on featured cards over the last weeks: done by commands in their names, and dated back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from django.utils.translation import gettext as _

from okno.access import queries as access
from okno.access.models import User
from okno.areas.calendar import commands as calendar_commands
from okno.areas.calendar import queries as calendar_queries
from okno.areas.calendar.models import Task
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, LegalEntity
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.leads import commands as leads
from okno.areas.leads.models import Lead
from okno.fronts.home.commands.demo.moments import Calendar
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit.batch_rows import update_rows
from okno.kit.changing import running, steps
from okno.kit.changing.asked import Asked
from okno.kit.changing.edits import Edit, How
from okno.kit.commands import Command, silently, unjournalled
from okno.kit.models.base import RecordModel
from okno.kit.models.journal import CommandRun
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor
from okno.kit.worktime import next_work

OF_EACH_SELLER, OF_LEADS, OF_ENTITIES, OF_TASKS, AT_ONCE = 4, 8, 6, 8, 12
LONGEST_AGO = dt.timedelta(days=45)
NEEDS = ("Стеллажи и техника на склад.", "Просят расчёт.", "Оснащение второго склада.")
ABOUT_DEALS = (
    "Решение в два этапа: сначала стеллажи, техника — после монтажа.",
    "Просят рассрочку на три месяца, согласовать с руководителем.",
    "Замер склада сделан, план в файлах.",
    "Отгрузка только по пятницам, пропуск заказывать накануне.",
)
ABOUT_CLIENTS = (
    "Документы — только через ЭДО, бумажные не принимают.",
    "Склад переехал, прежний адрес больше не использовать.",
    "Оплату согласует головная компания, закладывать неделю.",
)
ABOUT_LEADS = ("Перезвонить после 15:00.", "Ждут предложение на почту, бюджет согласован.", "Просили каталог целиком.")
ADDRESSES = ("ул. Промышленная, 4", "пр-т Строителей, 18", "ул. Заводская, 27")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change: its command has given the row the values that it has now, instead of those that it `was`."""

    at: dt.datetime
    by: User
    command: Command[Any, Any]
    on: str
    row: RecordModel
    was: dict[str, Any]


def fill(rng: Random, demo: Demo, at: dt.datetime) -> None:
    """Lead featured deals, clients, leads, legal entities and tasks to what they are now, step by step."""
    calendar = Calendar(rng, calendar_queries.default_schedule(), at)
    featured = _featured_deals(demo)
    told = [*_of_deals(rng, calendar, demo, featured), *_of_clients(rng, calendar, demo, featured)]
    told += [*_of_leads(rng, calendar), *_of_entities(rng, calendar, demo, featured), *_of_tasks(rng, calendar)]
    together = list(Client.objects.filter(source="Выставка").order_by("-created_at", "pk")[:AT_ONCE])
    now = {(type(one.row), one.row.pk, key): getattr(one.row, key) for one in told for key in one.was}
    _set_back(told, together)
    with silently():
        for one in sorted(told, key=lambda step: step.at):
            values = {key: now[type(one.row), one.row.pk, key] for key in one.was}
            _dated(one, values)
        _at_once(access.actor_of(demo.people["head"]), together, calendar.later(at - dt.timedelta(days=9), 1))
    _settle(told)


def _featured_deals(demo: Demo) -> list[Deal]:
    """The newest open deals of each seller, of clients of their own."""
    found: list[Deal] = []
    for seller in demo.sellers:
        taken = {one.client_id for one in found}
        rows = Deal.objects.filter(owner=seller, closed_at=None, stage__kind="open").exclude(client_id__in=taken)
        found += rows.select_related("client").order_by("-created_at")[:OF_EACH_SELLER]
    return found


def _of_deals(rng: Random, calendar: Calendar, demo: Demo, featured: Iterable[Deal]) -> Iterator[Step]:
    sellers = {one.pk: one for one in demo.sellers}
    for one in featured:
        owner = sellers[one.owner_id or 0]
        # The comment is new; what else is told was told otherwise before.
        one.comment = rng.choice(ABOUT_DEALS)
        first, second, third = _moments(rng, calendar, one.created_at, 3)
        same: dict[str, Any] = {"command": deals.update, "on": "deal", "row": one}
        yield Step(at=first, by=owner, was={"need": rng.choice(NEEDS), "source": ""}, **same)
        if one.expected_date is not None:
            before = one.expected_date - dt.timedelta(days=rng.choice((7, 14, 21)))
            yield Step(at=second, by=owner, was={"expected_date": before}, **same)
        yield Step(at=third, by=rng.choice((owner, demo.people["head"])), was={"comment": ""}, **same)


def _of_clients(rng: Random, calendar: Calendar, demo: Demo, featured: Iterable[Deal]) -> Iterator[Step]:
    for number, client in enumerate({one.client_id: one.client for one in featured}.values()):
        client.comment = rng.choice(ABOUT_CLIENTS)
        first, second = _moments(rng, calendar, client.created_at, 2)
        same: dict[str, Any] = {"command": clients.update, "on": "client", "row": client}
        yield Step(at=second, by=demo.people["assistant"], was={"comment": ""}, **same)
        if number % 2 and client.site:
            yield Step(at=first, by=demo.people["assistant"], was={"site": ""}, **same)
        if client.is_vip:
            yield Step(at=first, by=demo.people["director"], was={"is_vip": False}, **same)


def _of_leads(rng: Random, calendar: Calendar) -> Iterator[Step]:
    rows = Lead.objects.filter(state__in=["given", "taken", "postponed"], closed_at=None).exclude(owner=None)
    for one in rows.select_related("owner").order_by("-received_at")[:OF_LEADS]:
        if one.owner is not None:
            one.comment = rng.choice(ABOUT_LEADS)
            at = one.received_at + (calendar.at - one.received_at) * rng.uniform(0.3, 0.8)
            yield Step(at=at, by=one.owner, command=leads.update, on="lead", row=one, was={"comment": ""})


def _of_entities(rng: Random, calendar: Calendar, demo: Demo, featured: Iterable[Deal]) -> Iterator[Step]:
    rows = LegalEntity.objects.filter(client_id__in=[one.client_id for one in featured]).order_by("pk")
    for one in rows.select_related("client")[:OF_ENTITIES]:
        (at,) = _moments(rng, calendar, one.created_at, 1)
        before = f"{one.legal_address.partition(',')[0]}, {rng.choice(ADDRESSES)}"
        was = {"legal_address": before}
        yield Step(at=at, by=demo.people["buh"], command=clients.update_legal_entity, on="entity", row=one, was=was)


def _of_tasks(rng: Random, calendar: Calendar) -> Iterator[Step]:
    yesterday = calendar.at - dt.timedelta(days=1)
    rows = Task.objects.filter(state=Task.State.OPEN, created_at__lt=yesterday, about_record="deals.deal")
    for one in rows.select_related("owner").order_by("due_at", "pk")[:OF_TASKS]:
        one.text = rng.choice(ABOUT_DEALS)
        at = one.created_at + (calendar.at - one.created_at) * rng.uniform(0.2, 0.9)
        yield Step(at=at, by=one.owner, command=calendar_commands.update, on="task", row=one, was={"text": ""})


def _moments(rng: Random, calendar: Calendar, created_at: dt.datetime, count: int) -> list[dt.datetime]:
    """So many moments of the last weeks in their order, after the row was made."""
    since = max(created_at, calendar.at - LONGEST_AGO)
    found = (since + (calendar.at - since) * rng.uniform(0.05, 0.95) for _number in range(count))
    return sorted(_at_work(calendar, one, since) for one in found)


def _at_work(calendar: Calendar, moment: dt.datetime, since: dt.datetime) -> dt.datetime:
    """The next working hour; of a rest day that lasts until now, one of the week before it."""
    later = next_work(moment, calendar.schedule)
    earlier = next_work(moment - dt.timedelta(days=4), calendar.schedule)
    return later if later < calendar.at else max(earlier, since)


def _set_back(told: Iterable[Step], together: Iterable[Client]) -> None:
    """Give rows the values that their steps have found, past the journal: it has not been there then."""
    with unjournalled():
        for one in told:
            type(one.row)._default_manager.filter(pk=one.row.pk).update(**one.was)
        Client.objects.filter(pk__in=[one.pk for one in together]).update(source="")


def _dated(one: Step, values: dict[str, Any]) -> None:
    before = _last_run()
    # The row as it is in the database now: a step of its own has changed it meanwhile.
    row = type(one.row)._default_manager.get(pk=one.row.pk)
    one.command(actor=access.actor_of(one.by), **{one.on: row}, values=values)
    CommandRun.objects.filter(pk__gt=before).update(at=one.at)


def _at_once(actor: Actor, rows: list[Client], at: dt.datetime) -> None:
    """The head has named the source of those who came from an exhibition, all at once: its report can be looked at."""
    before, ids = _last_run(), [one.pk for one in rows]
    label, edits = _("Change of fields: %(what)s") % {"what": _("Clients")}, [Edit("source", How.SET, "Выставка")]
    asked = Asked(record="clients.client", ids=ids, label=label, command=clients.update.name, on="client", edits=edits)
    job = steps.begun(actor, running.WORK, asked)
    CommandRun.objects.filter(pk__gt=before).update(at=at)
    moments = {"created_at": at, "started_at": at, "finished_at": at + dt.timedelta(seconds=2)}
    JobRun.objects.filter(pk=job.pk).update(**moments)


def _last_run() -> int:
    return CommandRun.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _settle(told: Iterable[Step]) -> None:
    """Rows were changed when their last step was."""
    last: dict[type[RecordModel], dict[int, RecordModel]] = defaultdict(dict)
    for one in sorted(told, key=lambda step: step.at):
        one.row.updated_at = one.at
        last[type(one.row)][one.row.pk] = one.row
    with unjournalled():
        for model, rows in last.items():
            update_rows(model, ["updated_at"], list(rows.values()))
