"""Invented clients with legal entities, contacts and ways to reach them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from random import Random

from okno.access.models import User
from okno.areas.clients.models import Client, Contact, ContactPoint, LegalEntity
from okno.fronts.home.commands.demo import names, requisites
from okno.fronts.home.commands.demo.moments import Calendar
from okno.fronts.home.commands.demo.requisites import City
from okno.fronts.home.commands.demo.writer import Writer
from okno.kit.contacts import name_key

SOURCES = ("Форма на сайте", "Почта info@", "Звонок", "Рекомендация", "Выставка", "Другая система")
PEOPLE_SHARE, SOLE_SHARE = 0.06, 0.12


@dataclass(frozen=True, slots=True)
class Customer:
    """A client as the history trades with it; `weight` is how often it buys."""

    client: Client
    entity: LegalEntity | None
    contacts: list[Contact]
    owner: User
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An invented client before it is written."""

    name: str
    full_name: str
    kind: str
    inn: str
    domain: str
    email: str
    place: City
    head: names.Person
    owner: User
    since: dt.datetime


def fill(writer: Writer, rng: Random, calendar: Calendar, owners: list[User], count: int) -> list[Customer]:
    """Invent clients; few of them buy most."""
    taken: set[str] = set()
    return [
        _customer(writer, rng, moment, rng.choices(owners, (32, 30, 26, 12))[0], taken)
        for moment in calendar.spread(count)
    ]


def _customer(writer: Writer, rng: Random, since: dt.datetime, owner: User, taken: set[str]) -> Customer:
    profile = invent(rng, since, owner, _fresh(rng, taken))
    client = write_client(writer, rng, profile)
    if profile.kind == Client.Kind.PERSON:
        return Customer(client, None, [], owner, 0.4)
    entity = _entity(writer, rng, client, profile)
    more = 0 if profile.kind == Client.Kind.SOLE else rng.choice((0, 1, 1, 2, 2, 3))
    people = [profile.head, *(names.person(rng) for _number in range(more))]
    contacts = [write_contact(writer, rng, client, one, profile.domain) for one in people]
    contacts[0].post, contacts[0].role = names.POSTS[0]
    return Customer(client, entity, contacts, owner, rng.paretovariate(1.25))


def invent(rng: Random, since: dt.datetime, owner: User, company: names.Company) -> Profile:
    """A company, or now and then a sole proprietor or a person."""
    place, head, kind = requisites.city(rng), names.person(rng), rng.random()
    profile = Profile(
        name=company.legal,
        full_name=company.full,
        kind=Client.Kind.COMPANY,
        inn=requisites.inn(rng, place.region),
        domain=company.domain,
        email=f"info@{company.domain}",
        place=place,
        head=head,
        owner=owner,
        since=since,
    )
    if kind < PEOPLE_SHARE:
        email = f"{head.address}{rng.randint(1, 99)}@mail.example"
        return replace(profile, name=head.full, kind=Client.Kind.PERSON, inn="", domain="", email=email)
    if kind < PEOPLE_SHARE + SOLE_SHARE:
        return replace(
            profile,
            name=f"ИП {head.full}",
            full_name=f"Индивидуальный предприниматель {head.full}",
            kind=Client.Kind.SOLE,
            inn=requisites.inn(rng, place.region, of_person=True),
            email=f"{head.address}@{company.domain}",
        )
    return profile


def _fresh(rng: Random, taken: set[str]) -> names.Company:
    while (company := names.company(rng)).short in taken:
        pass
    taken.add(company.short)
    return company


def write_client(writer: Writer, rng: Random, profile: Profile) -> Client:
    """The row of a client and the ways to reach it."""
    is_company, place = profile.kind == Client.Kind.COMPANY, profile.place
    key = requisites.phone_key(rng, place) if is_company else requisites.mobile_key(rng)
    email = profile.email
    client = writer.add(
        Client,
        name=profile.name,
        name_key=name_key(profile.name),
        kind=profile.kind,
        inn=profile.inn,
        phone=requisites.shown_phone(key),
        email=email,
        site=f"https://{profile.domain}" if is_company and rng.random() < 0.7 else "",
        city=place.name,
        address=f"{place.name}, {rng.choice(place.streets)}, {rng.randint(1, 120)}",
        source=rng.choice(SOURCES),
        is_vip=rng.random() < 0.04,
        owner=profile.owner,
        department_id=profile.owner.department_id,
        created_at=profile.since,
    )
    writer.add(ContactPoint, client=client, kind="phone", value=client.phone, key=key, is_main=True)
    writer.add(ContactPoint, client=client, kind="email", value=email, key=email, is_main=True)
    return client


def _entity(writer: Writer, rng: Random, client: Client, profile: Profile) -> LegalEntity:
    is_sole, place = client.kind == Client.Kind.SOLE, profile.place
    account = requisites.account(rng, place, of_person=is_sole)
    return writer.add(
        LegalEntity,
        client=client,
        name=profile.name,
        full_name=profile.full_name,
        inn=client.inn,
        kpp="" if is_sole else requisites.kpp(rng, place.region),
        ogrn=requisites.ogrnip(rng, place.region) if is_sole else requisites.ogrn(rng, place.region),
        legal_address=client.address,
        bank_name=account.bank,
        bic=account.bic,
        account=account.account,
        corr_account=account.corr_account,
        created_at=client.created_at,
    )


def write_contact(writer: Writer, rng: Random, client: Client, person: names.Person, domain: str) -> Contact:
    """The row of a contact and the ways to reach it."""
    post, role = rng.choice(names.POSTS[1:])
    key, email = requisites.mobile_key(rng), f"{person.address}@{domain}"
    contact = writer.add(
        Contact,
        client=client,
        name=person.full,
        post=post,
        role=role,
        birthday=dt.date(rng.randint(1964, 2001), rng.randint(1, 12), rng.randint(1, 28))
        if rng.random() < 0.3
        else None,
        phone=requisites.shown_phone(key),
        email=email,
        created_at=client.created_at,
    )
    writer.add(ContactPoint, contact=contact, kind="phone", value=contact.phone, key=key, is_main=True)
    writer.add(ContactPoint, contact=contact, kind="email", value=email, key=email, is_main=True)
    return contact
