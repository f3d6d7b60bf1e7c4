"""Clients from a file: with people and legal entities, known again by their keys, taken back whole or one by one."""

from __future__ import annotations

import io

import pytest

from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, ClientAddress, Consent, Contact, ContactPoint, LegalEntity
from okno.areas.clients.tests.factories import a_client
from okno.engines.imports import commands, queries, rules
from okno.engines.imports.models import Import, ImportRow
from okno.kit import jobs
from okno.kit.fields import custom
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM

FILE = """Наименование;ИНН;КПП;Тел.;Эл. почта;Контакт: ФИО;Контакт: телефон;Ответственный;Город
ООО «Ромашка»;7707083893;770701001;84951234567;info@romashka.test;Иванова Анна;8 916 000-00-01;Иванова А. П.;Москва
ООО Ромашка;7707083893;;;;Петров Пётр;8 916 000-00-02;;
Берёза;;;84951234568;;;;;Орёл
Плохой ИНН;7707083894;;;;;;;
"""


def taken(actor, text: str = FILE, **settings) -> Import:
    row = commands.taken_in(actor, "clients.client", io.BytesIO(text.encode()), "Клиенты.csv")
    if settings:
        row = commands.set_up(actor=actor, row=row, settings={**row.settings, **settings})
    return row


def outcomes(row: Import, *, is_dry: bool = False) -> list[tuple[int, str]]:
    found = ImportRow.objects.filter(of=row, is_dry=is_dry).order_by("number")
    return list(found.values_list("number", "result"))


@pytest.fixture
def actor(cast):
    return cast.actor("director")


@pytest.mark.django_db
def test_columns_are_guessed_by_their_names(actor):
    row = taken(actor)
    assert dict(rules.Settings.of(row.settings).columns) == {
        "Наименование": "name",
        "ИНН": "inn",
        "КПП": "entity.kpp",
        "Тел.": "phone",
        "Эл. почта": "email",
        "Контакт: ФИО": "contact.name",
        "Контакт: телефон": "contact.phone",
        "Ответственный": "owner",
        "Город": "city",
    }
    assert row.settings["keys"] == ["inn_kpp", "inn", "phone", "email"]


@pytest.mark.django_db
def test_clients_come_with_people_and_legal_entities(actor, cast):
    row = commands.run_now(actor, taken(actor))
    assert (row.state, row.error) == (Import.State.DONE, "")
    assert outcomes(row) == [(2, "created"), (3, "updated"), (4, "created"), (5, "refused")]
    romashka = Client.objects.get(inn="7707083893")
    assert (romashka.name, romashka.phone, romashka.owner) == ("ООО «Ромашка»", "+7 495 123-45-67", cast.anna)
    assert set(Contact.objects.filter(client=romashka).values_list("name", flat=True)) == {
        "Иванова Анна",
        "Петров Пётр",
    }
    assert LegalEntity.objects.get().kpp == "770701001"
    assert LegalEntity.objects.get().inn == "7707083893"
    assert ContactPoint.objects.filter(client=romashka).count() == 2
    assert row.refused == 1
    assert row.errors_file["name"].endswith(".xlsx")


@pytest.mark.django_db
def test_dry_run_tells_what_the_run_does(actor):
    a_client(None, name="Берёза", phone="8 495 123-45-68", city="Тула")
    row = commands.run_now(actor, taken(actor), is_dry=True)
    assert (row.state, row.error) == (Import.State.CHECKED, "")
    told = outcomes(row, is_dry=True)
    assert Client.objects.count() == 1
    changes = ImportRow.objects.get(of=row, is_dry=True, number=4).changes
    row = commands.run_now(actor, row)
    assert outcomes(row) == told
    assert ["city", "Тула", "Орёл"] in changes
    assert Client.objects.get(name="Берёза").city == "Орёл"


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing(actor):
    commands.run_now(actor, taken(actor))
    row = commands.run_now(actor, taken(actor))
    assert outcomes(row) == [(2, "unchanged"), (3, "unchanged"), (4, "unchanged"), (5, "refused")]
    assert Client.objects.count() == 2


@pytest.mark.django_db
def test_import_is_taken_back_as_a_whole(actor):
    held = a_client(None, name="Берёза", phone="8 495 123-45-68", city="Тула")
    row = commands.run_now(actor, taken(actor))
    started = commands.take_back(actor=actor, row=row)
    jobs.do_work(started.job)
    assert list(Client.objects.filter(is_deleted=False).values_list("name", "city")) == [("Берёза", "Тула")]
    assert Contact.objects.filter(is_deleted=False).count() == 0
    assert ContactPoint.objects.exclude(client=held).count() == 0
    row.refresh_from_db()
    assert row.state == Import.State.TAKEN_BACK


