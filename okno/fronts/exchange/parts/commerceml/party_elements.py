"""Counterparties of the orders we write."""

from __future__ import annotations

import re

from lxml import etree

from okno.fronts.exchange.parts.commerceml.elements import COMMENT, clean, day, element, must, put
from okno.fronts.exchange.parts.commerceml.orders import AccountOut, ContactOut, PartyOut, RepresentativeOut

# The schemas know no type for e-mail: sites write it as «Почта» and readers look for the `@`.
_CONTACT_TYPES = {
    "email": "Почта", "mobile": "Телефон мобильный", "phone": "Телефон рабочий", "fax": "Факс", "site": "ВебСайт",
    "icq": "ICQ",
}  # fmt: skip
_OTHER_SINCE = (2, 7)
# In 2.04 a representative has a relation and nothing else, not even a name.
_REPRESENTATIVES_SINCE = (2, 5)
_ACCOUNT = re.compile(r"[0-9]{5}[0-9ABCEHKMPTX][0-9]{14}")


def parties(parent: etree._Element, people: tuple[PartyOut, ...], version: tuple[int, int]) -> None:
    """The block of counterparties in the order of elements that 2.06 and later ask for."""
    block = element("Контрагенты", parent)
    for one in people:
        _party(element("Контрагент", block), one, version)


def _party(parent: etree._Element, one: PartyOut, version: tuple[int, int]) -> None:
    must(parent, "Ид", one.id)
    must(parent, "Наименование", one.name)
    if one.is_company:
        _company(parent, one)
    else:
        _person(parent, one)
    put(parent, "Комментарий", one.comment, COMMENT)
    _address(parent, "Адрес", one.address)
    _contacts(parent, one.contacts, version)
    _representatives(parent, one.representatives, version)
    must(parent, "Роль", one.role)


def _company(parent: etree._Element, one: PartyOut) -> None:
    must(parent, "ОфициальноеНаименование", one.full_name or one.name)
    _address(parent, "ЮридическийАдрес", one.legal_address)
    _codes(parent, one)
    put(parent, "ОКПО", one.okpo)
    _accounts(parent, one.accounts)


def _person(parent: etree._Element, one: PartyOut) -> None:
    must(parent, "ПолноеНаименование", one.full_name or one.name)
    put(parent, "Фамилия", one.last_name)
    put(parent, "Имя", one.first_name)
    put(parent, "Отчество", one.middle_name)
    if one.birth_date:
        put(parent, "ДатаРождения", day(one.birth_date))
    _codes(parent, one)
    _address(parent, "АдресРегистрации", one.legal_address)


def _codes(parent: etree._Element, one: PartyOut) -> None:
    """Codes of another length would make the whole package invalid, and 1C could not use them."""
    if len(one.inn) in (10, 12):
        put(parent, "ИНН", one.inn)
    if len(one.kpp) == 9:
        put(parent, "КПП", one.kpp)


def _accounts(parent: etree._Element, accounts: tuple[AccountOut, ...]) -> None:
    ready = [one for one in accounts if _ACCOUNT.fullmatch(one.number) and len(one.bik) == 9]
    if not ready:
        return
    block = element("РасчетныеСчета", parent)
    for one in ready:
        account = element("РасчетныйСчет", block)
        put(account, "НомерСчета", one.number)
        bank = element("Банк", account)
        if _ACCOUNT.fullmatch(one.correspondent):
            put(bank, "СчетКорреспондентский", one.correspondent)
        put(bank, "Наименование", one.bank_name)
        put(bank, "БИК", one.bik)


def _address(parent: etree._Element, name: str, text: str) -> None:
    """Only the text: fields would be guesses, and the text is what everybody trusts."""
    if clean(text):
        put(element(name, parent), "Представление", text)


def _contacts(parent: etree._Element, contacts: tuple[ContactOut, ...], version: tuple[int, int]) -> None:
    told = ((_CONTACT_TYPES.get(one.kind, "Прочее"), one) for one in contacts if clean(one.value))
    ready = [(kind, one) for kind, one in told if kind != "Прочее" or version >= _OTHER_SINCE]
    if not ready:
        return
    block = element("Контакты", parent)
    for kind, one in ready:
        contact = element("Контакт", block)
        put(contact, "Тип", kind)
        put(contact, "Значение", one.value)
        put(contact, "Комментарий", one.comment, COMMENT)


def _representatives(parent: etree._Element, people: tuple[RepresentativeOut, ...], version: tuple[int, int]) -> None:
    if not people or version < _REPRESENTATIVES_SINCE:
        return
    block = element("Представители", parent)
    for one in people:
        person = element("Представитель", block)
        must(person, "Ид", one.id)
        must(person, "Наименование", one.name)
        must(person, "ПолноеНаименование", one.name)
        _contacts(person, one.contacts, version)
        must(person, "Отношение", one.relation)
