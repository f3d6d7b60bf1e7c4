"""Goods and offers of a batch applied, with their groups, properties, prices and rests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.catalog import commands as catalog
from okno.areas.catalog.commands import Batch
from okno.fronts.exchange import rules
from okno.fronts.exchange.commands import values
from okno.fronts.exchange.commands.catalogue import Entry, Taking
from okno.fronts.exchange.commands.journal import Result, Told
from okno.fronts.exchange.parts.commerceml.found import Found
from okno.fronts.exchange.parts.commerceml.goods import GoodsSeen
from okno.fronts.exchange.parts.commerceml.offers import OfferSeen
from okno.kit.errors import Refused


def take_goods(taking: Taking, found: Sequence[Found]) -> None:
    """Items, and offers where the goods of an old format are variants already."""
    seen = [(one, one.object) for one in found if isinstance(one.object, GoodsSeen)]
    if not seen:
        return
    _know_units(taking, (goods.unit.code for _one, goods in seen if goods.unit))
    _make_properties(taking, [goods for _one, goods in seen])
    items, variants = [], []
    for one, goods in seen:
        told = taking.journal.about(
            "item", values.offer_key(goods.goods_id, goods.characteristic_id), one.line, goods.name
        )
        entry = _item_entry(taking, goods, told)
        items.append(entry)
        if goods.characteristic_id:
            variants.append((entry, goods))
    taking.apply("item", items)
    changed = [pair for pair in variants if not pair[0].told.results <= {Result.UNCHANGED, Result.IGNORED}]
    taking.apply("offer", [_variant_entry(taking, goods, entry) for entry, goods in changed])


def _item_entry(taking: Taking, goods: GoodsSeen, told: Told) -> Entry:
    columns = values.item_values(goods, taking.units)
    group_id = next(filter(None, (taking.links.row_id("group", one) for one in goods.group_ids)), None)
    if group_id is not None:
        columns["group_id"] = group_id
    elif goods.group_ids:
        taking.wait("item_group", goods.goods_id, ("group", goods.group_ids[0]), {}, told.line)
        told.messages.append(_("Its group has not come yet."))
    properties = values.property_values(goods.properties, lambda one: taking.links.row_id("property", one))
    if properties:
        columns["properties"] = properties
    if rate := values.unknown_vat(goods):
        told.messages.append(_("The VAT rate “%(rate)s” is not known.") % {"rate": rate})
    key = ("item", goods.goods_id)
    is_variant = bool(goods.characteristic_id)
    mark = (
        ("offer", values.offer_key(goods.goods_id, goods.characteristic_id), "goods") if is_variant else (*key, "item")
    )
    printed = rules.print_of(goods, goods.version, deleted=goods.deleted)
    # A deleted variant says nothing of the other variants of its goods.
    deleted = goods.deleted and not is_variant
    return Entry(key, columns, told, mark, printed, goods.version, deleted)


def _variant_entry(taking: Taking, goods: GoodsSeen, entry: Entry) -> Entry:
    columns = values.offer_values(goods, taking.units)
    columns |= {"item_id": taking.links.row_id("item", goods.goods_id), "characteristic": goods.characteristic_id[:100]}
    key = ("offer", values.offer_key(goods.goods_id, goods.characteristic_id))
    return Entry(key, columns, entry.told, (*key, "variant"), entry.print, goods.version, goods.deleted)


def _make_properties(taking: Taking, goods: Iterable[GoodsSeen]) -> None:
    """Properties that no classifier has told yet are made by their ids, so that values are never lost."""
    unknown = {
        one.id: one.name
        for seen in goods
        for one in seen.properties
        if one.id and one.values and taking.links.row_id("property", one.id) is None
    }
    _make_named(taking, "property", {key: name[:255] for key, name in unknown.items()}, how="goods")


def _make_named(taking: Taking, kind: str, names: Mapping[str, str], how: str) -> None:
    """Make rows for things that are only named yet, by id in 1C; one without a name is called by its id."""
    if not names:
        return
    rows = [(None, {"name": name or foreign_id}) for foreign_id, name in names.items()]
    taken = catalog.take_in_batch(actor=taking.actor, kind=kind, batch=Batch(rows))
    for foreign_id, (row_id, _result) in zip(names, taken, strict=True):
        link = taking.links.touch(kind, foreign_id)
        link.how = how
        taking.links.set_row(link, f"catalog.{kind}", row_id)


def _know_units(taking: Taking, codes: Iterable[str]) -> None:
    for code in set(codes):
        link = taking.links.get("unit", code)
        if link is not None:
            taking.units[code] = str(link.details.get("name", ""))


@dataclass
class Facts:
    """Prices and rests of offers, gathered to be written by one command each."""

    prices: list[tuple[Any, ...]] = field(default_factory=list)
    totals: list[tuple[int, Decimal]] = field(default_factory=list)
    places: list[tuple[int, int, Decimal]] = field(default_factory=list)
    told_prices: list[tuple[int, Told]] = field(default_factory=list)
    told_rests: list[tuple[int, Told]] = field(default_factory=list)


def take_offers(taking: Taking, found: Sequence[Found]) -> None:
    """Offers, then their prices and rests; what comes before its offer waits."""
    seen = [(one, one.object) for one in found if isinstance(one.object, OfferSeen)]
    if not seen:
        return
    _know_units(taking, (offer.unit.code for _one, offer in seen if offer.unit))
    told = [(_about(taking, one, offer), offer) for one, offer in seen]
    _identities(taking, [(one, offer) for one, offer in told if _is_identity(offer)])
    facts = Facts()
    for one, offer in told:
        if not offer.deleted:
            _facts_of(taking, facts, one, offer)
    write_facts(taking, facts)


def _about(taking: Taking, one: Found, offer: OfferSeen) -> Told:
    key = values.offer_key(offer.goods_id, offer.characteristic_id)
    kind = "offer" if _is_identity(offer) else "prices" if offer.has_prices else "rests"
    return taking.journal.about(kind, key, one.line, offer.name)


def _is_identity(offer: OfferSeen) -> bool:
    """The element tells of the offer itself, not of its price or rest alone."""
    return bool(offer.name) or offer.deleted or not (offer.has_prices or offer.has_rests)


def _identities(taking: Taking, told: Sequence[tuple[Told, OfferSeen]]) -> None:
    _make_items(taking, [(one, offer) for one, offer in told if not offer.deleted])
    entries = []
    for one, offer in told:
        key = ("offer", values.offer_key(offer.goods_id, offer.characteristic_id))
        columns = values.offer_values(offer, taking.units)
        columns |= {
            "item_id": taking.links.row_id("item", offer.goods_id),
            "characteristic": offer.characteristic_id[:100],
        }
        printed = rules.print_of(_without_facts(offer), offer.version, deleted=offer.deleted)
        entries.append(Entry(key, columns, one, (*key, "offer"), printed, offer.version, offer.deleted))
    taking.apply("offer", entries)


def _without_facts(offer: OfferSeen) -> tuple[Any, ...]:
    """What of an offer is compared: prices and rests have prints of their own."""
    return (offer.name, offer.article, offer.barcode, offer.unit, offer.characteristics, offer.deleted)


def _make_items(taking: Taking, told: Sequence[tuple[Told, OfferSeen]]) -> None:
    """Goods that were never told are made by the name of their first offer; the goods themselves will fill them in."""
    unknown: dict[str, str] = {}
    for _one, offer in told:
        if taking.links.row_id("item", offer.goods_id) is None:
            unknown.setdefault(offer.goods_id, offer.name[:500])
    _make_named(taking, "item", unknown, how="offer")


def _facts_of(taking: Taking, facts: Facts, told: Told, offer: OfferSeen) -> None:
    """Prices and rests that have changed. A number that does not fit is the fault of this offer only."""
    try:
        prices = values.prices_of(offer) if offer.prices else []
        rests = values.rests_of(offer) if offer.has_rests else {}
    except Refused as refusal:
        told.say(Result.REFUSED, refusal.message)
        return
    key = values.offer_key(offer.goods_id, offer.characteristic_id)
    row_id = taking.links.row_id("offer", key)
    for aspect, payload in (("prices", prices), ("rests", rests)):
        if payload and row_id is None:
            taking.wait(aspect, key, ("offer", key), {"told": payload}, told.line)
            told.say(Result.WAITING, _("The offer has not come yet."))
        elif payload:
            _aspect(taking, facts, told, key, aspect, payload)
    if not told.results:
        told.say(Result.UNCHANGED)


def _aspect(taking: Taking, facts: Facts, told: Told, key: str, aspect: str, payload: Any) -> None:
    link = taking.links.touch("offer", key)
    told.record, told.row_id = link.record, link.row_id
    printed = rules.print_of(payload)
    if link.prints.get(aspect) == printed:
        told.say(Result.UNCHANGED)
        return
    link.prints[aspect] = printed
    (add_prices if aspect == "prices" else add_rests)(taking, facts, told, key, payload)


def add_prices(taking: Taking, facts: Facts, told: Told, key: str, prices: Sequence[dict[str, str]]) -> None:
    """Put prices of a known offer among those to be written; one of an unknown type waits for it."""
    row_id = taking.links.row_id("offer", key)
    for one in prices:
        type_link = taking.links.get("price_type", one["type"])
        if row_id is None or type_link is None or type_link.row_id is None:
            taking.wait(
                "price", f"{key}@{one['from']}", ("price_type", one["type"]), {"offer": key, "told": one}, told.line
            )
            told.say(Result.WAITING, _("The price type “%(id)s” has not come yet.") % {"id": one["type"]})
            continue
        currency = rules.currency_code(one["currency"], str(type_link.details.get("currency") or "RUB"))
        facts.prices.append(
            (row_id, type_link.row_id, Decimal(one["from"]), Decimal(one["value"]), currency, one["unit"],
             Decimal(one["coefficient"]))
        )  # fmt: skip
        facts.told_prices.append((row_id, told))


def add_rests(taking: Taking, facts: Facts, told: Told, key: str, rests: dict[str, Any]) -> None:
    """Put rests of a known offer among those to be written; those of an unknown warehouse wait for it."""
    row_id = taking.links.row_id("offer", key)
    if row_id is None:
        return
    if rests.get("total") is not None:
        facts.totals.append((row_id, Decimal(rests["total"])))
        facts.told_rests.append((row_id, told))
    for place, quantity in rests["places"].items():
        place_id = taking.links.row_id("warehouse", place)
        if place_id is None:
            taking.wait("rest", key, ("warehouse", place), {"offer": key, "quantity": quantity}, told.line)
            told.say(Result.WAITING, _("The warehouse “%(id)s” has not come yet.") % {"id": place})
            continue
        facts.places.append((row_id, place_id, Decimal(quantity)))
        facts.told_rests.append((row_id, told))


def write_facts(taking: Taking, facts: Facts) -> None:
    """Write prices and rests and say which have changed."""
    changed = catalog.take_prices(actor=taking.actor, batch=Batch(facts.prices)) if facts.prices else set()
    for row_id, told in facts.told_prices:
        told.say(Result.UPDATED if row_id in changed else Result.UNCHANGED)
    if not facts.told_rests:
        return
    changed = catalog.take_rests(actor=taking.actor, totals=Batch(facts.totals), places=Batch(facts.places))
    for row_id, told in facts.told_rests:
        told.say(Result.UPDATED if row_id in changed else Result.UNCHANGED)
