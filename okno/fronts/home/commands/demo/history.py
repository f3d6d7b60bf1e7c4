"""Eighteen months of deals: stories told into tables, with stays, lines, tasks, notes and feeds."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random
from typing import Any

from okno.areas.calendar.models import Task
from okno.areas.deals.models import Deal, DealLine, DealMember, Stage, StageInterval
from okno.fronts.home.commands.demo import desk, feed
from okno.fronts.home.commands.demo.feed import Place
from okno.fronts.home.commands.demo.moments import Calendar
from okno.fronts.home.commands.demo.organisation import Demo
from okno.fronts.home.commands.demo.stories import Stay, Story
from okno.fronts.home.commands.demo.writer import Writer
from okno.kit import money

TASKS = {
    "new": (("Связаться с клиентом", "call"),),
    "qualified": (("Выяснить задачу, бюджет и сроки", "call"), ("Запросить план склада", "letter")),
    "need": (("Встреча на складе клиента", "meeting"), ("Подготовить спецификацию", "other")),
    "quote": (("Обсудить предложение", "call"), ("Отправить уточнённое предложение", "letter")),
    "contract": (("Получить замечания к договору", "letter"), ("Согласовать условия оплаты", "call")),
    "invoice": (("Уточнить срок оплаты", "call"),),
    "payment": (("Напомнить об остатке оплаты", "call"),),
    "work": (("Согласовать дату отгрузки", "call"), ("Заказать машину", "other")),
}
RESULTS = (
    "Договорились, жду ответа до конца недели.",
    "Всё в силе, просят ускорить.",
    "Отправлено на почту.",
    "Решение примут на планёрке в понедельник.",
    "Не дозвонилась, перезвоню завтра.",
    "Согласовали.",
    "Просят скидку 5 %, обсуждаем.",
)
NOTES = (
    "Решение принимает главный инженер, снабжение только оформляет.",
    "Сравнивают с двумя поставщиками, для них важнее срок, чем цена.",
    "Просят монтаж в выходные: склад работает в две смены.",
    "Платят по факту отгрузки, с предоплатой сложно до конца квартала.",
    "Пол на складе слабый, нужен расчёт нагрузки на стойку.",
    "Есть второй склад в области, осенью будут оснащать его.",
    "Договор — по их форме, юрист отвечает три-четыре дня.",
    "Звонить лучше до 11:00, потом планёрки.",
)
PLANNED_CALL = 15
SHARE_OF_INCOMING = 0.35
OPEN = Stage.Kind.OPEN


class History:
    """Writes stories; numbers deals within each year."""

    def __init__(self, writer: Writer, rng: Random, calendar: Calendar, demo: Demo, vat: str) -> None:
        self.writer, self.rng, self.calendar, self.demo, self.vat = writer, rng, calendar, demo, vat
        self.desk = desk.Desk()
        # Of its own, so that the length of a talk changes nothing else of the story.
        self.talks = Random(11)  # noqa: S311 - an invented company is no secret
        self.numbers: Counter[tuple[str, int]] = Counter()

    def number(self, kind: str, year: int) -> str:
        """The next number of a kind of document in a year."""
        self.numbers[kind, year] += 1
        return str(self.numbers[kind, year])

    def write(self, story: Story) -> Deal:
        """A deal with all that was done about it."""
        deal = self._deal(story)
        on: list[Place] = [("deals.deal", deal.pk), ("clients.client", deal.client_id)]
        feed.tell(self.writer, "deals.opened", story.opened, story.owner, on, title=deal.title, amount=str(deal.amount))
        self._lines(deal, story)
        before: Stay | None = None
        for stay in story.stays:
            self._stay(deal, stay, story)
            if before is not None:
                words = {"left": before.stage.name, "stage": stay.stage.name, "how": stay.how}
                feed.tell(
                    self.writer, "deals.moved", stay.entered, None if stay.how == "fact" else story.owner, on, **words
                )
            self._worked(deal, stay, story)
            before = stay
        if self.rng.random() < 0.45:
            noted = self.calendar.later(story.opened, self.rng.uniform(1, 20))
            if noted < self.calendar.at:
                feed.tell(self.writer, "note", noted, story.owner, on[:1], text=self.rng.choice(NOTES))
        return deal

    def _deal(self, story: Story) -> Deal:
        last, (scenario, _stages) = story.stays[-1], self.demo.scenarios[story.scenario]
        is_closed = last.stage.kind in {Stage.Kind.WON, Stage.Kind.LOST}
        contacts = story.customer.contacts
        expected = self.calendar.later(story.opened, self.rng.uniform(120, 320)).date()
        deal = self.writer.add(
            Deal,
            number=self.number("deals.deal", story.opened.year),
            title=story.title,
            client=story.customer.client,
            contact=self.rng.choice(contacts) if contacts else None,
            scenario=scenario,
            stage=last.stage,
            owner=story.owner,
            department_id=story.owner.department_id,
            amount=story.amount,
            need=self._need(story),
            source=story.customer.client.source,
            expected_date=expected if story.scenario == "b2b" else None,
            stage_since=last.entered,
            stage_due_at=self.calendar.later(last.entered, last.stage.norm_hours) if last.stage.norm_hours else None,
            closed_at=last.entered if is_closed else None,
            refusal=self.demo.refusals.get(story.refusal),
            created_at=story.opened,
        )
        if self.rng.random() < 0.08:
            self.writer.add(
                DealMember, deal=deal, user=self.rng.choice([one for one in self.demo.sellers if one != story.owner])
            )
        return deal

    def _need(self, story: Story) -> str:
        wanted = ", ".join(f"{one.good.name} — {one.quantity} {one.good.unit}" for one in story.lines[:3])
        return f"Нужно: {wanted}."

    def _lines(self, deal: Deal, story: Story) -> None:
        if deal.stage.code in {"new", "qualified"} and self.rng.random() < 0.7:
            return
        for position, one in enumerate(story.lines):
            self.writer.add(
                DealLine,
                deal=deal,
                position=position,
                offer_id=one.good.offer_id,
                name=one.good.name,
                unit=one.good.unit,
                quantity=one.quantity,
                price=one.good.price,
                discount=one.discount,
                vat_rate=self.vat,
                total=one.total,
            )

    def _stay(self, deal: Deal, stay: Stay, story: Story) -> None:
        self.writer.add(
            StageInterval,
            deal=deal,
            stage=stay.stage,
            entered_at=stay.entered,
            left_at=stay.left,
            user_id=None if stay.how == StageInterval.How.FACT else story.owner.pk,
            how=stay.how,
            amount=deal.amount,
        )

    def _worked(self, deal: Deal, stay: Stay, story: Story) -> None:
        """Tasks of a stage: done while it lasted; on the present stage one is open."""
        if stay.stage.kind != OPEN:
            return
        for title, kind in TASKS[stay.stage.code]:
            if stay.left is None:
                if self.rng.random() < 0.88:
                    self._open_task(deal, title, kind, story)
                return
            if self.rng.random() < 0.6:
                self._done_task(deal, title, kind, (stay.entered, stay.left), story)

    def _open_task(self, deal: Deal, title: str, kind: str, story: Story) -> None:
        days = self.rng.choices((-9, -4, -2, -1, 0, 1, 2, 3, 5, 8, 14), (3, 4, 7, 9, 26, 14, 12, 8, 8, 5, 4))[0]
        due = self.calendar.soon(days)
        planned = self._task(deal, title, kind, story, min(due, self.calendar.at))
        talk = self._talk(deal, kind, "out")
        if kind == Task.Kind.CALL:
            talk["duration"] = PLANNED_CALL
        self.writer.add(Task, **planned, **talk, due_at=due)
        deal.next_task_at, deal.next_task_kind = due, kind

    def _done_task(
        self, deal: Deal, title: str, kind: str, span: tuple[dt.datetime, dt.datetime], story: Story
    ) -> None:
        done = span[0] + (span[1] - span[0]) * self.rng.uniform(0.2, 0.95)
        result = self.rng.choice(RESULTS)
        is_heard = kind == Task.Kind.CALL and self.talks.random() < SHARE_OF_INCOMING
        talk = self._talk(deal, kind, "in" if is_heard else "out")
        if is_heard:
            title = "Входящий звонок"
        task = self.writer.add(
            Task,
            **self._task(deal, title, kind, story, span[0]),
            **talk,
            state=Task.State.DONE,
            due_at=done - dt.timedelta(minutes=talk["duration"]) if is_heard else self.calendar.later(span[0], 8),
            done_at=done,
            result=result,
        )
        on = [("calendar.task", task.pk), ("clients.client", deal.client_id), ("deals.deal", deal.pk)]
        if is_heard:
            said = {"text": result, "minutes": talk["duration"], "contact": deal.contact.name if deal.contact else ""}
            feed.tell(self.writer, "calendar.call_in", done, story.owner, on, **said)
        else:
            feed.tell(self.writer, "calendar.ended", done, story.owner, on, title=title, state="done", result=result)

    def _talk(self, deal: Deal, kind: str, direction: str) -> dict[str, Any]:
        """How long it takes, which way a call goes, and with whom."""
        if kind == Task.Kind.CALL:
            return {"duration": self.talks.randint(3, 25), "direction": direction, "contact": deal.contact}
        if kind == Task.Kind.MEETING:
            return {"duration": self.talks.choice((45, 60, 60, 90, 120)), "contact": deal.contact}
        return {"duration": self.talks.choice((None, None, 15, 30, 45))}

    def _task(self, deal: Deal, title: str, kind: str, story: Story, since: dt.datetime) -> dict[str, object]:
        return {
            "title": title,
            "kind": kind,
            "owner": story.owner,
            "department_id": story.owner.department_id,
            "author": story.owner,
            "client_id": deal.client_id,
            "about_record": "deals.deal",
            "about_id": deal.pk,
            "created_at": min(since, self.calendar.at),
        }


def vat_of(day: dt.date) -> str:
    """The code of the general rate of a day."""
    return money.standard_vat(day).code
