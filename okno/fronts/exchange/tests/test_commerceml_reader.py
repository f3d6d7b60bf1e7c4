"""The streaming reader: objects, checkpoints, limits and refusals."""

from __future__ import annotations

import io
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest

from okno.fronts.exchange.parts.commerceml.classifier import GroupSeen, PropertySeen
from okno.fronts.exchange.parts.commerceml.found import (
    CatalogueStart,
    ClassifierStart,
    Found,
    Header,
    Ignored,
    OfferPackageStart,
    Trouble,
)
from okno.fronts.exchange.parts.commerceml.goods import GoodsSeen
from okno.fronts.exchange.parts.commerceml.offers import OfferSeen, Rest
from okno.fronts.exchange.parts.commerceml.reader import read
from okno.fronts.exchange.parts.commerceml.units import Unit
from okno.kit.errors import Refused

FIXTURES = Path(__file__).parent / "fixtures"
ROOT = "КоммерческаяИнформация"


def things(data, kind=object, start=0):
    stream = io.BytesIO(data if isinstance(data, bytes) else data.encode())
    return [found.object for found in read(stream, start) if isinstance(found.object, kind)]


def fixture(name, kind=object):
    return things((FIXTURES / name).read_bytes(), kind)


def wrapped(inside, encoding="utf-8"):
    return f'<?xml version="1.0" encoding="{encoding}"?><{ROOT} ВерсияСхемы="2.09">{inside}</{ROOT}>'


def offers(count):
    yield f'<?xml version="1.0"?>\n<{ROOT} xmlns="urn:1C.ru:commerceml_2"><ПакетПредложений><Ид>x#</Ид><Предложения>\n'
    for number in range(count):
        yield (
            f"<Предложение>\n<Ид>g-{number}#c</Ид>\n<Наименование>Дезодорант {number} без следов 150мл</Наименование>\n"
            "<Цены><Цена><Представление>181 RUB за шт</Представление><ИдТипаЦены>retail</ИдТипаЦены>"
            f"<ЦенаЗаЕдиницу>{number}.50</ЦенаЗаЕдиницу><Валюта>RUB</Валюта><Единица>шт</Единица></Цена></Цены>\n"
            f"<Количество>{number % 50}</Количество>\n</Предложение>\n"
        )
    yield f"</Предложения></ПакетПредложений></{ROOT}>"


def test_read_tells_the_header_first():
    header = fixture("catalogue.xml")[0]

    assert isinstance(header, Header)
    assert (header.version, header.namespace, header.encoding) == ("2.07", "", "utf-8")
    assert header.formed_at is not None
    assert header.formed_at.isoformat() == "2026-10-31T02:25:50"


def test_catalogue_without_the_attribute_is_partial():
    [start] = fixture("catalogue.xml", CatalogueStart)

    assert start == CatalogueStart("cat", "cls", "Каталог", changes_only=True)


def test_goods_carry_everything_the_file_tells():
    lamp = fixture("catalogue.xml", GoodsSeen)[0]

    assert lamp.name == 'Лампа "Свет" 5\''
    assert (lamp.article, lamp.code, lamp.brand, lamp.weight) == ("A-1", "К-1", "Свет", Decimal("0.175"))
    assert lamp.group_ids == ("group-1", "group-2")
    assert (lamp.description, lamp.description_is_html) == ("<p>Лампа</p>", True)
    assert lamp.pictures == ("import_files/aa/one.jpg", "import_files/aa/two.jpg")
    assert lamp.picture_texts == (("import_files/aa/two.jpg", "Вид сбоку"),)
    assert lamp.properties == (("color", "", ("red", "blue")), ("size", "", ()))
    assert lamp.taxes == (("НДС", "Без НДС"),)
    assert lamp.maker == ("m-1", "Завод", "")


def test_goods_are_deleted_by_status_and_by_requisite():
    deleted = {one.goods_id for one in fixture("catalogue.xml", GoodsSeen) if one.deleted}

    assert deleted == {"g-2", "g-5"}


