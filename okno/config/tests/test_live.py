"""Live updates: who may listen, what reaches whom, over a real server and a real database."""

import asyncio
import http.client
import json
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from okno.access.models import User
from okno.config.asgi import hub
from okno.config.live import LONGEST_QUEUE, Page
from okno.config.tests.server import LISTENING, WAIT_SECONDS, serving, wait_until
from okno.kit import live

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port() -> Iterator[int]:
    with serving() as taken:
        yield taken


class Stream:
    """What one browser holds open."""

    def __init__(self, port: int, *, session: str = "", topics: str = "", last_id: str = "", since: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
        headers = {"Cookie": f"sessionid={session}"} | ({"Last-Event-ID": last_id} if last_id else {})
        self.connection.request("GET", f"/live?topics={topics}&since={since}", headers=headers)
        self.response = self.connection.getresponse()

    def event(self) -> tuple[str, dict[str, object]]:
        """Read one event: its name and data."""
        found = {"event": "message", "data": ""}
        while line := self.response.readline().decode().rstrip("\n"):
            name, _colon, value = line.partition(": ")
            found[name] = value
        return found["event"], json.loads(found["data"] or "null")

    def close(self) -> None:
        self.response.close()
        self.connection.close()


def make_user(name: str) -> User:
    user = get_user_model()(email=f"{name}@example.com", name=name)
    user.save()
    return user


def milliseconds() -> int:
    return time.time_ns() // 1_000_000


def sign_in(user: User) -> str:
    browser = Client()
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return browser.session.session_key or ""


def open_stream(port: int, user: User, **asked: str) -> Stream:
    stream = Stream(port, session=sign_in(user), **asked)
    assert stream.event() == ("hello", {})
    return stream


@pytest.mark.parametrize("session", ["", "0123456789abcdefghijklmnopqrstuv"])
def test_live_is_closed_to_strangers(port: int, session: str) -> None:
    with closing(Stream(port, session=session)) as stream:
        assert stream.response.status == 401


def test_live_is_closed_to_users_who_were_shut_out(port: int) -> None:
    user = make_user("anna")
    session = sign_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    with closing(Stream(port, session=session)) as stream:
        assert stream.response.status == 401


def test_live_is_closed_to_users_from_a_network_that_is_not_theirs(port: int) -> None:
    user = make_user("anna")
    User.objects.filter(pk=user.pk).update(network=User.Network.OFFICE)

    with closing(Stream(port, session=sign_in(user))) as stream:
        assert stream.response.status == 401


def test_tell_users_reaches_those_users_only(port: int) -> None:
    anna, boris = make_user("anna"), make_user("boris")
    with closing(open_stream(port, anna)) as hers, closing(open_stream(port, boris)) as his:
        live.tell_users([anna.pk], "deals.deal", 17)
        live.tell_users([boris.pk], "deals.deal", 18)

        assert hers.event() == ("message", {"topic": "deals.deal", "id": 17, "kind": "changed"})
        assert his.event() == ("message", {"topic": "deals.deal", "id": 18, "kind": "changed"})


def test_tell_topic_skips_users_who_may_not_listen_to_it(port: int) -> None:
    anna = make_user("anna")
    with closing(open_stream(port, anna, topics="access.user,secrets.of_others")) as hers:
        live.tell_topic("secrets.of_others")
        live.tell_users([anna.pk], "last", 1)

        assert hers.event() == ("message", {"topic": "last", "id": 1, "kind": "changed"})


def test_live_asks_a_page_that_was_away_to_read_everything_again(port: int) -> None:
    with closing(open_stream(port, make_user("anna"), last_id="1")) as hers:
        assert hers.event() == ("resync", {})


def test_live_tells_what_changed_between_the_making_of_a_page_and_its_listening(port: int) -> None:
    anna, boris = make_user("anna"), make_user("boris")
    began = milliseconds()
    with closing(open_stream(port, anna)) as first:
        live.tell_users([anna.pk], "deals.deal", 17)
        live.tell_users([boris.pk], "deals.deal", 18)
        assert first.event()[1]["id"] == 17

    with closing(open_stream(port, anna, since=str(began))) as hers:
        assert hers.event() == ("message", {"topic": "deals.deal", "id": 17, "kind": "changed"})
        live.tell_users([anna.pk], "last", 1)
        assert hers.event()[1]["topic"] == "last"


def test_live_tells_a_page_nothing_of_what_was_before_it(port: int) -> None:
    anna = make_user("anna")
    with closing(open_stream(port, anna)) as first:
        live.tell_users([anna.pk], "deals.deal", 17)
        first.event()

    with closing(open_stream(port, anna, since=str(milliseconds() + 1))) as hers:
        live.tell_users([anna.pk], "last", 1)
        assert hers.event()[1]["topic"] == "last"


def test_live_asks_a_page_that_is_older_than_what_it_remembers_to_read_everything_again(port: int) -> None:
    long_ago = str(milliseconds() - 24 * 3_600_000)
    with closing(open_stream(port, make_user("anna"), since=long_ago)) as hers:
        assert hers.event() == ("resync", {})


def test_live_asks_all_to_read_again_after_the_database_was_away(port: int) -> None:
    anna = make_user("anna")
    with closing(open_stream(port, anna)) as hers:
        with connection.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(pid) from pg_stat_activity where query = %s", [LISTENING])

        assert hers.event() == ("resync", {})
        live.tell_users([anna.pk], "deals.deal", 17)
        assert hers.event()[1]["id"] == 17


def test_live_forgets_a_page_that_was_closed(port: int) -> None:
    open_stream(port, make_user("anna")).close()

    wait_until(lambda: not hub.pages)


def test_live_ends_when_the_session_ends(port: int) -> None:
    anna = make_user("anna")
    with closing(open_stream(port, anna)) as hers:
        Session.objects.all().delete()

        asyncio.run_coroutine_threadsafe(hub.let_signed_out_go(), hub.loop).result()

        assert hers.response.readline() == b""


def test_page_that_does_not_keep_up_is_let_go() -> None:
    page = Page(1, "key", frozenset())
    for number in range(LONGEST_QUEUE + 1):
        page.tell(b"%d" % number)

    assert (page.queue.qsize(), page.queue.get_nowait()) == (1, b"")
