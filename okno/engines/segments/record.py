"""How a segment is read in lists and by the API."""

from django.utils.translation import gettext_lazy as _

from okno.engines.segments.models import Segment
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

SEGMENT = Record(
    name="segments.segment",
    model=Segment,
    label=_("Segment"),
    plural=_("Segments"),
    title="name",
    url="/segments/{id}/",
    icon="users-group",
    search=("name",),
    named_by=("record", "name"),
    lacks={
        "files": "a segment is a list of other cards, with files of their own",
        "mark": "its own command marks it, and takes its rows out of it",
        "segments": "segments are joined and crossed instead of gathered",
        "tree": "a snapshot names its segment on its card",
    },
    fields={
        "name": Field(_("Name"), "name", editable=True),
        "record": Field(_("Of what"), "record"),
        "kind": Field(_("Kind"), "kind", Kind.CHOICE, choices=Segment.Kind.choices),
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "note": Field(_("Note"), "note", Kind.LONG_TEXT, editable=True),
        "taken_of": Field(_("Snapshot of"), "taken_of__name", Kind.LINK, link="segments.segment"),
        "taken_at": Field(_("Taken on"), "taken_at", Kind.MOMENT),
        "counted_at": Field(_("Worked out"), "counted_at", Kind.MOMENT),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)
