"""The service that finds clients like the one described."""

from __future__ import annotations

from typing import Any

import pytest

from okno.access.tests.cast import Cast
from okno.areas.clients import commands, queries, rules
from okno.areas.clients.models import Client, MatchKey
from okno.areas.clients.queries import duplicates
from okno.areas.clients.record import CLIENT
from okno.areas.clients.rules import Evidence, Looks, likeness
from okno.areas.clients.tests.factories import a_client, a_contact
from okno.kit import contacts
from okno.kit.permissions import SYSTEM
from okno.kit.rows import searching

INN, OTHER_INN = "7707083893", "7736050003"


def looks(name: str, *keys: tuple[str, str], kind: str = "company", address: str = "") -> Looks:
    return Looks(name=name, name_key=contacts.name_key(name), kind=kind, keys=keys, address=address)


def score(first: Looks, second: Looks) -> int:
    return rules.score(likeness.compare(first, second))


PHONE, MAIL = ("phone", "4951234567"), ("email", "info@romashka.example")


def test_score_of_the_same_name_in_another_order_and_the_same_phone_is_110() -> None:
    """Fixture F9 of the specification."""
    points = score(looks("ООО «Ромашка»", PHONE), looks("Ромашка, ООО", PHONE))

    assert (points, rules.level(points)) == (110, "exact")


def test_score_of_the_same_name_with_different_inns_is_50_and_is_not_shown() -> None:
    """Fixture F9 of the specification."""
    points = score(looks("ООО «Ромашка»", ("inn", INN), PHONE), looks("Ромашка, ООО", ("inn", OTHER_INN), PHONE))

    assert (points, rules.level(points)) == (50, "")


@pytest.mark.parametrize(
    ("found", "points", "level"),
    [
        (Evidence(inn=True), 100, "exact"),
        (Evidence(phone=True), 60, "probable"),
        (Evidence(email=True), 60, "probable"),
        (Evidence(domain=True), 35, ""),
        (Evidence(address=True), 15, ""),
        (Evidence(name=1.0), 50, ""),
        (Evidence(phone=True, person=True), 70, "probable"),
        (Evidence(domain=True, name=1.0), 85, "probable"),
        (Evidence(domain=True, name=1.0, address=True), 100, "exact"),
        (Evidence(address=True, name=1.0), 65, "probable"),
        (Evidence(phone=True, name=0.6), 90, "exact"),
        (Evidence(phone=True, name=0.5), 85, "probable"),
        (Evidence(inn=True, other_inn=True, phone=True), 50, ""),
    ],
)
def test_score_adds_what_cards_have_in_common(found: Evidence, points: int, level: str) -> None:
    assert (rules.score(found), rules.level(points)) == (points, level)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ООО «Ромашка»", 'Общество с ограниченной ответственностью "РОМАШКА"'),
        ("ООО «Ёлка и Ко»", "елка и ко ооо"),
        ("ZAO Romashka", "ЗАО «Ромашка»"),
        ("Торговый дом Север", "Север, Торговый дом"),
    ],
)
def test_names_are_the_same_but_for_form_marks_order_and_alphabet(first: str, second: str) -> None:
    assert contacts.name_similarity(first, second) == 1.0


def test_a_slip_in_a_name_leaves_it_alike() -> None:
    assert contacts.name_similarity("ООО «Металлоконструкция»", "Металоконструкция") > 0.9


def test_names_that_only_begin_alike_are_not() -> None:
    assert contacts.name_similarity("Стройинвест", "Строймонтаж") < 0.5


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Иванов Иван Иванович", "Иван Иванов", True),
        ("Иванов И. И.", "Иванов Иван Иванович", True),
        ("ИП Иванов Иван Иванович", "Иванов Иван Иванович", True),
        ("Петров Иван Сергеевич", "Петров Сергей Иванович", False),
        ("Иванова Анна", "Иванова Мария", False),
        ("Петров", "Петров Иван", False),
    ],
)
def test_people_are_compared_by_the_parts_of_their_names(first: str, second: str, *, same: bool) -> None:
    assert (contacts.person_similarity(first, second) >= likeness.SAME_NAME) is same


def test_the_same_address_is_told_however_it_is_written() -> None:
    written = ("г. Тверь, ул. Советская, д. 5", "170100, Россия, Тверь, Советская 5", "Тверь ул Советская 5")

    assert len({likeness.address_key(one) for one in written}) == 1
    assert likeness.address_key("г. Тверь") == ""


