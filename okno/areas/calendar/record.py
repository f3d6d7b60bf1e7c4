"""How a task is read everywhere."""

from django.utils.translation import gettext_lazy as _

from okno.areas.calendar.models import Task
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

TASK = Record(
    name="calendar.task",
    model=Task,
    label=_("Task"),
    plural=_("Tasks"),
    title="title",
    subtitle="client",
    url="/tasks/{id}/",
    icon="checkbox",
    search=("title",),
    texts=("text", "result"),
    order="due_at",
    lacks={
        "tree": "a task stands on the card of what it is about",
    },
    fields={
        "title": Field(_("Title"), "title", editable=True),
        "kind": Field(_("Kind"), "kind", Kind.CHOICE, choices=Task.Kind.choices, editable=True),
        "state": Field(_("State"), "state", Kind.CHOICE, choices=Task.State.choices),
        "due_at": Field(_("Due"), "due_at", Kind.MOMENT),
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "department": Field(_("Department"), "department__name"),
        "author": Field(_("Author"), "author__name", Kind.PERSON, link="access.user"),
        "client": Field(_("Client"), "client__name", Kind.LINK, link="clients.client"),
        "is_mandatory": Field(_("Mandatory"), "is_mandatory", Kind.BOOLEAN),
        "done_at": Field(_("Done"), "done_at", Kind.MOMENT),
        "result": Field(_("Result"), "result", Kind.LONG_TEXT),
        "text": Field(_("Text"), "text", Kind.LONG_TEXT, editable=True),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)
