"""Roles: the list and the editor of their rights, conditions and hidden fields."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms as django_forms
from django.db.models import Max, Model
from django.http import HttpResponse, QueryDict
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import commands, queries, rules
from okno.access.models import Role, User
from okno.access.web import forms, impact, rights
from okno.kit.errors import Missing, Refused
from okno.kit.ids import id_of
from okno.kit.permissions import Actor, ReachKind
from okno.kit.web import htmx
from okno.kit.web.conditions import Builder
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
ROLES = "/settings/roles/"
SHIPPED = "shipped:"
SEPARATOR = "~"
ROOT = f"{SEPARATOR}kind"
BOUNDS = ("network", "opens_at", "closes_at", "most_views")


class Roles(Page):
    """All roles with how many people have each."""

    permission = commands.set_role.name

    def show(self, **_address: Any) -> HttpResponse:
        """The list."""
        rows = [
            {"name": one.name, "people": getattr(one, "count", 0), "url": f"{ROLES}{one.pk}/"}
            for one in queries.roles()
        ]
        return self.answer("settings/roles.html", {"roles": rows, "page_title": _("Roles and rights")})


class NewRole(django_forms.Form):
    """A new role, as a copy of another one or empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.text(_("Name"), most=100, required=True)
        shipped = [(f"{SHIPPED}{one.code}", str(one.name)) for one in rules.shipped_roles()]
        present = [(str(one.pk), one.name) for one in queries.roles()]
        choices = [("", _("Without rights")), (_("Roles here"), present), (_("Roles as they are shipped"), shipped)]
        self.fields["copy_of"] = django_forms.ChoiceField(label=_("Same rights as"), required=False, choices=choices)


class AddRole(CommandPage):
    """A new role."""

    command, form = commands.set_role, NewRole
    title, submit = gettext_lazy("New role"), gettext_lazy("Add")

    def arguments(self, cleaned: Any) -> Context:
        """A code of its own, and the rights of the role it is a copy of."""
        name, copied = cleaned["name"], cleaned["copy_of"]
        if copied.startswith(SHIPPED):
            shipped = next(one for one in rules.shipped_roles() if one.code == copied.removeprefix(SHIPPED))
            grants = [{"permission": permission, "reach": reach} for permission, reach in shipped.pairs]
            return {"code": new_code(name), "name": name, "grants": grants, "hidden": []}
        source = queries.role(int(copied)) if copied else None
        rights_of = queries.role_told(source) if source else {"grants": [], "hidden": []}
        return {**rights_of, "code": new_code(name), "name": name}

    def success_url(self, result: Any, row: Model | None) -> str:
        """To its rights."""
        return f"{ROLES}{result.pk}/" if isinstance(result, Role) else ROLES


class DropRole(CommandPage):
    """Delete a role that nobody has."""

    command, on = commands.drop_role, "role"
    is_danger = True

    @staticmethod
    def query(_actor: Actor, role_id: int) -> Role | None:
        """The role."""
        return queries.role(role_id)

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return ROLES


