"""Mentions: `@Name` in a note tells that colleague, when they may view what the note is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Model

from okno.kit import reached
from okno.kit.jobs import actor_for
from okno.kit.permissions import Actor
from okno.kit.registry import registry

SIGN = "@"
FEW = 8


@dataclass(frozen=True)
class Inviting:
    """The command that lets a colleague see a row, and its arguments for the row and the colleague."""

    command: str
    row: str
    user: str


INVITING: dict[str, Inviting] = {}


def add_inviting(record: str, command: str, *, row: str, user: str) -> None:
    """Say how a colleague is let in to rows of a record; called in manifests."""
    INVITING[record] = Inviting(command, row, user)


def named(text: str) -> list[tuple[int, str]]:
    """Colleagues whom a text names after the sign, each once, in its order; of two names that fit the longer one."""
    if SIGN not in text:
        return []
    people = sorted(_colleagues(), key=lambda one: -len(one[1]))
    found: dict[int, str] = {}
    for part in text.split(SIGN)[1:]:
        plain = _plain(part)
        name = next((name for _id, name in people if plain.startswith(_plain(name))), None)
        found |= {user_id: known for user_id, known in people if known == name}
    return list(found.items())


def seeing(row: Model, people: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Those of the people who may view the row."""
    return [one for one in people if reached.sees(actor_for(one[0]), row)]


def offered(actor: Actor, row: Model, typed: str) -> list[tuple[int, str]]:
    """A few colleagues who may view the row and whose name or surname begins as typed; never the actor."""
    found = []
    for user_id, name in _colleagues():
        fits = any(part.startswith(_plain(typed)) for part in (_plain(name), *_plain(name).split()))
        if fits and user_id != actor.user_id and reached.sees(actor_for(user_id), row):
            found.append((user_id, name))
            if len(found) == FEW:
                break
    return found


def _colleagues() -> Iterator[tuple[int, str]]:
    yield from registry.colleagues() if registry.colleagues else ()


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е")
