"""What people do in the browser programs do over the API: every command has an operation, or a reason stands here."""

from __future__ import annotations

from typing import Any

import pytest
from ninja import NinjaAPI, Router

from okno.config import rooms
from okno.config.api import api
from okno.kit.api.giving import Giving
from okno.kit.commands import Command, command
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from tests.architecture import giving

rooms.load("web.urls")

OWN = "whoever has the token of a person would take the person's account with it"
TYPED = "a password is typed by the person who gives it, and by nobody's program"
SIGNS_IN = "programs come with a token, they sign in nowhere"
BROWSER = "it is about the very browser of the person"
EYES = "looking with the eyes of another is for people, who see whose eyes they are"
ARCHIVE = "archives of gigabytes come from the disk of the server a few times a year; the terminal loads them too"
PROTOCOL = "1C speaks its own protocol at its own door"
ITSELF = "the program does it by itself"
# Commands of pages without an operation, each with its reason.
NOT_OVER_THE_API: dict[str, str] = {
    "access.begin_two_step": OWN,
    "access.change_own_password": OWN,
    "access.check_code": SIGNS_IN,
    "access.confirm_two_step": OWN,
    "access.end_session": OWN,
    "access.issue_own_token": OWN,
    "access.look_as": EYES,
    "access.note_failure": SIGNS_IN,
    "access.renew_recovery_codes": OWN,
    "access.reset_two_step": OWN,
    "access.revoke_own_token": OWN,
    "access.set_password": TYPED,
    "access.sign_in": SIGNS_IN,
    "access.sign_out": SIGNS_IN,
    "access.stop_looking": EYES,
    "access.stop_two_step": OWN,
    "access.warn_of_many_cards": ITSELF,
    "addresses.drop_file": ARCHIVE,
    "addresses.keep_file": ARCHIVE,
    "addresses.load": ARCHIVE,
    "communications.set_account": TYPED,
    "exchange.begin": PROTOCOL,
    "exchange.confirm": PROTOCOL,
    "exchange.deactivate": PROTOCOL,
    "exchange.fail_package": PROTOCOL,
    "exchange.finish_package": PROTOCOL,
    "exchange.gather_orders": PROTOCOL,
    "exchange.keep_sent": PROTOCOL,
    "exchange.new_password": "the password of a connection is told once, to the person who types it into 1C",
    "exchange.open_package": PROTOCOL,
    "exchange.open_session": PROTOCOL,
    "exchange.set_connection": "a new connection has a password, told once to the person who types it into 1C",
    "exchange.survey": PROTOCOL,
    "exchange.take_batch": PROTOCOL,
    "home.arrange": "the desktop is what a person looks at in the browser; its figures are lists with conditions",
    "notices.leave_browser": BROWSER,
    "notices.push_key": BROWSER,
    "notices.subscribe": BROWSER,
    "notices.unsubscribe": BROWSER,
    "portal.send": "visitors of sites send it without a token; programs register enquiries with `POST /leads`",
    "portal.unsubscribe": "readers of letters do it by their link; programs note a refusal with `note-consent`",
}
FEWEST_WORDS = 5
IN_PAGES = giving.given_by_pages()
OVER_THE_API = giving.given_by_operations(api)


@pytest.mark.parametrize("name", sorted(IN_PAGES))
def test_a_command_of_pages_has_an_operation_or_a_reason(name: str):
    assert name in OVER_THE_API or name in NOT_OVER_THE_API, f"given by {sorted(IN_PAGES[name])}"


def test_reasons_are_of_commands_without_an_operation():
    """A reason that outlives its gap would hide the next one of that name."""
    assert {name for name in NOT_OVER_THE_API if name in OVER_THE_API or name not in IN_PAGES} == set()


def test_reasons_are_in_words():
    assert [why for why in NOT_OVER_THE_API.values() if len(why.split()) < FEWEST_WORDS] == []


def test_commands_of_pages_are_found():
    """Of forms, of actions, of lists, of tables, and of functions that pages leave the giving to."""
    known = {"deals.move", "webhooks.ping", "billing.set_lines", "imports.begin", "access.set_office_networks"}
    assert known <= set(IN_PAGES)
    assert [name for name in IN_PAGES if name not in registry.commands] == []


@command("toy.do")
def do(*, actor: Actor, text: str) -> None:
    """Do nothing."""


@command("toy.look")
def look(*, actor: Actor) -> None:
    """Do nothing either."""


def _helped(request: Any) -> None:
    spoken = look.name
    assert spoken


def test_commands_of_operations_are_found_and_those_spoken_of_are_not():
    toy, router, inner = NinjaAPI(urls_namespace="giving"), Router(), Router()
    Giving(inner, "toy").post("/do", do)
    router.get("/look")(_helped)
    router.add_router("", inner)
    toy.add_router("", router)
    assert set(giving.given_by_operations(toy)) == {"toy.do"}
    assert isinstance(do, Command)
