"""The hub of live updates: one LISTEN connection a process, one small queue an open page."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qs

import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import close_old_connections, connection
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.utils import timezone

from okno.access import queries
from okno.access.models import User
from okno.access.web.middleware import check_network
from okno.kit.errors import Denied
from okno.kit.fields import custom
from okno.kit.live import may_listen
from okno.kit.registry import registry
from okno.kit.run_rows import LIVE

log = structlog.get_logger()

Message = MutableMapping[str, Any]
Key = TypeVar("Key")
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

KEEP_ALIVE_SECONDS = 20
SECONDS_BETWEEN_SESSION_CHECKS = 60
SLOWEST_RECONNECT_SECONDS = 5
LONGEST_QUEUE = 100
MOST_REMEMBERED, MOST_MISSED = 2_000, 50
LONGEST_MOMENT = 15
MILLISECONDS_BETWEEN_PROCESSES = 2_000

# The id is the moment in milliseconds; it comes back as Last-Event-ID when the browser connects again.
HELLO = b"retry: 2000\nid: %d\ndata: {}\nevent: hello\n\n"
RESYNC = b"data: {}\nevent: resync\n\n"
KEEP_ALIVE = b":\n\n"
END = b""


class Hint(NamedTuple):
    """What was told lately: when, in milliseconds, to whom, and the text of it."""

    at: int
    users: Sequence[int] | None
    topic: str
    text: bytes


class Page:
    """One open page (in fact one browser: its tabs share a worker) and what still has to be told to it."""

    __slots__ = ("queue", "session_key", "since", "topics", "user_id")

    def __init__(
        self, user_id: int, session_key: str, topics: frozenset[str] = frozenset(), since: int | None = None
    ) -> None:
        self.user_id = user_id
        self.session_key = session_key
        self.topics = topics
        self.since = since
        self.queue: asyncio.Queue[bytes] = asyncio.Queue(LONGEST_QUEUE)

    def tell(self, text: bytes) -> None:
        """Queue a text; a page that does not keep up is let go and asks for everything when it comes back."""
        try:
            self.queue.put_nowait(text)
        except asyncio.QueueFull:
            self.let_go()

    def is_told(self, users: Sequence[int] | None, topic: str) -> bool:
        """Whether a hint for these users, or for all who listen to a topic, concerns the page."""
        return topic in self.topics if users is None else self.user_id in users

    def let_go(self) -> None:
        """End the stream after what is being sent now."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(END)


