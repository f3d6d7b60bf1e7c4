"""What the demo company shows of classes: clients by won deals, worked out for half a year, and by paid invoices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from okno.access import queries as access
from okno.access.models import User
from okno.engines.classification import rules
from okno.engines.classification.commands import counting, schemes
from okno.engines.classification.models import Scheme
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

CLIENTS, DEALS, INVOICES = "clients.client", "deals.deal", "billing.invoice"
WON = {"all": [{"field": "stage_kind", "op": "eq", "value": "won"}]}
MONTHS_BACK = (6, 5, 4, 3, 2, 1, 0)


def fill(size: str = "small", **_more: Any) -> list[str]:
    """Set the schemes up in the name of the head of the company and work them out, once."""
    user = User.objects.filter(roles__code="director").order_by("pk").first()
    if user is None or not {CLIENTS, DEALS, INVOICES} <= set(registry.records) or Scheme.objects.exists():
        return []
    actor = access.actor_of(user)
    by_deals = schemes.add(
        actor=actor,
        name="По выигранным сделкам",
        record=CLIENTS,
        of=DEALS,
        link="client",
        amount="amount",
        day="closed_at",
        condition=WON,
        # The invented clients buy now and then: usual bounds would call all of them Z.
        x_spread=Decimal(100),
        y_spread=Decimal(200),
    )
    by_invoices = schemes.add(
        actor=actor, name="По оплатам счетов", record=CLIENTS, of=INVOICES, link="client", amount="paid", day="date"
    )
    # ast-grep-ignore: time-comes-in the demo company lives today
    today = timezone.localdate()
    for back in MONTHS_BACK:
        counting.count(actor=SYSTEM, scheme=by_deals, day=rules.month_start(today, back))
    counting.count(actor=SYSTEM, scheme=by_invoices, day=rules.month_start(today))
    return []
