"""Merging reaches every table: what points to a row points to the survivor, and goes back again."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from okno.access.models import Reading, SeenCard
from okno.areas.billing.models import Invoice
from okno.areas.calendar.models import Task
from okno.areas.clients import commands as clients
from okno.areas.communications.models import Mail
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.leads.models import Lead, LeadPoint
from okno.fronts.exchange.models import ExternalLink
from okno.kit.errors import Refused
from okno.kit.fields import custom
from okno.kit.merging import mergeable, reading, references, survivor_of
from okno.kit.models import Attachment, EntryLink
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from tests.architecture.rows import row_of
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.django_db


def test_every_name_of_a_record_beside_a_row_is_a_reference() -> None:
    """A new table that keeps a record's name must keep the id as `row_id` or `<stem>_id`, or be no reference."""
    known = {(one.model, one.record_column) for one in references.references(registry.record("clients.client"))}
    lost = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            is_name = field.name == "record" or field.name.endswith("_record")
            is_ours = model.__module__.startswith("okno.") and not any(
                getattr(model, name, False) for name in references.NOT_MOVED
            )
            has_row = any(one.name in {"row_id", "object_id"} for one in model._meta.concrete_fields)
            is_asked = is_name and is_ours and has_row and model not in references.LEFT_ALONE
            if is_asked and (model, field.name) not in known:
                lost.append(f"{model._meta.label}.{field.name}")
    assert lost == []


def test_what_moves_is_told_by_names_that_people_have_given() -> None:
    named = [reading.label_of(one, is_many=True) for one in (Invoice, LeadPoint, SeenCard)]
    assert named == ["Счета", "Способы связи", "Прочее"]


@pytest.mark.parametrize("record", ["clients.client", "clients.contact", "clients.legal_entity", "deals.deal"])
def test_records_that_can_be_merged_have_both_commands(record: str) -> None:
    known = mergeable(record)

    assert {known.merge.name, known.unmerge.name} <= set(registry.commands)


def test_everything_that_points_to_a_client_is_pointed_elsewhere_and_back(company: Company) -> None:
    loser = company.client
    survivor = clients.add(actor=SYSTEM, name="Другой", owner=company.anna)
    rows: list[Any] = [row_of(model, "client") for model in (Invoice, Task, Mail, Lead)]
    for row in rows:
        type(row)._base_manager.filter(pk=row.pk).update(client=loser)
    rows.append(company.deal)
    file = Attachment.objects.create(record="clients.client", row_id=loser.pk, name="договор.pdf")
    link: Any = row_of(ExternalLink)
    ExternalLink.objects.filter(pk=link.pk).update(record="clients.client", row_id=loser.pk)

    known = mergeable("clients.client")
    known.merge(actor=SYSTEM, survivor=survivor, losers=[loser])
    moved = [type(row)._base_manager.get(pk=row.pk).client_id for row in rows]
    named = (Attachment.objects.get(pk=file.pk).row_id, ExternalLink.objects.get(pk=link.pk).row_id)
    known.unmerge(actor=SYSTEM, survivor=survivor, loser_id=loser.pk)

    assert moved == [survivor.pk] * len(rows)
    assert named == (survivor.pk, survivor.pk)
    assert [type(row)._base_manager.get(pk=row.pk).client_id for row in rows] == [loser.pk] * len(rows)
    assert Attachment.objects.get(pk=file.pk).row_id == loser.pk


def test_the_access_log_stays_told_of_the_card_that_was_read(company: Company) -> None:
    survivor = clients.add(actor=SYSTEM, name="Другой", owner=company.anna)
    Reading.objects.create(kind="card", user_name="Анна", record="clients.client", row_id=company.client.pk)

    mergeable("clients.client").merge(actor=SYSTEM, survivor=survivor, losers=[company.client])

    assert Reading.objects.get().row_id == company.client.pk


def test_custom_links_are_pointed_elsewhere(company: Company) -> None:
    custom.add(actor=SYSTEM, record="deals.deal", key="dealer", label="Дилер", kind="link", link="clients.client")
    dealer = clients.add(actor=SYSTEM, name="Дилер")
    double = clients.add(actor=SYSTEM, name="Дилер ООО")
    deals.update(actor=SYSTEM, deal=company.deal, values={"x_dealer": double.pk})

    mergeable("clients.client").merge(actor=SYSTEM, survivor=dealer, losers=[double])

    assert Deal.objects.get(pk=company.deal.pk).extra["x_dealer"] == dealer.pk


def test_deals_are_merged_without_their_goods_and_stays(company: Company) -> None:
    double = deals.open_deal(actor=SYSTEM, title="Второй раз", client=company.client)
    deals.set_lines(actor=SYSTEM, deal=double, lines=[{"name": "Сервер", "quantity": "1", "price": "1000"}])
    known = mergeable("deals.deal")

    known.merge(actor=SYSTEM, survivor=company.deal, losers=[double])

    assert survivor_of("deals.deal", double.pk) == company.deal.pk
    assert not company.deal.lines.exists()
    assert EntryLink.objects.filter(record="deals.deal", row_id=company.deal.pk).count() > 1


def test_deals_of_different_clients_are_not_merged(company: Company) -> None:
    other = deals.open_deal(actor=SYSTEM, title="Чужая", client=clients.add(actor=SYSTEM, name="Другой"))

    with pytest.raises(Refused):
        mergeable("deals.deal").merge(actor=SYSTEM, survivor=company.deal, losers=[other])
