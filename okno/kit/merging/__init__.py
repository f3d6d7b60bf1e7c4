"""
Merging rows of any record and taking them apart again.

An area says in its manifest that a record can be merged: `merging.add(DEAL)` makes the commands `deals.merge` and
`deals.unmerge`. References are found by looking at all tables, so nothing has to be listed.
"""

from okno.kit.merging.commands import add, carry
from okno.kit.merging.mergeable import Mergeable, mergeable, name_parts
from okno.kit.merging.reading import survivor_of

__all__ = ["Mergeable", "add", "carry", "mergeable", "name_parts", "survivor_of"]
