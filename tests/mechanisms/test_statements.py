"""Every page and every kind of card asks few statements of the database, found by its address: none is forgotten."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from okno.access.models import User
from okno.fronts.home.tests.company import made
from okno.kit.testing.query_counts import MOST, check_few, statements
from tests.architecture.doors import PARAMETER, WAY_OUT, pages

pytestmark = pytest.mark.django_db
# Other systems' doors, files that live outside the database, and what ends the session.
ELSEWHERE = ("api/", "exchange/1c", "f/", "look/", "sign-", WAY_OUT)
ADDRESSES = [
    door.address
    for door in pages()
    if door.method == "get" and not PARAMETER.search(door.route) and not door.route.startswith(ELSEWHERE)
]
# Pages that ask for more than others may, each with what for.
MORE = {
    "/leads/reports/": (20, "four reports of a period: six kinds of deeds, hours of work, shifts, absences"),
    "/settings/readings/": (16, "rows of several records are named"),
}


@pytest.fixture(scope="module")
def director(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), made():
        client = Client()
        client.force_login(User.objects.get(email="director@demo.okno.test"))
        yield client


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_asks_few_statements(director: Client, address: str):
    check_few(statements(lambda: director.get(address)), _most(address))


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_first_card_of_a_list_asks_few_statements(director: Client, address: str):
    answer = director.get(address, {"tab": "all"})
    told = answer.content.decode() if answer.get("Content-Type", "").startswith("text/html") else ""
    card = re.search(r'<tr[^>]*class="[^"]*list-row[^>]*data-url="([^"]+)"', told)
    if card:
        check_few(statements(lambda: director.get(html.unescape(card[1]))), _most(f"{address}*"))


def _most(address: str) -> int:
    return MORE.get(address, (MOST, ""))[0]
