"""Elements of the files we write: text cleaned and cut to what the schemas allow, sums with two decimals."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

# Limits of НаименованиеТип (250 in 2.04, 255 later), КомментарийТип and ЗначениеТип.
NAME, COMMENT, VALUE = 250, 3000, 1000
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KOPECK = Decimal("0.01")


def element(name: str, parent: etree._Element | None = None) -> etree._Element:
    """A new element, without namespace: the root declares one for all."""
    return etree.Element(name) if parent is None else etree.SubElement(parent, name)


def clean(text: str, limit: int = NAME) -> str:
    """Text without the characters that XML forbids (one kills the package), no longer than the schema allows."""
    return _FORBIDDEN.sub("", text).strip()[:limit]


def put(parent: etree._Element, name: str, text: str, limit: int = NAME) -> None:
    """A child with this text; nothing at all when the text is empty, since 2.04 allows no empty texts."""
    if ready := clean(text, limit):
        element(name, parent).text = ready


def must(parent: etree._Element, name: str, text: str, limit: int = NAME) -> None:
    """A child that the schema asks for, even when its text is empty."""
    element(name, parent).text = clean(text, limit)


def requisites(parent: etree._Element, pairs: list[tuple[str, str]]) -> None:
    """A block of named values; those without a value are left out."""
    ready = [(clean(name), clean(value, VALUE)) for name, value in pairs]
    if not any(value for _name, value in ready):
        return
    block = element("ЗначенияРеквизитов", parent)
    for name, value in ready:
        if name and value:
            one = element("ЗначениеРеквизита", block)
            put(one, "Наименование", name)
            put(one, "Значение", value, VALUE)


def money(amount: Decimal) -> str:
    """A sum with two decimals, which is all that СуммаТип takes."""
    return format(amount.quantize(_KOPECK, ROUND_HALF_UP), "f")


def plain_number(value: Decimal) -> str:
    """A quantity or a rate without superfluous zeros and without exponent."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def switch(value: object) -> str:
    """A switch as both 1C and the schema read it."""
    return "true" if value else "false"


def day(value: date) -> str:
    """A day of ДатаТип."""
    return value.strftime("%Y-%m-%d")


def stamp(value: datetime) -> str:
    """A moment of ДатаВремяТип, without zone."""
    return value.strftime("%Y-%m-%dT%H:%M:%S")


def spaced(value: datetime | None) -> str:
    """A moment as requisites of orders carry it; empty when there is none."""
    return value.strftime("%Y-%m-%d %H:%M:%S") if value else ""
