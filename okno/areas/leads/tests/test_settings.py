"""Settings of enquiries: queues, sources, reasons."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.leads import queries
from okno.areas.leads.models import LeadQueue, LeadSource

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