@pytest.mark.django_db
def test_keys_follow_what_is_written(cast: Cast) -> None:
    client = a_client(
        cast.anna, phone="+7 921 000-00-01", email="a@romashka.example", site="https://www.Romashka.example/x"
    )
    commands.add_legal_entity(actor=SYSTEM, client=client, name="ООО", values={"inn": INN})

    assert set(MatchKey.objects.filter(client=client).values_list("kind", "key")) == {
        ("phone", "9210000001"),
        ("email", "a@romashka.example"),
        ("domain", "romashka.example"),
        ("inn", INN),
    }


@pytest.mark.django_db
def test_keys_leave_with_a_card_marked_for_deletion_and_come_back(cast: Cast) -> None:
    contact = a_contact(cast.anna, phone="+7 921 000-00-01")
    client = contact.client

    commands.delete(actor=SYSTEM, client=client)
    gone = MatchKey.objects.exists()
    Client.objects.update(is_deleted=False)

    assert not gone
    assert MatchKey.objects.filter(client=client, contact=contact, key="9210000001").exists()


@pytest.mark.django_db
def test_keys_of_a_person_go_to_the_client_they_are_moved_to(cast: Cast) -> None:
    contact, other = a_contact(cast.anna, phone="+7 921 000-00-01"), a_client(cast.anna, name="Другая")

    contact.client = other
    contact.save(update_fields=["client"])

    assert MatchKey.objects.get(kind="phone").client == other


@pytest.mark.django_db
def test_a_domain_that_belongs_to_anybody_is_no_key(cast: Cast) -> None:
    a_client(cast.anna, email="romashka@mail.ru", site="vk.com/romashka")

    assert not MatchKey.objects.filter(kind="domain").exists()


@pytest.mark.django_db
def test_matches_tells_the_score_and_what_it_is_made_of(cast: Cast) -> None:
    client = a_client(cast.anna, name="ООО «Ромашка»", phone="+7 495 123-45-67")

    found = queries.matches(queries.described(name="Ромашка, ООО", phones=["8 (495) 123 45 67"]))

    assert [(one.client_id, one.score, one.level, one.reasons) for one in found] == [
        (client.pk, 110, "exact", ("phone", "name"))
    ]


@pytest.mark.django_db
def test_matches_leaves_out_a_namesake_with_another_inn(cast: Cast) -> None:
    a_client(cast.anna, name="ООО «Ромашка»", phone="+7 495 123-45-67", inn=OTHER_INN)

    assert queries.matches(queries.described(name="Ромашка", phones=["+74951234567"], inns=[INN])) == []


@pytest.mark.django_db
def test_matches_finds_an_alike_name_but_does_not_call_it_probable(cast: Cast) -> None:
    client = a_client(cast.anna, name="ООО «Ромашковый край»")

    found = queries.matches(queries.described(name="Ромашковый краи"))

    assert [(one.client_id, one.level) for one in found] == [(client.pk, "")]


@pytest.mark.django_db
def test_matches_knows_the_person_behind_a_phone(cast: Cast) -> None:
    contact = a_contact(cast.anna, name="Петров Пётр Ильич", phone="+7 921 000-00-01")

    found = queries.matches(
        queries.described(name="Другое название", phones=["89210000001"], person="Пётр Петров"), by_name=False
    )

    assert [(one.client_id, one.contact_id, one.score) for one in found] == [(contact.client_id, contact.pk, 70)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        {"phones": ["+7 921 000-00-01"]},
        {"messengers": ["@romashka"]},
        {"sites": ["romashka.example"], "name": "Ромашка"},
    ],
)
def test_one_statement_finds_a_client_by_any_key(
    cast: Cast, django_assert_num_queries: Any, said: dict[str, Any]
) -> None:
    client = a_client(cast.anna, phone="+7 921 000-00-01", site="romashka.example")
    client.points.create(kind="messenger", value="Telegram: @romashka", key="telegram:romashka")

    with django_assert_num_queries(1):
        found = queries.matches(queries.described(**said))

    assert [one.client_id for one in found] == [client.pk]


@pytest.mark.parametrize(
    ("first", "second"), [("Центр-Фарм", "Centr-Farm"), ("Хлебный край", "Hlebniy kray"), ("Металлоторг", "Metalotorg")]
)
def test_ways_to_write_one_sound_in_latin_are_one(first: str, second: str) -> None:
    assert contacts.name_similarity(first, second) > 0.9


def test_a_slip_in_a_surname_leaves_the_person_when_both_names_are_the_same() -> None:
    same = contacts.person_similarity("Филатов Дмитрий Андреевич", "Фалатов Дмитрий Андреевич")
    brother = contacts.person_similarity("Филатов Дмитрий Андреевич", "Филатов Андрей Андреевич")

    assert same >= 0.8
    assert brother < 0.5


KPP, OTHER_KPP = "770701001", "771543001"


def entity(client: Client, inn: str, kpp: str = "") -> None:
    commands.add_legal_entity(actor=SYSTEM, client=client, name="ООО", values={"inn": inn, "kpp": kpp})


