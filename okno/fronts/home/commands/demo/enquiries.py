"""Enquiries of the past: those that became deals, those rejected, and those that wait now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from okno.access.models import User
from okno.areas.deals.models import Deal
from okno.areas.leads.models import Lead, LeadPoint
from okno.fronts.home.commands.demo import desk, feed, names, requisites
from okno.fronts.home.commands.demo.history import History
from okno.fronts.home.commands.demo.stories import Story
from okno.kit.contacts import phone_key
from okno.kit.worktime import work_between

CHANNELS = (("site", 44), ("mail", 27), ("call", 20), ("api", 9))
# What an enquiry that nobody has named is called, by the code of its source.
SUBJECTS = {
    "site": "Запрос с сайта",
    "mail": "Письмо с запросом",
    "call": "Звонок с запросом",
    "api": "Запрос из другой системы",
}
WISHES = (
    "Здравствуйте! Нужны стеллажи на склад {area} м², высота потолка 6 м. Пришлите, пожалуйста, предложение.",
    "Подскажите цену на гидравлические тележки, {count} штук, доставка в город {city}.",
    "Ищем поставщика стрейч-плёнки и коробов на постоянной основе, объём около {count} упаковок в месяц.",
    "Нужен штабелёр, грузоподъёмность 1,5 т, подъём 3 м. Есть ли в наличии и сколько ждать?",
    "Прошу выставить счёт на {count} поддонов и {count} ящиков 600×400. Реквизиты пришлём.",
    "Интересует монтаж стеллажей и освидетельствование, склад в городе {city}.",
    "Обновляем освещение на складе {area} м². Можете посчитать?",
    "Требуются верстаки и шкафы для цеха, {count} рабочих мест.",
)
JUNK = (
    ("Предлагаем продвижение вашего сайта в ТОП-10", "Гарантия результата, первая неделя бесплатно!"),
    ("Резюме: кладовщик, опыт 4 года", "Рассмотрите, пожалуйста, моё резюме."),
    ("Выгодные условия по факторингу", "Наш банк предлагает вам особые условия."),
)
CAMPAIGNS: tuple[dict[str, str], ...] = (
    {"utm_source": "yandex", "utm_medium": "cpc", "utm_campaign": "stellazhi_rf"},
    {"utm_source": "yandex", "utm_medium": "cpc", "utm_campaign": "tehnika_msk"},
    {"utm_source": "google", "utm_medium": "organic"},
    {"utm_source": "vk", "utm_medium": "social", "utm_campaign": "osen"},
    {},
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote."""

    name: str
    company: str
    phone: str
    email: str
    city: str


WAITING = (
    (Lead.State.GIVEN, 0.4),
    (Lead.State.GIVEN, 1.5),
    (Lead.State.GIVEN, 9),
    (Lead.State.TAKEN, 6),
    (Lead.State.TAKEN, 11),
    (Lead.State.TAKEN, 19),
    (Lead.State.POSTPONED, 26),
)


def write(history: History, told: list[tuple[Story, Deal]], others: int) -> None:
    """Enquiries in the order they came: of deals, and besides so many others."""
    history.desk = desk.set_up(history.demo)
    plan: list[tuple[dt.datetime, tuple[Story, Deal] | None]] = [
        (_received(history, story.opened), (story, deal)) for story, deal in told if story.has_lead
    ]
    plan += [(moment, None) for moment in history.calendar.spread(others)]
    for received, one in sorted(plan, key=lambda pair: pair[0]):
        if one:
            _converted(history, received, *one)
        else:
            _rejected(history, received)
    _wait(history)


def _wait(history: History) -> None:
    """Those that wait now: some in time, some overdue; with how many working hours ago they came."""
    for place, (state, hours) in enumerate(WAITING):
        owner = history.demo.sellers[place % 3]
        sender = stranger(history.rng)
        received = history.calendar.later(history.calendar.at, -hours)
        lead = _lead(history, received, sender, ("", wish(history.rng, sender.city)), owner, state)
        if state != Lead.State.GIVEN:
            _react(history, lead, history.calendar.at)
        if state == Lead.State.POSTPONED:
            lead.postponed_at, lead.postponed_until = history.calendar.at, history.calendar.soon(4)
        _tell(history, lead, [("leads.lead", lead.pk)])


def _received(history: History, opened: dt.datetime) -> dt.datetime:
    return history.calendar.later(opened, -history.rng.uniform(0.2, 7))


def _converted(history: History, received: dt.datetime, story: Story, deal: Deal) -> None:
    client = story.customer.client
    person = story.customer.contacts[0].name if story.customer.contacts else client.name
    sender = Sender(person, client.name, client.phone, client.email, client.city)
    lead = _lead(
        history, received, sender, (story.title, wish(history.rng, client.city)), story.owner, Lead.State.CONVERTED
    )
    lead.client_id, lead.deal_id, lead.contact_id = client.pk, deal.pk, deal.contact_id
    lead.closed_at = story.opened
    _react(history, lead, story.opened)
    lead.handle_seconds = _work(history, lead.received_at, story.opened)
    on = [("leads.lead", lead.pk), ("deals.deal", deal.pk), ("clients.client", client.pk)]
    _tell(history, lead, on)
    words = {"state": lead.state, "deal": deal.title}
    feed.tell(history.writer, "leads.ended", story.opened, story.owner, on, **words)


