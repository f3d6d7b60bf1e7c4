"""Hidden fields through every door: their values are nowhere told, and no answer lets one guess them."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access import queries
from okno.access.tests.cast import Cast
from okno.areas.calendar.models import Task
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit.fields import custom
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.rows.columns import columns_for
from okno.kit.saved_views import commands as views
from okno.kit.web.pages.export import file_columns, rows_of
from okno.kit.web.pages.lists import list_of
from tests.mechanisms.conftest import STAGES

pytestmark = pytest.mark.django_db

INN, PHONE, EMAIL, CITY, AMOUNT = "7707083893", "+74951234567", "tajna@romashka.example", "Козьмодемьянск", "987654.32"
HIDDEN = (
    "clients.client.inn",
    "clients.client.phone",
    "clients.client.email",
    "clients.client.city",
    "clients.contact.phone",
    "clients.contact.email",
    "deals.deal.amount",
)
# As pages, files and answers may write them: without spaces of any width.
SECRETS = ("7707083893", "4951234567", "495123-45-67", "tajna@", "Козьмодемьянск", "987654", "987,65")
SPACES = re.compile(r"[\s\u00a0\u202f()]|&nbsp;|&#160;")
HTMX = {"HX-Request": "true"}


@dataclass
class Scene:
    """A client and a deal of Anna's, whose role does not see the secrets in them."""

    cast: Cast
    client: Client
    deal: Deal
    contact_id: int


@pytest.fixture
def scene(cast: Cast) -> Scene:
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    director = cast.actor("director")
    client = clients.add(actor=director, name="Ромашка", owner=cast.anna)
    clients.update(actor=director, client=client, values={"inn": INN, "phone": PHONE, "email": EMAIL, "city": CITY})
    contact = clients.add_contact(actor=director, name="Лидия", client=client)
    clients.update_contact(actor=director, contact=contact, values={"phone": PHONE, "email": EMAIL})
    deal = deals.open_deal(actor=director, title="Поставка", client=client, owner=cast.anna)
    deals.update(actor=director, deal=deal, values={"amount": Decimal(AMOUNT)})
    cast.hide("anna", *HIDDEN)
    client.refresh_from_db()
    deal.refresh_from_db()
    return Scene(cast, client, deal, contact.pk)


@pytest.fixture
def anna(scene: Scene, client: Browser) -> Browser:
    client.force_login(scene.cast.anna)
    return client


