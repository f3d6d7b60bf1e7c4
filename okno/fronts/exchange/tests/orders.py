"""Orders as 1C sends them, and what is read out of ours."""

from __future__ import annotations

from lxml import etree

from okno.areas.billing.models import Invoice
from okno.fronts.exchange.models import Outcome
from okno.fronts.exchange.tests import files
from okno.kit.testing.fakes.onec import OneC


def numbers(root: etree._Element) -> list[str]:
    """Numbers of the orders in an answer."""
    return [str(one) for one in root.xpath("//*[local-name()='Документ']/*[local-name()='Номер']/text()")]


def answer(invoice: Invoice, *inner: str, head: str = "", row: str = "", number: str = "") -> bytes:
    """What 1C sends back for an order."""
    rows = f"<Товары>{row}</Товары>" if row else ""
    told = "".join(inner)
    return files.xml(
        f"<Документ><Ид>{invoice.uid}</Ид><Номер>{number or invoice.number}</Номер><Номер1С>ТД-7</Номер1С>"
        f"<Дата>2026-03-02</Дата><Дата1С>2026-03-03</Дата1С><ХозОперация>Заказ товара</ХозОперация>{head}{rows}"
        f"<ЗначенияРеквизитов>{told}</ЗначенияРеквизитов></Документ>"
    )


def said(name: str, value: str) -> str:
    return f"<ЗначениеРеквизита><Наименование>{name}</Наименование><Значение>{value}</Значение></ЗначениеРеквизита>"


def paid(*payments: tuple[str, str], posted: str = "true") -> str:
    """Payments as documents below the order."""
    inner = "".join(
        f"<ПодчиненныйДокумент><Ид>{key}</Ид><Номер>{key}</Номер><Дата>2026-03-05</Дата>"
        f"<ХозОперация>Выплата безналичных денег</ХозОперация><Сумма>{amount}</Сумма>"
        f"<ЗначенияРеквизитов>{said('Проведен', posted)}</ЗначенияРеквизитов></ПодчиненныйДокумент>"
        for key, amount in payments
    )
    return f"<ПодчиненныеДокументы>{inner}</ПодчиненныеДокументы>"


def send(onec: OneC, body: bytes) -> Outcome:
    """A session in which 1C sends one order."""
    onec.exchange_orders(body)
    return Outcome.objects.filter(package__direction="in", kind="order").order_by("-id")[0]


ROW = """<Товар><Ид>boots#41</Ид><Наименование>Ботинки (41)</Наименование><ЦенаЗаЕдиницу>5000</ЦенаЗаЕдиницу>
<Количество>{quantity}</Количество><Сумма>{total}</Сумма></Товар>"""


BORN = """<Документ><Ид>1c-order-1</Ид><Номер></Номер><Номер1С>ТД-9</Номер1С><Дата>2026-03-02</Дата>
<Время>23:30:00</Время><ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль><Сумма>5000</Сумма>
<Контрагенты><Контрагент><Ид>party-1</Ид><Наименование>ООО «Лютик»</Наименование>
<ОфициальноеНаименование>ООО «Лютик»</ОфициальноеНаименование><ИНН>{inn}</ИНН><КПП>{kpp}</КПП><Роль>Покупатель</Роль>
</Контрагент></Контрагенты><Товары>{row}</Товары></Документ>"""


def born(inn: str = "7704217370", kpp: str = "770401001") -> bytes:
    return files.xml(BORN.format(inn=inn, kpp=kpp, row=ROW.format(quantity=1, total=5000)))
