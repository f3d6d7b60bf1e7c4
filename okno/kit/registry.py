"""The shelf: every area puts its records, commands, panels, menu, handlers and periodic work here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.urls import get_resolver

from okno.kit.errors import no_record
from okno.kit.kinds.described import Field, Logic

if TYPE_CHECKING:
    from okno.kit.commands import Command
    from okno.kit.events import Event
    from okno.kit.importing import Importing

CUSTOM_PREFIX = "x_"


@dataclass(frozen=True)
class Record:
    """
    A record described once: lists, cards, filters, boards, robots, templates, reports and the API work from this.

    `title`, `subtitle` and `apart` (it tells rows of one title apart) are keys of fields; `search` those with trigram
    indexes; `digits` are ORM paths of digit strings that search compares; `texts` keys of long texts searched by words;
    `lacks` says why it does without what records have; `named_by` columns name it in files; `type_field` parts layouts.
    """

    name: str
    model: type[Model]
    label: object
    plural: object
    fields: dict[str, Field]
    title: str = "title"
    subtitle: str = ""
    apart: str = ""
    url: str = ""
    icon: str = "file"
    search: Sequence[str] = ()
    digits: Sequence[str] = ()
    texts: Sequence[str] = ()
    order: str = "-id"
    relations: dict[str, tuple[str, str]] = field(default_factory=dict)
    lacks: Mapping[str, str] = field(default_factory=dict)
    named_by: tuple[str, ...] = ()
    type_field: str = ""

    @property
    def area(self) -> str:
        """The area that owns the record."""
        return self.name.split(".", 1)[0]

    def field(self, key: str) -> Field | None:
        """A built-in field, or a custom one by its key with the prefix `x_`; None when there is none."""
        return self.fields.get(key) or registry.custom_fields(self.name).get(key)

    def all_fields(self) -> dict[str, Field]:
        """Built-in and custom fields by key, in the order of a form."""
        return {**self.fields, **registry.custom_fields(self.name)}

    def url_of(self, row_id: int) -> str:
        """The address of the card of a row, empty when the record has none."""
        return self.url.replace("{id}", str(row_id)) if self.url else ""


@dataclass(frozen=True)
class Panel:
    """A part of a card that an upper area adds: `query(actor, row) -> context` and its template."""

    key: str
    label: object
    template: str
    query: Callable[..., Mapping[str, Any]]
    permission: str
    side: str = "right"
    position: int = 100
    icon: str = ""  # of a tab of the composer


@dataclass(frozen=True)
class MenuItem:
    """A place in the left rail under a section of `kit.web.shell.SECTIONS`; shown to those who hold the permission."""

    section: str
    label: object
    url: str
    icon: str
    permission: str
    position: int = 100
    count: Callable[..., QuerySet[Any]] | None = None  # the rows whose number stands beside it


@dataclass(frozen=True)
class CreateItem:
    """A line of "+ Create": a page with a form. Without an icon of its own it has that of what is made."""

    label: object
    url: str
    permission: str
    position: int = 100
    icon: str = ""


@dataclass(frozen=True)
class SettingsPage:
    """A card of the settings hub under the title of its group; shown to those who hold the permission."""

    group: object
    label: object
    text: object
    url: str
    icon: str
    permission: str
    position: int = 100


@dataclass(frozen=True)
class Periodic:
    """Work done by the clock; `cron` has five fields in the server's zone."""

    cron: str
    work: Callable[[], Any]
    name: str


@dataclass(frozen=True)
class Hearing:
    """A handler of an event, and of which ones it wants to hear: all without `when`, which reads the event only."""

    handler: Callable[[Any], Any]
    when: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class Settling:
    """What brings something up to the changes of a run when it ends; `asks` is SQL: whether there is any of it."""

    follow: Callable[[int], None]
    asks: str = "true"


@dataclass(frozen=True)
class Marking:
    """The commands of an area that mark a row of its record for deletion and take the mark off."""

    mark: Command[Any, Any]
    bring_back: Command[Any, Any] | None = None


@dataclass(frozen=True)
class Portable:
    """
    A kind of settings that travels as a file: `read()` gives its parts by a key that means the same everywhere, plain
    values without ids; `write(actor, key, value)` makes one through commands, None drops it; `shape` is its dataclass;
    `needs(part)` are keys of parts that come first.
    """

    name: str
    label: object
    read: Callable[[], Mapping[str, Any]]
    write: Callable[[Any, str, Any], None]
    position: int = 100
    shape: Any = None
    needs: Callable[[Any], Iterable[str]] | None = None


def _nobody_defers(name: str, *_given: Any) -> None:
    """What stands in the place of the queue until jobs are loaded."""
    raise LookupError(f"{name} cannot run later: no jobs are loaded")


