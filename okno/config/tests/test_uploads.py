"""Large requests: who may send how much where, and what everybody else is told, over the real server too."""

from __future__ import annotations

import http.client
import socket
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from okno.access import commands as access
from okno.areas.addresses.commands import LARGEST
from okno.config import uploads
from okno.config.tests.server import serving
from okno.config.uploads import BESIDES, FROM_1C, ORDINARY, SEVERAL, most_for
from okno.engines.imports.commands import LARGEST_FILE
from okno.fronts.exchange.commands import sessions, set_connection
from okno.kit.permissions import SYSTEM

UPLOAD, IMPORTS = "/settings/addresses/upload/", "/api/v1/imports"
GB = 1 << 30


def scope(path: str, **headers: str) -> dict[str, Any]:
    told = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"path": path, "headers": told, "query_string": b"", "client": ("127.0.0.1", 5)}


def session_of(user: Any) -> str:
    browser = Browser()
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return f"{settings.SESSION_COOKIE_NAME}={browser.session.session_key}"


@pytest.mark.django_db
def test_strangers_send_what_forms_say(cast):
    forged = scope(UPLOAD, cookie=f"{settings.SESSION_COOKIE_NAME}=nobody", authorization="Bearer okno_nothing")
    for path in (UPLOAD, IMPORTS, "/deals/1/", "/f/site", "/exchange/1c"):
        assert most_for({**forged, "path": path}) == ORDINARY


@pytest.mark.django_db
def test_people_send_files_where_they_may(cast):
    director, seller = session_of(cast.director), session_of(cast.anna)
    grants = [{"permission": "deals.*", "reach": "own"}]
    access.set_role(actor=SYSTEM, code="plain", name="Plain", grants=grants, hidden=[])
    access.set_roles(actor=SYSTEM, user=cast.anna, roles=["plain"])

    assert most_for(scope(UPLOAD, cookie=director)) == LARGEST + BESIDES
    assert most_for(scope(UPLOAD, cookie=seller)) == ORDINARY
    assert most_for(scope("/deals/1/", cookie=seller)) == SEVERAL
    access.set_active(actor=SYSTEM, user=cast.anna, is_active=False)
    assert most_for(scope("/deals/1/", cookie=seller)) == ORDINARY


@pytest.mark.django_db
def test_programs_send_files_within_the_scopes_of_their_token(cast):
    wide, narrow = (
        access.issue_token(actor=SYSTEM, user=cast.director, name="x", scopes=scopes) for scopes in ([], ["deals.*"])
    )
    assert most_for(scope(IMPORTS, authorization=f"Bearer {wide}")) == LARGEST_FILE + BESIDES
    assert most_for(scope(IMPORTS, authorization=f"Bearer {narrow}")) == ORDINARY
    assert most_for(scope("/api/v1/deals", authorization=f"Bearer {wide}")) == ORDINARY


@pytest.mark.django_db
def test_1c_sends_parts_once_it_has_signed_in():
    made = set_connection(actor=SYSTEM, code="main", values={"name": "Торговля", "login": "site"})
    told = {"login": made.connection.login, "password": made.password, "code": "main", "kind": "catalog"}
    greeting = sessions.greet(**told, address="127.0.0.1", at=timezone.now(), seen_with=[])
    cookie = f"{sessions.COOKIE}={greeting.secret}"

    assert most_for(scope("/exchange/1c/main", cookie=cookie)) == FROM_1C
    assert most_for(scope("/exchange/1c/other", cookie=cookie)) == ORDINARY


@pytest.mark.django_db
def test_each_is_told_in_its_own_way_and_nothing_is_done(cast):
    browser = Browser(headers={uploads.HEADER: str(2 * GB)}, enforce_csrf_checks=True)
    api, exchange = (browser.post(path) for path in (IMPORTS, "/exchange/1c"))
    stranger = browser.post(UPLOAD)
    browser.force_login(cast.director, backend=settings.AUTHENTICATION_BACKENDS[-1])
    page = browser.post(UPLOAD)
    toast = browser.post(UPLOAD, headers={"HX-Request": "true"})

    assert (api.status_code, api.json()["code"], api.json()["details"]) == (413, "too_large", {"most": 2 * GB})
    assert (exchange.status_code, exchange.content.decode().splitlines()[0]) == (200, "failure")
    assert {stranger.status_code, page.status_code, toast.status_code} == {413}
    assert "здесь принимается не больше 2" in page.content.decode()
    assert toast.json()["code"] == "too_large"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("socket_enabled")
def test_a_server_refuses_a_stranger_before_gigabytes_come():
    with serving() as port:
        declared = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        declared.putrequest("POST", IMPORTS)
        declared.putheader("Content-Length", str(3 * GB))
        declared.endheaders()
        first = declared.getresponse()
        first_body = first.read().decode()
        chunked = socket.create_connection(("127.0.0.1", port), timeout=10)
        chunked.sendall(b"POST /api/v1/imports HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        piece = b"%x\r\n%s\r\n" % (1 << 20, b"x" * (1 << 20))
        for _number in range(ORDINARY // (1 << 20) + 1):
            chunked.sendall(piece)
        second = chunked.recv(65536).decode()
        chunked.close()
        declared.close()

    assert (first.status, "too_large" in first_body) == (413, True)
    assert second.startswith("HTTP/1.1 413")
