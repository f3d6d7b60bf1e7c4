"""What the portal puts on the shelf."""

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from okno.areas.leads.events import LeadEnded, LeadLinked
from okno.areas.leads.models import Lead
from okno.fronts.portal import commands, handlers
from okno.fronts.portal.record import FORM
from okno.fronts.portal.web import panels
from okno.kit.permissions import SYSTEM
from okno.kit.registry import MenuItem, Panel, registry
from okno.kit.timeline import kinds

registry.add_record(FORM)
registry.on(LeadLinked, handlers.note_of_linked)
registry.on(LeadEnded, handlers.note_of_converted, when=lambda event: event.state == Lead.State.CONVERTED)
kinds.add("portal.mailings_agreed", _("agreed to mailings in the form: %(told)s"), icon="mail-check", group="messages")
registry.add_menu(
    MenuItem("settings", _("Site forms"), "/settings/forms/", icon="forms", permission="portal.view", position=920)
)
registry.add_panel(
    "portal.form",
    Panel("questions", _("What is asked"), "portal/questions.html", panels.questions, "portal.view", side="left"),
)
registry.add_panel(
    "portal.form", Panel("embedding", _("Code for the site"), "portal/embedding.html", panels.embedding, "portal.view")
)


def fill_demo(*, size: str, tell: Callable[[str, int, int], None]) -> list[str]:
    """Give the demo company its form."""
    form = commands.set_default_form(SYSTEM)
    return [f"{_('Form for the site')}: {settings.OKNO_PUBLIC_URL.rstrip('/')}/f/{form.code}"]


# After the company itself: the form needs its source of enquiries.
registry.add_demo(60, fill_demo)

__all__ = ["commands"]
