"""Pages of the calendar: one's own tasks by day, all tasks, the card, and what may be done to a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.areas.calendar import commands, queries, rules
from okno.areas.calendar.models import Task
from okno.areas.calendar.record import TASK
from okno.areas.calendar.web import forms, look, planning
from okno.kit.web import pages

OPEN = {"field": "state", "op": "eq", "value": "open"}
MINE = {"field": "owner", "op": "eq", "value": {"me": True}}
LATE = {"all": [OPEN, {"field": "due_at", "op": "lt", "value": {"rel": "now"}}]}

SAID = ("title", "kind", "direction", "due_at", "duration", "owner", "client", "contact")


class MyTasks(pages.Page):
    """One's own open tasks: late, today, tomorrow, later."""

    permission = "calendar.view"
    parts: ClassVar[dict[str, str]] = {"groups": "groups"}

    def show(self, **_address: Any) -> HttpResponse:
        """The whole page."""
        return self.answer("calendar/my_tasks.html", {**self.context(), "page_title": _("My tasks")})

    def groups(self, **_address: Any) -> HttpResponse:
        """The tasks anew."""
        return self.answer("calendar/groups.html", self.context())

    def context(self) -> dict[str, Any]:
        """Groups with their tasks, and what an empty day says."""
        return {
            "groups": look.grouped(self.actor, self.moment),
            "may_plan": self.actor.may("calendar.add_task"),
            "empty": {
                "title": _("Nothing is planned"),
                "text": _(
                    "A task is a promise with a date: a call, a meeting, a letter. Plan the next step of a deal."
                ),
                "icon": "checkbox",
                "doors": [
                    {"label": _("Plan a task"), "url": "/tasks/new/", "icon": "plus", "dialog": True},
                    {"label": _("Deals without a next step"), "url": "/deals/?tab=idle&mode=list", "icon": "briefcase"},
                ],
            },
        }


class TaskList(pages.ListPage):
    """Tasks of everybody within reach."""

    record, query = TASK, queries.tasks
    columns = ("title", "kind", "due_at", "state", "owner", "client", "author")
    tabs = (
        pages.Tab("open", gettext_lazy("Open"), where=OPEN),
        pages.Tab("late", pgettext_lazy("of a list", "Overdue"), where=LATE),
        pages.Tab("mine", gettext_lazy("Mine"), where={"all": [OPEN, MINE]}),
        pages.Tab(
            "done",
            pgettext_lazy("of a list", "Done"),
            where={"field": "state", "op": "eq", "value": "done"},
            sort="-done_at",
        ),
        pages.Tab("all", gettext_lazy("All")),
    )
    sort = "due_at"
    due = pages.Due(("state", "due_at"), look.colour)
    day_moves: ClassVar[Mapping[str, pages.Move]] = {
        "due_at": pages.Move(commands.reschedule, on="task", parameter="due_at")
    }
    lengths: ClassVar[Mapping[str, str]] = {"due_at": "duration"}
    bulk = (
        pages.Bulk(commands.hand_over, on="task", form=forms.HandOver, icon="user"),
        pages.Bulk(commands.finish, on="task", form=forms.Finish, icon="check"),
        pages.Bulk(commands.cancel, on="task", form=forms.Finish, icon="ban"),
    )
    row_actions = (
        pages.Action(gettext_lazy("Done"), icon="check", url="/tasks/{id}/finish/", permission="calendar.finish"),
        pages.Action(
            gettext_lazy("Move the deadline"),
            icon="clock",
            url="/tasks/{id}/reschedule/",
            permission="calendar.reschedule",
        ),
    )
    create_url, create_label, create_permission = "/tasks/new/", gettext_lazy("Task"), "calendar.add_task"
    empty: ClassVar[Mapping[str, Any]] = {
        "title": gettext_lazy("No tasks here"),
        "text": gettext_lazy("Tasks of deals, enquiries and clients meet here."),
        "icon": TASK.icon,
        "doors": [{"label": gettext_lazy("Plan a task"), "url": "/tasks/new/", "icon": "plus", "dialog": True}],
    }


