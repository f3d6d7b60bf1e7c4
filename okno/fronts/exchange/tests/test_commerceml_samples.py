"""Real files of other people's 1C: every one is read, and nothing in it is lost."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from okno.fronts.exchange.parts.commerceml import decoding, meaning
from okno.fronts.exchange.parts.commerceml.classifier import GroupSeen, PriceTypeSeen, PropertySeen, UnitSeen
from okno.fronts.exchange.parts.commerceml.documents import DocumentSeen
from okno.fronts.exchange.parts.commerceml.found import Owner, Trouble
from okno.fronts.exchange.parts.commerceml.goods import GoodsSeen
from okno.fronts.exchange.parts.commerceml.offers import OfferSeen
from okno.fronts.exchange.parts.commerceml.parties import CounterpartySeen
from okno.fronts.exchange.parts.commerceml.reader import read

SAMPLES = Path(__file__).resolve().parents[5] / "shared" / "samples" / "commerceml"
FILES = sorted(SAMPLES.rglob("*.xml"))
pytestmark = pytest.mark.skipif(not FILES, reason="the sample files are not beside the checkout")
PLAIN = {
    "Группа": GroupSeen, "Свойство": PropertySeen, "ТипЦены": PriceTypeSeen, "ЕдиницаИзмерения": UnitSeen,
    "Владелец": Owner, "Предложение": OfferSeen, "Документ": DocumentSeen,
}  # fmt: skip


def found_in(path):
    with path.open("rb") as stream:
        return [found.object for found in read(stream)]


def text_of(path):
    with path.open("rb") as stream:
        return "".join(decoding.decoded(stream).pieces)


def tags(text, name):
    return len(re.findall(rf"<{name}[\s>]", text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sample_is_read_without_trouble(path):
    assert not [one for one in found_in(path) if isinstance(one, Trouble)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_counts_equal_a_plain_search_of_tags(path):
    things, text = found_in(path), text_of(path)
    counts = Counter(type(one) for one in things)
    documents = [one for one in things if isinstance(one, DocumentSeen)]

    assert {name: counts[kind] for name, kind in PLAIN.items()} == {name: tags(text, name) for name in PLAIN}
    assert counts[GoodsSeen] + sum(len(one.rows) for one in documents) == tags(text, "Товар")
    people = sum(len(one.counterparties) for one in documents)
    nested = len(re.findall(r"<Представитель>\s*<Контрагент>", text))
    assert counts[CounterpartySeen] + people + nested == tags(text, "Контрагент")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_details_equal_a_plain_search_of_tags(path):
    things, text = found_in(path), text_of(path)
    goods = [one for one in things if isinstance(one, GoodsSeen)]
    offers = [one for one in things if isinstance(one, OfferSeen)]
    documents = [one for one in things if isinstance(one, DocumentSeen)]
    rows = [row for one in documents for row in one.rows]

    prices = sum(tags(part, "Цена") for part in re.findall("<Предложение>.*?</Предложение>", text, re.DOTALL))
    assert sum(len(one.prices) for one in offers) == prices
    pictures = [one.pictures for one in goods] + [one.pictures for one in offers]
    assert sum(map(len, pictures)) == len(re.findall(r"<Картинка>[^<]", text))
    requisites = [one.requisites for one in goods] + [one.requisites for one in offers]
    requisites += [one.requisites for one in rows] + [one.requisites for one in documents]
    assert sum(map(len, requisites)) == tags(text, "ЗначениеРеквизита")
    properties = [one.properties for one in goods] + [one.properties for one in offers]
    assert sum(map(len, properties)) == tags(text, "ЗначенияСвойства")
    options = sum(len(one.options) for one in things if isinstance(one, PropertySeen))
    assert options >= tags(text, "Справочник")


def test_bitrix_order_in_windows_1251_is_read():
    first = next(
        one for one in found_in(SAMPLES / "carono-orders-site-2.03-cp1251.xml") if isinstance(one, DocumentSeen)
    )

    assert first.rows[0].is_delivery
    assert first.counterparties[0].representatives[0].name == "Петр Петров"
    assert first.counterparties[0].representatives[0].relation == "Контактное лицо"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_totals_of_documents_agree_with_their_rows(path):
    for one in found_in(path):
        if isinstance(one, DocumentSeen) and one.has_rows:
            assert meaning.computed_total(one) == one.total


def test_speed_is_told(capsys):
    path = max(FILES, key=lambda one: one.stat().st_size)
    began = time.perf_counter()
    count = sum(len(found_in(path)) for _round in range(5))
    spent = time.perf_counter() - began
    with capsys.disabled():
        print(f"\nCommerceML: {count / spent:,.0f} objects a second ({path.name})")  # noqa: T201 - the point of the test
