"""Tests of phones, e-mail addresses, requisites and what is recognised in free text."""

from __future__ import annotations

import contextlib
import itertools
from random import Random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okno.kit import contacts
from okno.kit.contacts import Phone, Recognised
from okno.kit.errors import Refused


def refusal(call, *args) -> str:
    with pytest.raises(Refused) as caught:
        call(*args)
    # The text must take its parameters, whatever the language.
    assert "%(" not in caught.value.message
    return caught.value.code


@pytest.mark.parametrize(
    "text",
    ["8 (495) 123-45-67", "+7 495 123 45 67", "74951234567", "4951234567", "тел. 8-495-123-45-67", "+7(495)1234567"],
)
def test_normal_phone_gives_one_form_of_a_russian_number(text):
    assert contacts.normal_phone(text) == Phone(number="+74951234567")


@pytest.mark.parametrize(
    "text",
    [
        "8 495 123-45-67 доб. 12",
        "84951234567 вн. 12",
        "+7 495 123-45-67, ext 12",
        "4951234567#12",
        "4951234567 (доб.12)",
    ],
)
def test_normal_phone_splits_the_extension(text):
    assert contacts.normal_phone(text) == Phone(number="+74951234567", extension="12")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+375 29 123-45-67", "+375291234567"),
        ("8-800-555-35-35", "+78005553535"),
        ("8 10 49 30 123456", "+4930123456"),
        ("7 701 123 4567", "+77011234567"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_normal_phone_knows_other_countries_and_free_numbers(text, number):
    assert contacts.normal_phone(text) == Phone(number=number)


def test_normal_phone_of_russian_numbers_is_what_the_library_says():
    rng = Random(7)
    for _number in range(3_000):
        national = f"{rng.choice('34789')}{rng.randrange(10**9):09d}"
        known = phonenumbers.parse(f"+7{national}")
        phone = contacts.normal_phone(f"8{national}")
        assert phone is not None
        assert (phone.number, phone.is_valid) == (f"+7{national}", phonenumbers.is_valid_number(known))


def test_normal_phone_keeps_a_number_outside_the_plan_as_not_valid():
    assert contacts.normal_phone("22-33-44") == Phone(number="223344", is_valid=False)
    assert contacts.normal_phone("8 (123) 456-78-90") == Phone(number="+71234567890", is_valid=False)


@pytest.mark.parametrize("text", ["", "нет", "112", "спросить Машу 12345", "1" * 20, "4951234567" + " " * 10_000])
def test_normal_phone_finds_no_number_where_there_is_none(text):
    assert contacts.normal_phone(text) is None


@given(st.text(max_size=40))
def test_normal_phone_bears_any_text(text):
    phone = contacts.normal_phone(text)

    assert phone is None or phone.key.isdigit()


def test_phone_key_joins_all_ways_of_writing():
    texts = ["8 (916) 123-45-67", "+79161234567 доб. 5", "9161234567"]

    assert {contacts.phone_key(text) for text in texts} == {"9161234567"}
    assert contacts.phone_key("нет") == ""


@pytest.mark.parametrize(
    ("number", "extension", "shown"),
    [
        ("+74951234567", "", "+7 495 123-45-67"),
        ("+74951234567", "12", "+7 495 123-45-67 доб. 12"),
        ("+375291234567", "", "+375 29 123-45-67"),
        ("223344", "", "223344"),
    ],
)
def test_phone_display_groups_digits(number, extension, shown):
    assert contacts.phone_display(number, extension) == shown


def test_masks_hide_what_identifies():
    assert contacts.mask_phone("+74951234567") == "+7 *** ***-45-67"
    assert contacts.mask_phone("223344") == "****44"
    assert contacts.mask_email("ivanov@example.ru") == "i***@example.ru"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Ivanov@Example.RU ", "ivanov@example.ru"),
        ("Иван Иванов <ivanov@example.ru>", "ivanov@example.ru"),
        ("mailto:a.b+c@example.co.uk", "a.b+c@example.co.uk"),
        ("директор@Пример.РФ", "директор@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_normal_email_gives_one_form(text, address):
    assert contacts.normal_email(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "ivanov", "@example.ru", "a@b", "a b@example.ru", "a@@example.ru", ".a@example.ru", "a..b@example.ru",
     "a@-example.ru", "a@example..ru", "a@127.0.0.1", "x" * 65 + "@example.ru", "a@example.ru, b@example.ru"],
)  # fmt: skip
def test_normal_email_refuses_wrong_syntax(text):
    assert contacts.normal_email(text) is None


def test_email_display_shows_the_domain_in_its_own_letters():
    assert contacts.email_display("info@xn--e1afmkfd.xn--p1ai") == "info@пример.рф"


def test_email_key_joins_mailboxes_of_gmail_unless_told_otherwise():
    assert contacts.email_key("I.Vanov+crm@GoogleMail.com") == "ivanov@gmail.com"
    assert contacts.email_key("i.vanov@gmail.com", joins_gmail=False) == "i.vanov@gmail.com"
    assert contacts.email_key("i.vanov+1@example.ru") == "i.vanov+1@example.ru"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("https://www.Romashka.ru/about?x=1", "romashka.ru"),
        ("romashka.ru:8080", "romashka.ru"),
        ("sales@romashka.ru", "romashka.ru"),
        ("http://user:pass@romashka.ru/x@y", "romashka.ru"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("ivanov@mail.ru", ""),
        ("https://vk.com/romashka", ""),
        ("нет сайта", ""),
        ("http://[bad", ""),
    ],
)
def test_domain_key_is_the_company_and_not_a_public_service(text, key):
    assert contacts.domain_key(text) == key


