"""An expression read into a tree by the binding power of its operators (Pratt's method)."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused
from okno.kit.expressions.tokens import Sort, Token, fault, tokens
from okno.kit.expressions.tree import Binary, Call, ListOf, Literal, Name, Node, Unary
from okno.kit.expressions.types import Type

MAX_NODES = 300
MAX_DEPTH = 50
LARGEST = Decimal(10) ** 30

_POWER = {
    "|": 1,
    "or": 2,
    "and": 3,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "in"), 5),
    **dict.fromkeys(("+", "-"), 6),
    **dict.fromkeys(("*", "/", "%"), 7),
}
_NOT_POWER = 4
_MINUS_POWER = 8
_CONSTANTS = {
    "true": (True, Type.BOOLEAN),
    "истина": (True, Type.BOOLEAN),
    "да": (True, Type.BOOLEAN),
    "false": (False, Type.BOOLEAN),
    "ложь": (False, Type.BOOLEAN),
    "нет": (False, Type.BOOLEAN),
    "empty": (None, Type.ANY),
    "пусто": (None, Type.ANY),
}


def syntax_tree(source: str) -> Node:
    """
    Read an expression; names and types are not looked at yet.

    :raises Refused: it is not an expression, or it is too large.
    """
    reader = _Reader(tokens(source))
    tree = reader.expression(0)
    rest = reader.next()
    if rest.text == "," and reader.is_between_numbers():
        raise fault(rest.at, _("A fraction is written with a dot: 0.5"))
    if rest.sort is not Sort.END:
        raise fault(rest.at, _("“%(sign)s” does not belong here"), sign=rest.text)
    return tree


class _Reader:
    def __init__(self, words: list[Token]) -> None:
        self.words = words
        self.place = 0
        self.nodes = 0
        self.depth = 0

    def peek(self) -> Token:
        return self.words[self.place]

    def next(self) -> Token:
        word = self.words[self.place]
        self.place += 1
        return word

    def is_between_numbers(self) -> bool:
        """Whether the sign that was just read stands between two numbers."""
        around = (self.words[self.place - 2], self.peek())
        return self.place > 1 and all(one.sort is Sort.NUMBER for one in around)

    def accept(self, sign: str) -> bool:
        word = self.peek()
        found = word.sort is Sort.SIGN and word.text == sign
        self.place += found
        return found

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            raise fault(self.peek().at, _("“%(sign)s” is missing"), sign=sign)

    def expression(self, power: int) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Refused("expressions.too_large", _("The expression is too large."))
        left = self.start()
        while True:
            sign = self.peek()
            strength = _POWER.get(sign.text, 0) if sign.sort is Sort.SIGN else 0
            if strength <= power:
                break
            self.next()
            left = self.piped(left) if sign.text == "|" else self.joined(sign, left, strength)
        self.depth -= 1
        return left

    def joined(self, sign: Token, left: Node, strength: int) -> Node:
        self.count()
        return Binary(sign.text, left, self.expression(strength), sign.at)

    def piped(self, left: Node) -> Node:
        word = self.next()
        if word.sort is not Sort.NAME:
            raise fault(word.at, _("A function must stand after “|”"))
        self.count()
        args = self.list_until(")") if self.accept("(") else ()
        return Call(word.text.lower(), (left, *args), word.at)

    def start(self) -> Node:
        self.count()
        word = self.next()
        if word.sort is Sort.NUMBER:
            return Literal(_number(word), word.at, Type.NUMBER)
        if word.sort is Sort.TEXT:
            return Literal(word.text, word.at, Type.TEXT)
        if word.sort is Sort.NAME:
            return self.named(word)
        return self.signed(word)

    def named(self, word: Token) -> Node:
        if self.accept("("):
            return Call(word.text.lower(), self.list_until(")"), word.at)
        if word.text.lower() in _CONSTANTS:
            value, kind = _CONSTANTS[word.text.lower()]
            return Literal(value, word.at, kind)
        return Name(word.text, word.at)

    def signed(self, word: Token) -> Node:
        match word.text:
            case "(":
                inner = self.expression(0)
                self.expect(")")
                return inner
            case "[":
                return ListOf(self.list_until("]"), word.at)
            case "-":
                return Unary("-", self.expression(_MINUS_POWER), word.at)
            case "not":
                return Unary("not", self.expression(_NOT_POWER), word.at)
        if word.sort is Sort.END:
            raise fault(word.at, _("The expression breaks off"))
        raise fault(word.at, _("“%(sign)s” does not belong here"), sign=word.text)

    def list_until(self, sign: str) -> tuple[Node, ...]:
        if self.accept(sign):
            return ()
        items = [self.expression(0)]
        while self.accept(","):
            items.append(self.expression(0))
        self.expect(sign)
        return tuple(items)

    def count(self) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise Refused("expressions.too_large", _("The expression is too large."))


def _number(word: Token) -> Decimal:
    value = Decimal(word.text)
    if value > LARGEST:
        raise fault(word.at, _("The number is too large"))
    return value
