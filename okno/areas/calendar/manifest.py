"""What the calendar puts on the shelf."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from okno.areas.calendar import commands, queries
from okno.areas.calendar.events import TaskEnded, TaskLate, TaskPlanned
from okno.areas.calendar.models import Task
from okno.areas.calendar.record import TASK
from okno.areas.calendar.web import look, offers, schedule, talks
from okno.kit import notices
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import CreateItem, MenuItem, Panel, registry
from okno.kit.timeline import kinds
from okno.kit.web.pages import bulk


def late(actor: Actor) -> RecordQuerySet[Task]:
    """One's own tasks that are late."""
    return queries.my_overdue(actor, timezone.now())


registry.add_record(TASK)
registry.add_relation("clients.client", "tasks", "calendar.task", "client")
registry.add_settings(*schedule.PAGES)
registry.every("*/5 * * * *", lambda: commands.fold_totals(actor=SYSTEM), name="calendar.fold_totals")
registry.add_menu(
    MenuItem("main", _("My tasks"), "/tasks/", icon="checkbox", permission="calendar.view", position=5, count=late)
)
bulk.OFFERED.append(offers.for_rows)
registry.add_create(CreateItem(_("Task"), "/tasks/new/", "calendar.add_task", 15))
registry.add_create(CreateItem(_("Call or meeting held"), "/tasks/held/", "calendar.note_held", 16, icon="phone"))
for record in offers.PLANNED_ABOUT:
    registry.add_panel(
        record, Panel("tasks", _("Tasks"), "kit/feed.html", look.planned, "calendar.view", side="planned")
    )
    registry.add_panel(
        record,
        Panel(
            "task",
            _("Task"),
            "calendar/composer.html",
            look.composer,
            "calendar.add_task",
            side="composer",
            icon="checkbox",
        ),
    )

for record in ("deals.deal", "clients.client", "clients.contact", "clients.prospect", "leads.lead", "billing.invoice"):
    registry.add_panel(
        record,
        Panel(
            "held",
            _("Call or meeting"),
            "calendar/held.html",
            talks.composer,
            "calendar.note_held",
            side="composer",
            icon="phone",
        ),
    )

for code, words, icon, group in (
    ("call_in", _("took a call"), "phone-incoming", "calls"),
    ("call_out", _("made a call"), "phone-outgoing", "calls"),
    ("met", _("held a meeting"), "users", "tasks"),
):
    kinds.add(
        f"calendar.{code}",
        words,
        icon=icon,
        group=group,
        fields={
            "text": "calendar.task.result",
            "minutes": "calendar.task.duration",
            "contact": "calendar.task.contact",
        },
    )
kinds.add(
    "calendar.ended",
    _("closed the task"),
    icon="checkbox",
    group="tasks",
    fields={"title": "calendar.task.title", "result": "calendar.task.result"},
)

notices.add(
    "calendar.planned",
    _("A task is given to me, or moved"),
    _("%(who)s gave you the task or moved it: %(shown)s"),
    event=TaskPlanned,
    record="calendar.task",
    row="task_id",
    many=ngettext_lazy(
        "%(who)s gave you %(number)s task or moved it",
        "%(who)s gave you %(number)s tasks or moved them",
        "count",
    ),
    icon="checkbox",
    shows="due_at",
    pops=True,
    acts=[notices.Act(_("Done"), "calendar.finish", "task")],
)
notices.add(
    "calendar.late",
    _("A task of mine is late"),
    _("the deadline has passed: %(shown)s"),
    event=TaskLate,
    record="calendar.task",
    row="task_id",
    tab=notices.ROBOTS,
    icon="alarm",
    shows="due_at",
    acts=[notices.Act(_("Done"), "calendar.finish", "task")],
)
notices.add(
    "calendar.ended",
    _("A task that I gave has ended"),
    _("%(who)s closed the task: %(shown)s"),
    event=TaskEnded,
    record="calendar.task",
    row="task_id",
    to=[notices.AUTHOR],
    icon="checkbox",
    shows="state",
)
registry.every("*/5 * * * *", lambda: commands.tell_late(actor=SYSTEM), "calendar.tell_late")

__all__ = ["commands"]
