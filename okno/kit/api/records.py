"""The endpoints of a record: list, get, create, change, and one for each command, all from its description."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pydantic
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema, Status

from okno.kit.api import shapes
from okno.kit.api.asking import Id, Key, actor_of, given, run, viewer
from okno.kit.api.problems import RESPONSES
from okno.kit.api.reading import MOST, TOLD, Source
from okno.kit.arguments import plain, row_argument
from okno.kit.commands import Command
from okno.kit.errors import Missing, Moved
from okno.kit.fields import judging
from okno.kit.merging import reading as merging
from okno.kit.registry import CUSTOM_PREFIX, Record, registry

CONDITION = '{"all": [{"field": "created_at", "op": "ge", "value": {"rel": "-7d"}}]}'


class Asked(Schema):
    """Parameters of a list."""

    where: str = pydantic.Field(
        "", description=str(_("A condition as JSON, see docs/conditions.md.")), examples=["", CONDITION]
    )
    q: str = pydantic.Field("", description=str(_("Quick search: a fragment of a name, a number, a phone.")))
    sort: str = pydantic.Field(
        "",
        description=str(_("Keys of fields through commas, a minus means from the greatest.")),
        examples=["", "-created_at"],
    )
    after: str = pydantic.Field("", description=str(_("The cursor `next` of the page before.")))
    limit: int = pydantic.Field(50, description=str(_("How many rows, from 1 to 200.")), examples=[50])


@dataclass(frozen=True)
class _Endpoints:
    """Adds endpoints of one record to a router."""

    router: Router
    path: str
    source: Source
    item: type[pydantic.BaseModel]
    tag: str

    @property
    def record(self) -> Record:
        return self.source.record

    def reading(self) -> None:
        """List and get."""
        source, item = self.source, self.item
        page = shapes.page_of(item, self.record)

        def rows(request: HttpRequest, asked: Query[Asked]) -> Any:
            actor = viewer(request, self.record)
            selection = source.select(actor, where=asked.where, q=asked.q, sort=asked.sort)
            return source.page(selection, asked.after, max(1, min(asked.limit, MOST)))

        def row(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the name in addresses
            actor = viewer(request, self.record)
            found = source.one_or_none(actor, id)
            return found if found is not None else self.missing(request, id)

        self._add("GET", "", rows, {200: page}, "list", str(self.record.plural))
        self._add("GET", "/{id}", row, {200: item}, "get", str(self.record.label))

    def missing(self, request: HttpRequest, row_id: int) -> Any:
        """:raises Moved: the row was merged into one within reach. :raises Missing: it is not there."""
        survivor = merging.visible_survivor(actor_of(request), self.record, row_id)
        if survivor is not None:
            url = f"{request.path.rpartition('/')[0]}/{survivor}"
            raise Moved("moved", _("This card was merged into another one."), url=url)
        raise Missing("not_found", _("Not found, or out of your reach."))

    def creating(self, command: Command[Any, Any], update: Command[Any, Any] | None) -> None:
        """Create by a command; custom fields are set by the update command, both or neither."""
        body_shape = shapes.arguments_of(command, with_custom=update is not None)

        def create(request: HttpRequest, body: Any, key: Key = "") -> Any:
            return Status(201, self.answer(request, make(request, self.record, command, given(body), key)))

        create.__annotations__["body"] = body_shape
        self._add("POST", "", create, {201: self.item}, "create", str(command.label), description=_told(command))

    def changing(self, command: Command[Any, Any]) -> None:
        """Change fields by the area's update command."""
        on = argument_of(command, self.record)

        def change(request: HttpRequest, body: Any, id: Id, key: Key = "") -> Any:  # noqa: A002 - as above
            values = given(body)
            version = values.pop("version", None)
            arguments = {on: id, "values": values, "base_version": version}
            return self.answer(request, run(request, command, arguments, key))

        change.__annotations__["body"] = shapes.values_of(self.record)
        self._add("PATCH", "/{id}", change, {200: self.item}, "change", str(command.label), description=_told(command))

    def commanding(self, command: Command[Any, Any]) -> None:
        """Give a command for a row: `POST /deals/17/move`."""
        on, verb = argument_of(command, self.record), command.name.rpartition(".")[2]

        def give(request: HttpRequest, body: Any, id: Id, key: Key = "") -> Any:  # noqa: A002 - as above
            return self.answer(request, run(request, command, {on: id, **given(body)}, key))

        give.__annotations__["body"] = shapes.arguments_of(command, [on])
        good = self.item if _returns(command) is self.record.model else Result
        self._add("POST", f"/{{id}}/{verb}", give, {200: good}, verb, str(command.label), description=_told(command))

    def answer(self, request: HttpRequest, result: Any) -> Any:
        """
        The row of the record that a command returned, as it is read; any other result in its plain form. A row that
        the command took out of the actor's reach, or marked for deletion, is only named.
        """
        if not isinstance(result, self.record.model):
            return {"result": {"id": result.pk} if isinstance(result, Model) else plain(result)}
        found = self.source.one_or_none(actor_of(request), result.pk, reading=TOLD)
        return found if found is not None else {"id": result.pk, "version": getattr(result, "version", 0)}

    def _add(
        self,
        method: str,
        tail: str,
        view: Callable[..., Any],
        good: dict[Any, Any],
        name: str,
        label: str,
        *,
        description: str = "",
    ) -> None:
        self.router.add_api_operation(
            f"{self.path}{tail}",
            [method],
            view,
            response={**good, **RESPONSES},
            operation_id=f"{self.path.strip('/').replace('/', '_').replace('-', '_')}_{name}",
            summary=label,
            description=description or label,
            tags=[self.tag],
            exclude_unset=True,
        )


