"""Who gets new work while somebody is away."""

from __future__ import annotations

import pytest
from django.test import Client

from okno.access import commands, queries
from okno.access.models import User
from okno.access.tests.cast import Cast
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM
from okno.kit.testing.forms import filled

pytestmark = pytest.mark.django_db


def away(person: User, deputy: User | None) -> User:
    """The person, who takes no new work from now on."""
    return commands.set_available(actor=SYSTEM, user=person, is_available=False, deputy=deputy)


def test_a_deputy_takes_the_work_of_whoever_is_away(cast: Cast) -> None:
    anna = away(cast.anna, cast.boris)
    assert queries.who_takes(anna) == cast.boris

    away(cast.boris, cast.head)
    anna.refresh_from_db()
    assert queries.who_takes(anna) == cast.head


def test_two_who_stand_in_for_each_other_take_nothing(cast: Cast) -> None:
    away(cast.anna, cast.boris)
    boris = away(cast.boris, cast.anna)

    assert queries.who_takes(boris) is None


def test_nobody_stands_in_any_more_once_the_person_is_back(cast: Cast) -> None:
    away(cast.anna, cast.boris)
    commands.set_available(actor=SYSTEM, user=cast.anna, is_available=True)

    cast.anna.refresh_from_db()
    assert cast.anna.deputy is None


def test_a_deputy_is_another_person_who_may_sign_in(cast: Cast) -> None:
    with pytest.raises(Refused, match="сам себя"):
        away(cast.anna, cast.anna)
    commands.set_active(actor=SYSTEM, user=cast.boris, is_active=False)
    with pytest.raises(Refused, match=cast.boris.name):
        away(cast.anna, cast.boris)


def test_the_card_of_a_person_asks_for_a_deputy_and_tells_of_them(cast: Cast, client: Client) -> None:
    client.force_login(cast.director)
    url = f"/settings/users/{cast.anna.pk}/"
    client.post(f"{url}presence/", {**filled(client.get(f"{url}presence/")), "deputy": cast.boris.pk})
    assert f"замещает {cast.boris.name}" in client.get(url).content.decode()

    client.post(f"{url}presence/", filled(client.get(f"{url}presence/")))

    cast.anna.refresh_from_db()
    assert (cast.anna.is_available, cast.anna.deputy) == (True, None)
