"""Invented prospects: a list of a fair and a bought base, some called already, one of them a client by now."""

from __future__ import annotations

import datetime as dt
from random import Random

from okno.areas.clients.models import Prospect
from okno.fronts.home.commands.demo import names, requisites
from okno.fronts.home.commands.demo.clients import Customer
from okno.fronts.home.commands.demo.organisation import Demo
from okno.fronts.home.commands.demo.writer import Writer

LISTS = (("Выставка «Склад-2026»", "Выставка"), ("База «Торговля Поволжья»", "Купленная база"))
Status = Prospect.Status
STATUSES = (
    *([Status.NEW] * 24),
    *([Status.WORKING] * 14),
    *([Status.INTERESTED] * 6),
    *([Status.NOT_NOW] * 8),
    *([Status.SILENT] * 3),
    *([Status.WRONG] * 3),
)


def fill(writer: Writer, rng: Random, demo: Demo, customers: list[Customer], today: dt.date) -> None:
    """Write the lists; the last one of them was handed to sales and stands for a client of the demo company."""
    for number, status in enumerate(STATUSES):
        _prospect(writer, rng, demo, number, status, today)
    sold = next(one for one in reversed(customers) if one.contacts)
    batch, source = LISTS[0]
    writer.add(
        Prospect,
        name=sold.client.name,
        status=Status.CONVERTED,
        person=sold.contacts[0].name,
        city=sold.client.city,
        source=source,
        batch=batch,
        client=sold.client,
        converted_at=sold.client.created_at,
        owner=sold.owner,
        department_id=sold.owner.department_id,
        created_at=sold.client.created_at,
    )


def _prospect(writer: Writer, rng: Random, demo: Demo, number: int, status: str, today: dt.date) -> None:
    company, place, head = names.company(rng), requisites.city(rng), names.person(rng)
    owner, key = rng.choice(demo.sellers), requisites.phone_key(rng, place)
    email = f"info@{company.domain}" if rng.random() < 0.7 else ""
    batch, source = LISTS[number % 2]
    writer.add(
        Prospect,
        name=company.legal,
        status=status,
        revisit_date=today + dt.timedelta(days=rng.randint(-6, 40)) if status == Status.NOT_NOW else None,
        person=head.full,
        post=names.POSTS[0][0],
        phone=requisites.shown_phone(key),
        phone_key=key,
        email=email,
        email_key=email,
        city=place.name,
        source=source,
        batch=batch,
        score=rng.randint(40, 90) if status == Status.INTERESTED else rng.randint(0, 30),
        owner=owner,
        department_id=owner.department_id,
    )
