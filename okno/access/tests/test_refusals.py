"""Pages that say no: in words, and within the frame for those who work here."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from okno.access import commands
from okno.access.models import User
from okno.access.tests.cast import Cast
from okno.kit.permissions import SYSTEM


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_refusal_names_the_right_as_the_editor_of_roles_does(cast: Cast):
    answer = _signed_in(cast.stranger).get("/settings/roles/")

    assert answer.status_code == 403
    assert commands.set_role.name not in answer.content.decode()
    assert str(commands.set_role.label) in answer.content.decode()


def test_unknown_address_keeps_the_menu_around_for_those_who_work_here(cast: Cast):
    inside, outside = _signed_in(cast.director).get("/nowhere/"), Client().get("/nowhere/")

    assert (inside.status_code, outside.status_code) == (404, 404)
    assert 'href="/profile/"' in inside.content.decode()
    assert 'href="/profile/"' not in outside.content.decode()


def test_unknown_address_shows_no_menu_to_whoever_may_not_work_from_there(cast: Cast):
    commands.update_user(actor=SYSTEM, user=cast.director, values={}, network=User.Network.OFFICE)

    answer = _signed_in(cast.director).get("/nowhere/")

    assert answer.status_code == 403
    assert 'href="/profile/"' not in answer.content.decode()


def test_unknown_name_of_a_record_is_told_in_a_sentence(cast: Cast):
    answer = _signed_in(cast.director).get("/settings/readings/watch/?record=no.such")

    assert answer.status_code == 404
    assert "«no.such»" in answer.content.decode()


WRONG = ("x", "²", "9" * 30, "\x00")
ASKED = (
    "/settings/security/?before=",
    "/settings/readings/?who=",
    "/settings/readings/?row=",
    "/settings/readings/?day=",
    "/settings/roles/1/?part=impact&job=",
    "/settings/roles/1/?part=where&right=",
    "/settings/users/?q=",
    "/settings/purge/?record=",
)
SENT = (
    ("/profile/?part=end-session&session={}", ""),
    ("/profile/?part=revoke&token={}", ""),
    ("/settings/purge/?part=bring-back", "row"),
    ("/settings/troubles/?part=retry&kind=job&name=x&number={}", ""),
    ("/settings/readings/?part=stop&watch={}", ""),
    ("/settings/roles/1/", "most_views"),
    ("/settings/roles/1/", "reach:deals.view"),
    ("/settings/networks/", "networks-0-cidr"),
    ("/settings/departments/new/", "parent"),
    ("/settings/file/?part=bring", "settings"),
)


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_read_is_answered_in_words(cast: Cast, wrong: str):
    client = _signed_in(cast.director)
    client.raise_request_exception = False
    asked = {url: client.get(f"{url}{quote(wrong)}").status_code for url in ASKED}
    sent = {
        f"{url} {name}": client.post(url.format(quote(wrong)), {name: wrong} if name else {}).status_code
        for url, name in SENT
    }
    assert {url: status for url, status in (asked | sent).items() if status >= 500} == {}
