"""Pages and API of the exchange and the catalogue, as a person and a script see them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from okno.access import commands as access
from okno.access.models import User
from okno.areas.billing.models import Invoice
from okno.areas.catalog.models import Item
from okno.areas.catalog.record import GROUP
from okno.fronts.exchange import commands, queries
from okno.fronts.exchange.models import Connection, ExchangeSession, Outcome, Package
from okno.fronts.exchange.tests import files
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.onec import OneC

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"
LISTS = (
    "/exchange/", "/exchange/outcomes/?tab=all", "/exchange/sessions/", "/exchange/waiting/",
    "/exchange/links/?tab=all",
    "/exchange/orders/?tab=all", "/exchange/connections/", "/items/", "/groups/", "/price-types/", "/warehouses/",
    "/items/new/", "/exchange/connections/new/",
)  # fmt: skip


def signed_in(*permissions: str) -> Client:
    grants = [{"permission": name, "reach": "all"} for name in permissions]
    access.set_role(actor=SYSTEM, code="some", name="Некто", grants=grants, hidden=[])
    user = access.add_user(actor=SYSTEM, email="anna@okno.test", name="Анна")
    access.give_role(actor=SYSTEM, user=user, role="some")
    client = Client()
    client.force_login(user, BACKEND)
    return client


@pytest.fixture
def admin(db: None) -> Client:
    return signed_in("*")


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("address", LISTS)
def test_pages_open_after_an_exchange(admin: Client, onec: OneC, invoice: Invoice, address: str) -> None:
    onec.exchange_orders()

    response: Any = admin.get(address)

    assert response.status_code == 200


@pytest.mark.parametrize("address", [one for one in LISTS if one.startswith("/exchange")])
def test_pages_of_the_exchange_ask_for_a_right(db: None, address: str) -> None:
    assert signed_in("catalog.view").get(address).status_code == 403


def test_card_of_a_package_counts_its_objects(admin: Client, onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)
    package = Package.objects.get(name="import.xml")

    card: Any = admin.get(f"/exchange/packages/{package.pk}/")
    panel: Any = admin.get(f"/exchange/packages/{package.pk}/?part=panel&panel=outcomes")

    assert "import.xml" in text(card)
    assert "/exchange/outcomes/?" in text(panel)


def test_card_of_a_package_asks_for_its_progress_while_it_is_taken(admin: Client, onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)
    package = Package.objects.get(name="import.xml")
    url = f"/exchange/packages/{package.pk}/?part=panel&panel=outcomes"
    done = text(admin.get(url))

    Package.objects.update(state="doing", checkpoint=1, expected=2)
    doing = text(admin.get(url))

    assert "data-live-topic" not in done
    assert 'data-live-topic="exchange.package"' in doing
    assert 'value="50"' in doing


def test_card_of_a_package_tells_why_objects_were_refused(admin: Client, onec: OneC) -> None:
    onec.exchange_catalogue({**files.SET, "prices.xml": files.PRICES.replace(b"5200", "дорого".encode())})
    package = Package.objects.get(name="prices.xml")

    panel = text(admin.get(f"/exchange/packages/{package.pk}/?part=panel&panel=outcomes"))

    assert "«дорого»" in panel


def test_outcomes_of_one_package_can_be_filtered(admin: Client, onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)
    package = Package.objects.get(name="import.xml")
    where = json.dumps({"field": "package", "op": "eq", "value": package.pk})

    response: Any = admin.get("/exchange/outcomes/", {"tab": "all", "f": where})

    assert "Шнурки" in text(response)
    assert "prices.xml" not in text(response)


def test_card_of_a_connection_tells_how_it_stands(admin: Client, onec: OneC, invoice: Invoice) -> None:
    connection = Connection.objects.get()
    page: Any = admin.get(f"/exchange/connections/{connection.pk}/?part=panel&panel=state")

    assert "/exchange/1c/main" in text(page)
    assert admin.get(f"/exchange/connections/{connection.pk}/").status_code == 200


def test_a_new_connection_shows_its_password_once(admin: Client) -> None:
    values = {
        "code": "unf", "name": "УНФ", "login": "unf", "zone": "Asia/Omsk", "encoding": "utf-8", "container": "auto",
        "most_archived": "20", "alarm_hours": "26", "is_active": "on", "once": "key-1",
    }  # fmt: skip

    response: Any = admin.post("/exchange/connections/new/", values)
    again: Any = admin.post("/exchange/connections/new/", values)

    made = Connection.objects.get(code="unf")
    assert (made.zone, made.encoding, made.is_active) == ("Asia/Omsk", "utf-8", True)
    assert "<code>unf</code>" in text(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert again.status_code in {302, 303}


def test_settings_of_a_connection_change(admin: Client, connection: tuple[Connection, str]) -> None:
    values = {
        "name": "Наша УНФ", "login": "main", "zone": "Europe/Samara", "encoding": "windows-1251", "container": "never",
        "most_archived": "30", "alarm_hours": "5", "creates_orders": "on",
    }  # fmt: skip
    url = f"/exchange/connections/{connection[0].pk}/settings/"

    assert admin.get(url).status_code == 200
    assert admin.post(url, values).status_code in {302, 303}
    made = Connection.objects.get()
    assert (made.name, made.zone, made.creates_orders, made.is_active) == ("Наша УНФ", "Europe/Samara", True, False)


@pytest.mark.parametrize("verb", ["password", "again", "accept", "archive"])
def test_decisions_about_a_connection_are_carried_out(
    admin: Client, connection: tuple[Connection, str], verb: str
) -> None:
    url = f"/exchange/connections/{connection[0].pk}/{verb}/"

    assert admin.get(url).status_code == 200
    assert admin.post(url, {}).status_code in {200, 204, 302, 303}


def test_a_new_password_replaces_the_old_one(connection: tuple[Connection, str], onec: OneC) -> None:
    made = commands.new_password(actor=SYSTEM, connection=connection[0])
    onec.password = made.password

    onec.check("catalog")

    assert made.password != connection[1]
    assert connection[0].password != Connection.objects.get().password


def test_a_session_can_be_closed_by_hand(admin: Client, onec: OneC) -> None:
    onec.check("catalog")
    onec.init("catalog")
    session = ExchangeSession.objects.get()

    admin.post(f"/exchange/sessions/{session.pk}/end/", {})

    assert ExchangeSession.objects.get().state == "closed"


def test_card_of_an_item_shows_offers_and_its_id_in_1c(admin: Client, onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)
    item = Item.objects.get(article="B-1")

    assert admin.get(f"/items/{item.pk}/").status_code == 200
    offers: Any = admin.get(f"/items/{item.pk}/?part=panel&panel=offers")
    properties: Any = admin.get(f"/items/{item.pk}/?part=panel&panel=properties")
    links: Any = admin.get(f"/items/{item.pk}/?part=panel&panel=exchange")
    assert "Ботинки (41)" in text(offers)
    assert "Основной" in text(offers)
    assert "Красный" in text(properties)
    assert "boots" in text(links)


def test_a_group_opens_its_items_with_those_of_the_groups_inside(admin: Client, onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)
    item = Item.objects.get(article="B-1")
    assert item.group
    response: Any = admin.get(GROUP.url_of(item.group.parent_id or 0), follow=True)

    assert "Север" in text(response)
    assert "Шнурки" not in text(response)


@pytest.fixture
def api(db: None) -> Any:
    client = signed_in("*")
    token = access.issue_token(actor=SYSTEM, user=User.objects.get(), name="тест", scopes=[])
    return lambda address, **asked: client.get(
        f"/api/v1{address}", asked, headers={"Authorization": f"Bearer {token}"}
    ).json()


def test_api_serves_the_journal_with_outcomes(api: Any, onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)
    package = Package.objects.get(name="offers.xml")

    packages = api("/exchange/packages")
    outcomes = api("/exchange/outcomes", where=json.dumps({"field": "package", "op": "eq", "value": package.pk}))

    assert {one["name"] for one in packages["items"]} == set(files.SET)
    assert {one["foreign_id"] for one in outcomes["items"]} >= {"boots#41", "boots#42", "laces"}


@pytest.mark.parametrize(
    ("address", "foreign"),
    [("/catalog/groups", "child"), ("/catalog/items", "boots"), ("/catalog/offers", "boots#41"),
     ("/catalog/price-types", "retail"), ("/catalog/warehouses", "store")],
)  # fmt: skip
def test_api_shows_ids_of_1c(api: Any, onec: OneC, address: str, foreign: str) -> None:
    onec.exchange_catalogue(files.SET)

    page = api(address)

    ids = {one["id"] for row in page["items"] for one in row["external_ids"]}
    assert foreign in ids
    assert api(f"{address}/{page['items'][0]['id']}")["external_ids"]


def test_api_serves_prices_and_rests_page_by_page(api: Any, onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)

    first = api("/catalog/prices", limit=2)
    rest = api("/catalog/prices", limit=2, after=first["next"])
    rests = api("/catalog/rests")

    assert [one["value"] for one in first["items"] + rest["items"]] == ["5100.5000", "5200.0000", "90.0000"]
    assert rest["next"] is None
    assert rests["items"][0]["offer_external_ids"] == [{"connection": "main", "id": "boots#41"}]


def test_doctor_tells_of_a_connection_that_stands_still(onec: OneC) -> None:
    onec.check("catalog")
    called = ExchangeSession.objects.get().last_call_at

    assert queries.troubles(called) == []
    assert "27" in queries.troubles(called + files.HALF_HOUR * 53)[0]


def test_tidy_forgets_what_says_nothing(onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)
    Connection.objects.get()
    onec.exchange_catalogue(files.SET)
    late = ExchangeSession.objects.order_by("-id")[0].last_call_at + files.HALF_HOUR * 48 * 15

    gone = commands.tidy(actor=SYSTEM, at=late)

    assert gone > 0
    assert not Outcome.objects.filter(result="unchanged").exists()
    assert Outcome.objects.filter(result="created").exists()
