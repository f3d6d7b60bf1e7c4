"""Pages of robots: the list, the card, making one of what was tried, and trying it out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from okno.engines.automation import commands, queries
from okno.engines.automation.record import ROBOT
from okno.engines.automation.web import forms
from okno.kit import results
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.models.registry import JobRun
from okno.kit.registry import registry
from okno.kit.web import htmx, pages


class RobotList(pages.ListPage):
    """Robots of all records."""

    record, query = ROBOT, queries.robots
    columns = ("name", "record", "trigger", "is_active", "acted_at", "problem", "owner")
    tabs = (
        pages.Tab("all", gettext_lazy("All")),
        pages.Tab("working", gettext_lazy("At work"), where={"field": "is_active", "op": "eq", "value": True}),
        pages.Tab("trouble", gettext_lazy("With trouble"), where={"field": "problem", "op": "not_empty"}),
    )
    sort = "name"
    empty: ClassVar[Mapping[str, Any]] = {
        "title": gettext_lazy("No robots here yet"),
        "text": gettext_lazy(
            "A robot does by itself what you do with many cards: tick cards in a list, choose what to do with them, "
            "look what will change, and press “Do so always…”."
        ),
        "icon": ROBOT.icon,
        "doors": [
            {
                "label": gettext_lazy("Open the clients"),
                "text": gettext_lazy("Tick one and choose what to do"),
                "url": "/clients/",
                "icon": "building",
            }
        ],
    }


class RobotCard(pages.CardPage):
    """A robot: when it acts, what it does, what it has done."""

    record, query = ROBOT, queries.robot_for_card
    sections = (
        pages.Section(gettext_lazy("Robot"), ("name", "trigger", "is_once", "is_active", "owner")),
        pages.Section(gettext_lazy("More"), ("record", "acted_at", "problem", "created_at")),
    )
    update, update_on = commands.update, "robot"
    has_files = False
    header_actions = (
        pages.Action(
            gettext_lazy("Show what it would do"), "eye", "/robots/{id}/try/", commands.try_out.name, is_post=True
        ),
        pages.Action(
            gettext_lazy("Condition"), "filter", "/robots/{id}/condition/", commands.set_condition.name, is_dialog=False
        ),
    )
    more_actions = (
        pages.Action(gettext_lazy("Mark for deletion"), "trash", "/robots/{id}/delete/", commands.delete.name),
    )


class NewRobot(pages.CommandPage):
    """A robot of what was tried: `?job=` is a change of many rows, or the look at one."""

    command, form = commands.add, forms.Make
    title, submit = gettext_lazy("New robot"), gettext_lazy("Do so always")
    text = gettext_lazy(
        "It will do the same with each card that comes into the segment or goes out of it, with your rights. "
        "What it has done stands in its log and can be taken back."
    )

    @cached_property
    def tried(self) -> JobRun:
        """The work. :raises Missing: there is none of one's own, or it was no change of rows."""
        job_id = id_of(self.request.GET.get("job"))
        job = results.own_job(self.actor, job_id or 0)
        if not queries.may_be_deed(self.actor, job):
            raise Missing("not_found", gettext_lazy("There is no such page."))
        return job

    def make_form(self, row: Model | None, **given: Any) -> forms.Make:
        """With segments of the record."""
        return forms.Make(actor=self.actor, record=registry.record(self.tried.args["record"]), **given)

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What was done names it."""
        return {**super().initial(row), "name": self.tried.label}

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """With the work of the address."""
        return {**super().arguments(cleaned), "job": self.tried.pk}


class SetCondition(pages.CommandPage):
    """Which rows a robot acts upon."""

    command, form, on, query = commands.set_condition, forms.Condition, "robot", queries.robot_for_card

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The present condition."""
        robot: Any = row
        return {"condition": robot.condition}


class TryOut(pages.CommandPage):
    """What a robot would do with the rows that are there now."""

    command, on, query = commands.try_out, "robot", queries.robot_for_card
    is_single = True

    def succeed(self, result: Any, row: Model | None, key: str) -> HttpResponse:
        """To the report."""
        return htmx.redirect(self.request, f"/jobs/{result}/")


class Delete(pages.CommandPage):
    """A robot marked for deletion."""

    command, on, query, is_danger = commands.delete, "robot", queries.robot_for_card, True

    def success_url(self, result: Any, row: Model | None) -> str:
        """The list: there is nothing more to do on the card."""
        return "/robots/" if result is not None else super().success_url(result, row)