# Published requisites of Sberbank and of the Treasury.
def test_requisites_of_a_real_company_pass():
    assert contacts.check_inn("7707 083893") == "7707083893"
    assert contacts.check_kpp("770701001") == "770701001"
    assert contacts.check_ogrn("1027700132195") == "1027700132195"
    assert contacts.check_bik("044525225") == "044525225"
    assert contacts.check_correspondent_account("30101810400000000225", "044525225") == "30101810400000000225"
    assert contacts.check_correspondent_account("40102810445370000059", "017003983") == "40102810445370000059"


def test_is_inn_takes_both_lengths_and_only_right_digits():
    assert contacts.is_inn("500100732259")
    assert not contacts.is_inn("500100732258")
    assert not contacts.is_inn("7707083894")
    assert not contacts.is_inn("0000000000")


@pytest.mark.parametrize(
    ("check", "text", "code"),
    [
        (contacts.check_inn, "770708389", "contacts.inn"),
        (contacts.check_inn, "77070838٩3", "contacts.inn"),
        (contacts.check_inn, "7707083894", "contacts.inn_digits"),
        (contacts.check_kpp, "77070100", "contacts.kpp"),
        (contacts.check_kpp, "7707А1001", "contacts.kpp"),
        (contacts.check_ogrn, "10277001321", "contacts.ogrn"),
        (contacts.check_ogrn, "1027700132196", "contacts.ogrn_digits"),
        (contacts.check_bik, "44525225", "contacts.bik"),
    ],
)
def test_requisites_refuse_slips(check, text, code):
    assert refusal(check, text) == code


def accepted_accounts(bik: str) -> list[str]:
    """Try every check digit, the ninth, of one account."""
    accepted = []
    for digit in range(10):
        with contextlib.suppress(Refused):
            accepted.append(contacts.check_account(f"40702810{digit}00000012345", bik))
    return accepted


def test_check_account_accepts_one_check_digit_of_ten_for_a_bank():
    one, other = accepted_accounts("044525225"), accepted_accounts("044525974")

    assert len(one) == len(other) == 1
    assert one != other


def test_check_account_refuses_a_wrong_length():
    assert refusal(contacts.check_account, "4070281", "044525225") == "contacts.account"


def test_recognise_finds_what_a_letter_tells():
    text = (
        "Добрый день! ООО «Ромашка», ИНН/КПП 7707083893/770701001, заказ № 1234567890 от 21.11.2026.\n"
        "Звоните 8 (495) 123-45-67 доб. 12 или 89161234567, пишите на Ivanov@Romashka.ru. Сумма 1 234 567,89"
    )

    found = [(one.kind, one.value) for one in contacts.recognise(text)]

    assert found == [
        ("inn", "7707083893"),
        ("phone", "+74951234567"),
        ("phone", "+79161234567"),
        ("email", "ivanov@romashka.ru"),
    ]


def test_recognise_gives_the_place_in_the_text():
    text = "почта: a@example.ru."

    assert contacts.recognise(text) == [Recognised(kind="email", value="a@example.ru", span=(7, 19))]
    assert text[7:19] == "a@example.ru"


def test_recognise_takes_bare_digits_for_an_inn_unless_they_are_a_mobile_number():
    assert [one.kind for one in contacts.recognise("реквизиты 500100732259")] == ["inn"]
    assert [one.kind for one in contacts.recognise("мой номер 9161234567")] == ["phone"]


@given(st.text(alphabet="аб78@.+()- 1234567890ИНН", max_size=80))
def test_recognise_never_overlaps_and_keeps_order(text):
    spans = [one.span for one in contacts.recognise(text)]

    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("key", "url"),
    [
        ("telegram:romashka", "https://t.me/romashka"),
        ("telegram:+79210000001", "https://t.me/+79210000001"),
        ("whatsapp:+79210000001", "https://wa.me/79210000001"),
        ("viber:+79210000001", "viber://chat?number=%2B79210000001"),
        ('telegram:a"><script>', "https://t.me/a%22%3E%3Cscript%3E"),
        ("icq:123", ""),
        ("", ""),
    ],
)
def test_messenger_url_is_where_one_writes_to(key: str, url: str) -> None:
    assert contacts.messenger_url(key) == url
