"""Guesses about a file: which row names its columns, and what each column is for, by name and by content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from okno.engines.imports.rules.settings import fold
from okno.engines.imports.rules.targets import Target
from okno.engines.imports.rules.values import read_day, text_of
from okno.kit import contacts
from okno.kit.errors import Refused
from okno.kit.importing import Cell

ROWS_FOR_HEADER = 12
NEAR = 0.86
# Names that columns have in the files of 1C, Bitrix24, amoCRM, Outlook and in people's own tables, by key of a field.
SYNONYMS: dict[str, str] = {
    "name": "наименование|название|контрагент|клиент|компания|организация|наименование клиента|название компании|"
    "наименование контрагента|краткое наименование|company|name|фио|имя|полное имя|full name",
    "title": "тема|название|наименование|заголовок|сделка|предмет|title|subject",
    "phone": "тел|телефон|телефоны|номер телефона|моб|мобильный|мобильный телефон|рабочий телефон|контактный телефон|"
    "тел моб|phone|mobile|tel|основной телефон|телефон клиента",
    "email": "эл почта|электронная почта|почта|e mail|email|mail|адрес электронной почты|имейл|емайл|эл адрес|"
    "рабочий e mail",
    "inn": "инн|инн клиента|инн контрагента|inn|идентификационный номер налогоплательщика|налоговый номер",
    "kpp": "кпп|kpp|код причины постановки",
    "ogrn": "огрн|огрнип|ogrn",
    "city": "город|населенный пункт|city|нас пункт|местоположение",
    "address": "адрес|фактический адрес|почтовый адрес|address|адрес клиента|адрес доставки",
    "legal_address": "юридический адрес|юр адрес|адрес регистрации",
    "site": "сайт|веб сайт|web|www|site|website|интернет сайт",
    "source": "источник|источник клиента|откуда узнали|канал|source|рекламный источник",
    "comment": "комментарий|примечание|заметка|заметки|описание|комментарии|доп информация|comment|notes|note",
    "owner": "ответственный|менеджер|ответственный менеджер|основной менеджер|куратор|responsible|owner|manager",
    "kind": "тип|вид|тип клиента|вид контрагента|юр физ лицо|тип контрагента",
    "status": "статус|состояние|стадия|status|статус клиента",
    "is_vip": "вип|vip|важный",
    "post": "должность|position|job title|post",
    "birthday": "день рождения|дата рождения|birthday|др",
    "client": "клиент|компания|контрагент|организация|company",
    "full_name": "полное наименование|полное название|официальное наименование",
    "bank_name": "банк|наименование банка|bank",
    "bic": "бик|бик банка|bic",
    "account": "расчетный счет|р с|рс|счет|номер счета|расчетный счет р с",
    "corr_account": "корр счет|к с|кс|корреспондентский счет|кор счет",
    "amount": "сумма|сумма сделки|стоимость|бюджет|amount|сумма руб",
    "article": "артикул|sku|код товара|article",
    "unit": "единица|ед изм|единица измерения|ед",
    "role": "роль|роль контакта",
}


def header_of(rows: Sequence[tuple[int, Sequence[Cell]]], *, is_fixed: bool | None = None) -> int:
    """The number of the row that names the columns, 0 when none does; titles above the table are passed over."""
    if is_fixed is False or not rows:
        return 0
    if is_fixed:
        return rows[0][0]
    looked = rows[:ROWS_FOR_HEADER]
    width = max(len(cells) for _number, cells in looked)
    scored = [(_header_score(cells, width), -place) for place, (_number, cells) in enumerate(looked)]
    best, place = max(scored)
    return looked[-place][0] if best >= 0.6 else 0


def guessed_columns(
    names: Sequence[str], samples: Sequence[Sequence[Cell]], targets: Sequence[Target]
) -> list[tuple[str, str]]:
    """Columns with the targets they are probably for: by name, by a name like it, then by what their cells hold."""
    free = {one.key: one for one in targets}
    found: dict[int, str] = {}
    named = sorted(_named(names, targets))
    for _rank, _order, place, key in named:
        if place not in found and key in free:
            found[place] = key
            del free[key]
    for guess in (_by_likeness, _by_content):
        for place, name in enumerate(names):
            if place not in found and (key := guess(name, _column(samples, place), free)):
                found[place] = key
                del free[key]
    found |= dict(_gathered(names, samples, targets, found))
    return [(name, found.get(place, "")) for place, name in enumerate(names)]


def _named(names: Sequence[str], targets: Sequence[Target]) -> Iterator[tuple[int, int, int, str]]:
    """Columns with targets of their name, the surest pairs with the least numbers: (rank, order, place, key)."""
    folded = [fold(name) for name in names]
    for order, target in enumerate(targets):
        known = _names_of(target)
        for place, name in enumerate(folded):
            if name and name in known:
                yield known.index(name), order, place, target.key


def _gathered(
    names: Sequence[str], samples: Sequence[Sequence[Cell]], targets: Sequence[Target], found: Mapping[int, str]
) -> Iterator[tuple[int, str]]:
    """Further columns of what a row may have several of: the second phone, the mobile one, one more mail address."""
    known = {one.key: one for one in targets}
    beside: dict[str, list[str]] = {}
    for one in targets:
        if one.field.many:
            beside.setdefault(".".join(filter(None, (one.part, one.field.path))), []).append(one.key)
    rest = {main: keys[0] for main, keys in beside.items() if main in known and len(keys) == 1}
    for place, name in enumerate(names):
        cells = _column(samples, place)
        if place in found or not cells:
            continue
        free = {key: known[key] for key in rest}
        exact = next((key for key, one in free.items() if fold(name) in _names_of(one)), "")
        if key := exact or _by_likeness(name, cells, free) or _by_content(name, cells, free):
            yield place, rest[key]


def _column(samples: Sequence[Sequence[Cell]], place: int) -> list[Cell]:
    return [row[place] for row in samples if place < len(row) and row[place] not in (None, "")]


def _names_of(target: Target) -> list[str]:
    """Names that a column for this target may have, the surest first."""
    own = [fold(one) for one in (target.label, *target.synonyms)]
    plain = [*own, *filter(None, SYNONYMS.get(target.name, "").split("|"))]
    if not target.part:
        return [*plain, fold(target.key)]
    group = fold(target.group)
    named = [name for one in plain for name in (f"{group} {one}", f"{one} {group}")]
    # A name that says nothing of the part comes after the same name of the row itself.
    return [fold(target.key), *named, *(fold(one) for one in target.synonyms)]


def _by_likeness(name: str, _cells: Sequence[Cell], free: dict[str, Target]) -> str:
    """A slip of the pen, or a name with more words: «Телефон (моб.)»."""
    folded = fold(name)
    if len(folded) < 4:
        return ""
    best, chosen = 0.0, ""
    for key, one in free.items():
        for known in _names_of(one):
            ratio = SequenceMatcher(None, folded, known).ratio()
            if len(known) > 4 and folded.startswith(f"{known} ") and not one.part:
                ratio = max(ratio, NEAR)
            if ratio > best:
                best, chosen = ratio, key
    return chosen if best >= NEAR else ""


def _by_content(name: str, cells: Sequence[Cell], free: dict[str, Target]) -> str:
    """What most cells look like, for columns whose names say nothing."""
    texts = [text_of(one).strip() for one in cells][:40]
    if not texts:
        return ""
    for kind, key in (("email", "email"), ("inn", "inn"), ("phone", "phone")):
        if key in free and sum(_LOOKS[kind](one) for one in texts) > 0.7 * len(texts):
            return key
    return ""


def _is_phone(text: str) -> bool:
    phone = contacts.normal_phone(text)
    return phone is not None and phone.is_valid


_LOOKS = {"email": lambda text: contacts.normal_email(text) is not None, "inn": contacts.is_inn, "phone": _is_phone}


def _header_score(cells: Sequence[Cell], width: int) -> float:
    """How much a row looks like names: filled, short, different texts without figures."""
    texts = [one for one in cells if one not in (None, "")]
    if not texts:
        return 0.0
    worded = [one for one in texts if isinstance(one, str) and _is_worded(one)]
    different = len({fold(one) for one in worded})
    return (different / max(width, 1)) * (len(worded) / len(texts))


def _is_worded(text: str) -> bool:
    if len(text) > 60 or not any(sign.isalpha() for sign in text):
        return False
    known = fold(text)
    if any(known in names.split("|") for names in SYNONYMS.values()):
        return True
    digits = sum(sign.isdigit() for sign in text)
    return digits <= len(text) / 4 and "@" not in text and not _is_day(text)


def _is_day(text: str) -> bool:
    try:
        read_day(text)
    except Refused:
        return False
    return True
