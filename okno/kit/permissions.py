"""Who may do what to which rows: grants with a reach, compiled to SQL in two shapes, to Python and to words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.lookups import In
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.kit import conditions
from okno.kit.actors import SYSTEM, Actor, Grant, ReachKind, Veil
from okno.kit.conditions import places, reading
from okno.kit.conditions.sql import linked_id
from okno.kit.errors import Denied
from okno.kit.registry import Record, registry

if TYPE_CHECKING:
    from okno.kit.models.base import Reach, RecordQuerySet

__all__ = ["SYSTEM", "Actor", "Grant", "ReachKind", "Veil"]

M = TypeVar("M", bound=Model)
VIA = "via"


@dataclass(frozen=True, slots=True)
class Clause:
    """
    One reason to see a row: its SQL, its Python test and its words.

    `kind` is that of the grant's reach, or VIA where visibility is inherited; `name` is the column or key it looks at,
    `tree` the condition it judges: what an explanation shows the facts of. A condition is told by whoever shows it, in
    words for their reader.
    """

    q: Q
    test: Callable[[Any], bool]
    words: str
    source: str
    kind: str = ""
    name: str = ""
    tree: Any = None


def check_may(actor: Actor, permission: str) -> None:
    """:raises Denied: the actor has no grant for the permission."""
    if not actor.may(permission):
        raise lacking(permission)


def lacking(permission: str) -> Denied:
    """The refusal of whoever has no grant for a permission: it names the right as the editor of roles does."""
    return Denied(
        "denied",
        _("You have no right to do this: “%(right)s”."),
        permission=permission,
        right=label_of(permission) or permission,
    )


def closed(record: Record, key: str) -> Denied:
    """The refusal of whoever asks for a field that is hidden from them."""
    found = places.place(record, key)
    return Denied("denied", _("The field “%(field)s” is closed to you."), field=found.label if found else key)


def label_of(permission: str) -> str:
    """What people call a right; nothing when it has no words of its own."""
    if permission in registry.rights:
        return str(registry.rights[permission])
    command = registry.commands.get(permission)
    if command is not None:
        return str(command.label)
    verbs = {"*": _("Everything here"), "export": _("Export"), "import": _("Import"), "delete": _("Mark for deletion")}
    if (verb := permission.partition(".")[2]) in verbs:
        return verbs[verb]
    names = [
        str(one.plural)
        for one in registry.records.values()
        if hasattr(one.model, "reach") and view_permission(one.model) == permission
    ]
    return _("Look at: %(what)s") % {"what": ", ".join(names)} if names else ""


def check_acts(actor: Actor) -> None:
    """:raises Denied: somebody only looks with these eyes."""
    if actor.looker:
        raise Denied("looking", _("You are looking with the eyes of another person: nothing can be changed."))


def facing(actor: Actor, row: Model) -> Actor:
    """The actor before one row: fields that are closed in some rows of its record are open, masked or closed in it."""
    record = next((one for one in registry.records.values() if one.model is type(row)), None) if actor.veils else None
    own = {name: veil for name, veil in actor.veils.items() if record and name.rpartition(".")[0] == record.name}
    if record is None or not own:
        return actor
    context = _context(actor, None)
    open_ = {name for name, veil in own.items() if conditions.matches(veil.is_open, record, row, context)}
    bare = {name for name, veil in own.items() if conditions.matches(veil.is_bare, record, row, context)}
    masked = (actor.masked - own.keys()) | (bare - open_)
    return actor.seeing((actor.hidden | own.keys()) - open_, masked)


def view_permission(model: type[Model]) -> str:
    """The name of the right to look at rows of a model."""
    return reach_of(model).permission or f"{model._meta.app_label}.view"


def permission_on(command: str, model: type[Model]) -> str:
    """The right by which a command reaches rows of a model: its own name in its area, the right to look elsewhere."""
    own = model._meta.app_label == command.split(".", 1)[0]
    return command if own else view_permission(model)


def reach_of(model: type[Model]) -> Reach:
    """How the model tells whose its rows are."""
    return model.reach  # type: ignore[attr-defined, no-any-return]


def restrict(rows: RecordQuerySet[M], actor: Actor, permission: str = "", *, narrow: bool = False) -> RecordQuerySet[M]:
    """Keep the rows within reach: `OR` of `EXISTS` by default, a `UNION` of ids when `narrow`."""
    permission = permission or view_permission(rows.model)
    clauses = clauses_for(actor, rows.model, permission)
    if clauses is None:
        return rows
    if not clauses:
        return rows.none()
    if narrow and len(clauses) > 1:
        plain = rows.model._default_manager.order_by()
        parts = [plain.filter(clause.q).values("pk") for clause in clauses]
        return rows.filter(pk__in=parts[0].union(*parts[1:]))
    return rows.filter(_any_of(clause.q for clause in clauses))


def reaches(actor: Actor, row: Model, permission: str = "") -> bool:
    """The Python form of `restrict` for one row, with the same answer."""
    clauses = clauses_for(actor, type(row), permission or view_permission(type(row)))
    return clauses is None or any(clause.test(row) for clause in clauses)


def change_permission(model: type[Model]) -> str:
    """The right to change rows of a model: the name of the command of inline edits and the API."""
    return own_change(model) or f"{model._meta.app_label}.update"


def own_change(model: type[Model]) -> str:
    """The name of the command that changes fields of rows of a model; nothing where no command does."""
    _create, update = registry.edited_by().get(registry.record_of(model).name, (None, None))
    return update.name if update is not None else ""


def may_change(actor: Actor, row: Model) -> bool:
    """Whether a row is the actor's to change."""
    right = change_permission(type(row))
    return actor.may(right) and reaches(actor, row, right)


