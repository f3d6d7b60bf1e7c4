"""How a scheme of classification is read in lists."""

from django.utils.translation import gettext_lazy as _

from okno.engines.classification.models import Scheme
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

SCHEME = Record(
    name="classification.scheme",
    model=Scheme,
    label=_("Scheme of classes"),
    plural=_("Schemes of classes"),
    title="name",
    icon="chart-bar",
    lacks={
        "list": "schemes stand on one page of the settings",
        "card": "a scheme is read as the matrix of its classes",
        "change": "a scheme is set as a whole, for its classes are counted anew",
        "mark": "its own command marks it on the page of schemes, and its classes go with it",
        "search": "there are few: all stand on one page",
        "tree": "no document comes of a scheme",
    },
    fields={
        "name": Field(_("Name"), "name"),
        "record": Field(_("Of what"), "record"),
        "of": Field(_("By which rows"), "of"),
        "link": Field(_("Link"), "link"),
        "amount": Field(_("What is summed"), "amount"),
        "day": Field(_("By which day"), "day"),
        "months": Field(_("Months"), "months", Kind.INTEGER),
        "a_share": Field(_("Share of A, %"), "a_share", Kind.DECIMAL),
        "b_share": Field(_("Share of A and B, %"), "b_share", Kind.DECIMAL),
        "x_spread": Field(_("Spread of X, up to %"), "x_spread", Kind.DECIMAL),
        "y_spread": Field(_("Spread of Y, up to %"), "y_spread", Kind.DECIMAL),
        "drop": Field(_("Declining from a drop of, %"), "drop", Kind.DECIMAL),
        "is_main": Field(_("Its classes are fields"), "is_main", Kind.BOOLEAN),
    },
)
