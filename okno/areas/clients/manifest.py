"""What the clients area puts on the shelf."""

from okno.areas.clients import commands
from okno.areas.clients.record import CLIENT, CONTACT, LEGAL_ENTITY
from okno.kit.registry import registry

for record in (CLIENT, CONTACT, LEGAL_ENTITY):
    registry.add_record(record)

__all__ = ["commands"]