def test_base_unit_is_read_in_five_shapes():
    units = [one.unit for one in fixture("catalogue.xml", GoodsSeen)]

    assert units == [
        Unit(code="796", name="шт", full_name="Штука", international="PCE"),
        Unit(code="715", name="пар", coefficient=Decimal(1)),
        Unit(code="715", full_name="Пара", coefficient=Decimal(2)),
        Unit(code="796"),
        None,
    ]


def test_goods_without_an_id_are_a_trouble_and_reading_goes_on():
    [trouble] = fixture("catalogue.xml", Trouble)

    assert (trouble.element, trouble.code, trouble.line) == ("Товар", "exchange.no_id", 42)
    assert fixture("catalogue.xml", GoodsSeen)[-1].goods_id == "g-5"


def test_what_nobody_reads_is_told_once():
    ignored = [one.element for one in fixture("catalogue.xml", Ignored)]

    assert ignored == ["Товар/ОсобыеСведения", "Каталог/Подписанты"]


def test_changes_of_offers_are_read_with_their_own_characteristic():
    [start] = fixture("changes.xml", OfferPackageStart)
    first, third = fixture("changes.xml", OfferSeen)

    assert (start.id, start.catalogue_id, start.changes_only, start.is_changes) == ("cat", "cat", True, True)
    assert (first.goods_id, first.characteristic_id, first.unit) == ("g-1", "c-1", Unit(code="796"))
    assert first.warehouse_rests == (Rest("w-1", Decimal(3)), Rest("w-2", Decimal("1004.5")))
    assert (first.quantity, first.total) == (None, Decimal("1007.5"))
    assert (third.has_prices, third.has_rests, third.total) == (False, True, Decimal(0))


def test_price_keeps_what_the_file_tells_about_it():
    [price] = fixture("changes.xml", OfferSeen)[0].prices

    assert (price.type_id, price.price, price.currency, price.min_qty) == ("retail", Decimal(1990), "руб", Decimal(10))
    assert price.unit == Unit(international="PCE", coefficient=Decimal(1))


def test_empty_price_tells_nothing():
    inside = (
        "<Предложение><Ид>g</Ид><Цены><Цена><ИдТипаЦены>a</ИдТипаЦены><ЦенаЗаЕдиницу/></Цена>"
        "<Цена><ИдТипаЦены>b</ИдТипаЦены><ЦенаЗаЕдиницу>0</ЦенаЗаЕдиницу></Цена></Цены></Предложение>"
    )
    [offer] = things(wrapped(f"<ПакетПредложений><Предложения>{inside}</Предложения></ПакетПредложений>"), OfferSeen)

    assert [(one.type_id, one.price) for one in offer.prices] == [("b", Decimal(0))]


def test_price_that_is_no_number_is_a_trouble_of_its_offer():
    [trouble] = fixture("changes.xml", Trouble)

    assert (trouble.object_id, trouble.code) == ("g-2", "exchange.not_a_number")


def test_rests_without_warehouse_are_the_total():
    inside = "<Предложение><Ид>g</Ид><Остатки><Остаток><Количество>2</Количество></Остаток></Остатки></Предложение>"
    [offer] = things(wrapped(f"<ПакетПредложений><Предложения>{inside}</Предложения></ПакетПредложений>"), OfferSeen)

    assert (offer.quantity, offer.warehouse_rests) == (Decimal(2), ())


def test_quantity_that_is_absent_is_unknown():
    inside = "<Предложение><Ид>g</Ид></Предложение>"
    [offer] = things(wrapped(f"<ПакетПредложений><Предложения>{inside}</Предложения></ПакетПредложений>"), OfferSeen)

    assert (offer.total, offer.has_rests, offer.has_prices) == (None, False, False)


