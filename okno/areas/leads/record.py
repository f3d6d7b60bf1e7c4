"""How an enquiry is read everywhere."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.areas.leads.models import Lead, LeadSource
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

LEAD = Record(
    name="leads.lead",
    model=Lead,
    label=_("Enquiry"),
    plural=_("Enquiries"),
    title="subject",
    subtitle="name",
    url="/leads/{id}/",
    icon="inbox",
    search=("subject", "number", "name", "company"),
    digits=("points__key",),
    texts=("text", "comment"),
    type_field="kind",
    fields={
        "number": Field(_("Number"), "number"),
        "subject": Field(_("Subject"), "subject", trigram=True, editable=True),
        "state": Field(_("State"), "state", Kind.CHOICE, choices=Lead.State.choices),
        "kind": Field(_("Kind of enquiry"), "kind", Kind.CHOICE, choices=Lead.Kind.choices, editable=True),
        "channel": Field(_("Channel"), "source__kind", Kind.CHOICE, choices=LeadSource.Kind.choices),
        "source": Field(_("Source"), "source__name", groupable=True),
        "campaign": Field(_("Campaign"), "campaign__name", groupable=True),
        "queue": Field(_("Queue"), "queue__name", groupable=True),
        "rule": Field(_("Rule of distribution"), "rule__name", groupable=True),
        "name": Field(pgettext_lazy("a person", "Name"), "name"),
        "company": Field(_("Company"), "company"),
        "phone": Field(_("Phone"), "phone", Kind.PHONE),
        "email": Field(_("E-mail"), "email", Kind.EMAIL),
        "inn": Field(_("INN"), "inn"),
        "city": Field(_("City"), "city"),
        "amount": Field(_("Expected amount"), "amount", Kind.MONEY, editable=True),
        "client": Field(_("Client"), "client__name", Kind.LINK, link="clients.client"),
        "prospect": Field(_("Prospect"), "prospect__name", Kind.LINK, link="clients.prospect"),
        "deal": Field(_("Deal"), "deal__title", Kind.LINK, link="deals.deal"),
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "department": Field(_("Department"), "department__name"),
        "received_at": Field(_("Received"), "received_at", Kind.MOMENT),
        "react_by": Field(_("React by"), "react_by", Kind.MOMENT),
        "handle_by": Field(_("Handle by"), "handle_by", Kind.MOMENT),
        "taken_at": Field(_("Taken"), "taken_at", Kind.MOMENT),
        "reacted_at": Field(_("First reaction"), "reacted_at", Kind.MOMENT),
        "closed_at": Field(_("Closed"), "closed_at", Kind.MOMENT),
        "reject_reason": Field(_("Reason of rejection"), "reject_reason__name"),
        "text": Field(_("Text"), "text", Kind.LONG_TEXT),
        "comment": Field(_("Comment"), "comment", Kind.LONG_TEXT, editable=True),
    },
)
