"""How clients are worked with: the last contact, the next task, deals, debt, each as far as it is open to the actor."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DecimalField,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Greatest, Now

from okno.areas.billing import queries as billing
from okno.areas.billing.record import INVOICE
from okno.areas.calendar import queries as calendar
from okno.areas.calendar.models import Task
from okno.areas.calendar.record import TASK
from okno.areas.clients import queries as clients
from okno.areas.clients.models import Client
from okno.areas.communications import queries as communications
from okno.areas.communications.models import Mail
from okno.areas.communications.record import MAIL
from okno.areas.deals import queries as deals
from okno.areas.deals.models import Stage
from okno.areas.deals.record import DEAL
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor

# What is a contact: a call, a meeting or a letter that was planned and is done, a letter that came or went.
TOUCHES = tuple(str(one) for one in (Task.Kind.CALL, Task.Kind.MEETING, Task.Kind.LETTER))
REACHED = tuple(str(one) for one in (Mail.State.RECEIVED, Mail.State.SENT, Mail.State.UNSURE))
MONEY: DecimalField[Any, Any] = DecimalField(max_digits=20, decimal_places=2)
# Told as what they are: PostgreSQL sorts by no bare constant.
NO_MOMENT = Cast(Value(None), DateTimeField())
NO_NUMBER, NO_MONEY = Cast(Value(None), IntegerField()), Cast(Value(None), MONEY)


def worked_clients(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Client]:
    """
    Clients within reach, each with what is done about it: `w_touched`, the moment of the last contact; `w_task` and
    `w_next_at`, the next open task and when it is due; `w_late`, how many are late; `w_deals` and `w_amount`, open
    deals and their sum in roubles; `w_owed`, what is not paid, in roubles.

    Each is made of what the actor may see; what is closed to them is empty.
    """
    rows = clients.clients(actor, narrow=narrow)
    found: RecordQuerySet[Client] = rows.annotate(**_touched(actor), **_planned(actor), **_sold(actor), **_owed(actor))
    return found


def _touched(actor: Actor) -> dict[str, Any]:
    moments = []
    if _sees(actor, TASK.name, "kind", "done_at"):
        done = calendar.tasks(actor).filter(client=OuterRef("pk"), kind__in=TOUCHES, done_at__isnull=False)
        moments.append(_first(done.order_by("-done_at"), "done_at"))
    if _sees(actor, MAIL.name, "state", "at"):
        letters = communications.mails(actor).filter(client=OuterRef("pk"), state__in=REACHED)
        moments.append(_first(letters.order_by("-at"), "at"))
    # The greater of two moments of which one is not known is the other one in PostgreSQL.
    return {"w_touched": Greatest(*moments) if len(moments) > 1 else moments[0] if moments else NO_MOMENT}


def _planned(actor: Actor) -> dict[str, Any]:
    if not _sees(actor, TASK.name, "state", "due_at"):
        return {"w_task": NO_NUMBER, "w_next_at": NO_MOMENT, "w_late": NO_NUMBER}
    rows = calendar.tasks(actor).filter(client=OuterRef("pk"), state=Task.State.OPEN)
    following = rows.order_by(F("due_at").asc(nulls_last=True), "pk")
    return {
        "w_task": _first(following, "pk"),
        "w_next_at": _first(following, "due_at"),
        "w_late": _of_each(rows.filter(due_at__lt=Now()), Count("pk")),
    }


def _sold(actor: Actor) -> dict[str, Any]:
    if not _sees(actor, DEAL.name, "stage_kind"):
        return {"w_deals": NO_NUMBER, "w_amount": NO_MONEY}
    rows = deals.deals(actor).filter(client=OuterRef("pk"), stage__kind=Stage.Kind.OPEN)
    is_open = _sees(actor, DEAL.name, "amount", "managed")
    amount = _of_each(rows, Sum("managed", output_field=MONEY)) if is_open else NO_MONEY
    return {"w_deals": _of_each(rows, Count("pk")), "w_amount": amount}


def _owed(actor: Actor) -> dict[str, Any]:
    if not _sees(actor, INVOICE.name, "state", "total", "paid"):
        return {"w_owed": NO_MONEY}
    rows = billing.unpaid(actor).filter(client=OuterRef("pk"))
    return {"w_owed": _of_each(rows, Sum(billing.OWED, output_field=MONEY))}


def _sees(actor: Actor, record: str, *keys: str) -> bool:
    return actor.may(f"{record.partition('.')[0]}.view") and all(actor.sees_field(record, key) for key in keys)


def _first(rows: QuerySet[Any], column: str) -> Subquery:
    return Subquery(rows.values(column)[:1])


def _of_each(rows: QuerySet[Any], whole: Any) -> Subquery:
    """An aggregate of the rows of one client; nothing when there are none."""
    return Subquery(rows.order_by().values("client").annotate(_whole=whole).values("_whole"))
