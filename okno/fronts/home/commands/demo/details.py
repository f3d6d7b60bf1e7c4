"""What the invented clients are to us, where their clocks are, and what they have said of mailings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from random import Random
from typing import Any

from okno.areas.clients.models import Channel, Client, Consent, StatusStay
from okno.areas.clients.queries import OURS
from okno.areas.deals.models import Deal
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
# A client who had bought nothing for so many days was lost until the next deal.
LOST_AFTER = 150
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
        said = {"source": source, "proof": PROOFS[source], **_on(day)}
        writer.add(Consent, channel=channel, is_given=True, **whose, **said)
        if rng.random() < REFUSED:
            refusal = {"source": Consent.Source.LETTER, "proof": "Ответил «отпишите меня»"}
            later = _on(day + dt.timedelta(days=rng.randint(1, 19)))
            writer.add(Consent, channel=channel, is_given=False, **whose, **refusal, **later)


def _on(day: dt.date) -> dict[str, Any]:
    return {"said_date": day, "noted_at": dt.datetime.combine(day, dt.time(9), dt.UTC)}


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


def live_through(rng: Random, at: dt.datetime) -> None:
    """Lead the statuses of clients back to what their deals tell: the table knows only that they were written today."""
    won: dict[int, list[Any]] = defaultdict(list)
    for client_id, closed_at in (
        Deal.objects.filter(stage__kind="won").order_by("closed_at").values_list("client_id", "closed_at")
    ):
        won[client_id].append(closed_at)
    clients = list(Client.objects.order_by("pk"))
    StatusStay.objects.filter(client__in=clients).delete()
    StatusStay.objects.bulk_create(
        (stay for one in clients for stay in _stays(rng, one, won[one.pk], at)), batch_size=1000
    )


def _stays(rng: Random, one: Client, won: list[dt.datetime], at: dt.datetime) -> list[StatusStay]:
    steps = [(one.created_at, Client.Status.PROSPECT)]
    for number, moment in enumerate(won):
        if number and (moment - won[number - 1]).days > LOST_AFTER:
            steps.append((won[number - 1] + dt.timedelta(days=LOST_AFTER), Client.Status.LOST))
        steps.append((moment, Client.Status.REGULAR if number else Client.Status.ONE_OFF))
    if one.status not in {step for _moment, step in steps[-1:]}:
        last = steps[-1][0]
        steps.append((last + (at - last) * rng.uniform(0.5, 0.95), Client.Status(one.status)))
    steps = [step for number, step in enumerate(steps) if not number or step[1] != steps[number - 1][1]]
    ends = [moment for moment, _status in steps[1:]]
    made, is_known = [], False
    for number, ((since, status), until) in enumerate(zip(steps, [*ends, None], strict=True)):
        was_ours = bool(number) and steps[number - 1][1] in OURS
        turn = _turn(was_ours=was_ours, is_ours=status in OURS, is_known=is_known)
        is_known = is_known or status in OURS
        made.append(StatusStay(client=one, status=status, since=since, until=until, turn=turn))
    return made


def _turn(*, was_ours: bool, is_ours: bool, is_known: bool) -> str:
    if was_ours == is_ours:
        return ""
    if not is_ours:
        return StatusStay.Turn.LOST
    return StatusStay.Turn.RETURNED if is_known else StatusStay.Turn.NEW
