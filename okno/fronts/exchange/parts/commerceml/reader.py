"""The streaming reader: one pass over a file of any size, one object at a time, from any checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext_lazy as _
from lxml import etree

from okno.fronts.exchange.parts.commerceml import classifier
from okno.fronts.exchange.parts.commerceml.decoding import ROOTS, Readable, Text, decoded
from okno.fronts.exchange.parts.commerceml.found import Ended, Found, Header, Ignored, Owner, Thing, Trouble
from okno.fronts.exchange.parts.commerceml.nodes import Node, line_of, local
from okno.fronts.exchange.parts.commerceml.parties import CounterpartySeen
from okno.fronts.exchange.parts.commerceml.shapes import GROUP, NAMES, OWNER, SHAPES, Shape
from okno.fronts.exchange.parts.commerceml.values import moment_or_none
from okno.kit.errors import Refused

# One object may take this many characters: an order with some 20 000 rows, a property with 100 000 values.
# Only such an object costs memory (its tree is some ten times its text); the length of the file costs none.
LARGEST_OBJECT = 16 * 1024 * 1024
# CommerceML 1.x keeps in attributes what 2.x keeps in elements.
_OLD_ATTRIBUTES = frozenset({"Идентификатор", "ХозОперация", "ИдентификаторКаталога"})


def read(stream: BinaryIO | Readable, start: int = 0) -> Iterator[Found]:
    """
    Everything that a CommerceML 2 or 3 file holds, in the order of the file, in constant memory.

    Objects before the checkpoint `start` (an earlier `Found.index`) are passed over without being built; the header
    and the beginnings of catalogues and packages always come, so that the caller knows where the objects belong. A
    checkpoint behind the last object only looks the file through, and is told how many objects it has.

    :raises Refused: the file is not CommerceML 2 or 3, or breaks off; the objects before the break were handed out.
    """
    text = decoded(stream)
    if text.root not in ROOTS:
        raise Refused("exchange.not_commerceml", _("This is not CommerceML: the root is “%(root)s”."), root=text.root)
    return _Reading(start).run(text)


@dataclass(slots=True)
class _Open:
    """A containing element that has begun and has not ended."""

    name: str
    element: etree._Element
    shape: Shape
    is_told: bool = False


class _Reading:
    """One pass. Elements inside an object are left alone until the object ends; finished ones are freed at once."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.position = 0
        self.open: list[_Open] = []
        self.inside: etree._Element | None = None
        self.fed = self.fed_at_start = self.fed_at_event = 0
        self.told_ignored: set[tuple[str, str]] = set()
        self.encoding = ""

    def run(self, text: Text) -> Iterator[Found]:
        """Feed the parser piece by piece and hand out what has become complete."""
        self.encoding = text.encoding
        parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=tuple(f"{{*}}{name}" for name in NAMES),
            encoding="utf-8",
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        for piece in text.pieces:
            if not piece:
                continue
            try:
                parser.feed(piece.encode("utf-8"))
            except etree.XMLSyntaxError as broken:
                yield from self._events(parser)
                raise self._broken(broken) from None
            self.fed += len(piece)
            yield from self._events(parser)
            yield from self._prune()
            self._check_size()
        self._finish(parser)
        if self.position < self.start:
            yield Found(self.position, 0, Ended())

    def _finish(self, parser: etree.XMLPullParser) -> None:
        try:
            parser.close()
        except etree.XMLSyntaxError as broken:
            raise self._broken(broken) from None

    def _events(self, parser: etree.XMLPullParser) -> Iterator[Found]:
        events: Iterator[tuple[str, etree._Element]] = cast("Any", parser.read_events())
        for event, element in events:
            self.fed_at_event = self.fed
            if event == "start":
                yield from self._begin(element)
            else:
                yield from self._end(element)

    def _begin(self, element: etree._Element) -> Iterator[Found]:
        if self.inside is not None:
            return
        name = local(element.tag)
        if any(old in element.attrib for old in _OLD_ATTRIBUTES):
            raise _old()
        if not self.open:
            yield self._header(element, name)
        elif name not in self.open[-1].shape.inner:
            yield from self._tell_starts()
            self.inside, self.fed_at_start = element, self.fed
            return
        else:
            yield from self._tell_starts()
        self.open.append(_Open(name, element, SHAPES[name]))

    def _header(self, element: etree._Element, name: str) -> Found:
        version = (element.get("ВерсияСхемы") or "").strip()
        if version.startswith("1."):
            raise _old()
        formed_at = moment_or_none(element.get("ДатаФормирования") or "")
        namespace = element.tag[1:].rpartition("}")[0] if element.tag.startswith("{") else ""
        return Found(0, line_of(element), Header(name, version, formed_at, namespace, self.encoding))

    def _end(self, element: etree._Element) -> Iterator[Found]:
        if self.inside is None:
            yield from self._close(element)
        elif element is self.inside:
            self.inside = None
            yield from self._object(element)
            _free(element, self.open[-1].shape)

    def _close(self, element: etree._Element) -> Iterator[Found]:
        yield from self._tell_start(self.open[-1])
        ended = self.open.pop()
        yield from self._unknown(ended, list(element))
        if self.open:
            _free(element, self.open[-1].shape)

    def _object(self, element: etree._Element) -> Iterator[Found]:
        place, name = self.open[-1], local(element.tag)
        reader = place.shape.objects.get(name)
        if reader is None:
            yield from self._ignore(place.name, element)
            return
        index, self.position = self.position, self.position + 1
        if index < self.start:
            return
        node, line = Node(element), line_of(element)
        try:
            built = reader.build(node)
        except Refused as refusal:
            built = Trouble(line, name, node.text("Ид"), refusal)
        if name == OWNER and isinstance(built, CounterpartySeen):
            built = Owner(place.name, built)
        yield Found(index, line, built)
        for part, elements in node.parts.items():
            if part not in reader.fields:
                yield from self._ignore(name, elements[0])

    def _tell_starts(self) -> Iterator[Found]:
        for one in self.open:
            yield from self._tell_start(one)

    def _tell_start(self, one: _Open) -> Iterator[Found]:
        """Tell that a container began: as late as its first object, when its own fields have been read."""
        if one.is_told:
            return
        one.is_told = True
        line = line_of(one.element)
        if one.name == GROUP:
            yield from self._group(one, line)
        elif one.shape.start:
            yield Found(self.position, line, one.shape.start(Node(one.element)))

    def _group(self, one: _Open, line: int) -> Iterator[Found]:
        index, self.position = self.position, self.position + 1
        if index >= self.start:
            yield Found(index, line, classifier.group(Node(one.element), self._parent_id(one)))

    def _parent_id(self, one: _Open) -> str:
        above = [group for group in self.open if group.name == GROUP and group is not one]
        return Node(above[-1].element).text("Ид") if above else ""

    def _prune(self) -> Iterator[Found]:
        """Free what nobody reads in the containers that are still open; their last child may not be complete yet."""
        for one in self.open:
            yield from self._unknown(one, list(one.element)[:-1])

    def _unknown(self, one: _Open, children: list[etree._Element]) -> Iterator[Found]:
        known = one.shape.fields | one.shape.inner | one.shape.objects.keys()
        for child in children:
            if local(child.tag) not in known:
                yield from self._ignore(one.name, child)
                one.element.remove(child)
                self.fed_at_event = self.fed

    def _ignore(self, place: str, element: etree._Element) -> Iterator[Found]:
        key = place, local(element.tag)
        if key in self.told_ignored or self.position < self.start:
            return
        self.told_ignored.add(key)
        line = line_of(element)
        told: Thing = Ignored(line, f"{place}/{key[1]}", "not_read")
        yield Found(self.position, line, told)

    def _check_size(self) -> None:
        since = self.fed_at_event if self.inside is None else self.fed_at_start
        if self.open and self.fed - since > LARGEST_OBJECT:
            raise Refused(
                "exchange.object_too_large",
                _("An object of the file is too large (inside “%(element)s”); objects read before it: %(count)s."),
                element=self._where(),
                count=self.position,
            )

    def _broken(self, broken: etree.XMLSyntaxError) -> Refused:
        return Refused(
            "exchange.broken_xml",
            _("The file breaks off at line %(line)s inside “%(element)s”; objects read before it: %(count)s."),
            line=broken.lineno or 0,
            element=self._where(),
            count=self.position,
            why=broken.msg or "",
        )

    def _where(self) -> str:
        path = [one.name for one in self.open]
        return "/".join(path + ([local(self.inside.tag)] if self.inside is not None else []))


def _free(element: etree._Element, shape: Shape) -> None:
    """
    Forget a finished element: its content now, itself when its successor has ended.

    The element may be the last node, to which the parser is still adding the text after it, so it must stay.
    """
    element.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs are older than the argument
    before = element.getprevious()
    parent = element.getparent()
    if before is not None and parent is not None and local(before.tag) in shape.objects.keys() | shape.inner:
        parent.remove(before)


def _old() -> Refused:
    return Refused(
        "exchange.commerceml_1",
        _("This is CommerceML 1 of 1C 7.7; only versions 2 and 3 are read. Export the file again in version 2."),
    )