class Result(Schema):
    """What a command returned that is not a row of the record: an id, a text, nothing."""

    result: Any = None


def record_router(
    record: Record,
    query: Callable[..., QuerySet[Any]],
    *,
    path: str = "",
    create: Command[Any, Any] | None = None,
    update: Command[Any, Any] | None = None,
    commands: Sequence[Command[Any, Any]] = (),
    router: Router | None = None,
    is_read: bool = True,
    tag: str = "",
) -> Router:
    """
    A router with the endpoints of a record.

    :param path: `/deals`; by default the first part of the address of its cards.
    :param router: the one of the area, when it has more than one record.
    :param tag: under which the endpoints stand in the description; by default the area.
    :param is_read: list and get are wanted; False where the area reads its rows in a way of its own.
    """
    own = router or Router()
    address = path or f"/{record.url.strip('/').partition('/{id}')[0]}"
    endpoints = _Endpoints(own, address, Source(record, query), shapes.item_of(record), tag or record.area)
    if is_read:
        endpoints.reading()
    registry.editors[record.name] = (create, update)
    if create is not None:
        endpoints.creating(create, update)
    if update is not None:
        endpoints.changing(update)
    for command in commands:
        endpoints.commanding(command)
    return own


def make(
    request: HttpRequest, record: Record, command: Command[Any, Any], values: Mapping[str, Any], key: str = ""
) -> Any:
    """
    Make a row of a record: arguments of the command, and custom fields beside them, which the record's command of
    changes sets, both or neither.

    :raises Refused: a value cannot be read or is not open, or what the form of a new row demands is empty.
    """
    custom = {name: one for name, one in values.items() if name.startswith(CUSTOM_PREFIX)}
    own = {name: one for name, one in values.items() if name not in custom}
    filled = {name for name, one in own.items() if one not in judging.EMPTY}
    asked = frozenset(one.name for one in command.parameters.values() if one.required)
    _create, update = registry.editors[record.name]
    with transaction.atomic():
        row = run(request, command, own, key)
        if custom and update is not None:
            row = run(request, update, {argument_of(update, record): row.pk, "values": custom}, key)
        judging.check_made(actor_of(request), record, row, given=filled, asked=asked)
    return row


def argument_of(command: Command[Any, Any], record: Record) -> str:
    """The argument of a command that is a row of the record."""
    return row_argument(command.parameters, record.model)


def _returns(command: Command[Any, Any]) -> Any:
    return typing.get_type_hints(command.function).get("return")


def _told(command: Command[Any, Any]) -> str:
    """What a command says of itself."""
    return inspect.getdoc(command.function) or str(command.label)
