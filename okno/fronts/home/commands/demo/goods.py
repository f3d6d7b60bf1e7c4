"""The catalogue of the demo company: equipment for warehouses and shops, two price types, rests in two warehouses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from okno.areas.catalog.models import Group, Item, Offer, Price, PriceType, Rest, Warehouse
from okno.fronts.home.commands.demo.writer import Writer

# Group; then name | article | unit | retail price in roubles | rest.
GOODS = """
Стеллажи
Стеллаж полочный СП-200 (2000×1000×400 мм, 5 полок) | СП-200 | шт | 6890 | 84
Стеллаж полочный СП-250 усиленный (2500×1200×600 мм) | СП-250У | шт | 11450 | 46
Стеллаж архивный СА-220 | СА-220 | шт | 5240 | 130
Стеллаж паллетный фронтальный, секция 2700×1100×4500 | ПФ-4500 | секция | 48900 | 22
Стеллаж паллетный фронтальный, секция 2700×1100×6000 | ПФ-6000 | секция | 61500 | 14
Стеллаж глубинный Drive-in, секция | ГЛ-600 | секция | 118000 | 6
Стеллаж консольный односторонний КС-3000 | КС-3000 | шт | 57300 | 8
Балка паллетная 2700 мм, пара | БП-2700 | пара | 7350 | 210
Настил сетчатый 1350×1100 мм | НС-1350 | шт | 2980 | 160
Мезонин складской двухъярусный, за м² | МЗ-2 | м² | 12400 |
Складская техника
Тележка гидравлическая ТГ-2500 | ТГ-2500 | шт | 28900 | 37
Тележка гидравлическая с весами ТВ-2000 | ТВ-2000 | шт | 79500 | 9
Штабелёр ручной ШР-1016 | ШР-1016 | шт | 98700 | 7
Штабелёр самоходный электрический ШЭ-1530 | ШЭ-1530 | шт | 486000 | 3
Электротележка самоходная ЭТ-1500 | ЭТ-1500 | шт | 189000 | 5
Погрузчик вилочный электрический ПЭ-18 | ПЭ-18 | шт | 1890000 | 1
Стол подъёмный гидравлический СП-500 | СПГ-500 | шт | 64200 | 6
Тележка платформенная ТП-700 | ТП-700 | шт | 9450 | 52
Лестница платформенная ЛП-10 | ЛП-10 | шт | 34800 | 11
Тара и упаковка
Ящик пластиковый 600×400×200 мм | ЯП-6420 | шт | 640 | 1800
Ящик пластиковый с крышкой 600×400×400 мм | ЯП-6440К | шт | 1290 | 950
Лоток складской 250×150×130 мм | ЛС-25 | шт | 185 | 4200
Поддон пластиковый 1200×800 мм | ПП-1208 | шт | 3150 | 380
Поддон деревянный 1200×800 мм, первый сорт | ПД-1208 | шт | 520 | 900
Контейнер сетчатый 1200×800×970 мм | КСТ-97 | шт | 18600 | 44
Стрейч-плёнка 500 мм, 23 мкм, 2 кг | СТ-5023 | рул | 498 | 2600
Скотч упаковочный 48 мм × 66 м | СК-4866 | шт | 79 | 7400
Короб картонный 600×400×400 мм, Т-23 | КК-644 | шт | 86 | 5200
Верстаки и мебель
Верстак слесарный ВС-1400 | ВС-1400 | шт | 31200 | 16
Верстак с двумя тумбами ВС-1800/2 | ВС-1800-2 | шт | 54600 | 9
Стол упаковочный УП-1600 | УП-1600 | шт | 26700 | 12
Шкаф инструментальный ШИ-10 | ШИ-10 | шт | 19800 | 27
Шкаф для одежды двухсекционный ШО-2 | ШО-2 | шт | 12300 | 64
Шкаф архивный ШХ-600 | ШХ-600 | шт | 14900 | 31
Стул промышленный СТ-3 | СТ-3 | шт | 7600 | 40
Освещение
Светильник складской LED 100 Вт, IP65 | СЛ-100 | шт | 5480 | 140
Светильник складской LED 200 Вт, IP65 | СЛ-200 | шт | 9320 | 75
Светильник линейный LED 36 Вт | СЛ-36 | шт | 1640 | 310
Прожектор уличный LED 150 Вт | ПР-150 | шт | 6150 | 58
Датчик движения складской | ДД-12 | шт | 2350 | 92
Безопасность
Отбойник стойки стеллажа 400 мм | ОС-400 | шт | 1870 | 420
Ограждение торцевое 1100 мм | ОТ-1100 | шт | 6240 | 78
Демпфер угловой, 1 м | ДУ-1 | шт | 560 | 640
Зеркало обзорное 600 мм | ЗО-600 | шт | 3290 | 33
Знаки складской разметки, набор | ЗР-24 | набор | 2150 | 120
Лента напольная разметочная 50 мм × 33 м | ЛР-5033 | рул | 890 | 360
Учёт и маркировка
Терминал сбора данных ТСД-72 | ТСД-72 | шт | 46800 | 18
Принтер этикеток ПТ-4 | ПТ-4 | шт | 38400 | 15
Этикетка термо 58×40 мм, 700 шт | ЭТ-5840 | рул | 118 | 6100
Риббон Wax 110 мм × 300 м | РБ-110 | рул | 640 | 820
Весы платформенные ВП-600 | ВП-600 | шт | 41500 | 10
Ценникодержатель 39×1000 мм | ЦД-39 | шт | 64 | 5400
Услуги
Обмер склада и схема расстановки | У-01 | усл | 18000 |
Проект стеллажной системы | У-02 | усл | 45000 |
Монтаж стеллажей, за секцию | У-03 | усл | 4800 |
Доставка по городу | У-04 | усл | 6500 |
Доставка по России | У-05 | усл | 24000 |
Пусконаладка складской техники | У-06 | усл | 12500 |
Техническое обслуживание, месяц | У-07 | мес | 9800 |
Освидетельствование стеллажей | У-08 | усл | 32000 |
"""
WHOLESALE = Decimal("0.88")


@dataclass(frozen=True, slots=True)
class Good:
    """What the history sells: the id of the offer, its words and its price in roubles."""

    offer_id: int
    group: str
    name: str
    unit: str
    price: Decimal
    is_service: bool


def fill(writer: Writer, rng: Random, vat: str) -> list[Good]:
    """Put the catalogue on the shelf. `vat` is the code of the rate of today."""
    retail = writer.add(PriceType, name="Розничная", is_default=True)
    wholesale = writer.add(PriceType, name="Оптовая")
    houses = [
        writer.add(Warehouse, name="Основной склад", address="Москва, ул. Складочная, 1, стр. 18"),
        writer.add(Warehouse, name="Склад на Салова", address="Санкт-Петербург, ул. Салова, 53"),
    ]
    found, group = [], None
    for line in GOODS.strip().splitlines():
        if "|" not in line:
            group = _group(writer, line)
            continue
        name, article, unit, price, rest = (part.strip() for part in line.split("|"))
        offer = _offer(writer, group, (name, article, unit), vat, rest)
        found.append(Good(offer.pk, group.name if group else "", name, unit, Decimal(price), not rest))
        for price_type, share in ((retail, Decimal(1)), (wholesale, WHOLESALE)):
            writer.add(
                Price,
                offer=offer,
                price_type=price_type,
                value=(Decimal(price) * share).quantize(Decimal(1)),
                unit=unit,
            )
        if rest:
            _lay_down(writer, rng, offer, houses, int(rest))
    return found


def _group(writer: Writer, name: str) -> Group:
    group = writer.add(Group, name=name)
    group.path = f"/{group.pk}/"
    return group


def _offer(writer: Writer, group: Group | None, words: tuple[str, str, str], vat: str, rest: str) -> Offer:
    name, article, unit = words
    item = writer.add(
        Item,
        group=group,
        kind=Item.Kind.GOODS if rest else Item.Kind.SERVICE,
        name=name,
        full_name=name,
        article=article,
        code=f"{1000 + hash_of(article):05}",
        unit=unit,
        vat=vat,
    )
    return writer.add(Offer, item=item, name=name, article=article, unit=unit, rest=Decimal(rest) if rest else None)


def hash_of(text: str) -> int:
    """A number of four digits that a text always gives."""
    return sum(ord(letter) * place for place, letter in enumerate(text, 1)) % 9000


def _lay_down(writer: Writer, rng: Random, offer: Offer, houses: list[Warehouse], rest: int) -> None:
    here = round(rest * rng.uniform(0.55, 0.9))
    for house, quantity in zip(houses, (here, rest - here), strict=True):
        writer.add(Rest, offer=offer, warehouse=house, quantity=Decimal(quantity))
