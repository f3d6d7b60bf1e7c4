"""What is new in a mail: Russian and English ways of quoting, in text and in HTML."""

from __future__ import annotations

import pytest

from okno.areas.communications.parts.mail import html, quotes

ATTRIBUTIONS = [
    "21 нояб. 2026 г., в 10:15, Иван Петров <i@x.ru> написал(а):",
    "сб, 21 нояб. 2026 г. в 10:15, Иван Петров <i@x.ru>:",
    "21.11.2026 10:15, Иван Петров пишет:",
    "Вторник, 4 марта 2026, 10:00 +03:00 от Иван Петров <i@x.ru>:",
    '12.03.2026, 10:15, "Иван Петров" <i@x.ru>:',
    "On Sat, Nov 21, 2026 at 10:15 AM Ivan Petrov <i@x.ru> wrote:",
    "On Sat, 21 Nov 2026 at 10:15, Ivan Petrov with a very long name\n<ivan.petrov@some-long-domain.ru> wrote:",
    "-------- Исходное сообщение --------",
    "-----Original Message-----",
    "-------- Пересылаемое сообщение --------",
    "________________________________\nОт: Иван <i@x.ru>\nОтправлено: 21 ноября 10:15\nКому: a@b.ru\nТема: Окна",
    "From: Ivan <i@x.ru>\nSent: Saturday, November 21, 2026\nTo: a@b.ru\nSubject: Windows",
    "*От:* Иван <i@x.ru>\n*Дата:* 21 ноября\n*Тема:* Окна",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_everything_after_the_attribution_is_quoted(attribution: str, mark: str):
    old = "\n".join(mark + line for line in ["Здравствуйте!", "", "Нужны окна."])

    split = quotes.split(f"Да, согласен.\n\n{attribution}\n{old}")

    assert split.reply.removesuffix("________________________________").strip() == "Да, согласен."
    assert "Нужны окна." in split.quoted


def test_answers_between_quoted_lines_stay_whole():
    text = "21.11.2026 10:15, Иван <i@x.ru> написал:\n> Цена окна?\nПять.\n> А двери?\nДесять.\n> Скидка?\nНет."

    split = quotes.split(text)

    assert split.reply == text
    assert split.quoted == ""


def test_answer_below_the_quotation_stays_whole():
    text = (
        "21.11.2026 10:15, Иван <i@x.ru> написал:\n> Цена окна?\n\nПять тысяч.\nДоставка бесплатно.\nМонтаж отдельно."
    )

    assert quotes.split(text).reply == text


def test_marked_lines_at_the_end_are_quoted_without_attribution():
    assert quotes.split("Да\n> раз\n> два\n\n") == ("Да", "", "> раз\n> два")


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nИван",
        "--\nИван Петров\nдиректор",
        "С уважением,\nИван",
        "С глубоким уважением, Иван",
        "Best regards,\nIvan",
    ],
)
def test_signature_is_parted(signature: str):
    split = quotes.split(f"Пришлите счёт.\n\n{signature}\n\n21.11.2026 10:15, a@b.ru пишет:\n> старое")

    assert split.reply == "Пришлите счёт."
    assert split.signature == signature.rstrip()
    assert split.quoted.endswith("> старое")


@pytest.mark.parametrize(
    "text",
    [
        "Он написал:\nпозвоните завтра",
        "Перечень от: завода\nокно",
        "Тема: окна\nнужно две штуки",
        "Срок 12.03.2026, в 10:15 встреча:\nадрес тот же",
        "",
        "> одна цитата",
    ],
)
def test_ordinary_words_are_no_quotation(text: str):
    assert quotes.split(text).reply == text


def test_nothing_is_lost():
    text = "Раз\n\n-- \nИван\n\n-----Original Message-----\nFrom: a\nдва"
    split = quotes.split(text)

    assert "".join(split).replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize(
    "old",
    [
        '<div class="gmail_quote"><div>21 нояб, Иван:</div><blockquote>старое</blockquote></div>',
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">От: Иван</div><div>старое</div>',
        '<blockquote type="cite">старое</blockquote>',
        '<div class="mailru-blockquote">старое</div>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3pt">От: Иван</div><p>старое</p>',
        '<div class="moz-cite-prefix">21.11 Иван пишет:</div><blockquote>старое</blockquote>',
    ],
)
def test_html_quotation_is_parted(old: str):
    safe = html.read(f"<html><body><div><p>Новое <b>слово</b></p>{old}</div></body></html>")

    assert "Новое <b>слово</b>" in safe.fresh
    assert "старое" not in safe.fresh
    assert "старое" in safe.quoted
    assert "старое" in safe.text


def test_html_answer_below_the_quotation_stays_whole():
    safe = html.read("<p>Иван пишет:</p><blockquote>старое</blockquote><p>Новое</p>")

    assert "Новое" in safe.fresh
    assert "старое" in safe.fresh
    assert safe.quoted == ""


def test_html_forward_without_own_words_stays_whole():
    safe = html.read('<div class="gmail_quote">пересланное</div>')

    assert "пересланное" in safe.fresh
