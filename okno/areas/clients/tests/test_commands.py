"""Commands of the client base."""

from __future__ import annotations

import pytest

from okno.areas.clients import commands, queries, rules
from okno.areas.clients.models import Client, ContactPoint
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db


def test_add_keeps_a_phone_as_shown_and_as_compared() -> None:
    client = commands.add(actor=SYSTEM, name="ООО «Ромашка»", phone="8 (495) 123-45-67", email="Info@Romashka.RU")

    assert client.phone == "+7 495 123-45-67"
    assert set(ContactPoint.objects.values_list("kind", "key")) == {
        ("phone", "4951234567"),
        ("email", "info@romashka.ru"),
    }


@pytest.mark.parametrize(
    ("field", "value"), [("inn", "7707083894"), ("phone", "не скажу"), ("email", "a@"), ("name", " ")]
)
def test_add_refuses_what_cannot_be(field: str, value: str) -> None:
    with pytest.raises(Refused):
        commands.add(actor=SYSTEM, **{"name": "ООО «Ромашка»", field: value})

    assert not Client.objects.exists()


def test_recognise_finds_by_phone_of_a_contact_before_name() -> None:
    client = commands.add(actor=SYSTEM, name="ООО «Ромашка»")
    contact = commands.add_contact(actor=SYSTEM, name="Иванова Анна", client=client, phone="+7 921 000-00-01")
    namesake = commands.add(actor=SYSTEM, name="Ромашка, ООО")

    found = queries.recognise(rules.readable_points(["89210000001"], []), name_key=namesake.name_key)

    assert [(one.client_id, one.contact_id, one.reason) for one in found] == [
        (client.pk, contact.pk, "phone"),
        (namesake.pk, None, "name"),
    ]
    assert queries.sure(found) == found[0]


def test_recognise_is_not_sure_of_two() -> None:
    for name in ("Первая", "Вторая"):
        commands.add(actor=SYSTEM, name=name, phone="+7 921 000-00-01")

    assert queries.sure(queries.recognise(rules.readable_points(["+79210000001"], []))) is None


def test_update_makes_a_new_phone_the_shown_one_and_keeps_the_old_one() -> None:
    client = commands.add(actor=SYSTEM, name="Ромашка", phone="+7 921 000-00-01")

    commands.update(actor=SYSTEM, client=client, values={"phone": "89210000002"})

    assert Client.objects.get().phone == "+7 921 000-00-02"
    assert ContactPoint.objects.count() == 2


def test_a_legal_entity_gives_its_inn_to_a_client_without_one() -> None:
    client = commands.add(actor=SYSTEM, name="Ромашка")

    commands.add_legal_entity(actor=SYSTEM, client=client, name="ООО «Ромашка»", values={"inn": "7707083893"})

    assert Client.objects.get().inn == "7707083893"


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("ООО «Ромашка»", "Общество с ограниченной ответственностью «Ромашка»"),
        ("Ромашка, АО", "Акционерное общество «Ромашка»"),
        ("ИП Иванова Анна Петровна", "Индивидуальный предприниматель Иванова Анна Петровна"),
        ("Ромашка", ""),
        ("Romashka GmbH", ""),
    ],
)
def test_add_legal_entity_writes_the_name_in_full(name: str, full: str) -> None:
    entity = commands.add_legal_entity(
        actor=SYSTEM, client=commands.add(actor=SYSTEM, name=name), name=name, values={"full_name": ""}
    )

    assert entity.full_name == full


def test_add_legal_entity_keeps_the_full_name_that_is_given() -> None:
    client, said = commands.add(actor=SYSTEM, name="Ромашка"), {"full_name": "Общество «Ромашка и Ко»"}

    entity = commands.add_legal_entity(actor=SYSTEM, client=client, name="ООО «Ромашка»", values=said)

    assert entity.full_name == "Общество «Ромашка и Ко»"
