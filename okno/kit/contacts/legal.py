"""Names of companies: legal form and proper name apart, the full name for papers, the key for duplicates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Forms of ОКОПФ that names begin with, and their neighbours in Kazakhstan and Belarus.
LEGAL_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "ООО": "Общество с ограниченной ответственностью",
        "АО": "Акционерное общество",
        "ПАО": "Публичное акционерное общество",
        "НАО": "Непубличное акционерное общество",
        "ЗАО": "Закрытое акционерное общество",
        "ОАО": "Открытое акционерное общество",
        "ОДО": "Общество с дополнительной ответственностью",
        "ИП": "Индивидуальный предприниматель",
        "КФХ": "Крестьянское (фермерское) хозяйство",
        "ТОО": "Товарищество с ограниченной ответственностью",
        "ГУП": "Государственное унитарное предприятие",
        "МУП": "Муниципальное унитарное предприятие",
        "ФГУП": "Федеральное государственное унитарное предприятие",
        "ЧУП": "Частное унитарное предприятие",
        "ФГБУ": "Федеральное государственное бюджетное учреждение",
        "ФГАУ": "Федеральное государственное автономное учреждение",
        "ФКУ": "Федеральное казённое учреждение",
        "ФГБОУ ВО": "Федеральное государственное бюджетное образовательное учреждение высшего образования",
        "ФГАОУ ВО": "Федеральное государственное автономное образовательное учреждение высшего образования",
        "ГБУ": "Государственное бюджетное учреждение",
        "ГАУ": "Государственное автономное учреждение",
        "ГКУ": "Государственное казённое учреждение",
        "ГБУЗ": "Государственное бюджетное учреждение здравоохранения",
        "ГБОУ": "Государственное бюджетное общеобразовательное учреждение",
        "МБУ": "Муниципальное бюджетное учреждение",
        "МАУ": "Муниципальное автономное учреждение",
        "МКУ": "Муниципальное казённое учреждение",
        "МБОУ": "Муниципальное бюджетное общеобразовательное учреждение",
        "МАОУ": "Муниципальное автономное общеобразовательное учреждение",
        "МБДОУ": "Муниципальное бюджетное дошкольное образовательное учреждение",
        "АНО": "Автономная некоммерческая организация",
        "АНО ДПО": "Автономная некоммерческая организация дополнительного профессионального образования",
        "НКО": "Некоммерческая организация",
        "НП": "Некоммерческое партнёрство",
        "БФ": "Благотворительный фонд",
        "РОО": "Региональная общественная организация",
        "МОО": "Межрегиональная общественная организация",
        "ЧОУ": "Частное образовательное учреждение",
        "ТСЖ": "Товарищество собственников жилья",
        "ТСН": "Товарищество собственников недвижимости",
        "СНТ": "Садоводческое некоммерческое товарищество",
        "ГСК": "Гаражно-строительный кооператив",
        "ЖСК": "Жилищно-строительный кооператив",
        "СПК": "Сельскохозяйственный производственный кооператив",
        "ПК": "Производственный кооператив",
    },
)
_FOREIGN = ("LLC", "LTD", "INC", "LLP", "PLC", "CORP", "GMBH", "JSC", "PJSC", "CO LTD", "S A", "B V", "A G")
# Forms as they are put into Latin letters, in letters, bank papers and addresses of sites.
_LATIN_FORMS = {"OOO": "ООО", "ZAO": "ЗАО", "OAO": "ОАО", "PAO": "ПАО", "NAO": "НАО", "AO": "АО", "IP": "ИП"}
# People type ООО with Latin letters; translated one to one so that positions stay.
_LOOKALIKES = str.maketrans("ABCEHKMOPTXaceopx", "АВСЕНКМОРТХасеорх")
_QUOTES = "\"'«»„“”‘’`"
_OPENING, _CLOSING = "\"'«„“‘", "\"'»“”’"
_LATIN = dict(
    zip(
        "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
        "A B V G D E ZH Z I Y K L M N O P R S T U F KH TS CH SH SCH - Y - E YU YA".replace("-", "").split(" "),
        strict=True,
    ),
)


@dataclass(frozen=True, kw_only=True)
class LegalName:
    """`ООО «Ромашка»` in two parts; the form is the short one, empty if the name has none."""

    form: str
    name: str


def _pattern(forms: Mapping[str, str]) -> re.Pattern[str]:
    """Match any form, short or full, alone at the beginning or at the end of a name."""
    known = sorted((*forms, *forms.values()), key=len, reverse=True)
    choice = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in known)
    edge = re.escape(_QUOTES + " ,.-–—(")
    return re.compile(rf"^(?P<head>{choice})(?=[{edge}])|(?<=[{edge}])(?P<tail>{choice})\)?$", re.IGNORECASE)


_BY_FULL = {full.upper(): form for form, full in LEGAL_FORMS.items()}
_RUSSIAN_FORM = _pattern(LEGAL_FORMS)
_FOREIGN_FORM = re.compile(
    rf"(?<=[\s,])(?P<tail>{'|'.join(form.replace(' ', '[. ]+') for form in _FOREIGN)})\.?$",
    re.IGNORECASE,
)
_LATIN_EDGE = re.escape(_QUOTES + " ,")
_LATIN_CHOICE = "|".join(_LATIN_FORMS)
_LATIN_FORM = re.compile(
    rf"^(?P<head>{_LATIN_CHOICE})(?=[{_LATIN_EDGE}])|(?<=[{_LATIN_EDGE}])(?P<tail>{_LATIN_CHOICE})$", re.IGNORECASE
)


def split_legal_form(text: str) -> LegalName:
    """Split a company's name as people write it: `ООО "Ромашка"`, `Ромашка, ООО`, the form in full or in Latin."""
    tidy = " ".join(text.split())
    found = _RUSSIAN_FORM.search(tidy.translate(_LOOKALIKES)) or _FOREIGN_FORM.search(tidy) or _LATIN_FORM.search(tidy)
    if not found:
        return LegalName(form="", name=_unquoted(tidy))
    rest = tidy[found.end() :].lstrip(" ,.-–—") if found.start() == 0 else tidy[: found.start()].rstrip(" ,-–—(")
    if not (name := _unquoted(rest)):
        return LegalName(form="", name=_unquoted(tidy))
    matched = " ".join(found[found.lastgroup or 0].upper().split())
    return LegalName(form=_BY_FULL.get(matched, _LATIN_FORMS.get(matched, matched)), name=name)


