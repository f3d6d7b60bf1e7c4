"""What happened to access: sign-ins, failures, lock-outs, changes of people and rights."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.access import queries
from okno.access.models import Department, Role, User
from okno.kit import formats
from okno.kit.ids import id_of
from okno.kit.models import CommandRun
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.rows.cells import Moment
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
RED = frozenset({"access.note_failure"})
GREEN = frozenset({"access.sign_in"})


class Security(Page):
    """The journal of access, newest first."""

    permission = "access.view_security"

    def show(self, **_address: Any) -> HttpResponse:
        """A page of the journal."""
        runs = list(queries.security_events(before=id_of(self.request.GET.get("before"))))
        names = _names(runs)
        context = {
            "events": [_event(one, names, self.moment) for one in runs],
            "next_url": f"?before={runs[-1].pk}" if len(runs) == queries.LATEST else "",
            "page_title": _("Security"),
        }
        return self.answer("settings/security.html", context)


def _event(run: CommandRun, names: Context, moment: Moment) -> Context:
    command = registry.commands.get(run.name)
    return {
        "what": str(command.label) if command else run.name,
        "due": "red" if run.name in RED else "green" if run.name in GREEN else "yellow",
        "who": _("Okno") if run.actor_name == SYSTEM.name else run.actor_name,
        "who_url": f"/settings/users/{run.user_id}/" if run.user_id else "",
        "about": _about(run, names),
        "when": formats.moment_text(run.at, moment.at, moment.zone),
        "time": formats.time_text(run.at, moment.zone),
        "title": formats.moment_full(run.at, moment.zone),
    }


def _about(run: CommandRun, names: Context) -> str:
    """Whom or what it was about, and from where."""
    args = run.args
    why = {
        "password": _("wrong password"),
        "code": _("wrong code"),
        "network": _("a network that is not allowed"),
        "locked": _("locked after repeated failures"),
    }
    told = [
        names["user"].get(args.get("user"), "") if run.name != "access.sign_in" else "",
        names["role"].get(args.get("role")) or names["code"].get(args.get("role")) or args.get("name") or "",
        names["department"].get(args.get("department"), ""),
        why.get(args.get("why", ""), ""),
        ", ".join(names["code"].get(one, one) for one in args.get("roles") or []),
        args.get("browser", ""),
        args.get("address", ""),
    ]
    return " · ".join(str(one) for one in told if one)


def _names(runs: list[CommandRun]) -> Context:
    """What ids in the journal stand for, each kind in one statement."""
    ids = {key: {one.args.get(key) for one in runs} for key in ("user", "role", "department")}
    numbers = {key: {one for one in found if isinstance(one, int)} for key, found in ids.items()}
    return {
        "code": {one.code: one.name for one in queries.roles()},
        "user": dict(User.objects.visible_to(SYSTEM).filter(pk__in=numbers["user"]).values_list("pk", "name")),
        "role": dict(Role.objects.filter(pk__in=numbers["role"]).values_list("pk", "name")),
        "department": dict(Department.objects.filter(pk__in=numbers["department"]).values_list("pk", "name")),
    }
