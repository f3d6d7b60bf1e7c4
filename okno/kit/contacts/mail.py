"""E-mail addresses and domains: one stored form, keys for duplicates, without asking the network."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

# Mailboxes and pages here belong to anybody, so an equal domain says nothing about the company.
_PUBLIC = """
mail.ru bk.ru inbox.ru list.ru internet.ru xmail.ru vk.com vk.ru ok.ru yandex.ru ya.ru yandex.com yandex.by
yandex.kz yandex.ua yandex.uz narod.ru rambler.ru lenta.ru autorambler.ru myrambler.ru ro.ru r0.ru rambler.ua
gmail.com googlemail.com outlook.com outlook.ru hotmail.com hotmail.ru live.com live.ru msn.com icloud.com me.com
mac.com yahoo.com ymail.com aol.com gmx.com gmx.de gmx.net web.de proton.me protonmail.com pm.me zoho.com
tutanota.com mail.com qip.ru pochta.ru nm.ru hotbox.ru e1.ru ngs.ru sibmail.com nextmail.ru mail.ua ukr.net i.ua
meta.ua bigmir.net tut.by mail.by mail.kz inbox.lv t.me telegram.me instagram.com facebook.com wa.me youtube.com
avito.ru taplink.cc sites.google.com
"""
PUBLIC_MAIL = frozenset(_PUBLIC.split())
_GMAIL = {"gmail.com", "googlemail.com"}
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


@lru_cache(maxsize=4096)
def normal_email(text: str) -> str | None:
    """
    Return the address in lower case with its domain in ASCII (`директор@пример.рф` → `директор@xn--e1afmkfd.xn--p1ai`).

    Takes `Name <address>` and `mailto:` as well. Returns None when the syntax of RFC 5321 does not allow it.
    """
    tidy = text.strip().removeprefix("mailto:")
    if found := re.search(r"<([^<>]+)>\s*$", tidy):
        tidy = found.group(1).strip()
    local, at, domain = tidy.rpartition("@")
    host = _ascii_host(domain)
    if not at or not host or not _LOCAL.fullmatch(local) or len(local.encode()) > 64:
        return None
    address = f"{local.lower()}@{host}"
    return address if len(address) <= 254 else None


def email_display(address: str) -> str:
    """Show a stored address with its domain in its own letters."""
    local, _, domain = address.rpartition("@")
    if domain.isascii() and "xn--" not in domain:
        return address
    try:
        return f"{local}@{domain.encode().decode('idna')}"
    except UnicodeError:
        return address


def email_key(address: str, *, joins_gmail: bool = True) -> str:
    """Return the form by which duplicates are found: for Gmail without dots and what follows a plus."""
    normal = normal_email(address)
    if not normal:
        return ""
    local, _, domain = normal.rpartition("@")
    if joins_gmail and domain in _GMAIL:
        return local.split("+")[0].replace(".", "") + "@gmail.com"
    return normal


def domain_key(text: str) -> str:
    """
    Return the domain of a site or an e-mail without `www`, by which colleagues of one company are found.

    Empty for domains that belong to anybody and for what is no domain.
    """
    tidy = text.strip().lower()
    host = tidy.rpartition("@")[2] if "@" in tidy and "/" not in tidy else _host(tidy)
    host = (_ascii_host(host) or "").removeprefix("www.")
    return "" if host in PUBLIC_MAIL else host


def mask_email(address: str) -> str:
    """Show an address to those who may not see it: `i***@example.ru`."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}"


def _host(address: str) -> str:
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def _ascii_host(host: str) -> str | None:
    """Return the host in ASCII if it is a name of at least two labels that could exist."""
    name = host.strip().rstrip(".").lower()
    try:
        name = name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return None
    labels = name.split(".")
    if len(labels) < 2 or len(name) > 253 or labels[-1].isdigit():
        return None
    return name if all(_LABEL.fullmatch(label) for label in labels) else None
