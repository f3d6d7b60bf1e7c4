"""Writes of documents: numbers, organisations and templates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from okno.areas.documents.models import Organisation, OrganisationAccount, TextTemplate
from okno.kit import contacts
from okno.kit.commands import command
from okno.kit.permissions import Actor


@command("documents.next_number")
def next_number(*, actor: Actor, kind: str, on: dt.date, organisation: Organisation | None = None) -> str:
    """
    Take the next number of a kind of document in the year of the day: `prefix` of the organisation and the count
    within the year, e.g. «ОК-15». Numbers have no gaps while every taker's transaction is kept.
    """
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

    :param values: fields of `Organisation` by name.
    :param accounts: fields of `OrganisationAccount`; accounts are matched by number, the first is used by default.
    :raises Refused: the INN, a BIC or an account is wrong.
    """
    number = contacts.check_inn(inn)
    organisation, made = Organisation.objects.update_or_create(inn=number, defaults=values)
    if made and Organisation.objects.count() == 1:
        organisation.is_default = True
        organisation.save(update_fields=["is_default"])
    for position, one in enumerate(accounts):
        fields = {**one, "bic": contacts.check_bik(one["bic"]), "is_default": position == 0}
        fields["account"] = contacts.check_account(one["account"], fields["bic"])
        OrganisationAccount.objects.update_or_create(
            organisation=organisation, account=fields.pop("account"), defaults=fields
        )
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