def is_lasting(actor: Actor) -> bool:
    """Whether the actor's reach is the same at every moment: a condition of a grant may speak of the present one."""
    if "is_lasting" not in actor.memo:
        # Veils of rows stand in what is compiled for an actor as well.
        set_ = [one for veil in actor.veils.values() for one in (*veil.hides, *veil.masks)]
        is_plain = all(grant.reach is not ReachKind.CONDITION for grant in actor.grants)
        actor.memo["is_lasting"] = is_plain and all(map(conditions.is_timeless, set_))
    return bool(actor.memo["is_lasting"])


def clauses_for(actor: Actor, model: type[Model], permission: str) -> list[Clause] | None:
    """The reasons by which the actor reaches rows of the model; None means "all rows"."""
    place = ("clauses", model, permission)
    if place not in actor.memo or not is_lasting(actor):
        actor.memo[place] = _reasons(actor, model, permission)
    found: list[Clause] | None = actor.memo[place]
    return found


def _reasons(actor: Actor, model: type[Model], permission: str) -> list[Clause] | None:
    grants = actor.grants_for(permission)
    reach = reach_of(model)
    if any(grant.reach is ReachKind.ALL for grant in grants) or (reach.everyone and grants):
        return None
    clauses = [clause for grant in grants for clause in _clauses_of(actor, model, grant)]
    for name in reach.via if grants else ():
        inherited = _inherited(actor, model, name)
        if inherited is None:
            return None
        clauses.append(inherited)
    return clauses


def _clauses_of(actor: Actor, model: type[Model], grant: Grant) -> Iterable[Clause]:
    reach = reach_of(model)
    if grant.reach is ReachKind.CONDITION:
        yield _by_condition(actor, model, grant)
        return
    if reach.owner:
        yield _equals(reach.owner, actor.user_id, _("You are responsible"), grant, ReachKind.OWN)
    if reach.participants and grant.reach is not ReachKind.OWN:
        yield _by_participation(actor, reach.participants, grant)
    if reach.department and grant.reach is ReachKind.DEPARTMENT:
        words = _("It belongs to your department")
        yield _equals(reach.department, actor.department_id, words, grant, ReachKind.DEPARTMENT)
    if reach.department and grant.reach is ReachKind.SUBTREE:
        yield _one_of(reach.department, actor.subtree, _("It belongs to your department or one below"), grant)


def _equals(column: str, value: int | None, words: str, grant: Grant, kind: ReachKind) -> Clause:
    q = Q(**{column: value}) if value is not None else Q(pk__in=[])
    return Clause(q, lambda row: value is not None and getattr(row, column) == value, words, grant.source, kind, column)


def _one_of(column: str, values: tuple[int, ...], words: str, grant: Grant) -> Clause:
    q = Q(**{f"{column}__in": values})
    return Clause(q, lambda row: getattr(row, column) in values, words, grant.source, ReachKind.SUBTREE, column)


def _by_participation(actor: Actor, through: tuple[str, str, str], grant: Grant) -> Clause:
    label, row_column, user_column = through
    links = apps.get_model(label)._default_manager.filter(**{user_column: actor.user_id})

    def takes_part(row: Model) -> bool:
        return bool(links.filter(**{row_column: row.pk}).exists())

    q = Q(Exists(links.filter(**{row_column: OuterRef("pk")})))
    return Clause(q, takes_part, _("You take part"), grant.source, ReachKind.PARTICIPANTS)


def _by_condition(actor: Actor, model: type[Model], grant: Grant) -> Clause:
    record = registry.record_of(model)
    tree = conditions.parse(grant.condition or {"any": []})
    # A grant is set by the house: what its condition asks of other rows holds whoever may see them.
    context = _context(actor, None)
    return Clause(
        conditions.to_q(tree, record, context),
        lambda row: conditions.matches(tree, record, row, context),
        "",
        grant.source,
        ReachKind.CONDITION,
        tree=tree,
    )


