"""Money: rounding, sums of lines, VAT, currencies and exchange rates; Decimal with a currency code, never float."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from types import MappingProxyType
from typing import Any, BinaryIO

from babel import Locale
from django.db.models import TextChoices
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from lxml import etree

from okno.kit.errors import Refused

CENT = Decimal("0.01")
# Amounts are decimal(18, 2) in the database.
LARGEST = Decimal(10) ** 16
HUNDRED, THOUSANDTH = Decimal(100), Decimal("0.001")
# Quantities are decimal(18, 3).
LARGEST_QUANTITY = Decimal(10) ** 15
RATES_LIMIT = 1 << 20
_CURRENCY = re.compile(r"(руб(лей|ля|ль)?|р|rub|rur)\.?\s*$|₽", re.IGNORECASE)


def round_money(amount: Decimal) -> Decimal:
    """
    Round to hundredths, a half away from zero, as Russian accounting does.

    :raises Refused: the amount is not a number or does not fit into decimal(18, 2).
    """
    if not amount.is_finite() or abs(amount) >= LARGEST:
        raise Refused("money.range", _("The amount is too large or is not a number."))
    return amount.quantize(CENT, ROUND_HALF_UP)


def read_amount(text: str) -> Decimal:
    """
    Read what people and 1C write: `1 234,56`, `1,234.56`, `-12`, with any kind of space, without rounding.

    A single comma is the decimal sign, as everywhere in Russia.

    :raises Refused: the text is not a number.
    """
    tidy = re.sub(r"[\s'’]", "", text).replace("−", "-")
    if "," in tidy and "." in tidy:
        thousands = "," if tidy.rfind(",") < tidy.rfind(".") else "."
        tidy = tidy.replace(thousands, "")
    tidy = tidy.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d{1,20}(\.\d{0,10})?|\.\d{1,10})", tidy, re.ASCII):
        raise Refused("money.unreadable", _("“%(text)s” is not an amount."), text=text[:40])
    return Decimal(tidy)


def told_amount(text: str) -> Decimal | None:
    """An amount as sites and people tell it, `450 000 руб.`, rounded; None when there is none above zero to be read."""
    try:
        found = round_money(read_amount(_CURRENCY.sub("", text)))
    except Refused:
        return None
    return found if found > 0 else None


def line_sum(quantity: Decimal, price: Decimal, discount_percent: Decimal = Decimal(0)) -> Decimal:
    """Round(quantity · price · (1 − discount %)) to hundredths; totals are sums of lines rounded this way."""
    return round_money(quantity * price * (HUNDRED - discount_percent) / HUNDRED)


@dataclass(frozen=True, slots=True)
class Measures:
    """How much, at which price per unit, with which discount in percent: as lines of documents keep them."""

    quantity: Decimal
    price: Decimal
    discount: Decimal

    @property
    def total(self) -> Decimal:
        """The sum after the discount."""
        return line_sum(self.quantity, self.price, self.discount)


def measures(raw: Mapping[str, Any]) -> Measures:
    """
    Numbers of a line as they are typed, rounded to what its columns hold, so that its sum is that of the numbers that
    people see.

    :param raw: `quantity`, `price` and `discount` as texts or numbers; what is not told is nothing.
    :raises Refused: a number cannot be read, the quantity is not positive or too large, the price is below zero, or the
        discount is not between 0 and 100.
    """
    quantity, price, discount = (read_amount(str(raw.get(name) or 0)) for name in ("quantity", "price", "discount"))
    if quantity >= LARGEST_QUANTITY:
        raise Refused("money.bad_quantity", _("The quantity is too large."), missing=["quantity"])
    if quantity < THOUSANDTH:
        raise Refused("money.bad_quantity", _("The quantity must be more than zero."), missing=["quantity"])
    if price < 0:
        raise Refused("money.bad_price", _("A price is not below zero."), missing=["price"])
    if not 0 <= discount <= HUNDRED:
        raise Refused("money.bad_discount", _("The discount must be between 0 and 100 %%."), missing=["discount"])
    return Measures(quantity.quantize(THOUSANDTH), round_money(price), round_money(discount))


def vat_inside(total: Decimal, percent: Decimal | None) -> Decimal:
    """Return the VAT contained in the total: total · r / (100 + r); nothing where VAT is not charged."""
    return round_money(total * percent / (HUNDRED + percent)) if percent else round_money(Decimal(0))


def vat_on_top(total: Decimal, percent: Decimal | None) -> Decimal:
    """Return the VAT to be added to the total: total · r / 100; nothing where VAT is not charged."""
    return round_money(total * percent / HUNDRED) if percent else round_money(Decimal(0))


class VatMode(TextChoices):
    """How VAT goes in the sums of a document."""

    INCLUDED = "included", _("VAT in the sum")
    ON_TOP = "on_top", _("VAT on top")
    NONE = "none", _("Without VAT")


def vat_turn(percent: Decimal | None, *, is_inside: bool, mode: str) -> int:
    """
    How many per cent of VAT a price is given on its way into a document; below zero, those that are taken out of it.
    Nothing where both hold VAT or neither does, and where the document or the goods are without VAT.

    :param is_inside: whether the price holds VAT.
    """
    if not percent or mode == VatMode.NONE or is_inside == (mode == VatMode.INCLUDED):
        return 0
    return -int(percent) if is_inside else int(percent)


def turned(price: Decimal, turn: int) -> Decimal:
    """A price after `vat_turn`, rounded once: price · (100 + r) / 100, or price · 100 / (100 + r)."""
    return round_money(price * (HUNDRED + turn) / HUNDRED if turn > 0 else price * HUNDRED / (HUNDRED - turn))


def told_turn(turn: int) -> str:
    """What became of a price, in words; nothing where it stayed as it was."""
    if not turn:
        return ""
    text = (
        _("VAT %(percent)s%% added to a price without it") if turn > 0 else _("VAT %(percent)s%% taken out of a price")
    )
    return str(text) % {"percent": abs(turn)}


@dataclass(frozen=True, kw_only=True)
class VatRate:
    """A VAT rate of the Russian Tax Code, article 164, and the days on which it may be used, both inclusive."""

    code: str
    percent: Decimal | None
    since: dt.date | None = None
    until: dt.date | None = None
    is_simplified: bool = False

    def holds(self, on: dt.date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    @property
    def title(self) -> str:
        """How the rate is called on paper and in lists."""
        if self.percent is None:
            return str(_("Without VAT"))
        return str(_("VAT %(percent)s%%")) % {"percent": self.percent}


VAT_RATES = (
    VatRate(code="none", percent=None),
    VatRate(code="0", percent=Decimal(0)),
    VatRate(code="5", percent=Decimal(5), since=dt.date(2025, 1, 1), is_simplified=True),
    VatRate(code="7", percent=Decimal(7), since=dt.date(2025, 1, 1), is_simplified=True),
    VatRate(code="10", percent=Decimal(10)),
    VatRate(code="18", percent=Decimal(18), since=dt.date(2004, 1, 1), until=dt.date(2018, 12, 31)),
    VatRate(code="20", percent=Decimal(20), since=dt.date(2019, 1, 1), until=dt.date(2025, 12, 31)),
    VatRate(code="22", percent=Decimal(22), since=dt.date(2026, 1, 1)),
)


def vat_rates(on: dt.date) -> tuple[VatRate, ...]:
    """Return the rates that a document of this day may carry, from none to the highest."""
    return tuple(rate for rate in VAT_RATES if rate.holds(on))


def standard_vat(on: dt.date) -> VatRate:
    """Return the general rate of this day: 18, 20 until the end of 2025, 22 from 2026."""
    return max(vat_rates(on), key=lambda rate: rate.percent or Decimal(0))


def vat_rate(code: str) -> VatRate:
    """
    Return the rate by its code, whatever its dates: old documents keep old rates.

    :raises Refused: there is no such rate.
    """
    for rate in VAT_RATES:
        if rate.code == code:
            return rate
    raise Refused("money.unknown_vat", _("There is no VAT rate “%(name)s”."), name=code[:40])


# Alphabetic and numeric codes of ISO 4217 that the Bank of Russia quotes, with the rouble before 1998.
_NUMBERS = (
    "RUB643 RUB810 USD840 EUR978 KZT398 BYN933 UAH980 CNY156 GBP826 CHF756 JPY392 TRY949 AMD051 GEL981 KGS417 "
    "UZS860 AZN944 TJS972 MDL498 TMT934 PLN985 CZK203 HUF348 RON946 BGN975 RSD941 DKK208 NOK578 SEK752 INR356 "
    "AED784 BRL986 CAD124 AUD036 NZD554 EGP818 IDR360 KRW410 HKD344 SGD702 THB764 VND704 ZAR710 QAR634 XDR960 "
    "BYN974 AZN031 TRY792 MNT496 IRR364 SAR682"
)
_WORDS = {
    "RUB": "руб рубль рубли рублей р rur ₽ российскийрубль",
    "USD": "$ долл доллар доллары долларов долларсша us$",
    "EUR": "€ евро",
    "UAH": "грн гривна гривня гривны гривен ₴",
    "KZT": "тенге тг ₸",
    "BYN": "byr белруб белорусскийрубль",
    "CNY": "¥ юань юани юаней rmb китайскийюань",
    "GBP": "£ фунт фунтстерлингов",
}
CURRENCIES: Mapping[str, str] = MappingProxyType(
    {pair[3:]: pair[:3] for pair in _NUMBERS.split()}
    | {word: code for code, words in _WORDS.items() for word in words.split()},
)
# Currencies that documents of our customers are in most often come first.
_FIRST = ("RUB", "USD", "EUR", "CNY", "KZT", "BYN")
CODES = tuple(dict.fromkeys((*_FIRST, *CURRENCIES.values())))


def _named(code: str) -> str:
    """What people call a currency, with its code: `Russian rouble (RUB)`."""
    name = str(_locale(get_language() or "en").currencies.get(code, code))
    return f"{name[:1].upper()}{name[1:]} ({code})"


@lru_cache(maxsize=10)
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


CHOICES = tuple((code, lazy(_named, str)(code)) for code in CODES)


def currency_code(text: str) -> str:
    """
    Return the ISO 4217 code of what other systems write: `руб.`, `RUR`, `643`, `грн`, `$`.

    :raises Refused: it is no known synonym and no code of three Latin letters.
    """
    word = re.sub(r"[\s.]", "", text).lower()
    if word in CURRENCIES:
        return CURRENCIES[word]
    if word.upper() in CODES or re.fullmatch(r"[a-z]{3}", word):
        return word.upper()
    raise Refused("money.unknown_currency", _("“%(text)s” is not a currency."), text=text[:40])


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many units of the management currency (`value`) for `nominal` units of this one: Курс and Кратность of 1C."""

    code: str
    value: Decimal
    nominal: int = 1


