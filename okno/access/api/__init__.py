"""Who asks over the API: a bearer token, or for reading the session of a browser."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Schema
from ninja.security import HttpBearer

from okno.access import commands, queries
from okno.access.api import ruling
from okno.access.models import User
from okno.kit import permissions
from okno.kit.api.asking import actor_of
from okno.kit.api.giving import Giving
from okno.kit.api.problems import RESPONSES
from okno.kit.permissions import SYSTEM
from okno.kit.troubles import commands as troubles
from okno.kit.troubles import finding, telling
from okno.kit.web.origin import address_of

router = ruling.router
giving = Giving(router, "access")
giving.put("/me/profile", commands.update_own_profile)
giving.post("/troubles/retry", troubles.retry)
giving.post("/troubles/give-up", troubles.give_up)
MOST_TROUBLES = 50


class TroubleItem(Schema):
    """A delivery of an event, or a job, that failed or is stuck; the trace is for the page only."""

    id: int
    state: str
    since: datetime
    tries: int
    next_at: datetime | None
    reason: str
    record: str | None
    row_id: int | None


class TroubleGroup(Schema):
    """Troubles of one kind, the latest first; `count` is how many there are, of which some are listed."""

    kind: str
    name: str
    label: str
    count: int
    rows: list[TroubleItem]


@router.get(
    "/troubles",
    response={200: list[TroubleGroup], **RESPONSES},
    summary=str(_("Failed and stuck work")),
    operation_id="access_troubles",
    tags=["access"],
)
def list_troubles(request: HttpRequest) -> Any:
    """Failed and stuck deliveries and jobs by their kind, the largest first."""
    permissions.check_may(actor_of(request), troubles.retry.name)
    return [
        {
            "kind": one.kind,
            "name": one.name,
            "label": one.label,
            "count": one.count,
            "rows": [_trouble(row) for row in one.rows],
        }
        for one in finding.groups(most=MOST_TROUBLES)
    ]


def _trouble(one: finding.Trouble) -> dict[str, Any]:
    record, row_id = one.about or (None, None)
    return {
        "id": one.number,
        "state": one.state.value,
        "since": one.since,
        "tries": one.tries,
        "next_at": one.next_at,
        "reason": telling.in_words(one.error),
        "record": record,
        "row_id": row_id,
    }


class Token(HttpBearer):
    """`Authorization: Bearer okno_…`: the user of the token, within its scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The actor, or None when the token is not known."""
        found = queries.token(token)
        if found is None:
            return None
        queries.check_bounds(found.user, address=address_of(request), at=timezone.now())
        if not queries.is_use_noted(found, timezone.now()):
            commands.note_token_use(actor=SYSTEM, token=found)
        # A token acts for a program: without scopes it has the rights of its owner's roles, and no say in the account.
        request.actor = queries.actor_of(found.user, scopes=tuple(found.scopes) or ("*",))  # type: ignore[attr-defined]
        return found.user


def session(request: HttpRequest) -> Any:
    """The signed-in user of a browser, for reading only: a form of another site cannot read the answer."""
    user = request.user
    if request.method != "GET" or not isinstance(user, User) or not user.is_active:
        return None
    queries.check_bounds(user, address=address_of(request), at=timezone.now())
    return user


def prepare(api: NinjaAPI) -> None:
    """Ask for a proof on every endpoint."""
    api.auth = [Token(), session]
