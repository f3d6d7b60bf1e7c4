"""What deals show on the card of a client."""

from __future__ import annotations

import pytest

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.deals.tests.factories import a_deal
from okno.areas.deals.web import panels
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db


def test_a_deal_is_offered_to_whoever_may_open_one(cast: Cast) -> None:
    client = a_deal(cast.anna).client
    grants = [{"permission": "deals.view", "reach": "all"}, {"permission": "clients.view", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="reader", name="Читатель", grants=grants, hidden=[])
    access.give_role(actor=SYSTEM, user=cast.stranger, role="reader")

    offered = [panels.of_client(cast.actor(who), client)["create_url"] for who in ("anna", "stranger")]

    assert offered == [f"/deals/new/?client={client.pk}", ""]


def test_all_deals_are_looked_for_by_the_whole_name(cast: Cast) -> None:
    first = a_deal(cast.anna)
    type(first.client).objects.filter(pk=first.client.pk).update(name="Иванов & сыновья, 100%")
    first.client.refresh_from_db()
    for _number in range(panels.MOST):
        a_deal(cast.anna, client=first.client)

    more = panels.of_client(cast.actor("anna"), first.client)["more_url"]

    assert more.endswith("%26+%D1%81%D1%8B%D0%BD%D0%BE%D0%B2%D1%8C%D1%8F%2C+100%25")
