"""What the leads area puts on the shelf."""

from okno.areas.communications.events import MailReceived
from okno.areas.leads import commands, handlers
from okno.areas.leads.record import LEAD
from okno.kit.registry import registry

registry.add_record(LEAD)
registry.on(MailReceived, handlers.receive_letter)

__all__ = ["commands"]
