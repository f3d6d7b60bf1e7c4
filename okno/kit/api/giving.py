"""Operations of commands: each takes what its command takes, and is told in the words of the command."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.db.models import Model
from django.http import HttpRequest
from ninja import Path, Router, Schema

from okno.kit.api import shapes
from okno.kit.api.asking import Id, Key, given, run
from okno.kit.api.problems import RESPONSES
from okno.kit.arguments import plain
from okno.kit.commands import Command
from okno.kit.models.registry import JobRun

PLACE = re.compile(r"{(\w+)}")
Word = Annotated[str, Path(min_length=1, max_length=100)]
Shapes = Mapping[str, Any]


class Given(Schema):
    """What came of a command: the row that it made or changed, the job that it began, or a plain value."""

    id: int | None = None
    job: int | None = None
    value: Any = None


@dataclass(frozen=True)
class Giving:
    """
    Adds operations that give commands. `{id}` in an address is the argument named by `on`, any other place in it the
    argument of that name (a number where it ends in `_id`); the rest of the arguments are the body.

    :param tag: under which they stand in the description.
    """

    router: Router
    tag: str

    def post(self, path: str, command: Command[Any, Any], **how: Any) -> None:
        """Do something, or make something. What it takes is told at `_add`."""
        self._add("POST", path, command, **how)

    def put(self, path: str, command: Command[Any, Any], **how: Any) -> None:
        """Set something as a whole."""
        self._add("PUT", path, command, **how)

    def delete(self, path: str, command: Command[Any, Any], **how: Any) -> None:
        """Do away with something."""
        self._add("DELETE", path, command, **how)

    def _add(
        self,
        method: str,
        path: str,
        command: Command[Any, Any],
        *,
        on: str = "",
        name: str = "",
        without: Sequence[str] = (),
        typed: Shapes | None = None,
    ) -> None:
        """
        Put an operation on the router.

        :param name: of the operation, when the command has more than one.
        :param without: arguments that this operation does not take.
        :param typed: closer shapes of arguments that the signature only calls a mapping.
        """
        own = name or command.name.replace(".", "_")
        places = {one: on if one == "id" else one for one in PLACE.findall(path)}
        asked = shapes.arguments_of(command, [*places.values(), *without], name=own, typed=typed)
        self.router.add_api_operation(
            path,
            [method],
            _view(command, places, asked if asked.model_fields else None),
            response={200: Given, **RESPONSES},
            operation_id=own,
            summary=str(command.label),
            description=inspect.getdoc(command.function) or str(command.label),
            tags=[self.tag],
            exclude_unset=True,
        )


def told(result: Any) -> dict[str, Any]:
    """The answer of an operation to what its command returned."""
    if isinstance(result, JobRun):
        return {"job": result.pk}
    return {"id": result.pk} if isinstance(result, Model) else {"value": plain(result)}


def _view(command: Command[Any, Any], places: Mapping[str, str], asked: Any) -> Callable[..., Any]:
    """A view whose signature says what the operation takes."""

    def give(request: HttpRequest, **sent: Any) -> Any:
        arguments = {argument: sent[place] for place, argument in places.items()}
        body = given(sent["body"]) if "body" in sent else {}
        return told(run(request, command, {**arguments, **body}, sent.get("key", "")))

    takes = [inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)]
    takes += [_parameter(place, Id if place == "id" or place.endswith("_id") else Word) for place in places]
    takes += [_parameter("body", asked)] if asked is not None else []
    takes += [_parameter("key", Key, "")]
    give.__signature__ = inspect.Signature(takes)  # type: ignore[attr-defined]
    return give


def _parameter(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
