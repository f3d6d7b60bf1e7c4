"""What the demo company shows of the exchange: a base of 1C that has called, and what it left to decide."""

from __future__ import annotations

import datetime as dt
import io
import secrets
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from django.db.models import Count

from okno.areas.billing.models import Invoice
from okno.areas.clients.models import Client
from okno.fronts.exchange.commands import connections, orders_out, sessions
from okno.fronts.exchange.commands.actors import actor_of
from okno.fronts.exchange.models import Connection, ExchangeSession, Outgoing
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM

CODE = "ut-demo"
VALUES = {"name": "1С: Управление торговлей (пример)", "login": CODE, "alarm_hours": 26}
VERSION = "2.09"
ADDRESS = "192.168.1.20"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
HEAD += '<КоммерческаяИнформация ВерсияСхемы="2.09" ДатаФормирования="{day}T19:40:00">'
TAIL = "</КоммерческаяИнформация>"
PACKAGE = '<ПакетПредложений СодержитТолькоИзменения="true"><Ид>{id}#</Ид><ИдКаталога>{id}</ИдКаталога><Предложения>'
CLASSIFIER = """<Классификатор><Ид>classifier</Ид><Наименование>Классификатор (Основной каталог товаров)</Наименование>
<Группы><Группа><Ид>worn</Ид><Наименование>Спецодежда и инвентарь</Наименование></Группа></Группы>
<ТипыЦен><ТипЦены><Ид>whole</Ид><Наименование>Оптовая (1С)</Наименование><Валюта>руб</Валюта></ТипЦены></ТипыЦен>
<Склады><Склад><Ид>main</Ид><Наименование>Складочная, 1 (1С)</Наименование></Склад></Склады></Классификатор>"""
# Id, article, name, unit by its code, wholesale price and rest; the last price is one that nobody can read.
GOODS = (
    ("gloves", "ИН-0101", "Перчатки х/б с ПВХ, 10 класс", "715", "24,50", "1800"),
    ("wedge", "ИН-0207", "Колодка противооткатная резиновая", "796", "640", "36"),
    ("bag", "ИН-0312", "Мешок полипропиленовый 55×95", "796", "13,80", "5200"),
    ("vest", "ИН-0405", "Жилет сигнальный, 2 класс", "796", "186", "240"),
    ("tape", "ИН-0518", "Лента сигнальная 75 мм × 250 м", "736", "по запросу", "90"),
)
# The price type that 1C uses here without having described it: what it is, a person says.
UNDESCRIBED = "dealer"
DEALER = (("gloves", "21,90"), ("wedge", "575"))
BRANCH_KPP = "784001001"


def fill(*, size: str = "small", at: dt.datetime, **_more: Any) -> list[str]:
    """Let a base exchange last evening and this morning, once; it stops working then: nobody is there to call."""
    if size != "small" or Connection.objects.filter(code=CODE).exists():
        return []
    connection = connections.set_connection(actor=SYSTEM, code=CODE, values=VALUES).connection
    _bring_goods(connection, at - dt.timedelta(hours=14))
    _exchange_orders(connection, at - dt.timedelta(minutes=50))
    _bring_counterparties(connection, at - dt.timedelta(minutes=35))
    _call_from_a_copy(connection, at - dt.timedelta(minutes=20))
    connections.set_connection(actor=SYSTEM, code=CODE, values={"is_active": False})
    return []


def _bring_goods(connection: Connection, at: dt.datetime) -> None:
    session = _begun(connection, "catalog", at)
    goods = "\n".join(
        f"<Товар><Ид>{key}</Ид><Артикул>{article}</Артикул><Наименование>{name}</Наименование>"
        f"<БазоваяЕдиница>{unit}</БазоваяЕдиница><Группы><Ид>worn</Ид></Группы></Товар>"
        for key, article, name, unit, _price, _rest in GOODS
    )
    catalogue = '<Каталог СодержитТолькоИзменения="true"><Ид>goods</Ид><ИдКлассификатора>classifier</ИдКлассификатора>'
    _send(session, "import0_1.xml", _file(at, CLASSIFIER, catalogue, "<Товары>", goods, "</Товары></Каталог>"), at)
    names = (f"<Предложение><Ид>{one[0]}</Ид><Наименование>{one[2]}</Наименование></Предложение>" for one in GOODS)
    _send(session, "offers0_1.xml", _offers(at, names), at)
    told = [*((one[0], "whole", one[4]) for one in GOODS), *((key, UNDESCRIBED, price) for key, price in DEALER)]
    _send(session, "prices0_1.xml", _offers(at, (_price(*one) for one in told)), at)
    _send(session, "rests0_1.xml", _offers(at, (_rest(one[0], one[5]) for one in GOODS)), at)
    sessions.close(session)


