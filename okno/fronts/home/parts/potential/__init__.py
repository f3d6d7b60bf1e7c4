"""Formulas of potential that are shipped: they need fields of their names, and suit where these are there."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okno.kit.worth import Shipped, Valued

# What was won in the last year, in the management currency.
BOUGHT = 'sum(deals, managed, stage_kind = "won" and closed_at >= add_days(now(), -365))'
CLIENTS = Valued(
    "clients.client",
    (
        Shipped(
            _("Equipment: points × machines × price ÷ years of service"),
            "x_points * x_machines_per_point * x_machine_price / x_service_years",
            BOUGHT,
        ),
        Shipped(_("Consumables: people × norm × 12 × price"), "x_people * x_norm_a_month * 12 * x_unit_price", BOUGHT),
        Shipped(
            _("Services: fleet × share × price of a contract"), "x_fleet * x_service_share * x_contract_price", BOUGHT
        ),
    ),
)
