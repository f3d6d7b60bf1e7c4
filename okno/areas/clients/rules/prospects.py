"""When something may happen to a prospect. Pure: no writes, no clock, no request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.clients.models import Prospect
from okno.kit.errors import Refused

Status = Prospect.Status


def check_is_open(prospect: Prospect) -> None:
    """:raises Refused: it was handed to sales: what goes on is told on the card of the client."""
    if prospect.status == Status.CONVERTED:
        raise Refused("clients.prospect_done", _("It is a client already: go on with its card."))


def check_can_move(prospect: Prospect, status: str, revisit: date | None, today: date) -> None:
    """:raises Refused: it was handed to sales, there is no such status to choose, or the day has passed."""
    check_is_open(prospect)
    if status not in Status.values or status == Status.CONVERTED:
        raise Refused("clients.bad_status", _("There is no such status."), missing=["status"])
    if revisit is not None and revisit <= today:
        raise Refused("clients.past_day", _("Choose a day in the future."), missing=["revisit_date"])


def check_can_convert(prospect: Prospect) -> None:
    """:raises Refused: it was handed to sales already, or asked not to be disturbed."""
    check_is_open(prospect)
    if prospect.status == Status.SILENT:
        raise Refused("clients.prospect_silent", _("They asked not to be disturbed: change the status first."))


def check_is_not_stopped(stopped: Prospect | None) -> None:
    """:raises Refused: the same phone or mail address stands in the list of those who are not disturbed."""
    if stopped is not None:
        raise Refused(
            "clients.stopped",
            _("This phone or mail address is not to be disturbed: it was asked so for “%(name)s”."),
            name=stopped.name,
        )


def contact_person(prospect: Prospect) -> dict[str, Any]:
    """The person at the client that a prospect becomes; nothing when it is a person itself."""
    if not prospect.person or prospect.kind == "person":
        return {}
    return {"name": prospect.person, "post": prospect.post, "phone": prospect.phone, "email": prospect.email}


def card_of(prospect: Prospect) -> Mapping[str, Any]:
    """The client that a prospect becomes."""
    same = ("name", "kind", "inn", "phone", "email", "city", "address", "site", "comment")
    return {key: getattr(prospect, key) for key in same} | {"source": prospect.source or prospect.batch[:100]}