class RoleEditor(Page):
    """What a role may do, to which rows, and what it may not read."""

    permission = commands.set_role.name
    parts: ClassVar[dict[str, str]] = {"impact": "counted", "where": "where"}
    actions: ClassVar[dict[str, str]] = {"impact": "impact"}

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The editor."""
        return self._page(self._role(id))

    def act(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Replace the rights of the role by what was chosen."""
        role, sent = self._role(id), self.request.POST
        try:
            commands.set_role(
                actor=self.actor,
                code=role.code,
                name=sent.get("name", "").strip()[:100] or role.name,
                grants=read_grants(self.actor, sent),
                bounds={name: sent.get(name, "") for name in BOUNDS},
                **read_veils(sent),
            )
        except Refused as refusal:
            return self._page(role, error=refusal.message, status=422)
        return htmx.redirect(
            self.request, f"{ROLES}{role.pk}/", toast=_("Saved. It holds from the next click of each person.")
        )

    def impact(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Who would gain and lose what by what was chosen; nothing is saved."""
        role, sent = self._role(id), self.request.POST
        grants = read_grants(self.actor, sent)
        commands.check_conditions(self.actor, role.code, grants)
        draft = queries.Draft(role.code, role.name, grants, **read_veils(sent))
        bounds = {name: sent.get(name, "") for name in BOUNDS}
        return self._impact(impact.of_draft(self.actor, draft), role, bounds)

    def counted(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """What a job has counted meanwhile. :raises Missing: it is not one's own, or is not there."""
        asked = self.request.GET
        bounds = {name: asked.get(name, "") for name in BOUNDS}
        return self._impact(impact.of_job(self.actor, id_of(asked.get("job")) or 0), self._role(id), bounds)

    def where(self, **_address: Any) -> HttpResponse:
        """An editor for the condition of a right. :raises Missing: the right has no rows to choose from."""
        builder = builder_of(self.actor, self.request.GET.get("right", ""))
        if builder is None:
            raise Missing("no_record", _("This right has no rows to choose from."))
        return HttpResponse(builder.render({"all": []}))

    def _impact(self, found: Context, role: Role, bounds: dict[str, str]) -> HttpResponse:
        wait_url = f"{self.request.path}?{urlencode({'part': 'impact', 'job': found.get('job', ''), **bounds})}"
        found = {**found, "bounds": impact.bounds_told(role, bounds)}
        return self.answer("settings/impact.html", {"impact": found, "wait_url": wait_url})

    def _role(self, role_id: int) -> Role:
        found = queries.role(role_id)
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return found

    def _page(self, role: Role, *, error: str = "", status: int = 200) -> HttpResponse:
        (reaches, where), veils = rights.chosen(role), rights.veils_of(role)
        bounds = queries.role_told(role)["bounds"]
        if error:
            sent = self.request.POST
            (reaches, where), veils = _as_sent(self.actor, sent), _veils_as_sent(sent)
            bounds = {name: sent.get(name, "") for name in BOUNDS}
        context = {
            "role": role,
            "error": error,
            "name": self.request.POST.get("name", role.name),
            "people": [{"name": one.name, "url": f"/settings/users/{one.pk}/"} for one in role.people.order_by("name")],
            "areas": [self._area(title, found, reaches, where) for _name, title, found in rights.by_area(role)],
            "reaches": rights.REACHES,
            "veiled": rights.veiled_fields(veils),
            "groups": rights.field_groups(veils),
            "matrix": rights.matrix(role),
            "bounds": bounds,
            "networks": User.Network.choices,
            "page_title": role.name,
        }
        return self.answer("settings/role.html", context, status)

    def _area(self, title: str, found: list[rights.Right], reaches: dict[str, str], where: dict[str, Any]) -> Context:
        rows = [
            {
                "name": one.name,
                "label": one.label,
                "reach": reaches.get(one.name, ""),
                "where": _editor(self.actor, one.name, where[one.name]) if one.name in where else "",
                "has_rows": queries.main_record(one.name) is not None,
            }
            for one in found
        ]
        count = sum(1 for one in rows if one["reach"] or one["where"])
        return {"title": title, "rows": rows, "count": count}


def read_grants(actor: Actor, sent: QueryDict) -> list[Context]:
    """
    Grants from the inputs `reach:<right>` and the editors of conditions `where:<right>`.

    :raises Refused: a condition cannot be read, or a reach is unknown.
    """
    grants: list[Context] = []
    for name, value in sent.items():
        kind, _colon, right = name.partition(":")
        if kind == "reach" and value:
            if value not in rights.WIDTH:
                raise Refused("access.bad_reach", _("There is no reach “%(reach)s”."), reach=str(value))
            grants.append({"permission": right, "reach": value})
        if kind == "where" and right.endswith(ROOT) and right.count(SEPARATOR) == 1:
            condition = _read_condition(actor, right.removesuffix(ROOT), sent)
            if condition is not None:
                grants.append(condition)
    return grants


def _read_condition(actor: Actor, right: str, sent: QueryDict) -> Context | None:
    """The grant by a condition; None when the editor asks nothing: a reach says "all rows" better."""
    builder = builder_of(actor, right)
    tree = builder.read(sent) if builder else {"all": []}
    if tree == {"all": []}:
        return None
    return {"permission": right, "reach": ReachKind.CONDITION.value, "condition": tree}


def builder_of(actor: Actor, right: str) -> Builder | None:
    """The editor of the condition of a right; None when it has no rows to choose from."""
    record = queries.main_record(right)
    return Builder(actor, record, name=f"where:{right}") if record else None


def read_veils(sent: QueryDict) -> dict[str, list[str]]:
    """Hidden and masked fields from the inputs `veil:<field>`; a group that was changed stands above them."""
    veils = {name.partition(":")[2]: value for name, value in sent.items() if name.startswith("veil:") and value}
    for code in rights.GROUPS:
        veil = sent.get(f"group:{code}", rights.MIXED)
        if veil not in {rights.MIXED, sent.get(f"group-was:{code}")}:
            veils |= dict.fromkeys(rights.fields_of_group(code), str(veil))
    return {
        "hidden": [name for name, veil in veils.items() if veil == rights.HIDDEN],
        "masked": [name for name, veil in veils.items() if veil == rights.MASKED],
    }


def _veils_as_sent(sent: QueryDict) -> dict[str, str]:
    """How the fields were chosen, kept on the page while something else is wrong."""
    veils = read_veils(sent)
    return {name: veil for veil in (rights.HIDDEN, rights.MASKED) for name in veils[veil]}


def new_code(name: str) -> str:
    """A code that no role has yet: Latin letters of the name, or a number."""
    code = slugify(name)[:40]
    if code and not Role.objects.filter(code=code).exists():
        return code
    return f"role-{(Role.objects.aggregate(last=Max('id'))['last'] or 0) + 1}"


def _as_sent(actor: Actor, sent: QueryDict) -> tuple[dict[str, str], dict[str, Any]]:
    """What was chosen, kept on the page while something in it is wrong: reaches, and editors as they were sent."""
    reaches = {name.partition(":")[2]: str(value) for name, value in sent.items() if name.startswith("reach:")}
    names = [name.partition(":")[2] for name in sent if name.startswith("where:") and name.endswith(ROOT)]
    names = [name for name in names if name.count(SEPARATOR) == 1]
    found = {right: builder_of(actor, right) for right in (one.removesuffix(ROOT) for one in names)}
    return reaches, {right: one.again(sent) for right, one in found.items() if one is not None}


def _editor(actor: Actor, right: str, tree: Any) -> Any:
    if isinstance(tree, SafeString):
        return tree
    builder = builder_of(actor, right)
    return builder.render(tree) if builder else ""
