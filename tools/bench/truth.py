"""
A base of clients of which is known who is whom: invented companies and people, second cards of some of them as
others would have typed them, and those who look like one and are not: neighbours of one switchboard, relatives with
one phone, firms of one accountant, branches of one brand, namesakes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random

from okno.fronts.home.commands.demo import names, requisites
from okno.kit.contacts import LEGAL_FORMS, normal_email, phone_display

DOUBLES_SHARE, MOST_DOUBLES = 0.11, 3
FORMATS = ("+7 {0} {1}-{2}-{3}", "8 ({0}) {1}{2}{3}", "8{0}{1}{2}{3}", "{0} {1} {2} {3}", "+7({0}){1}-{2}-{3} доб. 2")
PUBLIC = ("mail.ru", "yandex.ru", "gmail.com", "bk.ru")
LATIN = dict(zip("абвгдезийклмнопрстуфхцыэ", "abvgdeziyklmnoprstufhcye", strict=True)) | {
    "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ё": "e", "ь": "", "ъ": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a client."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Card:
    """A client as it is typed in; `who` is the one that it really is."""

    who: int
    kind: str
    name: str
    inn: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    site: str = ""
    address: str = ""
    people: tuple[Person, ...] = field(default=())


def cards(rng: Random, count: int) -> Iterator[Card]:
    """So many cards, in an order that says nothing."""
    found: list[Card] = []
    who = 0
    while len(found) < count:
        who += 1
        card = _like_another(rng, found, who) if found and rng.random() < 0.04 else _fresh(rng, who)
        found.append(card)
        if rng.random() < DOUBLES_SHARE:
            found += [_double(rng, card) for _number in range(rng.choice((1, 1, 1, 2, MOST_DOUBLES)))]
    rng.shuffle(found)
    yield from found[:count]


def _fresh(rng: Random, who: int) -> Card:
    """A client that is like no other on purpose."""
    place, person, draw = requisites.city(rng), names.person(rng), rng.random()
    address = f"г. {place.name}, {rng.choice(place.streets)}, д. {rng.randint(1, 140)}" if rng.random() < 0.7 else ""
    mobile = requisites.mobile_key(rng)
    if draw < 0.07:
        email = f"{person.address}{rng.randint(1, 9999)}@{rng.choice(PUBLIC)}"
        return Card(who, "person", person.full, "", (mobile,), _maybe(rng, 0.6, email), "", address)
    company = names.company(rng)
    domain = f"{company.domain.partition('.')[0]}{who}.example"
    is_sole = draw < 0.15
    own = rng.random() < 0.55
    email = (
        f"info@{domain}" if own else f"{company.domain.partition('.')[0]}{rng.randint(1, 9999)}@{rng.choice(PUBLIC)}"
    )
    return Card(
        who,
        "sole" if is_sole else "company",
        f"ИП {person.full}" if is_sole else company.legal,
        requisites.inn(rng, place.region, of_person=is_sole) if rng.random() < 0.92 else "",
        (mobile if is_sole else requisites.phone_key(rng, place),) if rng.random() < 0.95 else (),
        _maybe(rng, 0.8, email),
        f"https://www.{domain}/" if own and rng.random() < 0.6 else "",
        address,
        tuple(_person(rng, domain if own else "") for _number in range(rng.choice((0, 0, 1, 1, 2)))),
    )


def _like_another(rng: Random, found: list[Card], who: int) -> Card:
    """A client that looks like another one and is not."""
    other, card = rng.choice(found), _fresh(rng, who)
    draw = rng.random()
    if draw < 0.3:  # one switchboard of a business centre
        return replace(card, phones=other.phones[:1], address=other.address)
    if draw < 0.5 and other.kind == "person":  # a relative with the phone of the family
        last = other.name.split()[0]
        return replace(_fresh(rng, who), kind="person", name=f"{last} {names.person(rng).full.split(' ', 1)[1]}",
                       inn="", phones=other.phones[:1], emails=())  # fmt: skip
    if draw < 0.65 and other.people and card.kind == "company":  # an accountant who keeps the books of both
        return replace(card, people=(*card.people, other.people[0]))
    if draw < 0.8 and other.site:  # another firm of the same brand
        return replace(card, name=other.name, site=other.site, kind=other.kind)
    return replace(card, name=other.name, kind=other.kind)  # a namesake


def _double(rng: Random, card: Card) -> Card:
    """The same client as somebody else would have typed it: always with something by which it can be known again."""
    has_inn = bool(card.inn) and rng.random() < 0.55
    phones = card.phones if rng.random() < 0.75 else (requisites.mobile_key(rng),)
    emails = card.emails if rng.random() < 0.6 else ()
    if not has_inn and not (card.phones and phones == card.phones) and not emails:
        phones, emails = card.phones, card.emails
        has_inn = bool(card.inn) and not phones and not emails
    return replace(
        card,
        name=_retyped_person(rng, card.name) if card.kind != "company" else _retyped(rng, card.name),
        inn=card.inn if has_inn else "",
        phones=phones,
        emails=tuple(one.upper() if rng.random() < 0.1 else one for one in emails),
        site=card.site.removesuffix("/").removeprefix("https://www.") if rng.random() < 0.4 else "",
        address=_retyped_address(rng, card.address) if rng.random() < 0.6 else "",
        people=card.people if rng.random() < 0.5 else (),
    )


def _retyped(rng: Random, name: str) -> str:
    """A company's name as people type it."""
    form, _space, proper = name.partition(" ")
    bare = proper.strip("«»")
    ways: tuple[Callable[[], str], ...] = (
        lambda: f"{bare}, {form}",
        lambda: bare,
        lambda: f'{form.lower()} "{bare}"',
        lambda: f'{LEGAL_FORMS.get(form, form)} "{bare}"',
        bare.upper,
        lambda: f"{form} {bare.replace('ё', 'е').replace('-', ' ')}",
        lambda: f"{form} {_slip(rng, bare)}",
        lambda: _slip(rng, bare.lower()),
        lambda: " ".join(reversed(bare.split())),
        lambda: f"{bare} ({form})",
        lambda: "".join(LATIN.get(sign, sign) for sign in bare.lower()).title(),
    )
    return rng.choices(ways, (14, 16, 10, 6, 8, 10, 10, 6, 8, 6, 6))[0]()


