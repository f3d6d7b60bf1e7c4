"""Names of tags: how they are written, told apart and split where several stand in one text. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from okno.kit.errors import Refused

LONGEST, MOST = 60, 2_000
# Those of stages; in this order new tags are given them, so that neighbours differ.
COLOURS = range(1, 13)
IN_TURN = (2, 9, 5, 8, 11, 4, 7, 10, 3, 12, 6, 1)
BETWEEN = re.compile(r"[,;\r\n]")
# Ids look so: a name that does could be taken for the id of another tag.
ID = re.compile(r"t\d{1,9}")


def folded(name: str) -> str:
    """A name as names are compared: case, «ё» and spaces between words do not matter."""
    return " ".join(name.split()).lower().replace("ё", "е")


def tidy(name: str) -> str:
    """
    A name as it is kept: without signs that nobody sees, which would make two tags that look alike.

    :raises Refused: nothing is left of it, it is too long, or holds what stands between names in files.
    """
    spaced = " ".join(unicodedata.normalize("NFC", name).split())
    text = "".join(one for one in spaced if unicodedata.category(one)[0] != "C").strip()
    if not text:
        raise Refused("tags.no_name", _("A tag needs a name."))
    if len(text) > LONGEST:
        told = _("The name of a tag has at most %(most)s signs: “%(name)s…”.")
        raise Refused("tags.long_name", told, most=LONGEST, name=text[:30])
    if BETWEEN.search(text):
        told = _("The name of a tag has neither commas nor semicolons: “%(name)s”.")
        raise Refused("tags.bad_name", told, name=text)
    if ID.fullmatch(text):
        raise Refused("tags.bad_name", _("“%(name)s” cannot be the name of a tag."), name=text)
    return text


def parts_of(value: Any) -> list[str]:
    """Names or ids, each once: one text holds several through commas, a list one in each of its items."""
    if value is None:
        return []
    given: Iterable[Any] = BETWEEN.split(value) if isinstance(value, str) else value
    if isinstance(value, Mapping) or not isinstance(given, list | tuple | set | frozenset):
        raise TypeError(value)
    texts = (one.strip() if isinstance(one, str) else str(one) for one in given if one is not None)
    return list(dict.fromkeys(text for text in texts if text))


def rarest(options: Sequence[Mapping[str, Any]]) -> int:
    """The colour that the fewest tags have."""
    counts = Counter(one.get("colour") for one in options)
    return min(IN_TURN, key=lambda colour: counts[colour])


def checked_colour(colour: Any) -> int:
    """:raises Refused: there is no such colour."""
    if colour not in COLOURS:
        raise Refused("tags.bad_colour", _("There is no such colour."), missing=["colour"])
    return int(colour)


def checked(options: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """
    Tags as a field keeps them; those without a colour are given one.

    :raises Refused: there are too many, an id is none, two have one name, or one is replaced by what is not there.
    """
    if len(options) > MOST:
        raise Refused("tags.too_many", _("There may be %(most)s tags at most: merge some of them."), most=MOST)
    found: list[dict[str, Any]] = []
    for one in options:
        colour = checked_colour(one["colour"]) if one.get("colour") else rarest(found)
        more = {name: one[name] for name in ("is_retired", "into") if one.get(name)}
        made = {"id": str(one.get("id", "")), "label": tidy(str(one.get("label", ""))), "colour": colour}
        found.append({**made, **more})
    ids, names = {one["id"] for one in found}, {folded(one["label"]) for one in found}
    is_told_once = len(ids) == len(names) == len(found)
    if not is_told_once or not all(map(ID.fullmatch, ids)) or not {one.get("into") for one in found} <= {*ids, None}:
        raise Refused("fields.bad_options", _("Options must have names, each its own."), missing=["options"])
    return found
