"""Reads of prices: whose a document takes, what its goods cost, and what a line of it is filled with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from okno.areas.catalog import rules
from okno.areas.catalog.models import Line, Offer, Price, PriceType, told_price
from okno.areas.catalog.queries.goods import offers, parts
from okno.areas.catalog.rules import customers, is_sound
from okno.kit import conditions, formats, masters, money, naming, rates
from okno.kit.errors import Missing
from okno.kit.fields import holding
from okno.kit.openness import hidden_keys
from okno.kit.permissions import Actor

MOST_TOLD = 10


class Why(Enum):
    """Why a document takes these prices: somebody chose them, the client holds their rule, or they are the default."""

    CHOSEN = auto()
    HELD = auto()
    USUAL = auto()
    ONLY = auto()


@dataclass(frozen=True)
class Chosen:
    """The type of prices that a document takes, and why; `ONLY` is said where no type has a rule."""

    price_type: PriceType | None
    why: Why


@dataclass(frozen=True, kw_only=True)
class Terms:
    """
    How a document takes prices: by whose rules, of which type above all rules, in which currency, and by the rates of
    which day, the newest ones unless it is told.

    :param vat: how VAT goes in its sums; prices without VAT inside are given it, or the other way.
    """

    client_id: int | None = None
    price_type: PriceType | None = None
    currency: str = rates.MANAGEMENT
    vat: str = money.VatMode.NONE
    on: date = date.max

    @property
    def chosen(self) -> PriceType | None:
        """The type whose prices are taken."""
        return prices_for(self.client_id, self.price_type).price_type

    def percent(self, code: str) -> Decimal | None:
        """The VAT of a line by the code of its rate: without one, that of the day."""
        return (money.vat_rate(code) if code else money.standard_vat(self.on)).percent


@dataclass(frozen=True)
class Asked:
    """What a price is looked for: how much of which offer, and the code of its VAT rate."""

    offer_id: int
    quantity: Decimal
    vat: str


@dataclass(frozen=True)
class Cost:
    """
    What goods cost in a document; `lacked` is the type that it takes, where another was `taken` for lack of it, and
    `vat_turn` how many per cent of VAT the price was given, or below zero let go of.
    """

    price: Decimal
    taken: PriceType
    lacked: PriceType | None
    vat_turn: int

    @property
    def typed(self) -> dict[str, Any]:
        """As a line takes it."""
        types = (None, None) if self.lacked is None else (self.taken.pk, self.lacked.pk)
        return {"price": self.price, "taken_type": types[0], "lacked_type": types[1], "vat_turn": self.vat_turn}

    @property
    def note(self) -> str:
        """Which prices were taken for lack of others, and what became of their VAT, in words."""
        return told_price(self.taken, self.lacked, self.vat_turn)


def kept_types(offer: Offer) -> dict[int, str]:
    """Types, by id, whose prices of an offer another system keeps, with the name of the system."""
    if not masters.of("catalog.offer", [offer.pk]):
        return {}
    return masters.of("catalog.price_type", list(_types().values_list("pk", flat=True)))


def default_price_type() -> PriceType | None:
    """The type of prices used unless another is chosen."""
    return _types().first()


def price_rules() -> list[PriceType]:
    """Types of prices that say for whom they are, in the order in which they are asked."""
    return _asked(_types())


def prices_for(client_id: int | None, chosen: PriceType | None = None) -> Chosen:
    """
    Whose prices a client gets: those that somebody has chosen, else of the first type whose condition the client
    holds, else the default ones. At most two statements.

    :param chosen: the type that a document names.
    """
    if chosen is not None and not chosen.is_deleted:
        return Chosen(chosen, Why.CHOSEN)
    types = list(_types())
    asked = _asked(types)
    held = _held(client_id, [one for one in asked if is_sound(one)])
    usual = types[0] if types else None
    return Chosen(held, Why.HELD) if held else Chosen(usual, Why.USUAL if asked else Why.ONLY)


def told_prices(actor: Actor, found: Chosen) -> str:
    """Whose prices a document takes and why, in words; nothing where there is nothing to choose from."""
    if found.price_type is None or found.why is Why.ONLY:
        return ""
    told = {"name": found.price_type.name, "why": _why(actor, found)}
    return _("New goods come with prices of the type “%(name)s”: %(why)s") % told


def told_terms(actor: Actor, terms: Terms) -> str:
    """The same of a document, and whether VAT goes on top of its sums."""
    on_top = _("Prices and sums are without VAT: it goes on top.") if terms.vat == money.VatMode.ON_TOP else ""
    told = told_prices(actor, prices_for(terms.client_id, terms.price_type))
    return " ".join(one for one in (told and f"{told}.", on_top) if one)


def _why(actor: Actor, found: Chosen) -> str:
    if found.why is Why.CHOSEN:
        return _("chosen by hand")
    kind = found.price_type
    if kind is None or found.why is not Why.HELD:
        return _("used by default")
    condition, record = conditions.parse(kind.condition), customers()
    if any(hidden_keys(actor, record, condition)):
        return _("by a rule that asks of fields closed to you")
    return _("the client fits the rule %(rule)s") % {"rule": naming.sentence(actor, record, condition)}


def _types() -> QuerySet[PriceType]:
    return parts(PriceType).filter(is_deleted=False).order_by("-is_default", "id")


def _asked(types: Iterable[PriceType]) -> list[PriceType]:
    return sorted((one for one in types if one.condition), key=lambda one: (one.position, one.pk))


def _held(client_id: int | None, asked: list[PriceType]) -> PriceType | None:
    """The first type whose condition a client holds, judged with the eyes of the house."""
    if client_id is None or not asked:
        return None
    texts = [holding.text_of(one.condition) for one in asked]
    for _client, *flags in holding.held(customers(), [client_id], texts):
        return next((one for one, holds in zip(asked, flags, strict=True) if holds), None)
    return None


def price_of(offer: Offer, price_type: PriceType | None = None, quantity: Decimal = Decimal(1)) -> Price | None:
    """The price of an offer for a quantity as `rules.best_price` chooses it; None when there is none."""
    return rules.best_price(offer.prices.select_related("price_type"), price_type, quantity)


def costs_of_lines(lines: Iterable[Line], terms: Terms) -> dict[int, Cost]:
    """What lines of a document cost by their ids; those without a price that can be told are left out."""
    asked = {one.pk: Asked(one.offer_id, one.quantity, one.vat_rate) for one in lines if one.offer_id is not None}
    return _costs(asked, terms)


def recast(lines: Iterable[Line], rate: Decimal, vat: str, terms: Terms) -> list[dict[str, Any]]:
    """
    Lines of one document as they are typed into another: their prices in its currency, with VAT as its sums have it.

    :param rate: how much of its currency a unit of the former one is.
    :param vat: how VAT goes in the sums of the document that they come from.
    """
    is_inside, mode = vat == money.VatMode.INCLUDED, money.VatMode.NONE if vat == money.VatMode.NONE else terms.vat
    typed = []
    for one in lines:
        turn = money.vat_turn(terms.percent(one.vat_rate), is_inside=is_inside, mode=mode)
        price = money.turned(one.price * rate, turn)
        typed.append({**one.typed(), "price": price, "vat_turn": one.vat_turn + turn})
    return typed


def told_repricing(lines: Iterable[Line], terms: Terms) -> str:
    """Which prices of lines would change if they were taken anew, in words: `Racks: 607 → 600`."""
    found, currency = list(lines), terms.currency
    costs = costs_of_lines(found, terms)
    changed = [(one, costs[one.pk].price) for one in found if one.pk in costs and costs[one.pk].price != one.price]
    told = [
        f"{one.name}: {formats.money_text(one.price, currency)} → {formats.money_text(price, currency)}"
        for one, price in changed[:MOST_TOLD]
    ]
    if not told:
        return _("Nothing changes: the lines have today's prices, or there is none.")
    more = len(changed) - len(told)
    return "; ".join([*told, *([_("and %(count)s more") % {"count": more}] if more else [])]) + "."


def told_by_quantity(lines: Iterable[Mapping[str, Any]], terms: Terms) -> list[str]:
    """
    Typed lines whose price is one of the catalogue for another quantity, in words: `Beams: 12 for 6 710 each`. A price
    that people have typed by themselves is theirs.
    """
    asked = [
        (one, Asked(one["offer"], money.measures(one).quantity, str(one.get("vat") or "")))
        for one in lines
        if one.get("offer")
    ]
    by_offer, kind = _prices(one.offer_id for _line, one in asked), terms.chosen if asked else None
    told = []
    for line, one in asked:
        prices = by_offer.get(one.offer_id, ())
        costs = [_cost(prices, replace(one, quantity=step.min_quantity), kind, terms) for step in prices]
        now, price = _cost(prices, one, kind, terms), money.measures(line).price
        if now is not None and price != now.price and price in {cost.price for cost in costs if cost is not None}:
            given = {"goods": line["name"], "quantity": formats.quantity_text(one.quantity)}
            given["price"] = formats.money_text(now.price, terms.currency)
            told.append(_("%(goods)s: for the quantity %(quantity)s the price is %(price)s") % given)
    return told


def filled(lines: Iterable[Mapping[str, Any]], terms: Terms) -> list[dict[str, Any]]:
    """
    Lines as they are typed, where one of an offer may leave out its name or price: they are taken from the catalogue,
    with unit and VAT rate, as a form takes them.

    :raises Refused: a line has no name or no price, and the catalogue tells none; or there is no such VAT rate.
    """
    typed = [_known(one) for one in lines]
    bare = {number: one for number, one in enumerate(typed) if not one.get("name") or one.get("price") in (None, "")}
    if not bare:
        return typed
    goods = {one.pk: one for one in parts(Offer).filter(pk__in=_offers_of(bare.values())).select_related("item")}
    asked = {
        number: Asked(
            one["offer"],
            money.read_amount(str(one.get("quantity") or 1)),
            str(one.get("vat") or goods[one["offer"]].item.vat),
        )
        for number, one in bare.items()
        if one.get("offer") in goods
    }
    found = _costs(asked, terms)
    for number, one in bare.items():
        typed[number] = _completed(one, goods.get(one.get("offer") or 0), found.get(number))
    return typed


def _known(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line without types that are not there: whoever sent it may have them from long ago."""
    types = [line.get("taken_type"), line.get("lacked_type")]
    if any(types) and parts(PriceType).filter(pk__in=[one for one in types if one]).count() < len(set(types)):
        return {**line, "taken_type": None, "lacked_type": None}
    return dict(line)


