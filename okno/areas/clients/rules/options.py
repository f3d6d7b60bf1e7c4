"""Codes that stand on cards: those that nobody knows are refused. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.clients.models import COUNTRIES, LANGUAGES, ZONES, Channel, Client, RelationType
from okno.kit.errors import Refused

_KNOWN: Mapping[str, Sequence[tuple[Any, object]]] = {
    "kind": Client.Kind.choices,
    "relation_types": RelationType.choices,
    "country": COUNTRIES,
    "preferred_channel": Channel.choices,
    "time_zone": ZONES,
    "language": LANGUAGES,
}


def check_options(told: Mapping[str, Any]) -> None:
    """:raises Refused: a value is none of the options of its field; the refusal names it."""
    for key, choices in _KNOWN.items():
        value = told.get(key)
        given = value if isinstance(value, list) else [value] if value else []
        if unknown := [one for one in given if one not in {code for code, _label in choices}]:
            text = _("There is no such option: %(value)s.")
            raise Refused("clients.bad_option", text, value=str(unknown[0])[:100], missing=[key])
