"""Names in messengers and on social pages: the service and the name there, however the address is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from okno.kit.contacts.phones import normal_phone

_HOSTS = {
    "t.me": "telegram",
    "telegram.me": "telegram",
    "telegram.org": "telegram",
    "wa.me": "whatsapp",
    "api.whatsapp.com": "whatsapp",
    "vk.com": "vk",
    "vk.ru": "vk",
    "m.vk.com": "vk",
    "max.ru": "max",
    "instagram.com": "instagram",
    "ok.ru": "ok",
}
_SERVICES = {
    "telegram": "telegram",
    "tg": "telegram",
    "телеграм": "telegram",
    "тг": "telegram",
    "whatsapp": "whatsapp",
    "wa": "whatsapp",
    "ватсап": "whatsapp",
    "вотсап": "whatsapp",
    "viber": "viber",
    "вайбер": "viber",
    "vk": "vk",
    "вк": "vk",
    "max": "max",
    "макс": "max",
    "skype": "skype",
    "скайп": "skype",
}
_TITLES = {"telegram": "Telegram", "whatsapp": "WhatsApp", "viber": "Viber", "vk": "VK", "max": "MAX", "skype": "Skype"}
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?(?P<host>[\w.-]+\.[a-z]{2,})/(?P<name>[@+\w.-]+)", re.IGNORECASE)
_LABELLED = re.compile(r"(?P<service>[^\W\d_]+)\s*[:\s]\s*(?P<name>@?\+?[\w().\s-]+)")
_NAME = re.compile(r"[\w.+-]{2,100}")


@dataclass(frozen=True, slots=True)
class Messenger:
    """A name in a service; two with equal keys are one person."""

    service: str
    name: str

    @property
    def key(self) -> str:
        return f"{self.service}:{self.name}"

    @property
    def shown(self) -> str:
        """`Telegram: @name`, `WhatsApp: +79210000001`."""
        sign = "@" if self.service == "telegram" and not self.name.startswith("+") else ""
        return f"{_TITLES.get(self.service, self.service)}: {sign}{self.name}"


# Where a name in a service is written to: addresses that browsers hand over to the programs.
_LINKS = {
    "telegram": "https://t.me/{name}",
    "whatsapp": "https://wa.me/{digits}",
    "viber": "viber://chat?number=%2B{digits}",
    "vk": "https://vk.com/{name}",
    "max": "https://max.ru/{name}",
    "skype": "skype:{name}?chat",
    "ok": "https://ok.ru/{name}",
    "instagram": "https://instagram.com/{name}",
}


def messenger_url(key: str) -> str:
    """The address by which one writes to whoever has this key; empty for a service that has none."""
    service, _colon, name = key.partition(":")
    link = _LINKS.get(service, "")
    return link.format(name=quote(name, safe="+@._-"), digits=name.lstrip("+")) if link and name else ""


def normal_messenger(text: str) -> Messenger | None:
    """
    Read `@name`, `t.me/name`, `https://wa.me/79210000001`, `Viber: +7 921 …`, `vk.com/id1`; None when it is none.

    A bare `@name` is one of Telegram.
    """
    tidy = text.strip()
    if found := _ADDRESS.fullmatch(tidy.split("?")[0].rstrip("/")):
        service = _HOSTS.get(found["host"].lower(), "")
        return _made(service, found["name"]) if service else None
    if tidy.startswith("@"):
        return _made("telegram", tidy)
    if (labelled := _LABELLED.fullmatch(tidy)) and (service := _SERVICES.get(labelled["service"].lower(), "")):
        return _made(service, labelled["name"])
    return None


def _made(service: str, name: str) -> Messenger | None:
    bare = name.strip().lstrip("@").lower()
    if service in {"whatsapp", "viber"} or bare.startswith("+"):
        phone = normal_phone(bare if bare.startswith("+") or not bare.startswith("7") else f"+{bare}")
        return Messenger(service, phone.number) if phone else None
    return Messenger(service, bare) if _NAME.fullmatch(bare) else None
