"""What a person is told when something may not happen: the only errors that areas raise on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from okno.kit import quotes


class Told(Exception):  # noqa: N818 - reads as a sentence: raise Refused(...)
    """An error meant for people: `message` is the text in their language, `code` is for programs."""

    def __init__(self, code: str, message: object = "", /, **params: Any) -> None:
        self.code = code
        self.params = params
        self._message = message
        super().__init__(code)

    @property
    def message(self) -> str:
        """The text for people, translated at the moment it is read."""
        text = str(self._message) or self.code
        return quotes.told(text, **self.params) if self.params else text

    def __str__(self) -> str:
        return self.message


class Refused(Told):
    """A rule says no: the data are fine to look at, but this may not happen to them now (HTTP 422)."""


class TooMuch(Refused):
    """More was sent at once than is read (HTTP 413)."""


def allowed(check: Callable[..., object], *asked: object) -> bool:
    """The yes or no of a rule, for pages that show what may be done."""
    try:
        check(*asked)
    except Refused:
        return False
    return True


class Denied(Told):
    """The actor has no grant for this command at all (HTTP 403)."""


class Missing(Told):
    """There is no such row, or it is out of the actor's reach: both read the same (HTTP 404)."""


def no_record(name: str) -> Missing:
    """The answer to a name that no record has."""
    return Missing("no_record", _("There are no records “%(name)s”."), name=name)


class Moved(Missing):
    """The row was merged into another one: `params['url']` is where it is found."""


class Conflict(Refused):
    """Somebody changed the same fields in between: `params['fields']` holds mine, theirs and was."""
