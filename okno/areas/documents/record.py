"""How our own organisations are read everywhere."""

from django.utils.translation import gettext_lazy as _

from okno.areas.documents.models import Organisation
from okno.kit.kinds import Kind
from okno.kit.money import VatMode
from okno.kit.registry import Field, Record

ORGANISATION = Record(
    name="documents.organisation",
    model=Organisation,
    label=_("Organisation"),
    plural=_("Organisations"),
    title="name",
    subtitle="inn",
    url="/organisations/{id}/",
    icon="building-community",
    order="name",
    lacks={
        "list": "organisations of ours stand on one page of the settings",
        "import": "there are few: each is set up with its accounts and signatures",
        "api create": "an organisation is set up as a whole in the settings",
        "search": "there are few: all stand on one page",
        "tree": "documents come of clients and deals, in the name of an organisation",
    },
    fields={
        "name": Field(_("Name"), "name"),
        "full_name": Field(_("Full name"), "full_name"),
        "inn": Field(_("INN"), "inn"),
        "kpp": Field(_("KPP"), "kpp"),
        "address": Field(_("Address"), "address"),
        "vat": Field(_("VAT"), "vat", Kind.CHOICE, choices=VatMode.choices),
        "prefix": Field(_("Number prefix"), "prefix"),
    },
)