def _inherited(actor: Actor, model: type[Model], name: str) -> Clause | None:
    """Visibility of a parent record; None when every parent is within reach and the link is never empty."""
    key = model._meta.get_field(name)
    parent: type[Model] = key.related_model  # type: ignore[assignment]
    clauses = clauses_for(actor, parent, view_permission(parent))
    column = f"{name}_id"
    if clauses is None:
        if not key.null:  # type: ignore[union-attr]
            return None
        q = Q(**{f"{name}__isnull": False})
        words = _("What it belongs to is within reach")
        return Clause(q, lambda row: getattr(row, column) is not None, words, "", VIA, name)
    seen = parent._default_manager.order_by().filter(_any_of(clause.q for clause in clauses)) if clauses else None
    if seen is None:
        return Clause(Q(pk__in=[]), lambda _row: False, _("What it belongs to is out of reach"), "", VIA, name)
    return Clause(
        Q(Exists(seen.filter(pk=OuterRef(column)))),
        lambda row: getattr(row, column) is not None and reaches(actor, getattr(row, name)),
        _("What it belongs to is within reach"),
        "",
        VIA,
        name,
    )


def _any_of(parts: Iterable[Q]) -> Q:
    joined = Q()
    for part in parts:
        joined |= part
    return joined


def condition_context(actor: Actor) -> conditions.Context:
    """What the actor's own conditions need to know of them and the moment; no row out of reach is told of."""
    return _context(actor, _Sight(actor))


def watching_context(actor: Actor) -> conditions.Context:
    """What conditions set by the house need to know: what they ask of other rows holds whoever may see them."""
    return _context(actor, None)


def _context(actor: Actor, sight: conditions.Sight | None) -> conditions.Context:
    return conditions.Context(
        me=actor.user_id,
        department=actor.department_id,
        subtree=actor.subtree,
        at=timezone.now(),
        zone=actor.zone,
        sight=sight,
    )


@dataclass(frozen=True, slots=True)
class _Sight:
    """What an actor may learn of by conditions: the rows that they may look at."""

    actor: Actor

    def limited(self, model: type[Model]) -> QuerySet[Any] | None:
        clauses = clauses_for(self.actor, model, view_permission(model))
        rows = model._default_manager.order_by()
        if clauses is None:
            return None
        return rows.filter(_any_of(clause.q for clause in clauses)) if clauses else rows.none()

    def sees(self, row: Model) -> bool:
        return reaches(self.actor, row)

    def opened(self, record: Record, key: str) -> Q | None:
        if not self.actor.veils:
            return None
        first, _dot, rest = key.partition(".")
        veil, link = self.actor.veil_of(record.name, first), _linked_by(record, first) if rest else None
        parts = [conditions.to_q(veil.is_open, record, _context(self.actor, None))] if veil else []
        if link is not None and (inner := self.opened(link.record, rest)) is not None:
            parts.append(link.leading_to(link.record.model._default_manager.order_by().filter(inner)))
        return Q(*parts) if parts else None

    def opens(self, row: Model, record: Record, key: str) -> bool:
        if not self.actor.veils:
            return True
        first, _dot, rest = key.partition(".")
        is_veiled, link = self.actor.veil_of(record.name, first) is not None, _linked_by(record, first)
        if is_veiled and not facing(self.actor, row).sees_field(record.name, first):
            return False
        if link is None or not rest:
            return True
        linked = link.row_of(row)
        return linked is None or self.opens(linked, link.record, rest)


@dataclass(frozen=True, slots=True)
class _Link:
    """The record behind a link and the path to its row; of a custom link, which is no column, its `key`."""

    record: Record
    path: str
    key: str = ""

    def leading_to(self, rows: QuerySet[Any]) -> Q:
        """Rows whose link leads to one of these."""
        if self.key:
            return Q(In(linked_id(self.key), rows.values("pk")))
        return Q(Exists(rows.filter(pk=OuterRef(self.path))))

    def row_of(self, row: Model) -> Model | None:
        """The row that the link of one leads to."""
        if self.key:
            return reading.linked(row, self.record, self.key)
        linked: Any = row
        for name in self.path.split("__"):
            linked = getattr(linked, name, None)
        return linked if isinstance(linked, Model) else None


def _linked_by(record: Record, key: str) -> _Link | None:
    found = record.field(key)
    if found is None or found.many or found.link not in registry.records:
        return None
    linked, place = registry.record(found.link), places.place(record, key)
    return _Link(linked, "", found.key) if found.is_custom else _Link(linked, place.path if place else "")
