"""Units of measure in the five shapes in which 1C and its plug-ins write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from okno.fronts.exchange.parts.commerceml.nodes import Node, stripped
from okno.fronts.exchange.parts.commerceml.values import number_or_none

# `796>` is what one version of the Bitrix module wrote.
_CODE = re.compile(r"(\d{1,4})>?")
_INTERNATIONAL = re.compile(r"[A-Z]{2,3}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the file tells it: OKEI code, short and full name, international sign, share of the base unit."""

    code: str = ""
    name: str = ""
    full_name: str = ""
    international: str = ""
    coefficient: Decimal | None = None


def of_text(text: str, coefficient: Decimal | None = None) -> Unit | None:
    """A unit told by one word: an OKEI code, an international sign or a name; None when there is nothing."""
    bare = text.strip()
    if not bare:
        return None
    if found := _CODE.fullmatch(bare):
        return Unit(code=found[1], coefficient=coefficient)
    if _INTERNATIONAL.fullmatch(bare):
        return Unit(international=bare, coefficient=coefficient)
    return Unit(name=bare, coefficient=coefficient)


def base(node: Node | None) -> Unit | None:
    """
    The base unit: text with attributes, children `Пересчет`, both, a bare code, or an empty element.

    In the third shape the text stands after the child, where parsers keep it as the child's tail.
    """
    if node is None:
        return None
    said = of_text(stripped(node.element)) or Unit()
    inner = node.nodes("Пересчет")
    unit = Unit(
        code=code(node.attribute("Код")) or said.code or (code(inner[0].text("Единица")) if inner else ""),
        name=said.name or node.attribute("НаименованиеКраткое"),
        full_name=node.attribute("НаименованиеПолное"),
        international=node.attribute("МеждународноеСокращение") or said.international,
        coefficient=number_or_none(inner[0].text("Коэффициент")) if inner else None,
    )
    return unit if unit != Unit() else None


def of_row(node: Node) -> Unit | None:
    """The unit of a document row or a price: `Единица` with children or with a text, else the base unit."""
    ratio = number_or_none(node.text("Коэффициент"))
    inner = node.node("Единица")
    if inner is None:
        return base(node.node("БазоваяЕдиница"))
    if not inner.parts:
        return of_text(node.text("Единица"), ratio) or base(node.node("БазоваяЕдиница"))
    return Unit(
        code=code(inner.text("Код")) or code(inner.text("Ид")),
        name=inner.text("НаименованиеКраткое", "Наименование"),
        full_name=inner.text("НаименованиеПолное"),
        international=inner.text("МеждународноеСокращение"),
        coefficient=ratio,
    )


def code(text: str) -> str:
    """An OKEI code out of a text that may carry blanks or a stray `>`; empty when it is not a code."""
    found = _CODE.fullmatch(text.strip())
    return found[1] if found else ""
