"""What commands of one change only look at is read once for all of them, as long as none of them changes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okno.access.models import User
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit.changing import asked, running
from okno.kit.commands import command
from okno.kit.models.feed import Entry
from okno.kit.models.journal import EventRow
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from tests.mechanisms.conftest import Company


@pytest.fixture
def ids(company: Company) -> list[int]:
    for number in range(3):
        deals.open_deal(actor=SYSTEM, title=f"Сделка {number}", client=company.client, owner=company.anna)
    return list(Deal.objects.order_by("pk").values_list("pk", flat=True))


def change(ids: list[int], name: str, to: User) -> dict[str, Any]:
    question = asked.Asked(record="deals.deal", ids=ids, label="x", command=name, on="deal", given={"owner": to.pk})
    return running.Batches(question, SYSTEM, is_preview=False).act(ids, "once")


def test_handing_over_reads_the_new_person_and_the_subscriptions_once(company: Company, ids: list[int]) -> None:
    with CaptureQueriesContext(connection) as captured:
        told = change(ids, "deals.assign", company.boris)

    said = [str(one["sql"]) for one in captured.captured_queries]
    people = [one for one in said if 'FROM "access_user"' in one and one.startswith("SELECT")]
    assert (told["done"], len(people)) == (4, 1)
    assert len([one for one in said if "kit_webhook" in one]) == 1
    assert set(Deal.objects.values_list("owner_id", flat=True)) == {company.boris.pk}
    assert EventRow.objects.filter(name="deals.DealAssigned").count() == 4
    assert Entry.objects.filter(kind="deals.assigned", links__record="deals.deal").count() == 4


@pytest.fixture
def renaming() -> Iterator[None]:
    """A command that notes the name of a person and gives them another one."""

    @command("deals.rename")
    def rename(*, actor: Actor, deal: Deal, owner: User) -> None:
        deal.source = owner.name
        deal.save(update_fields=["source"])
        # The instance stays as it was read: only a new look shows the new name.
        User.objects.filter(pk=owner.pk).update(name=f"{owner.name}+")

    yield
    del registry.commands["deals.rename"]


@pytest.mark.usefixtures("renaming")
def test_a_command_sees_what_those_before_it_have_changed_in_what_they_share(company: Company, ids: list[int]) -> None:
    change(ids, "deals.rename", company.boris)

    assert list(Deal.objects.order_by("pk").values_list("source", flat=True)) == [
        "boris",
        "boris+",
        "boris++",
        "boris+++",
    ]
