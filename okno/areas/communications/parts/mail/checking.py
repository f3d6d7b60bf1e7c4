"""Whether a mailbox and its server of outgoing mail can be reached, told in words, within seconds."""

from __future__ import annotations

import dataclasses
import smtplib
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime

from django.utils.translation import gettext as _

from okno.areas.communications.parts.mail import smtp
from okno.areas.communications.parts.mail.accounts import ImapSettings, SmtpSettings
from okno.areas.communications.parts.mail.imap import Mailbox
from okno.kit.http import TransportError

SECONDS = 8.0
PATIENCE = 10.0
REFUSALS = ("AUTHENTICATIONFAILED", "AUTHENTICATION FAILED", "LOGIN FAILED")


def check(incoming: ImapSettings | None, outgoing: SmtpSettings | None) -> dict[str, str]:
    """
    Connect to both servers at once and sign in, without reading or sending anything.

    Returns for `imap` and `smtp`, as far as they are set up, what is wrong; an empty text when all is well.
    """
    tasks: dict[str, Callable[[], None]] = {}
    if incoming is not None:
        reading = dataclasses.replace(incoming, timeout=SECONDS)
        tasks["imap"] = lambda: _open_inbox(reading)
    if outgoing is not None:
        sending = dataclasses.replace(outgoing, timeout=SECONDS)
        tasks["smtp"] = lambda: smtp.check(sending)
    pool = ThreadPoolExecutor(max_workers=2)
    waiting = {name: pool.submit(_trouble, task) for name, task in tasks.items()}
    # A server that says a word every few seconds would hold the page for ever; its thread ends by itself.
    pool.shutdown(wait=False)
    found = {}
    for name, future in waiting.items():
        try:
            trouble = future.result(timeout=PATIENCE)
        except NotInTime:
            trouble = TransportError("timed out", False)
        found[name] = words_of(trouble) if trouble else ""
    return found


def words_of(trouble: TransportError) -> str:
    """What went wrong on the way to a server and what to do about it, else the server's own words."""
    cause = trouble.__cause__
    if _is_refused_sign_in(trouble):
        return _(
            "The server refuses the user name or the password. Many services want a password of its own for programs."
        )
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _("The certificate of the server is not valid for this name: %(words)s") % {"words": trouble.message}
    if isinstance(cause, ssl.SSLError):
        return _("The server does not speak this kind of encryption on this port. Try another kind or port.")
    if isinstance(cause, socket.gaierror):
        return _("There is no server of this name.")
    if isinstance(cause, ConnectionRefusedError):
        return _("The server does not answer on this port.")
    if isinstance(cause, TimeoutError) or "timed out" in trouble.message:
        return _("The server did not answer in %(seconds)s seconds. Check the name and the port.") % {
            "seconds": int(SECONDS)
        }
    return trouble.message


def _open_inbox(settings: ImapSettings) -> None:
    with Mailbox(settings) as mailbox:
        mailbox.select("INBOX")


def _trouble(task: Callable[[], None]) -> TransportError | None:
    try:
        task()
    except TransportError as trouble:
        return trouble
    return None


def _is_refused_sign_in(trouble: TransportError) -> bool:
    if isinstance(trouble.__cause__, smtplib.SMTPAuthenticationError):
        return True
    return any(
        word in trouble.message.upper() for word in ("AUTHENTICATIONFAILED", "AUTHENTICATION FAILED", "LOGIN FAILED")
    )
