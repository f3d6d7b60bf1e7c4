"""Pages of enquiries: the workplace, the card, intake by hand, and what may be done."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.leads import commands, queries
from okno.areas.leads.models import Lead, RejectReason
from okno.areas.leads.web import look, pages
from okno.kit.permissions import SYSTEM
from okno.kit.rows.cells import Moment
from okno.kit.testing.record_contract import HTMX, RecordContract


@pytest.fixture(autouse=True)
def company(cast: Cast) -> None:
    """A queue of nobody, its sources, a scenario of deals."""
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=[])
    commands.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue, joins_deals=False)
    commands.set_source(actor=SYSTEM, code="hand", name="Вручную", kind="manual", queue=queue)
    commands.set_reject_reasons(actor=SYSTEM, names=["Не наш профиль"])
    stages = [{"code": "new", "name": "Новый", "kind": "open"}]
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=stages, is_default=True)


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


def make_lead(owner: Any, **said: Any) -> Lead:
    made = commands.receive(actor=SYSTEM, source="site", owner=owner, **{"subject": "Нужны стеллажи", **said})
    return Lead.objects.get(pk=made.pk)


class TestLead(RecordContract):
    page, hidden, api = pages.LeadList, "phone", "/api/v1/leads"

    def make(self, cast: Cast, owner: Any) -> Lead:
        number = Lead.objects.count()
        return make_lead(owner, phone=f"+7 921 {number:03} 00 01")


def test_counters_of_tabs_are_the_rows_behind_them(cast: Cast) -> None:
    old = timezone.now() - dt.timedelta(days=20)
    make_lead(cast.anna, phone="+79210000001")
    make_lead(cast.anna, phone="+79210000002", received_at=old)
    postponed = make_lead(cast.anna, phone="+79210000003")
    commands.postpone(actor=SYSTEM, lead=postponed, until=timezone.now() + dt.timedelta(days=1), reason="Позже")
    commands.mark_spam(actor=SYSTEM, lead=make_lead(cast.anna, phone="+79210000004"))
    make_lead(cast.boris, phone="+79210000005")

    counted = queries.counts(cast.actor("anna"), timezone.now())

    shown = {key: pages.LeadList.select(cast.actor("anna"), {"tab": key}).rows().count() for key in counted}
    assert counted == shown == {"new": 2, "mine": 2, "department": 2, "late": 1, "postponed": 1}


def test_tabs_alone_carry_their_counters(anna: Browser, cast: Cast) -> None:
    make_lead(cast.anna)

    tabs = anna.get("/leads/?part=tabs", headers=HTMX).context["page"]["tabs"]

    assert [one["count"] for one in tabs[:2]] == ["1", "1"]


@pytest.mark.parametrize(
    ("minutes", "colour"), [(-600, "red"), (1, "yellow"), (14, "green")], ids=["late", "soon", "in time"]
)
def test_colour_follows_the_reaction_deadline(minutes: int, colour: str) -> None:
    # A Wednesday noon in Moscow: every minute is a working one.
    now = dt.datetime(2026, 11, 18, 9, tzinfo=dt.UTC)
    react_by = now + dt.timedelta(minutes=minutes)
    values = ("given", react_by - dt.timedelta(minutes=15), react_by, None, None, None)

    assert look.colour(values, Moment(now, dt.UTC)) == colour


def test_card_offers_the_next_step_first(anna: Browser, cast: Cast) -> None:
    lead = make_lead(cast.anna)
    url = f"/leads/{lead.pk}/"

    first = anna.get(url).context["card"]["actions"][0]
    anna.post(first["url"], headers=HTMX)
    then = anna.get(url).context["card"]["actions"][0]

    lead.refresh_from_db()
    assert (first["url"], first["post"]) == (f"{url}take/", True)
    assert then["url"] == f"{url}convert/"
    assert (lead.state, lead.reacted_at is None) == ("taken", False)


@pytest.mark.parametrize("part", ["", "?part=preview"])
def test_the_next_likely_step_alone_stands_out(anna: Browser, cast: Cast, part: str) -> None:
    context = anna.get(f"/leads/{make_lead(cast.anna).pk}/{part}", headers=HTMX if part else {}).context

    actions = context["actions"] if part else context["card"]["actions"]
    assert [one["label"] for one in actions if one.get("primary")] == [actions[0]["label"]]


def test_the_card_and_what_stands_beside_the_list_tell_why_it_is_spam(anna: Browser, cast: Cast) -> None:
    lead = make_lead(cast.anna)
    Lead.objects.filter(pk=lead.pk).update(state="spam", closed_at=timezone.now(), comment="заполнили слишком быстро")

    told = [anna.get(f"/leads/{lead.pk}/").context["card"]["next"]["text"], beside(anna, lead)["ending"]]
    cast.hide("anna", "leads.lead.comment")
    hidden = [anna.get(f"/leads/{lead.pk}/").context["card"].get("next"), beside(anna, lead)["ending"]]

    assert (told, hidden) == (["заполнили слишком быстро"] * 2, [None, ""])


def beside(browser: Browser, lead: Lead) -> Any:
    return browser.get(f"/leads/{lead.pk}/?part=preview", headers=HTMX).context


def test_a_deal_begins_with_what_was_expected(anna: Browser, cast: Cast) -> None:
    lead = make_lead(cast.anna, phone="+7 921 000-00-01", amount=Decimal(450_000))

    anna.post(f"/leads/{lead.pk}/convert/", headers=HTMX)

    assert Deal.objects.get().amount == Decimal(450_000)


def test_a_form_larger_than_is_read_is_told_in_words(cast: Cast) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(cast.anna)
    browser.get("/leads/new/")

    answer = browser.post("/leads/new/", {"text": "Ж" * 3_000_000})

    assert (answer.status_code, "Слишком много" in answer.content.decode()) == (413, True)


def test_one_click_makes_client_and_deal(anna: Browser, cast: Cast) -> None:
    lead = make_lead(cast.anna, name="Пётр Лучев", company="ООО «Луч»", phone="+7 921 000-00-01")

    answer = anna.post(f"/leads/{lead.pk}/convert/", headers=HTMX)

    deal = Deal.objects.get()
    assert answer["HX-Redirect"] == f"/deals/{deal.pk}/"
    assert deal.client.name == "ООО «Луч»"
    assert deal.contact is not None
    assert (deal.contact.name, deal.contact.phone) == ("Пётр Лучев", "+7 921 000-00-01")


def test_candidates_come_with_their_reason_and_open_deals(anna: Browser, cast: Cast) -> None:
    known = clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.anna, phone="+7 921 000-00-01")
    deals.open_deal(actor=SYSTEM, title="Прежняя", client=known, owner=cast.anna)
    lead = make_lead(cast.anna, phone="8 921 000 00 01")

    people = anna.get(f"/leads/{lead.pk}/?part=panel&panel=recognition", headers=HTMX).context["people"]

    assert [(one["name"], str(one["reason"])) for one in people] == [("ООО «Луч»", "тот же телефон")]
    assert [one["title"] for one in people[0]["deals"]] == ["Прежняя"]


def test_an_enquiry_is_attached_to_an_open_deal(anna: Browser, cast: Cast) -> None:
    known = clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.anna, phone="+7 921 000-00-01")
    deal = deals.open_deal(actor=SYSTEM, title="Прежняя", client=known, owner=cast.anna)
    lead = make_lead(cast.anna, phone="8 921 000 00 01")

    answer = anna.post(f"/leads/{lead.pk}/convert/", {"deal": deal.pk}, headers=HTMX)

    lead.refresh_from_db()
    assert answer["HX-Redirect"] == f"/deals/{deal.pk}/"
    assert (lead.deal, Deal.objects.count()) == (deal, 1)


def test_a_client_of_somebody_else_is_not_used_nor_named(anna: Browser, cast: Cast) -> None:
    clients.add(actor=SYSTEM, name="Тайный клиент", owner=cast.boris, phone="+7 921 000-00-01")
    lead = make_lead(cast.anna, phone="+7 921 000-00-01")

    panel = anna.get(f"/leads/{lead.pk}/?part=panel&panel=recognition", headers=HTMX).content.decode()
    answer = anna.post(f"/leads/{lead.pk}/convert/", headers=HTMX)

    assert "Тайный клиент" not in panel
    assert (answer.status_code, Deal.objects.count()) == (422, 0)
    assert "Борисов" in answer.content.decode()


def test_rejecting_asks_for_a_reason(anna: Browser, cast: Cast) -> None:
    lead = make_lead(cast.anna)
    url, reason = f"/leads/{lead.pk}/reject/", RejectReason.objects.get()

    without = anna.post(url, headers=HTMX)
    with_one = anna.post(url, {"reason": reason.pk}, headers=HTMX)

    lead.refresh_from_db()
    assert (without.status_code, with_one.status_code) == (422, 204)
    assert (lead.state, lead.reject_reason) == ("rejected", reason)


def test_giving_away_leads_back_to_the_list(anna: Browser, cast: Cast) -> None:
    lead = make_lead(cast.anna)

    answer = anna.post(f"/leads/{lead.pk}/give/", {"owner": cast.boris.pk}, headers=HTMX)

    lead.refresh_from_db()
    assert (lead.owner, answer["HX-Redirect"]) == (cast.boris, "/leads/")


def test_intake_reads_one_box_into_fields(anna: Browser, cast: Cast) -> None:
    said = {"who": "Пётр Лучев 8 921 000-00-01 petr@luch.ru", "text": "Нужны стеллажи", "source": "hand"}

    answer = anna.post("/leads/new/", {**said, "owner": cast.anna.pk})

    lead = Lead.objects.get()
    assert answer["Location"] == f"/leads/{lead.pk}/"
    assert (lead.name, lead.phone, lead.email) == ("Пётр Лучев", "+79210000001", "petr@luch.ru")
    assert (lead.owner, lead.raw["who"]) == (cast.anna, said["who"])


def test_intake_shows_whoever_is_known_while_one_types(anna: Browser, cast: Cast) -> None:
    known = clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.anna, phone="+7 921 000-00-01")
    waiting = make_lead(cast.anna, phone="+7 921 000-00-01")

    told = anna.get("/leads/who/", {"who": "8 (921) 000-00-01"}, headers=HTMX).context

    assert [one["id"] for one in told["people"]] == [known.pk]
    assert [one["url"] for one in told["others"]] == [f"/leads/{waiting.pk}/"]


def test_intake_finds_clients_by_a_part_of_the_name(anna: Browser, cast: Cast) -> None:
    known = clients.add(actor=SYSTEM, name="ООО «Лучезарный»", owner=cast.anna)
    clients.add(actor=SYSTEM, name="ООО «Лучезарный-2»", owner=cast.boris)

    told = anna.get("/leads/who/", {"who": "лучезар"}, headers=HTMX).context

    assert [one["id"] for one in told["people"] if one["id"]] == [known.pk]


@pytest.mark.usefixtures("anna")
def test_postponed_enquiries_come_back(cast: Cast) -> None:
    lead = make_lead(cast.anna)
    Lead.objects.filter(pk=lead.pk).update(state="postponed", postponed_until=timezone.now() - dt.timedelta(minutes=1))

    commands.wake(actor=SYSTEM)

    lead.refresh_from_db()
    assert (lead.state, lead.postponed_until) == ("given", None)


@pytest.mark.parametrize("record", ["clients.client", "deals.deal"])
def test_panels_on_other_cards_answer(anna: Browser, cast: Cast, record: str) -> None:
    lead = make_lead(cast.anna, company="ООО «Луч»")
    deal = commands.convert(actor=SYSTEM, lead=lead)
    url = {"clients.client": f"/clients/{Client.objects.get().pk}/", "deals.deal": f"/deals/{deal.pk}/"}[record]

    found = anna.get(f"{url}?part=panel&panel=leads", headers=HTMX)

    assert [one["url"] for one in found.context["leads"]] == [f"/leads/{lead.pk}/"]


def test_an_enquiry_that_nobody_took_is_seen_by_the_head_of_the_queue(cast: Cast, client: Browser) -> None:
    queue = commands.set_queue(actor=SYSTEM, code="team", name="Опт", people=[cast.boris])
    commands.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue)
    access.set_available(actor=SYSTEM, user=cast.boris, is_available=False)
    lead = make_lead(None)
    spam = make_lead(None, suspicion="ссылки в тексте")
    client.force_login(cast.head)

    seen = [client.get(f"/leads/{one.pk}/").status_code for one in (lead, spam)]

    assert (lead.owner, lead.state, spam.state) == (None, "new", "spam")
    assert seen == [200, 200]


def test_a_closed_deal_takes_no_enquiry(anna: Browser, cast: Cast) -> None:
    known = clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.anna)
    deal = deals.open_deal(actor=SYSTEM, title="Прежняя", client=known, owner=cast.anna)
    Deal.objects.filter(pk=deal.pk).update(closed_at=timezone.now())

    answer = anna.post(f"/leads/{make_lead(cast.anna).pk}/convert/", {"deal": deal.pk}, headers=HTMX)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.context["dialog"]["errors"]] == ["deal"]


def test_an_empty_workplace_shows_only_doors_one_may_pass(anna: Browser, cast: Cast) -> None:
    access.set_role(actor=SYSTEM, code="narrow", name="Узкая", grants=_grants("leads.*"), hidden=[])
    cast.boris.roles.clear()
    access.give_role(actor=SYSTEM, user=cast.boris, role="narrow")
    narrow = Browser()
    narrow.force_login(cast.boris)

    doors = [[door["url"] for door in who.get("/leads/").context["page"]["empty"]["doors"]] for who in (anna, narrow)]

    assert doors == [["/leads/new/", "/settings/forms/", "/imports/new/?record=leads.lead"], ["/leads/new/"]]


def _grants(*permissions: str) -> list[dict[str, Any]]:
    return [{"permission": one, "reach": "own"} for one in permissions]
