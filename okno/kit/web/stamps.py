"""
Templates for what stands on a page many times: rendered once with marks where values go, then filled.

A row of ten cells costs Django's template engine about 0.3 ms, filling its stamp 0.01 ms; the HTML stays in the
template. Rows of one shape (the same cells with links, with titles, of one colour) share a stamp.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Signs of the private use area: nobody types them, and escaping leaves them alone.
OPEN, CLOSE = "\ue0f0", "\ue0f1"
MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
MOST_SHAPES = 500
NESTED = (dict, list, tuple)


class Stamp:
    """
    A template filled many times. `name` is the variable it shows; `slots` are keys, on any depth, whose texts differ
    from time to time and are only printed by the template, never asked or filtered. `around` gives what else the
    template shows, the same every time in one language.
    """

    def __init__(
        self, template: str, name: str, slots: Sequence[str], around: Callable[[], Mapping[str, Any]] = dict
    ) -> None:
        self.template = template
        self.name = name
        self.slots = frozenset(slots)
        self.around = around
        self._shapes: dict[Any, list[str | int]] = {}

    def fill(self, value: Mapping[str, Any]) -> SafeString:
        """The HTML of one value."""
        texts: list[str] = []
        key = (get_language(), self._key(value, texts))
        parts = self._shapes.get(key)
        if parts is None:
            parts = self._render(value)
            if len(self._shapes) < MOST_SHAPES:
                self._shapes[key] = parts
        return mark_safe("".join([one if isinstance(one, str) else texts[one] for one in parts]))  # noqa: S308 - texts are escaped

    def _key(self, value: Any, texts: list[str]) -> Any:
        """What decides the shape; texts of slots are collected on the way, in the order of the marks."""
        if isinstance(value, dict):
            return tuple([(name, self._key_of(name, one, texts)) for name, one in value.items()])
        if isinstance(value, list | tuple):
            return tuple([self._key(one, texts) for one in value])
        return str(value) if not isinstance(value, bool | int | None) else value

    def _key_of(self, name: str, value: Any, texts: list[str]) -> Any:
        if name in self.slots and value is not None and value != "" and not isinstance(value, NESTED):
            texts.append(value if isinstance(value, SafeString) else escape(str(value)))
            return True
        return self._key(value, texts)

    def _render(self, value: Mapping[str, Any]) -> list[str | int]:
        html = get_template(self.template).render({**self.around(), self.name: self._marked(value, [0])})
        parts: list[str | int] = list(MARK.split(html))
        return [int(one) if number % 2 else one for number, one in enumerate(parts)]

    def _marked(self, value: Any, count: list[int]) -> Any:
        if isinstance(value, dict):
            return {name: self._marked_of(name, one, count) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._marked(one, count) for one in value]
        return value

    def _marked_of(self, name: str, value: Any, count: list[int]) -> Any:
        if name in self.slots and value is not None and value != "" and not isinstance(value, NESTED):
            count[0] += 1
            return f"{OPEN}{count[0] - 1}{CLOSE}"
        return self._marked(value, count)
