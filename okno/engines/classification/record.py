"""How a scheme of classification is read in lists."""

from django.utils.translation import gettext_lazy as _

from okno.engines.classification.models import Scheme
from okno.kit.fields import Kind
from okno.kit.registry import Field, Record

SCHEME = Record(
    name="classification.scheme",
    model=Scheme,
    label=_("Scheme of classes"),
    plural=_("Schemes of classes"),
    title="name",
    icon="chart-bar",
    lacks={"mark": "its own command marks it on the page of schemes, and its classes go with it"},
    fields={
        "name": Field(_("Name"), "name"),
        "record": Field(_("Of what"), "record"),
        "of": Field(_("By which rows"), "of"),
        "months": Field(_("Months"), "months", Kind.INTEGER),
        "is_main": Field(_("Its classes are fields"), "is_main", Kind.BOOLEAN),
    },
)
