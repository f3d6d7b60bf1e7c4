"""Giving letters to another person: by the page, the list, the API; the receiver hears of it, and it is taken back."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.communications import commands
from okno.areas.communications.models import Mail
from okno.areas.communications.tests.test_pages import a_letter
from okno.kit import events, journal
from okno.kit.errors import Denied
from okno.kit.models import CommandRun, Notice
from okno.kit.testing.forms import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(cast: Cast) -> Mail:
    """A letter of Anna's client, which is Anna's to deal with."""
    clients.add(actor=cast.actor("anna"), name="ООО «Ромашка»", email="anna@romashka.example")
    events.drain()
    Notice.objects.all().delete()
    return a_letter()


def test_letter_is_given_by_its_page_and_its_receiver_hears_of_it(cast: Cast, client: Browser, letter: Mail) -> None:
    client.force_login(cast.anna)
    page = client.get(f"/mail/{letter.pk}/assign/")
    client.post(f"/mail/{letter.pk}/assign/", {**filled(page), "owner": cast.boris.pk})
    events.drain()

    letter.refresh_from_db()
    assert (letter.owner_id, letter.department_id) == (cast.boris.pk, cast.boris.department_id)
    assert Notice.objects.get(kind="communications.assigned").user_id == cast.boris.pk


def test_letter_that_was_given_comes_back_by_undo(cast: Cast, letter: Mail) -> None:
    commands.assign(actor=cast.actor("director"), mail=letter, owner=cast.boris)

    run = CommandRun.objects.filter(name="communications.assign").latest("pk")
    journal.undo.run(cast.actor("director"), run_id=run.pk)

    letter.refresh_from_db()
    assert (letter.owner_id, letter.department_id) == (cast.anna.pk, cast.anna.department_id)


def test_letter_of_another_is_not_given(cast: Cast, client: Browser, letter: Mail) -> None:
    client.force_login(cast.boris)
    assert client.post(f"/mail/{letter.pk}/assign/", {"owner": cast.boris.pk}).status_code == 404

    with pytest.raises(Denied):
        commands.assign.run(cast.actor("stranger"), mail=letter.pk, owner=cast.boris.pk)


def test_list_page_and_api_offer_to_give_letters(cast: Cast, client: Browser, letter: Mail) -> None:
    client.force_login(cast.director)

    assert "communications.assign" in client.get("/mail/?tab=all").content.decode()
    assert f"/mail/{letter.pk}/assign/" in client.get(f"/mail/{letter.pk}/").content.decode()
    assert "/api/v1/mail/{id}/assign" in client.get("/api/v1/openapi.json").json()["paths"]
