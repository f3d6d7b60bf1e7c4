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
