"""How connections, sessions, packages, outcomes, links and the queue of orders are read everywhere."""

from django.utils.translation import gettext_lazy as _

from okno.fronts.exchange.models import (
    Connection,
    ExchangeSession,
    ExternalLink,
    Outcome,
    Outgoing,
    Package,
    Waiting,
)
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

KINDS = (
    ("group", _("Group")),
    ("item", _("Item")),
    ("offer", _("Offer")),
    ("property", _("Property")),
    ("price_type", _("Price type")),
    ("warehouse", _("Warehouse")),
    ("unit", _("Unit")),
    ("prices", _("Prices")),
    ("price", _("Price")),
    ("rests", _("Rests")),
    ("rest", _("Rest")),
    ("picture", _("Picture")),
    ("item_group", _("Group of an item")),
    ("group_parent", _("Parent group")),
    ("category", _("Category")),
    ("owner", _("Our organisation")),
    ("counterparty", _("Counterparty")),
    ("order", _("Order")),
    ("payment", _("Payment")),
    ("shipment", _("Shipment")),
    ("document", _("Document")),
    ("element", _("Element")),
    ("file", _("File")),
)
REASONS = (
    ("draft", _("It has not been sent to the client")),
    ("lines", _("It has no lines")),
    ("never_sent", _("It was cancelled before 1C knew of it")),
    ("organisation", _("It is of another organisation")),
)
# The types of sessions in the protocol.
TYPES = (
    ("catalog", _("Goods and prices")),
    ("sale", _("Orders")),
    ("reference", _("Directories")),
    ("contragents", _("Counterparties")),
    ("documents", _("Documents")),
)
# By what a row of ours was found to be an object of theirs.
HOWS = (
    ("id", _("its id in 1C")),
    ("our_id", _("our id")),
    ("number", _("the number of the order")),
    ("created", _("made from it")),
    ("goods", _("named by goods")),
    ("offer", _("named by an offer")),
    ("order", _("the buyer of an order")),
    ("inn_kpp", _("INN and KPP")),
    ("inn", _("INN")),
    ("branch", _("INN, as a branch")),
    ("phone", _("the phone")),
    ("email", _("the mail address")),
    ("hand", _("by hand")),
)
OF_CONNECTION = Field(_("Connection with 1C"), "connection__name", Kind.LINK, link="exchange.connection")
OF_PACKAGE = Field(_("Exchange package"), "package__name", Kind.LINK, link="exchange.package")

# What the exchange writes of itself: nobody makes, changes or deletes its rows by hand.
WRITTEN = "the journal of exchange, which the exchange alone writes and forgets by age"
JOURNAL = {
    "create": WRITTEN,
    "change": WRITTEN,
    "import": WRITTEN,
    "mark": WRITTEN,
    "search": "the journal of exchange is looked through in its own lists",
    "tree": "documents of the exchange show their own trees",
}
# Lines of the journal: all that there is of one stands in the list.
LINE = {**JOURNAL, "card": "all that there is of it stands in the list"}

