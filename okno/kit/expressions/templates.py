"""Texts with expressions in them: `Счёт № {{ number }} от {{ date | long_date }}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from okno.kit.conditions.reading import Row
from okno.kit.errors import Refused
from okno.kit.expressions.catalog import Context
from okno.kit.expressions.expression import Expression, evaluate, parse
from okno.kit.expressions.labels import shown
from okno.kit.expressions.tree import Name
from okno.kit.expressions.values import is_empty, text_of
from okno.kit.registry import Record

MAX_TEMPLATE = 200_000
MAX_PLACES = 1000
# A text in quotes may hold braces; anything else up to the closing ones is the expression.
# The lengths are bounded so that braces and quotes that nobody closes cost no more than they are long.
_PLACE = re.compile(
    r"""\{\{((?:"(?:[^"\\]|\\.){0,2000}"|'(?:[^'\\]|\\.){0,2000}'|«[^»]{0,2000}»|[^{}"'«]){0,2000})\}\}""", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text, and the expressions that were empty, each once, in order."""

    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template read once for many rows."""

    parts: tuple[str | Expression, ...]

    @property
    def dependencies(self) -> frozenset[str]:
        """Keys of the fields it looks at."""
        return frozenset().union(*(part.dependencies for part in self.parts if isinstance(part, Expression)))

    def render(self, row: Row, context: Context, escape: Callable[[str], str] = str) -> Rendered:
        """
        Put the values of a row into the text; `escape` is applied to values only.

        :raises Refused: a value cannot be computed.
        """
        told: list[str] = []
        missing: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                told.append(part)
                continue
            value = evaluate(part, row, context)
            if is_empty(value):
                missing.append(part.source)
            told.append(escape(text_of(value)))
        return Rendered("".join(told), tuple(dict.fromkeys(missing)))


def parse_template(source: str, record: Record | None = None) -> Template:
    """
    Read a template and check its expressions.

    :raises Refused: an expression is wrong or a brace is not closed; the position in the template is told.
    """
    if len(source) > MAX_TEMPLATE:
        raise Refused("expressions.too_long_template", _("The template is too long."))
    parts: list[str | Expression] = []
    end = 0
    for number, found in enumerate(_PLACE.finditer(source)):
        if number >= MAX_PLACES:
            raise Refused("expressions.too_long_template", _("The template is too long."))
        parts += [_plain(source, end, found.start()), _expression(found, record)]
        end = found.end()
    return Template((*parts, _plain(source, end, len(source))))


def render_template(
    source: str, row: Row, context: Context, record: Record | None = None, escape: Callable[[str], str] = str
) -> Rendered:
    """Read a template and put the values of a row into it. :raises Refused: as `parse_template` and `render`."""
    return parse_template(source, record).render(row, context, escape)


def _plain(source: str, start: int, end: int) -> str:
    text = source[start:end]
    if "{{" in text:
        position = start + text.index("{{") + 1
        raise Refused(
            "expressions.template",
            _("The braces opened at character %(position)s are not closed"),
            position=position,
        )
    return text


def _expression(found: re.Match[str], record: Record | None) -> Expression:
    inner = found[1]
    try:
        expression = parse(inner.strip(), record)
    except Refused as refused:
        start = found.start(1) + len(inner) - len(inner.lstrip())
        position = start + int(refused.params.get("position", 1))
        raise Refused(
            refused.code,
            _("In “%(expression)s”: %(what)s"),
            expression=inner.strip()[:60],
            what=refused.message,
            position=position,
        ) from refused
    # A document tells people the name of an option, not its code, and the title of a link, not its id.
    tree = shown(expression.tree, record) if isinstance(expression.tree, Name) else None
    return replace(expression, tree=tree) if tree else expression