def _exchange_orders(connection: Connection, at: dt.datetime) -> None:
    """It takes our invoices, and brings the money for one of them."""
    session = _begun(connection, "sale", at)
    orders_out.query(session, version=VERSION, at=at)
    orders_out.confirm(actor=actor_of(connection), session=session, at=at)
    taken = Outgoing.objects.filter(connection=connection, confirmed_at=at, invoice__state=Invoice.State.SENT)
    if (first := taken.select_related("invoice").order_by("-invoice_id").first()) is not None:
        _send(session, "orders.xml", _file(at, _paid_partly(first.invoice, at)), at)
    sessions.close(session)


def _bring_counterparties(connection: Connection, at: dt.datetime) -> None:
    """A branch of somebody who has two cards here: which of them it is, a person decides."""
    doubled = Client.objects.filter(is_deleted=False).exclude(inn="").values("inn").annotate(many=Count("id"))
    inn = doubled.filter(many__gt=1).order_by("inn").values_list("inn", flat=True).first()
    if inn is None:
        return
    name = escape(Client.objects.filter(inn=inn, is_deleted=False).order_by("id").values_list("name", flat=True)[0])
    session = _begun(connection, "contragents", at)
    told = (
        f"<Контрагенты><Контрагент><Ид>branch</Ид><Наименование>{name}, филиал</Наименование>"
        f"<ОфициальноеНаименование>{name}</ОфициальноеНаименование><ИНН>{inn}</ИНН><КПП>{BRANCH_KPP}</КПП>"
        "</Контрагент></Контрагенты>"
    )
    _send(session, "contragents.xml", _file(at, told), at)
    sessions.close(session)


def _call_from_a_copy(connection: Connection, at: dt.datetime) -> None:
    """Somebody let a copy of the base exchange too: its catalogue is another one, and its file is refused whole."""
    session = _begun(connection, "catalog", at)
    rests = _offers(at, (_rest(one[0], one[5]) for one in GOODS), catalogue="goods-copy")
    try:
        _send(session, "rests0_1.xml", rests, at)
    except Refused as refusal:
        sessions.fail(session, refusal)


def _begun(connection: Connection, kind: str, at: dt.datetime) -> ExchangeSession:
    actor = actor_of(connection)
    opened = sessions.open_session(
        actor=actor, connection=connection, kind=kind, secret=sessions.hashed(secrets.token_urlsafe(32)),
        address=ADDRESS, seen_with=["basic", "cookie", "version"], at=at,
    )  # fmt: skip
    return sessions.begin(actor=actor, session=opened, version=VERSION, at=at)


def _send(session: ExchangeSession, name: str, body: bytes, at: dt.datetime) -> None:
    sessions.receive(session, name, io.BytesIO(body))
    while not sessions.import_file(session, name, at=at).is_done:
        pass


def _file(at: dt.datetime, *parts: str) -> bytes:
    return "\n".join((HEAD.format(day=at.date().isoformat()), *parts, TAIL)).encode()


def _offers(at: dt.datetime, offers: Iterable[str], catalogue: str = "goods") -> bytes:
    return _file(at, PACKAGE.format(id=catalogue), *offers, "</Предложения></ПакетПредложений>")


def _price(offer: str, kind: str, price: str) -> str:
    inner = f"<ИдТипаЦены>{kind}</ИдТипаЦены><ЦенаЗаЕдиницу>{price}</ЦенаЗаЕдиницу>"
    return f"<Предложение><Ид>{offer}</Ид><Цены><Цена>{inner}</Цена></Цены></Предложение>"


def _rest(offer: str, rest: str) -> str:
    inner = f"<Склад><Ид>main</Ид><Количество>{rest}</Количество></Склад>"
    return f"<Предложение><Ид>{offer}</Ид><Остатки><Остаток>{inner}</Остаток></Остатки></Предложение>"


def _paid_partly(invoice: Invoice, at: dt.datetime) -> str:
    half = (invoice.total / 2).quantize(Decimal("0.01"))
    day = at.date().isoformat()
    return (
        f"<Документ><Ид>{invoice.uid}</Ид><Номер>{invoice.number}</Номер><Номер1С>УТ-000412</Номер1С>"
        f"<Дата>{invoice.date.isoformat()}</Дата><Дата1С>{day}</Дата1С><ХозОперация>Заказ товара</ХозОперация>"
        f"<ПодчиненныеДокументы><ПодчиненныйДокумент><Ид>payment-412</Ид><Номер>412</Номер><Дата>{day}</Дата>"
        f"<ХозОперация>Выплата безналичных денег</ХозОперация><Сумма>{half}</Сумма><ЗначенияРеквизитов>"
        "<ЗначениеРеквизита><Наименование>Проведен</Наименование><Значение>true</Значение></ЗначениеРеквизита>"
        "</ЗначенияРеквизитов></ПодчиненныйДокумент></ПодчиненныеДокументы></Документ>"
    )
