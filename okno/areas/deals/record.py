"""How a deal is read everywhere: in columns, filters, robots, reports and the API."""

from django.utils.translation import gettext_lazy as _

from okno.areas.deals.models import Deal, RefusalReason, Stage, StageInterval
from okno.kit import money
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

DEAL = Record(
    name="deals.deal",
    model=Deal,
    label=_("Deal"),
    plural=_("Deals"),
    title="title",
    subtitle="client",
    url="/deals/{id}/",
    icon="briefcase",
    search=("title", "number"),
    texts=("need", "comment"),
    type_field="scenario",
    fields={
        "number": Field(_("Number"), "number"),
        "title": Field(_("Title"), "title", trigram=True, editable=True),
        "client": Field(_("Client"), "client__name", Kind.LINK, link="clients.client"),
        "contact": Field(_("Contact"), "contact__name", Kind.LINK, link="clients.contact", editable=True),
        "scenario": Field(_("Scenario"), "scenario__name", Kind.TEXT, groupable=True),
        "stage": Field(
            _("Stage"),
            "stage__name",
            Kind.TEXT,
            groupable=True,
            order=("stage__scenario_id", "stage__position"),
            colour="stage__colour",
            within="stage__scenario__name",
        ),
        "stage_code": Field(_("Stage code"), "stage__code", Kind.TEXT),
        "stage_kind": Field(_("Result"), "stage__kind", Kind.CHOICE, choices=Stage.Kind.choices),
        "amount": Field(_("Amount"), "amount", Kind.MONEY, editable=True, currency="currency", managed="managed"),
        "currency": Field(_("Currency"), "currency", Kind.CHOICE, choices=money.CHOICES),
        "price_type": Field(_("Price type"), "price_type__name", Kind.LINK, link="catalog.price_type", editable=True),
        "managed": Field(_("Amount in roubles"), "managed", Kind.MONEY),
        "next_task_at": Field(_("Next step"), "next_task_at", Kind.MOMENT),
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "department": Field(_("Department"), "department__name", Kind.TEXT),
        "expected_date": Field(_("Expected sale"), "expected_date", Kind.DATE, editable=True),
        "source": Field(_("Source"), "source", editable=True),
        "need": Field(_("Need"), "need", Kind.LONG_TEXT, editable=True),
        "stage_since": Field(_("On the stage since"), "stage_since", Kind.MOMENT),
        "stage_due_at": Field(_("Stage norm ends"), "stage_due_at", Kind.MOMENT),
        "refusal": Field(_("Reason of refusal"), "refusal__name", Kind.LINK, link="deals.refusal", editable=True),
        "closed_at": Field(_("Closed"), "closed_at", Kind.MOMENT),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
        "comment": Field(_("Comment"), "comment", Kind.LONG_TEXT, editable=True),
    },
    relations={"stays": ("deals.stay", "deal")},
)

STAY = Record(
    name="deals.stay",
    model=StageInterval,
    label=_("Stay on a stage"),
    plural=_("Stays on stages"),
    title="deal",
    icon="arrow-right",
    lacks={
        "list": "stays are told by the stage bar of a deal",
        "card": "a stay is a line of the history of its deal",
        "create": "a stay is written when its deal moves",
        "change": "a stay is what has been, and does not change",
        "import": "a stay is written when its deal moves",
        "mark": "a stay is a line of the history of its deal",
        "search": "a stay is found by its deal",
        "api list": "`/deals/17/stays` tells the way of a deal",
        "tree": "a stay is a line of the history of its deal",
    },
    fields={
        "deal": Field(_("Deal"), "deal__title", Kind.LINK, link="deals.deal"),
        "stage": Field(_("Stage"), "stage__name", Kind.TEXT),
        "stage_code": Field(_("Stage code"), "stage__code", Kind.TEXT),
        "entered_at": Field(_("Entered"), "entered_at", Kind.MOMENT),
        "left_at": Field(_("Left"), "left_at", Kind.MOMENT),
        "how": Field(_("How it came here"), "how", Kind.CHOICE, choices=StageInterval.How.choices),
    },
)

REFUSAL = Record(
    name="deals.refusal",
    model=RefusalReason,
    label=_("Reason of refusal"),
    plural=_("Reasons of refusal"),
    title="name",
    order="position",
    lacks={
        "list": "reasons are one list in the settings of deals",
        "card": "a reason is no more than its name",
        "create": "reasons are one list in the settings, set as a whole",
        "change": "reasons are one list in the settings, set as a whole",
        "import": "reasons are one list in the settings, set as a whole",
        "mark": "a reason left out of the list in the settings is marked by that",
        "search": "there are few: all stand in one list",
        "tree": "no document comes of a reason",
    },
    fields={"name": Field(_("Name"), "name")},
)
