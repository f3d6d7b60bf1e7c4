"""Names of people: Фамилия Имя Отчество in parts, in full and short."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from okno.kit.contacts.legal import name_key

# Several given names end like surnames; without them «Ирина Петрова» would be read as a surname and a name.
_GIVEN_NAMES = """
алевтина алина альбина ангелина антонина арина валентина галина дарина екатерина зарина ирина карина каролина
катарина кира кристина лина марина нина полина регина сабина фаина эвелина элина янина лев константин валентин
мартин августин севастьян иван роман степан богдан руслан герман тигран арсен ян демьян касьян юлиан василиса
анна мария елена ольга наталья татьяна юлия светлана анастасия александр алексей андрей сергей дмитрий михаил
евгений николай владимир павел пётр петр юрий игорь олег артём артем максим илья кирилл никита денис виктор
"""
_GIVEN = frozenset(_GIVEN_NAMES.split())
_SURNAME = re.compile(
    r"(ов|ев|ёв|ин|ын|ский|цкий|ской|цкой|ова|ева|ёва|ина|ына|ская|цкая|енко|чук|щук|юк|ян|дзе|швили|ых|их)$"
)
_PATRONYMIC = re.compile(r"(вич|ьич|мич|вна|чна|шна)$")
_TURKIC = {"оглы", "оглу", "кызы", "гызы", "улы", "уулу"}
_INITIAL = re.compile(r"[^\W\d_]\.?")


class Gender(StrEnum):
    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, kw_only=True)
class PersonName:
    """The parts of a name; any may be empty, first and middle may be initials."""

    last: str = ""
    first: str = ""
    middle: str = ""

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.last, self.first, self.middle) if part)

    @property
    def short(self) -> str:
        """«Иванова А. П.», with no-break spaces; a name without surname stays as it is."""
        if not self.last:
            return self.full
        initials = (f"{part[0].upper()}." for part in (self.first, self.middle) if part)
        return "\u00a0".join((self.last, *initials))

    @property
    def gender(self) -> Gender | None:
        """What the patronymic says; None if it says nothing."""
        middle = self.middle.lower().replace("ё", "е")
        if re.search(r"(вич|ьич|мич|оглы|оглу|улы|уулу)$", middle):
            return Gender.MALE
        return Gender.FEMALE if re.search(r"(вна|чна|шна|кызы|гызы)$", middle) else None


def parse_person_name(text: str) -> PersonName:
    """
    Read a name in the order of papers (Фамилия Имя Отчество) or of letters (Имя Отчество Фамилия, Имя Фамилия),
    with initials on either side of the surname.
    """
    # «И.И.Иванов» and «Иванов И.И.» have no spaces after the full stops.
    words = re.sub(r"\.(?=\S)", ". ", " ".join(text.split())).split()
    words = _joined(words)
    if not words:
        return PersonName()
    if len(words) == 1:
        return PersonName(last=words[0]) if _looks_surname(words[0]) else PersonName(first=words[0])
    if _INITIAL.fullmatch(words[0]) or _is_letter_order(words):
        *given, last = words
    else:
        last, *given = words
    return PersonName(last=last, first=given[0], middle=" ".join(given[1:]))


def person_key(text: str) -> str:
    """Return the form of a person's name by which duplicates are found, in whatever order it was written."""
    return name_key(text)


def _joined(words: list[str]) -> list[str]:
    """Make one word of a patronymic that has two: «Гусейн оглы»."""
    if len(words) > 2 and words[-1].lower() in _TURKIC:
        return [*words[:-2], f"{words[-2]} {words[-1]}"]
    return words


def _is_letter_order(words: list[str]) -> bool:
    """Tell whether the surname comes last: the patronymic is second of three, or the first of two is a given name."""
    if len(words) == 3:
        return bool(_PATRONYMIC.search(words[1].lower())) and not _PATRONYMIC.search(words[2].lower())
    if len(words) != 2 or _INITIAL.fullmatch(words[1]):
        return False
    if _PATRONYMIC.search(words[1].lower()) and words[0].lower() in _GIVEN:
        return False
    return not _looks_surname(words[0]) and (_looks_surname(words[1]) or words[0].lower() in _GIVEN)


def _looks_surname(word: str) -> bool:
    lower = word.lower()
    return lower not in _GIVEN and bool(_SURNAME.search(lower))