class Hub:
    """Hands each hint of the database to the pages that it concerns."""

    def __init__(self) -> None:
        self.pages: set[Page] = set()
        self.loop: asyncio.AbstractEventLoop
        self._by_user: dict[int, set[Page]] = defaultdict(set)
        self._by_topic: dict[str, set[Page]] = defaultdict(set)
        self._tasks: list[asyncio.Task[None]] = []
        self._lately: deque[Hint] = deque()
        self._remembers_from = _now()

    def start(self) -> None:
        """Listen to the database, keep streams alive and watch that their sessions still hold."""
        self.loop = asyncio.get_running_loop()
        self._tasks = [asyncio.create_task(work()) for work in (self._listen, self._keep_alive, self._check_sessions)]

    def let_all_go(self) -> None:
        """End all streams; the browsers come back to whoever serves next."""
        for page in self.pages:
            page.let_go()

    async def close(self) -> None:
        """Stop listening to the database."""
        self.let_all_go()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request for `/live`: the stream of hints for the signed-in user, or 401."""
        page = await sync_to_async(_page_of)(scope)
        if page is None:
            await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        headers.append((b"x-accel-buffering", b"no"))  # nginx would hold hints back
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        page.tell(HELLO % _now())
        self._tell_missed(page)
        self._add(page)
        writer = asyncio.create_task(_write(page, send))
        try:
            watcher = asyncio.create_task(_gone(receive))
            await asyncio.wait({writer, watcher}, return_when=asyncio.FIRST_COMPLETED)
            watcher.cancel()
        finally:
            writer.cancel()
            self._remove(page)

    def tell(self, payload: str) -> None:
        """Hand one notification `{"users": [ids] | null, "topic", "id", "kind"}` to those it concerns."""
        message = json.loads(payload)
        users, topic = message.pop("users"), message["topic"]
        if topic == custom.TOPIC:
            registry.forget_custom_fields()
        pages: Iterable[Page]
        if users is None:
            pages = self._by_topic.get(topic, ())
        else:
            pages = {page for user in users for page in self._by_user.get(user, ())}
        at = _now()
        text = f"id: {at}\ndata: {json.dumps(message, separators=(',', ':'))}\n\n".encode()
        self._remember(Hint(at, users, topic, text))
        for page in pages:
            page.tell(text)

    def _remember(self, hint: Hint) -> None:
        self._lately.append(hint)
        if len(self._lately) > MOST_REMEMBERED:
            self._remembers_from = self._lately.popleft().at + 1

    def _tell_missed(self, page: Page) -> None:
        """
        What was told between the making of a page and its listening would be lost, and so would what was told while a
        browser was away. Whoever is older than what is remembered asks for everything.
        """
        if page.since is None:
            return
        if page.since < self._remembers_from:
            page.tell(RESYNC)
            return
        since = page.since
        missed = [one.text for one in self._lately if one.at >= since and page.is_told(one.users, one.topic)]
        for text in missed if len(missed) < MOST_MISSED else [RESYNC]:
            page.tell(text)

    def _add(self, page: Page) -> None:
        self.pages.add(page)
        self._by_user[page.user_id].add(page)
        for topic in page.topics:
            self._by_topic[topic].add(page)

    def _remove(self, page: Page) -> None:
        self.pages.discard(page)
        _forget(self._by_user, page.user_id, page)
        for topic in page.topics:
            _forget(self._by_topic, topic, page)

    async def _listen(self) -> None:
        pause = 0.2
        is_first = True
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_database(), autocommit=True) as listening:
                    await listening.execute(f"listen {LIVE}")
                    self._remembers_from = _now()
                    if not is_first:
                        self._tell_all(RESYNC)
                    is_first, pause = False, 0.2
                    async for notification in listening.notifies():
                        self.tell(notification.payload)
            except psycopg.OperationalError as error:
                log.warning("live updates wait for the database", reason=str(error))
                is_first = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, SLOWEST_RECONNECT_SECONDS)

    def _tell_all(self, text: bytes) -> None:
        for page in self.pages:
            page.tell(text)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            self._tell_all(KEEP_ALIVE)

    async def _check_sessions(self) -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_SESSION_CHECKS)
            await self.let_signed_out_go()

    async def let_signed_out_go(self) -> None:
        """End the streams whose session was ended, or whose user was switched off, since they began."""
        try:
            held = await sync_to_async(_held)([page.session_key for page in self.pages], list(self._by_user))
        except psycopg.OperationalError:
            return  # the next check will tell; meanwhile nothing can be told either
        keys, users = held
        for page in self.pages:
            if page.session_key not in keys or page.user_id not in users:
                page.let_go()


def _forget(index: dict[Key, set[Page]], key: Key, page: Page) -> None:
    index[key].discard(page)
    if not index[key]:
        del index[key]


async def _write(page: Page, send: Send) -> None:
    while text := await page.queue.get():
        await send({"type": "http.response.body", "body": text, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _page_of(scope: Message) -> Page | None:
    """Find the signed-in user as pages do, by the session cookie, and the topics that user may listen to."""
    close_old_connections()
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = SessionStore(key)
    request.META["REMOTE_ADDR"] = scope["client"][0] if scope["client"] else ""
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active:
        return None
    try:
        check_network(request, user)
    except Denied:
        return None
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    topics = ",".join(asked.get("topics", [])).split(",")
    actor = queries.actor_of(user)
    heard = frozenset(topic for topic in topics if topic and may_listen(actor, topic))
    return Page(user.pk, key, heard, _since(scope, asked.get("since", [""])[0]))


def _since(scope: Message, asked: str) -> int | None:
    """How old the page is, in milliseconds; when the browser comes back, what it has heard last."""
    heard = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id"), "")
    said = heard or asked
    if not said.isdecimal() or len(said) > LONGEST_MOMENT:
        return None
    # Each web process stamps hints by when it heard them: what it heard last, another one may have heard before.
    return int(said) - MILLISECONDS_BETWEEN_PROCESSES if heard else int(said)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _held(keys: list[str], users: list[int]) -> tuple[set[str], set[int]]:
    close_old_connections()
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    active = User.objects.filter(pk__in=users, is_active=True)
    return set(alive.values_list("session_key", flat=True)), set(active.values_list("pk", flat=True))


def _database() -> dict[str, Any]:
    """Return the parameters of a connection of our own, outside of Django's."""
    described = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    known = {name: described[key] for name, key in names.items() if described[key]}
    return {**known, **described["OPTIONS"]}
