"""Settings of enquiries: queues, sources, reasons."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.leads import commands, queries
from okno.areas.leads.models import DistributionRule, Lead, LeadCampaign, LeadQueue, LeadSource
from okno.kit.permissions import SYSTEM
from okno.kit.testing.forms import filled
from okno.kit.testing.record_contract import HTMX

NORMS = {"react_minutes": 15, "handle_minutes": 240}


@pytest.fixture
def director(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.director)
    return client


def people_of(queue: LeadQueue) -> list[int]:
    return list(queue.members.order_by("user_id").values_list("user_id", flat=True))


def test_queue_is_added_and_its_people_change(director: Browser, cast: Cast):
    both = [cast.anna.pk, cast.boris.pk]
    director.post("/settings/queues/new/", {"name": "Опт", "people": both, **NORMS})
    queue = LeadQueue.objects.get()
    assert people_of(queue) == sorted(both)

    director.post(f"/settings/queues/{queue.pk}/", {"name": "Опт", "people": [cast.anna.pk], **NORMS})
    assert people_of(queue) == [cast.anna.pk]
    assert LeadQueue.objects.count() == 1


def test_source_is_added_and_changed(director: Browser, cast: Cast):
    director.post("/settings/queues/new/", {"name": "Опт", "people": [cast.anna.pk], **NORMS})
    queue = LeadQueue.objects.get()
    director.post("/settings/sources/new/", {"name": "Site form", "kind": "form", "queue": queue.pk})
    source = LeadSource.objects.get()
    director.post(f"/settings/sources/{source.pk}/", {"name": "Форма", "kind": "form", "queue": queue.pk})

    source.refresh_from_db()
    assert (source.code, source.name) == ("site-form", "Форма")
    assert director.get("/settings/queues/").status_code == 200


def test_reasons_are_written_line_by_line(director: Browser):
    director.post("/settings/rejections/", {"names": "Спам\nДубль"})

    assert [one.name for one in queries.reject_reasons()] == ["Спам", "Дубль"]


@pytest.fixture
def queue(cast: Cast) -> LeadQueue:
    found = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=[cast.anna, cast.boris])
    commands.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=found)
    return found


def test_a_filter_of_the_list_becomes_a_rule(director: Browser, queue: LeadQueue):
    tree = '{"all":[{"field":"city","op":"contains","value":"Казань"}]}'
    links = director.get("/leads/", {"f": tree}).context["page"]["more_links"]
    url = next(one["url"] for one in links if "/distribution/" in one["url"])

    sent = filled(director.get(url))
    director.post(url, {**sent, "name": "Казань", "method": "weight", "queue": queue.pk, "is_active": "on"})

    rule = DistributionRule.objects.get()
    assert (rule.condition["all"][0]["value"], rule.method, rule.is_active) == ("Казань", "weight", True)


def test_a_rule_for_all_asks_nothing(director: Browser, queue: LeadQueue):
    director.post("/settings/distribution/new/", {"name": "Всем", "method": "turn", "queue": queue.pk})

    assert DistributionRule.objects.get().condition == {}


def test_rules_go_up_and_down(director: Browser, queue: LeadQueue):
    first, second = (
        commands.set_rule(actor=SYSTEM, name=name, queue=queue, method="turn") for name in ("Первое", "Второе")
    )

    director.post("/settings/distribution/?part=move", {"rule": second.pk, "by": "up"})

    assert list(queries.all_rules()) == [second, first]


def test_it_is_told_to_whom_an_enquiry_would_go(director: Browser, cast: Cast, queue: LeadQueue):
    lead = commands.receive(actor=SYSTEM, source="site", phone="+79210000001", owner=cast.head)
    commands.set_rule(actor=SYSTEM, name="Всем", queue=queue, method="turn")

    told = director.get("/settings/distribution/", {"lead": lead.pk}).context["told"]

    assert told["who"] == cast.anna.name
    assert "Всем" in told["why"]
    assert Lead.objects.get().owner == cast.head


def test_a_person_of_a_queue_is_set_up(director: Browser, cast: Cast, queue: LeadQueue):
    url = f"/settings/queues/{queue.pk}/people/{cast.anna.pk}/"
    director.post(
        url, {"weight": 3, "open_limit": 5, "skills": "весы, ленты", "regions": "843", "day_0": "09:00-12:00"}
    )

    member = queue.members.get(user=cast.anna)
    assert (member.weight, member.open_limit, member.skills, member.regions) == (3, 5, ["весы", "ленты"], ["843"])
    assert member.shift == ["09:00-12:00", "", "", "", "", "", ""]
    assert director.get(url).context["form_page"]["title"]


def test_places_of_fields_are_chosen_by_what_came_last(director: Browser, queue: LeadQueue):
    source = LeadSource.objects.get()
    commands.receive(actor=SYSTEM, source="site", phone="1", text="x", raw={"contact": {"tel": "+79210000001"}})
    url = f"/settings/sources/{source.pk}/"

    page = director.get(url).content.decode()
    director.post(url, {"name": "Сайт", "kind": "form", "queue": queue.pk, "map_phone": "contact.tel"})

    source.refresh_from_db()
    assert "contact.tel = +79210000001" in page
    assert (source.mapping, source.repeat_days) == ({"phone": "contact.tel"}, 30)


def test_campaigns_nobody_has_named_are_matched(director: Browser, queue: LeadQueue):
    commands.receive(actor=SYSTEM, source="site", phone="+79210000001", marks={"utm_campaign": "osen"})
    campaign = LeadCampaign.objects.get()

    rows = director.get("/settings/campaigns/").context["campaigns"]
    director.post(f"/settings/campaigns/{campaign.pk}/", {"name": "Осень"}, headers=HTMX)

    campaign.refresh_from_db()
    assert [(one["count"], one["is_matched"]) for one in rows] == [("1", False)]
    assert (campaign.name, campaign.is_matched) == ("Осень", True)
