"""Reading mailboxes: each in a thread of its own, woken by the server, held back after trouble."""

from __future__ import annotations

import datetime as dt
import io
import threading
import time

import structlog
from django.db import close_old_connections, connection
from django.utils import timezone

from okno.areas.communications import queries
from okno.areas.communications.commands.accounts import note_read, note_trouble
from okno.areas.communications.commands.incoming import take_in
from okno.areas.communications.models import MailAccount
from okno.areas.communications.parts.mail.imap import FolderState, Mailbox
from okno.kit import files
from okno.kit.http import TransportError
from okno.kit.permissions import SYSTEM

log = structlog.get_logger()

INBOX = "INBOX"
SECONDS_OF_IDLE = 20 * 60
SECONDS_BETWEEN_LOOKS_AT_ACCOUNTS = 15
SHORTEST_PAUSE, LONGEST_PAUSE = 5, 15 * 60
LARGEST_MESSAGE = 64 << 20


def watch(stop: threading.Event) -> None:
    """Keep a reader for every mailbox in use until told to stop; readers of mailboxes set up later join in."""
    readers: dict[int, threading.Thread] = {}
    while not stop.is_set():
        close_old_connections()
        for account_id in queries.accounts_to_read().values_list("pk", flat=True):
            reader = readers.get(account_id)
            if reader is None or not reader.is_alive():
                readers[account_id] = threading.Thread(target=_read_until, args=(account_id, stop), daemon=True)
                readers[account_id].start()
        stop.wait(SECONDS_BETWEEN_LOOKS_AT_ACCOUNTS)


def _read_until(account_id: int, stop: threading.Event) -> None:
    """Read a mailbox as mail comes; after trouble wait each time twice as long."""
    pause = SHORTEST_PAUSE
    try:
        while not stop.is_set():
            close_old_connections()
            account = queries.accounts_to_read().filter(pk=account_id).first()
            if account is None:
                return
            try:
                read_account(account, wait_seconds=SECONDS_OF_IDLE, stop=stop)
                pause = SHORTEST_PAUSE
            except TransportError as trouble:
                log.warning("mailbox trouble", account=account.address, message=trouble.message)
                note_trouble(actor=SYSTEM, account=account, message=trouble.message, is_permanent=trouble.permanent)
                is_mended = wait_out(account_id, pause, stop)
                pause = SHORTEST_PAUSE if is_mended else min(pause * 2, LONGEST_PAUSE)
    finally:
        connection.close()


def wait_out(account_id: int, seconds: float, stop: threading.Event) -> bool:
    """Wait after trouble, but no longer than until the mailbox is set up anew; and say whether it was."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not stop.wait(min(SHORTEST_PAUSE, seconds)):
        # Setting a mailbox up forgets its trouble.
        if queries.accounts_to_read().filter(pk=account_id, error="").exists():
            return True
    return False


def read_account(account: MailAccount, *, wait_seconds: float = 0, stop: threading.Event | None = None) -> int:
    """
    Take in what is new in the inbox, then wait for more with IDLE. Returns how many messages were taken in.

    How far the folder was read is kept after each batch, so a crash takes in nothing twice and leaves nothing out.

    :raises TransportError: the server cannot be reached or refuses.
    """
    taken = 0
    with Mailbox(queries.imap_of(account)) as mailbox:
        while True:
            fetched = mailbox.fetch_new(INBOX, _state(account), since=_first_day(account))
            for message in fetched.messages:
                stored = files.store(io.BytesIO(message.raw), "message.eml", LARGEST_MESSAGE)
                key = f"imap:{account.pk}:{fetched.state.uidvalidity}:{message.uid}"
                take_in.once(key)(actor=SYSTEM, account=account, raw=stored.sha256, received_at=message.received_at)
                taken += 1
            account = note_read(actor=SYSTEM, account=account, folder=INBOX, state=_kept(fetched.state))
            if fetched.has_more:
                continue
            if not wait_seconds or not mailbox.wait(INBOX, fetched.state, wait_seconds, stop.is_set if stop else bool):
                return taken


def _first_day(account: MailAccount) -> dt.date:
    """A mailbox may hold years: the first reading begins today, or as many days back as was set."""
    # ast-grep-ignore: time-comes-in the loop of the worker is the door here
    return timezone.localdate() - dt.timedelta(days=account.depth_days)


def _state(account: MailAccount) -> FolderState | None:
    kept = account.folders.get(INBOX)
    return FolderState(**kept) if kept else None


def _kept(state: FolderState) -> dict[str, int]:
    return {
        "uidvalidity": state.uidvalidity,
        "last_uid": state.last_uid,
        "highest_modseq": state.highest_modseq,
    }
