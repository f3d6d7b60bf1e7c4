"""Endpoints that engines have alike: what stands beside a row, beside all rows of a record, working it out anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from ninja import Router, Schema

from okno.kit import permissions, reached
from okno.kit.api.asking import Id, Key, actor_of, run
from okno.kit.api.problems import RESPONSES
from okno.kit.commands import Command
from okno.kit.permissions import Actor
from okno.kit.registry import Record

OfRow = Callable[[Actor, Record, Model], Any]
OfAll = Callable[[Actor, Record], Any]


class RecountStarted(Schema):
    """The job that does it; its progress stands on `/jobs/{job}/`."""

    job: int


@dataclass(frozen=True)
class Beside:
    """
    Adds `/{area}/{record}/{id}`, `/{area}/{record}` and `/{area}/{record}/recount` to the router of an engine.

    :param permission: the right to look at what the engine keeps.
    :param known: the record of a name; it raises `Missing` where the engine keeps nothing beside its rows.
    :param fields: keys of fields that tell the same: whoever may not see one of them is refused.
    """

    router: Router
    area: str
    permission: str
    known: Callable[[str], Record]
    fields: Sequence[str] = ()

    def of_row(self, view: OfRow, shape: Any, name: str, label: object) -> None:
        """What stands beside a row within reach."""

        def told(request: HttpRequest, record: str, id: Id) -> Any:  # noqa: A002 - named so in every address
            actor, known = self.asked(request, record)
            return view(actor, known, reached.the_row(actor, known.name, id))

        self._add("GET", "/{int:id}", told, shape, name, label=label, about=view.__doc__)

    def of_all(self, view: OfAll, shape: Any, name: str, label: object) -> None:
        """What all rows within reach come to together."""

        def told(request: HttpRequest, record: str) -> Any:
            return view(*self.asked(request, record))

        self._add("GET", "", told, shape, name, label=label, about=view.__doc__)

    def recounting(self, command: Command[Any, Any]) -> None:
        """Start working all out anew."""

        def start(request: HttpRequest, record: str, key: Key = "") -> Any:
            return {"job": run(request, command, {"record": record}, key)}

        self._add(
            "POST", "/recount", start, RecountStarted, "recount", label=command.label, about=command.function.__doc__
        )

    def asked(self, request: HttpRequest, name: str) -> tuple[Actor, Record]:
        """
        Who asks, and the record of the address.

        :raises Missing: the engine keeps nothing beside its rows. :raises Denied: it is closed to whoever asks.
        """
        actor = actor_of(request)
        permissions.check_may(actor, self.permission)
        record = self.known(name)
        permissions.check_may(actor, permissions.view_permission(record.model))
        if not all(actor.sees_field(record.name, key) for key in self.fields):
            raise permissions.lacking(self.permission)
        return actor, record

    def _add(
        self,
        method: str,
        tail: str,
        view: Callable[..., Any],
        shape: Any,
        name: str,
        *,
        label: object,
        about: str | None,
    ) -> None:
        self.router.add_api_operation(
            f"/{self.area}/{{record}}{tail}",
            [method],
            view,
            response={200: shape, **RESPONSES},
            operation_id=f"{self.area}_{name}",
            summary=str(label),
            description=" ".join((about or str(label)).split()),
            tags=[self.area],
        )
