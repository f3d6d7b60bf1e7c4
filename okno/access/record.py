"""How a user is read everywhere: in columns, filters and the API."""

from django.utils.translation import gettext_lazy as _

from okno.access.models import User
from okno.kit import zones
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

USER = Record(
    name="access.user",
    model=User,
    label=_("User"),
    plural=_("Users"),
    title="name",
    subtitle="post",
    apart="email",
    url="/settings/users/{id}/",
    icon="user",
    order="name",
    lacks={
        "files": "files belong to what people work with, not to the people",
        "import": "people are let in one by one: no file gives access",
        "mark": "people are closed off, never deleted: the journal names them",
        "search": "colleagues are found in pickers and in the settings",
        "segments": "colleagues stand in departments and roles",
        "tree": "no document comes of a person who works here",
    },
    fields={
        "name": Field(_("Name and surname"), "name"),
        "email": Field(_("E-mail"), "email", Kind.EMAIL),
        "phone": Field(_("Phone"), "phone", Kind.PHONE),
        "post": Field(_("Post"), "post"),
        "department": Field(_("Department"), "department__name"),
        "network": Field(_("Where from"), "network", Kind.CHOICE, choices=User.Network.choices),
        "zone": Field(_("Time zone"), "zone", Kind.CHOICE, choices=tuple(zones.CITIES.items())),
        "is_active": Field(_("May sign in"), "is_active", Kind.BOOLEAN),
        "is_available": Field(_("Takes new work"), "is_available", Kind.BOOLEAN),
        "deputy": Field(_("Deputy"), "deputy__name", Kind.PERSON, link="access.user"),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)
