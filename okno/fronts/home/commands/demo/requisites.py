"""Invented numbers whose check digits are right: ИНН, КПП, ОГРН, bank accounts, phones that nobody can have."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_INN10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN12 = ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))


@dataclass(frozen=True, slots=True)
class City:
    """A city: its name, its code of the tax office, the code of its phones, the БИК of its settlement centre."""

    name: str
    region: str
    phone: str
    centre: str
    streets: tuple[str, ...] = ("ул. Ленина", "ул. Гагарина", "ул. Заводская", "пр-т Мира", "ул. Садовая", "ул. Лесная")


CITIES = (
    City(
        "Москва",
        "77",
        "495",
        "044525",
        ("ул. Складочная", "Дмитровское ш.", "ул. Подольских Курсантов", "пр-д Энтузиастов"),
    ),
    City(
        "Санкт-Петербург",
        "78",
        "812",
        "044030",
        ("Лиговский пр-т", "ул. Салова", "Московское ш.", "наб. Обводного канала"),
    ),
    City("Нижний Новгород", "52", "831", "042202"),
    City("Казань", "16", "843", "049205", ("ул. Техническая", "пр-т Победы", "ул. Журналистов", "Оренбургский тракт")),
    City("Екатеринбург", "66", "343", "046577", ("ул. Малышева", "Сибирский тракт", "ул. Фронтовых Бригад")),
    City("Новосибирск", "54", "383", "045004", ("Красный пр-т", "ул. Станционная", "ул. Большевистская")),
    City("Самара", "63", "846", "043601"),
    City("Ростов-на-Дону", "61", "863", "046015", ("пр-т Стачки", "ул. Доватора", "ул. Вавилова")),
    City("Краснодар", "23", "861", "040349"),
    City("Воронеж", "36", "473", "042007"),
    City("Тверь", "69", "4822", "042809"),
    City("Ярославль", "76", "4852", "047888"),
    City("Пермь", "59", "342", "045773"),
    City("Челябинск", "74", "351", "047501"),
    City("Тула", "71", "4872", "047003"),
)
WEIGHTS = (34, 16, 7, 6, 7, 6, 4, 4, 4, 3, 2, 2, 3, 3, 2)
BANKS = ("АО «Речной Банк»", "ПАО «Промстройкредит»", "АО «Северный Торговый Банк»", "ПАО «Волга-Капитал»")


def city(rng: Random) -> City:
    """A city as often as there are clients in it."""
    return rng.choices(CITIES, WEIGHTS)[0]


def inn(rng: Random, region: str, *, of_person: bool = False) -> str:
    """ИНН of ten digits, or of twelve for a person."""
    body = region + "".join(rng.choices("0123456789", k=8 if of_person else 7))
    for weights in _INN12 if of_person else (_INN10,):
        body += str(sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11 % 10)
    return body


def kpp(rng: Random, region: str) -> str:
    """КПП of a head office: the tax office and 01001."""
    return f"{region}{rng.randint(1, 51):02}01001"


def ogrn(rng: Random, region: str) -> str:
    """ОГРН of thirteen digits."""
    body = f"1{rng.randint(2, 25):02}{region}{rng.randint(0, 9_999_999):07}"
    return body + str(int(body) % 11 % 10)


def ogrnip(rng: Random, region: str) -> str:
    """ОГРНИП of fifteen digits; those with a remainder of two digits are passed over, as programs differ on them."""
    while True:
        body = f"3{rng.randint(4, 25):02}{region}{rng.randint(0, 999_999_999):09}"
        if int(body) % 13 < 10:
            return f"{body}{int(body) % 13}"


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account with its bank."""

    bank: str
    bic: str
    corr_account: str
    account: str


def account(rng: Random, place: City, *, of_person: bool = False) -> Account:
    """An account in a bank of the city: of a company (40702) or of a sole proprietor (40802)."""
    number = rng.randrange(len(BANKS))
    bic = f"{place.centre}{910 + number * 7:03}"
    corr = _keyed("30101810", f"0000000{0:01}{bic[-3:]}", "0" + bic[4:6])
    own = _keyed("40802810" if of_person else "40702810", "".join(rng.choices("0123456789", k=11)), bic[-3:])
    return Account(BANKS[number], bic, corr, own)


def _keyed(head: str, tail: str, prefix: str) -> str:
    """An account with the ninth digit that makes it belong to the bank: weights 7, 1, 3, the sum ends in 0."""
    for key in "0123456789":
        digits = prefix + head + key + tail
        if sum(int(digit) * (7, 1, 3)[place % 3] for place, digit in enumerate(digits)) % 10 == 0:
            return head + key + tail
    raise AssertionError(head)


def phone_key(rng: Random, place: City) -> str:
    """
    Ten digits of a phone of the city as they are compared. Numbers after the code begin with 0, which no exchange
    gives out: a demo company must not call strangers.
    """
    left = 10 - len(place.phone)
    return f"{place.phone}0{rng.randrange(10 ** (left - 1)):0{left - 1}}"


def mobile_key(rng: Random) -> str:
    """Ten digits of a mobile phone that nobody can have: the code 900 followed by 0."""
    return f"900{rng.randrange(10**6):07}"


def shown_phone(key: str) -> str:
    """A phone as lists show it."""
    return f"+7 {key[:3]} {key[3:6]}-{key[6:8]}-{key[8:]}"
