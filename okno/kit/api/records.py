"""The endpoints of a record: list, get, create, change, and one for each command, all from its description."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pydantic
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema, Status

from okno.kit import permissions
from okno.kit.api import shapes
from okno.kit.api.problems import RESPONSES
from okno.kit.api.reading import MOST, Source
from okno.kit.commands import Command, _plain
from okno.kit.errors import Refused
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web.pages.address import check_storable
from okno.kit.web.pages.command import own_key


class Asked(Schema):
    """Parameters of a list."""

    where: str = ""
    q: str = ""
    sort: str = ""
    after: str = ""
    limit: int = 50


@dataclass(frozen=True)
class _Endpoints:
    """Adds endpoints of one record to a router."""

    router: Router
    path: str
    source: Source
    item: type[pydantic.BaseModel]

    @property
    def record(self) -> Record:
        return self.source.record

    def reading(self) -> None:
        """List and get."""
        source, item = self.source, self.item
        page = shapes.page_of(item, self.record)

        def rows(request: HttpRequest, asked: Query[Asked]) -> Any:
            actor = _viewer(request, self.record)
            selection = source.select(actor, where=asked.where, q=asked.q, sort=asked.sort)
            return source.page(selection, asked.after, max(1, min(asked.limit, MOST)))

        def row(request: HttpRequest, id: int = Path(ge=1, le=2**63 - 1)) -> Any:  # noqa: A002 - the name in addresses
            return source.one(_viewer(request, self.record), id)

        self._add("GET", "", rows, {200: page}, "list", str(self.record.plural))
        self._add("GET", "/{id}", row, {200: item}, "get", str(self.record.label))

    def creating(self, command: Command[Any, Any]) -> None:
        """Create by a command."""
        body_shape = shapes.arguments_of(command)

        def create(request: HttpRequest, body: Any) -> Any:
            return Status(201, self._answer(request, self._run(request, command, _given(body))))

        create.__annotations__["body"] = body_shape
        self._add("POST", "", create, {201: self.item}, "create", str(command.label))

    def changing(self, command: Command[Any, Any]) -> None:
        """Change fields by the area's update command."""
        on = _argument_of(command, self.record)

        def change(request: HttpRequest, body: Any, id: int = Path(ge=1, le=2**63 - 1)) -> Any:  # noqa: A002 - as above
            values = _given(body)
            version = values.pop("version", None)
            given = {on: id, "values": values, "base_version": version}
            return self._answer(request, self._run(request, command, given))

        change.__annotations__["body"] = shapes.values_of(self.record)
        self._add("PATCH", "/{id}", change, {200: self.item}, "change", str(command.label))

    def commanding(self, command: Command[Any, Any]) -> None:
        """Give a command for a row: `POST /deals/17/move`."""
        on, verb = _argument_of(command, self.record), command.name.rpartition(".")[2]

        def give(request: HttpRequest, body: Any, id: int = Path(ge=1, le=2**63 - 1)) -> Any:  # noqa: A002 - as above
            return self._answer(request, self._run(request, command, {on: id, **_given(body)}))

        give.__annotations__["body"] = shapes.arguments_of(command, [on])
        self._add("POST", f"/{{id}}/{verb}", give, {200: Any}, verb, str(command.label))

    def _run(self, request: HttpRequest, command: Command[Any, Any], given: dict[str, Any]) -> Any:
        actor = actor_of(request)
        return command.run(actor, idempotency_key=own_key(actor, request.headers.get("Idempotency-Key", "")), **given)

    def _answer(self, request: HttpRequest, result: Any) -> Any:
        """The row of the record that a command returned, as it is read; any other result in its plain form."""
        if isinstance(result, self.record.model):
            return self.source.one(actor_of(request), result.pk)
        return {"result": {"id": result.pk} if isinstance(result, Model) else _plain(result)}

    def _add(
        self, method: str, tail: str, view: Callable[..., Any], good: dict[Any, Any], name: str, label: str
    ) -> None:
        self.router.add_api_operation(
            f"{self.path}{tail}",
            [method],
            view,
            response={**good, **RESPONSES},
            operation_id=f"{self.path.strip('/').replace('/', '_').replace('-', '_')}_{name}",
            summary=label,
            tags=[self.record.area],
            exclude_unset=True,
        )


def record_router(
    record: Record,
    query: Callable[..., QuerySet[Any]],
    *,
    path: str = "",
    create: Command[Any, Any] | None = None,
    update: Command[Any, Any] | None = None,
    commands: Sequence[Command[Any, Any]] = (),
    router: Router | None = None,
) -> Router:
    """
    A router with the endpoints of a record.

    :param path: `/deals`; by default the first part of the address of its cards.
    :param router: the one of the area, when it has more than one record.
    """
    own = router or Router()
    address = path or f"/{record.url.strip('/').partition('/{id}')[0]}"
    endpoints = _Endpoints(own, address, Source(record, query), shapes.item_of(record))
    endpoints.reading()
    if create is not None:
        endpoints.creating(create)
    if update is not None:
        endpoints.changing(update)
    for command in commands:
        endpoints.commanding(command)
    return own


def actor_of(request: HttpRequest) -> Actor:
    """Who asks: the user of the token."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _viewer(request: HttpRequest, record: Record) -> Actor:
    actor = actor_of(request)
    permissions.check_may(actor, permissions.view_permission(record.model))
    return actor


def _argument_of(command: Command[Any, Any], record: Record) -> str:
    """The argument of a command that is a row of the record."""
    return next(one.name for one in command.parameters.values() if one.model is record.model and not one.many)


def _given(body: Any) -> dict[str, Any]:
    """What was sent. :raises Refused: a text holds signs that cannot be kept."""
    found: dict[str, Any] = body.model_dump(exclude_unset=True)
    try:
        check_storable(body.model_dump_json(exclude_unset=True))
    except ValueError as error:
        raise Refused("bad_input", _("A text holds signs that cannot be kept.")) from error
    return found
