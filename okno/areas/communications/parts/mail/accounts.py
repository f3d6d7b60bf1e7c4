"""How to reach a mailbox and the server that takes our mail; secrets never show in logs."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from typing import Literal

Security = Literal["ssl", "starttls", "none"]

# These put what we send into the Sent folder themselves; a second copy would be ours
KEEPS_SENT = re.compile(r"(?:^|\.)(?:gmail\.com|googlemail\.com|office365\.com|outlook\.com)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """A server and how to sign in: a password or, when given, a bearer token (XOAUTH2). Timeouts are in seconds."""

    host: str
    port: int
    security: Security = "ssl"
    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    timeout: float = 30.0
    verify_certificate: bool = True

    @property
    def keeps_sent(self) -> bool:
        """Whether the server files sent mail itself, so that it must not be appended to Sent."""
        return KEEPS_SENT.search(self.host) is not None

    def tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.verify_certificate:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


@dataclass(frozen=True, kw_only=True)
class SmtpSettings(ServerSettings):
    """The server that takes our mail; `local_hostname` is what it is greeted with."""

    local_hostname: str | None = None


@dataclass(frozen=True, kw_only=True)
class ImapSettings(ServerSettings):
    """A mailbox; of a message above `largest_message` bytes only the head is fetched."""

    largest_message: int = 40 * 1024 * 1024
