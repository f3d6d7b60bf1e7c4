"""How messages and mailboxes are read everywhere."""

from django.utils.translation import gettext_lazy as _

from okno.areas.communications.models import Mail, MailAccount
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

MAIL = Record(
    name="communications.mail",
    model=Mail,
    label=_("Letter"),
    plural=_("Mail"),
    title="subject",
    subtitle="from_address",
    url="/mail/{id}/",
    icon="mail",
    search=("subject",),
    texts=("text",),
    order="-at",
    lacks={
        "change": "a letter stays as it was written",
        "import": "letters come from mailboxes, not from files",
        "tree": "a letter stands in the feeds of what it is about",
    },
    fields={
        "subject": Field(_("Subject"), "subject", trigram=True),
        "direction": Field(_("Direction"), "direction", Kind.CHOICE, choices=Mail.Direction.choices),
        "state": Field(_("State"), "state", Kind.CHOICE, choices=Mail.State.choices),
        "from_address": Field(_("From"), "from_address", Kind.EMAIL),
        "from_name": Field(_("Sender"), "from_name"),
        "client": Field(_("Client"), "client__name", Kind.LINK, link="clients.client"),
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "account": Field(_("Mailbox"), "account__address"),
        "at": Field(_("When"), "at", Kind.MOMENT),
        "is_handled": Field(_("Handled"), "is_handled", Kind.BOOLEAN),
        "text": Field(_("Text"), "text", Kind.LONG_TEXT),
    },
)

ACCOUNT = Record(
    name="communications.account",
    model=MailAccount,
    label=_("Mailbox"),
    plural=_("Mailboxes"),
    title="address",
    icon="mail",
    lacks={
        "list": "mailboxes stand on one page of the settings",
        "card": "mailboxes stand on one page of the settings",
        "change": "a mailbox is set anew as a whole, with its passwords",
        "import": "a mailbox has passwords, which no file holds",
        "mark": "a mailbox is put out of use, and its letters stay",
        "search": "there are few: all stand on one page",
        "api create": "mailboxes have passwords: they are set up in the browser",
        "tree": "no document comes of a mailbox",
    },
    fields={
        "address": Field(_("Address"), "address", Kind.EMAIL),
        "name": Field(_("Name of the sender"), "name"),
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "is_active": Field(_("In use"), "is_active", Kind.BOOLEAN),
    },
)
