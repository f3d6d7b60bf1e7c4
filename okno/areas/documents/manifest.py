"""What documents put on the shelf."""

from okno.areas.documents import commands
from okno.areas.documents.record import ORGANISATION
from okno.kit.registry import registry

registry.add_record(ORGANISATION)

__all__ = ["commands"]