CONNECTION = Record(
    name="exchange.connection",
    model=Connection,
    label=_("Connection with 1C"),
    plural=_("Connections with 1C"),
    title="name",
    subtitle="login",
    url="/exchange/connections/{id}/",
    icon="plug",
    lacks={
        "feed": "what a connection does stands in the journal of exchange",
        "files": "files of the exchange stand in its packages",
        "create": "a connection is set up with a password that is told once",
        "change": "a connection is set as a whole, for 1C meets it at once",
        "import": "a connection has a password, which no file holds",
        "mark": "a connection is switched off, and its links and journal stay",
        "search": "there are few: all stand in one list",
        "segments": "there are few: all stand in one list",
        "tree": "documents of the exchange show their own trees",
    },
    fields={
        "name": Field(_("Name"), "name"),
        "code": Field(_("Code"), "code"),
        "login": Field(_("Sign-in name"), "login"),
        "organisation": Field(_("Organisation"), "organisation__name", Kind.LINK, link="documents.organisation"),
        "zone": Field(_("Time zone of the 1C server"), "zone"),
        "encoding": Field(_("Encoding"), "encoding", Kind.CHOICE, choices=Connection.Encoding.choices),
        "version_out": Field(_("CommerceML version"), "version_out"),
        "container": Field(_("Container"), "container", Kind.CHOICE, choices=Connection.Container.choices),
        "responsible": Field(
            _("Responsible for what is made in 1C"), "responsible__name", Kind.LINK, link="access.user"
        ),
        "creates_orders": Field(_("Takes orders born in 1C"), "creates_orders", Kind.BOOLEAN),
        "sends_drafts": Field(_("Sends invoices that are not sent to the client yet"), "sends_drafts", Kind.BOOLEAN),
        "most_archived": Field(_("Archive at most, % of the catalogue"), "most_archived", Kind.INTEGER),
        "alarm_hours": Field(_("Alarm after hours without exchange"), "alarm_hours", Kind.INTEGER),
        "is_active": Field(_("Works"), "is_active", Kind.BOOLEAN),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)

SESSION = Record(
    name="exchange.session",
    model=ExchangeSession,
    label=_("Exchange session"),
    plural=_("Exchange sessions"),
    title="type",
    icon="refresh",
    lacks=LINE,
    fields={
        "started_at": Field(_("Started"), "started_at", Kind.MOMENT),
        "connection": OF_CONNECTION,
        "type": Field(_("What was exchanged"), "type", Kind.CHOICE, choices=TYPES),
        "state": Field(_("State"), "state", Kind.CHOICE, choices=ExchangeSession.State.choices),
        "client_version": Field(_("Version of 1C"), "client_version"),
        "address": Field(_("Address"), "address"),
        "last_call_at": Field(_("Last call"), "last_call_at", Kind.MOMENT),
        "error": Field(_("Error"), "error", Kind.LONG_TEXT),
    },
)

PACKAGE = Record(
    name="exchange.package",
    model=Package,
    label=_("Exchange package"),
    plural=_("Journal of exchange"),
    title="name",
    subtitle="connection",
    url="/exchange/packages/{id}/",
    icon="package-import",
    lacks={
        **JOURNAL,
        "feed": WRITTEN,
        "files": "the file of a package is downloaded from its card",
        "segments": WRITTEN,
    },
    fields={
        "name": Field(_("File"), "name"),
        "at": Field(_("When"), "at", Kind.MOMENT),
        "connection": OF_CONNECTION,
        "direction": Field(_("Direction"), "direction", Kind.CHOICE, choices=Package.Direction.choices),
        "type": Field(_("What was exchanged"), "type", Kind.CHOICE, choices=TYPES),
        "state": Field(_("State"), "state", Kind.CHOICE, choices=Package.State.choices),
        "total": Field(_("Objects"), "total", Kind.INTEGER),
        "refused": Field(_("Refused objects"), "refused", Kind.INTEGER),
        "checkpoint": Field(_("Objects done"), "checkpoint", Kind.INTEGER),
        "expected": Field(_("Objects in the file"), "expected", Kind.INTEGER),
        "size": Field(_("Size"), "size", Kind.INTEGER),
        "format_version": Field(_("CommerceML version"), "format_version"),
        "error": Field(_("Error"), "error", Kind.LONG_TEXT),
        "finished_at": Field(_("Finished"), "finished_at", Kind.MOMENT),
        "sha256": Field(_("SHA-256"), "sha256"),
        "counts": Field(_("Counts"), "counts", Kind.JSON, sortable=False),
    },
)

OUTCOME = Record(
    name="exchange.outcome",
    model=Outcome,
    label=_("Outcome of an object"),
    plural=_("Outcomes of objects"),
    title="name",
    subtitle="kind",
    icon="list-check",
    lacks={**LINE, "calendar": "the day of an outcome is that of its package"},
    fields={
        "name": Field(_("Name"), "name"),
        "kind": Field(_("Object"), "kind", Kind.CHOICE, choices=KINDS),
        "result": Field(_("Result"), "result", Kind.CHOICE, choices=Outcome.Result.choices),
        "message": Field(_("Message"), "message", Kind.LONG_TEXT),
        "foreign_id": Field(_("Id in 1C"), "foreign_id"),
        "line": Field(_("Line"), "line", Kind.INTEGER),
        "record": Field(_("Record"), "record"),
        "row_id": Field(_("Row"), "row_id", Kind.INTEGER),
        "package": OF_PACKAGE,
    },
)

LINK = Record(
    name="exchange.link",
    model=ExternalLink,
    label=_("Link with 1C"),
    plural=_("Links with 1C"),
    title="foreign_id",
    subtitle="foreign_type",
    icon="link",
    lacks=LINE,
    fields={
        "foreign_id": Field(_("Id in 1C"), "foreign_id"),
        "foreign_type": Field(_("Object"), "foreign_type", Kind.CHOICE, choices=KINDS),
        "connection": OF_CONNECTION,
        "record": Field(_("Record"), "record"),
        "row_id": Field(_("Row"), "row_id", Kind.INTEGER),
        "state": Field(_("State"), "state", Kind.CHOICE, choices=ExternalLink.State.choices),
        "how_matched": Field(_("Matched by"), "how_matched", Kind.CHOICE, choices=HOWS),
        "foreign_version": Field(_("Version in 1C"), "foreign_version"),
        "first_seen": Field(_("First seen"), "first_seen", Kind.MOMENT),
        "last_seen": Field(_("Last seen"), "last_seen", Kind.MOMENT),
    },
)

WAITING = Record(
    name="exchange.waiting",
    model=Waiting,
    label=_("Waiting object"),
    plural=_("Waiting objects"),
    title="subject_id",
    icon="hourglass",
    lacks=LINE,
    fields={
        "kind": Field(_("What waits"), "kind", Kind.CHOICE, choices=KINDS),
        "subject_id": Field(_("Id in 1C"), "subject_id"),
        "for_type": Field(_("Waits for"), "for_type", Kind.CHOICE, choices=KINDS),
        "for_id": Field(_("Id of what it waits for"), "for_id"),
        "connection": OF_CONNECTION,
        "package": OF_PACKAGE,
        "at": Field(_("Waits since"), "at", Kind.MOMENT),
    },
)

OUTGOING = Record(
    name="exchange.outgoing",
    model=Outgoing,
    label=_("Order for 1C"),
    plural=_("Orders for 1C"),
    title="invoice",
    icon="package-export",
    lacks=LINE,
    fields={
        "invoice": Field(_("Invoice"), "invoice__number", Kind.LINK, link="billing.invoice"),
        "connection": OF_CONNECTION,
        "total": Field(_("Total"), "invoice__total", Kind.MONEY),
        "is_due": Field(_("Waits for export"), "is_due", Kind.BOOLEAN, sortable=False),
        "excluded_by": Field(_("Not sent because"), "excluded_by", Kind.CHOICE, choices=REASONS),
        "changed_at": Field(_("Changed"), "changed_at", Kind.MOMENT),
        "confirmed_at": Field(_("Confirmed"), "confirmed_at", Kind.MOMENT),
    },
)
RECORDS = (CONNECTION, SESSION, PACKAGE, OUTCOME, LINK, WAITING, OUTGOING)