def told(answer: Any) -> str:
    """What an answer says, without spaces; what the question itself said is not counted."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return SPACES.sub("", body.decode(errors="replace"))


def leaks(answer: Any) -> list[str]:
    return [secret for secret in SECRETS if secret in told(answer)]


def addresses(scene: Scene) -> list[str]:
    """Everything that shows the client, its contact or the deal."""
    cards = {"clients.client": scene.client.pk, "clients.contact": scene.contact_id, "deals.deal": scene.deal.pk}
    found = [
        "/",
        "/clients/",
        "/contacts/",
        "/deals/",
        "/deals/?mode=board",
        "/deals/?mode=list",
        "/calendar/",
        "/duplicates/",
    ]
    for name, row_id in cards.items():
        record = registry.record(name)
        url = record.url_of(row_id)
        found += [
            url,
            *(f"{url}?part={part}" for part in ("head", "preview", "fields", "feed", "history", "files", "why")),
        ]
        found += [f"{url}?part=panel&panel={one.key}" for one in registry.panels.get(name, [])]
        found += [f"{url}?part=field&key={key}" for key in record.fields]
        found += [f"{url}?part=field&key={key}&edit=1" for key in record.fields]
        base = url.rsplit("/", 2)[0] + "/"
        every = ",".join(record.fields)
        found += [f"{base}?cols={every}", f"{base}?sort=-{every}", *(f"{base}?group={key}" for key in record.fields)]
        found += [f"/api/v1{base.rstrip('/')}", f"/api/v1{base.rstrip('/')}/{row_id}"]
    return found


def test_hidden_values_are_told_by_no_page(scene: Scene, anna: Browser) -> None:
    found = [(url, leaks(anna.get(url))) for url in addresses(scene)]

    assert "\n".join(f"{url} tells {secrets}" for url, secrets in found if secrets) == ""


def test_the_pages_do_tell_them_to_those_who_see_the_fields(scene: Scene, client: Browser) -> None:
    client.force_login(scene.cast.director)

    found = {secret for url in addresses(scene) for secret in leaks(client.get(url))}

    assert {"7707083893", "4951234567", "tajna@", "Козьмодемьянск", "987654"} <= found


def asked(browser: Browser, url: str, **given: str) -> Any:
    """The status and the rows that an answer names, whatever their order."""
    answer = browser.get(url, given)
    rows = sorted(set(re.findall(r"/(?:clients|deals|contacts)/\d+/", answer.content.decode(errors="replace"))))
    if not url.startswith("/api/") or answer.status_code != 200:
        return answer.status_code, rows, []
    body = answer.json()
    return answer.status_code, rows, sorted(one["id"] for one in (body if isinstance(body, list) else body["items"]))


TWINS = (
    (INN, "7707083894"),
    (PHONE, "+74957654321"),
    ("4951234567", "4957654321"),
    (EMAIL, "other@nobody.example"),
    (CITY, "Царевококшайск"),
)


@pytest.mark.parametrize(("right", "wrong"), TWINS)
@pytest.mark.parametrize(
    "url",
    [
        "/clients/",
        "/contacts/",
        "/deals/",
        "/search/",
        "/palette/",
        "/pick/clients.client/",
        "/pick/clients.contact/",
        "/api/v1/clients",
        "/api/v1/deals",
        "/api/v1/search",
    ],
)
def test_search_finds_nothing_by_a_hidden_value(scene: Scene, anna: Browser, url: str, right: str, wrong: str) -> None:
    assert asked(anna, url, q=right) == asked(anna, url, q=wrong)


def conditions(value: str, number: str) -> list[tuple[str, dict[str, Any]]]:
    """Conditions that would tell by what they find."""
    leaf = {"field": "inn", "op": "eq", "value": value}
    through = {"field": "client.inn", "op": "eq", "value": value}
    return [
        ("/clients", leaf),
        ("/clients", {"not": leaf}),
        ("/clients", {"field": "inn", "op": "starts", "value": value[:4]}),
        ("/clients", {"any": [{"field": "name", "op": "eq", "value": "нет"}, leaf]}),
        ("/clients", {"field": "name", "op": "ne", "value": {"field": "inn"}}),
        ("/clients", {"some": "deals", "where": {"field": "amount", "op": "ge", "value": number}}),
        (
            "/clients",
            {"count": "contacts", "op": "ge", "value": 1, "where": {"field": "phone", "op": "eq", "value": PHONE}},
        ),
        ("/deals", {"field": "amount", "op": "ge", "value": number}),
        ("/deals", through),
        ("/deals", {"not": through}),
        ("/deals", {"some": "client.contacts", "where": {"field": "email", "op": "eq", "value": value}}),
        ("/contacts", through),
    ]


def test_conditions_find_nothing_by_a_hidden_value(scene: Scene, anna: Browser) -> None:
    pairs = zip(conditions(INN, "900000"), conditions("7707083894", "999000000"), strict=True)
    for (path, right), (_path, wrong) in pairs:
        for url, name in ((f"{path}/", "f"), (f"/api/v1{path}", "where")):
            first, second = (asked(anna, url, **{name: json.dumps(one)}) for one in (right, wrong))
            assert first == second, (url, right)
            assert first[1:] == ([], []) or first[0] == 422, (url, right)


def test_a_shared_view_shows_nothing_by_a_hidden_field(scene: Scene, anna: Browser) -> None:
    for number, value in enumerate((INN, "7707083894")):
        config = {"f": json.dumps({"field": "inn", "op": "eq", "value": value}), "sort": "inn", "cols": "name,inn"}
        own = views.save(actor=scene.cast.actor("director"), record="clients.client", name=f"v{number}", config=config)
        shared = views.share(actor=scene.cast.actor("director"), view_id=own.pk)
        answer = anna.get("/clients/", {"view": shared.pk})
        assert f"/clients/{scene.client.pk}/" not in answer.content.decode()


def test_sorting_and_grouping_leave_hidden_fields_out(scene: Scene, anna: Browser) -> None:
    poor = clients.add(actor=SYSTEM, name="Ааа", owner=scene.cast.anna)
    clients.update(actor=SYSTEM, client=poor, values={"inn": "7736050003"})
    for key in ("inn", "phone", "city"):
        orders = [
            re.findall(r"/clients/(\d+)/", anna.get("/clients/", {"sort": sort}).content.decode())
            for sort in (key, f"-{key}")
        ]
        assert orders[0] == orders[1]


def test_export_leaves_hidden_fields_out(scene: Scene) -> None:
    actor = scene.cast.actor("anna")
    for name in ("clients.client", "clients.contact", "deals.deal"):
        page = list_of(name)
        selection = page.select(actor, {})
        columns = columns_for(actor, page.record, page.record.all_fields())
        text = SPACES.sub("", repr(list(rows_of(selection, columns))))
        assert not [secret for secret in SECRETS if secret in text], name


def test_refusals_do_not_tell_hidden_values(scene: Scene, anna: Browser) -> None:
    url = f"/api/v1/clients/{scene.client.pk}"
    token = access.issue_token(actor=SYSTEM, user=scene.cast.anna, name="t", scopes=[])
    robot = Browser(headers={"Authorization": f"Bearer {token}"})
    stale = robot.patch(url, {"version": 1, "inn": "7736050003"}, content_type="application/json")
    page = anna.post(
        f"{scene.client.pk and f'/clients/{scene.client.pk}/'}?part=field&key=inn", {"value": "1", "version": "1"}
    )

    assert stale.status_code in {403, 404, 409, 422}
    assert not leaks(stale)
    assert not leaks(page)
    scene.client.refresh_from_db()
    assert scene.client.inn == INN


def test_a_formula_of_a_hidden_field_is_hidden_as_well(scene: Scene, anna: Browser) -> None:
    custom.add(
        actor=SYSTEM,
        record="deals.deal",
        key="double",
        label="Вдвое",
        kind="formula",
        settings={"formula": "amount * 2", "result": "number"},
    )

    actor = scene.cast.actor("anna")

    assert not actor.sees_field("deals.deal", "x_double")
    assert scene.cast.actor("director").sees_field("deals.deal", "x_double")


@pytest.mark.parametrize(
    ("record", "source"),
    [
        pytest.param("deals.deal", "x_double + 1", id="another formula"),
        pytest.param("deals.deal", "upper(client.city)", id="a link"),
        pytest.param("clients.client", "lookup(contacts, phone)", id="related rows"),
        pytest.param("clients.client", 'count(contacts, email = "a@b.example")', id="which rows count"),
    ],
)
def test_a_formula_tells_nothing_hidden_by_a_roundabout_way(scene: Scene, record: str, source: str) -> None:
    formula("deals.deal", "double", "amount * 2")
    formula(record, "round", source)

    assert not scene.cast.actor("anna").sees_field(record, "x_round")
    assert scene.cast.actor("director").sees_field(record, "x_round")


def test_what_a_broken_formula_has_left_is_hidden_from_whom_it_might_tell(scene: Scene) -> None:
    rate = custom.add(actor=SYSTEM, record="deals.deal", key="rate", label="Ставка", kind="decimal")
    formula("deals.deal", "double", "amount * x_rate")

    custom.retire(actor=SYSTEM, field=rate)

    assert not scene.cast.actor("anna").sees_field("deals.deal", "x_double")
    assert scene.cast.actor("director").sees_field("deals.deal", "x_double")


def formula(record: str, key: str, source: str) -> None:
    settings = {"formula": source}
    custom.add(actor=SYSTEM, record=record, key=key, label=key, kind="formula", settings=settings)


def test_explanations_tell_no_hidden_values(scene: Scene, anna: Browser) -> None:
    condition = {"field": "city", "op": "eq", "value": CITY}
    grants = [
        {"permission": "clients.view", "reach": "condition", "condition": condition},
        {"permission": "*", "reach": "own"},
    ]
    access.set_role(actor=SYSTEM, code="blind-anna", name="b", grants=grants, hidden=list(HIDDEN))

    text = told(anna.get(f"/clients/{scene.client.pk}/?part=why", headers=HTMX))

    assert CITY not in text
    assert queries.actor_of(scene.cast.anna) is not None


def test_batches_of_the_api_sum_nothing_hidden(scene: Scene, anna: Browser) -> None:
    page = anna.get("/deals/?mode=list&part=totals", headers=HTMX)

    assert not leaks(page)


@pytest.fixture
def masked(scene: Scene, anna: Browser) -> Browser:
    grants = [{"permission": "*", "reach": "own"}, {"permission": "access.view", "reach": "all"}]
    access.set_role(
        actor=SYSTEM, code="blind-anna", name="b", grants=grants, hidden=["deals.deal.amount"], masked=list(HIDDEN[:-1])
    )
    return anna


def test_masked_fields_show_their_end_and_nothing_else(scene: Scene, masked: Browser) -> None:
    listed = told(masked.get("/clients/", {"cols": "name,phone,email,inn"}))
    card = told(masked.get(f"/clients/{scene.client.pk}/"))

    for page in (listed, card):
        assert "+7******-45-67" in page
        assert "t***@romashka.example" in page
        assert "***3893" in page
    found = [(url, leaks(masked.get(url))) for url in addresses(scene)]
    assert "\n".join(f"{url} tells {secrets}" for url, secrets in found if secrets) == ""


def test_masked_fields_are_found_sorted_and_changed_by_nobody(scene: Scene, masked: Browser) -> None:
    where = json.dumps({"field": "inn", "op": "eq", "value": INN})
    assert asked(masked, "/clients/", f=where)[1] == []
    assert asked(masked, "/clients/", q=INN) == asked(masked, "/clients/", q="7707083894")
    assert "edit=1" not in told(masked.get(f"/clients/{scene.client.pk}/?part=field&name=phone&edit=1"))
    assert "phone" not in masked.get(f"/api/v1/clients/{scene.client.pk}").json()


def test_masked_fields_are_left_out_of_a_file(scene: Scene, masked: Browser) -> None:
    page = list_of("clients.client")
    selection = page.select(scene.cast.actor("anna"), {"cols": "name,phone"})

    assert [one.key for one in file_columns(selection, whole=False)] == ["name"]


def test_cursors_tell_nothing_of_a_hidden_field_that_rows_are_sorted_by_at_first(cast: Cast, client: Browser) -> None:
    for number in (1, 2):
        due = dt.datetime(2026, 12, number, 9, tzinfo=dt.UTC)
        Task.objects.create(title=f"Задача {number}", owner=cast.anna, due_at=due)
    client.force_login(cast.anna)
    assert "2026-12-01" in cursor_of(client.get("/api/v1/tasks", {"limit": 1}))

    cast.hide("anna", "calendar.task.due_at")

    assert "2026" not in cursor_of(client.get("/api/v1/tasks", {"limit": 1}))


def cursor_of(answer: Any) -> str:
    text = answer.json()["next"]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
