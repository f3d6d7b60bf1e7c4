"""The writer: answers to mode=query and mode=info in the version, encoding and form a connection needs."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.utils.translation import gettext_lazy as _
from lxml import etree

from okno.fronts.exchange.parts.commerceml import order_elements
from okno.fronts.exchange.parts.commerceml.elements import element, must, stamp
from okno.fronts.exchange.parts.commerceml.orders import ChoiceOut, OrderOut
from okno.kit.errors import Refused

_VERSION = re.compile(r"([23])\.(\d{1,2})")
_CHARSETS = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "windows-1251": "windows-1251"}
_NAMESPACE_SINCE = (2, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterOptions:
    """
    How one connection wants its files: newer Bitrix modules of 1C see no orders without `container`.

    `namespace` None takes that of the version: none before 2.06, as Bitrix writes, and the published one from 2.06 on.

    :raises Refused: the version or the encoding is not one of those that 1C knows.
    """

    version: str = "2.09"
    encoding: str = "utf-8-sig"
    container: bool = False
    namespace: str | None = None

    def __post_init__(self) -> None:
        if not _VERSION.fullmatch(self.version):
            raise Refused("exchange.unknown_version", _("Unknown version: “%(version)s”."), version=self.version)
        if self.encoding not in _CHARSETS:
            raise Refused("exchange.unknown_encoding", _("Unknown encoding: “%(name)s”."), name=self.encoding)

    @property
    def number(self) -> tuple[int, int]:
        """The version as numbers, since 2.10 is later than 2.9."""
        major, minor = self.version.split(".")
        return int(major), int(minor)

    @property
    def charset(self) -> str:
        """What the declaration and the Content-Type header must say about the bytes."""
        return _CHARSETS[self.encoding]

    @property
    def content_type(self) -> str:
        """The header that agrees with the declaration and the bytes."""
        return f"application/xml; charset={self.charset}"

    @property
    def root_namespace(self) -> str:
        """The namespace that the root declares, empty for none."""
        if self.namespace is not None:
            return self.namespace
        if self.number < _NAMESPACE_SINCE:
            return ""
        return "urn:1C.ru:commerceml_3" if self.number >= (3, 0) else "urn:1C.ru:commerceml_2"


def write_orders(orders: Iterable[OrderOut], options: WriterOptions, *, at: datetime) -> Iterator[bytes]:
    """
    The answer to `type=sale&mode=query`, order by order; a root without children when there are none.

    `at` is the moment of formation by the clock of the 1C server. Characters that windows-1251 lacks become numeric
    references, those that XML forbids are left out.

    :raises Refused: an order has no counterparty; nothing of it has been written then.
    """
    namespace = f' xmlns="{options.root_namespace}"' if options.root_namespace else ""
    attributes = f'{namespace} ВерсияСхемы="{options.version}" ДатаФормирования="{stamp(at)}"'
    yield _opening(options) + _bytes(f"<КоммерческаяИнформация{attributes}>\n", options)
    for one in orders:
        yield _serialised(_order(one, options), options) + b"\n"
    yield _bytes("</КоммерческаяИнформация>\n", options)


def fingerprint(order: OrderOut, options: WriterOptions) -> str:
    """
    A hash of what 1C would get for this order: only when it differs from the confirmed one is the order sent again.

    :raises Refused: the order has no counterparty.
    """
    return hashlib.sha256(_serialised(_order(order, options), options)).hexdigest()


def write_info(
    *,
    statuses: Iterable[ChoiceOut],
    payment_systems: Iterable[ChoiceOut],
    delivery_services: Iterable[ChoiceOut],
    options: WriterOptions,
) -> bytes:
    """
    The answer to `type=sale&mode=info`: what the user of 1C may choose from.

    Statuses stand twice: under a name with a Latin C, which Bitrix writes and 1C looks for, and with a Cyrillic one.
    """
    told = tuple(statuses)
    root = element("Справочник")
    _dictionary(root, "Cтатусы", told)
    _dictionary(root, "Статусы", told)
    _dictionary(root, "ПлатежныеСистемы", payment_systems)
    _dictionary(root, "СлужбыДоставки", delivery_services)
    return _opening(options) + _serialised(root, options) + b"\n"


def _order(one: OrderOut, options: WriterOptions) -> etree._Element:
    if not one.parties:
        raise Refused("exchange.no_counterparty", _("Order %(number)s has no counterparty."), number=one.number)
    if options.container:
        return order_elements.container(one, options.number)
    return order_elements.order(one, options.number, in_container=False)


def _dictionary(root: etree._Element, name: str, items: Iterable[ChoiceOut]) -> None:
    block = element(name, root)
    for one in items:
        item = element("Элемент", block)
        must(item, "Ид", one.id)
        must(item, "Название", one.name)


def _opening(options: WriterOptions) -> bytes:
    bom = codecs.BOM_UTF8 if options.encoding == "utf-8-sig" else b""
    return bom + f'<?xml version="1.0" encoding="{options.charset}"?>\n'.encode("ascii")


def _bytes(text: str, options: WriterOptions) -> bytes:
    return text.encode(options.charset)


def _serialised(tree: etree._Element, options: WriterOptions) -> bytes:
    """Without an encoding lxml would turn Cyrillic element names into references: that is not XML any more."""
    return cast("bytes", etree.tostring(tree, encoding=options.charset, xml_declaration=False))