def test_groups_come_parents_first_and_know_their_parent():
    inside = (
        "<Группа><Ид>a</Ид><Наименование>А</Наименование><Группы>"
        "<Группа><Ид>b</Ид><Наименование>Б</Наименование><Группы><Группа><Ид>c</Ид></Группа></Группы></Группа>"
        "</Группы></Группа><Группа><Ид>d</Ид></Группа>"
    )
    groups = things(wrapped(f"<Классификатор><Группы>{inside}</Группы></Классификатор>"), GroupSeen)

    assert [(one.id, one.parent_id) for one in groups] == [("a", ""), ("b", "a"), ("c", "b"), ("d", "")]


def test_property_takes_values_with_and_without_ids():
    inside = (
        "<Свойство><Ид>p</Ид><Множественное>Да</Множественное><ВариантыЗначений><Значение>Red</Значение>"
        "<Справочник><ИдЗначения>1</ИдЗначения><Значение>Синий</Значение></Справочник><ВариантыЗначений/>"
        "</ВариантыЗначений></Свойство><СвойствоНоменклатуры><Ид>q</Ид></СвойствоНоменклатуры>"
    )
    found = things(wrapped(f"<Классификатор><Свойства>{inside}</Свойства></Классификатор>"), PropertySeen)

    assert [(one.id, one.many, one.options) for one in found] == [
        ("p", True, (("", "Red"), ("1", "Синий"))),
        ("q", False, ()),
    ]


def test_reading_from_a_checkpoint_gives_the_rest():
    data = "".join(offers(500))
    everything = [one for one in read(io.BytesIO(data.encode())) if isinstance(one.object, OfferSeen)]

    rest = list(read(io.BytesIO(data.encode()), start=everything[321].index))

    assert [one for one in rest if isinstance(one.object, OfferSeen)] == everything[321:]
    assert [type(one.object) for one in rest[:2]] == [Header, OfferPackageStart]


def test_checkpoints_count_troubles_too():
    data = (FIXTURES / "catalogue.xml").read_bytes()
    whole = {
        one.index: type(one.object) for one in read(io.BytesIO(data)) if isinstance(one.object, GoodsSeen | Trouble)
    }

    for index, kind in whole.items():
        after = [one for one in read(io.BytesIO(data), index) if isinstance(one.object, GoodsSeen | Trouble)]
        assert (after[0].index, type(after[0].object)) == (index, kind)


def test_lines_are_those_of_the_file_far_beyond_65535():
    found = list(read(io.BytesIO("".join(offers(15_000)).encode())))

    assert found[2].line == 3
    assert abs(found[-1].line - (3 + 14_999 * 6)) <= 1


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells the resident memory so plainly")
def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "offers.xml"
    with path.open("w", encoding="utf-8") as target:
        target.writelines(offers(200_000))
    assert path.stat().st_size > 100 * 1024**2
    count, before, most = 0, resident(), 0
    with path.open("rb") as stream:
        for count, _found in enumerate(read(stream), 1):
            if count % 10_000 == 0:
                most = max(most, resident())

    assert count == 200_002
    assert most - before < 64 * 1024**2


