"""Tests of names: legal forms, keys for duplicates (fixture F9), people's names in parts."""

from __future__ import annotations

import pytest

from okno.kit import contacts
from okno.kit.contacts import Gender, LegalName, PersonName


@pytest.mark.parametrize(
    "text",
    ["ООО «Ромашка»", 'ООО "Ромашка"', "Ромашка, ООО", "ооо Ромашка", "OOO «Ромашка»", "  ООО   «Ромашка» ",
     "Общество с ограниченной ответственностью «Ромашка»", "Ромашка (ООО)", "ООО“Ромашка”"],
)  # fmt: skip
def test_split_legal_form_reads_all_ways_of_writing(text):
    assert contacts.split_legal_form(text) == LegalName(form="ООО", name="Ромашка")


@pytest.mark.parametrize(
    ("text", "form", "name"),
    [
        ("ИП Иванов Иван Иванович", "ИП", "Иванов Иван Иванович"),
        ("Индивидуальный предприниматель Иванов И.И.", "ИП", "Иванов И.И."),
        ("ООО «Торговый дом «Ромашка»", "ООО", "Торговый дом «Ромашка»"),
        ("ООО «Торговый дом „Ромашка“»", "ООО", "Торговый дом „Ромашка“"),
        ("ФГБОУ ВО «Университет»", "ФГБОУ ВО", "Университет"),
        ("Acme Trading, LLC", "LLC", "Acme Trading"),
        ("Acme Ltd.", "LTD", "Acme"),
        ("Ромашка", "", "Ромашка"),
        ("АОРТА", "", "АОРТА"),
        ("ООО", "", "ООО"),
        ("", "", ""),
    ],
)
def test_split_legal_form_keeps_the_proper_name(text, form, name):
    assert contacts.split_legal_form(text) == LegalName(form=form, name=name)


def test_full_legal_name_writes_the_form_in_full():
    assert contacts.full_legal_name("ООО", "Ромашка") == "Общество с ограниченной ответственностью «Ромашка»"
    assert contacts.full_legal_name("ИП", "Иванов Иван") == "Индивидуальный предприниматель Иванов Иван"
    assert contacts.full_legal_name("АО", "ТД «Ёлка»") == "Акционерное общество «ТД „Ёлка“»"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ООО «Ромашка»", "Ромашка, ООО"),
        ("АО «Зелёная ёлка»", "Елка зеленая"),
        ("ООО «Ромашка»", "Romashka LLC"),
        ("Торговый дом «Север-Юг»", "ООО СЕВЕР ЮГ ТОРГОВЫЙ ДОМ"),
    ],
)
def test_name_key_joins_duplicates(one, other):
    assert contacts.name_key(one) == contacts.name_key(other) != ""


def test_name_key_tells_different_names_apart():
    assert contacts.name_key("ООО «Ромашка»") != contacts.name_key("ООО «Ромашка-2»")


@pytest.mark.parametrize(
    ("text", "last", "first", "middle"),
    [
        ("Иванова Анна Петровна", "Иванова", "Анна", "Петровна"),
        ("Анна Петровна Иванова", "Иванова", "Анна", "Петровна"),
        ("Иванова Анна", "Иванова", "Анна", ""),
        ("Анна Иванова", "Иванова", "Анна", ""),
        ("Ирина Петрова", "Петрова", "Ирина", ""),
        ("Анна Ким", "Ким", "Анна", ""),
        ("Ким Анна", "Ким", "Анна", ""),
        ("Иванова А.П.", "Иванова", "А.", "П."),
        ("А. П. Иванова", "Иванова", "А.", "П."),
        ("И.И.Иванов", "Иванов", "И.", "И."),
        ("Мамедов Али Гусейн оглы", "Мамедов", "Али", "Гусейн оглы"),
        ("Петров-Водкин Кузьма Сергеевич", "Петров-Водкин", "Кузьма", "Сергеевич"),
        ("Мицкевич Адам Иосифович", "Мицкевич", "Адам", "Иосифович"),
        ("Иванов", "Иванов", "", ""),
        ("Анна", "", "Анна", ""),
        ("  ", "", "", ""),
    ],
)
def test_parse_person_name_finds_the_parts(text, last, first, middle):
    assert contacts.parse_person_name(text) == PersonName(last=last, first=first, middle=middle)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Иванова Анна Петровна", "Иванова\u00a0А.\u00a0П."),
        ("Иванова А.П.", "Иванова\u00a0А.\u00a0П."),
        ("Анна Ким", "Ким\u00a0А."),
        ("Анна", "Анна"),
    ],
)
def test_short_form_keeps_together(text, short):
    assert contacts.parse_person_name(text).short == short


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("Иванова Анна Петровна", Gender.FEMALE),
        ("Живаго Лев Ильич", Gender.MALE),
        ("Шевченко Ольга Кузьминична", Gender.FEMALE),
        ("Мамедова Лейла Гусейн кызы", Gender.FEMALE),
        ("Ким Женя", None),
    ],
)
def test_gender_is_what_the_patronymic_says(text, gender):
    assert contacts.parse_person_name(text).gender == gender


def test_person_key_does_not_depend_on_the_order():
    assert contacts.person_key("Фёдоров Пётр") == contacts.person_key("петр ФЕДОРОВ")
