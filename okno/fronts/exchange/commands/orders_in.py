"""Orders that come back from 1C."""

from __future__ import annotations

from collections.abc import Sequence

from okno.fronts.exchange.commands.catalogue import Taking
from okno.fronts.exchange.parts.commerceml.found import Found


def take_documents(taking: Taking, found: Sequence[Found]) -> None:
    """Documents of a batch."""