def _offers_of(lines: Iterable[Mapping[str, Any]]) -> set[int]:
    return {one["offer"] for one in lines if one.get("offer")}


def _completed(line: Mapping[str, Any], offer: Offer | None, cost: Cost | None) -> dict[str, Any]:
    said = {name: value for name, value in line.items() if value not in (None, "")}
    if "price" not in said:
        said = {**said, **(cost.typed if cost else {})}
    known = {} if offer is None else _words_of(offer)
    return rules.check_line({**known, **said})


def _words_of(offer: Offer) -> dict[str, str]:
    return {"name": offer.name, "unit": offer.unit or offer.item.unit, "vat": offer.item.vat}


def _costs(asked: Mapping[int, Asked], terms: Terms) -> dict[int, Cost]:
    """Costs by whatever key they are asked under."""
    if not asked:
        return {}
    by_offer, kind = _prices(one.offer_id for one in asked.values()), terms.chosen
    found = {key: _cost(by_offer.get(one.offer_id, ()), one, kind, terms) for key, one in asked.items()}
    return {key: one for key, one in found.items() if one is not None}


def _prices(offers_of: Iterable[int]) -> dict[int, list[Price]]:
    """All prices of offers with their types, by the id of the offer."""
    found: dict[int, list[Price]] = {}
    wanted = set(offers_of)
    for price in parts(Price).filter(offer__in=wanted).select_related("price_type") if wanted else ():
        found.setdefault(price.offer_id, []).append(price)
    return found


