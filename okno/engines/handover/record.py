"""How a handover is read in lists and by the API."""

from django.utils.translation import gettext_lazy as _

from okno.engines.handover.models import Handover
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

HANDOVER = Record(
    name="handover.handover",
    model=Handover,
    label=_("Handover"),
    plural=_("Handovers"),
    title="person",
    subtitle="state",
    url="/handovers/{id}/",
    icon="users",
    lacks={
        "create": "a plan is thought through step by step, on a page of its own",
        "card": "its page shows the plan and the report",
        "change": "a plan is cancelled and prepared anew",
        "import": "a plan is looked through before it begins",
        "mark": "a handover is cancelled or brought back, and stays as what was done",
        "search": "there are few: all stand in one list",
        "tree": "no document comes of a handover",
    },
    fields={
        "person": Field(_("Whose work"), "person__name", Kind.PERSON, link="access.user"),
        "reason": Field(_("Reason"), "reason", Kind.CHOICE, choices=Handover.Reason.choices),
        "state": Field(_("State"), "state", Kind.CHOICE, choices=Handover.State.choices),
        "starts_at": Field(_("Begins on"), "starts_at", Kind.MOMENT),
        "returns_at": Field(_("Back on"), "returns_at", Kind.MOMENT),
        "deputy": Field(_("Deputy"), "deputy__name", Kind.PERSON, link="access.user"),
        "author": Field(_("Who prepared"), "author__name", Kind.PERSON, link="access.user"),
        "counts": Field(_("Counts"), "counts", Kind.JSON, sortable=False),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)
