"""Commands: the only things that change data, each run journalled, previewable and the same for every caller."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from okno.kit import arguments, permissions, run_rows
from okno.kit.arguments import Parameter
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.models.journal import Change, CommandRun
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.run import (
    CAUSE,
    CURRENT,
    IS_SILENT,
    Run,
    ahead,
    asked_once,
    asks_for,
    caused_by,
    current,
    doer,
    led_by,
    lending,
    moment,
    noted_before,
    row_ahead,
    silently,
    today,
    unjournalled,
)

__all__ = [
    "Command",
    "Preview",
    "Run",
    "asked_once",
    "asks_for",
    "caused_by",
    "command",
    "current",
    "doer",
    "led_by",
    "lending",
    "moment",
    "noted_before",
    "opened",
    "row_ahead",
    "silently",
    "today",
    "unjournalled",
]

P = ParamSpec("P")
R = TypeVar("R")
Raw = Mapping[str, Any]

MAX_DEPTH = 10


@dataclass(frozen=True)
class Preview:
    """What a command would do: rows before and after, events it would tell, outside effects, or the refusal."""

    changes: list[dict[str, Any]]
    events: list[dict[str, Any]]
    effects: list[str]
    refusal: str = ""


class Command(Generic[P, R]):
    """
    A use case by name. Calling it runs it; `run` takes raw values from a door; `preview` runs it and rolls back;
    `later` defers it as a job of the same transaction; `once` gives it an idempotency key.
    """

    def __init__(
        self,
        name: str,
        function: Callable[P, R],
        *,
        label: object,
        hands_over: bool,
        told_as: object = "",
        makes: str = "",
    ) -> None:
        self.name = name
        self.function = function
        self.label = label or name
        self.told_as = told_as or label
        self.hands_over = hands_over
        self.makes = makes
        functools.update_wrapper(self, function)

    @functools.cached_property
    def parameters(self) -> dict[str, Parameter]:
        """Arguments but the actor, read from the signature once."""
        return arguments.parameters_of(self.function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run with instances; `actor` is among the keyword arguments."""
        return self._execute(dict(kwargs))

    def run(self, actor: Actor, *, idempotency_key: str = "", **raw: Any) -> R:
        """
        Run with raw values, as a door has them: ids for rows, plain values for the rest.

        :raises Refused: a value cannot be read, or a rule says no.
        :raises Missing: a row is not there or out of reach.
        :raises Denied: the actor has no grant.
        """
        permissions.check_may(actor, self.name)
        return self._execute({"actor": actor, **self.read(raw)}, idempotency_key)

    def once(self, key: str) -> Callable[P, R]:
        """The command with an idempotency key: a key that was seen returns the first result."""

        def with_key(*_args: P.args, **kwargs: P.kwargs) -> R:
            return self._execute(dict(kwargs), key)

        return with_key

    def preview(self, actor: Actor, **raw: Any) -> Preview:
        """What would happen; nothing is kept and no part with outside effects acts."""
        run: Run | None = None
        try:
            with transaction.atomic():
                with opened(self.name, actor, {}, "", is_preview=True) as run:
                    self._act({"actor": actor, **self.read(raw)})
                    changes = _changes_since(run.id)
                raise _RollBack
        except _RollBack:
            return Preview(changes, run.events if run else [], run.named if run else [])
        except (Refused, Missing, Denied) as refusal:
            return Preview([], [], [], refusal.message)

    def later(self, *_args: P.args, **kwargs: P.kwargs) -> None:
        """Defer this run as a job of the same transaction."""
        actor = cast("Actor", kwargs.pop("actor"))
        registry.defer(self.name, actor, {name: arguments.plain(value) for name, value in kwargs.items()})

    def read(self, raw: Raw) -> dict[str, Any]:
        """Typed values from raw ones. :raises Refused: a value cannot be read, is unknown or is not given."""
        unknown = set(raw) - set(self.parameters)
        if unknown:
            raise Refused("unknown_argument", _("Unknown: %(names)s."), names=", ".join(sorted(unknown)))
        values = {}
        for name, parameter in self.parameters.items():
            if name in raw:
                values[name] = arguments.read(parameter, raw[name])
            elif parameter.required:
                raise Refused("argument_missing", _("Not given: %(name)s."), name=name)
        return values

    def _execute(self, kwargs: dict[str, Any], key: str = "") -> R:
        actor: Actor = kwargs["actor"]
        permissions.check_may(actor, self.name)
        try:
            with transaction.atomic(), opened(self.name, actor, self.told(kwargs), key) as run:
                result = self._act(kwargs)
                if key:
                    CommandRun.objects.filter(pk=run.id).update(result=arguments.plain_result(result))
                return result
        except IntegrityError as error:
            if key and "kit_run_key_once" in str(error):
                return self._first_result(key)
            raise

    def _act(self, kwargs: dict[str, Any]) -> R:
        actor: Actor = kwargs["actor"]
        rows = self._locked(actor, kwargs)
        result = self.function(**{**kwargs, **rows})  # type: ignore[call-arg]
        run = current()
        if run is not None and run.caller is None:
            _settle(run)
        if not self.hands_over:
            self._check_written(actor, rows)
        return result

    def _locked(self, actor: Actor, kwargs: dict[str, Any]) -> dict[str, Any]:
        """The rows among the arguments, read again under lock in the order of ids, within the actor's reach."""
        rows: dict[str, Any] = {}
        for parameter in self.parameters.values():
            value = kwargs.get(parameter.name)
            if parameter.model is None or value is None:
                continue
            wanted = list(value) if parameter.many else [value]
            found = self._lock(actor, parameter.model, [arguments.id_of(one) for one in wanted])
            rows[parameter.name] = found if parameter.many else found[0]
        return rows

    def _lock(self, actor: Actor, model: type[models.Model], ids: list[int]) -> list[models.Model]:
        done = ahead()
        if done is not None and done.row is not None and type(done.row) is model and ids == [done.row.pk]:
            return [done.row]
        reach = getattr(model, "reach", None)
        shared = done.shared if done is not None and reach is not None and reach.everyone else None
        if shared is not None and all((model, one) in shared for one in ids):
            return [shared[model, one] for one in ids]
        rows = self._within_reach(actor, model, ids)
        if reach is not None and not reach.everyone:
            rows = rows.select_for_update(of=("self",)).order_by("pk")
        by_id = {row.pk: row for row in rows}
        if len(by_id) < len(set(ids)):
            raise Missing("not_found", _("Not found, or out of your reach."))
        if shared is not None:
            shared.update(((model, row_id), row) for row_id, row in by_id.items())
        return [by_id[one] for one in ids]

    def _within_reach(self, actor: Actor, model: type[models.Model], ids: list[int]) -> models.QuerySet[models.Model]:
        manager: Any = model._default_manager
        if not hasattr(model, "reach"):
            return cast("models.QuerySet[models.Model]", manager.filter(pk__in=ids))
        right = permissions.permission_on(self.name, model)
        return cast("models.QuerySet[models.Model]", manager.visible_to(actor, right).filter(pk__in=ids))

    def _check_written(self, actor: Actor, rows: dict[str, Any]) -> None:
        """A change may not push a row out of the actor's own reach."""
        for value in rows.values():
            for row in value if isinstance(value, list) else [value]:
                if not hasattr(row, "reach"):
                    continue
                if not permissions.reaches(actor, row, permissions.permission_on(self.name, type(row))):
                    raise Refused("out_of_reach", _("After this change the row would be out of your reach."))

    def told(self, kwargs: Raw) -> dict[str, Any]:
        """Arguments as the journal keeps them."""
        return {name: arguments.plain(value) for name, value in kwargs.items() if name != "actor" and value is not None}

    def _first_result(self, key: str) -> R:
        stored = CommandRun.objects.filter(name=self.name, key=key).values_list("result", flat=True).get()
        if isinstance(stored, dict) and "model" in stored:
            return cast("R", apps.get_model(stored["model"])._default_manager.get(pk=stored["id"]))
        return cast("R", stored)


