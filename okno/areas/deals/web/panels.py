"""What deals show on the cards of lower areas."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from okno.areas.catalog import queries as catalog
from okno.areas.clients.models import Client
from okno.areas.deals import commands, queries
from okno.areas.deals.models import Deal
from okno.areas.deals.web import board
from okno.kit import formats
from okno.kit.permissions import Actor, facing
from okno.kit.web import lines

MOST = 10


def of_client(actor: Actor, client: Client) -> dict[str, Any]:
    """The latest deals of a client, open ones first."""
    now = timezone.now()
    rows = queries.deals_of_client(actor, client.pk)[: MOST + 1]
    return {
        "deals": [
            {
                "url": f"/deals/{deal.pk}/",
                "title": deal.title,
                "stage": deal.stage.name,
                "colour": deal.stage.colour,
                "amount": formats.money_text(deal.amount, deal.currency) if deal.amount and _sees(actor, deal) else "",
                "due": board.stage_colour(deal.stage_since, deal.stage_due_at, now) if not deal.closed_at else "grey",
            }
            for deal in rows[:MOST]
        ],
        "more_url": _all(client) if len(rows) > MOST else "",
        "create_url": f"/deals/new/?client={client.pk}" if actor.may(commands.open_deal.name) else "",
    }


def _all(client: Client) -> str:
    return "/deals/?" + urlencode({"mode": "list", "tab": "all", "q": client.name})


def lines_of(actor: Actor, deal: Deal) -> dict[str, Any]:
    """Goods and services of a deal; their prices only for those who see its amount."""
    is_priced = _sees(actor, deal)
    terms = queries.terms_of(deal, timezone.localdate(timezone=actor.zone))
    return {
        **lines.panel(queries.lines_of(deal), deal.amount, deal.currency, is_priced=is_priced),
        "told": catalog.told_terms(actor, terms) if is_priced and not deal.closed_at else "",
        "edit_url": "" if deal.closed_at else f"/deals/{deal.pk}/lines/",
        "edit_label": _("Choose goods and services"),
        "empty": _("Nothing chosen yet"),
    }


def _sees(actor: Actor, deal: Deal) -> bool:
    """Whether the actor sees the sums of this very deal."""
    return facing(actor, deal).sees_field("deals.deal", "amount")
