"""Pages of home: the desktop, its blocks one by one, and how a person arranges them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.fronts.home import queries, rules
from okno.fronts.home.commands import desktop
from okno.fronts.home.queries import Figures
from okno.fronts.home.web.blocks import BLOCKS, BY_KEY, Block
from okno.kit.errors import Missing
from okno.kit.web import htmx, pages

Context = dict[str, Any]
PERIODS = (
    (rules.MONTH, gettext_lazy("This month")),
    (rules.LAST, gettext_lazy("Last month")),
    (rules.QUARTER, gettext_lazy("Quarter")),
    (rules.YEAR, gettext_lazy("Year")),
)


class Desktop(pages.Page):
    """`/`: blocks of figures within the actor's reach; every number opens the rows behind it."""

    parts: ClassVar[dict[str, str]] = {"block": "block", "arrange": "arrange_form"}
    actions: ClassVar[dict[str, str]] = {"arrange": "arrange"}

    @cached_property
    def figures(self) -> Figures:
        """The figures of the period and scenario that the address names."""
        at = self.moment.at
        period = rules.period(self.request.GET.get("period", ""), at.astimezone(self.actor.zone).date())
        return Figures(self.actor, at, period, self.request.GET.get("scenario", ""))

    def show(self, **_address: Any) -> HttpResponse:
        """The desktop; of an organisation that has just begun, the ways to begin."""
        shown = [self._shown(block) for block in self._arranged() if block.is_open(self.figures)]
        is_bare = not any(one["is_full"] for one in shown if one["key"] != "tasks")
        context: Context = {
            "page_title": _("Desktop"),
            "blocks": shown,
            "periods": [self._link(label, code == self.figures.period.code, period=code) for code, label in PERIODS],
            "scenarios": self._scenarios(shown),
            "may_arrange": bool(shown) and self.actor.may(desktop.arrange.name),
        }
        if is_bare and queries.is_empty(self.actor):
            context["empty"] = self._empty(may_see=bool(shown))
        return self.answer("home/desktop.html", context)

    def block(self, **_address: Any) -> HttpResponse:
        """One block anew. :raises Missing: there is no such block, or it is closed to the actor."""
        found = BY_KEY.get(self.request.GET.get("key", ""))
        if found is None or not found.is_open(self.figures):
            raise Missing("no_part", _("There is no such page."))
        return self.answer("home/block.html", {"block": self._shown(found, is_asked_for=True)})

    def arrange_form(self, **_address: Any) -> HttpResponse:
        """The dialog with all blocks in their order."""
        hidden = {one.key for one in self._saved if one.is_hidden}
        blocks = [
            {"key": one.key, "label": one.label, "is_hidden": one.key in hidden}
            for one in self._ordered()
            if one.is_open(self.figures)
        ]
        return self.answer("home/arrange.html", {"blocks": blocks, "post_url": "/?part=arrange"})

    def arrange(self, **_address: Any) -> HttpResponse:
        """Keep the order of the dialog, and which blocks are ticked; nothing when all is to be as it was."""
        known = [key for key in self.request.POST.getlist("order") if key in BY_KEY]
        ticked = set(self.request.POST.getlist("shown"))
        if self.request.POST.get("reset"):
            known = []
        desktop.arrange.run(
            self.actor,
            shown=[key for key in known if key in ticked],
            hidden=[key for key in known if key not in ticked],
        )
        return htmx.redirect(self.request, "/")

    @cached_property
    def _saved(self) -> list[Any]:
        return queries.arrangement(self.actor)

    def _ordered(self) -> list[Block]:
        """All blocks in the person's order; blocks that are newer than it come last."""
        places = {one.key: one.position for one in self._saved}
        return sorted(BLOCKS, key=lambda one: places.get(one.key, len(places) + BLOCKS.index(one)))

    def _arranged(self) -> Iterator[Block]:
        hidden = {one.key for one in self._saved if one.is_hidden}
        return (one for one in self._ordered() if one.key not in hidden)

    def _shown(self, block: Block, *, is_asked_for: bool = False) -> Context:
        is_waiting = block.is_lazy and not is_asked_for
        content = None if is_waiting else block.context(self.figures)
        return {
            "key": block.key,
            "label": block.label,
            "template": block.template,
            "width": block.width,
            "topics": block.topics,
            "url": self._address(part="block", key=block.key),
            "is_full": content is not None,
            "is_waiting": is_waiting,
            **(content or {}),
        }

    def _address(self, **params: str) -> str:
        kept = {name: self.request.GET[name] for name in ("period", "scenario") if name in self.request.GET}
        return f"/?{urlencode({**kept, **params})}"

    def _link(self, label: object, active: bool, **params: str) -> Context:  # noqa: FBT001 - what a template shows
        return {"label": label, "active": active, "url": self._address(**params)}

    def _scenarios(self, shown: list[Context]) -> list[Context]:
        """Scenarios to choose from, when a funnel is shown and there is more than one."""
        if not {"funnel", "closed"} & {one["key"] for one in shown}:
            return []
        chosen = self.figures.scenario
        found = [self._link(one.name, one == chosen, scenario=one.code) for one in self.figures.scenarios]
        return found if len(found) > 1 else []

    def _empty(self, *, may_see: bool) -> Context:
        """What a desktop without data says: how to begin, or whom to ask for rights."""
        if not may_see:
            return {
                "icon": "home",
                "title": _("Nothing is open to you yet"),
                "text": _("Your roles show no data. Ask the administrator for a role."),
            }
        doors = [
            {"label": label, "text": text, "icon": icon, "url": url}
            for label, text, icon, url, permission in DOORS
            if _is_there(url) and self.actor.may(permission)
        ]
        return {
            "icon": "home",
            "title": _("Your work will be here"),
            "text": _("Deals by stage, money, and what waits for an answer. Begin in one of these ways."),
            "doors": doors,
        }


# How a new company begins: what it is called, its own address, and who may open it; in the order of the work.
DOORS: tuple[tuple[object, object, str, str, str], ...] = (
    (
        gettext_lazy("Your organisation"),
        gettext_lazy("Requisites and accounts: it draws invoices."),
        "building",
        "/settings/organisations/new/",
        "documents.set_organisation",
    ),
    (
        gettext_lazy("Mailbox"),
        gettext_lazy("Letters come into feeds of clients, invoices go out."),
        "mail",
        "/settings/mailboxes/new/",
        "communications.set_account",
    ),
    (
        gettext_lazy("Colleagues"),
        gettext_lazy("Who works here, and what each may do."),
        "users",
        "/settings/users/new/",
        "access.add_user",
    ),
    (
        gettext_lazy("Write down a client"),
        gettext_lazy("By hand: a client, then a deal."),
        "plus",
        "/clients/new/",
        "clients.add",
    ),
    (
        gettext_lazy("Bring a list"),
        gettext_lazy("Clients and goods from a table."),
        "file-import",
        "/imports/new/",
        "clients.import",
    ),
    (
        gettext_lazy("Connect 1C"),
        gettext_lazy("Goods, prices, orders and payments come by themselves."),
        "world",
        "/exchange/connections/",
        "exchange.view",
    ),
)


def _is_there(url: str) -> bool:
    try:
        resolve(url)
    except Resolver404:
        return False
    return True