def _cost(prices: Iterable[Price], asked: Asked, kind: PriceType | None, terms: Terms) -> Cost | None:
    best = rules.best_price(prices, kind, asked.quantity)
    value = rates.exchanged(best.value, best.currency, terms.currency, terms.on) if best else None
    if best is None or value is None:
        return None
    taken = best.price_type
    turn = money.vat_turn(terms.percent(asked.vat), is_inside=taken.includes_vat, mode=terms.vat)
    return Cost(money.turned(value, turn), taken, None if kind in (None, taken) else kind, turn)


def line_of(actor: Actor, offer_id: int, terms: Terms) -> dict[str, Any]:
    """
    What an offer fills a line of a deal or an invoice with: name, unit, VAT rate, and the price that its client gets,
    with a note where it is of another type or its VAT was changed; without a price when its currency cannot be
    exchanged.

    :raises Missing: there is no such offer within reach.
    """
    offer = offers(actor).select_related("item").filter(pk=offer_id).first()
    if offer is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    cost = _costs({0: Asked(offer.pk, Decimal(1), offer.item.vat)}, terms).get(0)
    found = {"offer": offer.pk, **_words_of(offer), "quantity": "1", "price": ""}
    if cost is None:
        return found
    price = f"{cost.price:.2f}".replace(".", ",")
    return {**found, **cost.typed, "price": price, "came": price, "note": cost.note}


def default_currency() -> str:
    """The currency of new documents: that of the default type of prices."""
    found = default_price_type()
    return found.currency if found else rates.MANAGEMENT
