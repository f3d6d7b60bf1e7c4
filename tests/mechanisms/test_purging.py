"""What is marked for deletion goes for good when nothing refers to it, and says what holds it otherwise."""

from __future__ import annotations

import json

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit import jobs
from okno.kit.fields import custom
from okno.kit.merging.mergeable import mergeable
from okno.kit.models import EntryLink
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.purging import commands, reading
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.usefixtures("fields_of_this_test")


def mark(*rows: Deal | Client) -> None:
    for one in rows:
        type(one)._base_manager.filter(pk=one.pk).update(is_deleted=True)


def purge(*records: str) -> JobRun:
    job = commands.start(actor=SYSTEM, records=list(records))
    jobs.do_work(job.pk)
    job.refresh_from_db()
    return job


def test_a_marked_row_goes_with_its_feed(company: Company) -> None:
    mark(company.deal)

    job = purge("deals.deal")

    assert job.state == "done"
    assert not Deal.objects.filter(pk=company.deal.pk).exists()
    assert not EntryLink.objects.filter(record="deals.deal", row_id=company.deal.pk).exists()


def test_a_row_that_a_living_one_refers_to_stays(company: Company) -> None:
    mark(company.client)

    held = reading.plan(["clients.client"]).held
    purge("clients.client")

    assert held == {("clients.client", company.client.pk): [("deals.deal", company.deal.pk)]}
    assert Client.objects.filter(pk=company.client.pk).exists()


def test_rows_that_refer_to_each_other_go_together(company: Company) -> None:
    mark(company.client, company.deal)

    purge("clients.client", "deals.deal")

    assert not Client.objects.filter(pk=company.client.pk).exists()


def test_a_custom_link_holds_a_row(company: Company) -> None:
    custom.add(actor=SYSTEM, record="deals.deal", key="before", label="Прежняя", kind="link", link="deals.deal")
    other = deals.open_deal(actor=SYSTEM, title="Прежняя", client=company.client)
    deals.update(actor=SYSTEM, deal=company.deal, values={"x_before": other.pk})
    mark(other)

    assert reading.plan(["deals.deal"]).held == {("deals.deal", other.pk): [("deals.deal", company.deal.pk)]}


def test_a_card_that_was_merged_stays_to_be_taken_apart(company: Company) -> None:
    loser = Client.objects.create(name="Ромашка, второй раз", owner=company.head)
    mergeable("clients.client").merge(actor=SYSTEM, survivor=company.client, losers=[loser])

    purge("clients.client")

    assert reading.counts() == {}
    assert Client.objects.filter(pk=loser.pk, is_deleted=True).exists()


def test_what_is_not_marked_is_never_deleted(company: Company) -> None:
    assert commands.purge(actor=SYSTEM, record="deals.deal", ids=[company.deal.pk]) == []
    assert Deal.objects.filter(pk=company.deal.pk).exists()


def test_the_page_tells_what_goes_and_what_is_held(company: Company, client: Browser) -> None:
    grants = [{"permission": name, "reach": "all"} for name in ("purging.*", "jobs.*")]
    access.set_role(actor=SYSTEM, code="purger", name="Уборка", grants=grants, hidden=[])
    access.give_role(actor=SYSTEM, user=company.head, role="purger")
    mark(company.client)
    client.force_login(company.head)

    page = client.get("/settings/purge/")
    started = client.post("/settings/purge/?part=start", {"record": "clients.client"})

    assert page.context["free"] == 0
    assert company.deal.title in page.content.decode()
    assert started.status_code == 302


def test_the_page_asks_for_the_right(company: Company, client: Browser) -> None:
    client.force_login(company.anna)

    assert client.get("/settings/purge/").status_code == 403


def test_what_still_names_a_row_that_is_gone_opens_all_the_same(company: Company, client: Browser) -> None:
    client.force_login(company.anna)
    access.set_role(
        actor=SYSTEM, code="stars", name="Звёзды", grants=[{"permission": "saved_views.*", "reach": "all"}], hidden=[]
    )
    access.give_role(actor=SYSTEM, user=company.anna, role="stars")
    custom.add(
        actor=SYSTEM, record="clients.client", key="main", label="Главная сделка", kind="link", link="deals.deal"
    )
    client.post("/pick/deals.deal/?part=star", {"id": company.deal.pk})
    named = json.dumps({"field": "x_main", "op": "eq", "value": company.deal.pk})
    mark(company.deal)
    purge("deals.deal")

    assert not Deal.objects.filter(pk=company.deal.pk).exists()
    assert (
        client.get("/clients/", {"tab": "all", "f": named, "group": "x_main", "cols": "name,x_main"}).status_code == 200
    )
    assert (
        client.get("/deals/", {"tab": "all", "f": json.dumps({"field": "client", "op": "not_empty"})}).status_code
        == 200
    )
    assert client.get(f"/clients/{company.client.pk}/").status_code == 200
    assert client.get(f"/clients/{company.client.pk}/?part=feed").status_code == 200
    assert client.get(f"/deals/{company.deal.pk}/").status_code == 404
    assert client.get("/pick/deals.deal/", {"recent": str(company.deal.pk)}).json() == []