class _RollBack(Exception):  # noqa: N818 - not an error: ends a preview
    """Ends the transaction of a preview."""


def command(
    name: str, *, label: object = "", hands_over: bool = False, told_as: object = "", makes: str = ""
) -> Callable[[Callable[P, R]], Command[P, R]]:
    """
    Make a function the command of this name and put it on the shelf.

    :param label: what people call it who give it, and who give the right to it.
    :param hands_over: the command may give the row away, out of the actor's own reach.
    :param told_as: what histories call a command that people never give, and that has no label therefore.
    :param makes: the record whose rows its form makes, where it is not the one by which the API and files make them.
    """

    def register(function: Callable[P, R]) -> Command[P, R]:
        made = Command(name, function, label=label, hands_over=hands_over, told_as=told_as, makes=makes)
        registry.commands[name] = made
        return made

    return register


@contextmanager
def opened(name: str, actor: Actor, args: Raw, key: str, *, is_preview: bool = False) -> Iterator[Run]:
    """Journal a run and tell the database its id until the block ends. :raises Denied: the actor only looks."""
    permissions.check_acts(actor)
    caller = current()
    depth = caller.depth + 1 if caller else 0
    if depth > MAX_DEPTH:
        raise Refused("too_deep", _("Commands call each other too deeply."))
    opened_ahead = caller.ahead.run_id if caller and caller.ahead else None
    if opened_ahead is not None:
        run_id = opened_ahead
        run_rows.tell_run(str(run_id))
    else:
        run_id, settling = run_rows.open_row(name, actor, args, key, caller.id if caller else CAUSE.get(), depth)
    run = Run(run_id, name, actor, depth, is_preview or bool(caller and caller.is_preview), caller=caller)
    run.settling = () if caller else settling
    run.is_silent = caller.is_silent if caller else IS_SILENT.get()
    if caller:
        run.at, run.named, run.events = caller.at, caller.named, caller.events
        run.known, run.noted = caller.known, caller.noted
    token = CURRENT.set(run)
    try:
        yield run
        if caller is None and not run.is_settled:
            # A batch or a handler, which is no command itself but calls some.
            _settle(run)
    finally:
        CURRENT.reset(token)
    if run.effects and not run.is_preview:
        CommandRun.objects.filter(pk=run.id).update(effects=run.effects)
    if caller is None:
        run_rows.hint(*run.hints)
        return
    # What is taken back has taken its hints along.
    caller.hints.update(run.hints)
    if opened_ahead is None:
        run_rows.tell_run(str(caller.id))


def _settle(run: Run) -> None:
    """Bring what follows from its changes up to them, once all are made."""
    run.is_settled = True
    for one in run.settling:
        one.follow(run.id)


def _changes_since(run_id: int) -> list[dict[str, Any]]:
    found = Change.objects.filter(run_id__gte=run_id).order_by("id")
    return [dict(one) for one in found.values("table_name", "row_id", "op", "before", "after")]
