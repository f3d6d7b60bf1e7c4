"""How invented deals go: what is wanted, for how much, and how the deal walks its scenario until today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from okno.access.models import User
from okno.areas.deals.models import Stage, StageInterval
from okno.fronts.home.commands.beginning import REFUSALS
from okno.fronts.home.commands.demo.clients import Customer
from okno.fronts.home.commands.demo.goods import Good
from okno.fronts.home.commands.demo.moments import Calendar
from okno.kit import money

# Stage: the share of deals that end there in refusal, the share that passes it by, the norm in working hours.
PATHS: dict[str, dict[str, tuple[float, float, int]]] = {
    "b2b": {
        "new": (0.07, 0.0, 8),
        "qualified": (0.12, 0.1, 16),
        "need": (0.10, 0.1, 24),
        "quote": (0.17, 0.05, 40),
        "contract": (0.09, 0.35, 56),
        "invoice": (0.08, 0.0, 40),
        "payment": (0.0, 0.55, 40),
        "work": (0.0, 0.0, 80),
    },
    "short": {"new": (0.12, 0.0, 8), "invoice": (0.10, 0.0, 24), "work": (0.0, 0.0, 24)},
}
BY_FACT = {"invoice", "payment", "work", "won"}
TITLES = {
    "Стеллажи": (
        "Стеллажи на склад в городе {city}",
        "Стеллажная система под ключ",
        "Расширение склада: стеллажи",
        "Стеллажи для архива",
    ),
    "Складская техника": ("Техника для склада", "Замена погрузочной техники", "Штабелёры и тележки, {city}"),
    "Тара и упаковка": (
        "Упаковка на квартал",
        "Тара для нового склада",
        "Поддоны и ящики",
        "Плёнка и короба, пополнение",
    ),
    "Верстаки и мебель": ("Оснащение цеха", "Мебель для производства", "Верстаки и шкафы, {city}"),
    "Освещение": ("Освещение склада", "Замена светильников на LED"),
    "Безопасность": ("Защита стеллажей", "Разметка и ограждения по предписанию"),
    "Учёт и маркировка": ("Маркировка склада", "Терминалы сбора данных", "Этикетки и риббон, пополнение"),
    "Услуги": ("Монтаж и обслуживание", "Проект склада", "Годовое обслуживание техники"),
}
REFUSAL_WEIGHTS = (24, 11, 6, 17, 13, 12, 9, 1, 4, 3)


@dataclass(slots=True)
class Line:
    """A line of a deal and of its invoice."""

    good: Good
    quantity: int
    discount: Decimal
    total: Decimal


@dataclass(slots=True)
class Stay:
    """A stay on a stage."""

    stage: Stage
    entered: dt.datetime
    left: dt.datetime | None
    how: str


@dataclass(slots=True)
class Story:
    """A deal from its beginning until today."""

    customer: Customer
    scenario: str
    owner: User
    title: str
    lines: list[Line]
    amount: Decimal
    stays: list[Stay]
    refusal: str = ""
    has_lead: bool = False
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def opened(self) -> dt.datetime:
        """When it began."""
        return self.stays[0].entered

    @property
    def stage(self) -> Stage:
        """Where it stands today."""
        return self.stays[-1].stage

    def entered(self, code: str) -> dt.datetime | None:
        """When it first came to a stage."""
        return next((one.entered for one in self.stays if one.stage.code == code), None)


class Teller:
    """Invents stories."""

    def __init__(self, rng: Random, calendar: Calendar, goods: list[Good], stages: dict[str, dict[str, Stage]]) -> None:
        self.rng, self.calendar, self.goods, self.stages = rng, calendar, goods, stages

    def story(self, customer: Customer, opened: dt.datetime) -> Story:
        """A deal of a customer opened at a moment."""
        scenario = "short" if self.rng.random() < 0.3 else "b2b"
        lines = self.lines(58_000 if scenario == "short" else 165_000)
        stays, refusal = self._walk(scenario, opened)
        place = customer.client.city
        title = self.rng.choice(TITLES[max(lines, key=lambda one: one.total).good.group]).format(city=place)
        amount = sum((one.total for one in lines), Decimal(0))
        has_lead = self.rng.random() < (0.35 if scenario == "short" else 0.6)
        return Story(customer, scenario, customer.owner, title, lines, amount, stays, refusal, has_lead)

    def lines(self, typical: float) -> list[Line]:
        """What is wanted, about for this sum: most orders are small, some are projects."""
        target = typical * self.rng.lognormvariate(0, 1.05)
        affordable = [one for one in self.goods if one.price <= Decimal(target) and not one.is_service]
        chosen = self.rng.sample(
            affordable or self.goods[:3], k=min(self.rng.choice((1, 1, 2, 2, 3, 4)), len(affordable or self.goods[:3]))
        )
        shares = [self.rng.uniform(0.4, 1.0) for _one in chosen]
        discount = Decimal(self.rng.choices((0, 3, 5, 7, 10), (60, 14, 14, 7, 5))[0])
        found = [
            self._line(good, target * share / sum(shares) / float(good.price), discount)
            for good, share in zip(chosen, shares, strict=True)
        ]
        if target > 60_000 and self.rng.random() < 0.6:
            service = self.rng.choice([one for one in self.goods if one.is_service])
            found.append(self._line(service, target / 150_000 if "секци" in service.name else 1, Decimal(0)))
        return found

    def _line(self, good: Good, quantity: float, discount: Decimal) -> Line:
        """Quantities are round, as people order."""
        step = 1 if quantity < 12 else 5 if quantity < 60 else 10 if quantity < 300 else 100
        count = max(1, round(quantity / step) * step)
        return Line(good, count, discount, money.line_sum(Decimal(count), good.price, discount))

    def _walk(self, scenario: str, opened: dt.datetime) -> tuple[list[Stay], str]:
        """Stays until today; and why it was refused, if it was."""
        stages, moment = self.stages[scenario], opened
        stays: list[Stay] = []
        for code, (loss, skipped, norm) in PATHS[scenario].items():
            if stays and self.rng.random() < skipped:
                continue
            self._come(stays, stages[code], moment)
            moment = self.calendar.later(moment, self.calendar.spoiled(norm))
            is_lost = self.rng.random() < loss
            if moment > self.calendar.at:
                return self._given_up(stays, stages, opened)
            if is_lost:
                self._come(stays, stages["lost"], moment)
                return stays, self._reason()
        self._come(stays, stages["won"], moment)
        return stays, ""

    def _given_up(self, stays: list[Stay], stages: dict[str, Stage], opened: dt.datetime) -> tuple[list[Stay], str]:
        """Nobody keeps a deal open for ever: after four months it is closed or put off."""
        last = stays[-1].entered
        if self.calendar.at - opened < dt.timedelta(days=120) or self.calendar.at - last < dt.timedelta(days=45):
            return stays, ""
        if stays[-1].stage.code in {"payment", "work"}:
            self._come(stays, stages["won"], self.calendar.later(last, 100))
            return stays, ""
        if "postponed" in stages and self.rng.random() < 0.3:
            self._come(stays, stages["postponed"], self.calendar.later(last, 150))
            return stays, ""
        self._come(stays, stages["lost"], self.calendar.later(last, 200))
        return stays, "Нет связи"

    def _come(self, stays: list[Stay], stage: Stage, moment: dt.datetime) -> None:
        how = StageInterval.How.HAND if stays else StageInterval.How.MADE
        if stays:
            stays[-1].left = moment
            how = StageInterval.How.FACT if stage.code in BY_FACT else how
        stays.append(Stay(stage, moment, None, how))

    def _reason(self) -> str:
        return self.rng.choices(REFUSALS, REFUSAL_WEIGHTS)[0]
