"""Two cards of one client that became one: the merge stands in the list of those that can be taken apart."""

from __future__ import annotations

import datetime as dt

from okno.access import queries as access
from okno.areas.clients.models import Client
from okno.areas.clients.queries import duplicates
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit.commands import silently, unjournalled
from okno.kit.merging.mergeable import mergeable
from okno.kit.models.journal import CommandRun
from okno.kit.models.merges import Merge

CLIENTS = "clients.client"
AGO = dt.timedelta(days=3)


def fill(demo: Demo, at: dt.datetime) -> None:
    """Merge the surest of the duplicates that were found, in the name of the head of sales, three days ago."""
    actor, known = access.actor_of(demo.people["head"]), mergeable(CLIENTS)
    found = duplicates.groups(actor, level="exact", most=1)
    rows = list(Client.objects.filter(pk__in=[row for group in found for row in group.ids]))
    if len(rows) < 2:
        return
    survivor = known.prefer(rows)
    losers = [row for row in rows if row != survivor]
    before = CommandRun.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with silently():
        known.merge(actor=actor, survivor=survivor, losers=losers)
    CommandRun.objects.filter(pk__gt=before).update(at=at - AGO)
    with unjournalled():
        Merge.objects.filter(record=CLIENTS, survivor_id=survivor.pk).update(at=at - AGO)