@pytest.mark.django_db
def test_one_row_is_taken_back_alone(actor):
    row = commands.run_now(actor, taken(actor))
    romashka = Client.objects.get(inn="7707083893")
    commands.take_back_row(actor=actor, row=row, row_id=romashka.pk)
    assert list(Client.objects.filter(is_deleted=False).values_list("name", flat=True)) == ["Берёза"]
    assert Contact.objects.filter(is_deleted=False).count() == 0


@pytest.mark.django_db
def test_what_others_changed_since_is_kept(actor):
    row = commands.run_now(actor, taken(actor))
    romashka = Client.objects.get(inn="7707083893")
    from okno.areas.clients import commands as clients

    clients.update(actor=actor, client=romashka, values={"city": "Тверь"})
    started = commands.take_back(actor=actor, row=row)
    jobs.do_work(started.job)
    assert list(Client.objects.filter(is_deleted=False).values_list("name", flat=True)) == ["ООО «Ромашка»"]
    assert JobRun.objects.get(pk=started.job or 0).result["refused_count"] >= 1


@pytest.mark.django_db
def test_of_rows_out_of_reach_only_who_is_responsible_is_told(cast):
    a_client(cast.boris, name="Тайная", inn="7707083893")
    row = commands.run_now(cast.actor("anna"), taken(cast.actor("anna")), is_dry=True)
    assert outcomes(row, is_dry=True)[0] == (2, "skipped")
    assert "Борисов" in ImportRow.objects.get(of=row, number=2).message
    assert "Тайная" not in str(list(ImportRow.objects.values()))
    assert queries.import_for_page(cast.actor("boris"), row.pk) is None


@pytest.mark.django_db
def test_addresses_come_by_what_they_are_for_and_go_with_their_row(actor):
    held = a_client(None, name="Берёза", phone="8 495 123-45-68")
    ClientAddress.objects.create(client=held, kind="delivery", text="г. Орёл, ул. Лесная, 1")
    text = (
        "Наименование;Телефон;Фактический адрес;Адрес доставки\n"
        'Берёза;84951234568;г. Орёл, пл. Мира, 2;"г. орёл, ул. Лесная, 1; г. Орёл, склад 7"\n'
        "Клён;84951234569;;г. Тула, 3\n"
    )
    row = taken(actor, text)
    assert [target for _name, target in row.settings["columns"]] == [
        "name", "phone", "actual_addresses", "delivery_addresses",
    ]  # fmt: skip
    row = commands.run_now(actor, row)
    places = ClientAddress.objects.filter(client=held).order_by("pk").values_list("kind", "text")
    assert list(places) == [
        ("delivery", "г. Орёл, ул. Лесная, 1"),
        ("actual", "г. Орёл, пл. Мира, 2"),
        ("delivery", "г. Орёл, склад 7"),
    ]
    assert ClientAddress.objects.filter(client__name="Клён", text="г. Тула, 3").count() == 1

    again = commands.run_now(actor, taken(actor, text.replace("орёл", "Орёл")))
    assert outcomes(again) == [(2, "unchanged"), (3, "unchanged")]
    commands.take_back_row(actor=actor, row=row, row_id=held.pk)
    assert list(places.values_list("text", flat=True)) == ["г. Орёл, ул. Лесная, 1"]


@pytest.mark.django_db
def test_many_options_are_named_in_one_cell_and_join_those_that_are_there(actor):
    options = [
        {"id": "opt", "label": "Опт"},
        {"id": "retail", "label": "Розница, мелкая"},
        {"id": "web", "label": "Сайт"},
    ]
    custom.add(
        actor=SYSTEM, record="clients.client", key="ways", label="Каналы", kind="choice", options=options, is_many=True
    )
    held = a_client(None, name="Берёза", phone="8 495 123-45-68")
    Client.objects.filter(pk=held.pk).update(extra={"x_ways": ["web"]})
    text = (
        'Наименование;Телефон;Каналы\nБерёза;84951234568;"опт, Сайт"\n'
        'Клён;84951234569;Розница, мелкая\nДуб;84951234570;"Опт; Ярмарка"\n'
    )
    row = commands.run_now(actor, taken(actor, text), is_dry=True)
    assert row.unknown == {"x_ways": {"Ярмарка": 1}}
    assert ImportRow.objects.get(of=row, number=2).changes == [["x_ways", ["web"], ["web", "opt"]]]

    row = commands.run_now(actor, row)
    assert outcomes(row) == [(2, "updated"), (3, "created"), (4, "refused")]
    assert sorted(Client.objects.get(pk=held.pk).extra["x_ways"]) == ["opt", "web"]
    assert Client.objects.get(name="Клён").extra["x_ways"] == ["retail"]


@pytest.mark.django_db
def test_rows_of_one_client_add_all_their_phones(actor):
    a_client(None, name="Берёза", inn="7707083893")
    text = "ИНН;Наименование;Телефон 2\n7707083893;Берёза;84951234501\n7707083893;Берёза;84951234502\n"
    commands.run_now(actor, taken(actor, text))
    assert ContactPoint.objects.filter(client__inn="7707083893", kind="phone").count() == 2


