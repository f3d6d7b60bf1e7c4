"""What the invented clients are to us, where their clocks are, and what they have said of mailings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from random import Random
from typing import Any

from okno.areas.clients.models import Channel, Client, Consent
from okno.fronts.home.commands.demo.clients import Customer
from okno.fronts.home.commands.demo.writer import Writer

ZONES = {
    "Самара": "Europe/Samara",
    "Екатеринбург": "Asia/Yekaterinburg",
    "Пермь": "Asia/Yekaterinburg",
    "Челябинск": "Asia/Yekaterinburg",
    "Новосибирск": "Asia/Krasnoyarsk",
    "Алматы": "Asia/Almaty",
    "Минск": "Europe/Minsk",
    "Харбин": "Asia/Shanghai",
}
SAID, REFUSED, SPOKEN = 0.45, 0.2, 0.6
PROOFS = {
    Consent.Source.FORM: "Форма «Оставьте заявку» на сайте",
    Consent.Source.PAPER: "Договор поставки, п. 7.4",
    Consent.Source.TALK: "",
    Consent.Source.LETTER: "Письмо в почте клиента",
}
OFTEN = (Channel.EMAIL, Channel.CALL, Channel.SMS, Channel.MESSENGER)


def consents(writer: Writer, rng: Random, customers: list[Customer], on: dt.date) -> None:
    """Words of a part of the clients and of their people; some took theirs back later."""
    for one in customers:
        people = [{"contact": contact} for contact in one.contacts[:1]]
        for whose in (dict[str, Any](client=one.client), *people):
            if rng.random() < SAID:
                _words(writer, rng, on, whose)


def _words(writer: Writer, rng: Random, on: dt.date, whose: Mapping[str, Any]) -> None:
    day = on - dt.timedelta(days=rng.randint(20, 300))
    source = rng.choice(list(PROOFS))
    for channel in rng.sample(OFTEN, rng.choice((1, 1, 2, 3))):
        told = {"channel": channel, "source": source, "proof": PROOFS[source], "said_date": day}
        writer.add(Consent, is_given=True, **whose, **told)
        if rng.random() < REFUSED:
            later = day + dt.timedelta(days=rng.randint(1, 19))
            refusal = {"channel": channel, "source": Consent.Source.LETTER, "proof": "Ответил «отпишите меня»"}
            writer.add(Consent, is_given=False, said_date=later, **whose, **refusal)


def fill(rng: Random) -> None:
    """What stands on the cards themselves."""
    rows = list(Client.objects.order_by("pk"))
    for one in rows:
        one.relation_types = _types(rng, one)
        one.time_zone = ZONES.get(one.city, "")
        one.preferred_channel = rng.choice(OFTEN) if rng.random() < SPOKEN else ""
    Client.objects.bulk_update(rows, ["relation_types", "time_zone", "preferred_channel"], batch_size=500)


def _types(rng: Random, one: Client) -> list[str]:
    if one.kind == Client.Kind.PERSON:
        return ["client"]
    return rng.choices((["client"], ["client", "supplier"], ["partner"], ["client", "partner"]), (80, 8, 4, 8))[0]
