"""vCard 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350), as address books of mail programs and phones leave it."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from okno.engines.imports.parts.formats import texts
from okno.engines.imports.parts.formats.tables import BadFile, Cell, Layout, Line

HEADER: tuple[str, ...] = (
    "ФИО",
    "Организация",
    "Должность",
    "Телефон",
    "Телефон 2",
    "Телефон 3",
    "Эл. почта",
    "Эл. почта 2",
    "Адрес",
    "Город",
    "День рождения",
    "Сайт",
    "Комментарий",
)
LONGEST_CARD = 20_000
_FOLD = re.compile(r"\r?\n[ \t]")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


def layout(path: Path, asked: Layout) -> Layout:
    """The encoding; columns are the same in every file."""
    return replace(asked, encoding=asked.encoding or texts.encoding_of(path), has_header=True)


def rows(path: Path, how: Layout) -> Iterator[Line]:
    """A row for each card. :raises BadFile: a card has no end, or the encoding is another one."""
    yield Line(1, list(HEADER))
    for number, card in enumerate(_cards(path, how.encoding), 2):
        yield Line(number, _row(card))


def _cards(path: Path, encoding: str) -> Iterator[list[str]]:
    lines: list[str] | None = None
    with path.open(encoding=encoding, errors="replace") as file:
        for raw in file:
            mark = raw.strip().upper()
            if mark == "BEGIN:VCARD":
                lines = []
            elif mark == "END:VCARD" and lines is not None:
                yield _unfolded(lines)
                lines = None
            elif lines is not None:
                lines.append(raw)
                if len(lines) > LONGEST_CARD:
                    break
    if lines is not None:
        raise BadFile("imports.cut_off_card", _("The last card of the file has no end: the file is cut off."))


def _unfolded(lines: list[str]) -> list[str]:
    """Whole lines: a blank at the beginning goes on with the line before, `=` at the end with the next one."""
    found: list[str] = []
    for raw in lines:
        line = raw.rstrip("\r\n")
        if found and (line[:1] in {" ", "\t"}):
            found[-1] += line[1:]
        elif found and found[-1].endswith("=") and "QUOTED-PRINTABLE" in found[-1].upper():
            found[-1] = found[-1][:-1] + line
        elif line:
            found.append(line)
    return found


def _row(card: list[str]) -> list[Cell]:
    many: dict[str, list[str]] = {}
    for line in card:
        name, value = _property(line)
        if name and value:
            many.setdefault(name, []).append(value)
    phones, mails = many.get("TEL", []), many.get("EMAIL", [])
    town, street = _address(many.get("ADR", [""])[0])
    return [
        many.get("FN", [""])[0] or _person(many.get("N", [""])[0]),
        ", ".join(part for part in _parts(many.get("ORG", [""])[0]) if part),
        _plain(many.get("TITLE", [""])[0] or many.get("ROLE", [""])[0]),
        *(_at(phones, place).removeprefix("tel:") for place in range(3)),
        *(_at(mails, place).removeprefix("mailto:") for place in range(2)),
        street,
        town,
        _birthday(many.get("BDAY", [""])[0]),
        _plain(many.get("URL", [""])[0]),
        _plain(many.get("NOTE", [""])[0]),
    ]


def _property(line: str) -> tuple[str, str]:
    """The name of a property without its group and parameters, and its value."""
    head, _colon, value = line.partition(":")
    name, *about = head.split(";")
    told = ";".join(about).upper()
    if "QUOTED-PRINTABLE" in told:
        charset = re.search(r"CHARSET=([\w-]+)", told)
        value = _quoted(value, charset.group(1) if charset else "utf-8")
    key = name.rpartition(".")[2].upper()
    return key, value.strip() if key in {"N", "ADR", "ORG"} else _plain(value)


def _quoted(value: str, charset: str) -> str:
    raw = quopri.decodestring(value.encode("ascii", "ignore"))
    try:
        return raw.decode(charset, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _parts(value: str) -> list[str]:
    return [_plain(one) for one in re.split(r"(?<!\\);", value)]


def _plain(value: str) -> str:
    return re.sub(r"\\([,;\\:])", r"\1", re.sub(r"\\[nN]", "\n", value)).strip()


def _person(value: str) -> str:
    last, first, middle, *_rest = [*_parts(value), "", "", ""]
    return " ".join(part for part in (last, first, middle) if part)


def _address(value: str) -> tuple[str, str]:
    """The town, and the whole address in one line. ADR: box; more; street; town; region; index; country."""
    parts = [*_parts(value), *[""] * 7][:7]
    whole = [parts[5], parts[6], parts[4], parts[3], parts[2], parts[1], parts[0]]
    return parts[3], ", ".join(part for part in whole if part)


def _birthday(value: str) -> str:
    found = _DAY.match(value.strip())
    return f"{found[3]}.{found[2]}.{found[1]}" if found else ""


def _at(values: list[str], place: int) -> str:
    return values[place] if place < len(values) else ""
