"""Settings of an import: how the file is read, where columns go, what texts mean, what is done with rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused
from okno.kit.importing import ADD, LINK, SKIP

FOUND = {
    "update": _("Change what differs"),
    "fill": _("Fill in only what is empty"),
    "skip": _("Leave as they are"),
}
NEW = {"create": _("Add"), "skip": _("Skip")}
EMPTY = {"keep": _("Leave the field as it is"), "clear": _("Clear the field")}
ELSEWHERE = frozenset({SKIP, LINK, ADD})
REPEATS = {"join": _("Join with the first one"), "skip": _("Skip")}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """
    All that a person chooses.

    `columns` are (name in the file, key of the target or empty) in the order of the file; `values` maps texts of the
    file to values by target, None for "leave empty"; `constants` are texts by target for what the file does not tell;
    `keys` are codes of keys, the surest first; `header` is the number of the row that names the columns, 0 for none;
    `elsewhere` is what is done with rows that stand elsewhere, by the code of where.
    """

    layout: Mapping[str, Any] = field(default_factory=dict)
    header: int = 1
    columns: Sequence[tuple[str, str]] = ()
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    keys: Sequence[str] = ()
    found: str = "update"
    new: str = "create"
    empty: str = "keep"
    repeats: str = "join"
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    is_loud: bool = False

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Settings:
        """The settings that were kept as JSON. :raises Refused: they are of another shape."""
        try:
            made = cls(**plain)
            columns = tuple((str(name), str(target)) for name, target in made.columns)
            policies = ((made.found, FOUND), (made.new, NEW), (made.empty, EMPTY), (made.repeats, REPEATS))
            chosen = [*policies, *((way, ELSEWHERE) for way in made.elsewhere.values())]
        except (TypeError, ValueError, AttributeError) as error:
            raise Refused("imports.bad_settings", _("These are no settings of an import.")) from error
        if any(str(value) not in known for value, known in chosen):
            raise Refused("imports.bad_settings", _("These are no settings of an import."))
        return cls(**{**asdict(made), "columns": columns})

    def plain(self) -> dict[str, Any]:
        """The settings as JSON keeps them."""
        return {**asdict(self), "columns": [list(one) for one in self.columns], "keys": list(self.keys)}

    def kept(self) -> dict[str, Any]:
        """What is kept under a name: all but the layout of this very file."""
        return {**self.plain(), "layout": {}, "header": 1}

    def for_file(self, layout: Mapping[str, Any], header: int, names: Sequence[str]) -> Settings:
        """The same settings for another file: its columns are known by their names."""
        known = {fold(name): target for name, target in self.columns if target}
        columns = tuple((name, known.pop(fold(name), "")) for name in names)
        return Settings(**{**asdict(self), "layout": layout, "header": header, "columns": columns})

    @property
    def targets(self) -> set[str]:
        """Keys of the targets that get a value."""
        return {target for _name, target in self.columns if target} | set(self.constants)


def fold(text: str) -> str:
    """A name of a column as it is compared: without case, «ё» and signs."""
    lowered = text.lower().replace("ё", "е")
    return " ".join("".join(sign if sign.isalnum() else " " for sign in lowered).split())
