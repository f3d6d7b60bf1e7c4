"""Co-executors of a deal, and the question whether to let them in to its client."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.tests.cast import Cast, role
from okno.areas.clients.models import ClientMember
from okno.areas.deals import commands
from okno.areas.deals.models import DealMember
from okno.areas.deals.tests.factories import a_deal
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX

pytestmark = pytest.mark.django_db


def test_a_colleague_without_access_to_the_client_is_not_added_by_itself(cast: Cast) -> None:
    deal = a_deal(cast.anna)

    with pytest.raises(Refused, match="Борисов"):
        commands.add_member(actor=SYSTEM, deal=deal, user=cast.boris)

    assert not DealMember.objects.exists()


def test_a_colleague_who_is_let_in_to_the_client_joins_the_deal(cast: Cast) -> None:
    deal = a_deal(cast.anna)

    commands.add_member(actor=SYSTEM, deal=deal, user=cast.boris, level="view")

    assert DealMember.objects.filter(deal=deal, user=cast.boris).exists()
    assert ClientMember.objects.filter(client=deal.client, user=cast.boris, level="view").exists()


def test_a_colleague_who_sees_the_client_joins_without_a_question(cast: Cast) -> None:
    deal = a_deal(cast.anna)

    commands.add_member(actor=SYSTEM, deal=deal, user=cast.director)

    assert not ClientMember.objects.exists()


def test_the_responsible_person_is_no_co_executor(cast: Cast) -> None:
    with pytest.raises(Refused):
        commands.add_member(actor=SYSTEM, deal=a_deal(cast.anna), user=cast.anna)


def test_the_form_asks_and_lets_in(cast: Cast, client: Browser) -> None:
    deal = a_deal(cast.anna)
    role("partner", "participants", [])
    access.give_role(actor=SYSTEM, user=cast.boris, role="partner")
    client.force_login(cast.head)
    url = f"/deals/{deal.pk}/member/"

    asked = client.post(url, {"user": cast.boris.pk, "level": ""}, headers=HTMX)
    done = client.post(url, {"user": cast.boris.pk, "level": "work"}, headers=HTMX)
    client.force_login(cast.boris)

    assert ([one["field"] for one in asked.context["dialog"]["errors"]], done.status_code) == (["level"], 204)
    assert client.get(f"/deals/{deal.pk}/").status_code == 200
    assert client.get(f"/clients/{deal.client_id}/").status_code == 200


def test_the_panel_names_co_executors_and_drops_them(cast: Cast, client: Browser) -> None:
    deal = a_deal(cast.anna)
    commands.add_member(actor=SYSTEM, deal=deal, user=cast.head)
    client.force_login(cast.director)
    panel = f"/deals/{deal.pk}/?part=panel&panel=members"
    before = client.get(panel, headers=HTMX).context["members"]

    client.post(f"/deals/{deal.pk}/drop-member/", {"user": cast.head.pk}, headers=HTMX)

    assert [one["full_name"] for one in before] == [cast.head.name]
    assert client.get(panel, headers=HTMX).context["members"] == []
