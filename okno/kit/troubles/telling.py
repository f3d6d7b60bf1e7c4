"""What a trace says, in words: people who look after the program need not read Python."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

# The line of a trace that names what was raised: it begins at the margin, unlike the lines of the code before it.
RAISED = re.compile(r"^(?P<what>[A-Za-z_][\w.]*)(?:: (?P<said>.*))?$")
NOT_RAISED = {"DETAIL", "HINT", "CONTEXT", "Traceback"}


def in_words(error: str) -> str:
    """One sentence on what went wrong; what speaks for people already is told as it is."""
    if "Traceback" not in error:
        return error.strip()
    name, said = _raised(error)
    for words, tell in TOLD:
        if any(word in name for word in words):
            return tell(said)
    return _("A fault of the program: %(what)s.") % {"what": f"{name}: {said}".removesuffix(": ").rstrip(".")}


def _raised(error: str) -> tuple[str, str]:
    """The name of what was raised last and its text."""
    found = [match for line in error.splitlines() if (match := RAISED.match(line)) is not None]
    named = [one for one in found if one["what"] not in NOT_RAISED]
    if not named:
        return "", error.strip().splitlines()[-1]
    return named[-1]["what"].rpartition(".")[2], named[-1]["said"] or ""


def _said(said: str) -> str:
    return said


def _busy(said: str) -> str:
    return _("The database was busy or away: %(reason)s.") % {"reason": said.rstrip(".")}


def _breaks(said: str) -> str:
    return _("The database does not allow such a row: %(reason)s.") % {"reason": said.rstrip(".")}


def _gone(said: str) -> str:
    return _("A row it needs is not there any more: %(reason)s.") % {"reason": said.rstrip(".")}


def _unknown(said: str) -> str:
    return _("The program does not know “%(what)s”: it was perhaps removed by an update.") % {"what": said}


def _no_file(said: str) -> str:
    return _("A file is not there or cannot be written: %(reason)s.") % {"reason": said.rstrip(".")}


TOLD: list[tuple[tuple[str, ...], Callable[[str], str]]] = [
    (("Refused", "Missing", "Denied", "TransportError"), _said),
    (("OperationalError", "DeadlockDetected", "LockNotAvailable", "InterfaceError", "QueryCanceled"), _busy),
    (("IntegrityError", "Violation"), _breaks),
    (("DoesNotExist",), _gone),
    (("LookupError", "TaskNotFound"), _unknown),
    (("FileNotFoundError", "PermissionError", "OSError"), _no_file),
]
