"""Search by words, operators and layouts; notes; what is hidden or out of reach is not found."""

from __future__ import annotations

import datetime as dt
import html
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from okno.access.tests.cast import Cast
from okno.areas.calendar import commands as calendar
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.clients.tests.factories import a_client
from okno.areas.deals.models import Deal
from okno.areas.deals.tests.factories import a_deal
from okno.kit.attachments import commands as attachments
from okno.kit.batch_rows import insert_rows
from okno.kit.models.files import Attachment
from okno.kit.permissions import SYSTEM
from okno.kit.rows import asking, finding
from okno.kit.rows.layouts import on_other_layout
from okno.kit.rows.marking import marked
from okno.kit.timeline import entries
from okno.kit.web.search import MANY, found_beside, found_records

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(cast: Cast) -> Deal:
    client = a_client(cast.anna, name="ООО «Ёлочный завод»")
    return a_deal(cast.anna, title="Поставка складских терминалов", client=client, amount=Decimal(150_000))


def deals(cast: Cast, who: str, text: str) -> list[int]:
    return [one["id"] for one in found_records(cast.actor(who), text).get("deals.deal", [])]


@pytest.mark.parametrize(
    "text", ["поставки терминала", "терминал поставку", "ТЕРМИНАЛАМИ", "ладск", "склад терм", "складские"]
)
def test_search_finds_words_in_any_order_and_form(cast: Cast, deal: Deal, text: str) -> None:
    assert deals(cast, "anna", text) == [deal.pk]


def test_search_finds_words_with_yo(cast: Cast, deal: Deal) -> None:
    found = found_records(cast.actor("anna"), "елочного завода")
    assert [one["id"] for one in found["clients.client"]] == [deal.client_id]


@pytest.mark.parametrize("text", ["поставки терминала", "от:я", ">100000", "терминалы этап:новый"])
def test_search_finds_nothing_out_of_reach(cast: Cast, deal: Deal, text: str) -> None:
    assert found_records(cast.actor("boris"), text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "от:я этап:Новый",
        'терминалы этап:"Новый" >100000',
        ">=150000",
        "сумма:150000",
        "amount:>100000",
        "создан:сегодня",
        "owner:Иванова",
        "от:«Иванова Анна»",
    ],
)
def test_operators_narrow(cast: Cast, deal: Deal, text: str) -> None:
    a_deal(cast.boris, title="Другое", amount=Decimal(10))
    assert deals(cast, "anna", text) == [deal.pk]


@pytest.mark.parametrize("text", ["этап:КП", ">150000", "создан:вчера", "от:Борисов", "терминалы <100"])
def test_operators_leave_out(cast: Cast, deal: Deal, text: str) -> None:
    assert deals(cast, "director", text) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("этпа:КП", "Поля «этпа» нет. Возможно: этап"),
        ("ъъъ:терминалы", "Поля «ъъъ» нет."),
        ("статус:Абракадабра", "Поле «Статус» не бывает «Абракадабра». Бывает: "),
        ("создан:никогда", "не бывает «никогда»."),
        ("этап:КП инн:7707083893", "Нет карточек, у которых есть всё это сразу: этап, инн."),
    ],
)
def test_operators_that_find_nothing_say_why(cast: Cast, deal: Deal, client: Browser, text: str, why: str) -> None:
    client.force_login(cast.anna)
    for url in ("/search/", "/palette/"):
        assert why in client.get(url, {"q": text}).content.decode()


def test_fields_that_are_hidden_are_not_suggested(cast: Cast, deal: Deal, client: Browser) -> None:
    client.force_login(cast.anna)
    assert "Возможно: сценарий" in client.get("/search/", {"q": "сценарйи:B2B"}).content.decode()
    cast.hide("anna", "deals.deal.scenario")
    assert "Возможно" not in client.get("/search/", {"q": "сценарйи:B2B"}).content.decode()


def test_an_operator_without_a_value_finds_what_is_not_filled_in(cast: Cast, deal: Deal) -> None:
    Deal.objects.filter(pk=deal.pk).update(source="Выставка")
    bare = a_deal(cast.anna, title="Откуда, неизвестно")
    assert deals(cast, "anna", 'источник:""') == [bare.pk]


def test_more_than_the_page_shows_leads_to_the_list(cast: Cast, crowd: list[Client], client: Browser) -> None:
    client.force_login(cast.director)
    page = client.get("/search/", {"q": "общая компания"}).content.decode()
    link = re.search(r'href="(/clients/\?[^"]+)"', page)
    assert link is not None
    assert client.get(html.unescape(link[1])).content.decode().count("data-id=") > MANY


