"""Prospects: added, worked on, handed to sales with all that was about them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access.tests.cast import Cast
from okno.areas.clients import commands
from okno.areas.clients.models import Client, Prospect
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.web import prospects as pages
from okno.kit.errors import Refused
from okno.kit.models import EventRow
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX, RecordContract
from okno.kit.timeline import entries

pytestmark = pytest.mark.django_db


def a_prospect(owner: object, **fields: object) -> Prospect:
    given = {"name": "ООО «Заря»", "phone": "+7 921 000-00-05", "person": "Пётр Лучев", "city": "Тверь", **fields}
    made: Prospect = commands.add_prospect(actor=SYSTEM, owner=owner, **given)
    return made


class TestProspect(RecordContract):
    page, hidden, api = pages.ProspectList, "city", "/api/v1/prospects"

    def make(self, cast: Cast, owner: object) -> Prospect:
        return a_prospect(owner)


@pytest.fixture
def prospect(cast: Cast) -> Prospect:
    return a_prospect(cast.anna)


def test_convert_makes_a_client_and_a_contact_with_the_feed(cast: Cast, prospect: Prospect) -> None:
    entries.note(actor=SYSTEM, record="clients.prospect", row_id=prospect.pk, text="Просил цены")

    client = commands.convert_prospect(actor=SYSTEM, prospect=prospect)

    prospect.refresh_from_db()
    assert (client.name, client.phone, client.owner, client.city) == ("ООО «Заря»", prospect.phone, cast.anna, "Тверь")
    assert [one.name for one in client.contacts.all()] == ["Пётр Лучев"]
    assert (prospect.status, prospect.client) == ("converted", client)
    told = entries.feed(SYSTEM, "clients.client", client.pk)
    assert "Просил цены" in [one.payload.get("text") for one in told]
    assert EventRow.objects.filter(name__endswith="ProspectConverted").exists()


def test_notes_of_a_prospect_are_read_by_whoever_sees_the_client_later(cast: Cast, prospect: Prospect) -> None:
    entries.note(actor=SYSTEM, record="clients.prospect", row_id=prospect.pk, text="Просил цены")
    client = commands.convert_prospect(actor=SYSTEM, prospect=prospect)

    commands.assign(actor=SYSTEM, client=client, owner=cast.boris)

    told = entries.feed(cast.actor("boris"), "clients.client", client.pk)
    assert "Просил цены" in [one.payload.get("text") for one in told]


def test_convert_stops_at_a_client_that_is_there(cast: Cast, prospect: Prospect) -> None:
    known = a_client(cast.anna, name="Заря", phone=prospect.phone)

    with pytest.raises(Refused) as refused:
        commands.convert_prospect(actor=SYSTEM, prospect=prospect)

    assert refused.value.params["missing"] == ["client"]
    assert commands.convert_prospect(actor=SYSTEM, prospect=prospect, client=known) == known
    assert Client.objects.count() == 1


def test_convert_makes_another_one_when_it_is_said_so(cast: Cast, prospect: Prospect) -> None:
    a_client(cast.anna, name="Заря", phone=prospect.phone)

    made = commands.convert_prospect(actor=SYSTEM, prospect=prospect, is_new=True)

    assert Client.objects.exclude(pk=made.pk).count() == 1


def test_what_was_handed_to_sales_changes_no_more(prospect: Prospect) -> None:
    commands.convert_prospect(actor=SYSTEM, prospect=prospect)

    for act in (
        lambda: commands.convert_prospect(actor=SYSTEM, prospect=prospect),
        lambda: commands.update_prospect(actor=SYSTEM, prospect=prospect, values={"city": "Клин"}),
        lambda: commands.move_prospect(actor=SYSTEM, prospect=prospect, status="new"),
    ):
        with pytest.raises(Refused):
            act()


def test_whoever_is_not_to_be_disturbed_is_not_added_again(cast: Cast, prospect: Prospect) -> None:
    commands.move_prospect(actor=SYSTEM, prospect=prospect, status="silent")

    with pytest.raises(Refused):
        a_prospect(cast.boris, name="Другая", phone="8 921 000 00 05")
    with pytest.raises(Refused):
        commands.convert_prospect(actor=SYSTEM, prospect=prospect)


def test_update_keeps_the_keys(cast: Cast, prospect: Prospect) -> None:
    commands.update_prospect(actor=SYSTEM, prospect=prospect, values={"phone": "8 921 000-00-06", "email": "A@Luch.ru"})

    prospect.refresh_from_db()
    assert (prospect.phone, prospect.phone_key, prospect.email_key) == ("+7 921 000-00-06", "9210000006", "a@luch.ru")


def test_a_day_to_come_back_lies_ahead(prospect: Prospect) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)

    with pytest.raises(Refused):
        commands.move_prospect(actor=SYSTEM, prospect=prospect, status="not_now", revisit_date=yesterday)


def test_one_click_makes_a_client(cast: Cast, client: Browser, prospect: Prospect) -> None:
    client.force_login(cast.anna)

    answer = client.post(f"/prospects/{prospect.pk}/convert/", headers=HTMX)

    made = Client.objects.get()
    assert answer.headers["HX-Redirect"] == f"/clients/{made.pk}/"


def test_the_form_names_the_client_that_is_there(cast: Cast, client: Browser, prospect: Prospect) -> None:
    a_client(cast.anna, name="Заря", phone=prospect.phone)
    client.force_login(cast.anna)

    answer = client.post(f"/prospects/{prospect.pk}/convert/", headers=HTMX)

    assert answer.status_code == 422
    assert "Заря" in answer.content.decode()


@pytest.mark.parametrize("page", ["convert", "move", "assign"])
def test_pages_of_a_prospect_answer(cast: Cast, client: Browser, prospect: Prospect, page: str) -> None:
    client.force_login(cast.anna)

    assert client.get(f"/prospects/{prospect.pk}/{page}/", headers=HTMX).status_code == 200


def test_the_form_shows_clients_like_it(cast: Cast, client: Browser) -> None:
    a_client(cast.anna, name="Заря", phone="+7 921 000-00-05")
    client.force_login(cast.anna)

    answer = client.post("/prospects/new/", {"name": "ООО «Заря»", "kind": "company", "phone": "89210000005"})

    assert answer.status_code == 422
    assert not Prospect.objects.exists()
