"""Texts of letters about rows of any record: who keeps templates makes them, who sends letters asks for them here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext as _

from okno.kit.actors import Actor
from okno.kit.errors import Missing


@dataclass(frozen=True)
class Letter:
    """A text of a letter about a row, ready to be sent; `problem` says what is wrong with its template."""

    id: int
    name: str
    subject: str
    text: str
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Maker:
    """
    What makes texts: `about` all of a row by the name of its record and its id, `names` tells ids and names of those of
    a record, `of_row` makes one of a row that was read.
    """

    about: Callable[[Actor, str, int], Sequence[Letter]]
    names: Callable[[str], Sequence[tuple[int, str]]]
    of_row: Callable[[Actor, int, Model], Letter]


_MAKERS: list[Maker] = []


def add(maker: Maker) -> None:
    """Let this area make texts of letters."""
    _MAKERS[:] = [maker]


def about(actor: Actor, record: str, row_id: int) -> Sequence[Letter]:
    """Texts of letters about a row within reach, the default one first; none when no area makes them."""
    return [letter for one in _MAKERS for letter in one.about(actor, record, row_id)]


def names(record: str) -> list[tuple[int, str]]:
    """Texts of letters about rows of a record by id and name, the default one first."""
    return [known for one in _MAKERS for known in one.names(record)]


def of_row(actor: Actor, text_id: int, row: Model) -> Letter:
    """
    A text with the values of a row that was read for the actor.

    :raises Missing: there is no such text about rows of this record.
    :raises Refused: a value in it cannot be told. :raises Denied: a field that it names is closed to the actor.
    """
    for one in _MAKERS:
        return one.of_row(actor, text_id, row)
    raise Missing("not_found", _("There is no such text of a letter."))
