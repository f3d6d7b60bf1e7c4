"""What is true of cards of clients, and how ways to reach somebody are read. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from okno.kit import contacts
from okno.kit.errors import Refused


def check_name(name: str) -> str:
    """The name without blanks around. :raises Refused: there is none."""
    if not name.strip():
        raise Refused("clients.no_name", _("Give a name."), missing=["name"])
    return name.strip()


def check_inn(inn: str) -> str:
    """The INN without blanks, empty when not given. :raises Refused: its check digits are wrong."""
    return contacts.check_inn(inn) if inn.strip() else ""


def check_kpp(kpp: str) -> str:
    """The KPP without blanks, empty when not given. :raises Refused: it is none."""
    return contacts.check_kpp(kpp) if kpp.strip() else ""


@dataclass(frozen=True, slots=True)
class Point:
    """A way to reach somebody: what is shown and what is compared."""

    kind: str
    value: str
    key: str


def phone_point(text: str) -> Point:
    """
    A phone as it is shown and compared (the last ten digits).

    :raises Refused: it is no phone.
    """
    phone = contacts.normal_phone(text)
    if phone is None:
        raise Refused("clients.bad_phone", _("“%(text)s” is not a phone number."), text=text, missing=["phone"])
    return Point("phone", contacts.phone_display(phone.number, phone.extension), contacts.phone_key(phone.number))


def email_point(text: str) -> Point:
    """
    A mail address as it is shown and compared.

    :raises Refused: it is no address.
    """
    address = contacts.normal_email(text)
    if address is None:
        raise Refused("clients.bad_email", _("“%(text)s” is not a mail address."), text=text, missing=["email"])
    return Point("email", contacts.email_display(address), contacts.email_key(address))


def points(phones: Iterable[str], emails: Iterable[str]) -> list[Point]:
    """Ways to reach somebody without repetitions. :raises Refused: one of them is none."""
    found = [
        *(phone_point(text) for text in phones if text.strip()),
        *(email_point(text) for text in emails if text.strip()),
    ]
    return list({(one.kind, one.key): one for one in found}.values())


def readable_points(phones: Iterable[str], emails: Iterable[str]) -> list[Point]:
    """Ways to reach somebody, leaving out what cannot be read: for data that come from outside."""
    found = []
    for make, texts in ((phone_point, phones), (email_point, emails)):
        for text in texts:
            try:
                found.append(make(text))
            except Refused:
                continue
    return list({(one.kind, one.key): one for one in found}.values())
