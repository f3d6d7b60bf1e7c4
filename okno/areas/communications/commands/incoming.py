"""Incoming messages: taken in once, linked to what they answer, dealt with."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.access import queries as access
from okno.access.models import User
from okno.areas.clients import queries as clients
from okno.areas.clients.models import Client
from okno.areas.communications import rules
from okno.areas.communications.events import MailAssigned, MailFailed, MailReceived
from okno.areas.communications.models import Mail, MailAccount
from okno.areas.communications.parts.mail.message import ParsedMail
from okno.areas.communications.parts.mail.parse import parse_message
from okno.kit import files, live, reached
from okno.kit.attachments import commands as attachments
from okno.kit.attachments import reading
from okno.kit.commands import command, moment
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.permissions import Actor
from okno.kit.timeline import entries

MOST_REFERENCES = 50


@command("communications.take_in", told_as=_("Take in a letter"))
def take_in(*, actor: Actor, account: MailAccount, raw: str, received_at: dt.datetime | None = None) -> Mail:
    """
    Take in a message whose bytes are kept in the file store; what cannot be read of it is noted, nothing is lost.

    A message that was taken in before is returned as it is.

    :param raw: key of the bytes in the file store.
    """
    with files.open_stored(raw) as stream:
        parsed = parse_message(stream.read())
    known = Mail.objects.filter(account=account, direction=Mail.Direction.IN, message_id=parsed.message_id[:500])
    if parsed.message_id and (seen := known.first()):
        return seen
    answers = _answered(parsed)
    candidate = _recognised(parsed) if answers is None else None
    client_id = answers.client_id if answers else candidate.client_id if candidate else None
    mail = Mail.objects.create(
        account=account,
        direction=Mail.Direction.IN,
        state=Mail.State.RECEIVED,
        at=received_at or parsed.date or moment(),
        raw=raw,
        client_id=client_id,
        contact_id=candidate.contact_id if candidate else None,
        about_record=answers.about_record if answers else "",
        about_id=answers.about_id if answers else None,
        **_fields_of(parsed),
        **_owner_of(account, answers, client_id),
    )
    _keep_files(mail, parsed)
    _tell(mail, account, parsed)
    return mail


@command("communications.link", label=_("Link to a client"))
def link(
    *, actor: Actor, mail: Mail, client: Client | None = None, about_record: str = "", about_id: int | None = None
) -> Mail:
    """
    Say whom a message is from and what it is about.

    :raises Missing: what it is about is out of the actor's reach.
    """
    reached.check(actor, about_record, about_id)
    mail.client = client
    mail.about_record, mail.about_id = about_record, about_id
    mail.save(update_fields=["client", "about_record", "about_id"])
    if client is not None:
        entries.tell(
            "communications.mail",
            [mail, client],
            at=mail.at,
            source=mail,
            about=(about_record, about_id) if about_id else None,
            **told_of(mail),
        )
    _show(mail)
    return mail


@command("communications.set_about", told_as=_("Say what a letter is about"))
def set_about(*, actor: Actor, mail: Mail, about_record: str, about_id: int) -> Mail:
    """Say what a message is about: its answers will stand in that feed."""
    mail.about_record, mail.about_id = about_record, about_id
    mail.save(update_fields=["about_record", "about_id"])
    return mail


@command("communications.handle", label=_("Dealt with"))
def handle(*, actor: Actor, mail: Mail, is_handled: bool = True) -> Mail:
    """Say that a message needs nothing more, or that it does again."""
    mail.is_handled = is_handled
    mail.save(update_fields=["is_handled"])
    _show(mail)
    return mail


@command("communications.assign", label=_("Give to another person"), hands_over=True)
def assign(*, actor: Actor, mail: Mail, owner: User) -> Mail:
    """Make another person deal with a message; its department follows."""
    before = mail.owner_id
    mail.owner, mail.department_id = owner, owner.department_id
    mail.save(update_fields=["owner", "department"])
    emit(MailAssigned(mail_id=mail.pk, from_owner_id=before, to_owner_id=owner.pk))
    live.tell_users([before], "communications.mail", mail.pk)
    _show(mail)
    return mail


def _answered(parsed: ParsedMail) -> Mail | None:
    ids = list(parsed.thread_ids)
    if parsed.bounce and parsed.bounce.original_message_id:
        ids.insert(0, parsed.bounce.original_message_id)
    known = list(Mail.objects.filter(message_id__in=ids).order_by("-id")[:MOST_REFERENCES])
    return rules.answered(ids, known)


def _recognised(parsed: ParsedMail) -> clients.Match | None:
    if parsed.sender is None:
        return None
    points = clients.readable_points([], [parsed.sender.address])
    return clients.sure(clients.recognise(points))


def _fields_of(parsed: ParsedMail) -> dict[str, Any]:
    return {
        "message_id": parsed.message_id[:500],
        "in_reply_to": parsed.in_reply_to[:500],
        "references": list(parsed.references)[-MOST_REFERENCES:],
        "subject": parsed.subject[:500],
        "from_address": parsed.sender.address[:320] if parsed.sender else "",
        "from_name": parsed.sender.name[:200] if parsed.sender else "",
        "to": [one.address for one in parsed.to],
        "cc": [one.address for one in parsed.cc],
        "text": parsed.reply_text or parsed.text,
        "quoted": parsed.quoted_text,
        "html": parsed.html,
        "problems": [{"code": one.code, "detail": one.detail} for one in parsed.problems],
        "auto_reply": parsed.auto_reply,
    }


def _owner_of(account: MailAccount, answers: Mail | None, client_id: int | None) -> dict[str, Any]:
    """
    Who deals with the message: whoever wrote what it answers, or their deputy, else the client's person, else the
    mailbox's. Whoever has left, or takes no new work, gets no answers: others have taken over.
    """
    writer = access.who_takes(answers.owner) if answers and answers.owner else None
    if answers and writer:
        is_own = writer.pk == answers.owner_id
        return {"owner": writer, "department_id": answers.department_id if is_own else writer.department_id}
    client = Client.objects.filter(pk=client_id).first() if client_id else None
    if client and client.owner_id:
        return {"owner_id": client.owner_id, "department_id": client.department_id}
    owner = account.owner
    return {"owner_id": owner.pk if owner else None, "department_id": owner.department_id if owner else None}


def _keep_files(mail: Mail, parsed: ParsedMail) -> None:
    """Attach files; one that may not be kept (a program, an empty one) is noted and stays in the raw bytes."""
    for one in parsed.attachments:
        try:
            stored = files.store(io.BytesIO(one.content()), one.name or "attachment")
        except Refused as refusal:
            mail.problems = [*mail.problems, {"code": refusal.code, "detail": one.name}]
            mail.save(update_fields=["problems"])
            continue
        attachments.attach(mail, stored)


def _tell(mail: Mail, account: MailAccount, parsed: ParsedMail) -> None:
    about = (mail.about_record, mail.about_id) if mail.about_id else None
    on: list[Any] = [mail, *([mail.client] if mail.client else [])]
    entries.tell("communications.mail", on, at=mail.at, source=mail, about=about, **told_of(mail))
    if parsed.bounce:
        _note_bounce(parsed)
    emit(
        MailReceived(
            mail_id=mail.pk,
            about_record=mail.about_record,
            about_id=mail.about_id,
            lead_source=account.lead_source,
            is_automatic=bool(parsed.auto_reply or parsed.bounce),
        )
    )
    _show(mail)


def _note_bounce(parsed: ParsedMail) -> None:
    """Mail of ours came back: show it on the message it was."""
    original = parsed.bounce.original_message_id if parsed.bounce else ""
    ours = Mail.objects.filter(direction=Mail.Direction.OUT, message_id=original).first() if original else None
    if ours is None or parsed.bounce is None:
        return
    reason = "; ".join(f"{one.address}: {one.diagnostic or one.status}" for one in parsed.bounce.recipients)
    ours.state, ours.error = Mail.State.BOUNCED, reason[:2000]
    ours.save(update_fields=["state", "error"])
    emit(MailFailed(mail_id=ours.pk, about_record=ours.about_record, about_id=ours.about_id, reason=reason[:500]))


def told_of(mail: Mail) -> dict[str, Any]:
    """What the entry of a letter in a feed shows."""
    versions = reading.latest_of("communications.mail", mail.pk)
    return {
        "direction": mail.direction,
        "subject": mail.subject,
        "from": mail.from_name or mail.from_address,
        "to": mail.to,
        "text": mail.text[:2000],
        "files": [{"id": one.pk, "name": one.attachment.name} for one in versions],
    }


def _show(mail: Mail) -> None:
    live.tell_topic("communications.mail")
    live.tell_users([mail.owner_id], "communications.mail", mail.pk)
