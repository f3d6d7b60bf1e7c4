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
    type_field="kind",
    order="due_at",
    lacks={
        "tree": "a task stands on the card of what it is about",
    },
    fields={
        "title": Field(_("Title"), "title", editable=True),
        "kind": Field(_("Kind"), "kind", Kind.CHOICE, choices=Task.Kind.choices, editable=True),
        "direction": Field(
            _("Direction"),
            "direction",
            Kind.CHOICE,
            choices=Task.Direction.choices,
            editable=True,
            shown={"field": "kind", "op": "in", "value": [Task.Kind.CALL.value]},
        ),
        "state": Field(_("State"), "state", Kind.CHOICE, choices=Task.State.choices),
        "due_at": Field(_("Due"), "due_at", Kind.MOMENT),
        "duration": Field(_("Duration, min"), "duration", Kind.INTEGER, editable=True),
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "department": Field(_("Department"), "department__name"),
        "author": Field(_("Author"), "author__name", Kind.PERSON, link="access.user"),
        "client": Field(_("Client"), "client__name", Kind.LINK, link="clients.client"),
        "contact": Field(_("Contact"), "contact__name", Kind.LINK, link="clients.contact", editable=True),
        "is_mandatory": Field(_("Mandatory"), "is_mandatory", Kind.BOOLEAN),
        "done_at": Field(_("Done"), "done_at", Kind.MOMENT),
        "result": Field(_("Result"), "result", Kind.LONG_TEXT),
        "text": Field(_("Text"), "text", Kind.LONG_TEXT, editable=True),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)