def _rejected(history: History, received: dt.datetime) -> None:
    """Junk and enquiries that came to nothing."""
    rng, owner = history.rng, history.rng.choice(history.demo.sellers[:3])
    is_junk = rng.random() < 0.3
    sender = stranger(rng)
    words = rng.choice(JUNK) if is_junk else ("", wish(rng, sender.city))
    lead = _lead(history, received, sender, words, owner, Lead.State.SPAM if is_junk else Lead.State.REJECTED)
    lead.closed_at = history.calendar.later(received, rng.uniform(0.3, 12))
    if not is_junk:
        lead.reject_reason = rng.choices(list(history.demo.rejections.values()), (24, 26, 12, 6, 8, 18, 6))[0]
    _react(history, lead, lead.closed_at)
    lead.handle_seconds = _work(history, lead.received_at, lead.closed_at)
    on = [("leads.lead", lead.pk)]
    _tell(history, lead, on)
    outcome = lead.reject_reason.name if lead.reject_reason else ""
    feed.tell(history.writer, "leads.ended", lead.closed_at, owner, on, state=lead.state, outcome=outcome)


def _lead(
    history: History, received: dt.datetime, sender: Sender, words: tuple[str, str], owner: User, state: str
) -> Lead:
    rng, demo, known = history.rng, history.demo, history.desk
    source = demo.sources[rng.choices([one for one, _weight in CHANNELS], [weight for _one, weight in CHANNELS])[0]]
    marks = dict(rng.choice(CAMPAIGNS)) if source.code == "site" else {}
    rule = known.rules.get(source.code, known.rules["site"])
    lead = history.writer.add(
        Lead,
        number=history.number("leads.lead", received.year),
        state=state,
        source=source,
        queue=demo.queue,
        subject=words[0] or SUBJECTS[source.code],
        text=words[1],
        name=sender.name,
        phone=sender.phone,
        email=sender.email,
        company=sender.company,
        city=sender.city,
        amount=None if words in JUNK else _expected(sender),
        marks=marks,
        campaign=known.campaigns.get(marks.get("utm_campaign", "")),
        kind=Lead.Kind.VACANCY if words[0].startswith("Резюме") else Lead.Kind.SALE,
        rule=rule,
        told={"rule": rule.name, "method": rule.method, "outcome": "chosen", "chosen": owner.name, "skipped": []},
        raw={"name": sender.name, "phone": sender.phone, "email": sender.email, "text": words[1]},
        owner=owner,
        department_id=owner.department_id,
        received_at=received,
        react_by=history.calendar.later(received, demo.queue.react_minutes / 60),
        handle_by=history.calendar.later(received, demo.queue.handle_minutes / 60),
        created_at=received,
    )
    history.writer.add(LeadPoint, lead=lead, kind="email", key=sender.email)
    history.writer.add(LeadPoint, lead=lead, kind="phone", key=phone_key(sender.phone))
    return lead


def _expected(sender: Sender) -> Decimal | None:
    """What two of three have said that they may spend; told by the phone, so that other draws stay as they are."""
    number = int(phone_key(sender.phone)[-2:])
    return Decimal(20_000 + number % 40 * 12_500) if number % 3 else None


def _react(history: History, lead: Lead, ended: dt.datetime) -> None:
    """Most are answered in time, some late."""
    reacted = history.calendar.later(lead.received_at, history.rng.lognormvariate(-2.1, 1.0))
    lead.reacted_at = lead.taken_at = min(reacted, ended)
    lead.react_seconds = _work(history, lead.received_at, lead.reacted_at)


def _work(history: History, since: dt.datetime, until: dt.datetime) -> int:
    """Working seconds between two moments."""
    return max(int(work_between(since, until, history.calendar.schedule).total_seconds()), 0)


def _tell(history: History, lead: Lead, on: list[feed.Place]) -> None:
    feed.tell(history.writer, "leads.received", lead.received_at, None, on, subject=lead.subject, text=lead.text)


def stranger(rng: Random) -> Sender:
    """Somebody who never wrote before."""
    person, company, place = names.person(rng), names.company(rng), requisites.city(rng)
    key = requisites.mobile_key(rng)
    return Sender(
        person.full, company.legal, requisites.shown_phone(key), f"{person.address}@{company.domain}", place.name
    )


def wish(rng: Random, city: str) -> str:
    """What is asked for, in the words of the asker."""
    return rng.choice(WISHES).format(area=rng.randrange(200, 4000, 100), count=rng.randrange(2, 60), city=city)
