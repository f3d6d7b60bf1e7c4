"""What every endpoint asks of a request: who calls, the id in the address, the key of a repeated request, the body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Header, Path

from okno.kit import permissions
from okno.kit.api.shapes import LARGEST_ID
from okno.kit.arguments import plain
from okno.kit.commands import Command
from okno.kit.errors import Refused
from okno.kit.models.journal import CommandRun
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web.pages.address import check_storable
from okno.kit.web.pages.command import own_key

LONGEST_KEY = 100
ABOUT_KEY = gettext_lazy(
    "A text of your own that names this request. A request that comes again under the same key is not carried out "
    "twice: it is answered with the first result."
)
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=LONGEST_KEY, description=str(ABOUT_KEY))]


def actor_of(request: HttpRequest) -> Actor:
    """Who asks: the user of the token."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def viewer(request: HttpRequest, record: Record) -> Actor:
    """Who asks, when they may look at rows of the record. :raises Denied: they may not."""
    actor = actor_of(request)
    permissions.check_may(actor, permissions.view_permission(record.model))
    return actor


def given(body: Any) -> dict[str, Any]:
    """What was sent. :raises Refused: a text holds signs that cannot be kept."""
    found: dict[str, Any] = body.model_dump(exclude_unset=True)
    try:
        check_storable(body.model_dump_json(exclude_unset=True))
    except ValueError as error:
        raise Refused("bad_input", _("A text holds signs that cannot be kept.")) from error
    return found


def run(request: HttpRequest, command: Command[Any, Any], arguments: Mapping[str, Any], key: str = "") -> Any:
    """
    Give a command with these raw arguments; under a key it is carried out once.

    :raises Refused: the key belongs to another request, or a rule says no.
    """
    actor = actor_of(request)
    own = own_key(actor, key)
    if own:
        _check_same(command, own, arguments)
    return command.run(actor, idempotency_key=own, **arguments)


def _check_same(command: Command[Any, Any], key: str, arguments: Mapping[str, Any]) -> None:
    # ast-grep-ignore: unscoped-read the run is found by a key that names its actor
    seen = CommandRun.objects.filter(name=command.name, key=key).values_list("args", flat=True).first()
    if seen is None:
        return
    asked = {name: plain(value) for name, value in command.read(arguments).items() if value is not None}
    if seen != asked:
        raise Refused("key_taken", _("This Idempotency-Key belongs to another request."))
