"""
An address as people write it, in parts: `170100, Тверская обл, г. Тверь, ул. Советская, д. 5 к2, кв. 7`.

Pieces between commas are known by their short words; what has none is a town before a street, else a street.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Parts = dict[str, str]
ORDER = ("post_index", "region", "district", "city", "settlement", "street", "house", "flat")
# Short words by the part that they tell; those of regions and districts stand after names, the others before or after.
KINDS: Mapping[str, tuple[str, ...]] = {
    "region": ("область", "обл", "край", "республика", "респ", "автономный округ", "ао", "аобл", "автономная область"),
    "district": ("район", "р-н", "муниципальный округ", "м.о", "м.р-н", "округ", "улус"),
    "city": ("город", "г", "гор"),
    "settlement": (
        "поселок городского типа", "пгт", "рабочий поселок", "рп", "р.п", "поселок", "пос", "п", "село", "с",
        "деревня", "дер", "станица", "ст-ца", "хутор", "х", "аул", "снт", "тер", "мкр", "микрорайон",
    ),
    "street": (
        "улица", "ул", "проспект", "просп", "пр-кт", "пр-т", "переулок", "пер", "шоссе", "ш", "набережная", "наб",
        "площадь", "пл", "бульвар", "б-р", "бул", "проезд", "пр-д", "тракт", "аллея", "линия", "тупик", "туп",
        "квартал",
    ),
    "house": ("дом", "д", "владение", "вл", "влд", "домовладение", "двлд", "здание", "зд"),
    "building": ("корпус", "корп", "к", "строение", "стр", "литера", "лит", "сооружение", "соор"),
    "flat": ("квартира", "кв", "офис", "оф", "помещение", "пом", "комната", "ком", "этаж", "эт"),
}  # fmt: skip
_INDEX = re.compile(r"(?<!\d)\d{6}(?!\d)")
_COUNTRY = re.compile(r"^(?:россия|рф|российская федерация)$")
_NUMBER = r"\d+\s*(?:[а-яa-z](?![а-яa-z]))?(?:\s*/\s*\d+[а-яa-z]?)?"
_BUILDING = re.compile(
    rf"^(?P<number>{_NUMBER})\s*(?P<rest>(?:(?:корпус|корп|к|строение|стр|литера|лит)\.?\s*[\dа-яa-z]+\s*)*)$",
    re.IGNORECASE,
)
_WORDS = {word: part for part, words in KINDS.items() for word in words}
_ANY = "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))
_BEFORE = re.compile(rf"^(?P<word>{_ANY})(?:\.\s*|\s+|(?=\d))(?P<name>.+)$", re.IGNORECASE)
_AFTER = re.compile(rf"^(?P<name>.+?)\s+(?P<word>{_ANY})\.?$", re.IGNORECASE)
_TAIL = re.compile(
    rf"^(?P<head>.*?[^\W\d].*?)[\s,]+(?P<tail>(?:(?:дом|д|вл|влд|зд)\.?\s*)?{_NUMBER}(?:\s*(?:корп|к|стр|лит)\.?\s*[\dа-яa-z]+)*)$",
    re.IGNORECASE,
)


def parse(text: str) -> Parts:
    """The parts of an address that can be told; pieces that say nothing known are left out."""
    found: Parts = {}
    if index := _INDEX.search(text):
        found["post_index"] = index.group()
    for piece in _pieces(_INDEX.sub(" ", text)):
        _read(piece, found)
    return {key: found[key] for key in ORDER if key in found}


def search_words(text: str) -> tuple[list[str], str]:
    """
    The words by which places are searched, and the number of a house that was typed after a street, if any.

    Words for kinds of places say nothing by themselves: «г», «ул», «дом».
    """
    parts = parse(text)
    house = parts.get("house", "")
    rest = text
    if house:
        place = text.rfind(house.split()[0])
        rest = text[:place]
    words = (one for one in re.findall(r"[\w-]+", fold(_INDEX.sub(" ", rest))) if one not in _WORDS)
    # The search knows parts of hyphened words: «2-я», «Ростов-на-Дону».
    return [part for one in words for part in one.split("-") if part], house


def house_key(number: str) -> str:
    """The number of a house as it is searched: `5 корп. 2` and `5к2` are one."""
    bare = re.sub(r"(корпус|корп)\.?", "к", fold(number))
    bare = re.sub(r"(строение|стр)\.?", "с", bare)
    return re.sub(r"[^0-9a-zа-я/]", "", re.sub(r"^(дом|д)\.?\s*", "", bare))


def geo_key(text: str) -> str:
    """An address as a service of coordinates is asked for it once: without case, ё and blanks between words."""
    return re.sub(r"[\s,]+", " ", fold(text)).strip()[:500]


def fold(text: str) -> str:
    """Text without case and «ё»."""
    return text.lower().replace("ё", "е")


def _pieces(text: str) -> list[str]:
    """What stands between commas; a number after the name of a street is a piece of its own."""
    found: list[str] = []
    for piece in (" ".join(one.split()).strip(" .") for one in text.split(",")):
        tail = None if _BUILDING.match(piece) else _TAIL.match(piece)
        if tail and (not _BEFORE.match(piece.lower()) or _part_of(tail["head"]) in {"street", "settlement"}):
            found += [tail["head"].strip(" ."), tail["tail"].strip()]
        elif piece:
            found.append(piece)
    return found


def _part_of(piece: str) -> str:
    told = _BEFORE.match(piece.lower()) or _AFTER.match(piece.lower())
    return _WORDS[told["word"]] if told else ""


def _read(piece: str, found: Parts) -> None:
    lower = fold(piece)
    if _COUNTRY.match(lower):
        return
    if _BUILDING.match(lower):
        _house(piece, found)
        return
    part = _part_of(lower)
    if part == "house" and (told := _BEFORE.match(lower)) and told["name"][:1].isdigit():
        _house(piece[len(piece) - len(told["name"]) :], found)
    elif part == "building" and "house" in found:
        found["house"] = f"{found['house']} {piece}"
    elif any(sign.isalpha() for sign in piece):
        # «д. Борки» is a village: a house would have a number.
        named = "settlement" if part == "house" else part
        found.setdefault(named if named not in {"", "building"} else _unnamed(found), piece)


def _house(number: str, found: Parts) -> None:
    found.setdefault("house" if "house" not in found else "flat", number.strip())


def _unnamed(found: Parts) -> str:
    """What a piece without a word is: a town, and after a town a street."""
    return "street" if {"city", "settlement"} & set(found) else "city"
