"""Rows that come about on the way to others - by an enquiry, a prospect, a merge, a name typed - are as forms say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.models import User
from okno.access.tests.cast import Cast
from okno.areas.calendar.models import Task
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, Contact
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.documents.models import Organisation
from okno.areas.leads import commands as leads
from okno.areas.leads.models import Lead
from okno.kit.errors import Refused
from okno.kit.fields import custom
from okno.kit.merging import mergeable
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fields_of_this_test")]
HTMX = {"HX-Request": "true"}
STAGES = [{"code": "new", "name": "Новый", "kind": "open"}]
SIZES = [{"id": "s", "label": "Малый"}, {"id": "l", "label": "Большой"}]
PEOPLE, ORGANISATIONS = "/settings/users/new/", "/settings/organisations/new/"
PERSONS = {"field": "kind", "op": "eq", "value": "person"}


@pytest.fixture(autouse=True)
def company(cast: Cast) -> None:
    queue = leads.set_queue(actor=SYSTEM, code="all", name="Все", people=[cast.boris])
    leads.set_source(actor=SYSTEM, code="hand", name="Вручную", kind="manual", queue=queue)
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def demands() -> None:
    """Forms of deals, clients and contacts demand a region each."""
    for record in ("deals.deal", "clients.client", "clients.contact"):
        custom.add(actor=SYSTEM, record=record, key="region", label="Регион", kind="text", is_required=True)


def enquiry(cast: Cast, **said: Any) -> Lead:
    given = {"text": "Нужны стеллажи", "name": "Иван Петров", "company": "ООО «Ель»", "phone": "+7 921 000-00-01"}
    made = leads.receive(actor=SYSTEM, source="hand", owner=cast.anna, **{**given, **said})
    return Lead.objects.get(pk=made.pk)


REGIONS = {"x_region": "Юг", "client.x_region": "Север", "contact.x_region": "Центр"}


@pytest.mark.usefixtures("demands")
def test_what_new_rows_demand_is_asked_where_an_enquiry_becomes_a_deal(cast: Cast, anna: Browser) -> None:
    lead = enquiry(cast)
    url = f"/leads/{lead.pk}/convert/"

    at_once = anna.post(url, {}, headers=HTMX)
    partly = anna.post(url, {"x_region": "Юг", "client.x_region": "Север"})
    nothing = Client.objects.exists() or Deal.objects.exists()
    made = anna.post(url, REGIONS)

    assert (at_once.status_code, partly.status_code, nothing, made.status_code) == (422, 422, False, 302)
    assert 'name="contact.x_region"' in at_once.content.decode()
    assert [one["field"] for one in partly.context["form_page"]["errors"]] == ["contact.x_region"]
    rows = (Deal.objects.get(), Client.objects.get(), Contact.objects.get())
    assert [one.extra["x_region"] for one in rows] == ["Юг", "Север", "Центр"]


@pytest.mark.usefixtures("demands")
def test_a_known_client_is_not_asked_for_again(cast: Cast, anna: Browser) -> None:
    known = clients.add(actor=SYSTEM, name="ООО «Ель»", phone="+7 921 000-00-01", owner=cast.anna)
    lead = enquiry(cast, name="")

    form = anna.get(f"/leads/{lead.pk}/convert/").content.decode()
    made = anna.post(f"/leads/{lead.pk}/convert/", {"client": known.pk, "x_region": "Юг"})

    assert ('name="x_region"' in form, 'name="client.x_region"' in form, made.status_code) == (True, False, 302)


@pytest.mark.usefixtures("demands")
def test_an_open_deal_takes_an_enquiry_as_it_is(cast: Cast, anna: Browser) -> None:
    client = clients.add(actor=SYSTEM, name="ООО «Ель»", owner=cast.anna)
    deal = deals.open_deal(actor=SYSTEM, title="Стеллажи", client=client, owner=cast.anna)

    made = anna.post(f"/leads/{enquiry(cast, name='').pk}/convert/", {"deal": deal.pk})

    assert made.status_code == 302


@pytest.mark.usefixtures("demands")
def test_a_client_of_an_enquiry_is_as_its_form_says(cast: Cast, anna: Browser) -> None:
    lead = enquiry(cast)

    lacking = anna.post(f"/leads/{lead.pk}/client/", {}, headers=HTMX)
    made = anna.post(f"/leads/{lead.pk}/client/", {key: one for key, one in REGIONS.items() if "." in key})

    assert (lacking.status_code, made.status_code) == (422, 302)
    assert Client.objects.get().extra == {"x_region": "Север"}


@pytest.mark.usefixtures("demands")
def test_a_client_of_a_prospect_is_as_its_form_says(cast: Cast, anna: Browser) -> None:
    prospect = clients.add_prospect(actor=SYSTEM, name="ООО «Ель»", person="Иван", owner=cast.anna)
    url = f"/prospects/{prospect.pk}/convert/"

    lacking = anna.post(url, {"client.x_region": "Юг"})
    made = anna.post(url, {"client.x_region": "Юг", "contact.x_region": "Центр"})

    assert (lacking.status_code, made.status_code) == (422, 302)
    assert Client.objects.get().extra == {"x_region": "Юг"}


@pytest.mark.usefixtures("demands")
def test_the_intake_asks_for_what_a_deal_demands(cast: Cast, anna: Browser) -> None:
    known = clients.add(actor=SYSTEM, name="ООО «Ель»", owner=cast.anna)
    said = {"source": "hand", "text": "Нужны стеллажи", "client": known.pk, "action": "deal", "kind": "purchase"}

    page = anna.get("/leads/intake/", {"part": "about", "client": known.pk}).content.decode()
    lacking = anna.post("/leads/intake/", said)
    left = Lead.objects.exists()
    made = anna.post("/leads/intake/", {**said, "x_region": "Юг"})
    kept = anna.post("/leads/intake/", {**said, "action": "mine", "text": "Ещё"})

    assert ('name="x_region"' in page, 'name="client.x_region"' in page) == (True, False)
    assert (lacking.status_code, left, made.status_code, kept.status_code) == (422, False, 302, 302)
    assert Deal.objects.get().extra == {"x_region": "Юг"}
    assert set(Lead.objects.values_list("kind", flat=True)) == {"purchase"}


@pytest.mark.usefixtures("demands")
def test_the_api_tells_what_a_new_deal_lacks(cast: Cast) -> None:
    lead = enquiry(cast, name="")
    token = access.issue_token(actor=SYSTEM, user=cast.anna, name="test", scopes=[])
    script = Browser(headers={"Authorization": f"Bearer {token}"})
    url, kind = f"/api/v1/leads/{lead.pk}/convert", "application/json"

    lacking = script.post(url, json.dumps({}), content_type=kind)
    made = script.post(url, json.dumps({"values": REGIONS}), content_type=kind)

    assert (lacking.status_code, lacking.json()["code"], made.status_code) == (422, "fields.required", 200)


@pytest.mark.usefixtures("demands")
def test_a_row_of_its_title_alone_is_not_made_where_its_form_demands_more(anna: Browser) -> None:
    answer = anna.post("/pick/clients.client/", {"title": "Новая мебель"}, headers={"Accept": "application/json"})

    assert answer.status_code == 422
    assert not Client.objects.exists()


def test_an_enquiry_given_to_another_keeps_what_was_filled_in(cast: Cast, anna: Browser) -> None:
    custom.add(actor=SYSTEM, record="leads.lead", key="region", label="Регион", kind="text", is_required=True)
    said = {"text": "Нужны стеллажи", "source": "hand", "phone": "+7 921 000-00-01", "owner": ""}

    lacking = anna.post("/leads/new/", said)
    made = anna.post("/leads/new/", {**said, "x_region": "Юг", "kind": "support"})
    again = anna.post("/leads/new/", {**said, "text": "Перезвоните", "x_region": "Север"})

    lead = Lead.objects.get()
    assert (lacking.status_code, made.status_code, again.status_code) == (422, 302, 302)
    assert (lead.owner, lead.kind, lead.extra) == (cast.boris, "support", {"x_region": "Юг"})


@pytest.fixture
def region_of_tasks() -> None:
    """The form of tasks demands a region."""
    custom.add(actor=SYSTEM, record="calendar.task", key="region", label="Регион", kind="text", is_required=True)


@pytest.mark.usefixtures("region_of_tasks")
def test_a_talk_and_its_next_step_are_as_the_form_of_tasks_says(anna: Browser) -> None:
    said = {"form": "call_out", "text": "Обсудили цены", "next_title": "Выслать прайс", "next_kind": "other"}

    at_once = anna.post("/tasks/held/", said, headers=HTMX)
    partly = anna.post("/tasks/held/", {**said, "x_region": "Юг"}, headers=HTMX)
    left = Task.objects.exists()
    made = anna.post("/tasks/held/", {**said, "x_region": "Юг", "next.x_region": "Север"})

    assert (at_once.status_code, partly.status_code, left, made.status_code) == (422, 422, False, 302)
    assert [name in at_once.content.decode() for name in ('name="x_region"', 'name="next.x_region"')] == [True, True]
    assert [one["field"] for one in partly.context["dialog"]["errors"]] == ["next.x_region"]
    assert [one.extra["x_region"] for one in Task.objects.order_by("pk")] == ["Юг", "Север"]


@pytest.mark.usefixtures("region_of_tasks")
def test_the_intake_asks_for_what_its_tasks_demand(cast: Cast, anna: Browser) -> None:
    known = clients.add(actor=SYSTEM, name="ООО «Ель»", owner=cast.anna)
    said = {"source": "hand", "text": "Перезвоните", "client": known.pk, "action": "task", "kind": "sale"}
    said |= {"talk": "call_in", "due_at": "10.01.2030 12:00"}

    page = anna.get("/leads/intake/", {"part": "about", "client": known.pk}).content.decode()
    lacking = anna.post("/leads/intake/", said)
    left = Lead.objects.exists() or Task.objects.exists()
    made = anna.post("/leads/intake/", {**said, "task.x_region": "Юг"})

    assert ('name="task.x_region"' in page, lacking.status_code, left, made.status_code) == (True, 422, False, 302)
    assert [one["field"] for one in lacking.context["about"]["errors"]] == ["task.x_region"]
    assert [one.extra["x_region"] for one in Task.objects.all()] == ["Юг", "Юг"]


def test_a_field_of_calls_alone_stays_with_the_call(cast: Cast, anna: Browser) -> None:
    custom.add(actor=SYSTEM, record="calendar.task", key="mood", label="Настроение", kind="text")
    calls = {"field": "kind", "op": "eq", "value": "call"}
    custom.set_logic(actor=SYSTEM, record="calendar.task", key="x_mood", shown=calls, required=calls)
    known = clients.add(actor=SYSTEM, name="ООО «Ель»", owner=cast.anna)
    said = {"source": "hand", "text": "Перезвоните", "client": known.pk, "action": "task", "kind": "sale"}
    said |= {"talk": "call_in", "due_at": "10.01.2030 12:00"}

    lacking = anna.post("/leads/intake/", said)
    made = anna.post("/leads/intake/", {**said, "task.x_mood": "Доволен"})

    assert (lacking.status_code, made.status_code) == (422, 302)
    assert {one.kind: one.extra for one in Task.objects.all()} == {"call": {"x_mood": "Доволен"}, "other": {}}


@pytest.mark.usefixtures("demands")
def test_the_intake_asks_for_what_a_new_contact_demands(cast: Cast, anna: Browser) -> None:
    known = clients.add(actor=SYSTEM, name="ООО «Ель»", kind="company", owner=cast.anna)
    caller = {"client": known.pk, "name": "Иван Петров", "phone": "+7 921 000-00-01"}
    said = {"source": "hand", "text": "Нужны стеллажи", **caller, "action": "deal", "kind": "sale", "x_region": "Юг"}

    page = anna.get("/leads/intake/", {"part": "about", **caller}).content.decode()
    lacking = anna.post("/leads/intake/", said)
    made = anna.post("/leads/intake/", {**said, "contact.x_region": "Центр"})

    assert ('name="contact.x_region"' in page, lacking.status_code, made.status_code) == (True, 422, 302)
    assert [one["field"] for one in lacking.context["about"]["errors"]] == ["contact.x_region"]
    assert Contact.objects.get().extra == {"x_region": "Центр"}


def test_people_and_our_own_organisations_are_made_as_their_forms_say(cast: Cast, client: Browser) -> None:
    for record in ("access.user", "documents.organisation"):
        custom.add(actor=SYSTEM, record=record, key="region", label="Регион", kind="text", is_required=True)
    client.force_login(cast.director)
    person = {"name": "Новый Иван", "email": "new@okno.test"}
    ours = {"inn": "7707083893", "name": "ООО «Наша»", "vat": "included"}

    lacking = [client.post(PEOPLE, person).status_code, client.post(ORGANISATIONS, ours).status_code]
    left = User.objects.filter(email="new@okno.test").exists() or Organisation.objects.exists()
    whole = [client.post(url, {**said, "x_region": "Юг"}) for url, said in ((PEOPLE, person), (ORGANISATIONS, ours))]

    assert (lacking, left, [one.status_code for one in whole]) == ([422, 422], False, [302, 302])
    made = (User.objects.get(email="new@okno.test"), Organisation.objects.get())
    assert [one.extra for one in made] == [{"x_region": "Юг"}] * 2


@pytest.fixture
def two(cast: Cast) -> tuple[Client, Client]:
    """A company, and a person with a hobby that only persons have, and a size that only persons may choose."""
    custom.add(actor=SYSTEM, record="clients.client", key="hobby", label="Увлечение", kind="text")
    custom.add(actor=SYSTEM, record="clients.client", key="size", label="Размер", kind="choice", options=SIZES)
    custom.set_set(actor=SYSTEM, record="clients.client", name="Люди", fields=["x_hobby"], condition=PERSONS)
    custom.set_logic(actor=SYSTEM, record="clients.client", key="x_size", options={"s": PERSONS})
    registry.forget_custom_fields()
    first = clients.add(actor=SYSTEM, name="ООО «Ель»", kind="company", owner=cast.director)
    second = clients.add(actor=SYSTEM, name="Ель", kind="person", city="Псков", owner=cast.director)
    clients.update(actor=SYSTEM, client=second, values={"x_hobby": "Лыжи", "x_size": "s"})
    return first, second


def test_a_merged_row_takes_nothing_by_itself_that_its_form_does_not_show(cast: Cast, two: Any) -> None:
    survivor = mergeable("clients.client").merge(actor=cast.actor("director"), survivor=two[0], losers=[two[1]])

    assert (survivor.city, survivor.extra) == ("Псков", {})


def test_a_merge_refuses_a_value_that_the_form_does_not_show(cast: Cast, two: Any) -> None:
    def merged(**choices: int) -> Client:
        merge = mergeable("clients.client").merge
        done: Client = merge(actor=cast.actor("director"), survivor=two[0], losers=[two[1]], choices=choices)
        return done

    with pytest.raises(Refused) as hidden:
        merged(x_hobby=two[1].pk)
    with pytest.raises(Refused) as closed:
        merged(x_size=two[1].pk)
    taken = merged(kind=two[1].pk)

    assert (hidden.value.code, closed.value.code) == ("fields.not_shown", "fields.closed_option")
    assert taken.extra == {"x_hobby": "Лыжи", "x_size": "s"}


def test_all_that_is_demanded_is_asked_for_at_once(anna: Browser) -> None:
    for key in ("region", "reason"):
        custom.add(actor=SYSTEM, record="deals.deal", key=key, label=f"Своё {key}", kind="text")
        everywhere = {"field": "amount", "op": "ge", "value": "0"}
        custom.set_logic(actor=SYSTEM, record="deals.deal", key=f"x_{key}", required=everywhere)
    client = clients.add(actor=SYSTEM, name="ООО «Ель»", owner=User.objects.get(email="anna@okno.test"))

    lacking = anna.post("/deals/new/", {"title": "Стеллажи", "client": client.pk})

    errors = {one["field"]: one["text"] for one in lacking.context["form_page"]["errors"]}
    assert errors == dict.fromkeys(("x_region", "x_reason"), "Обязательное поле.")
