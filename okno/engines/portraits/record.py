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
    lacks={
        "list": "topics stand on one page of the settings",
        "create": "a topic is added in the picker, where an interest is noted",
        "card": "a topic is no more than its name",
        "search": "there are few: all stand on one page",
        "tree": "no document comes of a topic",
    },
    fields={"name": Field(_("Name"), "name", editable=True)},
)
