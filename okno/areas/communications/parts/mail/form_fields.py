"""Letters that forms of web sites send («Имя: …», «Телефон: …», tables) read into fields of a contact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from okno.areas.communications.parts.mail import html as markup

# The words that sites put before a value, by the field they mean; longer ones win
LABELS = {
    "name": (
        "имя", "ваше имя", "фио", "ф.и.о.", "ф.и.о", "контактное лицо", "имя клиента", "клиент",
        "представьтесь", "как вас зовут", "имя и фамилия", "имя отправителя", "контакт", "заказчик",
        "покупатель", "name", "your name", "full name", "your-name",
    ),
    "last_name": (
        "фамилия", "last name", "surname",
    ),
    "phone": (
        "телефон", "ваш телефон", "номер телефона", "контактный телефон", "тел", "тел.", "мобильный",
        "мобильный телефон", "моб.", "телефон для связи", "номер", "phone", "your phone", "tel", "mobile",
        "phone number", "your-phone", "your-tel",
    ),
    "email": (
        "email", "e-mail", "почта", "эл. почта", "эл.почта", "электронная почта", "ваш email", "ваш e-mail",
        "адрес электронной почты", "емейл", "имейл", "mail", "your email", "your e-mail", "your-email",
        "email address",
    ),
    "company": (
        "компания", "организация", "название компании", "название организации", "фирма", "company",
        "organization", "organisation",
    ),
    "inn": (
        "инн", "инн организации", "инн компании",
    ),
    "position": (
        "должность", "position", "job title",
    ),
    "city": (
        "город", "ваш город", "регион", "населенный пункт", "city",
    ),
    "address": (
        "адрес", "адрес доставки", "адрес объекта", "address",
    ),
    "subject": (
        "тема", "тема обращения", "тема сообщения", "услуга", "товар", "продукт", "форма", "название формы",
        "subject", "form name",
    ),
    "message": (
        "сообщение", "комментарий", "комментарии", "ваше сообщение", "текст сообщения", "текст", "вопрос",
        "ваш вопрос", "описание", "примечание", "дополнительная информация", "пожелания", "message",
        "comment", "comments", "your message", "your-message", "question",
    ),
    "page": (
        "страница", "адрес страницы", "url", "ссылка", "отправлено со страницы", "источник", "page",
        "page url", "referer", "referrer",
    ),
}  # fmt: skip
FIELD_OF = {label: field for field, labels in LABELS.items() for label in labels}
UTM = re.compile(r"^(utm_(?:source|medium|campaign|content|term)|yclid|gclid|_ym_uid|roistat)$", re.IGNORECASE)
LINE = re.compile(r"^([^:=\t]{2,40}?)[\s*]*(?::|=|\t|\s[-–—]\s)\s*(.*)$")
CONTACTS = {"phone", "email"}
PEOPLE = {"name", "last_name", "company", "message", "subject", "city", "inn", "page"}
MOST_LINES = 400
LONGEST_VALUE = 5_000


def form_fields(text: str, html: str = "") -> dict[str, str]:
    """
    Read a letter of a site's form into `name`, `last_name`, `phone`, `email`, `company`, `inn`, `position`, `city`,
    `address`, `subject`, `message`, `page` and the UTM marks by their own names; `html` helps where the form sent only
    a table.

    Gives nothing for a letter that a person wrote: a form names a way to answer (phone or e-mail) and who asks or for
    what; phone and e-mail alone stand in any signature.
    """
    found = _fields(text)
    if not _is_form(found) and html:
        found = _fields(_table_text(html)) or found
    return found if _is_form(found) else {}


def _is_form(found: dict[str, str]) -> bool:
    return bool(CONTACTS & found.keys()) and bool(PEOPLE & found.keys())


def _table_text(html: str) -> str:
    try:
        return markup.as_text(markup.parse(html))
    except ValueError:
        return ""


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    current = ""
    for label, rest in _lines(text):
        field = field_of(label)
        if field:
            # the first mention wins: a signature of the site comes last
            current = field if field not in found else ""
            if current and rest:
                found[current] = rest
        elif current and (current == "message" or current not in found):
            whole = f"{label}: {rest}" if label else rest
            found[current] = "\n".join(part for part in (found.get(current, ""), whole) if part)[:LONGEST_VALUE]
            current = current if current == "message" else ""
    return {field: cleaned for field, value in found.items() if (cleaned := _cleaned(field, value))}


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Each line as label and value; a line without a known label is all value."""
    for line in text.split("\n")[:MOST_LINES]:
        line = line[:LONGEST_VALUE].lstrip(" \t*•-–—>")  # noqa: PLW2901 - marks of lists and quotations say nothing
        found = LINE.match(line)
        if found and field_of(found[1]):
            yield found[1], found[2].strip(" \t*")
        elif field_of(line) and not found:
            # the label stands alone and its value on the next line
            yield line, ""
        elif line.strip(" \t-_=*"):
            yield "", line.strip(" \t*")


def field_of(label: str) -> str:
    """The field that a site means by this label; empty for any other words."""
    tidy = " ".join(re.sub(r"[*?!\"«»\[\]():]", " ", label).replace("ё", "е").lower().split())
    if UTM.match(tidy):
        return tidy
    return FIELD_OF.get(tidy) or FIELD_OF.get(tidy.replace("_", " ").replace("-", " ")) or ""


def _cleaned(field: str, value: str) -> str:
    value = value.strip()
    if field == "email":
        address = re.search(r"[^\s<>\"',;:()]+@[^\s<>\"',;:()]+\.[^\s<>\"',;:()]{2,}", value)
        return address[0].lower().rstrip(".") if address else ""
    if field == "phone":
        return value if 5 <= sum(char.isdigit() for char in value) <= 20 else ""
    if field == "page":
        address = re.search(r"https?://[^\s<>\"]+", value)
        return address[0] if address else value
    return value
