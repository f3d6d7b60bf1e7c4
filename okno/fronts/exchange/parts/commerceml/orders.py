"""What the writer is given: an order with its people, rows, status and payments, free of our tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from okno.fronts.exchange.parts.commerceml.documents import DELIVERY_ID


def party_id(key: UUID) -> str:
    """The id under which 1C knows our client: stable, unique, never made of a name, never shared by guests."""
    return f"crm-{key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOut:
    """A unit with its OKEI code; pieces by default."""

    code: str = "796"
    name: str = "шт"
    full_name: str = "Штука"
    international: str = "PCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxOut:
    """VAT of a row: the rate is text (`20`, `Без НДС`), `is_included` whether the total of the row holds the amount."""

    rate: str
    amount: Decimal
    is_included: bool = True
    name: str = "НДС"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactOut:
    """A contact: email, mobile, phone, fax, site, icq or other."""

    kind: str
    value: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOut:
    """A settlement account; written only when number and БИК have their full length."""

    number: str
    bik: str
    bank_name: str = ""
    correspondent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentativeOut:
    """A contact person of a company."""

    id: str
    name: str
    relation: str = "Контактное лицо"
    contacts: tuple[ContactOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyOut:
    """A counterparty; sole proprietors are written like persons, with an ИНН of 12 digits."""

    id: str
    name: str
    is_company: bool
    role: str = "Покупатель"
    full_name: str = ""
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    birth_date: date | None = None
    inn: str = ""
    kpp: str = ""
    okpo: str = ""
    legal_address: str = ""
    address: str = ""
    comment: str = ""
    contacts: tuple[ContactOut, ...] = ()
    accounts: tuple[AccountOut, ...] = ()
    representatives: tuple[RepresentativeOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOut:
    """A row: `price` is before the discount, `total` after it and with VAT only when that is included."""

    goods_id: str
    name: str
    price: Decimal
    quantity: Decimal
    total: Decimal
    characteristic_id: str = ""
    catalogue_id: str = ""
    article: str = ""
    barcode: str = ""
    unit: UnitOut = UnitOut()
    tax: TaxOut | None = None
    discount: Decimal = Decimal()
    discount_percent: Decimal | None = None
    is_service: bool = False
    requisites: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """The id as it is written: goods, or goods and characteristic."""
        return f"{self.goods_id}#{self.characteristic_id}" if self.characteristic_id else self.goods_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusOut:
    """The status of an order in words of the connection's status map."""

    code: str
    name: str
    is_final: bool = False
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceOut:
    """A way of payment or delivery: id and name, the same that mode=info tells."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOut:
    """Money received for an order; a refund has a positive amount too."""

    id: str
    number: str
    at: datetime
    amount: Decimal
    method: ChoiceOut | None = None
    transaction: str = ""
    is_cash: bool = False
    is_refund: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentOut:
    """Goods handed over for an order."""

    id: str
    number: str
    at: datetime
    total: Decimal
    rows: tuple[RowOut, ...] = ()
    tracking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOut:
    """An order of ours. All moments are the wall clock of the 1C server: the connection's zone is applied before."""

    id: str
    number: str
    at: datetime
    total: Decimal
    parties: tuple[PartyOut, ...]
    rows: tuple[RowOut, ...]
    operation: str = "Заказ товара"
    role: str = "Продавец"
    currency: str = "RUB"
    rate: Decimal = Decimal(1)
    pay_by: date | None = None
    comment: str = ""
    warehouse: tuple[str, str] | None = None
    status: StatusOut | None = None
    is_cancelled: bool = False
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    payment_method: ChoiceOut | None = None
    delivery_method: ChoiceOut | None = None
    delivery_address: str = ""
    is_delivery_allowed: bool = False
    customer_comment: str = ""
    site: str = ""
    payments: tuple[PaymentOut, ...] = ()
    shipments: tuple[ShipmentOut, ...] = ()
    requisites: tuple[tuple[str, str], ...] = ()


def delivery_row(*, name: str, amount: Decimal, tax: TaxOut | None = None) -> RowOut:
    """Delivery as 1C expects it: a service row with the agreed id."""
    return RowOut(
        goods_id=DELIVERY_ID, name=name, price=amount, quantity=Decimal(1), total=amount, tax=tax, is_service=True
    )
