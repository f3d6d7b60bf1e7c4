"""Kinds of feed entries: the sign, the words, and the group by which the feed is filtered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okno.kit import quotes
from okno.kit.permissions import SYSTEM, Actor


@dataclass(frozen=True)
class EntryKind:
    """
    How an entry is told. `label` may name values of the payload: `_("moved to “%(stage)s”")`.

    The text of the entry is `payload["text"]`, unless the area has a template `<area>/entries/<kind>.html`.
    `fields` says which values of the payload are fields of records, `{"amount": "deals.deal.amount"}`: whoever may not
    read the field is not told the value. `by(payload)` says who did it where that is not whoever ran the command:
    the sender of a letter that came in; nothing when it was they.
    """

    label: object
    icon: str = "point"
    group: str = "changes"
    is_internal: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    by: Callable[[Mapping[str, Any]], str] | None = None


def told_name(actor_name: str) -> str:
    """Who did something as people are told it: the program itself has a name in every language."""
    return gettext("Okno") if actor_name == SYSTEM.name else actor_name


# What stands in words for a value that the reader may not know.
UNTOLD = "…"

GROUPS: dict[str, object] = {
    "notes": _("Notes"),
    "messages": _("Messages"),
    "calls": _("Calls"),
    "tasks": _("Tasks"),
    "documents": _("Documents"),
    "changes": _("Changes"),
}
KINDS: dict[str, EntryKind] = {
    "note": EntryKind(_("wrote a note"), "note", "notes", is_internal=True),
    "file": EntryKind(_("added the file “%(name)s”"), "paperclip", "documents"),
    "file_dropped": EntryKind(_("deleted the file “%(name)s”"), "paperclip", "documents"),
}


def add(
    kind: str,
    label: object,
    *,
    icon: str = "point",
    group: str = "changes",
    is_internal: bool = False,
    fields: Mapping[str, str] | None = None,
    by: Callable[[Mapping[str, Any]], str] | None = None,
) -> None:
    """Say how entries of a kind are told; called in manifests."""
    KINDS[kind] = EntryKind(label, icon, group, is_internal, fields or {}, by)


def open_to(actor: Actor, kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of an entry without the values of fields that are hidden from the actor."""
    known = KINDS.get(kind)
    fields = known.fields if known else {}
    return {name: value for name, value in payload.items() if fields.get(name) not in actor.hidden}


class _Told(dict[str, Any]):
    """A payload that may lack values: hidden from the reader, or not kept when the entry was written."""

    def __missing__(self, name: str) -> str:
        return UNTOLD


def told(kind: str, payload: Mapping[str, Any]) -> str:
    """What happened, in words."""
    known = KINDS.get(kind)
    if known is None:
        return str(payload.get("title", ""))
    try:
        return quotes.nested(str(known.label) % _Told(payload))
    except (ValueError, TypeError):
        # An entry written before the words were changed may hold other values than they name.
        return str(known.label)


def of_group(group: str) -> list[str]:
    """The kinds of a group."""
    return [kind for kind, one in KINDS.items() if one.group == group]