@dataclass
class Registry:
    """What all areas have put on the shelf."""

    records: dict[str, Record] = field(default_factory=dict)
    commands: dict[str, Command[Any, Any]] = field(default_factory=dict)
    panels: dict[str, list[Panel]] = field(default_factory=dict)
    menu: list[MenuItem] = field(default_factory=list)
    create: list[CreateItem] = field(default_factory=list)
    settings: list[SettingsPage] = field(default_factory=list)
    handlers: dict[str, list[Hearing]] = field(default_factory=dict)
    events: dict[str, type[Event]] = field(default_factory=dict)
    periodic: list[Periodic] = field(default_factory=list)
    works: dict[str, Callable[..., Any]] = field(default_factory=dict)
    loops: dict[str, Callable[[threading.Event], None]] = field(default_factory=dict)
    demo: list[tuple[int, Callable[..., Any]]] = field(default_factory=list)
    checks: list[tuple[str, Callable[[], str]]] = field(default_factory=list)
    effects: dict[str, object] = field(default_factory=dict)
    defer: Callable[..., None] = _nobody_defers
    actor_of_user: Callable[[int], Any] | None = None
    notices: Callable[[Any], Mapping[str, Any]] | None = None
    read_custom_fields: Callable[[], dict[str, dict[str, Field]]] | None = None
    read_retired: Callable[[], dict[str, dict[str, str]]] | None = None
    read_logic: Callable[[], dict[str, dict[str, Logic]]] | None = None
    settling: list[Settling] = field(default_factory=list)
    withdrawing: list[Callable[[Collection[int], bool], None]] = field(default_factory=list)
    imports: dict[str, Importing] = field(default_factory=dict)
    marking: dict[str, Marking] = field(default_factory=dict)
    editors: dict[str, tuple[Command[Any, Any] | None, Command[Any, Any] | None]] = field(default_factory=dict)
    import_door: Callable[[Any, Record], str] | None = None
    role_rights: dict[str, list[tuple[str, tuple[str, ...]]]] = field(default_factory=dict)
    portables: dict[str, Portable] = field(default_factory=dict)
    note_reading: Callable[..., None] | None = None
    rights: dict[str, object] = field(default_factory=dict)
    sees_formula: Callable[[Any, Record, Field], bool] | None = None
    asks_about_others: str = ""
    colleagues: Callable[[], Sequence[tuple[int, str]]] | None = None
    heads: Callable[[], Mapping[int, int]] | None = None
    departments: Callable[[], Sequence[tuple[int, str]]] | None = None
    # Types of rows that have layouts by record and purpose, read once like the fields: most have none.
    laid: dict[tuple[str, str], set[str]] | None = None
    _custom: dict[str, dict[str, Field]] | None = None
    _logic: dict[str, dict[str, Logic]] | None = None
    _retired: dict[str, dict[str, str]] | None = None
    _by_model: dict[type[Model], Record] = field(default_factory=dict)
    # What upper floors say of records whose manifests are opened later.
    _fields_to_come: dict[str, dict[str, Field]] = field(default_factory=dict)
    _relations_to_come: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def add_record(self, record: Record) -> Record:
        """Put a record on the shelf."""
        self.records[record.name] = record
        self._by_model[record.model] = record
        record.fields.update(self._fields_to_come.pop(record.name, {}))
        record.relations.update(self._relations_to_come.pop(record.name, {}))
        return record

    def add_field(self, record: str, key: str, field: Field) -> None:
        """Add a field to a record of a lower area: its path leads to where an engine keeps the values."""
        known = self.records.get(record)
        (known.fields if known else self._fields_to_come.setdefault(record, {}))[key] = field

    def add_relation(self, record: str, key: str, to: str, back: str) -> None:
        """Let conditions and formulas of a record look at rows of an upper area that point back to it by `back`."""
        known = self.records.get(record)
        (known.relations if known else self._relations_to_come.setdefault(record, {}))[key] = (to, back)

    def add_panel(self, record: str, panel: Panel) -> None:
        """Show a panel on the cards of a record."""
        self.panels.setdefault(record, []).append(panel)
        self.panels[record].sort(key=lambda one: one.position)

    def add_menu(self, *items: MenuItem) -> None:
        """Add places to the left rail."""
        self.menu.extend(items)

    def add_create(self, *items: CreateItem) -> None:
        """Add lines to "+ Create"."""
        self.create.extend(items)

    def add_settings(self, *pages: SettingsPage) -> None:
        """Add cards to the settings hub."""
        self.settings.extend(pages)

    def on(
        self, event: type[Event], *handlers: Callable[[Any], Any], when: Callable[[Any], bool] | None = None
    ) -> None:
        """
        Ask to be told of an event; each handler is delivered on its own.

        :param when: of which ones: asked as the event is told, and nothing is delivered of the others.
        """
        self.handlers.setdefault(event.name(), []).extend(Hearing(one, when) for one in handlers)

    def every(self, cron: str, work: Callable[[], Any], name: str = "") -> None:
        """Have work done by the clock."""
        self.periodic.append(Periodic(cron, work, name or f"{work.__module__}.{work.__qualname__}"))

    def add_loop(self, name: str, loop: Callable[[threading.Event], None]) -> None:
        """Have the worker run a loop in a thread of its own until its event is set."""
        self.loops[name] = loop

    def add_demo(self, position: int, fill: Callable[..., Any]) -> None:
        """
        Take part in making the demo company; lower areas have lower positions.

        Called as `fill(size="small" | "medium" | "large", tell=progress)` with `progress(label, done, total)`; lines
        that it returns (sign-ins, addresses) are shown to whoever started the program.
        """
        self.demo.append((position, fill))

    def add_effect(self, name: str, label: object) -> None:
        """Name something that commands do outside the database, as an undo tells what it cannot take back."""
        self.effects[name] = label

    def edited_by(self) -> Mapping[str, tuple[Command[Any, Any] | None, Command[Any, Any] | None]]:
        """The commands of creating and of changing, by record."""
        # A worker serves no pages: nobody may have loaded the API, or all of it, where records name their commands.
        get_resolver().url_patterns  # noqa: B018 - asked for, they are loaded
        return self.editors

    def add_import(self, importing: Importing) -> None:
        """Say how rows of a record are imported in batches; without it they are made one by one by `editors`."""
        self.imports[importing.record] = importing

    def add_marking(self, record: str, *given: Command[Any, Any]) -> None:
        """Have rows of a record marked for deletion, and brought back, by commands; without them the mark is all."""
        self.marking[record] = Marking(*given)

    def import_url(self, actor: Any, record: Record) -> str:
        """Where the actor imports rows of a record; empty when they may not, or nothing imports them."""
        return self.import_door(actor, record) if self.import_door else ""

    def add_right(self, name: str, label: object) -> None:
        """Name a right that is neither a command nor the view or export of a record."""
        self.rights[name] = label

    def add_rights(self, role: str, reach: str, *permissions: str) -> None:
        """Add rights of an area to a role that is shipped, by its code: `add_rights("seller", "own", "deals.view")`."""
        self.role_rights.setdefault(role, []).append((reach, permissions))

    def add_portable(self, portable: Portable) -> None:
        """Let a kind of settings be taken out as a file and brought into another installation."""
        self.portables[portable.name] = portable

    def add_check(self, name: str, check: Callable[[], str]) -> None:
        """Take part in `okno doctor`: the check returns an empty text when all is well, else what is wrong."""
        self.checks.append((name, check))

    def record_of(self, model: type[Model]) -> Record:
        """The record of a model. :raises Missing: the model is not a record."""
        if model not in self._by_model:
            raise no_record(model.__name__)
        return self._by_model[model]

    def record(self, name: str) -> Record:
        """A record by name. :raises Missing: there is none."""
        if name not in self.records:
            raise no_record(name)
        return self.records[name]

    def custom_fields(self, record: str) -> Mapping[str, Field]:
        """Custom fields of a record by key, read once until they are forgotten."""
        if self._custom is None:
            self._custom = self.read_custom_fields() if self.read_custom_fields else {}
        return self._custom.get(record, {})

    def logic(self, record: str) -> Mapping[str, Logic]:
        """What forms ask of fields of a record depending on the row, by key; read once like the fields."""
        if self._logic is None:
            self._logic = self.read_logic() if self.read_logic else {}
        return self._logic.get(record, {})

    def retired_fields(self, record: str) -> Mapping[str, str]:
        """What custom fields that were taken out of use are called, by key; read once like those in use."""
        if self._retired is None:
            self._retired = self.read_retired() if self.read_retired else {}
        return self._retired.get(record, {})

    def set_custom_fields(self, fields: dict[str, dict[str, Field]]) -> None:
        """Use these custom fields until they are forgotten."""
        self._custom = fields

    def forget_custom_fields(self) -> None:
        """Read the custom fields and the logic of forms anew at the next use: they have changed."""
        self._custom = self._logic = self._retired = self.laid = None


registry = Registry()

__all__ = [
    "CUSTOM_PREFIX",
    "CreateItem",
    "Field",
    "Logic",
    "Marking",
    "MenuItem",
    "Panel",
    "Periodic",
    "Portable",
    "Record",
    "Registry",
    "SettingsPage",
    "Settling",
    "registry",
]
