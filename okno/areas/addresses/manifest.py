"""What the addresses area puts on the shelf."""

from okno.areas.addresses import commands
from okno.areas.addresses.web import pages
from okno.kit.registry import registry

registry.add_settings(*pages.PAGES)

__all__ = ["commands"]
