"""vCard 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350), as address books of mail programs and phones leave it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from okno.engines.imports.parts.formats import texts
from okno.engines.imports.parts.formats.card_lines import Card, Property, parts_of, plain
from okno.engines.imports.parts.formats.tables import BadFile, Cell, Layout, Line

# Phones and mail addresses of a card are those of its person.
HEADER: tuple[str, ...] = (
    "ФИО",
    "Организация",
    "Должность",
    "Телефон контакта",
    "Другие телефоны контакта",
    "Факс",
    "Почта контакта",
    "Другая почта контакта",
    "Адрес",
    "Город",
    "День рождения",
    "Сайт",
    "Комментарий",
)
LONGEST_CARD = 20_000
# Pictures, sounds and keys: many lines of letters that say nothing to people.
BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_NAME = re.compile(r"[A-Za-z0-9.-]+(?=[;:])")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


def layout(path: Path, asked: Layout) -> Layout:
    """The encoding, and whether there are pictures that are left out; columns are the same in every file."""
    encoding = asked.encoding or texts.encoding_of(path)
    with path.open(encoding=encoding, errors="replace") as file:
        has_pictures = any(_name_of(line) in BINARY for line in file)
    left_out = ("pictures",) if has_pictures else ()
    return replace(asked, encoding=encoding, has_header=True, left_out=left_out)


def rows(path: Path, how: Layout) -> Iterator[Line]:
    """A row for each card. :raises BadFile: a card has no end, or the encoding is another one."""
    yield Line(1, list(HEADER))
    for number, lines in enumerate(_cards(path, how.encoding), 2):
        yield Line(number, _row(Card.of(lines)))


def _cards(path: Path, encoding: str) -> Iterator[list[str]]:
    """The lines of each card, without what is no text."""
    lines: list[str] | None = None
    is_binary = False
    with path.open(encoding=encoding, errors="replace") as file:
        for raw in file:
            mark = raw.strip().upper()
            if mark == "BEGIN:VCARD":
                lines, is_binary = [], False
            elif mark == "END:VCARD" and lines is not None:
                yield lines
                lines = None
            elif lines is not None:
                name = _name_of(raw)
                is_binary = name in BINARY if name else is_binary
                if not is_binary:
                    lines.append(raw)
                if len(lines) > LONGEST_CARD:
                    break
    if lines is not None:
        raise BadFile("imports.cut_off_card", _("The last card of the file has no end: the file is cut off."))


def _name_of(raw: str) -> str:
    """The name of the property that a line begins; empty for a line that goes on with the one before."""
    found = _NAME.match(raw)
    return found.group().rpartition(".")[2].upper() if found else ""


def _row(card: Card) -> list[Cell]:
    phones = [_bare(one) for one in card.by_preference("TEL") if not one.types & {"FAX", "PAGER"}]
    faxes = [_bare(one) for one in card.by_preference("TEL") if "FAX" in one.types]
    mails = [_bare(one) for one in card.by_preference("EMAIL")]
    sites = [plain(one.value) for one in card.by_preference("URL")]
    places = [_address(one.value) for one in card.by_preference("ADR")]
    town, street = places[0] if places else ("", "")
    person, company = _named(card)
    more = [*sites[1:], *(one for _town, one in places[1:])]
    notes = [plain(card.first("NOTE")), *more]
    return [
        person,
        company,
        plain(card.first("TITLE") or card.first("ROLE")),
        *_first_and_rest(phones),
        "; ".join(faxes),
        *_first_and_rest(mails),
        street,
        town,
        _birthday(card.first("BDAY")),
        sites[0] if sites else "",
        "\n".join(one for one in notes if one),
    ]


def _named(card: Card) -> tuple[str, str]:
    """The person and the company of a card; one of a company without a person names the company alone."""
    company = ", ".join(part for part in parts_of(card.first("ORG")) if part)
    shown, person = plain(card.first("FN")), _person(card.first("N"))
    if card.first("KIND").lower() == "org" or card.first("X-ABSHOWAS").upper() == "COMPANY":
        return "", company or shown
    if company and not person and shown in {"", company}:
        return "", company
    return shown or person or plain(card.first("NICKNAME")), company


def _bare(one: Property) -> str:
    """A phone or a mail address without the scheme of a link; an extension after it."""
    value = re.sub(r"^(tel|mailto):", "", plain(one.value), flags=re.IGNORECASE)
    return re.sub(r";ext=", " доб. ", value, flags=re.IGNORECASE)


def _first_and_rest(values: list[str]) -> tuple[str, str]:
    different = list(dict.fromkeys(one for one in values if one))
    return (different[0] if different else "", "; ".join(different[1:]))


def _person(value: str) -> str:
    last, first, middle, *_rest = [*parts_of(value), "", "", ""]
    return " ".join(part for part in (last, first, middle) if part)


def _address(value: str) -> tuple[str, str]:
    """The town, and the whole address in one line. ADR: box; more; street; town; region; index; country."""
    parts = [*parts_of(value), *[""] * 7][:7]
    whole = [parts[5], parts[6], parts[4], parts[3], parts[2], parts[1], parts[0]]
    return parts[3], ", ".join(" ".join(part.split()) for part in whole if part)


def _birthday(value: str) -> str:
    found = _DAY.match(value.strip())
    return f"{found[3]}.{found[2]}.{found[1]}" if found else ""
