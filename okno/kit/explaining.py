"""Why somebody reaches a row or does not: the reasons of their grants with the facts that make each true or false."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.apps import apps
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.kit import conditions, naming, openness, permissions, quotes
from okno.kit.conditions.tree import AllOf, AnyOf, Condition, Leaf, Negated
from okno.kit.permissions import VIA, Actor, Clause, ReachKind
from okno.kit.registry import Record, registry
from okno.kit.rows.cells import Moment
from okno.kit.rows.columns import columns_for

DEEPEST = 4


@dataclass(frozen=True)
class Reason:
    """
    One reason: whether it holds, in words, the role it comes from, the data that make it so, the reasons it is made of,
    and what would have to change for it to hold.
    """

    holds: bool
    words: str
    source: str = ""
    fact: str = ""
    hint: str = ""
    parts: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Explained:
    """Whether somebody reaches a row under a right, and all reasons."""

    holds: bool
    reasons: tuple[Reason, ...]


def explained(actor: Actor, row: Model, permission: str, *, viewer: Actor, depth: int = 0) -> Explained:
    """
    The reasons by which an actor reaches a row, or would.

    :param viewer: who reads this: fields hidden from them and rows out of their reach are not told of.
    """
    clauses = permissions.clauses_for(actor, type(row), permission)
    if clauses is None:
        sources = ", ".join(dict.fromkeys(grant.source for grant in actor.grants_for(permission)))
        return Explained(True, (Reason(True, _("All rows are within reach"), sources),))
    if not clauses:
        hint = _("Give a role that has this right.")
        return Explained(False, (Reason(False, _("No role gives this right"), hint=hint),))
    teller = _Teller(actor, row, viewer, depth)
    reasons = tuple(teller.reason(one) for one in clauses)
    if any(one.holds for one in reasons):
        return Explained(True, tuple(replace(one, hint="") for one in reasons))
    return Explained(False, reasons)


def who_reaches(row: Model, permission: str, *, viewer: Actor) -> Iterator[tuple[str, Reason]]:
    """Everybody who reaches a row, by name, each with the first reason that holds."""
    if registry.colleagues is None or registry.actor_of_user is None:
        return
    for user_id, name in registry.colleagues():
        found = explained(registry.actor_of_user(user_id), row, permission, viewer=viewer)
        if found.holds:
            yield name, next(one for one in found.reasons if one.holds)


@dataclass(frozen=True)
class _Teller:
    actor: Actor
    row: Model
    viewer: Actor
    depth: int

    @property
    def record(self) -> Record:
        return registry.record_of(type(self.row))

    @property
    def is_own(self) -> bool:
        """Whether the reader asks about themselves."""
        return self.actor.user_id == self.viewer.user_id

    def sentence(self, tree: Condition) -> str:
        """A condition as its reader may have it told."""
        return naming.sentence(self.viewer, self.record, tree, about="" if self.is_own else self.actor.name)

    def reason(self, clause: Clause) -> Reason:
        holds = clause.test(self.row)
        if clause.kind == ReachKind.CONDITION and self.is_hiding(clause.tree):
            return Reason(holds, _("By a condition on a field hidden from you"), clause.source)
        if clause.kind == ReachKind.CONDITION:
            words = self.sentence(clause.tree)
            return Reason(holds, words, clause.source, parts=self.of_condition(clause.tree))
        if clause.kind == VIA:
            return self.inherited(clause, holds=holds)
        hint = "" if holds else _hint(clause)
        return Reason(holds, self.words(clause), clause.source, self.fact(clause), hint)

    def words(self, clause: Clause) -> str:
        """About a colleague it is told in the third person."""
        if self.is_own:
            return clause.words
        told = {
            ReachKind.OWN: _("Is responsible"),
            ReachKind.PARTICIPANTS: _("Takes part"),
            ReachKind.DEPARTMENT: _("It belongs to their department"),
            ReachKind.SUBTREE: _("It belongs to their department or one below"),
        }
        return told.get(ReachKind(clause.kind), clause.words) if clause.kind else clause.words

    def fact(self, clause: Clause) -> str:
        if clause.kind == ReachKind.PARTICIPANTS:
            return _("take part: %(names)s") % {"names": ", ".join(self.participants()) or _("no one")}
        if not clause.name or self.is_closed(clause.name):
            return ""
        return _("now: %(value)s") % {"value": self.linked(clause.name)}

    def is_hiding(self, tree: Condition) -> bool:
        """Whether a condition looks at fields hidden from the reader: its very words would tell their values."""
        return any(openness.hidden_keys(self.viewer, self.record, tree))

    def is_closed(self, column: str) -> bool:
        """Whether a field that shows this column is hidden from the reader."""
        name = column.removesuffix("_id")
        fields = self.record.fields.items()
        shown = [key for key, field in fields if field.path == name or field.path.startswith(f"{name}__")]
        return any(not self.viewer.sees_field(self.record.name, key) for key in shown)

    def linked(self, column: str) -> str:
        """What a key of the row points to."""
        if column in {"id", "pk"}:
            return str(self.row)
        field = self.row._meta.get_field(column.removesuffix("_id"))
        found = getattr(self.row, field.name, None)
        return str(found) if found is not None else _("nothing")

    def participants(self) -> list[str]:
        through = permissions.reach_of(type(self.row)).participants
        if through is None:
            return []
        label, row_column, user_column = through
        model = apps.get_model(label)
        key = model._meta.get_field(user_column.removesuffix("_id")).name
        links = model._default_manager.filter(**{row_column: self.row.pk}).select_related(key)
        return sorted(str(getattr(one, key)) for one in links)

    def inherited(self, clause: Clause, *, holds: bool) -> Reason:
        parent = getattr(self.row, clause.name, None)
        if parent is None:
            return Reason(holds, _("It belongs to nothing from which its visibility would come"))
        label = registry.record_of(type(parent)).label
        if self.depth >= DEEPEST or not permissions.reaches(self.viewer, parent):
            words = _("%(record)s it belongs to is within reach") if holds else _("%(record)s it belongs to is not")
            return Reason(holds, words % {"record": label})
        right = permissions.view_permission(type(parent))
        inner = explained(self.actor, parent, right, viewer=self.viewer, depth=self.depth + 1)
        words = (
            _("It belongs to: %(record)s “%(title)s”, which is within reach")
            if holds
            else _("It belongs to: %(record)s “%(title)s”, which is out of reach")
        )
        title = naming.titles(self.viewer, registry.record_of(type(parent)), {parent.pk}).get(parent.pk)
        return Reason(holds, quotes.told(words, record=label, title=title or _("No title")), parts=inner.reasons)

    def of_condition(self, tree: Condition) -> tuple[Reason, ...]:
        """Each leaf of a condition with the value that the row has now."""
        match tree:
            case AllOf(parts) | AnyOf(parts):
                return tuple(self.node(one) for one in parts)
        return (self.node(tree),)

    def node(self, tree: Condition) -> Reason:
        context = permissions.watching_context(self.actor)
        holds = conditions.matches(tree, self.record, self.row, context)
        words = self.sentence(tree)
        match tree:
            case AllOf(parts) | AnyOf(parts) if len(parts) > 1:
                return Reason(holds, words, parts=tuple(self.node(one) for one in parts))
            case Leaf(field):
                return Reason(holds, words, fact=self.value(field))
            case Negated(Leaf(field)):
                return Reason(holds, words, fact=self.value(field))
        return Reason(holds, words)

    def value(self, key: str) -> str:
        """A field of the row as its reader may see it; nothing of fields reached through links."""
        found = columns_for(self.viewer, self.record, [key])
        if not found:
            return _("this field is hidden from you") if "." not in key else ""
        column = found[0]
        values = type(self.row)._default_manager.filter(pk=self.row.pk).values_list(*column.paths).first()
        if values is None:
            return ""
        text = str(column.cell(values, Moment(timezone.now(), self.viewer.zone))["text"])
        return _("now: %(value)s") % {"value": text or _("nothing")}


def _hint(clause: Clause) -> str:
    """What would have to change."""
    match clause.kind:
        case ReachKind.OWN:
            return _("Make this person responsible.")
        case ReachKind.PARTICIPANTS:
            return _("Let this person take part.")
        case ReachKind.DEPARTMENT | ReachKind.SUBTREE:
            return _("Give it to somebody of that department, or give a wider role.")
    return ""
