"""Writes of deals: one function for each thing that a person, a robot or another system can do with them."""

from okno.areas.deals.commands.scenarios import bring_scenario, set_refusal_reasons, set_scenario
from okno.areas.deals.commands.team import add_member, drop_member
from okno.areas.deals.commands.walking import advance, assign, delete, move, open_deal, refresh_next_step, update
from okno.areas.deals.commands.worth import fold_totals, reprice, set_currency, set_lines, value_anew

__all__ = [
    "add_member",
    "advance",
    "assign",
    "bring_scenario",
    "delete",
    "drop_member",
    "fold_totals",
    "move",
    "open_deal",
    "refresh_next_step",
    "reprice",
    "set_currency",
    "set_lines",
    "set_refusal_reasons",
    "set_scenario",
    "update",
    "value_anew",
]
