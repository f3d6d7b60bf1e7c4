"""What the demo company shows of imports: clients and prospects of exhibitions, and an address book checked only."""

from __future__ import annotations

import io
from typing import Any

from okno.access import queries as access
from okno.access.models import User
from okno.engines.imports.commands import running, setting
from okno.engines.imports.models import Import
from okno.kit.permissions import Actor
from okno.kit.registry import registry

CLIENTS, PROSPECTS = "clients.client", "clients.prospect"
# The last row is there to be refused: its INN has a slip.
CUSTOMERS = """Наименование;ИНН;КПП;Телефон;Эл. почта;Город;Контакт: ФИО;Контакт: телефон
ООО «Складские решения Юг»;2310031475;231001001;8 861 200-10-20;info@sklad-yug.test;Краснодар;Ткаченко Олег;89182001020
ООО «Складские решения Юг»;2310031475;;;;;Мороз Светлана;89182001021
ИП Ахметов Р. И.;;;8 843 200-30-40;ahmetov@stellazh.test;Казань;;
ООО «Логистик Парк»;5047041033;504701001;8 495 200-50-60;office@logpark.test;Химки;Белов Денис;89162005060
ООО «Опечатка»;5047041034;;;;Химки;;
"""
# One is a client already, one stands twice, of one the mail address cannot be read.
VISITORS = """Название;Контактное лицо;Должность;Телефон;Эл. почта;Город;Комментарий
ООО «Стеллаж-Профи»;Гуров Илья;Завскладом;8 863 210-10-10;gurov@stellazh-profi.test;Ростов-на-Дону;Ищет мезонин
ООО «Складские решения Юг»;Ткаченко Олег;;8 861 200-10-20;;Краснодар;Взял каталог
ООО «Холод-Транзит»;Юдина Мария;Логист;8 812 310-20-30;yudina@holod-tranzit.test;Мурино;Морозильный склад
ООО «Холод-Транзит»;Петренко Глеб;;8 812 310-20-30;;;Подходил второй раз
ООО «Фармсклад»;Зорина Алла;;8 812 410-50-60;zorina@farmsklad.test;Пушкин;Просила цены
ООО «Агро-Логист»;Кравец Пётр;;8 473 220-40-50;kravets.agro-logist;Воронеж;Зерновые контейнеры
"""
BOOK = """BEGIN:VCARD\r
VERSION:3.0\r
FN:Лапин Виктор\r
ORG:ООО «Стеллаж-Монтаж»\r
TITLE:Прораб\r
TEL;TYPE=CELL:+7 916 320-11-22\r
TEL;TYPE=WORK:+7 495 320-11-20\r
EMAIL:lapin@stellazh-montazh.test\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:3.0\r
FN:Осипова Раиса Львовна\r
TEL;TYPE=CELL:+7 903 540-33-44\r
NOTE:Домашний склад варенья, просит одну секцию\r
END:VCARD\r
"""


def fill(size: str = "small", **_more: Any) -> list[str]:
    """Import files in the name of the head of the company, once; of the address book only what would become of it."""
    user = User.objects.filter(roles__code="director").order_by("pk").first()
    if user is None or not {CLIENTS, PROSPECTS} <= set(registry.records) or Import.objects.exists():
        return []
    actor = access.actor_of(user)
    row = _checked(actor, CLIENTS, CUSTOMERS, "Выставка CeMAT.csv", source="Выставка")
    running.run_now(actor, row)
    setting.keep_settings(actor=actor, row=row, name="Клиенты с выставки", is_shared=True)
    visitors = _checked(
        actor, PROSPECTS, VISITORS, "Гости стенда TransRussia.csv", source="Выставка", batch="TransRussia"
    )
    running.run_now(actor, visitors)
    setting.keep_settings(actor=actor, row=visitors, name="Гости стенда", is_shared=True)
    _checked(actor, CLIENTS, BOOK, "Контакты из телефона.vcf", source="Телефонная книга")
    return []


def _checked(actor: Actor, record: str, text: str, name: str, **constants: str) -> Import:
    """An import of a file of Windows whose rows were tried."""
    row = setting.taken_in(actor, record, io.BytesIO(text.encode("windows-1251")), name)
    row = setting.set_up(actor=actor, row=row, settings={**row.settings, "constants": constants})
    return running.run_now(actor, row, is_dry=True)
