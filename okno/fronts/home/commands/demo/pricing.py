"""What the demo company shows of rules of prices: key clients get the wholesale ones."""

from __future__ import annotations

from typing import Any

from okno.areas.catalog import commands as catalog
from okno.areas.catalog.models import PriceType
from okno.engines.segments.models import Segment
from okno.kit.permissions import SYSTEM

SEGMENT, PRICES = "VIP", "Оптовая"


def fill(**_told: Any) -> list[str]:
    """Say who gets the wholesale prices, once."""
    segment = Segment.objects.filter(name=SEGMENT, record="clients.client", is_deleted=False).first()
    wholesale = PriceType.objects.filter(name=PRICES, condition={}).first()
    if segment is not None and wholesale is not None:
        inside = {"all": [{"field": "segment", "op": "in", "value": [segment.pk]}]}
        catalog.set_price_rule(actor=SYSTEM, price_type=wholesale, condition=inside)
    return []
