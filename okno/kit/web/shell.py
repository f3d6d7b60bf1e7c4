"""The frame of every page: sections the actor may open, what may be created, crumbs, messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from okno.kit import formats
from okno.kit.permissions import Actor
from okno.kit.registry import CreateItem, MenuItem, SettingsPage, registry
from okno.kit.rows.counting import counted
from okno.kit.web import htmx, why_page

Context = dict[str, Any]
THEMES = frozenset({"light", "dark", "auto"})
BOTTOM = 4
SETTINGS = "/settings/"
# Sections of the rail in their order, by the code that manifests give: (label, icon).
SECTIONS: dict[str, tuple[object, str]] = {
    "main": (_("Home"), "home"),
    "clients": (_("Clients"), "building"),
    "sales": (_("Sales"), "briefcase"),
    "communications": (_("Communications"), "mail"),
    "support": (_("Support"), "lifebuoy"),
    "marketing": (_("Marketing"), "speakerphone"),
    "goods": (_("Goods and prices"), "package"),
    "analytics": (_("Analytics"), "chart-bar"),
    "settings": (_("Settings"), "settings"),
}


def context(request: HttpRequest) -> Context:
    """Context processor: `shell` and `toasts`, worked out only when a template asks for them."""
    return {
        "shell": SimpleLazyObject(lambda: _shell(request)),
        "toasts": SimpleLazyObject(lambda: htmx.toasts(request)),
    }


def allowed(actor: Actor) -> list[MenuItem]:
    """Places that the actor may open, section by section."""
    seen = [one for one in registry.menu if not one.permission or actor.may(one.permission)]
    order = list(SECTIONS)
    return sorted(seen, key=lambda one: (order.index(one.section), one.position))


def _shell(request: HttpRequest) -> Context:
    theme = request.COOKIES.get("okno_theme", "auto")
    found: Context = {
        "theme": theme if theme in THEMES else "auto",
        "rail": "open" if request.COOKIES.get("okno_rail") == "open" else "",
        "palette_url": "/palette/",
        "live_url": "/live",
        "live_since": _milliseconds(getattr(request, "began_at", None)),
    }
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.user_id is None:
        return found
    sections = _sections(actor, request.path)
    return found | {
        "sections": sections,
        "bottom": sections[:BOTTOM],
        "create": _create(actor),
        "crumbs": _crumbs(sections, _settings_page(actor, request.path), request.path),
        "user": _user(request, actor),
        "notices": _notices(actor),
        "looking": actor.name if actor.looker else "",
        "why_url": why_page.url_for(request.path),
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


def _sections(actor: Actor, path: str) -> list[Context]:
    items = allowed(actor)
    chosen = _chosen(items, path) or (_chosen(items, SETTINGS) if _settings_page(actor, path) else None)
    counts = counted({one.url: one.count(actor) for one in items if one.count})
    return [
        _section(section, list(group), counts, chosen) for section, group in groupby(items, key=lambda one: one.section)
    ]


def _section(code: str, items: Sequence[MenuItem], counts: Mapping[str, int], chosen: MenuItem | None) -> Context:
    label, icon = SECTIONS[code]
    return {
        "label": label,
        "icon": icon,
        "url": items[0].url,
        "active": any(one is chosen for one in items),
        "count": sum(counts.get(one.url, 0) for one in items) or "",
        "items": [
            {"label": one.label, "url": one.url, "active": one is chosen, "count": counts.get(one.url) or ""}
            for one in items
        ],
    }


def _chosen(items: Sequence[MenuItem], path: str) -> MenuItem | None:
    """The place whose address is the longest beginning of this one."""
    inside = [one for one in items if one.url == path or (one.url != "/" and path.startswith(one.url))]
    return max(inside, key=lambda one: len(one.url), default=None)


def _settings_page(actor: Actor, path: str) -> SettingsPage | None:
    """The page of the settings hub that this address is of; some of them have addresses of their own."""
    inside = [one for one in registry.settings if path.startswith(one.url) and actor.may(one.permission)]
    return max(inside, key=lambda one: len(one.url), default=None)


def _crumbs(sections: Sequence[Context], page: SettingsPage | None, path: str) -> list[Context]:
    """The section and the place in it, the way back from what stands below it; of settings the page of the hub."""
    for section in sections:
        for item in section["items"]:
            if item["active"]:
                place = item if page is None or item["url"] != SETTINGS else {"label": page.label, "url": page.url}
                above = {"label": section["label"], "url": section["url"]}
                # A section and its first place may have one name: it is said once.
                here = {"label": place["label"], "url": place["url"], "is_here": place["url"] == path}
                return [here] if str(here["label"]) == str(above["label"]) else [above, here]
    return []


def _create(actor: Actor) -> list[Context]:
    if actor.looker:
        return []
    seen = [one for one in registry.create if actor.may(one.permission)]
    ordered = sorted(seen, key=lambda one: one.position)
    return [{"label": one.label, "url": one.url, "icon": create_icon(one)} for one in ordered]


def create_icon(item: CreateItem) -> str:
    """The icon of a line of "+ Create": its own, else that of the record whose cards stand at the same address."""
    made = (one for one in registry.records.values() if one.url and item.url.startswith(one.url.partition("{")[0]))
    return item.icon or next((one.icon for one in made), "plus")


def _user(request: HttpRequest, actor: Actor) -> Context:
    return {
        "name": actor.name,
        "initials": formats.initials(actor.name),
        "email": getattr(request.user, "email", ""),
        "profile_url": _address("profile"),
        "sign_out_url": _address("sign-out"),
    }


def _notices(actor: Actor) -> Context | None:
    return dict(registry.notices(actor)) if registry.notices is not None else None


def _address(name: str) -> str:
    """The address of a page of access, empty while there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
