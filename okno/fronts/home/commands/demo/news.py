"""What people of the demo company tell each other today: notes with mentions, tasks, reminders, quiet hours."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from okno.access import queries as access
from okno.access.models import User
from okno.areas.calendar import commands as calendar
from okno.areas.calendar.models import Task
from okno.areas.deals import queries as deals
from okno.areas.deals.models import Deal
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit.notices.commands import notice_rules, own, reminders
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.timeline import entries

# Who says it to whom, and on the newest open deal of whom.
SAID = (
    (
        "head",
        "sokolova",
        "sokolova",
        "@{name}, клиент просит рассрочку платежей: согласуй график и пришли мне до вечера.",
    ),
    ("director", "sokolova", "sokolova", "@{name}, по этой сделке скидку больше пяти процентов не даём."),
    (
        "sokolova",
        "head",
        "sokolova",
        "@{name}, посмотрите спецификацию стеллажей, завтра отправляю коммерческое предложение.",
    ),
    ("head", "melnikov", "melnikov", "@{name}, позвоните на склад: отгрузка терминалов сдвинулась на среду."),
    (
        "melnikov",
        "director",
        "melnikov",
        "@{name}, клиент готов подписать договор, если отсрочка будет 45 дней. Согласуете?",
    ),
    (
        "head",
        "director",
        "director",
        "@{name}, по распределительному центру нужна встреча с логистом клиента на неделе.",
    ),
)
# Who asks whom to do what, and in how many hours; sellers have tasks enough from their deals.
GIVEN = (
    ("director", "buh", "Сверить оплаты с выпиской банка", "other", -2),
    ("head", "buh", "Закрывающие документы за неделю", "letter", 4),
    ("director", "buh", "Акты сверки с постоянными клиентами", "other", 48),
    ("head", "assistant", "Обзвонить клиентов без контакта больше 90 дней", "call", 3),
    ("sokolova", "assistant", "Собрать реквизиты для договора", "letter", -1),
    ("director", "director", "Подписать рамочный договор", "meeting", 26),
)
MORNING, EVENING = 9, 18
ASKED = (
    ("Уточнить оплату счёта", dt.timedelta(minutes=10), "", False),
    ("Отправить отчёт по воронке руководителю", dt.timedelta(hours=20), "weekly", False),
    ("Продлить договор с клиентом", dt.timedelta(days=3), "", True),
)


UNREAD = {
    "leads.given": {"minutes": 120, "to": "head"},
    "leads.received": {"minutes": 120, "to": "head"},
    "deals.assigned": {"minutes": 240, "to": "mail"},
}


def tell(demo: Demo, at: dt.datetime) -> None:
    """Notes, tasks, reminders and quiet hours, by commands in the names of those people."""
    for by, to, whose, text in SAID:
        row = _a_deal_of(demo.people[whose])
        if row is not None:
            said = text.format(name=demo.people[to].name)
            entries.note(actor=access.actor_of(demo.people[by]), record="deals.deal", row_id=row.pk, text=said)
    for by, to, title, kind, hours in GIVEN:
        actor = access.actor_of(demo.people[by])
        due_at = _in_hours((at + dt.timedelta(hours=hours)).astimezone(actor.zone), is_over=hours < 0)
        calendar.add_task(actor=actor, title=title, owner=demo.people[to], kind=Task.Kind(kind), due_at=due_at)
    notice_rules.set_late(actor=SYSTEM, late=UNREAD)
    for who in ("sokolova", "head", "director"):
        # A company may be made as of a past day; a reminder is for a moment to come.
        # ast-grep-ignore: time-comes-in the command of reminders looks at the real clock
        _remind(demo.people[who], max(at, timezone.now()))


def _in_hours(due: dt.datetime, *, is_over: bool) -> dt.datetime:
    """A round moment near this one when people are at work; what is over already stays so."""
    due = due.replace(minute=due.minute // 15 * 15, second=0, microsecond=0)
    if MORNING <= due.hour < EVENING:
        return due
    if is_over:
        due -= dt.timedelta(days=due.hour < MORNING)
        return due.replace(hour=EVENING - 1, minute=0)
    due += dt.timedelta(days=due.hour >= EVENING)
    return due.replace(hour=MORNING + 1, minute=0)


def _remind(user: User, at: dt.datetime) -> None:
    actor, row = access.actor_of(user), _a_deal_of(user)
    own.set_hours(actor=actor, quiet_from=dt.time(20), quiet_until=dt.time(8), only_workdays=True)
    for text, after, repeat, is_important in ASKED:
        about: dict[str, Any] = {"record": "deals.deal", "row_id": row.pk} if row is not None else {}
        reminders.add(actor=actor, text=text, at=at + after, repeat=repeat, is_important=is_important, **about)
    if row is not None:
        _remind_until_over(actor, row, at)


def _remind_until_over(actor: Actor, row: Deal, at: dt.datetime) -> None:
    """Every third day, as long as the deal is open."""
    about: dict[str, Any] = {"record": "deals.deal", "row_id": row.pk, "repeat": "daily", "every": 3}
    reminders.add(actor=actor, text="Спросить об оплате", at=at + dt.timedelta(days=1), until_over=True, **about)


def _a_deal_of(user: User) -> Deal | None:
    found: Deal | None = (
        deals.deals(access.actor_of(user)).filter(owner=user, stage__kind="open").order_by("-id").first()
    )
    return found
