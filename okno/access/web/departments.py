"""The department tree and the networks of the office."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import commands, queries
from okno.access.models import Department
from okno.access.web import forms
from okno.access.web.told_first import ToldFirst
from okno.kit.permissions import Actor
from okno.kit.web import pages
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page


def department(_actor: Actor, department_id: int) -> Department | None:
    """A department by id."""
    return Department.objects.filter(pk=department_id).first()


class Departments(Page):
    """The tree with how many people work in each department."""

    permission = commands.add_department.name

    def show(self, **_address: Any) -> HttpResponse:
        """The tree."""
        people = queries.people_by_department()
        rows = [
            {
                "name": one.name,
                "level": min(one.path.count("/") - 2, 3),
                "head": one.head,
                "people": people.get(one.pk, 0),
                "people_url": _people_url(one),
                "change_url": f"/settings/departments/{one.pk}/",
                "drop_url": f"/settings/departments/{one.pk}/drop/",
            }
            for one in queries.departments()
        ]
        return self.answer("settings/departments.html", {"departments": rows, "page_title": _("Departments")})


class AddDepartment(CommandPage):
    """A new department."""

    command, form = commands.add_department, forms.DepartmentForm
    title, submit, stays = gettext_lazy("New department"), gettext_lazy("Add"), False

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the tree."""
        return "/settings/departments/"


class OnDepartment(CommandPage):
    """A command about one department."""

    on, query = "department", department

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is known of it."""
        return {
            "name": getattr(row, "name", ""),
            "parent": getattr(row, "parent_id", None),
            "head": getattr(row, "head_id", None),
        }

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the tree."""
        return "/settings/departments/"


class ChangeDepartment(ToldFirst, OnDepartment):
    """Another name, or another place in the tree."""

    command, form = commands.change_department, forms.ChangeDepartment
    decisive, submit = "parent", gettext_lazy("Save")

    def people(self, row: Any, cleaned: Mapping[str, Any]) -> Sequence[queries.Person]:
        """Those who work above it, before or after."""
        return queries.people_of_tree(row, cleaned["parent"])


class DropDepartment(OnDepartment):
    """Delete an empty department."""

    command = commands.drop_department
    is_danger = True


class Networks(pages.TablePage):
    """Addresses that count as the office."""

    command, row_form = commands.set_office_networks, forms.Network
    parameter = "networks"
    title, submit = gettext_lazy("Networks of the office"), gettext_lazy("Save")
    table_title = gettext_lazy("People who may work only from the office are let in from these addresses.")

    def rows(self, row: Model | None) -> Sequence[Mapping[str, Any]]:
        """The networks there are, and an empty row."""
        return [*({"cidr": one.cidr, "name": one.name} for one in queries.office_networks()), {}]

    def success_url(self, result: Any, row: Model | None) -> str:
        """Stay here."""
        return "/settings/networks/"


def _people_url(one: Department) -> str:
    where = {"field": "department", "op": "eq", "value": one.name}
    return f"/settings/users/?{urlencode({'tab': 'active', 'f': json.dumps(where, ensure_ascii=False)})}"
