"""Maps of records that have no place of their own: they stand where the row behind their link does, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.models import User
from okno.areas.calendar import commands as calendar
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.kit.fields import custom
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.testing.query_counts import check_few, statements
from okno.kit.testing.record_contract import HTMX
from tests.mechanisms.conftest import Company

MAP = "/deals/?mode=map&tab=all"
TVER, MOSCOW = ("56.8587", "35.9176"), ("55.7558", "37.6173")
EVERYWHERE = "-180,-90,180,90"


def place(client: Client, point: tuple[str, str], kind: str = "actual") -> None:
    address = clients.add_address(actor=SYSTEM, client=client, text=f"Советская, 5, {kind}", kind=kind)
    latitude, longitude = map(Decimal, point)
    clients.set_coordinates(
        actor=SYSTEM, client=client, address_id=address.pk, latitude=latitude, longitude=longitude, precision="house"
    )


def points(browser: Browser, url: str = MAP) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get(url).context["page"]["map"]["points"]
    return found


def names(found: list[dict[str, Any]]) -> list[str]:
    return sorted(row["name"] for one in found for row in one["rows"])


@pytest.fixture(autouse=True)
def fields_of_this_test() -> Iterator[None]:
    registry.forget_custom_fields()
    yield
    registry.forget_custom_fields()


@pytest.fixture
def anna(company: Company, client: Browser) -> Browser:
    place(company.client, TVER)
    client.force_login(company.anna)
    return client


def test_a_deal_stands_where_its_client_does(company: Company, anna: Browser) -> None:
    [point] = points(anna)

    assert (point["lat"], point["lng"], point["exact"]) == (56.8587, 35.9176, True)
    assert [(row["name"], row["hint"]) for row in point["rows"]] == [("Поставка", "ООО «Ромашка»")]
    assert point["note"] == "Советская, 5, actual"


def test_deals_of_one_client_share_its_spot(company: Company, anna: Browser) -> None:
    deals.open_deal(actor=SYSTEM, title="Вторая", client=company.client, owner=company.anna)

    [point] = points(anna)

    assert (point["count"], names([point])) == (2, ["Вторая", "Поставка"])


def test_a_client_with_several_addresses_has_its_deals_at_the_actual_one(company: Company, anna: Browser) -> None:
    place(company.client, MOSCOW, "postal")

    [point] = points(anna)
    beyond = anna.get("/deals/?tab=all&part=points&box=37,55,38,56", headers=HTMX).json()["points"]

    assert point["note"] == "Советская, 5, actual"
    assert beyond == []


def test_the_filter_and_the_search_hold(company: Company, anna: Browser) -> None:
    assert names(points(anna, f"{MAP}&q=Поставка")) == ["Поставка"]
    assert points(anna, f"{MAP}&q=Иная") == []


def test_how_many_of_all_rows_stand_somewhere_is_told(company: Company, anna: Browser) -> None:
    other = clients.add(actor=SYSTEM, name="Без адреса", owner=company.anna)
    deals.open_deal(actor=SYSTEM, title="Вторая", client=other, owner=company.anna)

    assert anna.get(MAP).context["page"]["position_text"] == "1 из 2"


def test_where_a_client_out_of_reach_stands_is_not_told(company: Company, client: Browser) -> None:
    place(company.client, TVER)
    deals.open_deal(actor=SYSTEM, title="Общая", client=company.client, owner=company.boris)
    client.force_login(company.boris)

    assert points(client) == []
    assert client.get(f"/deals/?tab=all&part=points&box={EVERYWHERE}", headers=HTMX).json() == {"points": []}
    client.force_login(company.head)
    assert names(points(client)) == ["Общая", "Поставка"]


def test_where_a_guarded_client_stands_is_not_told(company: Company, anna: Browser) -> None:
    vip = clients.add(actor=SYSTEM, name="Особый", owner=company.anna)
    clients.update(actor=SYSTEM, client=vip, values={"is_vip": True})
    place(vip, MOSCOW)
    deals.open_deal(actor=SYSTEM, title="Тайная", client=vip, owner=company.anna)
    condition = {"field": "is_vip", "op": "eq", "value": True}
    access.watch_rows(actor=SYSTEM, name="VIP", record="clients.client", condition=condition, hidden=["address"])

    assert names(points(anna)) == ["Поставка"]
    assert names(points(anna, "/clients/?mode=map")) == ["ООО «Ромашка»"]


@pytest.fixture
def stored(company: Company, anna: Browser) -> Client:
    """A store in Moscow that Anna's deal names by a link of people's own making."""
    custom.add(actor=SYSTEM, record="deals.deal", key="store", label="Склад", kind="link", link="clients.client")
    made = clients.add(actor=SYSTEM, name="Склад", owner=company.anna)
    place(made, MOSCOW)
    deals.update(actor=SYSTEM, deal=company.deal, values={"x_store": made.pk})
    return made


BY_STORE = f"{MAP}&by=x_store"


def test_a_custom_link_that_is_closed_in_some_rows_is_followed_in_the_others(
    company: Company, anna: Browser, stored: Client
) -> None:
    other = deals.open_deal(actor=SYSTEM, title="Тайная", client=company.client, owner=company.anna)
    deals.update(actor=SYSTEM, deal=other, values={"x_store": stored.pk})
    condition = {"field": "title", "op": "eq", "value": "Тайная"}
    access.watch_rows(actor=SYSTEM, name="Тайные", record="deals.deal", condition=condition, hidden=["x_store"])

    assert names(points(anna, BY_STORE)) == ["Поставка"]
    assert names(points(anna)) == ["Поставка", "Тайная"]


def test_a_custom_link_leads_to_rows_whose_address_is_open(company: Company, anna: Browser, stored: Client) -> None:
    vip = clients.add(actor=SYSTEM, name="Особый", owner=company.anna)
    clients.update(actor=SYSTEM, client=vip, values={"is_vip": True})
    place(vip, TVER)
    other = deals.open_deal(actor=SYSTEM, title="Тайная", client=company.client, owner=company.anna)
    deals.update(actor=SYSTEM, deal=other, values={"x_store": vip.pk})
    condition = {"field": "is_vip", "op": "eq", "value": True}
    access.watch_rows(actor=SYSTEM, name="VIP", record="clients.client", condition=condition, hidden=["address"])

    assert names(points(anna, BY_STORE)) == ["Поставка"]


def test_whoever_may_not_see_addresses_has_no_map(company: Company, anna: Browser) -> None:
    hide(company.anna, "clients.client.address")

    page = anna.get(MAP).context["page"]

    assert "map" not in page
    assert [one["icon"] for one in page["mode_links"]] == ["layout-kanban", "list", "calendar"]


def hide(user: User, *fields: str) -> None:
    grants = [{"permission": name, "reach": "own"} for name in ("deals.*", "clients.*")]
    access.set_role(actor=SYSTEM, code="seller", name="Продавец", grants=grants, hidden=list(fields))


@pytest.fixture
def crowd(company: Company, anna: Browser) -> str:
    """Two deals near each other and a third far away; the address of the list of the two, as the map tells it."""
    near, far = (clients.add(actor=SYSTEM, name=name, owner=company.anna) for name in ("Сосед", "Дальний"))
    place(near, ("56.8590", "35.9180"))
    place(far, MOSCOW)
    for client in (near, far):
        deals.open_deal(actor=SYSTEM, title=f"Для «{client.name}»", client=client, owner=company.anna)
    listed = anna.get(MAP).context["page"]["map"]["listed"]
    [url] = [one["url"] for one in listed if one["name"] == "2 строки"]
    return url


def titles(browser: Browser, url: str) -> list[str]:
    return sorted(row["title"] for row in browser.get(url).context["page"]["rows"])


def test_rows_of_several_spots_lead_to_their_list(anna: Browser, crowd: str) -> None:
    page = anna.get(crowd).context["page"]

    assert titles(anna, crowd) == ["Для «Сосед»", "Поставка"]
    assert [(one["label"], one["value"], one["broken"]) for one in page["chips"]] == [
        ("Место на карте", "Клиент", False)
    ]
    assert len(titles(anna, page["chips"][0]["remove_url"])) == 3
    assert anna.get(f"{crowd}&mode=board").context["page"]["position_text"] == "2"


def test_a_place_on_the_map_is_no_part_of_a_view(company: Company, anna: Browser, crowd: str) -> None:
    grants = [{"permission": name, "reach": "own"} for name in ("deals.*", "clients.*")]
    save = [{"permission": "saved_views.*", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="seller", name="Продавец", grants=grants + save, hidden=[])

    kept = anna.post(f"{crowd}&part=view", {"name": "Рядом"}, headers=HTMX)["HX-Redirect"]

    assert len(titles(anna, kept)) == 3


@pytest.mark.parametrize(
    "area", ["client", "client:", "client:1,2,3", "client:a,b,c,d", "title:1,2,3,4", "x:nan,1,1,1"]
)
def test_a_place_that_cannot_be_read_has_no_rows(anna: Browser, crowd: str, area: str) -> None:
    page = anna.get(f"/deals/?mode=list&tab=all&area={area}").context["page"]

    assert (page["rows"], page["chips"][0]["broken"]) == ([], True)


def test_the_list_of_a_place_tells_no_more_than_the_map(company: Company, anna: Browser, crowd: str) -> None:
    condition = {"field": "name", "op": "eq", "value": "Сосед"}
    access.watch_rows(actor=SYSTEM, name="Тайный", record="clients.client", condition=condition, hidden=["address"])

    assert titles(anna, crowd) == ["Поставка"]
    hide(company.anna, "clients.client.address")
    assert titles(anna, crowd) == []


def test_points_keep_the_colour_of_their_rows(company: Company, anna: Browser) -> None:
    paint = '[{"where":{"field":"title","op":"contains","value":"Пост"},"colour":"green"}]'

    [point] = points(anna, f"{MAP}&paint={paint}")

    assert [row["colour"] for row in point["rows"]] == ["green"]


def test_a_saved_view_keeps_the_map(company: Company, anna: Browser) -> None:
    grants = [{"permission": name, "reach": "own"} for name in ("deals.*", "clients.*")]
    save = [{"permission": "saved_views.*", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="seller", name="Продавец", grants=grants + save, hidden=[])

    answer = anna.post(f"{MAP}&part=view", {"name": "Объезд"}, headers=HTMX)

    opened = anna.get(answer["HX-Redirect"])
    assert names(opened.context["page"]["map"]["points"]) == ["Поставка"]
    assert opened.context["page"]["changed"] is None


def test_tasks_stand_where_their_client_does(company: Company, anna: Browser) -> None:
    calendar.add_task(actor=SYSTEM, title="Заехать", client=company.client, owner=company.anna)

    assert "Заехать" in names(points(anna, "/tasks/all/?mode=map"))


def test_the_map_is_few_statements(company: Company, anna: Browser) -> None:
    for number in range(20):
        deals.open_deal(actor=SYSTEM, title=f"Сделка {number}", client=company.client, owner=company.anna)

    check_few(statements(lambda: anna.get(MAP)))


def test_a_narrow_screen_has_larger_cells(company: Company, anna: Browser) -> None:
    other = clients.add(actor=SYSTEM, name="Сосед", owner=company.anna)
    place(other, ("56.8587", "36.4"))
    deals.open_deal(actor=SYSTEM, title="Вторая", client=other, owner=company.anna)
    url = "/deals/?tab=all&part=points&box=30,50,45,60"

    counts = [
        len(anna.get(f"{url}{across}", headers=HTMX).json()["points"]) for across in ("", "&across=6", "&across=x")
    ]

    assert counts == [2, 1, 2]
