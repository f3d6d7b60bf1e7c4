"""Sending over SMTP: what was accepted, what was refused and what is unknown are three different answers."""

from __future__ import annotations

import base64
import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from okno.areas.communications.parts.mail.accounts import SmtpSettings
from okno.areas.communications.parts.mail.build import wire_bytes
from okno.kit.http import TransportError

Outcome = Literal["accepted", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What the server said about one recipient; a permanent refusal is not tried again."""

    code: int
    message: str

    @property
    def permanent(self) -> bool:
        return self.code >= 500


@dataclass(frozen=True, kw_only=True)
class SendResult:
    """
    How sending ended for those who are not in `refused`.

    `accepted`: the server has taken the mail. `unknown`: the connection broke after all was said and before the answer;
    the mail may be on its way, so it is never sent again blindly.
    """

    outcome: Outcome
    refused: dict[str, Refusal] = field(default_factory=dict)
    answer: str = ""
    asked_for_report: bool = False


def send(
    account: SmtpSettings, message: EmailMessage, recipients: Sequence[str], *, envelope_id: str = ""
) -> SendResult:
    """
    Give the message to the account's server for these addresses (blind copies included).

    Where the server offers DSN (RFC 3461) it is asked to report failure and delay under `envelope_id`, or else under
    the Message-ID. A recipient who is refused does not keep the mail from the others.

    :raises TransportError: nobody was reached: no connection, no sign-in, the sender, every recipient or the content
        refused; `permanent` when the server said 5xx.
    :raises Refused: the message is larger than servers take.
    """
    raw = wire_bytes(message)
    sender = _bare(str(message["From"].addresses[0].addr_spec))
    with _told(), _connected(account) as server:
        report = server.has_extn("dsn")
        envelope = envelope_id or str(message["Message-ID"] or "")
        _checked(server.mail(sender, _mail_options(server, raw, envelope)))
        refused = _name_recipients(server, recipients, report=report)
        return _hand_over(server, raw, refused, asked_for_report=report)


def check(account: SmtpSettings) -> None:
    """
    Connect and sign in, without sending anything.

    :raises TransportError: as `send`.
    """
    with _told(), _connected(account) as server:
        _checked(server.noop())


@contextmanager
def _told() -> Iterator[None]:
    """Whatever goes wrong on the way becomes one kind of error, with the server's own words."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise TransportError(_words(error.smtp_code, error.smtp_error), error.smtp_code >= 500) from error
    except smtplib.SMTPNotSupportedError as error:
        raise TransportError(str(error), True) from error
    except ssl.SSLCertVerificationError as error:
        raise TransportError(str(error), True) from error
    except (smtplib.SMTPException, OSError) as error:
        raise TransportError(str(error) or type(error).__name__, False) from error


@contextmanager
def _connected(account: SmtpSettings) -> Iterator[smtplib.SMTP]:
    if account.security == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            account.host, account.port, account.local_hostname, timeout=account.timeout, context=account.tls()
        )
    else:
        server = smtplib.SMTP(account.host, account.port, account.local_hostname, timeout=account.timeout)
    try:
        server.ehlo_or_helo_if_needed()
        if account.security == "starttls":
            server.starttls(context=account.tls())
            server.ehlo()
        _sign_in(server, account)
        yield server
    finally:
        # the answer to the mail is known by now; a server that hangs up without a farewell changes nothing
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def _sign_in(server: smtplib.SMTP, account: SmtpSettings) -> None:
    if account.token:
        said = f"user={account.username}\x01auth=Bearer {account.token}\x01\x01"
        # a refused token gets a challenge with the reason, to which an empty line is the answer
        server.auth("XOAUTH2", lambda challenge=None: said if challenge is None else "")
    elif account.username.isascii() and account.password.isascii():
        if account.username:
            server.login(account.username, account.password)
    else:
        # smtplib knows ASCII only; RFC 4616 has UTF-8
        words = base64.b64encode(f"\0{account.username}\0{account.password}".encode()).decode("ascii")
        code, answer = server.docmd("AUTH", f"PLAIN {words}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, answer)


def _mail_options(server: smtplib.SMTP, raw: bytes, envelope_id: str) -> list[str]:
    options = [f"SIZE={len(raw)}"] if server.has_extn("size") else []
    if server.has_extn("dsn"):
        options.append("RET=HDRS")
        if envelope_id:
            options.append(f"ENVID={_xtext(envelope_id)}")
    return options


def _xtext(text: str) -> str:
    """Signs that a parameter may hold (RFC 3461, 4); others by their number."""
    return "".join(
        sign if "!" <= sign <= "~" and sign not in "+=" else f"+{byte:02X}" for sign, byte in _signs(text[:90])
    )


def _signs(text: str) -> Iterator[tuple[str, int]]:
    return ((chr(byte), byte) for byte in text.encode("utf-8"))


def _bare(address: str) -> str:
    """An address fit for a command of the protocol: no brackets, no breaks, a foreign domain in ASCII."""
    local, _at, domain = address.strip().rpartition("@")
    if not local or not domain or re.search(r"[\s<>\x00-\x1f]", address.strip()) or not local.isascii():
        raise TransportError(f"550 {address!r}", True)
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise TransportError(f"550 {address!r}", True) from error


def _name_recipients(server: smtplib.SMTP, recipients: Sequence[str], *, report: bool) -> dict[str, Refusal]:
    refused: dict[str, Refusal] = {}
    wanted = list(dict.fromkeys(recipients))
    for recipient in wanted:
        try:
            address = _bare(recipient)
        except TransportError as error:
            refused[recipient] = Refusal(code=550, message=error.message)
            continue
        code, words = server.rcpt(
            address, ["NOTIFY=FAILURE,DELAY", f"ORCPT=rfc822;{_xtext(address)}"] if report else []
        )
        if code not in {250, 251}:
            refused[recipient] = Refusal(code=code, message=_words(code, words))
    if len(refused) == len(wanted):
        said = "; ".join(f"{address}: {refusal.message}" for address, refusal in refused.items())
        raise TransportError(said, all(refusal.permanent for refusal in refused.values()))
    return refused


def _hand_over(server: smtplib.SMTP, raw: bytes, refused: dict[str, Refusal], *, asked_for_report: bool) -> SendResult:
    code, words = server.docmd("DATA")
    if code != 354:
        raise smtplib.SMTPDataError(code, words)
    body = re.sub(rb"(?m)^\.", b"..", raw)
    server.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
    try:
        answer = server.getreply()
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        return SendResult(outcome="unknown", refused=refused, answer=str(error), asked_for_report=asked_for_report)
    _checked(answer)
    return SendResult(outcome="accepted", refused=refused, answer=_words(*answer), asked_for_report=asked_for_report)


def _checked(answer: tuple[int, bytes]) -> None:
    code, words = answer
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, words.decode("utf-8", "replace"))


def _words(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"
