"""Everything on the shelf is whole: records resolve, commands are typed, events are frozen, names are of the house."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import typing
from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.exceptions import FieldError
from django.db.models import Model

from okno.config import rooms
from okno.kit.commands import Command
from okno.kit.events import Event
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from tools.house import GROUPS, python_files

PLAIN = (int, str, bool, type(None))


def is_ours(thing: object) -> bool:
    """Tests make records, commands and events of their own; those are not on the shelf of the product."""
    module = str(getattr(thing, "__module__", ""))
    return module.startswith("okno.") and ".tests." not in module


rooms.load("events")
RECORDS = sorted((one for one in registry.records.values() if is_ours(one.model)), key=lambda record: record.name)
COMMANDS = sorted((one for one in registry.commands.values() if is_ours(one.function)), key=lambda one: one.name)
EVENTS = sorted((one for one in Event.known.values() if is_ours(one)), key=lambda event: event.name())


def house_name(module: str) -> str:
    parts = module.split(".")
    return parts[2] if parts[1] in GROUPS else parts[1]


def unresolved(model: type[Model], paths: Iterator[tuple[str, str]]) -> list[str]:
    """Paths that the ORM cannot follow from this model."""
    lost = []
    for key, path in paths:
        try:
            model._default_manager.order_by().values_list(path)
        except FieldError as error:
            lost.append(f"{key}: {error}")
    return lost


@pytest.fixture(params=RECORDS, ids=lambda record: record.name)
def record(request: pytest.FixtureRequest) -> Record:
    return request.param


@pytest.fixture(params=COMMANDS, ids=lambda command: command.name)
def command(request: pytest.FixtureRequest) -> Command:
    return request.param


@pytest.fixture(params=EVENTS, ids=lambda event: event.name())
def event(request: pytest.FixtureRequest) -> type[Event]:
    return request.param


def test_record_is_named_after_its_house(record: Record):
    assert record.area == house_name(record.model.__module__)


def test_record_fields_resolve(record: Record):
    assert unresolved(record.model, ((key, field.path) for key, field in record.fields.items())) == []


def test_record_order_resolves(record: Record):
    assert unresolved(record.model, iter([("order", record.order.lstrip("-"))])) == []


def test_record_names_its_own_fields(record: Record):
    asked = {record.title, *([record.subtitle] if record.subtitle else []), *record.search}
    assert asked - set(record.fields) == set()


def test_record_links_are_records(record: Record):
    named = {field.link for field in record.fields.values() if field.link}
    assert named - set(registry.records) == set()


def test_record_says_whose_its_rows_are(record: Record):
    """Without a reach every grant would read as nothing or as all."""
    reach = getattr(record.model, "reach", None)
    assert reach is not None
    assert any((reach.owner, reach.department, reach.participants, reach.via, reach.everyone))


def test_panels_are_for_records():
    assert set(registry.panels) - set(registry.records) == set()


def test_command_is_named_after_its_house(command: Command):
    """In the kit, which is no house, after the module: `journal.undo`."""
    module = command.function.__module__
    names = set(module.split(".")[2:]) if module.startswith("okno.kit.") else {house_name(module)}
    assert command.name.split(".", 1)[0] in names


def test_command_takes_keywords_and_the_actor_first(command: Command):
    parameters = list(inspect.signature(command.function).parameters.values())
    assert parameters[0].name == "actor"
    assert {one.kind for one in parameters} == {inspect.Parameter.KEYWORD_ONLY}


def test_command_is_typed(command: Command):
    hints = typing.get_type_hints(command.function)
    assert hints["actor"] is Actor
    assert set(inspect.signature(command.function).parameters) <= set(hints)
    assert "return" in hints


def test_command_can_be_read_from_raw_values(command: Command):
    """Doors build arguments from plain values: each must have a form that is one."""
    assert set(command.parameters) == set(inspect.signature(command.function).parameters) - {"actor"}


def test_event_is_a_frozen_dataclass(event: type[Event]):
    assert dataclasses.is_dataclass(event)
    assert vars(event)["__dataclass_params__"].frozen
    assert "__dataclass_fields__" in vars(event), "the decorator is on the base only"


def test_event_carries_ids_and_plain_values(event: type[Event]):
    hints = typing.get_type_hints(event)
    named = {field.name: hints[field.name] for field in dataclasses.fields(event)}
    inner = {name: {hint, *typing.get_args(hint)} for name, hint in named.items()}
    assert {name for name, hints in inner.items() if not hints & {*PLAIN, list[int], list[str]}} == set()


def test_event_stands_in_the_room_of_events(event: type[Event]):
    assert event.__module__.rsplit(".", 1)[-1] == "events"


def test_handlers_hear_events_that_exist():
    assert set(registry.handlers) - set(Event.known) == set()


def decorated() -> Iterator[str]:
    """The names given in `@command("…")`, straight from the source: the shelf would hide a name given twice."""
    for path in python_files("okno"):
        if {"tests", "testing"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for call in getattr(node, "decorator_list", []):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "command":
                    yield str(getattr(call.args[0], "value", ""))


def test_command_names_are_given_once():
    assert [name for name, times in Counter(decorated()).items() if times > 1] == []


def test_every_command_is_on_the_shelf():
    """A commands room that no manifest imports would be there for tests only."""
    assert set(decorated()) - set(registry.commands) == set()


def test_records_have_addresses_of_their_own():
    urls = Counter(record.url for record in RECORDS if record.url)
    assert [url for url, times in urls.items() if times > 1] == []
