"""Options of cards that are long lists of the world: time zones, languages, countries, channels."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """By what somebody is spoken to; consents are given by channel."""

    CALL = "call", pgettext_lazy("a channel", "Call")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    MESSENGER = "messenger", _("Messenger")
    LETTER = "letter", pgettext_lazy("a channel", "Paper post")


class RelationType(models.TextChoices):
    """What a client is to us; several at once."""

    CLIENT = "client", _("Client")
    SUPPLIER = "supplier", _("Supplier")
    PARTNER = "partner", _("Partner")
    COMPETITOR = "competitor", _("Competitor")
    OTHER = "other", pgettext_lazy("what a client is to us", "Other")


# Zones of the IANA by whom they are kept; the Russian ones first, each as people tell it: from Moscow.
ZONES = (
    ("Europe/Kaliningrad", _("Kaliningrad, Moscow −1")),
    ("Europe/Moscow", _("Moscow")),
    ("Europe/Samara", _("Samara, Moscow +1")),
    ("Asia/Yekaterinburg", _("Yekaterinburg, Moscow +2")),
    ("Asia/Omsk", _("Omsk, Moscow +3")),
    ("Asia/Krasnoyarsk", _("Krasnoyarsk, Novosibirsk, Moscow +4")),
    ("Asia/Irkutsk", _("Irkutsk, Moscow +5")),
    ("Asia/Yakutsk", _("Yakutsk, Chita, Moscow +6")),
    ("Asia/Vladivostok", _("Vladivostok, Moscow +7")),
    ("Asia/Magadan", _("Magadan, Sakhalin, Moscow +8")),
    ("Asia/Kamchatka", _("Kamchatka, Moscow +9")),
    ("Europe/Minsk", _("Minsk")),
    ("Asia/Tbilisi", _("Tbilisi")),
    ("Asia/Yerevan", _("Yerevan")),
    ("Asia/Baku", _("Baku")),
    ("Asia/Almaty", _("Almaty, Astana")),
    ("Asia/Tashkent", _("Tashkent")),
    ("Asia/Bishkek", _("Bishkek")),
    ("Asia/Dushanbe", _("Dushanbe")),
    ("Europe/Istanbul", _("Istanbul")),
    ("Asia/Dubai", _("Dubai")),
    ("Asia/Kolkata", _("Delhi")),
    ("Asia/Shanghai", _("Beijing")),
    ("Asia/Tokyo", _("Tokyo")),
    ("Europe/London", _("London")),
    ("Europe/Berlin", _("Berlin, Paris, Rome")),
    ("Europe/Athens", _("Athens, Sofia, Chisinau")),
    ("America/New_York", _("New York")),
    ("America/Los_Angeles", _("Los Angeles")),
)
_LANGUAGES = (
    "ru",
    "en",
    "be",
    "kk",
    "uz",
    "ky",
    "tg",
    "hy",
    "ka",
    "az",
    "tt",
    "zh",
    "tr",
    "de",
    "fr",
    "it",
    "es",
    "ar",
)
# Russia is not among them: whoever is registered there is a resident.
_COUNTRIES = (
    "BY", "KZ", "KG", "AM", "AZ", "UZ", "TJ", "TM", "GE", "MD", "MN", "CN", "HK", "TW", "JP", "KR", "IN",
    "VN", "TH", "SG", "MY", "ID", "AE", "SA", "QA", "IL", "IR", "TR", "EG", "RS", "BA", "ME", "BG", "RO",
    "HU", "CZ", "SK", "PL", "LT", "LV", "EE", "FI", "SE", "NO", "DK", "DE", "AT", "CH", "NL", "BE", "FR",
    "IT", "ES", "PT", "GR", "CY", "GB", "IE", "US", "CA", "MX", "BR", "AR", "CL", "CU", "ZA", "AU", "NZ",
)  # fmt: skip


def _language(code: str) -> str:
    return str(_locale().languages.get(code, code)).capitalize()


def _country(code: str) -> str:
    return str(_locale().territories.get(code, code))


@lru_cache(maxsize=10)
def _locale_of(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


def _locale() -> Locale:
    return _locale_of(get_language() or "en")


LANGUAGES = [(code, lazy(_language, str)(code)) for code in _LANGUAGES]
COUNTRIES = [(code, lazy(_country, str)(code)) for code in _COUNTRIES]


def zones() -> list[tuple[str, object]]:
    """Time zones by their names; a function, so that migrations do not keep how they are called."""
    return list(ZONES)


def languages() -> list[tuple[str, object]]:
    """Languages by their codes; a function, so that migrations do not keep how they are called."""
    return list(LANGUAGES)


def countries() -> list[tuple[str, object]]:
    """Countries but Russia by their codes; a function, so that migrations do not keep how they are called."""
    return list(COUNTRIES)
