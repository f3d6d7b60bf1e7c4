"""Forms in which an enquiry becomes a client and a deal: what forms of new ones demand is asked there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import Model

from okno.areas.clients.record import CLIENT, CONTACT
from okno.areas.deals.record import DEAL
from okno.areas.leads.models import Lead
from okno.kit.permissions import Actor
from okno.kit.web import form_logic, pages


class Becoming(pages.CommandPage):
    """The base of what makes other rows of an enquiry; `makes_deal` says that a deal is among them."""

    makes_deal = False

    def make_form(self, row: Model | None, **given: Any) -> forms.BaseForm:
        """With what is demanded of the rows that are made."""
        form = super().make_form(row, **given)
        if isinstance(row, Lead):
            join(form, self.actor, row, with_deal=self.makes_deal)
        return form

    def give(self, form: forms.BaseForm, row: Model | None, key: str) -> Any:
        """What was typed for other rows goes along."""
        form.cleaned_data = form_logic.gathered(form)
        return super().give(form, row, key)

    def logic(self, form: forms.BaseForm, row: Model | None) -> str:
        """Of the deal, not of the enquiry."""
        return form_logic.told(form, self.actor, DEAL) if self.makes_deal else ""


def join_for(form: forms.BaseForm, actor: Actor, made: Collection[str]) -> None:
    """Add what any deal demands for whoever asks now, and a client and a contact that are `made` of them; no more."""
    form_logic.join_demanded(form, actor, DEAL)
    for name, record in (("client", CLIENT), ("contact", CONTACT)):
        if name in made:
            form_logic.join_demanded(form, actor, record, name)


def join(form: forms.BaseForm, actor: Actor, lead: Lead, *, with_deal: bool) -> None:
    """Add what is demanded of a deal, and of a client and a contact where new ones come of the enquiry."""
    if with_deal:
        form_logic.join(form, actor, DEAL)
    if lead.client_id is None:
        form_logic.join_demanded(form, actor, CLIENT, "client")
    if lead.contact_id is None and (lead.prospect.person if lead.prospect else lead.name):
        form_logic.join_demanded(form, actor, CONTACT, "contact")