def test_an_unknown_operator_finds_nothing(cast: Cast, deal: Deal) -> None:
    assert found_records(cast.actor("director"), "ъъъ:терминалы") == {}


def test_hidden_fields_are_neither_searched_nor_asked_by_operators(cast: Cast, deal: Deal) -> None:
    cast.hide("anna", "deals.deal.amount", "deals.deal.title")
    assert deals(cast, "anna", "терминалы") == []
    assert deals(cast, "anna", "сумма:>100000") == []
    assert deals(cast, "anna", ">100000") == []


def test_operators_read_quotes_and_leave_words(cast: Cast) -> None:
    asked = asking.read('этап:"Счёт выставлен" терминалы >10 000 от:я')
    assert asked.words == "терминалы"
    assert [(one.name, one.op, one.value) for one in asked.tests] == [
        ("этап", "eq", "Счёт выставлен"),
        ("от", "eq", "я"),
        ("", "gt", "10 000"),
    ]


def test_an_address_is_no_operator() -> None:
    assert asking.read("встреча в 10:30").tests == []


def test_notes_are_found_by_words_within_reach(cast: Cast, deal: Deal) -> None:
    entries.note(actor=cast.actor("anna"), record="deals.deal", row_id=deal.pk, text="Обсудили рассрочку платежей")
    found = found_beside(cast.actor("anna"), "рассрочка платежа")["notes"]
    assert [(one["hint"], one["url"].split("#")[0]) for one in found] == [(deal.title, f"/deals/{deal.pk}/")]
    assert found_beside(cast.actor("boris"), "рассрочка платежа") == {}


def test_operators_are_one_statement(cast: Cast, deal: Deal) -> None:
    actor = cast.actor("anna")
    with CaptureQueriesContext(connection) as asked:
        found_records(actor, "терминалы этап:Новый >100000", today=dt.date(2026, 11, 22))
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gjcnfdrf", "поставка"),
        ("вуфд", "deal"),
        ("и b", ""),
        ("12", ""),
        ("jn^z 'nfg^@Cx`n@", 'от:я этап:"счёт"'),
        ('jn:z \'nfg:"Cx`n" >100000', 'от:я этап:"счёт" >100000'),
        ("cjplfy^>01/11/2026", "создан:>01.11.2026"),
        ("щцтукЖьу", "owner:me"),
        ("Ю100000", ">100000"),
        ("<jhbcjd", "борисов"),
        ('"lefhl', "эдуард"),
        ('зуекщм"ьфшдюкг', "petrov@mail.ru"),
    ],
)
def test_layout_is_turned_round(typed: str, meant: str) -> None:
    assert on_other_layout(typed) == meant


def test_page_reads_the_wrong_layout_and_marks_what_it_found(cast: Cast, deal: Deal, client: Browser) -> None:
    client.force_login(cast.anna)
    page = client.get("/search/?q=nthvbyfks").content.decode()
    assert deal.title.split()[0] in page
    assert "<mark>терминалов</mark>" in client.get("/search/?q=терминал&in=deals.deal").content.decode()


@pytest.mark.parametrize("typed", ["jn^z 'nfg^@Yjdsq@", "nthvbyfks jn:z >100000", "rkbtyn^~kjxysq", "Ю100000"])
def test_operators_are_read_on_the_wrong_layout(cast: Cast, deal: Deal, client: Browser, typed: str) -> None:
    client.force_login(cast.anna)
    assert deal.title in told(client, typed)


def told(browser: Browser, text: str) -> str:
    """What the page of search shows, without marks."""
    page = browser.get("/search/", {"q": text}).content.decode()
    return page.replace("<mark>", "").replace("</mark>", "")


def test_tasks_are_found_by_their_names_texts_and_results(cast: Cast, deal: Deal) -> None:
    task = calendar.add_task(actor=SYSTEM, title="Отправить каталог", owner=cast.anna, text="Со стеллажами")
    calendar.finish(actor=SYSTEM, task=task, result="Прислали рекламацию")

    for text in ("каталоги отправить", "атало", "стеллажи", "рекламация"):
        assert [one["label"] for one in found_records(cast.actor("anna"), text)["calendar.task"]] == [task.title], text
    assert found_records(cast.actor("boris"), "каталог") == {}


def test_comments_are_found(cast: Cast, deal: Deal) -> None:
    clients.update(actor=SYSTEM, client=deal.client, values={"comment": "Просят присылать образцы"})

    assert [one["id"] for one in found_records(cast.actor("anna"), "присылают образцов")["clients.client"]] == [
        deal.client_id
    ]
    cast.hide("anna", "clients.client.comment")
    assert found_records(cast.actor("anna"), "присылают образцов") == {}


