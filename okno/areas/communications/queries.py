"""Reads of communications: each starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.areas.clients import queries as clients
from okno.areas.clients.models import Contact, ContactPoint
from okno.areas.communications.models import Mail, MailAccount
from okno.areas.communications.parts.mail import checking, unsubscribing
from okno.areas.communications.parts.mail.accounts import ImapSettings, SmtpSettings
from okno.areas.communications.parts.mail.form_fields import form_fields as form_fields_of
from okno.areas.communications.parts.mail.message import PROBLEMS
from okno.areas.communications.parts.mail.parse import parse_message
from okno.kit import files, secrets
from okno.kit.errors import Refused
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor
from okno.kit.rows.searching import contains

Subscription = unsubscribing.Subscription
MOST = 20
LARGEST_INLINE = 2 << 20
# A mailbox waits with IDLE for 20 minutes at most and is looked at anew then.
READ_LATE, SENT_LATE, REMEMBERED = timedelta(minutes=45), timedelta(minutes=15), timedelta(days=7)
CHECKED_AT_ONCE = 8


def mails(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Mail]:
    """Messages within reach that are not marked for deletion."""
    rows: RecordQuerySet[Mail] = RecordQuerySet(Mail)
    return rows.visible_to(actor, narrow=narrow).alive()


def mail_for_card(actor: Actor, mail_id: int) -> Mail | None:
    """A message with everything the page names, or None when it is out of reach."""
    rows = mails(actor).select_related("account", "client", "contact", "owner")
    return rows.filter(pk=mail_id).first()


def form_fields(mail: Mail) -> dict[str, str]:
    """Fields of a letter that a form on a site has sent, by name; nothing for a letter that a person wrote."""
    return form_fields_of(f"{mail.text}\n{mail.quoted}", mail.html)


def unhandled(actor: Actor) -> RecordQuerySet[Mail]:
    """Incoming messages within reach that nobody has dealt with, newest first."""
    return mails(actor).filter(direction=Mail.Direction.IN, is_handled=False).order_by("-at")


def waiting_for(actor: Actor) -> RecordQuerySet[Mail]:
    """Letters that wait for the actor."""
    return mails(actor).filter(direction=Mail.Direction.IN, is_handled=False, owner_id=actor.user_id)


def mails_about(actor: Actor, record: str, row_id: int) -> RecordQuerySet[Mail]:
    """Messages about a row within reach, newest first."""
    return mails(actor).filter(about_record=record, about_id=row_id).order_by("-at")


def is_written(message_id: str) -> bool:
    """Whether there is a letter of ours of this name, whoever may see it."""
    # ast-grep-ignore: unscoped-read nothing of the letter is told, only that it is there
    return Mail.objects.filter(message_id=message_id, direction=Mail.Direction.OUT).exists()


def any_way_out() -> str:
    """The address by which readers get out of mailings, as a sample shows it: that of each is in their letter alone."""
    return f"{unsubscribing.place()}…"


def subscription(token: str) -> Subscription | None:
    """Whom a letter of a mailing was for, by the end of the address in it; None when it is none of ours."""
    return unsubscribing.read(token)


def mail_of(subscription: Subscription) -> Mail | None:
    """The letter that a way out of mailings stands in, whoever may see it, if it is still there."""
    # ast-grep-ignore: unscoped-read whoever has the signed address has the letter
    return Mail.objects.filter(uid=subscription.mail_uid).first()


def accounts(actor: Actor) -> RecordQuerySet[MailAccount]:
    """Mailboxes, the default one first."""
    rows: RecordQuerySet[MailAccount] = RecordQuerySet(MailAccount)
    return rows.visible_to(actor).alive().order_by("-is_default", "address")


def account_for_card(actor: Actor, account_id: int) -> MailAccount | None:
    """A mailbox, or None when it is out of reach."""
    return accounts(actor).select_related("owner").filter(pk=account_id).first()


def accounts_to_send_from(actor: Actor) -> RecordQuerySet[MailAccount]:
    """Mailboxes the actor may write from: shared ones and their own, never those of colleagues."""
    own = Q(owner=None) | Q(owner_id=actor.user_id)
    return accounts(actor).filter(own, is_active=True).exclude(smtp_host="")


def addresses(actor: Actor, text: str) -> list[dict[str, str]]:
    """Mail addresses of clients and contacts within reach whose name or address has this fragment."""
    people = clients.contacts(actor).exclude(email="").select_related("client").order_by("name")
    named = people.filter(contains(Contact, "name", text)) if text else people
    found = {one.email: {"name": one.name, "of": one.client.name if one.client else ""} for one in named[:MOST]}
    # ast-grep-ignore: unscoped-read ways to reach clients that are within reach
    points = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, client__in=clients.clients(actor))
    for point in points.filter(key__contains=text.lower()).select_related("client", "contact")[:MOST]:
        of = point.client.name if point.client else ""
        found.setdefault(point.value, {"name": point.contact.name if point.contact else of, "of": of})
    return [{"address": address, **told} for address, told in found.items()][:MOST]


def inline_images(mail: Mail) -> dict[str, tuple[str, bytes]]:
    """Pictures that the HTML of a letter names by `cid:`, by their id: (type, content). Large ones are left out."""
    if "cid:" not in mail.html or not mail.raw:
        return {}
    with files.open_stored(mail.raw) as stream:
        parsed = parse_message(stream.read())
    return {
        one.content_id.strip("<>"): (one.mime, one.content())
        for one in parsed.attachments
        if one.content_id and one.mime.startswith("image/") and one.size <= LARGEST_INLINE
    }


def check_account(account: MailAccount) -> dict[str, str]:
    """Connect to the servers of a mailbox now: for `imap` and `smtp` what is wrong, an empty text when all is well."""
    incoming = imap_of(account) if account.imap_host else None
    return checking.check(incoming, smtp_of(account) if account.smtp_host else None)


def problems_of(mail: Mail) -> list[str]:
    """What was wrong with a letter when it was read, in words."""
    return [_problem(one.get("code", ""), one.get("detail", "")) for one in mail.problems]


def _problem(code: str, detail: str) -> str:
    if code in PROBLEMS:
        return str(PROBLEMS[code]) % {"detail": detail}
    return _("The file “%(name)s” may not be kept; it is in the original only.") % {"name": detail}


def account_to_send_from(user_id: int | None) -> MailAccount | None:
    """A person's own mailbox, else the shared default one, else any that can send."""
    # ast-grep-ignore: unscoped-read the mailbox is chosen for whoever writes
    rows = MailAccount.objects.filter(is_active=True, is_deleted=False).exclude(smtp_host="")
    own = rows.filter(owner_id=user_id).first() if user_id else None
    return own or rows.filter(owner=None).order_by("-is_default", "id").first()


