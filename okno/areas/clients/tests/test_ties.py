"""Relations, addresses and ways to reach a client."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients import commands, queries
from okno.areas.clients.models import Client, ClientAddress, ClientRelation, ContactPoint, StatusStay
from okno.areas.clients.tests.factories import a_client, a_contact
from okno.areas.clients.web import graphs
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(cast: Cast) -> Client:
    return a_client(cast.anna, name="ООО «Ромашка»")


def test_relate_names_the_other_one_from_both_sides(cast: Cast, company: Client) -> None:
    parent = a_client(cast.anna, name="Холдинг")
    commands.relate(actor=SYSTEM, client=company, other=parent, kind="holding")

    down, up = (queries.ties_of(cast.actor("anna"), one) for one in (company, parent))

    assert [(one.other, one.is_inverse) for one in (*down, *up)] == [(parent, False), (company, True)]


def test_relate_inverse_turns_the_relation_round(cast: Cast, company: Client) -> None:
    daughter = a_client(cast.anna, name="Дочка")
    commands.relate(actor=SYSTEM, client=company, other=daughter, kind="holding", is_inverse=True)

    assert ClientRelation.objects.get().first == company


@pytest.mark.parametrize("what", ["itself", "twice", "kind"])
def test_relate_refuses_what_cannot_be(cast: Cast, company: Client, what: str) -> None:
    other = company if what == "itself" else a_client(cast.anna, name="Другая")
    if what == "twice":
        commands.relate(actor=SYSTEM, client=company, other=other, kind="partner")

    with pytest.raises(Refused):
        commands.relate(actor=SYSTEM, client=company, other=other, kind="none" if what == "kind" else "partner")


def test_relations_out_of_reach_are_left_out(cast: Cast, company: Client, client: Browser) -> None:
    other = a_client(cast.boris, name="Тайный партнёр")
    commands.relate(actor=SYSTEM, client=company, other=other, kind="partner")
    client.force_login(cast.anna)

    pages = [
        client.get(f"/clients/{company.pk}/?part=panel&panel=relations", headers=HTMX),
        client.get(f"/clients/{company.pk}/relations/"),
    ]

    assert [(one.status_code, "Тайный" in one.content.decode()) for one in pages] == [(200, False), (200, False)]


def test_graph_goes_two_steps_around(cast: Cast) -> None:
    chain = [a_client(cast.anna, name=f"Компания {number}") for number in range(4)]
    for first, second in pairwise(chain):
        commands.relate(actor=SYSTEM, client=first, other=second, kind="partner")

    known, relations = queries.net_of(cast.actor("anna"), chain[0])

    assert (set(known), len(relations)) == ({one.pk for one in chain[:3]}, 2)


def test_relation_is_made_and_dropped_on_the_card(cast: Cast, company: Client, client: Browser) -> None:
    other = a_client(cast.anna, name="Дочка")
    client.force_login(cast.anna)
    said = {"other": other.pk, "kind": "holding:inverse"}

    made = client.post(f"/clients/{company.pk}/relate/", said, headers=HTMX)
    relation = ClientRelation.objects.get()
    dropped = client.post(f"/clients/{company.pk}/unrelate/", {"row": relation.pk}, headers=HTMX)

    assert (made.status_code, relation.first, dropped.status_code) == (204, company, 204)
    assert not ClientRelation.objects.exists()


def test_a_relation_gets_its_term_on_the_card(cast: Cast, company: Client, client: Browser) -> None:
    other = a_client(cast.anna, name="Партнёр")
    relation = commands.relate(actor=SYSTEM, client=company, other=other, kind="partner")
    client.force_login(cast.anna)
    url = f"/clients/{company.pk}/relation/?row={relation.pk}"
    said = {"row": relation.pk, "since": "01.02.2024", "until": "31.12.2025", "comment": "Договор 15"}

    saved = client.post(url, said, headers=HTMX)
    turned = client.post(url, {**said, "until": "01.01.2020"}, headers=HTMX)
    panel = client.get(f"/clients/{company.pk}/?part=panel&panel=relations", headers=HTMX).content.decode()

    assert (saved.status_code, turned.status_code) == (204, 422)
    assert "01.02.2024 – 31.12.2025" in panel
    assert "в прошлом" in panel
    assert "01.02.2024" in client.get(url, headers=HTMX).content.decode()


@pytest.mark.parametrize("act", [commands.update_relation, commands.unrelate])
def test_a_relation_to_somebody_out_of_reach_is_missing(cast: Cast, company: Client, act: Any) -> None:
    other = a_client(cast.boris, name="Чужая")
    relation = commands.relate(actor=SYSTEM, client=company, other=other, kind="partner")

    with pytest.raises(Missing):
        act.run(cast.actor("anna"), client=company.pk, relation_id=relation.pk)


def test_an_address_written_anew_goes_along_with_the_card_and_loses_its_place(cast: Cast, company: Client) -> None:
    address = commands.add_address(actor=SYSTEM, client=company, text="Тверь, Советская 5")
    point = {"latitude": Decimal("56.85"), "longitude": Decimal("35.91")}
    commands.set_coordinates(actor=SYSTEM, client=company, address_id=address.pk, **point)
    company.refresh_from_db()
    said = {"client": company, "address_id": address.pk, "kind": "actual"}

    same = commands.update_address(actor=SYSTEM, text="Тверь, Советская 5", comment="Вход со двора", **said)
    kept = same.latitude
    other = commands.update_address(actor=SYSTEM, text="Тверь, Советская 7", **said)

    company.refresh_from_db()
    assert (kept, other.latitude, other.parts["house"]) == (Decimal("56.85"), None, "7")
    assert company.address == "Тверь, Советская 7"


def test_a_hidden_address_is_neither_shown_nor_written(cast: Cast, company: Client, client: Browser) -> None:
    address = commands.add_address(actor=SYSTEM, client=company, text="Тверь, Советская 5")
    point = {"latitude": Decimal("57.11"), "longitude": Decimal("35.91")}
    commands.set_coordinates(actor=SYSTEM, client=company, address_id=address.pk, **point)
    cast.hide("anna", "clients.client.address")
    client.force_login(cast.anna)

    pages = [client.get(f"/clients/{company.pk}/{one}/?row={address.pk}") for one in ("edit-address", "coordinates")]

    assert [one.status_code for one in pages] == [200, 200]
    assert not any(text in one.content.decode() for one in pages for text in ("Советская", "57.11"))
    with pytest.raises(Refused):
        commands.update_address.run(
            cast.actor("anna"), client=company.pk, address_id=address.pk, text="Иначе", kind="actual"
        )


def test_the_first_way_of_a_kind_is_shown_and_the_next_one_takes_its_place(company: Client) -> None:
    first = commands.add_point(actor=SYSTEM, client=company, kind="phone", value="8 921 000-00-01")
    commands.add_point(actor=SYSTEM, client=company, kind="phone", value="8 921 000-00-02", note="склад")
    company.refresh_from_db()
    shown = company.phone

    commands.drop_point(actor=SYSTEM, client=company, point_id=first.pk)

    company.refresh_from_db()
    assert (shown, company.phone) == ("+7 921 000-00-01", "+7 921 000-00-02")
    assert company.points.get().is_main


def test_a_phone_written_on_the_card_becomes_the_main_way(company: Client) -> None:
    commands.update(actor=SYSTEM, client=company, values={"phone": "8 921 000-00-01"})
    commands.update(actor=SYSTEM, client=company, values={"phone": "8 921 000-00-02"})

    assert list(company.points.order_by("id").values_list("key", "is_main")) == [
        ("9210000001", False),
        ("9210000002", True),
    ]


def test_a_phone_wiped_off_the_card_is_a_way_no_more_and_the_next_one_stands_there(company: Client) -> None:
    for phone in ("8 921 000-00-01", "8 921 000-00-02"):
        commands.update(actor=SYSTEM, client=company, values={"phone": phone})

    commands.update(actor=SYSTEM, client=company, values={"phone": ""})

    company.refresh_from_db()
    assert company.phone == "+7 921 000-00-01"
    assert [(one.key, one.is_main) for one in company.points.all()] == [("9210000001", True)]


def test_the_first_phone_of_a_new_contact_is_the_main_one(cast: Cast) -> None:
    assert a_contact(cast.anna, phone="+7 921 000-00-01").points.get().is_main


def test_another_way_is_made_the_main_one(cast: Cast) -> None:
    contact = a_contact(cast.anna, phone="+7 921 000-00-01")
    other = commands.add_point(actor=SYSTEM, contact=contact, kind="phone", value="+7 921 000-00-02")

    commands.set_main_point(actor=SYSTEM, contact=contact, point_id=other.pk)

    contact.refresh_from_db()
    assert (contact.phone, ContactPoint.objects.get(is_main=True)) == ("+7 921 000-00-02", other)


@pytest.mark.parametrize(
    ("kind", "value", "key"),
    [
        ("messenger", "https://t.me/Romashka", "telegram:romashka"),
        ("messenger", "WhatsApp: 8 921 000 00 01", "whatsapp:+79210000001"),
        ("site", "https://www.romashka.example/about", "romashka.example"),
        ("email", "Info@Romashka.example", "info@romashka.example"),
    ],
)
def test_a_way_is_kept_as_it_is_compared(company: Client, kind: str, value: str, key: str) -> None:
    assert commands.add_point(actor=SYSTEM, client=company, kind=kind, value=value).key == key


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("8 921 000-00-01", "phone"),
        ("info@romashka.example", "email"),
        ("@romashka", "messenger"),
        ("WhatsApp: +7 921 000-00-01", "messenger"),
        ("www.romashka.example", "site"),
    ],
)
def test_the_kind_of_a_way_is_told_by_what_is_written(company: Client, value: str, kind: str) -> None:
    assert commands.add_point(actor=SYSTEM, client=company, value=value).kind == kind


def test_what_looks_like_no_way_to_reach_anybody_is_refused(company: Client) -> None:
    with pytest.raises(Refused):
        commands.add_point(actor=SYSTEM, client=company, value="где-то")


@pytest.mark.parametrize(
    ("kind", "value"), [("phone", "нет"), ("messenger", "где-то"), ("site", "vk.com"), ("fax", "1"), ("email", "@")]
)
def test_a_way_that_cannot_be_read_is_refused(company: Client, kind: str, value: str) -> None:
    with pytest.raises(Refused):
        commands.add_point(actor=SYSTEM, client=company, kind=kind, value=value)


def test_a_way_of_others_is_missing(cast: Cast, company: Client) -> None:
    other = a_client(cast.anna, name="Другая", phone="+7 921 000-00-05")

    with pytest.raises(Missing):
        commands.drop_point(actor=SYSTEM, client=company, point_id=other.points.get().pk)


def test_the_first_actual_address_stands_on_the_card(company: Client) -> None:
    commands.add_address(actor=SYSTEM, client=company, text="Тверь, Советская, 5")
    made = commands.add_address(actor=SYSTEM, client=company, text="Тверь, Мира, 1", kind="delivery")
    commands.drop_address(actor=SYSTEM, client=company, address_id=made.pk)

    company.refresh_from_db()
    assert (company.address, ClientAddress.objects.count()) == ("Тверь, Советская, 5", 1)


def test_stays_in_statuses_are_kept(company: Client) -> None:
    commands.update(actor=SYSTEM, client=company, values={"status": "regular"})

    stays = StatusStay.objects.filter(client=company).order_by("id")
    assert [(one.status, one.until is None) for one in stays] == [("prospect", False), ("regular", True)]


@pytest.mark.parametrize(("key", "value"), [("ogrn", "1"), ("bic", "12"), ("account", "40702810400000000001")])
def test_wrong_requisites_are_refused_over_every_door(company: Client, key: str, value: str) -> None:
    with pytest.raises(Refused):
        commands.add_legal_entity(actor=SYSTEM, client=company, name="ООО", values={"bic": "044525225", key: value})


@pytest.mark.parametrize("panel", ["ways", "addresses", "relations", "members"])
def test_panels_answer(cast: Cast, company: Client, client: Browser, panel: str) -> None:
    other = a_client(cast.anna, name="Другая")
    commands.relate(actor=SYSTEM, client=company, other=other, kind="referrer")
    commands.add_address(actor=SYSTEM, client=company, text="Тверь, Советская, 5")
    commands.add_point(actor=SYSTEM, client=company, kind="messenger", value="@romashka")
    client.force_login(cast.anna)

    assert client.get(f"/clients/{company.pk}/?part=panel&panel={panel}", headers=HTMX).status_code == 200


def test_hidden_phone_is_not_among_the_ways(cast: Cast, client: Browser) -> None:
    company = a_client(cast.anna, phone="+7 921 000-00-01")
    commands.add_point(actor=SYSTEM, client=company, kind="messenger", value="WhatsApp: +7 921 000-00-02")
    cast.hide("anna", "clients.client.phone")
    client.force_login(cast.anna)

    told = client.get(f"/clients/{company.pk}/?part=panel&panel=ways", headers=HTMX).content.decode()

    assert "000-00-01" not in told
    assert "9210000002" not in told


@pytest.mark.parametrize(
    ("panel", "field", "value"),
    [
        ("addresses", "clients.client.address", "Советская"),
        ("legal-entities", "clients.legal_entity.account", "40702810900000000001"),
        ("legal-entities", "clients.legal_entity.inn", "7707083893"),
        ("contacts", "clients.contact.post", "Главбух"),
    ],
)
def test_hidden_fields_are_not_in_the_panels(
    cast: Cast, company: Client, client: Browser, panel: str, field: str, value: str
) -> None:
    commands.add_address(actor=SYSTEM, client=company, text="Тверь, Советская, 5")
    commands.add_contact(actor=SYSTEM, client=company, name="Пётр", post="Главбух")
    values = {"inn": "7707083893", "account": "40702810900000000001"}
    commands.add_legal_entity(actor=SYSTEM, client=company, name="Ромашка", values=values)
    client.force_login(cast.anna)
    url = f"/clients/{company.pk}/?part=panel&panel={panel}"
    before = client.get(url, headers=HTMX).content.decode()

    cast.hide("anna", field)

    assert value in before
    assert value not in client.get(url, headers=HTMX).content.decode()


def test_the_graph_puts_further_clients_beside_whom_they_are_related_to(cast: Cast, company: Client) -> None:
    near = [a_client(cast.anna, name=f"Рядом {number}") for number in range(4)]
    far = [a_client(cast.anna, name=f"Дальше {number}") for number in range(4)]
    for one, further in zip(near, far, strict=True):
        commands.relate(actor=SYSTEM, client=company, other=one, kind="partner")
        commands.relate(actor=SYSTEM, client=one, other=further, kind="partner")

    drawn = graphs.graph(company, *queries.net_of(cast.actor("anna"), company))

    places = {node["title"]: (node["x"], node["y"] - 5) for node in drawn["nodes"]}
    for number in range(4):
        inner, outer = places[f"Рядом {number}"], places[f"Дальше {number}"]
        assert all(math.copysign(1, inner[axis]) == math.copysign(1, outer[axis]) for axis in (0, 1))