def test_legal_entities_are_found_by_their_names(cast: Cast, deal: Deal) -> None:
    entity = clients.add_legal_entity(actor=SYSTEM, client=deal.client, name="ООО «Ёлка-Трейд»", values={})

    found = found_records(cast.actor("anna"), "трейд")

    assert [one["id"] for one in found["clients.legal_entity"]] == [entity.pk]


def test_who_has_the_word_in_the_name_comes_before_who_is_spoken_of_by_it(cast: Cast) -> None:
    named = a_client(cast.anna, name="Яковлева")
    for number in range(7):
        one = a_client(cast.anna, name=f"Клиент {number}")
        clients.update(actor=SYSTEM, client=one, values={"comment": "Передала Яковлева"})

    found = found_records(cast.actor("anna"), "яковлева")["clients.client"]

    assert (found[0]["id"], len(found)) == (named.pk, 6)


def test_files_are_found_by_words_and_pieces_of_their_names(cast: Cast, deal: Deal) -> None:
    keep_file(deal, "Коммерческое предложение_v2.pdf")

    for text in ("предложение коммерческое", "ложение_v2"):
        [found] = found_beside(cast.actor("anna"), text)["files"]
        assert (found["label"], found["hint"]) == ("Коммерческое предложение_v2.pdf", deal.title), text
        assert found["url"] == f"/deals/{deal.pk}/"
    assert found_beside(cast.actor("boris"), "коммерческое") == {}


def test_a_file_that_was_dropped_is_not_found(cast: Cast, deal: Deal) -> None:
    file = keep_file(deal, "Договор поставки.docx")
    attachments.drop(actor=SYSTEM, attachment_id=file.pk)

    assert found_beside(cast.actor("anna"), "договор") == {}


def keep_file(deal: Deal, name: str) -> Attachment:
    return attachments.add(
        actor=SYSTEM, record="deals.deal", row_id=deal.pk, name=name, sha256="a" * 64, size=1, mime="application/pdf"
    )


def test_what_nobody_wrote_costs_one_statement_beside_records(cast: Cast, deal: Deal) -> None:
    keep_file(deal, "Договор.docx")
    entries.note(actor=SYSTEM, record="deals.deal", row_id=deal.pk, text="Рассрочка")
    actor = cast.actor("anna")
    for text, most in (("ыъэкъ", 1), ("рассрочка", 3)):
        with CaptureQueriesContext(connection) as asked:
            found_beside(actor, text)
        assert len(asked) == most


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("Поставка ёлочек", "елочки", ["ёлочек"]),
        ("Поставка терминалов", "терминала поставки", ["Поставка", "терминалов"]),
        ("Ромашка", "маш", ["маш"]),
        ("Ромашка", "", []),
    ],
)
def test_marked_marks_words_with_other_endings(text: str, asked: str, found: list[str]) -> None:
    pieces = marked(text, asked)
    assert "".join(piece for piece, _is_marked in pieces) == text
    assert [piece for piece, is_marked in pieces if is_marked] == found


@pytest.fixture
def crowd(cast: Cast) -> list[Client]:
    """More clients of one word than are looked at by an index: the first two are Anna's, the rest are of Boris."""
    rows = [
        {"name": f"Общая компания {number}", "name_key": "", "owner_id": (cast.anna if number < 2 else cast.boris).pk}
        for number in range(finding.NEWEST + 100)
    ]
    insert_rows(Client, rows)
    return list(Client.objects.filter(name__startswith="Общая").order_by("-pk"))


def labels(cast: Cast, who: str, text: str) -> list[str]:
    return [one["label"] for one in found_records(cast.actor(who), text).get("clients.client", [])]


@pytest.mark.parametrize("text", ["общие компании", "бщая комп"])
def test_a_common_text_finds_the_newest(cast: Cast, crowd: list[Client], text: str) -> None:
    assert labels(cast, "director", text) == [one.name for one in crowd[:6]]


def test_a_common_text_finds_what_is_old_where_the_newest_are_out_of_reach(cast: Cast, crowd: list[Client]) -> None:
    assert labels(cast, "anna", "общая компания") == [one.name for one in crowd[-2:]]


def test_a_rare_text_is_found_beside_a_common_one(cast: Cast, crowd: list[Client], deal: Deal) -> None:
    Deal.objects.filter(pk=deal.pk).update(title="Общая компания терминалов")
    found = found_records(cast.actor("director"), "общая компания")
    assert [len(found[one]) for one in ("clients.client", "deals.deal")] == [6, 1]


