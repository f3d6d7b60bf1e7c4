"""Documents made on the basis of others: what a card offers to make, and the tree of what was made of what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okno.kit.permissions import Actor
from okno.kit.registry import Panel, Record, registry
from okno.kit.rows.cells import Moment
from okno.kit.rows.columns import Reader, columns_for

Context = dict[str, Any]
# A row by the name of its record and its id.
Row = tuple[str, int]
MOST_UP, MOST_DOWN, MOST_CHILDREN = 8, 6, 50
STATES, SUMS = ("stage", "state", "status"), ("amount", "total")


@dataclass(frozen=True)
class Offer:
    """What may be made on the basis of a row: the form at `url`, filled with what `carry(row)` gives."""

    label: object
    url: str
    permission: str
    carry: Callable[[Any], Mapping[str, Any]]
    icon: str = "plus"

    def address(self, row: Model) -> str:
        """The form filled from the row; what is empty is left out."""
        carried = {name: value for name, value in self.carry(row).items() if value not in (None, "")}
        return f"{self.url}?{urlencode(carried)}"


@dataclass(frozen=True)
class Link:
    """
    Rows of `child` come of rows of `parent`: the key `path` stands in the child, or in the parent (`is_above`).

    What only `is_about` a row, as deals are about a client, stands below it, but no chain begins with such a row.
    """

    parent: str
    child: str
    path: str
    is_above: bool = False
    is_about: bool = False


@dataclass
class Node:
    """A row in the tree."""

    record: Record
    row_id: int
    cells: list[Context]
    is_here: bool = False
    parts: list[Node] = field(default_factory=list)
    is_cut: bool = False
    is_short: bool = False


_offers: dict[str, list[Offer]] = defaultdict(list)
_links: list[Link] = []


def offer(record: str, *offers: Offer) -> None:
    """Let cards of a record offer to make something on the basis of their row."""
    _offers[record].extend(offers)


def link(parent: str, child: str, path: str, *, is_above: bool = False, is_about: bool = False) -> None:
    """Say that rows of one record come of rows of another, or are about them: both show the tree on their cards."""
    known = {name for one in _links for name in (one.parent, one.child)}
    _links.append(Link(parent, child, path, is_above, is_about))
    for name in {parent, child} - known:
        permission = f"{name.partition('.')[0]}.view"
        registry.add_panel(
            name, Panel("structure", _("Linked documents"), "kit/structure.html", context, permission, position=90)
        )


def offers_for(actor: Actor, record: Record, row: Model) -> list[Context]:
    """What the actor may make on the basis of a row."""
    return [
        {"label": one.label, "icon": one.icon, "url": one.address(row)}
        for one in _offers.get(record.name, [])
        if actor.may(one.permission)
    ]


def context(actor: Actor, row: Model) -> Context:
    """The tree for its panel, without rows out of the actor's reach."""
    record = registry.record_of(type(row))
    root = tree(actor, record, row)
    most = MOST_CHILDREN if root.is_short else 0
    return {"lines": list(_lines(root, 0)), "offers": offers_for(actor, record, row), "most": most}


def tree(actor: Actor, record: Record, row: Model) -> Node:
    """The whole chain that a row stands in, from its first document down, each row within the actor's reach."""
    top_record, top_id, is_cut = _top(actor, record, row.pk)
    reader = _Reader(actor)
    [root] = reader.nodes(top_record, [top_id]).values() or [Node(record, row.pk, [])]
    root.is_cut = is_cut
    seen = {(root.record.name, root.row_id)}
    level = reader.first(root, seen) or [root]
    for _depth in range(MOST_DOWN):
        level = reader.below(level, seen)
        if not level:
            break
    _mark(root, record, row.pk)
    return root


def _top(actor: Actor, record: Record, row_id: int) -> tuple[Record, int, bool]:
    """The first document of the chain; the way up ends where a document is out of reach."""
    passed = {(record.name, row_id)}
    for _step in range(MOST_UP):
        above = _above(actor, record, row_id)
        if above is None:
            return record, row_id, False
        found, parent_id = above
        if parent_id is None or (found.name, parent_id) in passed:
            return record, row_id, parent_id is None
        record, row_id = found, parent_id
        passed.add((record.name, row_id))
    return record, row_id, False


