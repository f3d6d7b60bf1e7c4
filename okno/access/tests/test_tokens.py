"""Tokens of the API: never more than both their scopes and the rights of their owner allow."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okno.access import commands, queries
from okno.access.api import Token
from okno.access.tests.cast import Cast
from okno.kit.permissions import SYSTEM, Actor, Grant, ReachKind

NAMES = st.sampled_from(["deals.view", "deals.delete", "deals.*", "clients.view", "clients.*", "*"])
ASKED = ("deals.view", "deals.delete", "deals.move", "clients.view", "access.set_role", "access.change_own_password")


def token_of(cast: Cast, grants: list[str], scopes: list[str]) -> Actor:
    """The actor of a token with these scopes, issued by Anna, whose only role has these rights."""
    rows = [{"permission": name, "reach": "own"} for name in grants]
    commands.set_role(actor=SYSTEM, code="only", name="Одна", grants=rows, hidden=[])
    commands.set_roles(actor=SYSTEM, user=cast.anna, roles=["only"])
    text = commands.issue_own_token(actor=cast.actor("anna"), name="t", scopes=scopes)
    found = queries.token(text)
    assert found is not None
    return queries.actor_of(found.user, scopes=tuple(found.scopes))


@pytest.mark.parametrize("scope", ["*", "deals.*"])
def test_wide_scope_gives_no_right_that_the_owner_has_not(cast: Cast, scope: str):
    actor = token_of(cast, ["deals.view"], [scope])

    assert [name for name in ASKED if actor.may(name)] == ["deals.view"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=st.sets(NAMES, min_size=1), scopes=st.sets(NAMES, min_size=1))
def test_token_may_do_what_its_owner_and_its_scopes_both_allow(cast: Cast, grants: set[str], scopes: set[str]):
    actor = token_of(cast, sorted(grants), sorted(scopes))

    def covers(patterns: set[str], name: str) -> bool:
        return any(Grant(pattern, ReachKind.OWN).covers(name) for pattern in patterns)

    assert [actor.may(name) for name in ASKED] == [covers(grants, name) and covers(scopes, name) for name in ASKED]
    assert {grant.reach for grant in actor.grants} <= {ReachKind.OWN}


def test_revoked_token_and_that_of_somebody_shut_out_open_nothing(cast: Cast):
    revoked, left = (commands.issue_own_token(actor=cast.actor("anna"), name=name, scopes=[]) for name in "ab")
    first = queries.tokens_of(cast.anna.pk).order_by("id")[0]
    commands.revoke_own_token(actor=cast.actor("anna"), token_id=first.pk)

    assert queries.token(revoked) is None
    assert queries.token(left) is not None
    commands.set_active(actor=SYSTEM, user=cast.anna, is_active=False)
    assert queries.token(left) is None


def test_token_without_scopes_has_no_say_in_the_account_of_its_owner(cast: Cast):
    text = commands.issue_own_token(actor=cast.actor("anna"), name="t", scopes=[])
    request: Any = RequestFactory().get("/")

    assert Token().authenticate(request, text) == cast.anna
    assert request.actor.may("deals.view") == cast.actor("anna").may("deals.view")
    own = {grant.permission for grant in request.actor.grants if grant.source == "own account"}
    assert own == set()


def test_use_of_a_token_is_noted_once_an_hour(cast: Cast):
    text = commands.issue_own_token(actor=cast.actor("anna"), name="t", scopes=[])
    start = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    script = Client(headers={"Authorization": f"Bearer {text}"})

    for minutes, noted in ((0, 0), (59, 0), (61, 61)):
        with time_machine.travel(start + dt.timedelta(minutes=minutes), tick=False):
            assert script.get("/api/v1/users").status_code == 200
        assert queries.tokens_of(cast.anna.pk)[0].last_used_at == start + dt.timedelta(minutes=noted)
