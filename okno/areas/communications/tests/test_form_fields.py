"""Letters of site forms read into contact fields; letters of people left alone."""

from __future__ import annotations

import pytest

from okno.areas.communications.parts.mail.form_fields import form_fields


def test_lines_with_labels():
    text = """Новая заявка с сайта okna.ru

Имя: Иван Петров
Телефон: +7 (912) 345-67-89
E-mail: Ivan@Client.RU
Компания: ООО «Ромашка»
ИНН: 7701234567
Сообщение: Нужны два окна
и дверь
utm_source=yandex
utm_campaign: окна
Страница: Главная https://okna.ru/?a=1

--
Отправлено с сайта
"""

    assert form_fields(text) == {
        "name": "Иван Петров",
        "phone": "+7 (912) 345-67-89",
        "email": "ivan@client.ru",
        "company": "ООО «Ромашка»",
        "inn": "7701234567",
        "message": "Нужны два окна\nи дверь",
        "utm_source": "yandex",
        "utm_campaign": "окна",
        "page": "https://okna.ru/?a=1",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Ваше имя\nОльга\n\nНомер телефона\n8 800 555-35-35",
        "*Имя*: Ольга\n*Телефон:* 8 800 555-35-35",
        "- Имя - Ольга\n- Тел. - 8 800 555-35-35",
        "Имя\tОльга\nТелефон\t8 800 555-35-35",
        "your-name: Ольга\nyour-tel: 8 800 555-35-35",
    ],
)
def test_other_ways_of_writing(text: str):
    assert form_fields(text) == {"name": "Ольга", "phone": "8 800 555-35-35"}


def test_table_of_html():
    table = "<table><tr><th>Имя*</th><td>Ольга</td></tr><tr><td><b>E-mail:</b></td><td>o@x.ru</td></tr></table>"

    assert form_fields("", table) == {"name": "Ольга", "email": "o@x.ru"}


@pytest.mark.parametrize(
    "text",
    [
        "Добрый день! Пришлите счёт. Мой телефон: 8 912 345-67-89\nС уважением, Иван",
        "Нужен прайс.\n\nС уважением,\nИван\nтел.: +7 912 345-67-89\nemail: i@x.ru",
        "Имя: секрет",
        "",
    ],
)
def test_letters_of_people_are_no_forms(text: str):
    assert form_fields(text) == {}


def test_empty_and_wrong_values_are_left_out():
    assert form_fields("Имя: Ольга\nТелефон: нет\nEmail: o@x.ru\nГород:") == {"name": "Ольга", "email": "o@x.ru"}