def _above(actor: Actor, record: Record, row_id: int) -> tuple[Record, int | None] | None:
    """The document that a row was made of; without an id when it is out of reach, None when there is none."""
    for one in _links:
        if one.child != record.name or one.is_about or one.parent not in registry.records:
            continue
        parent = registry.record(one.parent)
        if one.is_above:
            every: Any = parent.model._default_manager.filter(**{f"{one.path}_id": row_id})
        else:
            key = record.model._default_manager.filter(pk=row_id).values(f"{one.path}_id")
            every = parent.model._default_manager.filter(pk__in=key)
        found = every.order_by("pk").values_list("pk", flat=True).first()
        if found is not None:
            seen: Any = parent.model._default_manager
            return parent, found if seen.visible_to(actor).filter(pk=found).exists() else None
    return None


@dataclass(frozen=True)
class _Reader:
    actor: Actor

    def nodes(self, record: Record, ids: Sequence[int]) -> dict[int, Node]:
        """Rows within reach by id, with what is told of each, in one statement."""
        own = [key for key in (*STATES, *SUMS) if key in record.fields]
        columns = columns_for(self.actor, record, [record.title, *own])
        reader = Reader(columns)
        manager: Any = record.model._default_manager
        rows = reader.values(manager.visible_to(self.actor).filter(pk__in=ids).order_by("pk"))
        moment = Moment(timezone.now(), self.actor.zone)
        return {row[0]: Node(record, row[0], reader.cells(row, moment)) for row in rows}

    def first(self, root: Node, seen: set[Row]) -> list[Node]:
        """What is about a row, the newest first, but for what came of another such document: that stands below it."""
        made: dict[str, dict[int, Node]] = {}
        for one in _links:
            if one.parent == root.record.name and one.is_about and self.actor.sees_field(one.child, one.path):
                child = registry.record(one.child)
                manager: Any = child.model._default_manager
                mine = manager.visible_to(self.actor).filter(**{one.path: root.row_id}).order_by("-pk")
                ids = list(mine.values_list("pk", flat=True)[: MOST_CHILDREN + 1])
                root.is_short = root.is_short or len(ids) > MOST_CHILDREN
                made[child.name] = self.nodes(child, ids[:MOST_CHILDREN])
        later = {
            (one.child, row_id)
            for one in _links
            if one.parent in made and not one.is_about and one.child in made
            for _parent, row_id in self._pairs(one, registry.record(one.child), list(made[one.parent]))
        }
        for name, nodes in made.items():
            root.parts += [node for row_id, node in sorted(nodes.items(), reverse=True) if (name, row_id) not in later]
        seen |= {(node.record.name, node.row_id) for node in root.parts}
        return list(root.parts)

    def below(self, level: Sequence[Node], seen: set[Row]) -> list[Node]:
        """The next level, hung under the nodes of this one."""
        found: list[Node] = []
        for one in _links:
            parents = {node.row_id: node for node in level if node.record.name == one.parent}
            if not parents or one.is_about or one.child not in registry.records:
                continue
            child = registry.record(one.child)
            pairs = self._pairs(one, child, list(parents))
            made = self.nodes(child, [row_id for _parent, row_id in pairs]) if pairs else {}
            for parent_id, row_id in pairs:
                node = made.get(row_id)
                if node is not None and (child.name, row_id) not in seen:
                    seen.add((child.name, row_id))
                    parents[parent_id].parts.append(node)
                    found.append(node)
        return found

    def _pairs(self, one: Link, child: Record, ids: Sequence[int]) -> list[tuple[int, int]]:
        """(id of the parent, id of the child)."""
        if one.is_above:
            parent = registry.record(one.parent)
            rows: Any = parent.model._default_manager.filter(pk__in=ids).exclude(**{f"{one.path}_id": None})
            return list(rows.values_list("pk", f"{one.path}_id"))
        rows = child.model._default_manager.filter(**{f"{one.path}__in": ids}).order_by("pk")
        return list(rows.values_list(f"{one.path}_id", "pk")[: MOST_CHILDREN * len(ids)])


def _mark(node: Node, record: Record, row_id: int) -> None:
    node.is_here = node.record.name == record.name and node.row_id == row_id
    for part in node.parts:
        _mark(part, record, row_id)


def _lines(node: Node, depth: int) -> list[Context]:
    """The tree as lines of a panel, each with its depth."""
    texts = [one["text"] for one in node.cells]
    line = {
        "depth": depth,
        "icon": node.record.icon,
        "kind": str(node.record.label),
        "title": texts[0] if texts and texts[0] else str(node.record.label),
        "notes": [text for text in texts[1:] if text],
        "url": "" if node.is_here else node.record.url_of(node.row_id),
        "is_here": node.is_here,
        "is_cut": node.is_cut,
    }
    return [line, *(inner for part in node.parts for inner in _lines(part, depth + 1))]