@dataclass(frozen=True, kw_only=True)
class DailyRates:
    """The rates that hold on a day; the source may answer with an earlier day than was asked for."""

    on: dt.date
    rates: Mapping[str, Rate]


def convert(amount: Decimal, rate: Rate) -> Decimal:
    """Return the amount in the management currency, rounded to hundredths."""
    return round_money(amount * rate.value / rate.nominal)


def convert_back(amount: Decimal, rate: Rate) -> Decimal:
    """Return an amount of the management currency in the currency of the rate, rounded to hundredths."""
    return round_money(amount * rate.nominal / rate.value)


def read_cbr_daily(stream: BinaryIO) -> DailyRates:
    """
    Read the daily rates of the Bank of Russia (XML_daily.asp: windows-1251, decimal comma, nominal may be 10000).

    :raises Refused: it is not such a list, is larger than 1 MB, declares entities, or a rate in it is unusable.
    """
    root = _tree(stream)
    rates = [_cbr_rate(row) for row in root.iterfind("Valute")]
    if not rates:
        raise _not_rates()
    if len({rate.code for rate in rates}) != len(rates):
        raise Refused("money.rates_twice", _("The list of rates names a currency twice."))
    try:
        on = dt.datetime.strptime(root.get("Date") or "", "%d.%m.%Y").date()  # noqa: DTZ007 - a day, no moment
    except ValueError as error:
        raise _not_rates() from error
    return DailyRates(on=on, rates=MappingProxyType({rate.code: rate for rate in rates}))


def _tree(stream: BinaryIO) -> etree._Element:
    body = stream.read(RATES_LIMIT + 1)
    if len(body) > RATES_LIMIT:
        raise Refused("money.rates_too_large", _("The list of rates is larger than 1 MB."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _not_rates() from error
    # The bank never sends a document type; entities in one could grow without limit or read local files.
    if root.getroottree().docinfo.internalDTD is not None or root.tag != "ValCurs":
        raise _not_rates()
    return root


def _cbr_rate(row: etree._Element) -> Rate:
    code, nominal, value = ("".join((row.findtext(name) or "").split()) for name in ("CharCode", "Nominal", "Value"))
    try:
        rate = Rate(code=code, nominal=int(nominal), value=Decimal(value.replace(",", ".")))
    except (ValueError, InvalidOperation):
        rate = Rate(code=code, nominal=0, value=Decimal(0))
    if not (re.fullmatch(r"[A-Z]{3}", code) and rate.nominal > 0 and rate.value.is_finite() and rate.value > 0):
        raise Refused("money.bad_rate", _("The rate of “%(name)s” cannot be used."), name=code[:40])
    return rate


def _not_rates() -> Refused:
    return Refused("money.not_rates", _("This is not a list of rates of the Bank of Russia."))
