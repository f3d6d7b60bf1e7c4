"""Tests of Russian in papers: sums in words, plurals, cases of names and posts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okno.kit import words
from okno.kit.contacts import Gender
from okno.kit.errors import Refused
from okno.kit.words import Case


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("5699.97", "RUB", "Пять тысяч шестьсот девяносто девять рублей 97 копеек"),
        ("0", "RUB", "Ноль рублей 00 копеек"),
        ("1.01", "RUB", "Один рубль 01 копейка"),
        ("-2.02", "RUB", "Минус два рубля 02 копейки"),
        ("11.11", "RUB", "Одиннадцать рублей 11 копеек"),
        ("1001.5", "RUB", "Одна тысяча один рубль 50 копеек"),
        ("2000", "RUB", "Две тысячи рублей 00 копеек"),
        ("0.995", "RUB", "Один рубль 00 копеек"),
        ("121", "USD", "Сто двадцать один доллар США 00 центов"),
        ("3.22", "EUR", "Три евро 22 цента"),
        ("1000000", "KZT", "Один миллион тенге 00 тиынов"),
        ("22.21", "BYN", "Двадцать два белорусских рубля 21 копейка"),
        ("26991.09", "CNY", "Двадцать шесть тысяч девятьсот девяносто один юань 09 фэней"),
        ("21", "UAH", "Двадцать одна гривна 00 копеек"),
        ("5.07", "JPY", "Пять JPY 07/100"),
        ("1000000000000000", "RUB", "Один квадриллион рублей 00 копеек"),
    ],
)
def test_sum_in_words_writes_the_sum(amount, currency, text):
    assert words.sum_in_words(Decimal(amount), currency) == text


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [("1000000000000001", "RUB", "words.range"), ("1", "XAU", "words.currency"), ("NaN", "RUB", "money.range")],
)
def test_sum_in_words_refuses_what_has_no_words(amount, currency, code):
    with pytest.raises(Refused) as caught:
        words.sum_in_words(Decimal(amount), currency)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("number", "form"),
    [
        (0, "дней"),
        (1, "день"),
        (2, "дня"),
        (5, "дней"),
        (11, "дней"),
        (14, "дней"),
        (21, "день"),
        (112, "дней"),
        (-3, "дня"),
    ],
)
def test_plural_chooses_by_the_last_digits(number, form):
    assert words.plural(number, "день", "дня", "дней") == form


def test_plural_of_a_fraction_is_the_second_form():
    assert words.plural(Decimal("1.5"), "день", "дня", "дней") == "дня"


@pytest.mark.parametrize(
    ("name", "case", "text"),
    [
        ("Иванова Анна Петровна", Case.GENITIVE, "Ивановой Анны Петровны"),
        ("Иванова Анна Петровна", Case.DATIVE, "Ивановой Анне Петровне"),
        ("Иванова Анна Петровна", Case.ACCUSATIVE, "Иванову Анну Петровну"),
        ("Иванов Пётр Ильич", Case.GENITIVE, "Иванова Петра Ильича"),
        ("Иванов Пётр Ильич", Case.INSTRUMENTAL, "Ивановым Петром Ильичом"),
        ("Нурсултанов Артем Маратович", Case.DATIVE, "Нурсултанову Артему Маратовичу"),
        ("Толстой Лев Николаевич", Case.INSTRUMENTAL, "Толстым Львом Николаевичем"),
        ("Трубецкой Павел Павлович", Case.INSTRUMENTAL, "Трубецким Павлом Павловичем"),
        ("Дзержинская Любовь Игоревна", Case.DATIVE, "Дзержинской Любови Игоревне"),
        ("Шевченко Ольга Ивановна", Case.GENITIVE, "Шевченко Ольги Ивановны"),
        ("Бондарчук Сергей Фёдорович", Case.GENITIVE, "Бондарчука Сергея Фёдоровича"),
        ("Бондарчук Наталья Сергеевна", Case.GENITIVE, "Бондарчук Натальи Сергеевны"),
        ("Ким Виктор Робертович", Case.DATIVE, "Киму Виктору Робертовичу"),
        ("Бессмертных Иван Иванович", Case.DATIVE, "Бессмертных Ивану Ивановичу"),
        ("Петров-Водкин Кузьма Сергеевич", Case.GENITIVE, "Петрова-Водкина Кузьмы Сергеевича"),
        ("ИВАНОВ ИВАН ИВАНОВИЧ", Case.DATIVE, "ИВАНОВУ ИВАНУ ИВАНОВИЧУ"),
        ("Иванова А. П.", Case.DATIVE, "Ивановой А. П."),
        ("Анна Смирнова", Case.DATIVE, "Смирновой Анне"),
        ("Гусейнов Али Гусейн оглы", Case.DATIVE, "Гусейнову Али Гусейн оглы"),
    ],
)
def test_decline_name_by_gender(name, case, text):
    assert words.decline_name(name, case) == words.Declined(text=text)


def test_decline_name_says_when_it_only_guesses():
    assert words.decline_name("Берёза Иван Петрович", Case.GENITIVE) == words.Declined(
        text="Берёзы Ивана Петровича",
        is_certain=False,
    )
    assert words.decline_name("Qwerty Zxcvb", Case.GENITIVE) == words.Declined(text="Qwerty Zxcvb", is_certain=False)


def test_decline_name_believes_the_gender_it_is_told():
    assert words.decline_name("Ким Женя", Case.DATIVE, Gender.FEMALE).text == "Ким Жене"
    assert words.decline_name("Ким Женя", Case.DATIVE, Gender.MALE).text == "Киму Жене"


def test_decline_name_leaves_the_nominative_and_nothing_alone():
    assert words.decline_name("Ким Анна", Case.NOMINATIVE) == words.Declined(text="Ким Анна")
    assert words.decline_name("", Case.DATIVE) == words.Declined(text="")


@pytest.mark.parametrize(
    ("post", "case", "text"),
    [
        ("Генеральный директор", Case.GENITIVE, "Генерального директора"),
        ("генеральный директор", Case.ACCUSATIVE, "генерального директора"),
        ("главный бухгалтер", Case.DATIVE, "главному бухгалтеру"),
        ("директор по продажам", Case.INSTRUMENTAL, "директором по продажам"),
        ("начальник отдела закупок", Case.DATIVE, "начальнику отдела закупок"),
        ("заместитель генерального директора", Case.GENITIVE, "заместителя генерального директора"),
        ("инженер-программист", Case.GENITIVE, "инженера-программиста"),
        ("старший менеджер", Case.DATIVE, "старшему менеджеру"),
        ("управляющий", Case.DATIVE, "управляющему"),
        ("заведующая складом", Case.DATIVE, "заведующей складом"),
        ("медсестра", Case.ACCUSATIVE, "медсестру"),
        ("и.о. директора", Case.DATIVE, "и.о. директора"),
    ],
)
def test_decline_post_changes_the_noun_and_what_agrees_with_it(post, case, text):
    assert words.decline_post(post, case) == words.Declined(text=text)


def test_decline_post_leaves_what_it_does_not_know():
    assert words.decline_post("CEO", Case.DATIVE) == words.Declined(text="CEO", is_certain=False)