def _retyped_person(rng: Random, name: str) -> str:
    form = "ИП " if name.startswith("ИП ") else ""
    parts = name.removeprefix("ИП ").split()
    last, first, middle = (*parts, "", "")[:3]
    ways = (
        f"{last} {first[:1]}. {middle[:1]}.",
        f"{first} {last}",
        f"{first} {middle} {last}",
        f"{form}{last} {first} {middle}",
        f"{form}{_slip(rng, last)} {first} {middle}",
        f"{last} {first}",
        f"{form.lower()}{name.removeprefix('ИП ').lower()}",
    )
    return rng.choice(ways).strip()


def _retyped_address(rng: Random, address: str) -> str:
    bare = address.replace("г. ", "").replace("д. ", "").replace("ул. ", "")
    return rng.choice(
        (bare, f"{rng.randint(100, 690)}000, {address}", f"Россия, {bare}", address.replace(",", ""), bare.upper())
    )


def _slip(rng: Random, text: str) -> str:
    """A letter lost, doubled, swapped with its neighbour or replaced."""
    if len(text) < 5:
        return text
    place = rng.randint(1, len(text) - 2)
    head, sign, tail = text[:place], text[place], text[place + 1 :]
    return rng.choice(
        (
            head + tail,
            head + sign + sign + tail,
            head + tail[0] + sign + tail[1:],
            f"{head}{rng.choice('аеиоурст')}{tail}",
        )
    )


def typed_phone(rng: Random, key: str) -> str:
    """A phone in one of the ways in which people write it."""
    return rng.choice(FORMATS).format(key[:3], key[3:6], key[6:8], key[8:])


def shown(key: str) -> str:
    """A phone as the base shows it."""
    return phone_display(f"+7{key}")


def email_of(text: str) -> str:
    """A mail address as the base keeps it."""
    return normal_email(text) or ""


def _person(rng: Random, domain: str) -> Person:
    one = names.person(rng)
    email = f"{one.address}@{domain}" if domain else f"{one.address}{rng.randint(1, 9999)}@{rng.choice(PUBLIC)}"
    return Person(one.full, requisites.mobile_key(rng), email)


def _maybe(rng: Random, share: float, text: str) -> tuple[str, ...]:
    return (text,) if rng.random() < share else ()