def accounts_to_read() -> QuerySet[MailAccount]:
    """Mailboxes that are read."""
    # ast-grep-ignore: unscoped-read the worker reads mailboxes of everybody
    return MailAccount.objects.filter(is_active=True, is_deleted=False).exclude(imap_host="").order_by("id")


def imap_of(account: MailAccount) -> ImapSettings:
    """How to reach the mailbox; the password is decrypted here and nowhere kept."""
    return ImapSettings(
        host=account.imap_host,
        port=account.imap_port,
        security=account.imap_security,  # type: ignore[arg-type]
        username=account.username or account.address,
        password=secrets.decrypt(account.secret).reveal() if account.secret else "",
    )


def smtp_of(account: MailAccount) -> SmtpSettings:
    """How to reach the server that takes our mail."""
    return SmtpSettings(
        host=account.smtp_host,
        port=account.smtp_port,
        security=account.smtp_security,  # type: ignore[arg-type]
        username=(account.username or account.address) if account.secret else "",
        password=secrets.decrypt(account.secret).reveal() if account.secret else "",
    )


def troubles(at: datetime) -> list[str]:
    """What is wrong with mail and what to do about it, for `okno doctor`; connects to the servers of all mailboxes."""
    # ast-grep-ignore: unscoped-read whoever looks after the installation asks about all mailboxes
    rows = list(MailAccount.objects.filter(is_deleted=False).order_by("id"))
    used = [one for one in rows if one.is_active]
    with ThreadPoolExecutor(max_workers=CHECKED_AT_ONCE) as pool:
        found = list(pool.map(_reached, used))
    told = [line for one, reached in zip(used, found, strict=True) for line in _of_account(one, reached, at)]
    put_out = _("%(address)s is out of use since its server said “%(error)s”: mend it in Settings → Mailboxes.")
    told += [put_out % {"address": one.address, "error": one.error} for one in rows if one.error and not one.is_active]
    if used and not any(one.smtp_host for one in used):
        told.append(_("no mailbox can send letters: give one an SMTP server in Settings → Mailboxes."))
    return [*told, *_undelivered(at)]


def _reached(account: MailAccount) -> dict[str, str]:
    try:
        return check_account(account)
    except Refused as refusal:
        return {"": refusal.message}


def _of_account(account: MailAccount, reached: dict[str, str], at: datetime) -> Iterator[str]:
    read = f"{timezone.localtime(account.polled_at):%d.%m.%Y %H:%M}" if account.polled_at else _("never")
    named = {"address": account.address, "read": read}
    sentences = {
        "": _("the password of %(address)s cannot be used: %(problem)s"),
        "imap": _("letters of %(address)s cannot be read from %(server)s (last read: %(read)s): %(problem)s"),
        "smtp": _("letters from %(address)s cannot be sent through %(server)s: %(problem)s"),
    }
    servers = {
        "imap": f"{account.imap_host}:{account.imap_port}",
        "smtp": f"{account.smtp_host}:{account.smtp_port}",
    }
    for way, problem in reached.items():
        if problem:
            yield sentences[way] % {**named, "server": servers.get(way, ""), "problem": problem}
    if reached.get("imap") == "" and at - (account.polled_at or account.updated_at) > READ_LATE:
        late = _("%(address)s answers, but was not read for long (last read: %(read)s): does the worker run?")
        yield late % named


def _undelivered(at: datetime) -> list[str]:
    # ast-grep-ignore: unscoped-read letters of everybody are counted, none is shown
    sent = Mail.objects.filter(direction=Mail.Direction.OUT, is_deleted=False)
    late = sent.filter(state=Mail.State.QUEUED, at__lt=at - SENT_LATE)
    lost = sent.filter(state__in=(Mail.State.FAILED, Mail.State.UNSURE), at__gt=at - REMEMBERED)
    told = []
    if count := late.count():
        text = _("letters that wait to be sent for more than 15 minutes: %(count)s%(error)s. The worker tries on.")
        told.append(text % {"count": count, "error": _last_error(late)})
    if count := lost.count():
        text = _("letters of the last 7 days that were not sent: %(count)s%(error)s. Open them in Mail and send again.")
        told.append(text % {"count": count, "error": _last_error(lost)})
    return told


def _last_error(rows: QuerySet[Mail]) -> str:
    said = rows.exclude(error="").order_by("-at").values_list("error", flat=True).first()
    return _(", the last one because of “%(error)s”") % {"error": said.rstrip(".")} if said else ""
