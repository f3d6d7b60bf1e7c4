"""Our own organisations with their bank accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms as django_forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.documents import commands, queries
from okno.areas.documents.models import Organisation
from okno.areas.documents.record import ORGANISATION
from okno.areas.documents.web import forms
from okno.kit.permissions import Actor
from okno.kit.web import form_logic, pages
from okno.kit.web.pages.base import Page

ORGANISATIONS = "/settings/organisations/"


def organisation(actor: Actor, organisation_id: int) -> Organisation | None:
    """An organisation, or None."""
    return queries.organisations(actor).filter(pk=organisation_id).first()


class Organisations(Page):
    """The list."""

    permission = commands.set_organisation.name

    def show(self, **_address: Any) -> HttpResponse:
        """Organisations with their main account."""
        found = list(queries.organisations(self.actor))
        accounts = queries.default_accounts(found)
        rows = [
            {
                "name": one.name,
                "inn": one.inn,
                "is_default": one.is_default,
                "account": f"{account.account}, {account.bank_name}" if (account := accounts.get(one.pk)) else "",
                "url": f"{ORGANISATIONS}{one.pk}/",
                "card_url": ORGANISATION.url_of(one.pk),
            }
            for one in found
        ]
        return self.answer("documents/organisations.html", {"organisations": rows, "page_title": _("Organisations")})


class OrganisationCard(pages.CardPage):
    """An organisation of ours: its requisites, and what people have added to it."""

    record, query = ORGANISATION, organisation
    sections = (
        pages.Section(gettext_lazy("Organisation"), ("name", "full_name", "inn", "kpp", "address", "vat", "prefix")),
    )
    update, update_on = commands.update_organisation, "organisation"
    header_actions = (
        pages.Action(
            gettext_lazy("Change"), "edit", ORGANISATIONS + "{id}/", commands.set_organisation.name, is_dialog=False
        ),
    )


class AddOrganisation(pages.TablePage):
    """A new organisation with its accounts."""

    command, form, row_form = commands.set_organisation, forms.OrganisationForm, forms.AccountForm
    parameter, table_title = "accounts", gettext_lazy("Bank accounts; the first one stands on invoices")
    title, submit = gettext_lazy("New organisation"), gettext_lazy("Save")

    def rows(self, row: Model | None) -> Sequence[Mapping[str, Any]]:
        """One empty account."""
        return [{}]

    def make_form(self, row: Model | None, **given: Any) -> django_forms.BaseForm:
        """With what the form of a new organisation is asked beyond its requisites."""
        form = super().make_form(row, **given)
        if row is None:
            form_logic.join(form, self.actor, ORGANISATION)
        return form

    def give(self, form: django_forms.BaseForm, row: Model | None, key: str) -> Any:
        """What was filled in of the fields that joined goes along."""
        form.cleaned_data = form_logic.gathered(form)
        return super().give(form, row, key)

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The command takes the fields of the organisation together."""
        values = {name: value for name, value in cleaned.items() if name not in {"inn", "accounts", "values"}}
        return {"inn": cleaned["inn"], "values": {**values, **cleaned["values"]}, "accounts": cleaned["accounts"]}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return ORGANISATIONS


class ChangeOrganisation(AddOrganisation):
    """Other requisites of an organisation."""

    on, query = "organisation", organisation
    title = gettext_lazy("Organisation")

    def rows(self, row: Model | None) -> Sequence[Mapping[str, Any]]:
        """The accounts there are."""
        names = ("bank_name", "bic", "account", "corr_account")
        found = queries.accounts_of(row) if isinstance(row, Organisation) else []
        return [{name: getattr(one, name) for name in names} for one in found]

    def make_form(self, row: Model | None, **given: Any) -> django_forms.BaseForm:
        """The form with what is set now."""
        return super().make_form(row, **{**given, "instance": row, "initial": {}})