@pytest.mark.parametrize("text", ["707", "7083", "3893"])
def test_any_three_digits_of_an_inn_or_a_phone_find(cast: Cast, text: str) -> None:
    clients.add(actor=SYSTEM, name="Весы", inn="7707083893", owner=cast.anna)
    clients.add(actor=SYSTEM, name="Гири", phone="+7 921 770 70 83", owner=cast.anna)
    assert "Весы" in labels(cast, "anna", text)


@pytest.mark.parametrize("text", ["8 921 770", "8 (921) 770-70", "8(921)7707083", "+7 921 770", "8 921 770 70 83"])
def test_a_phone_is_found_as_it_begins_with_8(cast: Cast, text: str) -> None:
    clients.add(actor=SYSTEM, name="Гири", phone="+7 921 770 70 83", owner=cast.anna)
    assert labels(cast, "anna", text) == ["Гири"]


def test_a_number_that_begins_with_8_is_no_phone(cast: Cast) -> None:
    clients.add(actor=SYSTEM, name="Весы", inn="8901001822", owner=cast.anna)
    assert labels(cast, "anna", "89010") == ["Весы"]


@pytest.mark.parametrize("text", ["petrov@", "petrov", "bestlift"])
def test_a_piece_of_a_mail_address_finds(cast: Cast, text: str) -> None:
    clients.add(actor=SYSTEM, name="Лифты", email="i.petrov@bestlift.ru", owner=cast.anna)
    assert labels(cast, "anna", text) == ["Лифты"]
    cast.hide("anna", "clients.client.email")
    assert labels(cast, "anna", text) == []


def test_names_in_operators_are_asked_anew(cast: Cast, deal: Deal) -> None:
    assert not found_records(cast.actor("anna"), "клиент:лучезарный")
    other = clients.add(actor=SYSTEM, name="ООО «Лучезарный»", owner=cast.anna)
    Deal.objects.filter(pk=deal.pk).update(client=other)
    assert list(found_records(cast.actor("anna"), "клиент:лучезарный")) == ["deals.deal"]


def test_deals_are_found_by_a_piece_of_their_number(cast: Cast, deal: Deal) -> None:
    Deal.objects.filter(pk=deal.pk).update(number="СД-04711")
    assert deals(cast, "anna", "д-0471") == [deal.pk]


@pytest.mark.parametrize(("words", "found"), [(5, 6), (7, 6)])
def test_words_come_before_pieces_of_words(cast: Cast, words: int, found: int) -> None:
    for number in range(words):
        clients.add(actor=SYSTEM, name=f"Терминал {number}", owner=cast.anna)
    clients.add(actor=SYSTEM, name="Автотерминал", owner=cast.anna)
    shown = labels(cast, "anna", "терминал")
    assert len(shown) == found
    assert ("Автотерминал" in shown) == (words < found)


def test_pieces_are_looked_for_where_words_are_out_of_reach(cast: Cast) -> None:
    for number in range(7):
        clients.add(actor=SYSTEM, name=f"Терминал {number}", owner=cast.boris)
    clients.add(actor=SYSTEM, name="Автотерминал", owner=cast.anna)
    assert labels(cast, "anna", "терминал") == ["Автотерминал"]


def test_a_table_taken_for_an_empty_one_is_searched_once(cast: Cast, crowd: list[Client]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update pg_class set reltuples = 0, relpages = 1 where oid = 'clients_client'::regclass")
    with CaptureQueriesContext(connection) as asked:
        assert labels(cast, "anna", "общая компания") == [one.name for one in crowd[-2:]]

    plans = [_plan(one["sql"]) for one in asked.captured_queries if "clients_client" in one["sql"]]

    assert plans
    assert {node["Actual Loops"] for plan in plans for node in plan if node["Node Type"] == "Limit"} <= {0, 1}


def _plan(sql: str) -> list[dict[str, Any]]:
    """The nodes of the plan of a statement as it was carried out."""
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, format json) {sql}")
        ((found,),) = cursor.fetchall()
    nodes, waiting = [], [found[0]["Plan"]]
    while waiting:
        nodes.append(waiting.pop())
        waiting += nodes[-1].get("Plans", [])
    return nodes


def test_common_pieces_are_looked_for_beside_rare_words(cast: Cast, crowd: list[Client]) -> None:
    clients.add(actor=SYSTEM, name="Омпа", owner=cast.anna)
    assert labels(cast, "anna", "омпа") == ["Омпа", *(one.name for one in crowd[-2:])]
