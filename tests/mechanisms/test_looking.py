"""Looking with the eyes of another: what they see, nothing more, and nothing can be done."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access import commands, queries, rules
from okno.access.models import Reading
from okno.areas.clients import commands as client_commands
from okno.areas.clients.models import Client
from okno.kit.errors import Denied, Refused
from okno.kit.models import CommandRun
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def clients(cast):
    return {who: Client.objects.create(name=f"Клиент {who}", owner=getattr(cast, who)) for who in ("anna", "boris")}


@pytest.fixture
def looking(cast, client: Browser, clients):
    client.force_login(cast.director)
    client.post(f"/settings/users/{cast.anna.pk}/look/")
    return client


def test_look_as_shows_what_the_person_sees_and_says_so(looking, clients):
    assert looking.get(f"/clients/{clients['anna'].pk}/").status_code == 200
    assert looking.get(f"/clients/{clients['boris'].pk}/").status_code == 404
    assert "Иванова Анна Петровна" in looking.get("/clients/").content.decode().partition('class="looking"')[2][:400]


def test_look_as_refuses_every_command(cast, clients):
    eyes = queries.eyes_of(cast.anna, looker="Орлова")

    with pytest.raises(Denied):
        client_commands.update(actor=eyes, client=clients["anna"], values={"name": "Другой"})
    preview = client_commands.update.preview(eyes, client=clients["anna"].pk, values={"name": "Другой"})
    assert preview.changes == []
    assert preview.refusal
    assert Client.objects.get(pk=clients["anna"].pk).name == "Клиент anna"


@pytest.mark.parametrize("url", ["/profile/", "/settings/users/", "/settings/roles/", "/settings/security/", "/jobs/"])
def test_look_as_keeps_accounts_and_long_work_closed(cast, client: Browser, url):
    client.force_login(cast.director)
    commands.give_role(actor=SYSTEM, user=cast.boris, role="director")
    client.post(f"/settings/users/{cast.boris.pk}/look/")

    assert client.get(url).status_code == 403


def test_look_as_posts_nothing(looking, clients):
    answer = looking.post(f"/clients/{clients['anna'].pk}/?part=note", {"text": "от чужого имени"})

    assert answer.status_code == 403


def test_look_as_is_kept_in_the_journal_and_ends_by_a_click(cast, looking, clients):
    assert Reading.objects.get(kind="look").title == cast.anna.name

    looking.post("/look/stop/")

    assert looking.get(f"/clients/{clients['boris'].pk}/").status_code == 200
    names = list(CommandRun.objects.filter(user_id=cast.director.pk).order_by("pk").values_list("name", flat=True))
    assert names == ["access.look_as", "access.stop_looking"]


def test_look_as_is_refused_towards_those_who_see_more(cast):
    with pytest.raises(Refused):
        rules.check_can_look_as(cast.actor("head"), cast.actor("director"))
    with pytest.raises(Refused):
        rules.check_can_look_as(cast.actor("director"), cast.actor("director"))


def test_look_as_ends_when_the_looker_loses_rights(cast, looking, clients):
    commands.take_role(actor=SYSTEM, user=cast.director, role="director")
    commands.give_role(actor=SYSTEM, user=cast.director, role="seller")

    assert looking.get(f"/clients/{clients['anna'].pk}/").status_code == 404


def test_look_as_serves_the_api_with_the_same_eyes(looking, clients):
    assert looking.get(f"/api/v1/clients/{clients['boris'].pk}").status_code == 404
    assert looking.get(f"/api/v1/clients/{clients['anna'].pk}").status_code == 200
