"""What leads do on news: a letter to a mailbox of enquiries is an enquiry, a letter or a talk of ours answers one."""

from __future__ import annotations

from okno.areas.calendar.events import TaskEnded
from okno.areas.calendar.models import Task
from okno.areas.communications.events import MailReceived, MailSent
from okno.areas.communications.models import Mail
from okno.areas.leads import commands
from okno.kit.permissions import SYSTEM
from okno.kit.timeline import entries


def is_enquiry(event: MailReceived) -> bool:
    """Whether a letter that came is a new enquiry: to a mailbox of them, about nothing we know of, from a person."""
    return bool(event.lead_source) and not event.about_record and not event.is_automatic


def receive_letter(event: MailReceived) -> None:
    """Make an enquiry of a letter; the letter stands in its feed and goes along with it later."""
    mail = Mail.objects.get(pk=event.mail_id)
    lead = commands.receive_mail(actor=SYSTEM, mail=mail, source=event.lead_source)
    entry = entries.entry_of(mail)
    if entry is not None:
        entries.link(entry, [lead])


def note_answer(event: MailSent) -> None:
    """A letter about an enquiry is its answer: the clock of the reaction stops at the moment it was sent."""
    commands.note_letter(actor=SYSTEM, mail=Mail.objects.get(pk=event.mail_id))


def is_done(event: TaskEnded) -> bool:
    """Whether a task about an enquiry was done."""
    return event.about_record == "leads.lead" and event.state == Task.State.DONE


def note_talk(event: TaskEnded) -> None:
    """A call, a meeting or a letter about an enquiry that was done as a task is its answer."""
    commands.note_talk(actor=SYSTEM, task=Task.objects.get(pk=event.task_id))
