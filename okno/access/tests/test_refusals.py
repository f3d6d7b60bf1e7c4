"""Pages that say no: in words, and within the frame for those who work here."""

from __future__ import annotations

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
