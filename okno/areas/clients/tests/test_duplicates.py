"""Duplicates are caught while one types, found in the whole base, and told only as far as each may know."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands, queries
from okno.areas.clients.commands.duplicates import merge_groups, search
from okno.areas.clients.models import AccessRequest, Client, ClientMember, DuplicatePair
from okno.areas.clients.queries import duplicates
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.tests.test_api import Script
from okno.kit import events
from okno.kit.errors import Missing, Refused
from okno.kit.jobs import Progress
from okno.kit.models import JobRun
from okno.kit.models.notices import Notice
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.testing.query_counts import check_few, statements
from okno.kit.testing.record_contract import HTMX

pytestmark = pytest.mark.django_db
PHONE = "+7 495 123-45-67"


def searched(actor: Actor = SYSTEM) -> dict[str, Any]:
    return search(Progress(JobRun.objects.create(work="x", label="x")), actor)


def role(cast: Cast, who: str, *rights: str) -> None:
    """Leave a person one role with these rights over their own rows."""
    user = getattr(cast, who)
    user.roles.clear()
    grants = [{"permission": right, "reach": "own"} for right in rights]
    access.set_role(actor=SYSTEM, code="own", name="own", grants=grants, hidden=[])
    access.give_role(actor=SYSTEM, user=user, role="own")


def test_search_keeps_pairs_with_points_and_reasons(cast: Cast) -> None:
    first = a_client(cast.anna, name="ООО «Ромашка»", phone=PHONE)
    second = a_client(cast.boris, name="Ромашка, ООО", phone="8 (495) 1234567")
    a_client(cast.anna, name="Лютик", phone="+7 495 765-43-21")

    told = searched()

    pair = DuplicatePair.objects.get()
    assert told == {"exact": 1, "probable": 0}
    assert (pair.first, pair.second, pair.score, pair.reasons) == (first, second, 110, ["phone", "name"])


def test_search_finds_the_same_name_at_the_same_address(cast: Cast) -> None:
    a_client(cast.anna, name="ООО «Ромашка»", address="г. Тверь, ул. Советская, д. 5")
    a_client(cast.anna, name="Ромашка", address="170100, Тверь, Советская 5")

    assert searched() == {"exact": 0, "probable": 1}


def test_search_leaves_namesakes_with_different_inns_alone(cast: Cast) -> None:
    for inn in ("7707083893", "7736050003"):
        a_client(cast.anna, name="Ромашка", phone=PHONE, inn=inn)

    assert searched() == {"exact": 0, "probable": 0}


def test_search_again_forgets_what_is_alike_no_more_and_keeps_what_people_said(cast: Cast) -> None:
    first, second, third = (a_client(cast.anna, name="Ромашка", phone=PHONE) for _number in range(3))
    searched()
    commands.call_different(actor=SYSTEM, clients=[first, second])
    third.points.all().delete()

    searched()

    assert dict(DuplicatePair.objects.values_list("second", "state")) == {
        second.pk: "different",
        third.pk: "gone",
    }


def test_groups_are_told_to_those_who_see_one_of_their_clients(cast: Cast) -> None:
    for owner in (cast.anna, cast.boris):
        a_client(owner, name="Ромашка", phone=PHONE)
    searched()

    assert len(duplicates.groups(cast.actor("anna"))) == 1
    Client.objects.filter(owner=cast.anna).update(owner=cast.director)
    assert duplicates.groups(cast.actor("anna")) == []


def test_page_shows_of_a_client_out_of_reach_only_whose_it_is(cast: Cast, client: Browser) -> None:
    a_client(cast.anna, name="Ромашка", phone=PHONE)
    a_client(cast.boris, name="Ромашка тайная", phone=PHONE)
    searched()
    client.force_login(cast.anna)

    told = client.get("/duplicates/").content.decode()

    assert "Ромашка тайная" not in told
    assert "Борисов" in told


def test_exact_groups_are_merged_in_a_job(cast: Cast) -> None:
    clients = [a_client(cast.anna, name="Ромашка", phone=PHONE) for _number in range(3)]
    a_client(cast.anna, name="Лютик", phone=PHONE)
    searched()

    told = merge_groups(Progress(JobRun.objects.create(work="x", label="x")), cast.actor("director"))

    assert told["done"] == 2
    assert Client.objects.filter(is_deleted=False, pk__in=[one.pk for one in clients]).count() == 1


def test_whoever_may_not_add_duplicates_is_stopped_by_an_exact_one(cast: Cast) -> None:
    a_client(cast.boris, name="ООО «Ромашка»", phone=PHONE)
    role(cast, "anna", "clients.add", "clients.view", "clients.find_duplicates")

    with pytest.raises(Refused, match="Борисов"):
        commands.add.run(cast.actor("anna"), name="Ромашка", phone=PHONE)


def test_the_form_stops_for_good_where_the_role_says_so(cast: Cast, client: Browser) -> None:
    a_client(cast.boris, name="ООО «Ромашка»", phone=PHONE)
    role(cast, "anna", "clients.add", "clients.view", "clients.find_duplicates")
    client.force_login(cast.anna)

    answer = client.post("/clients/new/", {"name": "Ромашка", "kind": "company", "phone": PHONE, "anyway": "1"})

    assert answer.status_code == 422
    assert Client.objects.count() == 1


def test_whoever_may_not_search_is_asked_nothing(cast: Cast, client: Browser) -> None:
    a_client(cast.boris, name="ООО «Ромашка»", phone=PHONE)
    role(cast, "anna", "clients.add", "clients.view")
    client.force_login(cast.anna)

    answer = client.post("/clients/new/", {"name": "Ромашка", "kind": "company", "phone": PHONE})

    assert answer.status_code == 302
    assert "Борисов" not in client.get("/clients/similar/", {"phone": PHONE}).content.decode()


def test_an_alike_name_alone_stops_nobody(cast: Cast, client: Browser) -> None:
    a_client(cast.anna, name="ООО «Ромашка»")
    client.force_login(cast.anna)

    hint = client.get("/clients/similar/", {"name": "Ромашка"}).content.decode()
    answer = client.post("/clients/new/", {"name": "Ромашка", "kind": "company"})

    assert "ООО «Ромашка»" in hint
    assert answer.status_code == 302


def test_match_over_the_api_hides_what_is_out_of_reach(cast: Cast) -> None:
    own = a_client(cast.anna, name="ООО «Ромашка»", phone=PHONE)
    a_client(cast.boris, name="Ромашка, ООО", phone=PHONE)

    answer = Script(cast.anna).send("post", "/api/v1/clients/match", {"name": "Ромашка", "phone": PHONE}).json()

    told = [(one["id"], one["name"], one["score"], one["level"]) for one in answer["items"]]
    assert told == [(own.pk, "ООО «Ромашка»", 110, "exact"), (None, "", 110, "exact")]


@pytest.fixture
def asked(cast: Cast, client: Browser) -> AccessRequest:
    """Anna has asked for a client of Boris."""
    a_client(cast.boris, name="Тайный клиент", phone=PHONE)
    client.force_login(cast.anna)
    handle = queries.similar(cast.actor("anna"), phone=PHONE)[0].handle
    assert client.post("/clients/ask-access/", {"handle": handle}, headers=HTMX).status_code == 204
    return AccessRequest.objects.get()


def test_access_is_asked_for_once(cast: Cast, asked: AccessRequest) -> None:
    handle = queries.similar(cast.actor("anna"), phone=PHONE)[0].handle

    owner = commands.ask_access.run(cast.actor("anna"), handle=handle)

    assert (owner, AccessRequest.objects.count()) == (cast.boris.name, 1)


def test_access_that_is_granted_lets_the_colleague_in(cast: Cast, asked: AccessRequest) -> None:
    commands.answer_access.run(
        cast.actor("boris"), client=asked.client_id, request_id=asked.pk, is_granted=True, level="view"
    )

    assert ClientMember.objects.filter(client=asked.client, user=cast.anna, level="view").exists()
    assert list(queries.waiting_requests(cast.actor("boris"))) == []


def test_access_that_is_refused_lets_nobody_in(cast: Cast, asked: AccessRequest) -> None:
    commands.answer_access.run(cast.actor("boris"), client=asked.client_id, request_id=asked.pk, is_granted=False)

    assert not ClientMember.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_was_refused_is_told_so_but_not_of_which_client(cast: Cast, asked: AccessRequest) -> None:
    commands.answer_access.run(cast.actor("boris"), client=asked.client_id, request_id=asked.pk, is_granted=False)
    events.drain()

    told = Notice.objects.get(user_id=cast.anna.pk)

    assert (told.kind, told.scope_record, told.scope_id) == ("clients.access_refused", "", None)
    assert told.by_name == cast.boris.name


def test_access_to_the_clients_of_others_is_not_ones_own_to_give(cast: Cast, asked: AccessRequest) -> None:
    with pytest.raises(Missing):
        commands.answer_access.run(cast.actor("anna"), client=asked.client_id, request_id=asked.pk, is_granted=True)


def test_a_forged_handle_is_missing(cast: Cast) -> None:
    with pytest.raises(Missing):
        commands.ask_access.run(cast.actor("anna"), handle="17")


def test_requests_stand_on_the_page_of_the_responsible_person(
    cast: Cast, asked: AccessRequest, client: Browser
) -> None:
    client.force_login(cast.boris)

    assert cast.anna.name in client.get("/access-requests/").content.decode()
    assert client.get(f"/clients/{asked.client_id}/?part=panel&panel=members", headers=HTMX).context["requests"]
    assert cast.anna.name in client.get("/access-requests/?part=rows", headers=HTMX).content.decode()


def test_the_menu_counts_requests_for_whose_they_are_to_answer(cast: Cast, asked: AccessRequest) -> None:
    counts = {who: queries.requests_to_answer(cast.actor(who)).count() for who in ("boris", "anna")}
    commands.answer_access.run(cast.actor("boris"), client=asked.client_id, request_id=asked.pk, is_granted=True)

    assert counts == {"boris": 1, "anna": 0}
    assert queries.requests_to_answer(cast.actor("boris")).count() == 0


def test_a_pair_of_which_one_is_marked_is_not_shown_until_it_is_back(cast: Cast) -> None:
    for _time in range(2):
        a_client(cast.anna, name="ООО «Ромашка»", phone=PHONE)
    searched()
    second = Client.objects.latest("pk")
    commands.delete(actor=SYSTEM, client=second)
    without = duplicates.counts(cast.actor("anna"))
    Client.objects.filter(pk=second.pk).update(is_deleted=False)

    assert without == {"exact": 0, "probable": 0}
    assert duplicates.counts(cast.actor("anna")) == {"exact": 1, "probable": 0}


def test_page_of_duplicates_asks_the_same_however_many_groups_there_are(cast: Cast, client: Browser) -> None:
    def pairs(numbers: range) -> None:
        for number in numbers:
            for _time in range(2):
                a_client(cast.anna, name=f"Ромашка {number}", phone=f"+7 495 123-45-{number}")
        searched()

    client.force_login(cast.anna)
    pairs(range(10, 12))
    client.get("/duplicates/")
    few = statements(lambda: client.get("/duplicates/"))
    pairs(range(12, 25))
    many = statements(lambda: client.get("/duplicates/"))

    check_few(many)
    assert len(many) == len(few), "\n".join(many)
    assert len(client.get("/duplicates/").context["groups"]) == 15


def test_a_client_is_added_in_few_statements(cast: Cast) -> None:
    made = iter(range(1_000))

    def add() -> None:
        commands.add(actor=SYSTEM, name="Ромашка", phone=PHONE, email=f"info{next(made)}@romashka.example")

    add()

    assert len(statements(add)) <= 12
