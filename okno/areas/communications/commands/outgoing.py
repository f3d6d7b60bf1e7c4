"""Outgoing messages: written and queued in one transaction, handed to the server by a job, their outcome kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from okno.areas.clients.models import Client
from okno.areas.communications import queries, rules
from okno.areas.communications.commands.incoming import told_of
from okno.areas.communications.events import MailFailed, MailSent
from okno.areas.communications.models import Mail, MailAccount
from okno.areas.communications.parts.mail import smtp
from okno.areas.communications.parts.mail.build import FileToSend, build_message, wire_bytes
from okno.areas.communications.parts.mail.imap import Mailbox
from okno.areas.communications.parts.mail.message import MailAddress
from okno.kit import files, live, reached
from okno.kit.attachments import commands as attachments
from okno.kit.attachments import reading
from okno.kit.commands import asks_for, command, moment
from okno.kit.errors import Missing
from okno.kit.events import emit
from okno.kit.http import TransportError
from okno.kit.jobs import RETRY
from okno.kit.models.files import FileVersion
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.timeline import entries

FIRST_PAUSE_MINUTES, MOST_TRIES = 5, 5
LAST = -10


@command("communications.write", label=gettext_lazy("Write a letter"))
def write(
    *,
    actor: Actor,
    to: list[str],
    subject: str,
    text: str,
    cc: list[str] | None = None,
    account: MailAccount | None = None,
    client: Client | None = None,
    about_record: str = "",
    about_id: int | None = None,
    answers: Mail | None = None,
    versions: list[FileVersion] | None = None,
    uploads: list[dict[str, Any]] | None = None,
) -> Mail:
    """
    Write a letter and queue it; the worker hands it to the mail server.

    :param about_record: with `about_id`, what the letter is about: its answers will stand in that feed.
    :param versions: files to send along, each within the actor's reach.
    :param uploads: files kept just now: `{"sha256", "size", "mime", "name"}` each.
    :raises Refused: nobody is named, an address is wrong, or no mailbox can send.
    :raises Missing: what it is about is out of the actor's reach.
    """
    reached.check(actor, about_record, about_id)
    sender = sender_of(actor, account)
    mail = Mail.objects.create(
        **identity(sender, answers),
        subject=" ".join(subject.split())[:500],
        to=rules.check_addresses(to),
        cc=rules.check_addresses(cc) if cc else [],
        text=f"{text.rstrip()}\n\n-- \n{sender.signature}" if sender.signature else text,
        client=client or (answers.client if answers else None),
        about_record=about_record,
        about_id=about_id,
        **beginning(actor),
    )
    for stored in _to_attach(actor, versions or [], uploads or []):
        attachments.attach(mail, stored)
    return send_off(mail, answers)


@command("communications.send_again", label=gettext_lazy("Send again"))
def send_again(*, actor: Actor, mail: Mail) -> Mail:
    """Queue a letter once more. :raises Refused: it was sent, or is being sent."""
    rules.check_can_send_again(mail)
    mail.state, mail.error = Mail.State.QUEUED, ""
    mail.save(update_fields=["state", "error"])
    _queue(mail)
    return mail


@command("communications.note_outcome", told_as=gettext_lazy("Note what became of a letter"))
def note_outcome(*, actor: Actor, mail: Mail, state: str, error: str = "") -> Mail:
    """Keep what became of a letter; trouble is shown to whoever wrote it."""
    mail.state, mail.error = Mail.State(state), error[:2000]
    mail.save(update_fields=["state", "error"])
    record, row_id = mail.about_record, mail.about_id
    if state == Mail.State.SENT:
        emit(MailSent(mail_id=mail.pk, about_record=record, about_id=row_id))
    elif state != Mail.State.QUEUED:
        emit(MailFailed(mail_id=mail.pk, about_record=record, about_id=row_id, reason=error[:500]))
    live.tell_topic("communications.mail")
    live.tell_users([mail.owner_id], "communications.mail", mail.pk, kind=state)
    return mail


@command("communications.note_trouble_after", told_as=gettext_lazy("Note trouble with a letter after it was sent"))
def note_trouble_after(*, actor: Actor, mail: Mail, error: str) -> Mail:
    """Keep what goes wrong with a letter that is sent already, or that it does no more; nothing is told anew."""
    mail.error = error[:2000]
    mail.save(update_fields=["error"])
    live.tell_users([mail.owner_id], "communications.mail", mail.pk)
    return mail


@app.task(name="communications.send", retry=RETRY)
def send_queued(mail_id: int) -> None:
    """
    Hand a queued letter to its server. Trouble that passes is tried again; a letter that is not queued any more, or was
    taken back, is left alone, so a repeated job sends nothing twice.

    :raises TransportError: trouble that passes by itself.
    """
    waiting = Mail.objects.filter(state=Mail.State.QUEUED, is_deleted=False)
    mail = waiting.select_related("account").filter(pk=mail_id).first()
    if mail is None:
        return
    try:
        raw, state, error = _hand_over(mail)
    except TransportError as trouble:
        if not trouble.permanent:
            note_outcome(actor=SYSTEM, mail=mail, state=Mail.State.QUEUED, error=trouble.message)
            raise
        note_outcome(actor=SYSTEM, mail=mail, state=Mail.State.FAILED, error=trouble.message)
        return
    note_outcome(actor=SYSTEM, mail=mail, state=state, error=error)
    if state == Mail.State.SENT:
        _file_as_sent(mail, raw)


@app.task(name="communications.send_rest")
def send_rest(mail_id: int, recipients: list[str], tries: int = 1) -> None:
    """Hand a letter that others have got to recipients whom the server has refused for the time being."""
    mail = Mail.objects.select_related("account").filter(pk=mail_id, state=Mail.State.SENT).first()
    if mail is None:
        return
    try:
        result = smtp.send(queries.smtp_of(mail.account), _message(mail), recipients, envelope_id=str(mail.uid))
        refused = result.refused
    except TransportError as trouble:
        code = 550 if trouble.permanent else 450
        refused = {one: smtp.Refusal(code=code, message=trouble.message) for one in recipients}
    _send_rest_later(mail, refused, tries + 1)
    note_trouble_after(actor=SYSTEM, mail=mail, error=_told(refused))


def _send_rest_later(mail: Mail, refused: Mapping[str, smtp.Refusal], tries: int) -> None:
    """A greylisting server takes the letter when it comes once more; the pauses grow from five minutes to hours."""
    waiting: list[JSONValue] = [address for address, refusal in refused.items() if not refusal.permanent]
    if waiting and tries <= MOST_TRIES:
        later = send_rest.configure(schedule_in={"minutes": FIRST_PAUSE_MINUTES * 3 ** (tries - 1)})
        later.defer(mail_id=mail.pk, recipients=waiting, tries=tries)


def _told(refused: Mapping[str, smtp.Refusal]) -> str:
    return "; ".join(f"{address}: {refusal.message}" for address, refusal in refused.items())


def _hand_over(mail: Mail) -> tuple[bytes, str, str]:
    """The bytes sent, the state, and what is to be told of refused recipients."""
    message = _message(mail)
    result = smtp.send(queries.smtp_of(mail.account), message, [*mail.to, *mail.cc], envelope_id=str(mail.uid))
    _send_rest_later(mail, result.refused, 1)
    state = Mail.State.UNSURE if result.outcome == "unknown" else Mail.State.SENT
    return wire_bytes(message), state, _told(result.refused)


def _message(mail: Mail) -> EmailMessage:
    return build_message(
        message_id=mail.message_id,
        sender=MailAddress(address=mail.from_address, name=mail.from_name),
        to=[MailAddress(address=one) for one in mail.to],
        cc=[MailAddress(address=one) for one in mail.cc],
        subject=mail.subject,
        text=mail.text,
        at=mail.at,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        attachments=list(_files_of(mail)),
        unsubscribe_url=mail.unsubscribe_url,
    )


def _files_of(mail: Mail) -> Iterable[FileToSend]:
    rows = FileVersion.objects.filter(
        attachment__record="communications.mail", attachment__row_id=mail.pk, attachment__is_deleted=False
    )
    for version in rows.select_related("attachment").order_by("id"):
        with files.open_stored(version.sha256) as stream:
            yield FileToSend(name=version.attachment.name, content=stream.read(), mime=version.mime)


def _file_as_sent(mail: Mail, raw: bytes) -> None:
    """Put a copy into the Sent folder; the letter is sent whether or not this works."""
    if not mail.account.imap_host:
        return
    try:
        with Mailbox(queries.imap_of(mail.account)) as mailbox:
            mailbox.append_sent(raw, mail.at)
    except TransportError as trouble:
        note_trouble_after(actor=SYSTEM, mail=mail, error=trouble.message)


def identity(sender: MailAccount, answers: Mail | None) -> dict[str, Any]:
    """Who sends a letter, its name in the mail system, and the thread it continues (RFC 5322, 3.6.4)."""
    return {
        "account": sender,
        "from_address": sender.address,
        "from_name": sender.name,
        "message_id": f"<{uuid.uuid4()}@{sender.address.rpartition('@')[2]}>",
        "in_reply_to": answers.message_id if answers else "",
        "references": [*answers.references, answers.message_id][-20:] if answers else [],
    }


def beginning(actor: Actor) -> dict[str, Any]:
    """How a letter begins: it waits to be sent, and whoever wrote it looks after it."""
    return {
        "direction": Mail.Direction.OUT,
        "state": Mail.State.QUEUED,
        "at": moment(),
        "owner_id": actor.user_id,
        "department_id": actor.department_id,
        "is_handled": True,
    }


def _to_attach(
    actor: Actor, versions: Iterable[FileVersion], uploads: Iterable[dict[str, Any]]
) -> Iterable[files.Stored]:
    yield from (_stored(reading.version(actor, one.pk)) for one in versions)
    yield from (files.Stored(**one) for one in uploads)


def sender_of(actor: Actor, account: MailAccount | None) -> MailAccount:
    """The mailbox to send from. :raises Missing: it is that of a colleague."""
    if account is not None and account.owner_id and actor.user_id not in {None, account.owner_id}:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return rules.check_can_send(account or queries.account_to_send_from(actor.user_id))


def send_off(mail: Mail, answers: Mail | None = None) -> Mail:
    """Tell of a letter in the feeds that it belongs to, and queue it."""
    if answers is not None:
        Mail.objects.filter(pk=answers.pk).update(is_handled=True)
    _tell_written(mail)
    _queue(mail)
    return mail


def _queue(mail: Mail) -> None:
    if asks_for(f"communications.send: {', '.join(mail.to)}"):
        # A letter of a mailing lets those that people write one by one go first.
        send_queued.configure(priority=LAST if mail.unsubscribe_url else 0).defer(mail_id=mail.pk)


def _stored(version: FileVersion) -> files.Stored:
    return files.Stored(sha256=version.sha256, size=version.size, mime=version.mime, name=version.attachment.name)


def _tell_written(mail: Mail) -> None:
    on: list[Any] = [mail, *([mail.client] if mail.client else [])]
    about = (mail.about_record, mail.about_id) if mail.about_id else None
    entries.tell("communications.mail", on, at=mail.at, source=mail, about=about, **told_of(mail))
