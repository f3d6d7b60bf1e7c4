"""How a robot is read in lists and by the API."""

from django.utils.translation import gettext_lazy as _

from okno.engines.automation.models import Robot
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

ROBOT = Record(
    name="automation.robot",
    model=Robot,
    label=_("Robot"),
    plural=_("Robots"),
    title="name",
    url="/robots/{id}/",
    icon="robot",
    search=("name",),
    lacks={
        "files": "a robot is a rule, not a document",
        "mark": "its own command marks it and stops it",
        "segments": "robots are few and found by name",
        "tree": "a robot names its segment on its card",
    },
    fields={
        "name": Field(_("Name"), "name", editable=True),
        "record": Field(_("Of what"), "record"),
        "trigger": Field(_("When"), "trigger", Kind.CHOICE, choices=Robot.Trigger.choices),
        "is_active": Field(_("Works"), "is_active", Kind.BOOLEAN, editable=True),
        "is_once": Field(_("Once for each card"), "is_once", Kind.BOOLEAN, editable=True),
        "owner": Field(_("With the rights of"), "owner__name", Kind.PERSON, link="access.user"),
        "acted_at": Field(_("Acted last"), "acted_at", Kind.MOMENT),
        "problem": Field(_("Trouble"), "problem"),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)
