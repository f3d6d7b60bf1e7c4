"""What a list offers to do with many rows: commands that it declares, and those of the record with a plain form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms

from okno.kit.commands import Command
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web.pages.command import CommandPage

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

# A page with one of these of its own makes more of what is typed than arguments of its command.
OWN_WAYS = ("act", "arguments", "give", "initial", "make_form", "row", "show", "succeed")


@dataclass(frozen=True)
class Bulk:
    """
    A command for each of many rows: `on` names its argument that is the row, `form` what is asked once for all.

    `given` are arguments that are always the same; `settle` makes of what was filled in the arguments of every row:
    what they need and is not there yet is made by it, once, as a preview keeps nothing. With `of_set` for a label it is
    offered on cards of sets of rows as well: of segments. `submit` is said in place of “Show what changes” where no row
    does; nobody is asked then whether robots and people are to hear of it.
    """

    command: Command[Any, Any]
    on: str
    form: type[forms.BaseForm] | None = None
    label: object = ""
    icon: str = ""
    is_danger: bool = False
    given: Mapping[str, Any] | None = None
    settle: Callable[[Actor, Mapping[str, Any]], Mapping[str, Any]] | None = None
    of_set: object = ""
    submit: object = ""

    @property
    def title(self) -> str:
        """What the button says."""
        return str(self.label or self.command.label)


def declared(page: ListPage) -> list[Bulk]:
    """Commands that the list declares and the actor may give."""
    return [one for one in page.bulk if page.actor.may(one.command.name)]


# What engines offer for rows of any record, as they offer panels.
OFFERED: list[Callable[[Actor, Record], Iterable[Bulk]]] = []


def others(actor: Actor, record: Record, known: list[Bulk]) -> list[Bulk]:
    """Further commands of the record whose form asks the same of every row, and what engines offer for any row."""
    names = {one.command.name for one in known}
    offered = [one for offer in OFFERED for one in offer(actor, record) if actor.may(one.command.name)]
    found = {one.command.name: one for one in offered}
    for one in _pages(CommandPage):
        command = getattr(one, "command", None)
        if command is None or command.name in names or not actor.may(command.name) or not _is_plain(one, record):
            continue
        found[command.name] = Bulk(command, one.on, one.form, is_danger=one.is_danger, label=one.title)
    return sorted(found.values(), key=lambda one: one.title)


def _pages(root: type[CommandPage]) -> Iterator[type[CommandPage]]:
    for one in root.__subclasses__():
        yield one
        yield from _pages(one)


def _is_plain(page: type[CommandPage], record: Record) -> bool:
    """Whether a page asks the same for every row: nothing of it depends on the row."""
    parameter = page.command.parameters.get(page.on)
    if parameter is None or parameter.model is not record.model or parameter.many:
        return False
    is_own = any(getattr(page, name) is not getattr(CommandPage, name) for name in OWN_WAYS)
    if page.multipart or page.is_single or is_own:
        return False
    return "row" not in page.form.__init__.__code__.co_varnames
