"""Lists of a seller with a guard on the sum of deals beside the same lists without it, on the large company."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from django.test import RequestFactory

from okno.access import commands as access
from okno.access.models import User
from okno.access.queries import actor_of
from okno.areas.deals.web.pages import DealBoard
from okno.kit.permissions import SYSTEM, Actor
from tools.bench.clock import Figure, compared, interleaved, statements
from tools.bench.visitor import checked, use

MOST, ROUNDS = 2.0, 25
OF_VIP = {"field": "client.is_vip", "op": "eq", "value": True}
COLUMNS = "mode=list&cols=title,client,stage,amount,owner,expected_date"
LISTS = {
    "as it opens": f"?{COLUMNS}",
    "sorted by the sum": f"?{COLUMNS}&sort=-amount",
    "grouped by the stage": f"?{COLUMNS}&group=stage",
    "a sum above": f"?{COLUMNS}&f=%7B%22field%22:%22amount%22,%22op%22:%22ge%22,%22value%22:100000%7D",
}


def guarded_lists() -> Iterator[Figure]:
    """Guard the sums of deals with VIP clients, ask for lists with and without it, and take the guard away again."""
    use("large")
    made = access.watch_rows(
        actor=SYSTEM, name="bench", record="deals.deal", condition=OF_VIP, is_kept=False, hidden=["amount"]
    )
    try:
        guarded = actor_of(User.objects.get(email__startswith="sokolova@"))
        free = replace(guarded, hidden=guarded.hidden - guarded.veils.keys(), veils={})
        for name, address in LISTS.items():
            acts: dict[str, Callable[[], Any]] = {
                "ours": partial(_ask, guarded, address),
                "floor": partial(_ask, free, address),
            }
            spent, asked = interleaved(acts, ROUNDS), statements(acts["ours"])
            note = f"a seller; {asked.count} statements, {asked.sql:.1f} ms of SQL"
            yield compared(
                f"guarded sums: deals {name}", spent["ours"], spent["floor"], MOST, against="without", note=note
            )
    finally:
        access.stop_watching(actor=SYSTEM, watch_id=made.pk)


def _ask(actor: Actor, address: str) -> object:
    """The list for this actor, without the middleware: it would find the rights of the person anew."""
    request = RequestFactory().get(f"/deals/{address}", HTTP_HOST="localhost")
    request.actor = actor  # type: ignore[attr-defined]
    request.user = User.objects.get(pk=actor.user_id or 0)
    response = checked(address, DealBoard.as_view()(request))
    return response.content
