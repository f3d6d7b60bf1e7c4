"""Fields by the names people give them: read from labels, kept by keys, which never change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from okno.kit.conditions import places
from okno.kit.expressions.expression import parse
from okno.kit.expressions.labels import key_of, relation_key_of
from okno.kit.expressions.tokens import Sort, tokens
from okno.kit.expressions.tree import Aggregate, Name, Node, parts
from okno.kit.registry import Record, registry


def with_keys(source: str, record: Record) -> str:
    """
    An expression as it is kept: labels give way to keys, so that a renamed field breaks nothing.

    :raises Refused: the expression is wrong.
    """
    return _rewritten(source, record, lambda _record, key: key)


def with_labels(source: str, record: Record) -> str:
    """
    An expression as it is shown: `client.region` reads `Клиент.Регион` where the labels leave no doubt.

    :raises Refused: the expression is wrong.
    """
    return _rewritten(source, record, _label_of)


def _rewritten(source: str, record: Record, name: Callable[[Record, str], str]) -> str:
    written = {token.at: token.text for token in tokens(source) if token.sort is Sort.NAME}
    told, end = [], 0
    found = {at: (inside, key) for at, inside, key in _names(parse(source, record).tree, record)}
    for at, (inside, key) in sorted(found.items(), key=lambda one: one[0]):
        told += [source[end : at - 1], name(inside, key)]
        end = at - 1 + len(written[at])
    return "".join([*told, source[end:]])


def _names(node: Node, record: Record) -> Iterator[tuple[int, Record, str]]:
    if isinstance(node, Name):
        yield node.at, record, node.key
    if isinstance(node, Aggregate):
        yield node.named_at, record, node.key
        record = node.relation.record
    for part in parts(node):
        yield from _names(part, record)


def _label_of(record: Record, key: str) -> str:
    label = _joined(_labels(record, key))
    found = key_of(record, label) or relation_key_of(record, label)
    return label if found == key and places.place(record, label) is None else key


def _joined(labels: Iterable[str]) -> str:
    return ".".join(re.sub(r"\W+", "_", label).strip("_") for label in labels)


def _labels(record: Record, key: str) -> Iterator[str]:
    first, _dot, rest = key.partition(".")
    field = record.field(key) or record.field(first)
    if field is None:
        related = places.relation(record, key)
        yield related.label if related else key
        return
    yield str(field.label)
    if rest and record.field(key) is None and field.link in registry.records:
        yield from _labels(registry.record(field.link), rest)
