"""How a public form is read everywhere."""

from django.utils.translation import gettext_lazy as _

from okno.fronts.portal.models import PublicForm
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

FORM = Record(
    name="portal.form",
    model=PublicForm,
    label=_("Site form"),
    plural=_("Site forms"),
    title="title",
    subtitle="code",
    url="/settings/forms/{id}/",
    icon="forms",
    order="title",
    lacks={
        "feed": "what comes by a form is told by its enquiries",
        "files": "files that come by a form belong to its enquiries",
        "change": "a form is set as a whole, for sites show it at once",
        "import": "a form is set up where it is seen",
        "mark": "a form is switched off, and its address goes on telling so",
        "search": "there are few: all stand in one list",
        "segments": "there are few: all stand in one list",
        "api create": "a form is set up where it is seen",
        "tree": "no document comes of a form",
    },
    fields={
        "title": Field(_("Title"), "title"),
        "code": Field(_("Code"), "code"),
        "text": Field(_("Text above the form"), "text", Kind.LONG_TEXT),
        "source": Field(_("Source of enquiries"), "source"),
        "thanks": Field(_("Text of thanks"), "thanks", Kind.LONG_TEXT),
        "is_active": Field(_("Takes enquiries"), "is_active", Kind.BOOLEAN),
        "accent": Field(_("Colour"), "accent", Kind.CHOICE, choices=PublicForm.Accent.choices),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)
