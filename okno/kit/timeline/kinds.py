"""Kinds of feed entries: the sign, the words, and the group by which the feed is filtered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class EntryKind:
    """
    How an entry is told. `label` may name values of the payload: `_("moved to “%(stage)s”")`.

    The text of the entry is `payload["text"]`, unless the area has a template `<area>/entries/<kind>.html`.
    """

    label: object
    icon: str = "point"
    group: str = "changes"
    is_internal: bool = False


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


def add(kind: str, label: object, *, icon: str = "point", group: str = "changes", is_internal: bool = False) -> None:
    """Say how entries of a kind are told; called in manifests."""
    KINDS[kind] = EntryKind(label, icon, group, is_internal)


def told(kind: str, payload: Mapping[str, Any]) -> str:
    """What happened, in words."""
    known = KINDS.get(kind)
    if known is None:
        return str(payload.get("title", ""))
    try:
        return str(known.label) % payload
    except (KeyError, ValueError, TypeError):
        # An entry written before the words were changed may lack a value they name.
        return str(known.label)


def of_group(group: str) -> list[str]:
    """The kinds of a group."""
    return [kind for kind, one in KINDS.items() if one.group == group]
