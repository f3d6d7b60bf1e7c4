"""A light look at one finished XML element: its children by local name, whatever namespace the file declares."""

from __future__ import annotations

from typing import Self, cast

from lxml import etree


def local(tag: str) -> str:
    """The name without the namespace: real files carry at least six different ones."""
    return tag.rpartition("}")[2]


def line_of(element: etree._Element) -> int:
    """The line on which an element begins, 0 when the parser does not know."""
    return cast("int | None", element.sourceline) or 0


def stripped(element: etree._Element) -> str:
    """All text of an element that stands directly in it, before and between its children, without outer blanks."""
    if not len(element):
        return (element.text or "").strip()
    return "".join([element.text or "", *(child.tail or "" for child in element)]).strip()


class Node:
    """One element with its children grouped by name; asking for what is absent gives an empty answer."""

    __slots__ = ("element", "parts")

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self.parts: dict[str, list[etree._Element]] = {}
        for child in element:
            self.parts.setdefault(local(child.tag), []).append(child)

    def text(self, *names: str) -> str:
        """Text of the first child that has one of these names."""
        for name in names:
            if found := self.parts.get(name):
                return stripped(found[0])
        return ""

    def texts(self, name: str) -> list[str]:
        """Texts of all children of this name."""
        return [stripped(child) for child in self.parts.get(name, ())]

    def has(self, name: str) -> bool:
        """Whether the element holds such a child at all, even an empty one."""
        return name in self.parts

    def node(self, name: str) -> Self | None:
        """The first child of this name."""
        found = self.parts.get(name)
        return type(self)(found[0]) if found else None

    def nodes(self, *path: str) -> list[Self]:
        """All elements at the end of this path of names, walking through every repetition on the way."""
        level = [self]
        for name in path:
            level = [type(self)(child) for node in level for child in node.parts.get(name, ())]
        return level

    def attribute(self, name: str) -> str:
        """An attribute without outer blanks."""
        return (self.element.get(name) or "").strip()
