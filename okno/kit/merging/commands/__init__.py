"""Writes of merging: the commands of every record that can be merged, and what they stand on."""

from okno.kit.merging.commands.carrying import carry
from okno.kit.merging.commands.making import add

__all__ = ["add", "carry"]
