"""Writes of documents: numbers, organisations and templates."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import structlog
from django.db import connection
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from okno.areas.documents import rules
from okno.areas.documents.events import RatesLoaded
from okno.areas.documents.models import Organisation, OrganisationAccount, TextTemplate
from okno.kit import contacts, http, live, money
from okno.kit.commands import command, moment
from okno.kit.events import emit
from okno.kit.fields import editing, making
from okno.kit.models import CurrencyRate
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import CUSTOM_PREFIX

log = structlog.get_logger()

CBR_DAILY = "https://www.cbr.ru/scripts/XML_daily.asp"


def next_number(*, kind: str, on: dt.date, organisation: Organisation | None = None) -> str:
    """
    Take the next number of a kind of document in the year of the day: `prefix` of the organisation and the count
    within the year, e.g. «ОК-15». Numbers have no gaps while every taker's transaction is kept.

    Part of the command that makes the document, and no run of its own: there would be one for each document.

    :raises LookupError: no command is running.
    """
    moment()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into documents_numbering (kind, organisation_id, year, last) values (%s, %s, %s, 1)
            on conflict (kind, organisation_id, year) do update set last = documents_numbering.last + 1
            returning last
            """,
            [kind, organisation.pk if organisation else None, on.year],
        )
        last = int(cursor.fetchone()[0])
    return f"{organisation.prefix}{last}" if organisation and organisation.prefix else str(last)


@command("documents.set_organisation", label=_("Set up an organisation"))
def set_organisation(*, actor: Actor, inn: str, values: dict[str, Any], accounts: list[dict[str, Any]]) -> Organisation:
    """
    Make one of our own organisations or change it by its INN; the first one is used by default.

    :param values: fields of `Organisation` by name, and custom ones of organisations by key.
    :param accounts: fields of `OrganisationAccount`; accounts are matched by number, those left out are put
        out of use, the first is used by default.
    :raises Refused: the INN, a BIC or an account is wrong, or a new one lacks what the form of organisations demands.
    """
    number = contacts.check_inn(inn)
    if values.get("is_default"):
        Organisation.objects.exclude(inn=number).update(is_default=False)
    custom = {key: one for key, one in values.items() if key.startswith(CUSTOM_PREFIX)}
    own = {key: one for key, one in values.items() if key not in custom}
    organisation, made = Organisation.objects.update_or_create(inn=number, defaults=own)
    if made:
        organisation = making.finish(actor, organisation, custom)
    elif custom:
        update_organisation(actor=actor, organisation=organisation, values=custom)
    if made and Organisation.objects.count() == 1:
        organisation.is_default = True
        organisation.save(update_fields=["is_default"])
    OrganisationAccount.objects.filter(organisation=organisation).update(is_deleted=True)
    for position, one in enumerate(accounts):
        fields = {**one, "bic": contacts.check_bik(one["bic"]), "is_default": position == 0, "is_deleted": False}
        fields["account"] = contacts.check_account(one["account"], fields["bic"])
        OrganisationAccount.objects.update_or_create(
            organisation=organisation, account=fields.pop("account"), defaults=fields
        )
    return organisation


@command("documents.update_organisation", label=_("Fill in custom fields of an organisation"))
def update_organisation(
    *, actor: Actor, organisation: Organisation, values: dict[str, Any], base_version: int | None = None
) -> Organisation:
    """
    Set fields that were added to organisations, by their keys; requisites are set as a whole by `set_organisation`.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong, or the field is none of those that were added.
    """
    editing.apply(actor, organisation, values, base_version)
    live.tell_topic("documents.organisation")
    return organisation


@command("documents.set_template", label=_("Set up a template"))
def set_template(
    *, actor: Actor, record: str, name: str, subject: str, body: str, is_default: bool = False
) -> TextTemplate:
    """Make a template of a letter about a record or change it by its name."""
    if is_default:
        TextTemplate.objects.filter(record=record, is_default=True).exclude(name=name).update(is_default=False)
    values = {"subject": subject, "body": body, "is_default": is_default, "is_deleted": False}
    found, _made = TextTemplate.objects.update_or_create(record=record, name=name, defaults=values)
    return found


@command("documents.drop_template", label=_("Take a template out of use"))
def drop_template(*, actor: Actor, template: TextTemplate) -> TextTemplate:
    """Take a template out of use; letters written by it stay."""
    template.is_deleted, template.is_default = True, False
    template.save(update_fields=["is_deleted", "is_default"])
    return template


@command("documents.load_rates", label=_("Load exchange rates"))
def load_rates(*, actor: Actor, on: dt.date, rates: list[dict[str, Any]]) -> int:
    """
    Keep the rates that hold from a day on; those of the day that are there are replaced. Returns how many there are.

    :param rates: `{"currency": ISO code, "nominal": units, "value": roubles for them}`.
    :raises Refused: a currency is not known, or a number of its rate is not above zero.
    """
    checked = [rules.check_rate(one["currency"], int(one["nominal"]), Decimal(str(one["value"]))) for one in rates]
    CurrencyRate.objects.bulk_create(
        [CurrencyRate(currency=one.code, since=on, nominal=one.nominal, value=one.value) for one in checked],
        update_conflicts=True,
        unique_fields=["currency", "since"],
        update_fields=["nominal", "value"],
    )
    emit(RatesLoaded(since=on.isoformat()))
    return len(checked)


def fetch_rates() -> None:
    """
    Ask the Bank of Russia for the rates of the day and keep them; when it cannot be reached, the next hour tries again.

    Source: https://www.cbr.ru/development/SXML/
    """
    try:
        with http.door() as out:
            answer = out.get(CBR_DAILY).checked()
    except http.TransportError as trouble:
        log.warning("rates were not loaded", message=trouble.message)
        return
    daily = money.read_cbr_daily(io.BytesIO(answer.body))
    rates = [{"currency": one.code, "nominal": one.nominal, "value": one.value} for one in daily.rates.values()]
    load_rates(actor=SYSTEM, on=daily.on, rates=rates)


@app.task(name="documents.fetch_rates")
def fetch_rates_now() -> None:
    """Ask for the rates at once, because somebody has pressed the button."""
    fetch_rates()
