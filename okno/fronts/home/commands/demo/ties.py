"""Invented ties of the client base: groups, relations, messengers, second cards of the same client, a request."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from random import Random

from okno.areas.clients import commands as clients
from okno.areas.clients.models import (
    AccessRequest,
    BankAccount,
    Client,
    ClientAddress,
    ClientRelation,
    Contact,
    ContactPlace,
    ContactPoint,
)
from okno.areas.clients.queries import duplicates
from okno.fronts.home.commands.demo import requisites
from okno.fronts.home.commands.demo.clients import Customer
from okno.fronts.home.commands.demo.organisation import Demo
from okno.fronts.home.commands.demo.places import CENTRES
from okno.fronts.home.commands.demo.writer import Writer
from okno.kit.contacts import name_key
from okno.kit.permissions import SYSTEM

GROUPS = ("Группа компаний «Северный ветер»", "Холдинг «Меридиан»")
RELATIONS = ("partner", "referrer", "competitor", "dealer", "founder", "referrer", "partner")
DOUBLES, RELATED, REACHED, SHARED, BANKED = 14, 24, 60, 12, 40


def fill(writer: Writer, rng: Random, demo: Demo, customers: list[Customer]) -> None:
    """Write the ties of the demo company; none of the rows that were there changes."""
    companies = [one for one in customers if one.entity is not None and one.client.kind == Client.Kind.COMPANY]
    _groups(writer, rng, companies)
    _relations(writer, rng, companies)
    for one in rng.sample(companies, REACHED):
        _ways(writer, rng, one)
    doubles = [_double(writer, rng, demo, number, one) for number, one in enumerate(rng.sample(companies, DOUBLES))]
    _places(writer, rng, companies)
    _accounts(writer, rng, companies)
    _spots(writer, rng, customers)
    other = next(one for one in demo.sellers if one != doubles[0].owner)
    writer.add(AccessRequest, client=doubles[0], user=other, text="Клиент обратился ко мне с новой заявкой")


def part_with(on: dt.date) -> None:
    """Let every twenty-fifth contact have left, the first of them with the card marked for deletion."""
    left = list(Contact.objects.filter(client__isnull=False).order_by("pk")[25:500:25])
    for number, one in enumerate(left):
        one.left_date = on - dt.timedelta(days=12 * (number + 1))
    left[0].is_deleted = True
    Contact.objects.bulk_update(left, ["left_date", "is_deleted"])


def search() -> None:
    """Find the duplicates that were written."""
    clients.keep_duplicates(actor=SYSTEM, found=clients.Found(duplicates.likely_pairs()))


def _groups(writer: Writer, rng: Random, companies: list[Customer]) -> None:
    for name in GROUPS:
        members = rng.sample(companies, 4)
        first = members[0].client
        group = writer.add(
            Client,
            name=name,
            name_key=name_key(name),
            kind=Client.Kind.GROUP,
            status=Client.Status.REGULAR,
            city=first.city,
            is_vip=True,
            owner=first.owner,
            department_id=first.department_id,
            created_at=first.created_at,
        )
        for one in members:
            writer.add(ClientRelation, first=group, second=one.client, kind="holding")


def _relations(writer: Writer, rng: Random, companies: list[Customer]) -> None:
    pairs = set()
    for number in range(RELATED):
        first, second = rng.sample(companies, 2)
        kind = RELATIONS[number % len(RELATIONS)]
        if (first.client.pk, second.client.pk) not in pairs:
            pairs |= {(first.client.pk, second.client.pk), (second.client.pk, first.client.pk)}
            writer.add(ClientRelation, first=first.client, second=second.client, kind=kind)


def _places(writer: Writer, rng: Random, companies: list[Customer]) -> None:
    """Founders and bookkeepers who work for two companies."""
    for number in range(SHARED):
        first, second = rng.sample([one for one in companies if one.contacts], 2)
        post, role = ("Учредитель", "decides") if number % 2 else ("Бухгалтер по договору", "bookkeeper")
        writer.add(ContactPlace, contact=first.contacts[-1], client=second.client, post=post, role=role)


def _accounts(writer: Writer, rng: Random, companies: list[Customer]) -> None:
    """Further accounts, in another bank."""
    for one in rng.sample(companies, BANKED):
        if one.entity is not None:
            further = requisites.account(rng, requisites.city(rng))
            values = {"bank_name": further.bank, "bic": further.bic, "account": further.account}
            note = "валютный" if rng.random() < 0.2 else ""
            writer.add(BankAccount, entity=one.entity, corr_account=further.corr_account, note=note, **values)


def _spots(writer: Writer, rng: Random, customers: list[Customer]) -> None:
    """Where clients are on the map: somewhere in their cities, every third one at the very house."""
    for number, one in enumerate(customers):
        if (centre := CENTRES.get(one.client.city)) is None:
            continue
        latitude, longitude = (Decimal(str(round(place + rng.gauss(0, 0.03), 6))) for place in centre)
        writer.add(
            ClientAddress,
            client=one.client,
            kind="actual",
            text=one.client.address,
            precision="house",
            latitude=latitude,
            longitude=longitude,
            geo_source="import",
            geo_precision="street" if number % 3 else "house",
        )


def _ways(writer: Writer, rng: Random, customer: Customer) -> None:
    """A messenger, a warehouse, a site: what cards have besides a phone and a mail address."""
    client, contact = customer.client, customer.contacts[0]
    name = f"{name_key(contact.name).split()[0].lower()}_{rng.randint(10, 99)}"
    if not any(one.isalnum() for one in name):
        return
    writer.add(
        ContactPoint,
        contact=contact,
        kind="messenger",
        value=f"Telegram: @{name}",
        key=f"telegram:{name}",
        is_main=True,
    )
    writer.add(ClientAddress, client=client, kind="postal", text=client.address)
    if rng.random() < 0.5:
        place = re.sub(r"\d+$", str(rng.randint(1, 90)), client.address)
        writer.add(ClientAddress, client=client, kind="delivery", text=place, comment="Склад, с 9 до 17")


def _double(writer: Writer, rng: Random, demo: Demo, number: int, customer: Customer) -> Client:
    """A second card of a client, as another person would have made it."""
    known = customer.client
    owner = rng.choice(demo.sellers)
    has_inn = number % 3 == 0
    client = writer.add(
        Client,
        name=_otherwise(number, known.name),
        name_key=name_key(_otherwise(number, known.name)),
        kind=known.kind,
        inn=known.inn if has_inn else "",
        phone=known.phone,
        city=known.city,
        source="Звонок",
        owner=owner,
        department_id=owner.department_id,
        created_at=known.created_at,
    )
    point = {"kind": "phone", "value": known.phone, "key": re.sub(r"\D", "", known.phone)[-10:], "is_main": True}
    writer.add(ContactPoint, client=client, **point)
    if number % 4 == 1:
        writer.add(ContactPoint, client=client, kind="email", value=known.email, key=known.email, is_main=True)
    return client


def _otherwise(number: int, name: str) -> str:
    """A name as it is written when nobody looks it up: without marks, turned round, in small letters, with a slip."""
    form, _space, proper = name.partition(" ")
    bare = proper.strip("«»")
    slip = bare[:3] + bare[4:] if len(bare) > 6 else bare
    return (f"{bare}, {form}", bare, bare.lower(), f"{form} {slip}", f'{form.lower()} "{bare}"')[number % 5]
