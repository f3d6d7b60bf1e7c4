"""What happens on the day the demo company is made: done by commands, in the names of its people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

from django.utils import timezone

from okno.access import queries as access
from okno.areas.billing import commands as billing
from okno.areas.billing import queries as billing_queries
from okno.areas.deals import commands as deals
from okno.areas.deals import queries as deal_queries
from okno.areas.leads import commands as leads
from okno.areas.leads import queries
from okno.areas.leads.models import Lead
from okno.fronts.home.commands.demo import enquiries
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.timeline import entries

FRESH = (
    ("site", "Стеллажи для нового склада"),
    ("mail", "Запрос цены: тележки и штабелёр"),
    ("api", "Заявка из каталога"),
    ("call", "Звонок: нужна упаковка"),
    ("site", "Обратный звонок"),
    ("mail", "Счёт на поддоны"),
    ("site", "Вопрос о монтаже"),
)
AFTER_THE_MOVE = "Переезжают на новый склад, просили вернуться после"
PROMISED = "Клиент просит счёт сегодня, план склада пришлёт к вечеру."


def live_through(demo: Demo, rng: Random, on: dt.date) -> None:
    """Receive enquiries, take some, turn one into a deal, move deals, draw, send and be paid for an invoice."""
    received = [_receive(rng, source, subject) for source, subject in FRESH]
    actors: dict[int | None, Actor] = {user.pk: access.actor_of(user) for user in demo.people.values()}
    for lead in received[:3]:
        leads.take(actor=actors[lead.owner_id], lead=lead)
    first = received[0]
    deal = leads.convert(actor=actors[first.owner_id], lead=first)
    _put_aside(actors, received[3:])
    entries.note(actor=actors[first.owner_id], record="deals.deal", row_id=deal.pk, text=PROMISED)
    _move_one(actors[demo.people["sokolova"].pk])
    _draw_one(actors[demo.people["melnikov"].pk], on)
    _pay_one(actors[demo.people["buh"].pk])


def _receive(rng: Random, source: str, subject: str) -> Lead:
    sender = enquiries.stranger(rng)
    return leads.receive(
        actor=SYSTEM,
        source=source,
        subject=subject,
        text=enquiries.wish(rng, sender.city),
        name=sender.name,
        phone=sender.phone,
        email=sender.email,
        company=sender.company,
        city=sender.city,
        marks=dict(rng.choice(enquiries.CAMPAIGNS)) if source == "site" else {},
    )


def _put_aside(actors: dict[int | None, Actor], fresh: list[Lead]) -> None:
    """One enquiry waits for a better day, one is none, and one of yesterday asks again."""
    later, refused, again = fresh[0], fresh[1], fresh[2]
    # ast-grep-ignore: time-comes-in commands act now, whatever day the history goes up to
    until = timezone.now() + dt.timedelta(days=3)
    leads.postpone(actor=actors[later.owner_id], lead=later, until=until, reason=AFTER_THE_MOVE)
    reason = queries.reject_reasons().first()
    leads.reject(actor=actors[refused.owner_id], lead=refused, reason=reason, comment="Ищут розничную доставку.")
    leads.receive(actor=SYSTEM, source="call", phone=again.phone, text="Звонит повторно: торопит с расчётом.")


def _move_one(actor: Actor) -> None:
    """A deal goes on by hand to the next stage."""
    found = deal_queries.deals(actor).filter(stage__code="qualified", contact__isnull=False).order_by("-id").first()
    if found is not None:
        deals.move(actor=actor, deal=found, stage="need")


def _draw_one(actor: Actor, on: dt.date) -> None:
    """An invoice for a deal whose contract is agreed."""
    ready = deal_queries.deals(actor).filter(stage__code__in=["contract", "quote"], lines__isnull=False)
    if found := ready.order_by("-id").first():
        billing.draw(actor=actor, client=found.client, deal=found, date=on, due_date=on + dt.timedelta(days=7))


def _pay_one(actor: Actor) -> None:
    """A part of the money comes for an invoice that was sent."""
    found = billing_queries.unpaid(actor).filter(state="sent").first()
    if found is not None:
        half = (found.total / 2).quantize(Decimal("0.01"))
        payment = {"key": "1c:today", "date": found.date, "amount": half, "number": "1"}
        billing.set_payments(actor=actor, invoice=found, payments=[payment], origin="1c:today")
