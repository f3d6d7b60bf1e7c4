"""What communications put on the shelf."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from okno.areas.communications import commands, queries
from okno.areas.communications.commands import telling
from okno.areas.communications.events import MailAssigned, MailFailed, MailReceived
from okno.areas.communications.record import ACCOUNT, MAIL
from okno.areas.communications.web import mailing, panels
from okno.kit import notices
from okno.kit.notices.channels import Channel
from okno.kit.notices.channels import add as add_channel
from okno.kit.registry import CreateItem, MenuItem, Panel, SettingsPage, registry
from okno.kit.timeline import kinds
from okno.kit.web.pages import bulk, change_report

# Cards of these records have a tab for writing a letter about them.
WRITTEN_ABOUT = ("clients.client", "leads.lead", "deals.deal", "billing.invoice")

registry.add_record(MAIL)
registry.add_record(ACCOUNT)
registry.add_relation("clients.client", "letters", "communications.mail", "client")
registry.add_loop("mailboxes", commands.watch)
registry.add_menu(
    MenuItem("communications", _("Mail"), "/mail/", "mail", "communications.view", 10, count=queries.waiting_for)
)
registry.add_create(CreateItem(_("Letter"), "/mail/new/", "communications.write", 50))
for name in WRITTEN_ABOUT:
    registry.add_panel(
        name,
        Panel(
            "mail",
            _("Letter"),
            "communications/compose_tab.html",
            panels.compose,
            "communications.write",
            side="composer",
            position=20,
            icon="mail",
        ),
    )
registry.add_settings(
    SettingsPage(
        _("Sales and mail"),
        _("Mailboxes"),
        _("Where letters come from and go out, and which of them are enquiries"),
        "/settings/mailboxes/",
        "mail",
        "communications.set_account",
        200,
    )
)
bulk.OFFERED.append(mailing.for_rows)
change_report.WORDINGS[commands.send_out.name] = mailing.WORDING
registry.add_effect("communications.send", _("a letter"))
kinds.add(
    "communications.mail",
    _("letter"),
    icon="mail",
    group="messages",
    fields={"subject": "communications.mail.subject", "text": "communications.mail.text"},
    by=panels.sender_told,
)
add_channel(
    Channel(code="mail", label=_("E-mail"), icon="mail", send=telling.tell_by_mail, is_ready=telling.can_tell_by_mail)
)
notices.add(
    "communications.received",
    _("A letter came to me"),
    _("a letter from %(shown)s"),
    event=MailReceived,
    record="communications.mail",
    row="mail_id",
    when=lambda event: not event.is_automatic,
    icon="mail",
    shows="from_address",
)
notices.add(
    "communications.assigned",
    _("A letter is given to me"),
    _("%(who)s gave you the letter from %(shown)s"),
    event=MailAssigned,
    record="communications.mail",
    row="mail_id",
    to=[("to_owner_id", notices.OWNER)],
    when=lambda event: event.to_owner_id != event.from_owner_id,
    many=ngettext_lazy(
        "%(who)s gave you %(number)s letter",
        "%(who)s gave you %(number)s letters",
        "count",
    ),
    icon="mail-forward",
    shows="from_address",
    pops=True,
    modes={"mail": notices.Mode.HOURLY},
)
notices.add(
    "communications.failed",
    _("My letter was not delivered"),
    _("the letter was not delivered: %(reason)s"),
    event=MailFailed,
    record="communications.mail",
    row="mail_id",
    tab=notices.FAILURES,
    icon="mail-x",
    values=["reason"],
    modes={"mail": notices.Mode.OFF},
)


def check() -> str:
    """What `okno doctor` says about mail."""
    return "\n    ".join(queries.troubles(timezone.now()))


registry.add_check(str(_("mail")), check)
