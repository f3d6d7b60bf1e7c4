"""Pages of notices, reminders and search ask few statements, and no more of them when there is more to show."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access.tests.cast import Cast
from okno.areas.deals.tests.factories import a_deal
from okno.kit.models.notices import Notice, NoticeDelivery, PushSubscription, Reminder, Unfollowed
from okno.kit.testing.query_counts import check_few, statements
from okno.kit.timeline import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


def fill(cast: Cast, count: int) -> None:
    """So many deals with a notice, a reminder, a note and something else of each kind."""
    for number in range(count):
        deal = a_deal(cast.anna, title=f"Поставка весов {number}")
        about = {"user_id": cast.anna.pk, "record": "deals.deal", "row_id": deal.pk}
        notice = Notice.objects.create(
            user_id=cast.anna.pk, kind="deals.assigned", tab="mine", scope_record="deals.deal", scope_id=deal.pk
        )
        NoticeDelivery.objects.create(notice=notice, channel="mail", due_at=timezone.now())
        moment = timezone.now() - dt.timedelta(minutes=number)
        Reminder.objects.create(**about, text="Позвонить", at=moment, next_at=moment, state="ringing")
        Unfollowed.objects.create(**about, kind=f"x{number}")
        PushSubscription.objects.create(user_id=cast.anna.pk, endpoint=f"https://push.test/{number}-{deal.pk}")
        entries.note(actor=cast.actor("anna"), record="deals.deal", row_id=deal.pk, text="Обсудили весы")


@pytest.mark.parametrize(
    "url",
    [
        "/notices/",
        "/notices/?part=panel",
        "/notices/?part=bell",
        "/notices/settings/",
        "/reminders/",
        "/reminders/?part=ringing",
        "/search/?q=поставка весов",
        "/search/?q=весы от:я",
        "/palette/?q=весы",
    ],
)
def test_page_asks_few_statements_however_much_it_shows(cast: Cast, anna: Browser, url: str) -> None:
    def ask() -> None:
        assert anna.get(url, headers={"HX-Request": "true"} if "part=" in url else {}).status_code == 200

    fill(cast, 2)
    few = statements(ask)
    fill(cast, 8)
    many = statements(ask)
    check_few(many)
    assert len(many) <= len(few)


def test_toast_of_a_notice_asks_few_statements(cast: Cast, anna: Browser) -> None:
    fill(cast, 1)
    notice = Notice.objects.get(user_id=cast.anna.pk, kind="deals.assigned")
    check_few(statements(lambda: anna.get(f"/notices/?part=toast&id={notice.pk}")), 5)


def test_rules_of_the_organisation_ask_few_statements(cast: Cast, client: Browser) -> None:
    fill(cast, 10)
    client.force_login(cast.director)
    check_few(statements(lambda: client.get("/settings/notices/")))


def test_saving_the_matrix_unchanged_writes_nothing_of_it(cast: Cast, anna: Browser) -> None:
    said = {"deals.assigned|app": "now", "deals.moved|app": "now", "timeline.mentioned|mail": "now"}
    check_few(statements(lambda: anna.post("/notices/settings/?part=choose", said)))


# Signs that count as digits and are no number, a number that no column holds, and nothing at all.
WRONG = ("x", "²", "9" * 30, "-1", "\x00", "")
ASKED = ("/notices/?part=toast&id=", "/notices/?before=", "/mentions/deals.deal/1/invite/?user=")
SENT = (
    ("/notices/?part=act", "notice"),
    ("/notices/?part=act&do=x", "notice"),
    ("/notices/?part=read", "upto"),
    ("/notices/?part=read", "row"),
    ("/notices/?part=unfollow", "row"),
    ("/notices/?part=unfollow", "record"),
    ("/notices/settings/?part=follow", "unfollowed"),
    ("/notices/settings/?part=unsubscribe", "subscription"),
    ("/notices/settings/?part=subscribe", "endpoint"),
    ("/notices/settings/?part=hours", "quiet_from"),
    ("/reminders/?part=finish", "reminder"),
    ("/reminders/?part=snooze", "reminder"),
    ("/reminders/new/", "row_id"),
)


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_read_is_answered_in_words(cast: Cast, anna: Browser, wrong: str) -> None:
    anna.raise_request_exception = False
    asked = {url: anna.get(f"{url}{quote(wrong)}").status_code for url in ASKED}
    sent = {f"{url} {name}": anna.post(url, {name: wrong}).status_code for url, name in SENT}
    assert {url: status for url, status in (asked | sent).items() if status >= 500} == {}
