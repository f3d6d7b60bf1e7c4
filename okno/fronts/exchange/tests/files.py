"""Small files of a base of our own, and the state of the catalogue that they lead to in any order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from okno.areas.catalog.models import Group, Item, Offer, Price, Rest

HALF_HOUR = timedelta(minutes=31)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
HEAD += '<КоммерческаяИнформация ВерсияСхемы="2.09" ДатаФормирования="2026-03-02T10:00:00">'
PACKAGE = '<ПакетПредложений СодержитТолькоИзменения="true"><Ид>catalogue-1#</Ид><ИдКаталога>catalogue-1</ИдКаталога>'


def xml(*parts: str) -> bytes:
    """A file with these parts."""
    return (HEAD + "".join(parts) + "</КоммерческаяИнформация>").encode()


def catalogue(goods: Iterable[str], *, changes_only: bool = True) -> bytes:
    """A catalogue of plain goods."""
    rows = "".join(f"<Товар><Ид>{one}</Ид><Наименование>Товар {one}</Наименование></Товар>" for one in goods)
    only = "true" if changes_only else "false"
    return xml(f'<Каталог СодержитТолькоИзменения="{only}"><Ид>catalogue-1</Ид><Товары>{rows}</Товары></Каталог>')


CLASSIFIER = xml("""<Классификатор><Ид>classifier-1</Ид><Наименование>Классификатор</Наименование>
<Группы><Группа><Ид>root</Ид><Наименование>Обувь</Наименование><Группы>
<Группа><Ид>child</Ид><Наименование>Ботинки</Наименование></Группа></Группы></Группа></Группы>
<Свойства><Свойство><Ид>colour</Ид><Наименование>Цвет</Наименование><ТипЗначений>Справочник</ТипЗначений>
<ВариантыЗначений><Справочник><ИдЗначения>red</ИдЗначения><Значение>Красный</Значение></Справочник></ВариантыЗначений>
</Свойство></Свойства>
<ТипыЦен><ТипЦены><Ид>retail</Ид><Наименование>Розничная</Наименование><Валюта>руб</Валюта></ТипЦены></ТипыЦен>
<Склады><Склад><Ид>store</Ид><Наименование>Основной</Наименование></Склад></Склады></Классификатор>""")
IMPORT = xml("""<Каталог СодержитТолькоИзменения="true"><Ид>catalogue-1</Ид>
<ИдКлассификатора>classifier-1</ИдКлассификатора>
<Товары><Товар><Ид>boots</Ид><Артикул>B-1</Артикул><Наименование>Ботинки &amp;quot;Север&amp;quot;</Наименование>
<БазоваяЕдиница Код="715" НаименованиеПолное="Пара">пар</БазоваяЕдиница><Группы><Ид>child</Ид></Группы>
<ЗначенияСвойств><ЗначенияСвойства><Ид>colour</Ид><Значение>red</Значение></ЗначенияСвойства></ЗначенияСвойств>
<СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование><Ставка>20</Ставка></СтавкаНалога></СтавкиНалогов></Товар>
<Товар><Ид>laces</Ид><Наименование>Шнурки</Наименование><БазоваяЕдиница>796</БазоваяЕдиница>
<СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование><Ставка>Без НДС</Ставка></СтавкаНалога>
</СтавкиНалогов></Товар>
</Товары></Каталог>""")
OFFERS = xml(f"""{PACKAGE}<Предложения>
<Предложение><Ид>boots#41</Ид><Наименование>Ботинки (41)</Наименование><ХарактеристикиТовара><ХарактеристикаТовара>
<Наименование>Размер</Наименование><Значение>41</Значение></ХарактеристикаТовара></ХарактеристикиТовара></Предложение>
<Предложение><Ид>boots#42</Ид><Наименование>Ботинки (42)</Наименование></Предложение>
<Предложение><Ид>laces</Ид><Наименование>Шнурки</Наименование></Предложение></Предложения></ПакетПредложений>""")


def _price(offer: str, price: str) -> str:
    inner = f"<ИдТипаЦены>retail</ИдТипаЦены><ЦенаЗаЕдиницу>{price}</ЦенаЗаЕдиницу>"
    return f"<Предложение><Ид>{offer}</Ид><Цены><Цена>{inner}</Цена></Цены></Предложение>"


def _rest(offer: str, rest: str) -> str:
    inner = f"<Склад><Ид>store</Ид><Количество>{rest}</Количество></Склад>"
    return f"<Предложение><Ид>{offer}</Ид><Остатки><Остаток>{inner}</Остаток></Остатки></Предложение>"


PRICES = xml(
    PACKAGE, "<Предложения>", _price("boots#41", "5 100,50"), _price("boots#42", "5200"), _price("laces", "90"),
    "</Предложения></ПакетПредложений>",
)  # fmt: skip
RESTS = xml(
    PACKAGE, "<Предложения>", _rest("boots#41", "3"), _rest("boots#42", "0"), _rest("laces", "100"),
    "</Предложения></ПакетПредложений>",
)  # fmt: skip
SET = {
    "classifier.xml": CLASSIFIER,
    "import.xml": IMPORT,
    "offers.xml": OFFERS,
    "prices.xml": PRICES,
    "rests.xml": RESTS,
}
EXPECTED: dict[str, Any] = {
    "groups": [("Ботинки", "Обувь"), ("Обувь", None)],
    "items": [
        ('Ботинки "Север"', "B-1", "пар", "715", "20", "Ботинки", ["red"]),
        ("Шнурки", "", "шт", "796", "none", None, []),
    ],
    "offers": [("Ботинки (41)", "41", "3"), ("Ботинки (42)", "42", "0"), ("Шнурки", "", "100")],
    "prices": [
        ("Ботинки (41)", "5100.5000", "RUB"),
        ("Ботинки (42)", "5200.0000", "RUB"),
        ("Шнурки", "90.0000", "RUB"),
    ],
    "rests": [
        ("Ботинки (41)", "Основной", "3.000"),
        ("Ботинки (42)", "Основной", "0.000"),
        ("Шнурки", "Основной", "100.000"),
    ],
}


def state() -> dict[str, Any]:
    """The catalogue as it is now, without ids."""
    return {
        "groups": sorted(Group.objects.values_list("name", "parent__name")),
        "items": sorted(
            (one.name, one.article, one.unit, one.unit_code, one.vat, one.group.name if one.group else None,
             [value for values in one.properties.values() for value in values])
            for one in Item.objects.select_related("group")
        ),
        "offers": sorted(
            (one.name, one.characteristic, format(one.rest, ".0f") if one.rest is not None else "")
            for one in Offer.objects.all()
        ),
        "prices": sorted(
            (one.offer.name, str(one.value), one.currency) for one in Price.objects.select_related("offer")
        ),
        "rests": sorted(
            (one.offer.name, one.warehouse.name, str(one.quantity))
            for one in Rest.objects.select_related("offer", "warehouse")
        ),
    }  # fmt: skip
