"""Large loads for measuring: as many rows as a big firm has, all deals open in the eight stages of the board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.utils.translation import gettext as _

from okno.access import commands as access
from okno.access.models import User
from okno.areas.calendar.models import Task
from okno.areas.clients.models import Client
from okno.areas.deals.models import Deal, DealMember, Stage, StageInterval
from okno.fronts.home.commands.demo import clients, feed, names
from okno.fronts.home.commands.demo.history import NOTES, RESULTS, TASKS
from okno.fronts.home.commands.demo.moments import Calendar
from okno.fronts.home.commands.demo.organisation import DOMAIN, Demo
from okno.fronts.home.commands.demo.stories import TITLES
from okno.fronts.home.commands.demo.writer import Tell, Writer
from okno.kit import commands
from okno.kit.permissions import SYSTEM

STAGE_WEIGHTS = (18, 16, 15, 14, 12, 10, 8, 7)
PART = 4_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    users: int
    clients: int
    deals: int
    tasks: int
    entries: int

    @property
    def contacts_each(self) -> int:
        """Contacts of one client."""
        return 2


SIZES = {
    "medium": Size(users=50, clients=5_000, deals=20_000, tasks=25_000, entries=25_000),
    "large": Size(users=50, clients=50_000, deals=200_000, tasks=250_000, entries=250_000),
}


@dataclass(frozen=True, slots=True)
class Small:
    """What later rows need to know of a client or a deal."""

    id: int
    owner: User
    client_id: int


class Load:
    """Writes a size part by part, each in a transaction of its own: a million rows in one would fill memory."""

    def __init__(self, rng: Random, calendar: Calendar, demo: Demo, tell: Tell, size: Size) -> None:
        self.rng, self.calendar, self.demo, self.tell, self.size = rng, calendar, demo, tell, size
        self.users = [*demo.sellers, *self._users(size.users - len(demo.people))]
        self.stages = [one for one in demo.scenarios["b2b"][1].values() if one.kind == Stage.Kind.OPEN]
        self.titles = [title for group in TITLES.values() for title in group]
        self.clients: list[Small] = []
        self.deals: list[Small] = []

    def run(self) -> None:
        """Write everything, the oldest first."""
        size = self.size
        self._write(_("Clients and contacts"), size.clients, self._client)
        self._write(_("Deals"), size.deals, self._deal)
        self._write(_("Tasks"), size.tasks, self._task)
        self._write(_("Feed"), size.entries, self._entry)

    def _write(self, label: str, count: int, one: Callable[[Writer, dt.datetime], None]) -> None:
        done = 0
        for moments in _parts(self.calendar.spread(count)):
            with commands.unjournalled():
                writer = Writer(self.rng, lambda *_progress: None, self.calendar.at)
                for moment in moments:
                    one(writer, moment)
                writer.write(label)
            done += len(moments)
            self.tell(label, done, count)

    def _users(self, count: int) -> Iterator[User]:
        """People besides those who sign in, in five teams below the department of sales."""
        above = self.demo.sellers[0].department
        teams = [access.add_department(actor=SYSTEM, name=f"Команда {number}", parent=above) for number in range(1, 6)]
        for number in range(count):
            person = names.person(self.rng)
            email = f"{person.address}.{number}@{DOMAIN}"
            user = access.add_user(
                actor=SYSTEM, email=email, name=person.full, post="Менеджер", department=teams[number % 5]
            )
            access.give_role(actor=SYSTEM, user=user, role="seller")
            yield user

    def _client(self, writer: Writer, moment: dt.datetime) -> None:
        rng = self.rng
        profile = clients.invent(rng, moment, rng.choice(self.users), names.company(rng))
        client: Client = clients.write_client(writer, rng, profile)
        for _number in range(self.size.contacts_each):
            clients.write_contact(writer, rng, client, names.person(rng), profile.domain or "mail.example")
        self.clients.append(Small(client.pk, profile.owner, client.pk))

    def _deal(self, writer: Writer, moment: dt.datetime) -> None:
        rng, client = self.rng, self.clients[int(len(self.clients) * self.rng.random() ** 1.5)]
        stage = rng.choices(self.stages, STAGE_WEIGHTS)[0]
        amount = Decimal(round(150_000 * rng.lognormvariate(0, 1.1) / 100) * 100)
        since = moment + (self.calendar.at - moment) * rng.random()
        deal = writer.add(
            Deal,
            number=str(len(self.deals) + 1),
            title=rng.choice(self.titles).format(city=rng.choice(("Москва", "Тверь", "Казань", "Самара", "Тула"))),
            client_id=client.id,
            scenario_id=stage.scenario_id,
            stage=stage,
            owner=client.owner,
            department_id=client.owner.department_id,
            amount=amount,
            source=rng.choice(clients.SOURCES),
            expected_date=(since + dt.timedelta(days=rng.randint(5, 90))).date(),
            stage_since=since,
            stage_due_at=since + dt.timedelta(hours=3 * stage.norm_hours),
            next_task_at=self.calendar.at + dt.timedelta(hours=rng.randint(-200, 300)) if rng.random() < 0.6 else None,
            created_at=moment,
        )
        stay = {"entered_at": since, "user_id": client.owner.pk, "how": "hand", "amount": amount}
        writer.add(StageInterval, deal=deal, stage=stage, **stay)
        if rng.random() < 0.05:
            colleague = rng.choice(self.users)
            if colleague != client.owner:
                writer.add(DealMember, deal=deal, user=colleague)
        self.deals.append(Small(deal.pk, client.owner, client.id))

    def _task(self, writer: Writer, moment: dt.datetime) -> None:
        rng, deal = self.rng, self.rng.choice(self.deals)
        title, kind = rng.choice(TASKS[rng.choice(self.stages).code])
        is_done = rng.random() < 0.8
        writer.add(
            Task,
            title=title,
            kind=kind,
            state=Task.State.DONE if is_done else Task.State.OPEN,
            owner=deal.owner,
            department_id=deal.owner.department_id,
            author=deal.owner,
            client_id=deal.client_id,
            about_record="deals.deal",
            about_id=deal.id,
            due_at=moment + dt.timedelta(days=rng.randint(0, 9)),
            done_at=moment + dt.timedelta(hours=rng.randint(1, 90)) if is_done else None,
            result=rng.choice(RESULTS) if is_done else "",
            created_at=moment,
        )

    def _entry(self, writer: Writer, moment: dt.datetime) -> None:
        deal = self.rng.choice(self.deals)
        on = [("deals.deal", deal.id), ("clients.client", deal.client_id)]
        feed.tell(writer, "note", moment, deal.owner, on, text=self.rng.choice(NOTES))


def _parts(moments: list[dt.datetime]) -> Iterator[list[dt.datetime]]:
    for start in range(0, len(moments), PART):
        yield moments[start : start + PART]
