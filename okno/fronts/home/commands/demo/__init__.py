"""The demo company: an invented dealer of warehouse equipment with eighteen months of history."""

from okno.fronts.home.commands.demo.making import fill
from okno.fronts.home.commands.demo.pricing import fill as fill_price_rules
from okno.fronts.home.commands.demo.writer import Tell

__all__ = ["Tell", "fill", "fill_price_rules"]
