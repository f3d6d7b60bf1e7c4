"""Addresses of clients within reach: those that still have no coordinates, and one of them."""

from __future__ import annotations

from okno.areas.clients.models import ClientAddress
from okno.areas.clients.queries.cards import clients as within_reach
from okno.kit.permissions import Actor


def unlocated(actor: Actor) -> list[int]:
    """Ids of addresses of clients within reach that have no coordinates, actual ones first."""
    # ast-grep-ignore: unscoped-read narrowed to clients within reach in the same line
    rows = ClientAddress.objects.filter(client__in=within_reach(actor).order_by().values("pk"), latitude=None)
    return list(rows.exclude(text="").order_by("kind", "pk").values_list("pk", flat=True))


def address_within_reach(actor: Actor, address_id: int) -> ClientAddress | None:
    """An address of a client within reach; None when it is not there any more."""
    # ast-grep-ignore: unscoped-read narrowed to clients within reach in the same line
    rows = ClientAddress.objects.filter(pk=address_id, client__in=within_reach(actor).order_by().values("pk"))
    return rows.select_related("client").first()