@pytest.mark.django_db
def test_a_client_is_found_by_the_inn_of_every_legal_entity(cast: Cast) -> None:
    client = a_client(cast.anna)
    entity(client, INN)
    entity(client, OTHER_INN)

    for inn in (INN, OTHER_INN):
        found = queries.recognise([], inn)
        assert [(one.client_id, one.reason) for one in found] == [(client.pk, "inn")]
        assert queries.sure(found) == found[0]
        assert queries.of_inn(inn) == [client]


@pytest.mark.django_db
def test_of_clients_of_one_inn_the_one_of_the_same_kpp_comes_first(cast: Cast) -> None:
    head, branch = a_client(cast.anna, name="Завод"), a_client(cast.anna, name="Завод, филиал")
    entity(head, INN, KPP)
    entity(branch, INN, OTHER_KPP)

    found = queries.recognise([], INN, kpp=OTHER_KPP)

    assert [(one.client_id, one.score, one.reason) for one in found] == [
        (branch.pk, 100, "kpp"),
        (head.pk, 89, "inn"),
    ]
    assert queries.sure(found) == found[0]
    assert queries.sure(queries.recognise([], INN)) is None


def test_branches_of_one_company_are_never_exact_duplicates() -> None:
    first = looks("Завод", ("inn", INN), ("kpp", f"{INN}-{KPP}"), PHONE)
    second = looks("Завод", ("inn", INN), ("kpp", f"{INN}-{OTHER_KPP}"), PHONE)

    points = score(first, second)

    assert (points, rules.level(points)) == (89, "probable")
    assert score(first, looks("Завод", ("inn", INN), PHONE)) == 210


@pytest.mark.django_db
def test_phone_of_a_person_of_several_clients_leads_to_each_the_main_one_first(cast: Cast) -> None:
    contact = a_contact(cast.anna, phone="+7 921 000-00-01")
    other = a_client(cast.boris, name="Лютик")
    commands.place_contact(actor=SYSTEM, contact=contact, client=other)

    found = queries.recognised(["89210000001"], [])

    assert [(one.client_id, one.contact_id, one.is_further) for one in found] == [
        (contact.client_id, contact.pk, False),
        (other.pk, contact.pk, True),
    ]
    assert queries.sure(found) == found[0]


@pytest.mark.django_db
def test_keys_of_a_person_follow_where_they_work(cast: Cast) -> None:
    contact = a_contact(cast.anna, phone="+7 921 000-00-01")
    first, other = contact.client, a_client(cast.anna, name="Лютик")
    assert first is not None

    def led() -> set[tuple[int | None, bool]]:
        rows = MatchKey.objects.filter(kind="phone", contact=contact)
        return set(rows.values_list("client_id", "is_further"))

    commands.place_contact(actor=SYSTEM, contact=contact, client=other)
    assert led() == {(first.pk, False), (other.pk, True)}
    commands.set_main_place(actor=SYSTEM, contact=contact, client=other)
    assert led() == {(other.pk, False), (first.pk, True)}
    commands.delete(actor=SYSTEM, client=first)
    assert led() == {(other.pk, False)}
    commands.unplace_contact(actor=SYSTEM, contact=contact, client=other)
    assert led() == set()


@pytest.mark.django_db
def test_a_person_of_two_clients_does_not_make_them_alike(cast: Cast) -> None:
    contact = a_contact(cast.anna, phone="+7 921 000-00-01", email="m@petrova.example")
    other = a_client(cast.anna, name="Лютик")
    commands.place_contact(actor=SYSTEM, contact=contact, client=other)
    assert contact.client is not None

    assert queries.alike(cast.actor("anna"), contact.client) == queries.alike(cast.actor("anna"), other) == []
    assert duplicates.likely_pairs() == []


@pytest.mark.django_db
def test_a_list_is_searched_by_the_inn_of_any_legal_entity(cast: Cast) -> None:
    client = a_client(cast.anna, name="Ромашка")
    a_client(cast.anna, name="Лютик")
    entity(client, INN)
    entity(client, OTHER_INN)
    actor = cast.actor("anna")

    for text in (INN, OTHER_INN, OTHER_INN[2:8]):
        assert list(searching.matching(actor, CLIENT, queries.clients(actor), text)) == [client]


@pytest.mark.django_db
def test_a_hidden_inn_of_legal_entities_is_not_searched(cast: Cast) -> None:
    client = a_client(cast.anna, name="Ромашка")
    entity(client, INN)
    entity(client, OTHER_INN)
    cast.hide("anna", "clients.legal_entity.inn")
    actor = cast.actor("anna")

    assert not searching.matching(actor, CLIENT, queries.clients(actor), OTHER_INN).exists()
