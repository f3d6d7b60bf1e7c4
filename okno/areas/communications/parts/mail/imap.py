"""A mailbox over IMAP: what is new since last time, waiting for more, filing what was sent."""

from __future__ import annotations

import datetime as dt
import imaplib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from okno.areas.communications.parts.mail.accounts import ImapSettings
from okno.kit.http import TransportError

Role = Literal["", "sent", "junk", "trash", "drafts", "archive", "all"]

# Servers may hang up on a client that is silent for half an hour (RFC 2177)
IDLE_SECONDS = 29 * 60
POLL_SECONDS = 30
STOP_SECONDS = 2
BATCH = 50
BATCH_BYTES = 64 * 1024 * 1024
ROLES: dict[bytes, Role] = {
    b"\\sent": "sent",
    b"\\junk": "junk",
    b"\\trash": "trash",
    b"\\drafts": "drafts",
    b"\\archive": "archive",
    b"\\all": "all",
}
# Only for servers that do not say which folder is which
SENT_NAMES = ("sent", "sent items", "sent messages", "отправленные", "inbox.sent")


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder of the mailbox; `role` comes from the SPECIAL-USE flags (RFC 6154), never from the name."""

    name: str
    role: Role = ""
    selectable: bool = True


@dataclass(frozen=True, kw_only=True)
class FolderState:
    """Where reading of a folder has come to; kept by the caller between sessions."""

    uidvalidity: int
    last_uid: int = 0
    highest_modseq: int = 0


@dataclass(frozen=True, kw_only=True)
class FetchedMessage:
    """A message as it lies on the server; when `head_only`, it is larger than the account takes."""

    uid: int
    raw: bytes = field(repr=False)
    size: int
    received_at: dt.datetime | None
    flags: tuple[str, ...]
    head_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """
    A batch of new messages in the order of arrival and the state to begin with next time.

    When `validity_changed`, the server has numbered the folder anew: all of it comes again, and the caller leaves out
    what it has by Message-ID. With `has_more` the next call brings the rest.
    """

    state: FolderState
    messages: tuple[FetchedMessage, ...]
    validity_changed: bool = False
    has_more: bool = False


class Mailbox:
    """
    One connection to a mailbox: `with Mailbox(settings) as mailbox: mailbox.fetch_new("INBOX", state)`.

    Never marks a message as read. Every failure of the server or of the way to it is a `TransportError`.
    """

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings

    def __enter__(self) -> Self:
        with _told():
            self._client = self._connected()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # a broken connection cannot say good-bye, and need not
        with suppress(imaplib.IMAP4.error, OSError):
            if kind is None:
                self._client.logout()
            else:
                self._client.shutdown()

    @property
    def can_idle(self) -> bool:
        """Whether the server tells of new mail by itself; asked after sign-in, when servers show all they can."""
        with _told():
            return bool(self._client.has_capability("IDLE"))

    def folders(self) -> tuple[Folder, ...]:
        """
        Say what folders there are.

        :raises TransportError: the server did not answer.
        """
        with _told():
            listed = self._client.list_folders()
        return tuple(_folder(flags, name) for flags, _delimiter, name in listed)

    def folder_of(self, role: Role) -> str:
        """
        Find the folder of that role; empty when the mailbox has none.

        :raises TransportError: the server did not answer.
        """
        folders = [folder for folder in self.folders() if folder.selectable]
        flagged = next((folder.name for folder in folders if folder.role == role), "")
        if flagged or role != "sent":
            return flagged
        return next((folder.name for folder in folders if folder.name.lower() in SENT_NAMES), "")

    def select(self, folder: str) -> FolderState:
        """
        Open a folder for reading and say how it is numbered now; `last_uid` is the newest message in it.

        :raises TransportError: there is no such folder, or the server did not answer.
        """
        with _told():
            answer = self._client.select_folder(folder, readonly=True)
        return FolderState(
            uidvalidity=int(answer[b"UIDVALIDITY"]),
            last_uid=int(answer[b"UIDNEXT"]) - 1 if b"UIDNEXT" in answer else max(self._uids_after(0, None), default=0),
            highest_modseq=_modseq(answer.get(b"HIGHESTMODSEQ")),
        )

    def fetch_new(
        self,
        folder: str,
        state: FolderState | None = None,
        *,
        since: dt.date | None = None,
        most: int = BATCH,
    ) -> Fetched:
        """
        Bring the oldest messages that came after `state`, at most `most` and 64 MB; without state all or those `since`.

        :raises TransportError: there is no such folder, or the server broke off; nothing is lost: ask again with the
            same state.
        """
        now = self.select(folder)
        changed = state is not None and state.uidvalidity != now.uidvalidity
        last = state.last_uid if state is not None and not changed else 0
        uids = self._uids_after(last, since if state is None or changed else None)
        messages, reached = self._fetch(uids[:most], last)
        has_more = any(uid > reached for uid in uids)
        if not has_more:
            # also past what was deleted meanwhile: `wait` must not take its numbers for news
            reached = max(reached, now.last_uid)
        return Fetched(
            state=FolderState(uidvalidity=now.uidvalidity, last_uid=reached, highest_modseq=now.highest_modseq),
            messages=messages,
            validity_changed=changed,
            has_more=has_more,
        )

    def wait(self, folder: str, state: FolderState, seconds: float, stop: Callable[[], bool] = bool) -> bool:
        """
        Wait until the folder has had mail newer than `state`; say whether it has.

        Uses IDLE, begun anew every 29 minutes, or asks every half a minute where the server has none. `stop` is asked
        every two seconds so that a worker can end in time.

        :raises TransportError: the connection broke.
        """
        end = time.monotonic() + seconds
        while not stop():
            # opening the folder anew tells its newest number, IDLE tells what comes later: nothing slips between
            if self.select(folder).last_uid > state.last_uid:
                return True
            left = end - time.monotonic()
            if left <= 0:
                return False
            if self.can_idle:
                self._idle(min(left, IDLE_SECONDS), stop)
            else:
                time.sleep(min(left, POLL_SECONDS))
        return False

    def append_sent(self, raw: bytes, at: dt.datetime) -> str:
        """
        File a sent message as read; return the folder, or nothing when the server files it itself or has none.

        :raises TransportError: the server did not take it.
        """
        folder = "" if self._settings.keeps_sent else self.folder_of("sent")
        if folder:
            with _told():
                self._client.append(folder, raw, flags=(b"\\Seen",), msg_time=at)
        return folder

    def _connected(self) -> IMAPClient:
        settings = self._settings
        client = IMAPClient(
            settings.host,
            settings.port,
            ssl=settings.security == "ssl",
            ssl_context=settings.tls() if settings.security == "ssl" else None,
            timeout=settings.timeout,
        )
        # without this the library turns times into naive local ones
        client.normalise_times = False
        try:
            if settings.security == "starttls":
                client.starttls(settings.tls())
            self._sign_in(client)
        except BaseException:
            with suppress(imaplib.IMAP4.error, OSError):
                client.shutdown()
            raise
        return client

    def _sign_in(self, client: IMAPClient) -> None:
        settings = self._settings
        if settings.token:
            client.oauth2_login(settings.username, settings.token)
        elif settings.username.isascii() and settings.password.isascii():
            client.login(settings.username, settings.password)
        else:
            client.plain_login(settings.username, settings.password)

    def _uids_after(self, last: int, since: dt.date | None) -> list[int]:
        criteria: list[Any] = ["UID", f"{last + 1}:*"]
        if since is not None:
            criteria += ["SINCE", since]
        with _told():
            found = self._client.search(criteria)
        # the range always holds the newest message, even when it is older (RFC 3501, 6.4.8)
        return sorted(int(uid) for uid in found if uid > last)

    def _fetch(self, uids: Sequence[int], reached: int) -> tuple[tuple[FetchedMessage, ...], int]:
        """Bring these messages until 64 MB are full; say which number was reached."""
        messages: list[FetchedMessage] = []
        with _told():
            facts = self._client.fetch(list(uids), ["RFC822.SIZE", "INTERNALDATE", "FLAGS"]) if uids else {}
            room = BATCH_BYTES
            for uid in uids:
                size = min(int(facts.get(uid, {}).get(b"RFC822.SIZE", 0)), self._settings.largest_message)
                if messages and size > room:
                    break
                room -= size
                reached = uid
                # gone between the questions: somebody deleted it
                if uid in facts and (message := self._message(uid, facts[uid])) is not None:
                    messages.append(message)
        return tuple(messages), reached

    def _message(self, uid: int, facts: dict[bytes, Any]) -> FetchedMessage | None:
        size = int(facts[b"RFC822.SIZE"])
        head_only = size > self._settings.largest_message
        answer = self._client.fetch([uid], ["BODY.PEEK[HEADER]" if head_only else "BODY.PEEK[]"]).get(uid, {})
        raw = answer.get(b"BODY[HEADER]" if head_only else b"BODY[]")
        if raw is None:
            return None
        return FetchedMessage(
            uid=uid,
            raw=bytes(raw),
            size=size,
            received_at=facts.get(b"INTERNALDATE"),
            flags=tuple(flag.decode("ascii", "replace") for flag in facts.get(b"FLAGS", ())),
            head_only=head_only,
        )

    def _idle(self, seconds: float, stop: Callable[[], bool]) -> None:
        end = time.monotonic() + seconds
        with _told():
            self._client.idle()
            try:
                while not stop() and (left := end - (asked_at := time.monotonic())) > 0:
                    patience = min(left, STOP_SECONDS)
                    told = self._client.idle_check(timeout=patience)
                    if any(len(one) > 1 and one[1] == b"EXISTS" for one in told):
                        return
                    # The library answers the end of a connection with nothing, at once and for ever: DONE finds it out.
                    if not told and time.monotonic() - asked_at < patience / 2:
                        return
            finally:
                self._client.idle_done()


@contextmanager
def _told() -> Iterator[None]:
    """One kind of error, with the server's own words; a refused sign-in is the only permanent one."""
    try:
        yield
    except LoginError as error:
        raise TransportError(str(error), not _is_passing(str(error))) from error
    except imaplib.IMAP4.abort as error:
        raise TransportError(str(error) or "connection lost", False) from error
    except imaplib.IMAP4.error as error:
        raise TransportError(str(error), _is_refused_sign_in(str(error))) from error
    except OSError as error:
        raise TransportError(str(error) or type(error).__name__, False) from error


def _is_passing(words: str) -> bool:
    """The server is busy, not the password wrong (RFC 5530)."""
    return any(code in words.upper() for code in ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]"))


def _is_refused_sign_in(words: str) -> bool:
    return any(code in words.upper() for code in ("AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "NONEXISTENT"))


def _folder(flags: Sequence[bytes], name: str) -> Folder:
    lowered = {bytes(flag).lower() for flag in flags}
    role: Role = next((role for flag, role in ROLES.items() if flag in lowered), "")
    return Folder(name=str(name), role=role, selectable=b"\\noselect" not in lowered)


def _modseq(answer: Any) -> int:
    value = answer[0] if isinstance(answer, list | tuple) and answer else answer
    return int(value) if value else 0