def resident():
    """Resident memory of this process in bytes: the parser keeps its trees outside what tracemalloc sees."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def test_objects_do_not_pile_up_in_python_either():
    data = "".join(offers(20_000)).encode()
    tracemalloc.start()
    for _found in read(io.BytesIO(data)):
        pass
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4 * 1024**2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("declared", ["UTF-8", "windows-1251", "koi8-unknown"])
def test_encoding_is_found_whatever_is_declared(encoding, declared):
    data = wrapped("<Каталог><Ид>1</Ид><Наименование>Ёлки №5</Наименование></Каталог>", declared).encode(encoding)

    assert things(data, CatalogueStart)[0].name == "Ёлки №5"


def test_bytes_of_another_encoding_in_the_middle_are_refused():
    data = wrapped("<Каталог><Ид>1</Ид><Наименование>@</Наименование></Каталог>").encode()

    with pytest.raises(Refused) as refused:
        things(data.replace(b"@", "Ёлки".encode("cp1251")))
    assert refused.value.code == "exchange.bad_bytes"


def test_characters_xml_forbids_do_not_stop_reading():
    data = wrapped("<Каталог><Ид>1</Ид><Наименование>Ёл\x01ки\x00</Наименование></Каталог>")

    assert things(data, CatalogueStart)[0].name == "Ёлки"


def test_broken_file_hands_out_what_came_before_and_names_the_place():
    data = "".join(offers(40)).encode()
    cut = data[: data.index(b"g-30#c")]
    got: list[Found] = []

    with pytest.raises(Refused) as refused:
        got.extend(read(io.BytesIO(cut)))

    assert refused.value.code == "exchange.broken_xml"
    assert refused.value.params["count"] == 30
    assert refused.value.params["element"].endswith("Предложения/Предложение")
    assert refused.value.params["line"] == 3 + 30 * 6 + 1
    assert len([one for one in got if isinstance(one.object, OfferSeen)]) == 30


def test_mismatched_tags_are_refused():
    with pytest.raises(Refused) as refused:
        things(f"<{ROOT}><Каталог><Ид>1</Каталог></{ROOT}>")
    assert refused.value.code == "exchange.broken_xml"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!-- comment --><!DOCTYPE b SYSTEM "file:///etc/passwd">',
    ],
)
def test_document_types_and_entities_are_refused(declaration):
    with pytest.raises(Refused) as refused:
        things(f'<?xml version="1.0"?>\n{declaration}<{ROOT}>&b;</{ROOT}>')
    assert refused.value.code == "exchange.dtd"


def test_undeclared_entity_is_refused():
    with pytest.raises(Refused) as refused:
        things(wrapped("<Каталог><Ид>&nbsp;</Ид></Каталог>"))
    assert refused.value.code == "exchange.broken_xml"


def test_too_deep_nesting_is_refused():
    with pytest.raises(Refused) as refused:
        things(wrapped("<Каталог>" + "<а>" * 5000 + "</а>" * 5000 + "</Каталог>"))
    assert refused.value.code == "exchange.broken_xml"


def test_object_without_end_is_refused_before_it_fills_the_memory():
    class Endless:
        def __init__(self):
            self.begun = False

        def read(self, size=-1, /):
            if self.begun:
                return b"<a>" + b"b" * (1 << 15) + b"</a>"
            self.begun = True
            return f"<{ROOT}><Каталог><Товары><Товар>".encode()

    with pytest.raises(Refused) as refused:
        list(read(Endless()))
    assert refused.value.code == "exchange.object_too_large"


@pytest.mark.parametrize(
    "data",
    [
        f'<{ROOT}><Каталог Идентификатор="1" Наименование="Т"><Товар Идентификатор="2"/></Каталог></{ROOT}>',
        f'<{ROOT} ВерсияСхемы="1.0"/>',
    ],
)
def test_commerceml_of_1c_77_is_refused_with_a_reason(data):
    with pytest.raises(Refused) as refused:
        things(data)
    assert refused.value.code == "exchange.commerceml_1"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "exchange.empty_file"),
        (b"\xef\xbb\xbf  \n", "exchange.empty_file"),
        (b"success\n", "exchange.not_xml"),
        (b"<html><body/></html>", "exchange.not_commerceml"),
        (b"PK\x03\x04 zip", "exchange.not_xml"),
    ],
)
def test_other_files_are_refused(data, code):
    with pytest.raises(Refused) as refused:
        things(data)
    assert refused.value.code == code


def test_fragment_without_the_usual_root_is_read():
    [start] = things("<Классификатор><Ид>1</Ид><Наименование>К</Наименование></Классификатор>", ClassifierStart)

    assert start == ClassifierStart("1", "К", changes_only=True)


def test_foreign_prefix_does_not_matter():
    data = f'<c:{ROOT} xmlns:c="urn:x"><c:Каталог><c:Ид>1</c:Ид></c:Каталог></c:{ROOT}>'

    assert things(data, CatalogueStart)[0].id == "1"
