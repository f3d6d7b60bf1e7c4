"""The address of a list: its parameters say everything, so a copied link shows the same to a colleague."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from okno.kit.errors import Refused
from okno.kit.registry import Record

SHOWN = ("tab", "view", "f", "q", "sort", "group", "cols", "pin", "mode", "w", "paint", "by", "span", "day")
# What narrows the rows and no condition tells: a part of the map, and the notice that told of them.
PICKED = ("area", "told")
LASTING = (*SHOWN, *PICKED)
# What a view holds and a person may change over it; what is typed into the search is not meant to last.
SHAPING = ("f", "sort", "group", "cols", "pin", "mode", "w", "paint", "by", "span")
# A view of the calendar opens on the day it is opened.
PASSING = frozenset({"tab", "view", "day", "q", *PICKED})


class Address:
    """Parameters of a list with defaults behind them: those of a saved view or a tab."""

    def __init__(
        self, given: Mapping[str, str], path: str = "", extra: Sequence[str] = (), kept: Sequence[str] = ()
    ) -> None:
        self.path = path
        self.given = given
        self.kept = tuple(kept)
        self.extra = (*extra, *kept)
        self.behind: Mapping[str, Any] = {}

    def get(self, name: str) -> str:
        """A parameter, else what the view says, else nothing."""
        if name in self.given:
            return self.given[name].replace("\x00", "")
        return str(self.behind.get(name, ""))

    def filter(self) -> Any:
        """The filter as JSON data. :raises Refused: it is not JSON."""
        try:
            found = json.loads(self.get("f") or '{"all":[]}')
            check_storable(json.dumps(found, ensure_ascii=False))
        except (ValueError, RecursionError) as error:
            raise Refused("bad_filter", _("The filter in the address cannot be read.")) from error
        return found

    @property
    def shaping(self) -> tuple[str, ...]:
        """What may differ from what stands behind: a saved view says also what the list is a list of, no tab does."""
        return (*SHAPING, *self.kept) if self.given.get("view") else SHAPING

    @property
    def own(self) -> dict[str, str]:
        """The parameters of the list's own, as they are given or stand behind."""
        return {name: value for name in self.extra if (value := self.get(name))}

    def params(self) -> dict[str, str]:
        """The parameters that last from page to page."""
        return {name: self.given[name] for name in (*LASTING, *self.extra) if name in self.given}

    def url(self, **changes: str | None) -> str:
        """The address of the list with some parameters changed; None removes one. Parts and cursors do not last."""
        return self._with(self.params(), changes)

    def fresh(self, **changes: str | None) -> str:
        """The address of the list with these parameters only and those of its own, but for what a view says itself."""
        said = self.kept if "view" in changes else ()
        return self._with({name: value for name, value in self.own.items() if name not in said}, changes)

    def unshaped(self) -> str:
        """The address of what is open, as it is itself."""
        return self.url(**dict.fromkeys(self.shaping))

    def part(self, name: str, /, **changes: str | None) -> str:
        """The address of a part of the list as it is shown now."""
        return self.url(part=name, **changes)

    def lasting(self) -> dict[str, str]:
        """What a saved view keeps: the parameters as they are given or stand behind."""
        lasting = (name for name in (*LASTING, *self.kept) if name not in PASSING)
        return {name: value for name in lasting if (value := self.get(name))}

    def changed(self, usual: Mapping[str, str]) -> dict[str, str]:
        """What the address says other than the view behind it, `usual` being what stands behind every view."""
        given = {name: self.given[name] for name in self.shaping if name in self.given}
        return {name: value for name, value in given.items() if value != self._behind(name, usual)}

    def _behind(self, name: str, usual: Mapping[str, str]) -> str:
        return str(self.behind.get(name, "") or usual.get(name, ""))

    def _with(self, params: dict[str, str], changes: Mapping[str, str | None]) -> str:
        kept = {**params, **changes}
        query = urlencode({name: value for name, value in kept.items() if value is not None})
        return f"{self.path}?{query}" if query else self.path


def check_storable(text: str) -> None:
    """
    PostgreSQL keeps no NUL, and half of a surrogate pair is no sign.

    :raises ValueError: the text has one of them.
    """
    text.encode()
    if "\x00" in text or "\\u0000" in text:
        raise ValueError(text)


def list_url(record: Record, tree: Any, **more: str) -> str:
    """The list of a record with the rows of a condition; `more` are other parameters of its address."""
    asked = {"tab": "all", "mode": "list", "f": compact(tree), **more}
    return f"{record.url.partition('{id}')[0]}?{urlencode(asked)}"


def compact(tree: Any) -> str:
    """A filter as it stands in an address."""
    return json.dumps(tree, separators=(",", ":"), ensure_ascii=False)


def joined(*trees: Any) -> dict[str, Any]:
    """One condition out of several."""
    parts: list[Any] = []
    for tree in trees:
        if tree is not None and tree != {}:
            whole = isinstance(tree, dict) and set(tree) == {"all"} and isinstance(tree["all"], list)
            parts += tree["all"] if whole else [tree]
    return {"all": parts}
