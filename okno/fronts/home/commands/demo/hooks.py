"""A webhook of the demo company: the site of the dealer is told of deals and payments, and once did not answer."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from okno.kit.api.webhooks import commands as webhooks
from okno.kit.api.webhooks.sending import PAUSES
from okno.kit.api.webhooks.signing import text_of
from okno.kit.models.journal import EventRow
from okno.kit.models.webhooks import Webhook, WebhookAttempt, WebhookCall
from okno.kit.permissions import SYSTEM

# The top-level domain ".test" belongs to nobody (RFC 6761): whatever the demo tells goes nowhere.
ADDRESS = "https://site.svetly-sklad.test/okno/events"
EVENTS = ["billing.InvoicePaid", "deals.DealMoved", "deals.DealOpened", "deals.DealWon"]
TOLD = 12
OK, BUSY, WRONG = 200, 503, 404
# Answers of attempts by the number of the call, the newest first; the others were taken at once.
ANSWERS = {1: (BUSY, OK), 3: (WRONG,) * (1 + len(PAUSES)), 5: (None, BUSY, OK)}
APART = dt.timedelta(hours=5, minutes=17)


def fill(at: dt.datetime) -> None:
    """Tell the site of what has happened in the company lately, as if it had been listening all the time."""
    made = webhooks.add(actor=SYSTEM, name="Личный кабинет на сайте", url=ADDRESS, events=EVENTS)
    # ast-grep-ignore: unscoped-read the outbox is nobody's
    rows = list(EventRow.objects.filter(name__in=EVENTS).order_by("-pk")[:TOLD])
    for number, row in reversed(list(enumerate(rows))):
        _tell(made, row, ANSWERS.get(number, (OK,)), at - number * APART)


def _tell(webhook: Webhook, row: EventRow, answers: tuple[int | None, ...], at: dt.datetime) -> None:
    body = text_of(row.pk, row.name, at, row.payload)
    webhooks.queue(actor=SYSTEM, webhook=webhook, event=row.name, event_id=row.pk, body=body)
    call = webhook.calls.get(event_id=row.pk)
    for number, status in enumerate(answers):
        webhooks.note_attempt(
            actor=SYSTEM,
            webhook=webhook,
            call_id=call.pk,
            status=status,
            error="" if status else _("%(host)s did not answer in time.") % {"host": "site.svetly-sklad.test"},
            milliseconds=140 + row.pk * 37 % 260 if status else 10_000,
        )
        last = call.attempts.order_by("pk").last()
        # ast-grep-ignore: unscoped-read moments of the past are given to what was made just now
        WebhookAttempt.objects.filter(pk=last.pk if last else 0).update(
            at=at + dt.timedelta(seconds=sum(PAUSES[:number]))
        )
    # ast-grep-ignore: unscoped-read the call was made by this demo a moment ago
    WebhookCall.objects.filter(pk=call.pk).update(created_at=at)
