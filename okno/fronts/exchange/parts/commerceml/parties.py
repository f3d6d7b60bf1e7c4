"""Counterparties, their contacts, addresses, accounts and representatives, and warehouses, which have addresses too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from okno.fronts.exchange.parts.commerceml.nodes import Node
from okno.fronts.exchange.parts.commerceml.values import day_or_none, plain, truth

COMPANY, ENTREPRENEUR, PERSON = "company", "entrepreneur", "person"
# Codes kept as they stand, by the name of their element.
_CODES = ("Обращение", "Должность", "ЕГРПО", "ОГРН", "ОсновнойВидДеятельности", "ОКВЭД", "ОКДП", "ОКОПФ", "ОКФС")
FIELDS = frozenset(
    {
        "Ид", "НомерВерсии", "ПометкаУдаления", "Наименование", "Комментарий", "ОфициальноеНаименование",
        "ПолноеНаименование", "Роль", "Фамилия", "Имя", "Отчество", "ДатаРождения", "Пол", "ИНН", "КПП", "ОКПО",
        "КодПоОКПО", "ДатаРегистрации", "Руководитель", "РасчетныеСчета", "РасчетныйСчет", "АдресРегистрации",
        "ЮридическийАдрес", "Адрес", "Контакты", "Представители", *_CODES,
    }
)  # fmt: skip
WAREHOUSE_FIELDS = frozenset(
    {"Ид", "НомерВерсии", "ПометкаУдаления", "Наименование", "Комментарий", "Адрес", "Контакты", "Количество"}
)
_ADDRESSES = {"ЮридическийАдрес": "legal", "АдресРегистрации": "registered", "Адрес": "actual"}
_ENTREPRENEUR = re.compile(r"(?:ИП|Индивидуальный\s+предприниматель)\b", re.IGNORECASE)
_CONTACT_KINDS = (("мобил", "mobile"), ("телефон", "phone"), ("факс", "fax"), ("сайт", "site"), ("icq", "icq"))


class AddressPart(NamedTuple):
    """A hint: type and value; contents often stand in the wrong part."""

    kind: str
    value: str


class Code(NamedTuple):
    """A registration code or another short detail, under the name of its element."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Address:
    """An address; `text` is the truth, the parts are hints. Kinds: legal, registered, actual."""

    kind: str
    text: str
    comment: str
    parts: tuple[AddressPart, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact; kinds: email, mobile, phone, fax, site, icq, postal, other. `told` is the type as written."""

    kind: str
    value: str
    told: str
    comment: str


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A settlement account, with whatever the file knows about its bank."""

    number: str
    bank_name: str
    bik: str
    swift: str
    correspondent: str
    bank_address: str
    comment: str


@dataclass(frozen=True, slots=True)
class Representative:
    """A person or company that speaks for a counterparty; both nestings of the format give the same."""

    id: str
    name: str
    relation: str
    post: str
    last_name: str
    first_name: str
    middle_name: str
    inn: str
    addresses: tuple[Address, ...]
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class CounterpartySeen:
    """A company, sole proprietor or person; ids of foreign exporters are often unstable, see the identity rules."""

    id: str
    version: str
    deleted: bool
    kind: str
    role: str
    name: str
    official_name: str
    full_name: str
    last_name: str
    first_name: str
    middle_name: str
    birth_date: date | None
    sex: str
    inn: str
    kpp: str
    okpo: str
    registered_date: date | None
    codes: tuple[Code, ...]
    comment: str
    addresses: tuple[Address, ...]
    contacts: tuple[Contact, ...]
    accounts: tuple[BankAccount, ...]
    head: Representative | None
    representatives: tuple[Representative, ...]


@dataclass(frozen=True, slots=True)
class WarehouseSeen:
    """A warehouse of a package or of a document."""

    id: str
    name: str
    comment: str
    address: Address | None
    contacts: tuple[Contact, ...]
    deleted: bool
    version: str


def counterparty(node: Node) -> CounterpartySeen:
    """A counterparty of a document, of the list of counterparties, or the owner of a catalogue."""
    official, name = plain(node.text("ОфициальноеНаименование")), plain(node.text("Наименование"))
    full, inn = plain(node.text("ПолноеНаименование")), node.text("ИНН")
    return CounterpartySeen(
        id=node.text("Ид"),
        version=node.text("НомерВерсии"),
        deleted=truth(node.text("ПометкаУдаления")),
        kind=kind_of(official, full or name, inn),
        role=node.text("Роль"),
        name=name or full or official,
        official_name=official,
        full_name=full,
        last_name=node.text("Фамилия"),
        first_name=node.text("Имя"),
        middle_name=node.text("Отчество"),
        birth_date=day_or_none(node.text("ДатаРождения")),
        sex=node.text("Пол"),
        inn=inn,
        kpp=node.text("КПП"),
        okpo=node.text("ОКПО", "КодПоОКПО"),
        registered_date=day_or_none(node.text("ДатаРегистрации")),
        codes=tuple(Code(name, value) for name in _CODES if (value := node.text(name))),
        comment=node.text("Комментарий"),
        addresses=_addresses(node),
        contacts=_contacts(node),
        accounts=_accounts(node),
        head=_head(node),
        representatives=tuple(_representative(one) for one in node.nodes("Представители", "Представитель")),
    )


def kind_of(official_name: str, name: str, inn: str) -> str:
    """Company by its official name, else sole proprietor by an ИНН of 12 digits or by the name, else person."""
    if official_name:
        return COMPANY
    if (len(inn) == 12 and inn.isdigit()) or _ENTREPRENEUR.match(name):
        return ENTREPRENEUR
    return PERSON


def contact_kind(told: str, value: str) -> str:
    """Kind of a contact; mail is decided by the value, since «Почта» is written for postal addresses too."""
    if "@" in value:
        return "email"
    bare = told.lower().replace(" ", "")
    if bare == "почта":
        return "postal"
    return next((kind for part, kind in _CONTACT_KINDS if part in bare), "other")


def warehouse(node: Node) -> WarehouseSeen:
    """A warehouse with its address."""
    return WarehouseSeen(
        id=node.text("Ид"),
        name=plain(node.text("Наименование")),
        comment=node.text("Комментарий"),
        address=next((one for one in _addresses(node) if one.kind == "actual"), None),
        contacts=_contacts(node),
        deleted=truth(node.text("ПометкаУдаления")),
        version=node.text("НомерВерсии"),
    )


def _addresses(node: Node) -> tuple[Address, ...]:
    told = ((kind, one) for name, kind in _ADDRESSES.items() for one in node.nodes(name))
    found = (_address(one, kind) for kind, one in told)
    return tuple(one for one in found if one.text or one.parts)


def _address(node: Node, kind: str) -> Address:
    parts = tuple(AddressPart(one.text("Тип"), one.text("Значение")) for one in node.nodes("АдресноеПоле"))
    return Address(kind, node.text("Представление"), node.text("Комментарий"), parts)


def _contacts(node: Node) -> tuple[Contact, ...]:
    return tuple(_contact(one) for one in node.nodes("Контакты", "Контакт") if one.text("Значение"))


def _contact(node: Node) -> Contact:
    told, value = node.text("Тип"), node.text("Значение")
    return Contact(contact_kind(told, value), value, told, node.text("Комментарий"))


def _accounts(node: Node) -> tuple[BankAccount, ...]:
    found = (_account(one) for one in node.nodes("РасчетныеСчета", "РасчетныйСчет") + node.nodes("РасчетныйСчет"))
    return tuple(dict.fromkeys(one for one in found if one.number))


def _account(node: Node) -> BankAccount:
    bank = node.node("Банк")
    address = bank.node("Адрес") if bank else None
    return BankAccount(
        number=node.text("НомерСчета"),
        bank_name=plain(bank.text("Наименование")) if bank else "",
        bik=bank.text("БИК") if bank else "",
        swift=bank.text("SWIFT") if bank else "",
        correspondent=bank.text("СчетКорреспондентский") if bank else "",
        bank_address=address.text("Представление") if address else "",
        comment=node.text("Комментарий"),
    )


def _head(node: Node) -> Representative | None:
    inner = node.node("Руководитель")
    return _representative(inner) if inner and inner.parts else None


def _representative(node: Node) -> Representative:
    """Flat, or one level deeper inside `Контрагент`, where Bitrix puts even the relation."""
    inner = node.node("Контрагент") or node
    names = inner.text("Фамилия"), inner.text("Имя"), inner.text("Отчество")
    return Representative(
        id=inner.text("Ид"),
        name=plain(inner.text("Наименование", "ПолноеНаименование")) or " ".join(filter(None, names)),
        relation=inner.text("Отношение") or node.text("Отношение"),
        post=inner.text("Должность"),
        last_name=names[0],
        first_name=names[1],
        middle_name=names[2],
        inn=inner.text("ИНН"),
        addresses=_addresses(inner),
        contacts=_contacts(inner),
    )
