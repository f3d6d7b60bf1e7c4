"""Counterparties of 1C found among our clients."""

from __future__ import annotations

from collections.abc import Sequence

from okno.fronts.exchange.commands.catalogue import Taking
from okno.fronts.exchange.parts.commerceml.found import Found


def take_list(taking: Taking, found: Sequence[Found]) -> None:
    """Counterparties that stand on their own."""
