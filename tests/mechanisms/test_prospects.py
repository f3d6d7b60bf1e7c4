"""What is about a prospect goes along to the client that it becomes, also what upper areas keep."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from okno.access.tests.cast import Cast
from okno.areas.calendar import commands as calendar
from okno.areas.clients import commands
from okno.areas.clients.models import Client, Prospect
from okno.kit import journal
from okno.kit.models import CommandRun
from okno.kit.permissions import SYSTEM
from okno.kit.timeline import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def prospect(cast: Cast) -> Prospect:
    return commands.add_prospect(actor=SYSTEM, name="ООО «Заря»", phone="+7 921 000-00-05", owner=cast.anna)


def test_convert_takes_tasks_along(cast: Cast, prospect: Prospect) -> None:
    due = timezone.now() + timedelta(days=1)
    about = {"about_record": "clients.prospect", "about_id": prospect.pk}
    task = calendar.add_task(actor=SYSTEM, title="Позвонить", due_at=due, owner=cast.anna, **about)

    client = commands.convert_prospect(actor=SYSTEM, prospect=prospect)

    task.refresh_from_db()
    assert (task.about_record, task.about_id, task.client) == ("clients.client", client.pk, client)


def test_undo_makes_it_a_prospect_again_with_its_tasks_and_feed(cast: Cast, prospect: Prospect) -> None:
    about = {"about_record": "clients.prospect", "about_id": prospect.pk}
    due = timezone.now() + timedelta(days=1)
    task = calendar.add_task(actor=SYSTEM, title="Позвонить", due_at=due, owner=cast.anna, **about)
    entries.note(actor=SYSTEM, record="clients.prospect", row_id=prospect.pk, text="Просил цены")
    client = commands.convert_prospect(actor=SYSTEM, prospect=prospect)
    run = CommandRun.objects.filter(name="clients.convert_prospect").latest("pk")

    journal.undo(actor=SYSTEM, run_id=run.pk)

    prospect.refresh_from_db()
    task.refresh_from_db()
    assert (prospect.status, prospect.client, task.about_record) == ("new", None, "clients.prospect")
    assert Client.objects.get(pk=client.pk).is_deleted
    told = entries.feed(cast.actor("anna"), "clients.prospect", prospect.pk)
    assert "Просил цены" in [one.payload.get("text") for one in told]
