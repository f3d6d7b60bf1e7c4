"""How our own organisations are read everywhere."""

from django.utils.translation import gettext_lazy as _

from okno.areas.documents.models import Organisation
from okno.kit.fields import Kind
from okno.kit.registry import Field, Record

ORGANISATION = Record(
    name="documents.organisation",
    model=Organisation,
    label=_("Organisation"),
    plural=_("Organisations"),
    title="name",
    subtitle="inn",
    icon="building-community",
    order="name",
    lacks={
        "list": "organisations of ours stand on one page of the settings",
        "card": "organisations of ours stand on one page of the settings",
        "change": "an organisation is set as a whole, with its accounts and signatures",
        "import": "there are few: each is set up with its accounts and signatures",
        "api create": "an organisation is set up as a whole in the settings",
        "search": "there are few: all stand on one page",
        "tree": "documents come of clients and deals, in the name of an organisation",
    },
    fields={
        "name": Field(_("Name"), "name", editable=True),
        "full_name": Field(_("Full name"), "full_name", editable=True),
        "inn": Field(_("INN"), "inn"),
        "kpp": Field(_("KPP"), "kpp", editable=True),
        "address": Field(_("Address"), "address", editable=True),
        "vat": Field(_("VAT"), "vat", Kind.CHOICE, choices=Organisation.Vat.choices, editable=True),
        "prefix": Field(_("Number prefix"), "prefix", editable=True),
    },
)
