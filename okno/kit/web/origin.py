"""Where a request comes from."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """
    The address of whoever asks. Behind proxies of ours it is the one that the first of them saw: as many entries
    of X-Forwarded-For are believed as there are proxies.
    """
    proxies = int(getattr(settings, "OKNO_PROXIES", 0) or 0)
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    direct = str(request.META.get("REMOTE_ADDR", ""))
    told = seen[-proxies] if proxies and len(seen) >= proxies else direct
    return next((one for one in (told, direct) if is_address(one)), "")


def is_address(text: str) -> bool:
    """Whether this is an address of the Internet: a header may hold anything."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
