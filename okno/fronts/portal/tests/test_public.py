"""Public forms as visitors meet them: answers, faults, spam, double sending, frames of other sites."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from django.utils.html import escape

from okno.access.tests.cast import Cast
from okno.areas.leads import commands as leads
from okno.areas.leads.models import Lead
from okno.fronts.portal import commands, rules
from okno.fronts.portal.models import PublicForm, Submission
from okno.fronts.portal.web import tokens
from okno.kit.models import Entry
from okno.kit.permissions import SYSTEM

GOOD = {"name": "Пётр Лучев", "phone": "8 921 000-00-01", "text": "Нужны стеллажи", "consent": "1"}


@pytest.fixture
def form(db: None) -> PublicForm:
    queue = leads.set_queue(actor=SYSTEM, code="all", name="Все", people=[])
    leads.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue)
    return commands.set_default_form(SYSTEM)


@pytest.fixture
def visitor(form: PublicForm) -> Browser:
    return Browser(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.7")


@pytest.fixture
def director(cast: Cast) -> Browser:
    browser = Browser()
    browser.force_login(cast.director)
    return browser


def token(age: float = 60) -> str:
    """A token of a page that was opened so many seconds ago."""
    return tokens.issue("site", timezone.now() - dt.timedelta(seconds=age))


def send(visitor: Browser, url: str = "/f/site", **said: str) -> Any:
    return visitor.post(url, {"token": token(), **GOOD, **said})


def test_a_visitor_sends_an_enquiry_and_is_thanked(visitor: Browser) -> None:
    answer = send(visitor)

    lead = Lead.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, "/f/site?sent=1")
    assert (lead.name, lead.phone, lead.text) == ("Пётр Лучев", "8 921 000-00-01", "Нужны стеллажи")
    assert (lead.state, lead.source.code if lead.source else "") == ("new", "site")
    assert "Заявка принята" in visitor.get(answer["Location"]).content.decode()


def test_marks_of_the_visit_go_along(visitor: Browser) -> None:
    page = visitor.get("/f/site?utm_source=ya&utm_term=стеллажи", headers={"Referer": "https://luch.example/a"})

    marks = dict(page.context["marks"])
    send(visitor, **marks)

    lead = Lead.objects.get()
    assert marks.items() >= {"utm_source": "ya", "referrer": "https://luch.example/a"}.items()
    assert lead.marks == marks
    assert lead.raw["utm_term"] == "стеллажи"


def test_the_button_pressed_twice_makes_one_enquiry(visitor: Browser) -> None:
    said = {"token": token(), **GOOD}

    answers = [visitor.post("/f/site", said).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert (Lead.objects.count(), Submission.objects.count()) == (1, 1)


def test_other_words_from_the_same_page_are_not_lost(visitor: Browser) -> None:
    said = {"token": token(), **GOOD}
    visitor.post("/f/site", said)

    answer = visitor.post("/f/site", {**said, "text": "И ещё поддоны"})

    assert answer.status_code == 302
    told = [payload.get("text") for payload in Entry.objects.order_by("id").values_list("payload", flat=True)]
    assert (Lead.objects.count(), told) == (1, ["Нужны стеллажи", "И ещё поддоны"])


@pytest.mark.django_db(transaction=True)
def test_the_button_pressed_by_many_hands_at_once_makes_one_enquiry(form: PublicForm) -> None:
    said = {"token": token(), **GOOD}

    def press(_number: int) -> int:
        try:
            return Browser(REMOTE_ADDR="203.0.113.7").post("/f/site", said).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(press, range(12)))

    assert (answers, Lead.objects.count(), Submission.objects.count()) == ([302] * 12, 1, 1)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"name": ""}, ["name"]),
        ({"phone": "позже скажу"}, ["phone"]),
        ({"email": "a@b"}, ["email"]),
        ({"consent": ""}, ["consent"]),
        ({"name": "", "phone": ""}, ["name", "phone"]),
    ],
    ids=str,
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    visitor: Browser, said: dict[str, str], fields: list[str]
) -> None:
    answer = send(visitor, **said)

    assert (answer.status_code, Lead.objects.count()) == (422, 0)
    assert [one["key"] for one in answer.context["errors"]] == fields
    assert "Нужны стеллажи" in answer.content.decode()


def test_a_corrected_form_is_sent_by_its_new_token(visitor: Browser) -> None:
    refused = send(visitor, name="")

    visitor.post("/f/site", {**GOOD, "token": refused.context["token"]})

    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"website": "https://spam.example"},
        {"token": "now"},
        {"text": "https://a.example https://b.example www.c.example"},
        {"name": "<a href=x>"},
        {"text": " ".join(f"https://shop{number}.example/x" for number in range(100))},
        {"text": "t.me/offer, bit.ly/1 и casino.example/win"},
    ],
    ids=["hidden field", "too fast", "links", "link in the name", "hundreds of links", "links without a scheme"],
)
def test_what_looks_like_spam_is_kept_apart(visitor: Browser, said: dict[str, str]) -> None:
    said = {**said, "token": token(age=0)} if "token" in said else said
    answer = send(visitor, **said)

    lead = Lead.objects.get()
    assert answer.status_code == 302
    assert (lead.state, lead.owner, lead.raw["phone"]) == ("spam", None, GOOD["phone"])
    assert lead.comment == Submission.objects.get().suspicion != ""


@pytest.mark.parametrize(
    "text",
    ["Смотрели на ozon.ru и avito.ru, пишите на a@b.example/ или c@d.example", "И/или весы, 10/12 шт., т.д./т.п., т/н"],
)
def test_words_of_people_are_no_links(visitor: Browser, text: str) -> None:
    send(visitor, text=text)

    assert Lead.objects.get().state == "new"


def test_more_than_is_read_is_told_in_words(visitor: Browser) -> None:
    answer = send(visitor, text="Ж" * 5_000_000)
    many = visitor.post("/f/site", {"token": token(), **GOOD, **{f"x{number}": "1" for number in range(6000)}})

    assert [answer.status_code, many.status_code, Lead.objects.count()] == [413, 413, 0]
    assert all("Слишком много" in one.content.decode() for one in (answer, many))


def test_a_long_text_comes_back_whole(visitor: Browser) -> None:
    answer = send(visitor, text="Ж" * 20_000)

    assert (answer.status_code, Lead.objects.count()) == (422, 0)
    assert "Ж" * 20_000 in answer.content.decode()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b>жирно</b> & {{ x }}"]
)
def test_markup_is_shown_as_it_was_typed(visitor: Browser, director: Browser, text: str) -> None:
    send(visitor, text=text)

    pages = [director.get(f"/leads/{Lead.objects.get().pk}/{part}").content.decode() for part in ("", "?part=preview")]
    assert all(escape(text) in page and text not in page for page in pages)


def test_spam_is_brought_back_as_a_live_enquiry(visitor: Browser) -> None:
    send(visitor, website="x")

    leads.reopen(actor=SYSTEM, lead=Lead.objects.get(), reason="Живой человек")

    lead = Lead.objects.get()
    assert (lead.state, lead.react_by is None) == ("new", False)


def test_many_sendings_from_one_address_are_suspected_then_refused(visitor: Browser) -> None:
    for number in range(rules.REFUSE_FROM):
        send(visitor, phone=f"8 921 000-01-{number:02}")
    answer = send(visitor, phone="8 921 000-02-02")

    states = list(Lead.objects.order_by("id").values_list("state", flat=True))
    assert states == ["new"] * rules.SUSPECT_FROM + ["spam"] * (rules.REFUSE_FROM - rules.SUSPECT_FROM)
    assert answer.status_code == 429
    assert "8 921 000-02-02" in answer.content.decode()


def test_another_address_is_not_held_back(visitor: Browser) -> None:
    for number in range(rules.SUSPECT_FROM):
        send(visitor, phone=f"8 921 000-01-{number:02}")

    send(Browser(REMOTE_ADDR="203.0.113.8"), phone="8 921 000-02-02")

    assert Lead.objects.order_by("-id")[0].state == "new"


def test_addresses_are_not_kept(visitor: Browser) -> None:
    send(visitor)

    assert "203.0.113.7" not in Submission.objects.get().sender


@pytest.mark.parametrize("bad", ["", "forged", "other form", "old"])
def test_a_token_that_does_not_hold_asks_to_send_again(visitor: Browser, bad: str) -> None:
    made = {"other form": tokens.issue("other", timezone.now()), "old": _old()}.get(bad, bad)

    answer = send(visitor, token=made)

    assert (answer.status_code, Lead.objects.count()) == (422, 0)
    assert "Нужны стеллажи" in answer.content.decode()


def _old() -> str:
    signer = signing.TimestampSigner(salt=tokens.SALT)
    signer.timestamp = lambda: signing.b62_encode(int(timezone.now().timestamp()) - 2 * 24 * 3600)  # type: ignore[method-assign]
    return signer.sign_object({"c": "site", "n": "1", "t": 0})


def framers(answer: Any) -> str:
    """Who may show the page in a frame."""
    parts = [part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";")]
    return next(value for name, _space, value in parts if name == "frame-ancestors")


def test_only_the_sites_of_the_form_may_frame_it(visitor: Browser, form: PublicForm) -> None:
    closed = visitor.get("/f/site")
    PublicForm.objects.filter(pk=form.pk).update(origins=["https://luch.example"])
    open_one = visitor.get("/f/site?embed=1")

    assert (closed["X-Frame-Options"], "X-Frame-Options" in open_one) == ("SAMEORIGIN", False)
    assert framers(closed) == "'self'"
    assert framers(open_one) == "'self' https://luch.example"


def test_sending_from_a_frame_stays_in_it(visitor: Browser) -> None:
    assert send(visitor, "/f/site?embed=1")["Location"] == "/f/site?sent=1&embed=1"


def test_a_form_that_takes_nothing_is_not_there(visitor: Browser, form: PublicForm) -> None:
    PublicForm.objects.filter(pk=form.pk).update(is_active=False)

    assert visitor.get("/f/site").status_code == 404
    assert send(visitor).status_code == 404
    assert visitor.get("/f/nothing").status_code == 404


def test_own_questions_go_into_the_text(visitor: Browser, form: PublicForm) -> None:
    fields = [{"key": "phone", "label": "Телефон", "required": True}, {"key": "q1", "label": "Сколько мест?"}]
    PublicForm.objects.filter(pk=form.pk).update(fields=fields)

    send(visitor, q1="Сорок")

    assert Lead.objects.get().text == "Сколько мест?: Сорок"


@pytest.mark.parametrize("text", ["\x00", "\ud83d", "%s %(a)s", "<script>alert(1)</script>"])
def test_odd_signs_break_nothing(visitor: Browser, text: str) -> None:
    said = {"token": token(), **GOOD, "name": "", "text": text.encode("utf-8", "ignore").decode()}
    answer = visitor.post("/f/site", said)

    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode()
    assert send(visitor, text=said["text"]).status_code == 302
