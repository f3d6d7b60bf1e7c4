"""The feed of an enquiry tells no values of fields that are hidden from its reader."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.deals import commands as deals
from okno.areas.leads import commands
from okno.areas.leads.models import Lead, RejectReason
from okno.kit.permissions import SYSTEM
from okno.kit.timeline import entries, kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(cast: Cast) -> Lead:
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=[cast.anna])
    commands.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue)
    commands.set_reject_reasons(actor=SYSTEM, names=["Дорого"])
    deals.set_scenario(
        actor=SYSTEM, code="b2b", name="B2B", stages=[{"code": "new", "name": "Новый", "kind": "open"}], is_default=True
    )
    return commands.receive(actor=SYSTEM, source="site", subject="Нужны весы", phone="+79210000001", owner=cast.anna)


def told(cast: Cast, lead: Lead) -> str:
    """All that the feed has for Anna: words, and values for templates."""
    found = entries.feed(cast.actor("anna"), "leads.lead", lead.pk)
    return " ".join(f"{kinds.told(one.kind, one.payload)} {one.payload}" for one in found)


def test_a_hidden_subject_is_not_told(cast: Cast, lead: Lead) -> None:
    assert "весы" in told(cast, lead)

    cast.hide("anna", "leads.lead.subject")

    assert "весы" not in told(cast, lead)


def test_a_hidden_text_is_not_told_of_a_repeat(cast: Cast, lead: Lead) -> None:
    commands.receive(actor=SYSTEM, source="site", phone="+79210000001", text="секрет", raw={"note": "секрет"})
    assert "секрет" in told(cast, lead)

    cast.hide("anna", "leads.lead.text", "leads.lead.subject")

    assert "секрет" not in told(cast, lead)


def test_a_hidden_person_is_not_told(cast: Cast, lead: Lead) -> None:
    commands.give(actor=SYSTEM, lead=lead, owner=cast.anna)
    assert cast.anna.name in told(cast, lead)

    cast.hide("anna", "leads.lead.owner")

    assert cast.anna.name not in told(cast, lead)


def test_a_hidden_reason_of_rejection_is_not_told(cast: Cast, lead: Lead, client: Browser) -> None:
    commands.reject(actor=SYSTEM, lead=lead, reason=RejectReason.objects.get())
    client.force_login(cast.anna)
    url = f"/leads/{lead.pk}/?part=feed"
    assert "Дорого" in client.get(url).content.decode()

    cast.hide("anna", "leads.lead.reject_reason")

    assert "Дорого" not in client.get(url).content.decode()


def test_the_deal_stands_in_the_entry_of_the_end(cast: Cast, lead: Lead, client: Browser) -> None:
    commands.convert(actor=SYSTEM, lead=lead, title="Весы для склада")
    client.force_login(cast.anna)

    page = client.get(f"/leads/{lead.pk}/?part=feed").content.decode()

    assert "Весы для склада" in page
