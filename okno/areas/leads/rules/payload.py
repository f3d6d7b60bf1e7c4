"""Reading what sources send: fields by their place in a payload, and letters by the template of a form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from okno.kit.errors import Refused

# Fields of an enquiry that a source may say of where they stand.
FIELDS = ("subject", "text", "name", "phone", "email", "company", "inn", "city", "amount")
LONGEST = 50_000
_PLACE = re.compile(r"\{(\w+)\}")


def value_at(raw: Any, path: str) -> str:
    """
    The value at a place of a payload as text, empty when there is none: `contact.phones.0`.

    A key that has dots of its own is found too, whole.
    """
    if not path:
        return ""
    if isinstance(raw, Mapping) and path in raw:
        return _text(raw[path])
    for step in path.split("."):
        if isinstance(raw, Mapping):
            raw = raw.get(step)
        elif isinstance(raw, list) and step.isdigit() and int(step) < len(raw):
            raw = raw[int(step)]
        else:
            return ""
    return _text(raw)


def mapped(mapping: Mapping[str, str], raw: Mapping[str, Any]) -> dict[str, str]:
    """Fields of an enquiry as the mapping of its source finds them in the payload; those not found are left out."""
    found = {field: value_at(raw, path) for field, path in mapping.items() if field in FIELDS}
    return {field: value for field, value in found.items() if value}


def places(raw: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Every place of a payload with its value, for choosing one by what stands there."""
    if isinstance(raw, Mapping):
        for name, value in raw.items():
            yield from places(value, f"{before}{name}.")
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from places(value, f"{before}{number}.")
    elif (text := _text(raw)) and before:
        yield before[:-1], text


def check_template(template: str) -> None:
    """:raises Refused: the template names a field that enquiries have not, or two values follow without a word."""
    unknown = sorted(set(_PLACE.findall(template)) - set(FIELDS))
    if unknown:
        raise Refused(
            "leads.template_field",
            _("The template names what enquiries have not: %(names)s."),
            names=", ".join(unknown),
            missing=["template"],
        )
    if re.search(r"\}\s*\{", template):
        raise Refused(
            "leads.template_words", _("Between two values of the template there must be words."), missing=["template"]
        )


def read_letter(template: str, body: str) -> dict[str, str]:
    """
    Fields of an enquiry from a letter that a form has sent, by the template of its source.

    The words between the places are looked for in their order without regard of case and spaces; a place whose words
    are not there is passed over. A value is the rest of its line, the text reaches up to the next words found.
    """
    steps = _steps(template)
    places = _found(steps, body[:LONGEST])
    found: dict[str, str] = {}
    for number, (field, _start, end) in enumerate(places):
        until = places[number + 1][1] if number + 1 < len(places) else len(body)
        value = body[end:until].strip()
        if field and value:
            found[field] = value if field == "text" else value.splitlines()[0].strip()
    return found


def _steps(template: str) -> list[tuple[str, str]]:
    """The words before each place and the field of the place; the words after the last one go with no field."""
    parts = _PLACE.split(template)
    fields = [*parts[1::2], ""]
    return [(words.strip(), field) for words, field in zip(parts[::2], fields, strict=True)]


def _found(steps: Sequence[tuple[str, str]], body: str) -> list[tuple[str, int, int]]:
    """Where the words of each step stand: (field, start, end)."""
    found: list[tuple[str, int, int]] = []
    since = 0
    for words, field in steps:
        if not words:
            if field and not found:
                found.append((field, 0, 0))
            continue
        match = re.compile(_loose(words), re.IGNORECASE).search(body, since)
        if match:
            found.append((field, match.start(), match.end()))
            since = match.end()
    return found


def _loose(words: str) -> str:
    return r"\s+".join(re.escape(word) for word in words.split())


def _text(value: Any) -> str:
    """A plain value as text; what holds others has none."""
    if value is None or isinstance(value, bool | Mapping | list):
        return ""
    return str(value).replace("\x00", "").strip()[:LONGEST]
