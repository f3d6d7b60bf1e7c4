"""The protocol of «Обмен с сайтом», byte by byte, with a scripted 1C."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from okno.access import commands as access
from okno.areas.billing.models import Invoice
from okno.areas.catalog.models import Item, Offer, Price, Rest
from okno.fronts.exchange.models import Connection, ExchangeSession, Outcome, Package
from okno.fronts.exchange.tests import files
from okno.fronts.exchange.tests.conftest import base_of, send
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.onec import OneC, Stopped, packed

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"
Make = Callable[..., tuple[Connection, str]]


def basic(login: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()}


def test_checkauth_answers_exact_lines(connection: tuple[Connection, str]) -> None:
    answer = send("GET", "/exchange/1c?type=catalog&mode=checkauth", basic("main", connection[1]), b"")

    session = ExchangeSession.objects.get()
    lines = answer.body.decode("ascii").split("\n")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert (lines[0], lines[1], lines[3]) == ("success", "okno_exchange", f"sessid={session.sessid}")
    assert lines[4] == f"timestamp={int(session.started_at.timestamp())}"
    assert len(lines) == 5
    assert "Set-Cookie" not in answer.headers


def test_checkauth_of_orders_has_no_timestamp(connection: tuple[Connection, str]) -> None:
    answer = send("GET", "/exchange/1c/main?type=sale&mode=checkauth", basic("main", connection[1]), b"")

    assert len(answer.lines) == 4


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic !!"}, basic("main", "wrong"), basic("nobody", "x")])
def test_checkauth_refuses_with_status_200(connection: tuple[Connection, str], headers: dict[str, str]) -> None:
    answer = send("GET", "/exchange/1c?type=catalog&mode=checkauth", headers, b"")

    assert answer.status == 200
    assert answer.lines[0] == "failure"
    assert not ExchangeSession.objects.exists()


def test_checkauth_closes_the_door_after_failures(connection: tuple[Connection, str]) -> None:
    for _attempt in range(5):
        send("GET", "/exchange/1c?type=catalog&mode=checkauth", basic("main", "wrong"), b"")

    answer = send("GET", "/exchange/1c?type=catalog&mode=checkauth", basic("main", connection[1]), b"")

    assert answer.lines[0] == "failure"


def test_checkauth_of_another_connection_refuses(make_connection: Make) -> None:
    first, password = make_connection("one")
    make_connection("two")

    answer = send("GET", "/exchange/1c/two?type=catalog&mode=checkauth", basic(first.login, password), b"")

    assert answer.lines[0] == "failure"


def test_unknown_command_is_told_in_the_words_of_the_protocol(onec: OneC) -> None:
    onec.check("catalog")

    assert send("GET", "/exchange/1c?type=catalog&mode=dance", {}, b"").body == b"failure\nUnknown command type."


def test_init_answers_zip_and_limit(onec: OneC) -> None:
    onec.check("catalog")

    assert onec.init("catalog") == {"zip": "yes", "file_limit": "20971520"}


def test_init_with_version_answers_sessid_and_version(connection: tuple[Connection, str]) -> None:
    onec = base_of(*connection, version="2.10")
    onec.check("sale")

    assert onec.init("sale") == {
        "zip": "yes", "file_limit": "20971520", "sessid": ExchangeSession.objects.get().sessid, "version": "2.10"
    }  # fmt: skip


def test_a_request_without_the_cookie_fails(onec: OneC) -> None:
    onec.check("catalog")
    onec.cookie = ""

    with pytest.raises(Stopped):
        onec.init("catalog")


def test_a_foreign_sessid_fails_and_a_missing_one_does_not(onec: OneC) -> None:
    onec.check("catalog")
    onec.sessid = "f" * 32
    with pytest.raises(Stopped):
        onec.init("catalog")
    onec.sessid = ""

    assert onec.init("catalog")["zip"] == "yes"


def test_a_browser_session_opens_nothing(connection: tuple[Connection, str]) -> None:
    browser = Client()
    browser.force_login(access.add_user(actor=SYSTEM, email="anna@okno.test", name="Анна"), BACKEND)

    response: Any = browser.get("/exchange/1c?type=sale&mode=query")

    assert response.content.startswith(b"failure\n")


def test_a_second_session_waits_while_files_are_being_sent(connection: tuple[Connection, str]) -> None:
    first, second = base_of(*connection), base_of(*connection)
    first.check("catalog")
    first.init("catalog")
    first.upload_part("catalog", "import.xml", files.IMPORT[:100])

    with pytest.raises(Stopped, match="Обмен уже выполняется"):
        second.check("catalog")


def test_a_stale_session_gives_way(connection: tuple[Connection, str]) -> None:
    first, second = base_of(*connection), base_of(*connection)
    first.check("catalog")
    first.init("catalog")
    first.upload_part("catalog", "import.xml", files.IMPORT[:100])
    session = ExchangeSession.objects.get()
    ExchangeSession.objects.update(last_call_at=session.last_call_at - files.HALF_HOUR)

    second.check("catalog")
    second.init("catalog")

    with pytest.raises(Stopped, match="завершён"):
        first.upload_part("catalog", "import.xml", b"x")


@pytest.mark.parametrize("part", [0, 700, 1500])
def test_a_catalogue_comes_in_parts(onec: OneC, part: int) -> None:
    onec.check("catalog")
    onec.init("catalog")
    for name, body in files.SET.items():
        onec.upload("catalog", name, body, part)
    for name in files.SET:
        onec.import_file("catalog", name)

    assert files.state() == files.EXPECTED


def test_a_catalogue_comes_in_an_archive(onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)

    assert files.state() == files.EXPECTED
    assert ExchangeSession.objects.get().state == "closed"


def test_a_repeated_part_of_an_archive_is_dropped(onec: OneC) -> None:
    body = packed(files.SET)
    onec.check("catalog")
    onec.init("catalog")
    onec.upload_part("catalog", "v8.zip", body[:400])
    onec.upload_part("catalog", "v8.zip", body[:400])
    onec.upload_part("catalog", "v8.zip", body[400:])
    for name in files.SET:
        onec.import_file("catalog", name)

    assert files.state() == files.EXPECTED


def test_an_incomplete_file_is_refused_and_changes_nothing(onec: OneC) -> None:
    onec.check("catalog")
    onec.init("catalog")
    onec.upload_part("catalog", "import.xml", files.IMPORT[: len(files.IMPORT) // 2])

    with pytest.raises(Stopped, match=r"import\.xml"):
        onec.import_file("catalog", "import.xml")
    assert not Item.objects.exists()


def test_a_broken_file_names_its_line_and_changes_nothing(onec: OneC) -> None:
    onec.check("catalog")
    onec.init("catalog")
    onec.upload("catalog", "import.xml", files.IMPORT.replace("</Товар>".encode(), "</Товары>".encode(), 1))

    with pytest.raises(Stopped, match=r"строк"):
        onec.import_file("catalog", "import.xml")
    package = Package.objects.get()
    assert (package.state, Item.objects.count(), Outcome.objects.count()) == ("failed", 0, 0)


def test_import_goes_on_where_a_killed_process_left_it(onec: OneC, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("okno.fronts.exchange.commands.packages.BATCH", 1)
    monkeypatch.setattr("okno.fronts.exchange.commands.packages.SLICE_SECONDS", 0)
    monkeypatch.setattr("okno.fronts.exchange.commands.sessions.import_file.__kwdefaults__", {"seconds": 0})
    onec.check("catalog")
    onec.init("catalog")
    for name, body in files.SET.items():
        onec.upload("catalog", name, body)

    polls = [onec.import_file("catalog", name) for name in files.SET]

    assert min(polls) > 1
    assert files.state() == files.EXPECTED
    assert {one.checkpoint for one in Package.objects.all()} != {0}


def test_two_connections_do_not_see_each_other(make_connection: Make) -> None:
    one, two = base_of(*make_connection("one")), base_of(*make_connection("two"))
    one.exchange_catalogue(files.SET)
    two.exchange_catalogue(files.SET)

    assert Item.objects.count() == 2 * len(files.EXPECTED["items"])
    two.check("sale")
    two.address = "/exchange/1c/one"
    with pytest.raises(Stopped):
        two.init("sale")


def test_another_base_is_refused_by_name(onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)
    other = {name: body.replace(b"catalogue-1", b"catalogue-2") for name, body in files.SET.items()}

    with pytest.raises(Stopped, match="catalogue-2"):
        onec.exchange_catalogue(other)
    assert files.state() == files.EXPECTED


def test_a_full_package_archives_what_it_lacks(onec: OneC) -> None:
    connection = Connection.objects.get()
    Connection.objects.update(most_archived=60)
    onec.exchange_catalogue({"import.xml": files.catalogue(["g1", "g2"], changes_only=False)})
    onec.exchange_catalogue({"import.xml": files.catalogue(["g1"], changes_only=False)})

    assert sorted(Item.objects.values_list("name", "is_deleted")) == [("Товар g1", False), ("Товар g2", True)]
    onec.exchange_catalogue({"import.xml": files.catalogue(["g1", "g2"], changes_only=False)})
    assert not Item.objects.filter(is_deleted=True).exists()
    assert connection.links.filter(state="linked", foreign_type="item").count() == 2


def test_a_full_package_that_lacks_too_much_archives_nothing(onec: OneC) -> None:
    onec.exchange_catalogue({"import.xml": files.catalogue(["g1", "g2"], changes_only=False)})

    with pytest.raises(Stopped, match="20 %"):
        onec.exchange_catalogue({"import.xml": files.catalogue(["g1"], changes_only=False)})
    assert not Item.objects.filter(is_deleted=True).exists()


def test_counts_of_a_package_are_those_of_its_objects(onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)

    assert Package.objects.get(name="import.xml").counts["item"] == {"created": 2}
    assert (Offer.objects.count(), Price.objects.count(), Rest.objects.count()) == (3, 3, 3)


@pytest.mark.parametrize("mode", ["query", "info"])
def test_answers_are_never_packed(onec: OneC, invoice: Invoice, mode: str) -> None:
    onec.check("sale")
    onec.init("sale")
    told = {"Cookie": onec.cookie, "Accept-Encoding": "gzip, deflate"}

    answer = send("GET", f"{onec.address}?type=sale&mode={mode}", told, b"")

    assert len(answer.body) > 200
    assert answer.header("Content-Encoding") == ""
    assert answer.header("Content-Length") == str(len(answer.body))
    assert b"<?xml" in answer.body[:10]


def test_long_refusals_are_never_packed(onec: OneC) -> None:
    onec.check("catalog")
    onec.init("catalog")
    told = {"Cookie": onec.cookie, "Accept-Encoding": "gzip"}

    answer = send("GET", f"{onec.address}?type=catalog&mode=import&filename={'f' * 240}.xml", told, b"")

    assert answer.lines[0] == "failure"
    assert len(answer.body) > 200
