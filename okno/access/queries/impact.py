"""What a change of rights would do: who would gain and lose which rows, rights and fields, counted exactly by SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.db.models import Model, QuerySet

from okno.access.models import Department, Role, RoleGrant, User
from okno.access.queries import actors
from okno.kit import naming, permissions
from okno.kit.permissions import SYSTEM, Actor, Grant, ReachKind
from okno.kit.registry import Record, registry

SAMPLES = 5
# Among so many of the newest rows samples of different names are looked for.
LOOKED_AT = 20
# Behind the name of a field that is closed in guarded rows only.
GUARDED = "?"
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Person:
    """Somebody whose rights would change."""

    id: int
    name: str
    before: Actor
    after: Actor


@dataclass
class Side:
    """
    What people would gain, or lose, of a record: how many they are, how many rows it is in all, and some of those that
    whoever asks may see themselves.
    """

    people: int = 0
    rows: int = 0
    samples: list[dict[str, Any]] = field(default_factory=list)
    by_person: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Line:
    """One record under one right."""

    record: str
    label: str
    is_change: bool
    gained: Side
    lost: Side


@dataclass
class Impact:
    """The whole: `people` is how many are concerned; rights and fields by how many people gain or lose each."""

    people: int = 0
    lines: list[Line] = field(default_factory=list)
    rights_gained: dict[str, int] = field(default_factory=dict)
    rights_lost: dict[str, int] = field(default_factory=dict)
    fields_opened: dict[str, int] = field(default_factory=dict)
    fields_hidden: dict[str, int] = field(default_factory=dict)
    fields_masked: dict[str, int] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class Draft:
    """A role as it would be."""

    code: str
    name: str
    grants: Sequence[dict[str, Any]]
    hidden: Sequence[str]
    masked: Sequence[str] = ()


def people_of_role(draft: Draft) -> list[Person]:
    """Those who have a role, with the rights they would have if it were as the draft says."""
    users = User.objects.visible_to(SYSTEM).filter(roles__code=draft.code, is_active=True).order_by("name")
    return _changed(_person(user, _drafted(user, draft)) for user in users)


def people_of_roles(user: User, codes: Sequence[str]) -> list[Person]:
    """A user with the rights they would have with exactly these roles."""
    roles = Role.objects.filter(code__in=codes).prefetch_related("grants", "hidden_fields")
    return _changed([_person(user, actors.actor_with(user, [_held(role) for role in roles]))])


def people_of_move(user: User, department_id: int | None) -> list[Person]:
    """A user with the reach they would have in another department."""
    before = actors.actor_afresh(user)
    place = actors.place_of(department_id)
    after = replace(before, department_id=department_id, subtree=place.subtree, above=place.above)
    return _changed([Person(user.pk, user.name, before, after)])


def people_of_tree(department: Department, parent_id: int | None) -> list[Person]:
    """Those who work above a department, now or if it stood below another one, with the reach they would have."""
    parent = Department.objects.filter(pk=parent_id or 0).first()
    now, then = _above(department.path) - {department.pk}, _above(parent.path if parent else "/")
    moved = set(actors.subtree_of(department.pk))
    people = []
    for user in User.objects.visible_to(SYSTEM).filter(department_id__in=now ^ then, is_active=True).order_by("name"):
        before = actors.actor_afresh(user)
        below = set(before.subtree) | moved if user.department_id in then else set(before.subtree) - moved
        people.append(Person(user.pk, user.name, before, replace(before, subtree=tuple(sorted(below)))))
    return _changed(people)


def _above(path: str) -> set[int]:
    """Ids of the departments on a path."""
    return {int(one) for one in path.split("/") if one}


def impact_of(people: Sequence[Person], *, reader: Actor, tell: Tell | None = None) -> Impact:
    """
    Who of these people would gain and lose what.

    :param reader: who asks: rows are counted whoever may see them, and named within the reader's own reach only.
    :param tell: `tell(done, total)` hears how far it is.
    """
    found = Impact(people=len(people))
    _count_rights(found, people)
    for one in people:
        before, after = _closed(one.before), _closed(one.after)
        _add(found.fields_opened, (before.hidden | before.masked) - (after.hidden | after.masked))
        _add(found.fields_hidden, after.hidden - before.hidden)
        _add(found.fields_masked, after.masked - before.masked)
    asked = [(record, right, is_change) for record in _records() for right, is_change in _rights_of(record)]
    for number, (record, right, is_change) in enumerate(asked):
        line = _line(reader, people, record, right, is_change=is_change)
        if line is not None:
            found.lines.append(line)
        if tell is not None:
            tell(number + 1, len(asked))
    return found


def weight_of(people: Sequence[Person]) -> int:
    """How many comparisons an impact takes: whether it is worth a job."""
    return sum(
        1
        for record in _records()
        for right, _is_change in _rights_of(record)
        for one in people
        if _differs(one, record.model, right)
    )


def _person(user: User, after: Actor) -> Person:
    return Person(user.pk, user.name, actors.actor_afresh(user), after)


def _changed(people: Iterable[Person]) -> list[Person]:
    return [one for one in people if _rights(one.before) != _rights(one.after)]


def _rights(actor: Actor) -> tuple[Any, ...]:
    told = {(one.permission, one.reach, repr(one.condition)) for one in actor.grants}
    return (told, actor.hidden, actor.masked, actor.department_id, actor.subtree)


def _drafted(user: User, draft: Draft) -> Actor:
    roles = user.roles.prefetch_related("grants", "hidden_fields")
    held = [_held(role) for role in roles if role.code != draft.code]
    grants = [
        Grant(one["permission"], ReachKind(one["reach"]), one.get("condition"), draft.name) for one in draft.grants
    ]
    veiled = {**dict.fromkeys(draft.masked, True), **dict.fromkeys(draft.hidden, False)}
    return actors.actor_with(user, [*held, actors.Held(tuple(grants), veiled)])


def _held(role: Role) -> actors.Held:
    grants: Iterable[RoleGrant] = role.grants.all()
    return actors.Held(
        tuple(Grant(one.permission, ReachKind(one.reach), one.condition, role.name) for one in grants),
        {f"{one.record}.{one.field}": one.is_masked for one in role.hidden_fields.all()},
    )


def _records() -> list[Record]:
    return [one for one in registry.records.values() if hasattr(one.model, "reach")]


def _rights_of(record: Record) -> list[tuple[str, bool]]:
    change = permissions.own_change(record.model)
    return [(permissions.view_permission(record.model), False), *([(change, True)] if change else [])]


def _count_rights(found: Impact, people: Sequence[Person]) -> None:
    names = [name for name, command in registry.commands.items() if str(command.label) != name]
    names += [*registry.rights, *(f"{area}.export" for area in {one.area for one in registry.records.values()})]
    for one in people:
        for name in names:
            was, will = one.before.may(name), one.after.may(name)
            if was is not will:
                _add(found.rights_gained if will else found.rights_lost, [name])


@dataclass(frozen=True)
class _Closed:
    """Fields that somebody does not see, those of guarded rows marked; and those of which they see the end alone."""

    hidden: set[str]
    masked: set[str]


def _closed(actor: Actor) -> _Closed:
    masked = actor.hidden & actor.masked - actor.veils.keys()
    hidden = {f"{name}{GUARDED}" if name in actor.veils else name for name in actor.hidden - masked}
    return _Closed(hidden, set(masked))


def _add(counts: dict[str, int], names: Iterable[str]) -> None:
    for name in names:
        counts[name] = counts.get(name, 0) + 1


def _differs(person: Person, model: type[Model], right: str) -> bool:
    return bool(_signature(person.before, model, right) != _signature(person.after, model, right))


def _signature(actor: Actor, model: type[Model], right: str) -> Any:
    """What decides which rows somebody reaches: equal signatures need no counting."""
    grants = actor.grants_for(right)
    own = sorted((one.reach.value, repr(one.condition)) for one in grants)
    if not grants or permissions.reach_of(model).everyone or any(one.reach is ReachKind.ALL for one in grants):
        return bool(grants)
    parents = [model._meta.get_field(name).related_model for name in permissions.reach_of(model).via]
    above = [_signature(actor, one, permissions.view_permission(one)) for one in parents if isinstance(one, type)]
    return (own, above, actor.department_id, actor.subtree)


def _line(reader: Actor, people: Sequence[Person], record: Record, right: str, *, is_change: bool) -> Line | None:
    concerned = [one for one in people if _differs(one, record.model, right)]
    gained = _side(reader, record, [(one, _between(record, one.after, one.before, right)) for one in concerned])
    lost = _side(reader, record, [(one, _between(record, one.before, one.after, right)) for one in concerned])
    if not gained.people and not lost.people:
        return None
    return Line(record.name, str(record.plural), is_change, gained, lost)


def _between(record: Record, wide: Actor, narrow: Actor, right: str) -> QuerySet[Any]:
    """Ids of the living rows that the one reaches and the other does not."""
    manager: Any = record.model._default_manager
    living = {"is_deleted": False} if any(one.name == "is_deleted" for one in record.model._meta.fields) else {}
    beyond = manager.visible_to(narrow, right, narrow=True).order_by().values("pk")
    found: QuerySet[Any] = manager.visible_to(wide, right, narrow=True).filter(**living).exclude(pk__in=beyond)
    return found.order_by().values("pk")


def _side(reader: Actor, record: Record, found: Sequence[tuple[Person, QuerySet[Any]]]) -> Side:
    side, rows = Side(), []
    for person, ids in found:
        count = ids.count()
        if count:
            rows.append(ids)
            side.by_person.append({"id": person.id, "name": person.name, "rows": count})
            side.samples.extend(_samples(reader, record, person, ids, side.samples))
    side.people = len(rows)
    side.rows = rows[0].union(*rows[1:]).count() if len(rows) > 1 else sum(one["rows"] for one in side.by_person)
    side.by_person.sort(key=lambda one: -one["rows"])
    return side


def _samples(
    reader: Actor, record: Record, person: Person, ids: QuerySet[Any], told: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Up to two more rows that the reader may see, of other names than those that are told already."""
    most = min(SAMPLES - len(told), 2)
    if not most or not reader.may(permissions.view_permission(record.model)):
        return []
    manager: Any = record.model._default_manager
    newest = manager.visible_to(reader).filter(pk__in=ids).order_by("-pk").values_list("pk", flat=True)[:LOOKED_AT]
    titles = naming.titles(reader, record, set(newest))
    known, found = {one["title"] for one in told}, dict[str, int]()
    for row_id in sorted(titles, reverse=True):
        if titles[row_id] not in known and len(found) < most:
            found.setdefault(titles[row_id], row_id)
    return [{"who": person.name, "title": title, "url": record.url_of(row_id)} for title, row_id in found.items()]
