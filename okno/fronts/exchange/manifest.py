"""What the exchange puts on the shelf."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okno.areas.billing.events import InvoiceChanged, InvoiceDrawn, InvoicePaid, InvoiceSent
from okno.fronts.exchange import commands, handlers, queries
from okno.fronts.exchange.commands import demo
from okno.fronts.exchange.record import RECORDS
from okno.fronts.exchange.web import look
from okno.kit import masters
from okno.kit.permissions import SYSTEM
from okno.kit.registry import CreateItem, MenuItem, Panel, registry

for record in RECORDS:
    registry.add_record(record)
registry.on(InvoiceDrawn, handlers.queue_drawn)
registry.on(InvoiceChanged, handlers.queue_changed)
registry.on(InvoiceSent, handlers.queue_sent)
registry.on(InvoicePaid, handlers.queue_paid)
registry.add_menu(
    MenuItem(
        "settings", _("Exchange with 1C"), "/exchange/", icon="arrows-exchange", permission="exchange.view", position=40
    ),
    MenuItem(
        "settings",
        _("Connections with 1C"),
        "/exchange/connections/",
        icon="plug",
        permission="exchange.view",
        position=41,
    ),
    MenuItem(
        "settings",
        _("Orders for 1C"),
        "/exchange/orders/",
        icon="package-export",
        permission="exchange.view",
        position=42,
    ),
    MenuItem(
        "settings",
        _("Outcomes of objects"),
        "/exchange/outcomes/",
        icon="list-check",
        permission="exchange.view",
        position=43,
    ),
    MenuItem(
        "settings",
        _("Waiting objects"),
        "/exchange/waiting/",
        icon="hourglass",
        permission="exchange.view",
        position=44,
    ),
    MenuItem("settings", _("Links with 1C"), "/exchange/links/", icon="link", permission="exchange.view", position=45),
    MenuItem(
        "settings",
        _("Exchange sessions"),
        "/exchange/sessions/",
        icon="refresh",
        permission="exchange.view",
        position=46,
    ),
)
registry.add_create(CreateItem(_("Connection with 1C"), "/exchange/connections/new/", "exchange.set_connection", 90))
registry.add_panel(
    "exchange.package",
    Panel("outcomes", _("Outcomes of objects"), "exchange/outcomes.html", look.outcomes, "exchange.view"),
)
registry.add_panel(
    "exchange.connection",
    Panel("state", _("How the exchange stands"), "exchange/state.html", look.state, "exchange.view"),
)
for name in ("catalog.item", "catalog.price_type", "catalog.warehouse", "billing.invoice", "clients.client"):
    registry.add_panel(
        name, Panel("exchange", _("In 1C"), "exchange/links.html", look.links, "exchange.view", position=900)
    )


def check() -> str:
    """What `okno doctor` says about the exchange."""
    return "; ".join(queries.troubles(timezone.now()))


def tidy() -> None:
    """Each night: forget old outcomes that say nothing, and files of sessions that are over."""
    commands.tidy(actor=SYSTEM, at=timezone.now())


registry.add_demo(58, lambda **told: demo.fill(at=timezone.now(), **told))
registry.add_check(str(_("exchange with 1C")), check)
masters.add(queries.masters)
registry.every("20 3 * * *", tidy, "exchange.tidy")

__all__ = ["commands"]
