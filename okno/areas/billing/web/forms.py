"""Forms of billing: they check the shape of what is typed, commands do the work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okno.areas.billing import queries
from okno.areas.billing.models import Invoice
from okno.areas.catalog import queries as catalog
from okno.areas.clients import queries as clients
from okno.areas.documents import queries as documents
from okno.kit import money
from okno.kit.permissions import Actor
from okno.kit.web.days import DayField
from okno.kit.web.forms import AmountField, LinkField


class Draw(forms.Form):
    """The head of a new invoice."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"] = LinkField(actor, "clients.client", label=_("Client"))
        self.fields["deal"] = LinkField(actor, "deals.deal", label=_("Deal"), required=False)
        self.fields["organisation"] = forms.TypedChoiceField(
            label=_("Organisation"),
            coerce=int,
            empty_value=None,
            required=False,
            choices=[(one.pk, one.name) for one in documents.organisations(actor)],
            # It decides how VAT goes in the table.
            widget=forms.Select({"data-table-target": "about"}),
        )
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency"),
            choices=money.CHOICES,
            required=False,
            widget=forms.Select({"data-table-target": "about"}),
            help_text=_("Prices in the table are in it."),
        )
        self.fields["price_type"] = forms.TypedChoiceField(
            label=_("Price type"),
            coerce=int,
            empty_value=None,
            required=False,
            choices=[("", _("by the rules of prices")), *catalog.price_types(actor).values_list("pk", "name")],
            widget=forms.Select({"data-table-target": "about"}),
            help_text=_("Goods that you add come with these prices."),
        )
        # Rules of prices ask of the client.
        self.fields["client"].widget.attrs["data-table-target"] = "about"
        self.fields["due_date"] = DayField(label=_("Pay by"), required=False)
        self.fields["comment"] = forms.CharField(label=_("Comment"), required=False, widget=forms.Textarea({"rows": 2}))


class Head(forms.Form):
    """What may change in the head of an invoice."""

    def __init__(self, *args: Any, actor: Actor, row: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entities = clients.legal_entities_of(actor, row.client_id)
        self.fields["legal_entity"] = forms.TypedChoiceField(
            label=_("Legal entity"),
            coerce=int,
            empty_value=None,
            required=False,
            choices=[("", "—"), *((one.pk, f"{one.name} · {one.inn}") for one in entities)],
        )
        self.fields["due_date"] = DayField(label=_("Pay by"), required=False)
        self.fields["comment"] = forms.CharField(label=_("Comment"), required=False, widget=forms.Textarea({"rows": 2}))


class Send(forms.Form):
    """To whom the invoice goes and what the letter says."""

    to = forms.CharField(label=_("To"), help_text=_("Several addresses are separated by commas."))
    subject = forms.CharField(label=_("Subject"), max_length=500)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea({"rows": 8}))

    def clean_to(self) -> list[str]:
        """Addresses one by one; the command checks them."""
        return [one.strip() for one in self.cleaned_data["to"].replace(";", ",").split(",") if one.strip()]


class Pay(forms.Form):
    """A payment recorded by hand."""

    amount = AmountField(label=_("Sum"))
    date = DayField(label=_("Date"), required=False)
    number = forms.CharField(label=_("Number"), max_length=50, required=False)


class Assign(forms.Form):
    """Whom to make responsible."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = LinkField(actor, "access.user", label=_("Responsible"))


class Cancel(forms.Form):
    """Why the invoice is cancelled."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)


def letter_for(invoice: Invoice) -> dict[str, str]:
    """What the form of sending begins with: the client's address and the default template."""
    letter = queries.letter(invoice)
    contact = invoice.deal.contact if invoice.deal else None
    address = (contact.email if contact else "") or invoice.client.email
    return {"to": address, "subject": letter.subject, "text": letter.text}
