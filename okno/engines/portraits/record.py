"""How topics of interest are read everywhere."""

from django.utils.translation import gettext_lazy as _

from okno.engines.portraits.models import Topic
from okno.kit.registry import Field, Record

TOPIC = Record(
    name="portraits.topic",
    model=Topic,
    label=_("Topic of interest"),
    plural=_("Topics of interest"),
    title="name",
    icon="bulb",
    order="name",
    fields={"name": Field(_("Name"), "name", editable=True)},
)
