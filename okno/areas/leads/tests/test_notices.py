"""What people are told of enquiries: who gave them one, who returned it and why."""

from __future__ import annotations

import datetime as dt

import pytest

from okno.access.tests.cast import Cast
from okno.areas.leads import commands
from okno.areas.leads.models import Lead
from okno.kit import events
from okno.kit.models.notices import Notice
from okno.kit.notices import reading
from okno.kit.permissions import SYSTEM
from okno.kit.rows.cells import Moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """An enquiry that Anna has got, and Boris is the next in turn."""
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=[cast.anna, cast.boris])
    commands.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue)
    made: Lead = commands.receive(actor=SYSTEM, source="site", subject="Весы", phone="+7 921 000-00-01")
    events.drain()
    Notice.objects.all().delete()
    return made


def told(cast: Cast, who: str) -> list[tuple[str, str]]:
    events.drain()
    actor = cast.actor(who)
    groups, _next = reading.centre(actor, Moment(dt.datetime.now(dt.UTC), actor.zone))
    return [(one.text, one.body) for group in groups for one in group.notices]


def test_a_returned_enquiry_says_who_returned_it_and_why(cast: Cast, lead: Lead) -> None:
    commands.return_to_queue(actor=cast.actor("anna"), lead=lead, reason="Это по-казахски")
    assert told(cast, "boris") == [
        (f"{cast.anna.name}: заявка возвращена в очередь, теперь она ваша", "Это по-казахски")
    ]


def test_an_enquiry_given_by_hand_says_who_gave_it(cast: Cast, lead: Lead) -> None:
    commands.give(actor=cast.actor("director"), lead=lead, owner=cast.boris)
    assert told(cast, "boris") == [(f"{cast.director.name}: вам передана заявка", "")]
