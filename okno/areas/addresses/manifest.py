"""What the addresses area puts on the shelf."""

from django.utils.translation import gettext_lazy as _

from okno.areas.addresses import commands
from okno.areas.addresses.web import pages
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

registry.add_right("addresses.view", _("Suggest addresses"))
registry.add_settings(*pages.PAGES)
registry.every("20 4 * * *", lambda: commands.forget_unknown(actor=SYSTEM), "addresses.forget_unknown")

__all__ = ["commands"]
