"""Cards of the demo company that not everybody sees whole: those of VIP clients and of their people."""

from __future__ import annotations

from okno.access import commands as access
from okno.kit.permissions import SYSTEM


def fill() -> None:
    """Close phones and mail addresses of VIP clients to all but the heads of the company, and keep who reads them."""
    for name, record, key in (("VIP", "clients.client", "is_vip"), ("Люди VIP", "clients.contact", "client.is_vip")):
        condition = {"field": key, "op": "eq", "value": True}
        access.watch_rows(actor=SYSTEM, name=name, record=record, condition=condition, masked=["phone", "email"])