class TaskCard(pages.CardPage):
    """A task with its history."""

    record, query = TASK, queries.task_for_card
    sections = (
        pages.Section(gettext_lazy("Task"), (*SAID, "text")),
        pages.Section(gettext_lazy("Result"), ("done_at", "result", "author", "created_at")),
    )
    update, update_on = commands.update, "task"

    def task(self) -> Task:
        """The row by its type."""
        if not isinstance(self.row, Task):
            raise TypeError(type(self.row))
        return self.row

    def head(self) -> dict[str, Any]:
        """State and deadline."""
        found: dict[str, Any] = {"badge": look.badge(self.task())}
        if following := look.due(self.actor, self.task(), self.moment):
            found["next"] = following
        return found

    @property
    def header_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """What may be done while it is open, and the way to what it is about."""
        about = look.about_of(self.actor, self.task())
        way = (pages.Action(about["label"], icon=about["icon"], url=about["url"], is_dialog=False),) if about else ()
        if self.task().state != Task.State.OPEN:
            return way
        return (
            pages.Action(_("Done"), icon="check", url="/tasks/{id}/finish/", permission="calendar.finish"),
            pages.Action(
                _("Move the deadline"), icon="clock", url="/tasks/{id}/reschedule/", permission="calendar.reschedule"
            ),
            *way,
        )

    @property
    def more_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """Other ends, while it is open."""
        if self.task().state != Task.State.OPEN:
            return ()
        return (
            pages.Action(_("Hand over"), icon="user", url="/tasks/{id}/hand-over/", permission="calendar.hand_over"),
            pages.Action(_("Not needed any more"), icon="ban", url="/tasks/{id}/cancel/", permission="calendar.cancel"),
        )


class NewTask(pages.CommandPage):
    """A new task, about a row when the address names one."""

    command, form = commands.add_task, forms.AddTask
    done = gettext_lazy("The task is set.")
    title, stays = gettext_lazy("New task"), True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """For oneself, in an hour; about what the address names."""
        return {
            "owner": self.actor.user_id,
            "due_at": planning.soon(self.moment.at),
            "kind": "other",
            "duration": rules.USUAL_DURATION.get(self.request.GET.get("kind", "")),
        } | super().initial(row)

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What it is about goes with the form."""
        return {name: value for name, value in super().arguments(cleaned).items() if value != ""}


class OnTask(pages.CommandPage):
    """The base of what is done to one task."""

    on, query, stays = "task", queries.task_for_card, True


class FinishTask(OnTask):
    """A task is done."""

    command, form = commands.finish, forms.Finish
    done = gettext_lazy("The task is done.")


class CancelTask(OnTask):
    """A task is not needed any more."""

    command, form = commands.cancel, forms.Finish
    done = gettext_lazy("The task is cancelled.")
    title, submit = gettext_lazy("Not needed any more"), gettext_lazy("Close the task")


class RescheduleTask(OnTask):
    """Another deadline."""

    command, form = commands.reschedule, forms.Reschedule
    done = gettext_lazy("The task has a new term.")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The present one."""
        return {"due_at": getattr(row, "due_at", None)} | super().initial(row)

    def give(self, form: Any, row: Model | None, key: str) -> Any:
        """A step is turned into a moment here: the command takes moments only."""
        step = form.cleaned_data.pop("step", "")
        if step:
            due_at = getattr(row, "due_at", None)
            form.cleaned_data["due_at"] = planning.stepped(step, due_at, self.moment.at, self.moment.zone)
        return super().give(form, row, key)


class HandOverTask(OnTask):
    """Another person for a task."""

    command, form = commands.hand_over, forms.HandOver
    done = gettext_lazy("The task is handed over.")
