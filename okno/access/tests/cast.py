"""Named people for tests: a director, a head of sales, two sellers, and a stranger without any right."""

from __future__ import annotations

from dataclasses import dataclass

from okno.access import commands, queries
from okno.access.models import Department, User
from okno.kit.permissions import SYSTEM, Actor


@dataclass
class Cast:
    """
    The people: the director reaches all, the head their department and those below, Anna and Boris their own rows,
    the stranger nothing.
    """

    sales: Department
    team: Department
    director: User
    head: User
    anna: User
    boris: User
    stranger: User

    def actor(self, who: str) -> Actor:
        """The actor of a person, with rights as they are now."""
        user: User = getattr(self, who)
        user.refresh_from_db()
        return queries.actor_of(user)

    def hide(self, who: str, *fields: str) -> None:
        """Leave a person one role, that of a seller, which may not read these fields (`record.field`)."""
        user: User = getattr(self, who)
        user.roles.clear()
        role(f"blind-{who}", "own", list(fields))
        commands.give_role(actor=SYSTEM, user=user, role=f"blind-{who}")


def role(code: str, reach: str, hidden: list[str]) -> None:
    """A role that may do everything with rows of this reach, and look at colleagues."""
    grants = [{"permission": "*", "reach": reach}, {"permission": "access.view", "reach": "all"}]
    commands.set_role(actor=SYSTEM, code=code, name=code, grants=grants, hidden=hidden)


def gathered() -> Cast:
    """Make the people with their departments and roles."""
    sales = commands.add_department(actor=SYSTEM, name="Продажи")
    team = commands.add_department(actor=SYSTEM, name="Опт", parent=sales)
    names = {
        "director": ("Орлова Нина Павловна", None),
        "head": ("Соколов Пётр Ильич", sales),
        "anna": ("Иванова Анна Петровна", team),
        "boris": ("Борисов Борис Борисович", team),
        "stranger": ("Чужой Иван", None),
    }
    people = {
        key: commands.add_user(actor=SYSTEM, email=f"{key}@okno.test", name=name, department=department)
        for key, (name, department) in names.items()
    }
    for code, reach in (("director", "all"), ("head", "subtree"), ("seller", "own")):
        role(code, reach, [])
    for who, code in (("director", "director"), ("head", "head"), ("anna", "seller"), ("boris", "seller")):
        commands.give_role(actor=SYSTEM, user=people[who], role=code)
    return Cast(sales=sales, team=team, **people)