BRANCHES = """Наименование;ИНН;КПП;Город
Завод;7707083893;770701001;Москва
Завод, филиал;7707083893;781343001;Санкт-Петербург
"""


@pytest.mark.django_db
def test_a_row_is_its_client_by_inn_and_kpp_when_several_have_the_inn(actor, cast):
    made = {}
    for name, kpp in (("Завод", "770701001"), ("Завод, филиал", "781343001")):
        made[name] = a_client(None, name=name)
        values = {"inn": "7707083893", "kpp": kpp}
        clients.add_legal_entity(actor=SYSTEM, client=made[name], name=name, values=values)

    row = taken(actor, BRANCHES)
    commands.run_now(actor, row)

    assert outcomes(row) == [(2, "updated"), (3, "updated")], ImportRow.objects.filter(of=row).values("message")
    assert {name: Client.objects.get(pk=one.pk).city for name, one in made.items()} == {
        "Завод": "Москва",
        "Завод, филиал": "Санкт-Петербург",
    }


@pytest.mark.django_db
def test_a_client_found_by_the_inn_of_another_entity_keeps_its_own(actor, cast):
    client = a_client(None, name="Ромашка", inn="7707083893")
    clients.add_legal_entity(actor=SYSTEM, client=client, name="Вторая", values={"inn": "7736050003"})

    row = taken(actor, "Наименование;ИНН;Город\nРомашка;7736050003;Тверь\n")
    commands.run_now(actor, row)

    client.refresh_from_db()
    assert (client.inn, client.city) == ("7707083893", "Тверь")


@pytest.mark.django_db
def test_address_in_one_column_is_kept_in_parts_and_nothing_of_it_is_lost(actor):
    text = (
        "Наименование;Телефон;Адрес\n"
        "Клён;84951234569;170100, Тверская обл, г. Тверь, ул. Советская, д. 5 к2, кв. 7\n"
        "Дуб;84951234570;за вторым поворотом у реки\n"
    )
    row = commands.run_now(actor, taken(actor, text))
    assert outcomes(row) == [(2, "created"), (3, "created")]

    known = ClientAddress.objects.get(client__name="Клён")
    assert known.parts == {
        "post_index": "170100",
        "region": "Тверская обл",
        "city": "г. Тверь",
        "street": "ул. Советская",
        "house": "5 к2",
        "flat": "кв. 7",
    }
    assert ClientAddress.objects.get(client__name="Дуб").text == "за вторым поворотом у реки"
    assert Client.objects.get(name="Дуб").address == "за вторым поворотом у реки"

    assert outcomes(commands.run_now(actor, taken(actor, text))) == [(2, "unchanged"), (3, "unchanged")]
    commands.take_back_row(actor=actor, row=row, row_id=known.client_id)
    assert not ClientAddress.objects.filter(pk=known.pk).exists()


@pytest.mark.django_db
def test_consents_and_what_a_client_is_to_us_come_with_a_file_and_go_back(actor):
    held = a_client(None, name="Берёза", phone="8 495 123-45-68", relation_types=["client"])
    text = (
        "Наименование;Телефон;Тип отношений;Согласие на рассылку;Отказ от рассылки;Нерезидент;Иностранный ИНН\n"
        "Берёза;84951234568;Поставщик;почта, СМС;обзвон;;\n"
        "Клён;84951234569;Партнёр, клиент;e-mail;;да;HRB 12345\n"
    )
    row = commands.run_now(actor, taken(actor, text))

    held.refresh_from_db()
    other = Client.objects.get(name="Клён")
    assert outcomes(row) == [(2, "updated"), (3, "created")]
    assert (held.relation_types, held.consents, held.refusals) == (["client", "supplier"], ["email", "sms"], ["call"])
    assert (other.relation_types, other.consents) == (["client", "partner"], ["email"])
    assert (other.is_nonresident, other.tax_number) == (True, "HRB12345")
    assert set(Consent.objects.values_list("source", flat=True)) == {"import"}

    again = commands.run_now(actor, taken(actor, text))
    assert outcomes(again) == [(2, "unchanged"), (3, "unchanged")]
    commands.take_back_row(actor=actor, row=row, row_id=held.pk)
    held.refresh_from_db()
    assert (held.relation_types, held.consents, held.refusals) == (["client"], [], [])


@pytest.mark.django_db
def test_phones_of_several_columns_all_come(actor):
    text = "Наименование;Телефон;Тел.;Моб. тел;E-mail\nБерёза;;84951234568;8(903)1234567;нет\nКлён;84951234569;;;\n"
    row = commands.run_now(actor, taken(actor, text))
    assert outcomes(row) == [(2, "created"), (3, "created")]
    birch = Client.objects.get(name="Берёза")
    assert (birch.phone, birch.email) == ("+7 495 123-45-68", "")
    points = ContactPoint.objects.filter(client=birch).values_list("value", flat=True)
    assert set(points) == {"+7 495 123-45-68", "+7 903 123-45-67"}
