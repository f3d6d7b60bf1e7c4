"""What every record of the product can do, asked of the running program: pages, commands, addresses, operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from okno.access.web import field_forms
from okno.config import rooms
from okno.config.api import api
from okno.engines.segments import rules as segments
from okno.kit import chains
from okno.kit.kinds import Kind
from okno.kit.merging.mergeable import KNOWN
from okno.kit.models.base import RecordModel
from okno.kit.purging import reading as purging
from okno.kit.registry import Record, registry
from okno.kit.web.pages import CardPage, CommandPage, ListPage
from okno.kit.web.pages.lists import LISTS
from tests.architecture.doors import operations

rooms.load("web.urls")


def _all(root: type[Any]) -> Iterator[type[Any]]:
    for one in root.__subclasses__():
        yield one
        yield from _all(one)


@cache
def list_of(record: str) -> type[ListPage] | None:
    """The list page of a record; a test may declare one of its own, which is not counted."""
    found = [one for one in LISTS.values() if one.record.name == record and one.__module__.startswith("okno.")]
    return found[0] if found else None


@cache
def card_of(record: str) -> type[CardPage] | None:
    """The card of a record."""
    cards = (one for one in _all(CardPage) if hasattr(one, "record") and one.__module__.startswith("okno."))
    return next((one for one in cards if one.record.name == record), None)


@cache
def _verbs() -> Mapping[str, frozenset[tuple[str, str]]]:
    """(method, what follows the place of the record) by the record that the operation reads or writes."""
    found: dict[str, set[tuple[str, str]]] = {}
    for record, place in PLACES.items():
        for door in operations(api):
            route = door.route.removeprefix("api/v1/")
            if route == place or route.startswith(f"{place}/<int:id>"):
                found.setdefault(record, set()).add((door.method, route.removeprefix(place)))
    return {name: frozenset(verbs) for name, verbs in found.items()}


# Where the operations of a record stand, when it is not the first word of the address of its card.
ELSEWHERE = {
    "access.user": "users",
    "billing.payment": "payments",
    "catalog.group": "catalog/groups",
    "catalog.item": "catalog/items",
    "catalog.offer": "catalog/offers",
    "catalog.price_type": "catalog/price-types",
    "catalog.warehouse": "catalog/warehouses",
    "classification.scheme": "classification-schemes",
    "clients.legal_entity": "legal-entities",
    "communications.account": "mailboxes",
    "deals.refusal": "refusal-reasons",
    "documents.organisation": "organisations",
    "exchange.link": "exchange/links",
    "exchange.outcome": "exchange/outcomes",
    "exchange.outgoing": "exchange/orders",
    "exchange.session": "exchange/sessions",
    "exchange.waiting": "exchange/waiting",
    "imports.settings": "import-settings",
    "kit.webhook": "webhooks",
    "portal.form": "forms",
    "portraits.topic": "interest-topics",
}


def _place(record: Record) -> str:
    return ELSEWHERE.get(record.name) or record.url.strip("/").partition("/{id}")[0]


PLACES = {name: _place(record) for name, record in registry.records.items()}


def _operates(method: str, tail: str) -> Callable[[Record], bool]:
    return lambda record: (method, tail) in _verbs().get(record.name, ())


def _editors(record: Record) -> tuple[Any, Any]:
    return registry.editors.get(record.name, (None, None))


def _has_form(record: Record) -> bool:
    """Whether a page makes rows: its command is the one of making, or returns a row of the record."""
    create, _update = _editors(record)
    commands = [one.command for one in _all(CommandPage) if hasattr(one, "command")]
    return any(
        one is create or one.function.__annotations__.get("return") == record.model.__name__
        for one in commands
        if not any(parameter.model is record.model and parameter.required for parameter in one.parameters.values())
    )


def _has_day(record: Record) -> bool:
    return any(field.kind in (Kind.DATE, Kind.MOMENT) for field in record.fields.values())


def _in_tree(record: Record) -> bool:
    linked = any(record.name in (one.parent, one.child) for one in chains._links)  # noqa: SLF001 - what is declared
    return linked or bool(chains._offers.get(record.name))  # noqa: SLF001 - the same


def _is_found(record: Record) -> bool:
    return bool(record.url and (record.search or record.digits or record.texts))


def _has_card(record: Record) -> bool:
    return card_of(record.name) is not None


# What a record has, by a name that its declaration may give a reason for the lack of.
CAPABILITIES: dict[str, Callable[[Record], bool]] = {
    "list": lambda record: list_of(record.name) is not None,
    "calendar": _has_day,
    "card": _has_card,
    "feed": lambda record: bool(getattr(card_of(record.name), "has_feed", False)),
    "files": lambda record: bool(getattr(card_of(record.name), "has_files", False)),
    "fields": field_forms.takes_fields,
    "create": _has_form,
    "change": lambda record: _editors(record)[1] is not None,
    "inline": lambda record: getattr(card_of(record.name), "update", None) is not None,
    "import": lambda record: record.name in registry.imports or _editors(record)[0] is not None,
    "mark": purging.is_markable,
    "purge": lambda record: issubclass(record.model, RecordModel),
    "search": _is_found,
    "segments": segments.has_segments,
    "tree": _in_tree,
    "merge": lambda record: record.name in KNOWN,
    "api list": _operates("get", ""),
    "api get": _operates("get", "/<int:id>"),
    "api create": _operates("post", ""),
    "api change": _operates("patch", "/<int:id>"),
}
# What a card, a list or a command brings along: who says why it lacks the first need not say so of these.
FOLLOWS: dict[str, tuple[str, ...]] = {
    "calendar": ("list",),
    "feed": ("card",),
    "files": ("card",),
    "fields": ("card", "change"),
    "segments": ("card",),
    "inline": ("card", "change"),
    "purge": ("mark",),
    "api get": ("api list",),
    "api create": ("create",),
    "api change": ("change",),
}