def quoted(name: str) -> str:
    """Put a name into Russian quotation marks; those inside become „…“."""
    inner = name.replace("«", "„").replace("»", "“")
    return f"«{inner}»"


def full_legal_name(form: str, name: str) -> str:
    """Return the name for contracts: the form in full and the name in quotation marks; a person goes without them."""
    full = LEGAL_FORMS.get(form, form)
    if form in {"ИП", "КФХ"}:
        return f"{full} {name}"
    return f"{full} {quoted(name)}".strip()


def name_key(text: str) -> str:
    """
    Return the form of a name by which duplicates are found: without legal form, quotation marks and signs,
    ё as е, in Latin capitals, words in alphabetical order.
    """
    return _words_key(split_legal_form(text).name)


def _words_key(text: str) -> str:
    upper = text.upper().replace("Ё", "Е")
    latin = "".join(_LATIN.get(sign, sign) for sign in upper)
    return " ".join(sorted(re.findall(r"[^\W_]+", latin)))


def _unquoted(text: str) -> str:
    """Take away the marks around the whole name and close the one that people leave open inside."""
    name = text.strip()
    if len(name) > 1 and name[0] in _OPENING and name[-1] in _CLOSING:
        name = name[1:-1].strip()
    return name + "»" * (name.count("«") - name.count("»"))
