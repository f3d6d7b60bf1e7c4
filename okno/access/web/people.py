"""Users: the list, the card with roles and browsers, and what the administrator does with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from okno.access import commands, queries
from okno.access.models import User
from okno.access.record import USER
from okno.access.web import forms
from okno.access.web.told_first import ToldFirst
from okno.kit import formats
from okno.kit.permissions import Actor
from okno.kit.secrets import SecretText
from okno.kit.web import pages
from okno.kit.web.pages import CommandPage

ACTIVE = {"field": "is_active", "op": "eq", "value": True}
GONE = {"field": "is_active", "op": "eq", "value": False}


class UserList(pages.ListPage):
    """Everybody who may sign in."""

    record, query = USER, queries.users
    columns = ("name", "post", "department", "email", "phone", "is_available", "network")
    tabs = (
        pages.Tab("active", pgettext_lazy("of a list", "May sign in"), where=ACTIVE),
        pages.Tab("gone", pgettext_lazy("of a list", "Shut out"), where=GONE),
        pages.Tab("all", gettext_lazy("All")),
    )
    create_url, create_label, create_permission = "/settings/users/new/", gettext_lazy("User"), "access.add_user"


class UserCard(pages.CardPage):
    """A person: where they work, what they may do, where they are signed in."""

    record, query = USER, queries.user_for_card
    sections = (
        pages.Section(gettext_lazy("Person"), ("name", "post", "department", "email", "phone")),
        pages.Section(gettext_lazy("Work"), ("is_available", "deputy", "is_active", "network", "zone")),
    )
    has_files = False
    update, update_on = commands.fill_in, "user"
    header_actions = (
        pages.Action(gettext_lazy("Change"), "edit", "/settings/users/{id}/change/", "access.update_user"),
        pages.Action(gettext_lazy("Roles"), "shield", "/settings/users/{id}/roles/", "access.set_roles"),
    )

    @property
    def more_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """What fits the state of the person."""
        user: User = self.row  # type: ignore[assignment]
        presence = _("Takes no new work") if user.is_available else _("Takes new work again")
        access = _("Shut out") if user.is_active else pgettext("to sign in", "Let in")
        step = _("Reset the second step")
        return (
            pages.Action(presence, "user", "/settings/users/{id}/presence/", "access.set_available"),
            pages.Action(_("Set a password"), "key", "/settings/users/{id}/password/", "access.set_password"),
            pages.Action(step, "shield", "/settings/users/{id}/two-step/", "access.reset_two_step"),
            pages.Action(_("Look with their eyes"), "eye", "/settings/users/{id}/look/", "access.look_as"),
            pages.Action(_("Sign out everywhere"), "logout", "/settings/users/{id}/sign-out/", "access.sign_out_user"),
            pages.Action(access, "ban", "/settings/users/{id}/access/", "access.set_active"),
        )

    def head(self) -> dict[str, Any]:
        """Whether the person may sign in and takes work."""
        user: User = self.row  # type: ignore[assignment]
        if not user.is_active:
            return {"badge": {"label": _("shut out"), "due": "red"}}
        if not user.is_available:
            text = _("takes no new work: %(deputy)s does") % {"deputy": user.deputy.name} if user.deputy else ""
            return {"badge": {"label": text or _("takes no new work"), "due": "yellow"}}
        return {"badge": {"label": _("takes new work"), "due": "green"}}


class AddUser(CommandPage):
    """A new person."""

    command, form = commands.add_user, forms.AddUser
    title, submit = gettext_lazy("New user"), gettext_lazy("Add")


class OnUser(CommandPage):
    """A command about one person."""

    on, query, stays = "user", queries.user_for_card, True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is known of the person."""
        assert isinstance(row, User)  # noqa: S101 - `on` says so
        return {
            "name": row.name,
            "email": row.email,
            "post": row.post,
            "phone": row.phone,
            "department": row.department_id,
            "network": row.network,
            "zone": row.zone,
            "roles": list(row.roles.values_list("code", flat=True)),
        }


class ChangeUser(ToldFirst, OnUser):
    """Name, post, department, network."""

    command, form = commands.update_user, forms.ChangeUser
    decisive, submit = "department", gettext_lazy("Save")

    def people(self, row: Any, cleaned: Mapping[str, Any]) -> Sequence[queries.Person]:
        """The person, as if they worked in the department that was chosen."""
        return queries.people_of_move(row, cleaned["department"])

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The command takes the plain fields together."""
        return {
            "values": {name: cleaned[name] for name in ("name", "email", "post", "phone", "zone")},
            "department": cleaned["department"],
            "network": cleaned["network"],
        }


class UserRoles(ToldFirst, OnUser):
    """Which roles a person has."""

    command, form = commands.set_roles, forms.Roles
    decisive, submit = "roles", gettext_lazy("Look what changes, and save")

    def people(self, row: Any, cleaned: Mapping[str, Any]) -> Sequence[queries.Person]:
        """The person, as if they had the roles that were chosen."""
        return queries.people_of_roles(row, cleaned["roles"])


class UserPassword(OnUser):
    """Another password, when the person has lost theirs."""

    command, form = commands.set_password, forms.SetPassword
    text = gettext_lazy("All browsers of the person are signed out, and a lock-out after failures ends.")

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The password is hidden at once."""
        return {"password": SecretText(cleaned["password"])}


class UserSignOut(OnUser):
    """End all sessions of a person."""

    command = commands.sign_out_user


class UserTwoStep(OnUser):
    """Forget the authenticator of a person."""

    command = commands.reset_two_step
    text = gettext_lazy("At the next sign-in the password alone is enough. The person can set the second step up anew.")


class UserPresence(OnUser):
    """Whether new work is given to a person, and who gets it if not."""

    command, form = commands.set_available, forms.Presence

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The other way round than now."""
        return {"is_available": not _is(self, "is_available"), **cleaned}


class UserAccess(OnUser):
    """Let a person in, or shut them out."""

    command = commands.set_active
    is_danger = True
    text = gettext_lazy("Whoever is shut out is signed out of all browsers at once, and their API tokens end.")

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The other way round than now."""
        return {"is_active": not _is(self, "is_active")}


def rights_panel(_actor: Actor, user: User) -> dict[str, Any]:
    """The roles of a person."""
    return {"items": [{"label": one.name, "url": f"/settings/roles/{one.pk}/"} for one in user.roles.order_by("name")]}


def sessions_panel(actor: Actor, user: User) -> dict[str, Any]:
    """Where a person is signed in."""
    found = queries.sessions_of_user(user)
    items = [
        {"label": one.browser or _("Unknown browser"), "url": "#", "note": f"{one.address or ''} · {_day(actor, one)}"}
        for one in found
    ]
    return {"items": items, "has_two_step": queries.has_two_step(user)}


def _day(actor: Actor, one: Any) -> str:
    return formats.moment_exact(one.started_at, actor.zone)


def _is(page: CommandPage, name: str) -> bool:
    row = page.row(**page.kwargs)
    return bool(getattr(row, name))
