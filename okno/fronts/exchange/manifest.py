"""What the exchange puts on the shelf."""

from okno.fronts.exchange import commands

__all__ = ["commands"]
