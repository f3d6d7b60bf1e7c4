"""What the leads area puts on the shelf."""

from okno.areas.leads import commands
from okno.areas.leads.record import LEAD
from okno.kit.registry import registry

registry.add_record(LEAD)

__all__ = ["commands"]
