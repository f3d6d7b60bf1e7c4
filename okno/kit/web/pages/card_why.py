"""Who reaches a row and why: the dialog of a card with reasons, people and what would have to change."""

from __future__ import annotations

from typing import Any, Protocol

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from okno.kit import explaining, permissions
from okno.kit.errors import Missing
from okno.kit.explaining import Reason
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry

Context = dict[str, Any]
EVERYBODY = "all"


class Asking(Protocol):
    """A page about one row."""

    request: HttpRequest

    @property
    def actor(self) -> Actor: ...
    @property
    def record(self) -> Record: ...
    @property
    def row(self) -> Model: ...
    @property
    def row_title(self) -> str: ...
    def answer(self, template: str, context: Context) -> HttpResponse: ...


def part(page: Asking) -> HttpResponse:
    """
    The reasons of one person for one right, or everybody who reaches the row.

    :raises Denied: others are asked about without the right to. :raises Missing: there is no such person or right.
    """
    rights, asked = _rights(page), page.request.GET
    right = asked.get("right") or next(iter(rights))
    who = asked.get("who", "")
    if right not in rights:
        raise Missing("no_right", _("There is no such right."))
    if who and who != str(page.actor.user_id):
        permissions.check_may(page.actor, registry.asks_about_others)
    context: Context = {
        "title": page.row_title,
        "url": page.request.path,
        "rights": [{"value": name, "label": label, "chosen": name == right} for name, label in rights.items()],
        "people": _people(page, who),
    }
    if who == EVERYBODY:
        found = explaining.who_reaches(page.row, right, viewer=page.actor)
        context["everybody"] = [{"name": name, **_told(reason)} for name, reason in found]
    else:
        person = _person(page, who)
        told = explaining.explained(person, page.row, right, viewer=page.actor)
        context |= {
            "holds": told.holds,
            "is_own": person is page.actor,
            "name": person.name,
            "reasons": [_told(one) for one in told.reasons],
        }
    return page.answer("pages/why.html", context)


def _rights(page: Asking) -> dict[str, str]:
    """To look, to change, and the commands that are about one row of the record."""
    model = page.record.model
    found = {permissions.view_permission(model): _("See")}
    if change := permissions.own_change(model):
        found[change] = _("Change")
    for name, command in sorted(registry.commands.items()):
        about = any(one.model is model and not one.many for one in command.parameters.values())
        if about and name.startswith(f"{page.record.area}.") and str(command.label) != name:
            found.setdefault(name, str(command.label))
    return found


def _people(page: Asking, who: str) -> list[Context]:
    if registry.colleagues is None or not page.actor.may(registry.asks_about_others):
        return []
    own = str(page.actor.user_id)
    everybody = {"value": EVERYBODY, "label": _("Everybody who reaches it"), "chosen": who == EVERYBODY}
    people = [
        {"value": str(user_id), "label": name, "chosen": str(user_id) == (who or own)}
        for user_id, name in registry.colleagues()
    ]
    return [everybody, *people]


def _person(page: Asking, who: str) -> Actor:
    if not who or who == str(page.actor.user_id) or registry.actor_of_user is None or registry.colleagues is None:
        return page.actor
    if who not in {str(user_id) for user_id, _name in registry.colleagues()}:
        raise Missing("not_found", _("Not found, or out of your reach."))
    found: Actor = registry.actor_of_user(int(who))
    return found


def _told(reason: Reason) -> Context:
    return {
        "holds": reason.holds,
        "words": reason.words,
        "source": reason.source,
        "fact": reason.fact,
        "hint": reason.hint,
        "parts": [_told(one) for one in reason.parts],
    }
