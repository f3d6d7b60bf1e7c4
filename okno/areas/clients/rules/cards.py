"""What is true of cards of clients, and how ways to reach somebody are read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

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


def check_term(since: date | None, until: date | None) -> None:
    """:raises Refused: a relation ends before it begins."""
    if since and until and since > until:
        raise Refused("clients.bad_term", _("It ends before it begins."), missing=["until"])


def full_name_of(name: str) -> str:
    """The name of a company for contracts, by the form it begins with (ОКОПФ); empty when the form is not known."""
    known = contacts.split_legal_form(name)
    return contacts.full_legal_name(known.form, known.name) if known.form in contacts.LEGAL_FORMS else ""


def check_kpp(kpp: str) -> str:
    """The KPP without blanks, empty when not given. :raises Refused: it is none."""
    return contacts.check_kpp(kpp) if kpp.strip() else ""


def kpp_key(inn: str, kpp: str) -> str:
    """A legal entity as it is compared: branches of a company have its INN and a KPP of their own."""
    return f"{inn.strip()}-{kpp.strip()}"


def checked_requisites(values: Mapping[str, Any], bic: str) -> dict[str, str]:
    """
    Requisites among the values of a legal entity or an account with their check digits looked at.

    :param bic: that of the entity, when the values do not name another one.
    :raises Refused: a number is wrong, or an account does not belong to the bank; the refusal names its field.
    """
    checked, faults = judged_requisites(values, bic)
    for key, refusal in faults.items():
        raise Refused(refusal.code, "%(text)s", text=refusal.message, missing=[key]) from refusal
    return checked


def judged_requisites(values: Mapping[str, Any], bic: str = "") -> tuple[dict[str, str], dict[str, Refused]]:
    """Requisites that are right and faults of the others, both by their keys; treasury accounts go by form."""
    told = {key: str(values[key] or "").strip() for key in REQUISITES if key in values}
    checked: dict[str, str] = {}
    faults: dict[str, Refused] = {}
    for key, text in told.items():
        try:
            checked[key] = _checked(key, text, checked.get("bic", bic)) if text else ""
        except Refused as refusal:
            faults[key] = refusal
    return checked, faults


def _checked(key: str, text: str, bic: str) -> str:
    if key in CHECKS:
        return CHECKS[key](text)
    # Without a BIC nobody knows by what to check an account.
    return ACCOUNTS[key](text, bic) if bic else text


CHECKS: Mapping[str, Callable[[str], str]] = {
    "inn": contacts.check_inn,
    "kpp": contacts.check_kpp,
    "ogrn": contacts.check_ogrn,
    "bic": contacts.check_bik,
    "iban": contacts.check_iban,
    "swift": contacts.check_swift,
}
ACCOUNTS: Mapping[str, Callable[[str, str], str]] = {
    "account": contacts.check_account,
    "corr_account": contacts.check_correspondent_account,
}
# The BIC comes before the accounts that are checked by it.
REQUISITES = (*CHECKS, *ACCOUNTS)


@dataclass(frozen=True, slots=True)
class Card:
    """A new client as it is described; `said` are its other columns."""

    name: str
    kind: str
    inn: str
    phone: str
    email: str
    said: Mapping[str, Any]


def check_is_new(known: Sequence[Any]) -> None:
    """:raises Refused: there are clients that are this one; those out of reach are told by whose they are."""
    if not known:
        return
    told = [one.name or _("a client of %(owner)s") % {"owner": one.owner or "—"} for one in known]
    raise Refused(
        "clients.duplicate",
        _("Such a client is there already: %(clients)s. Open it, or ask for access."),
        clients=", ".join(dict.fromkeys(told)),
    )


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
