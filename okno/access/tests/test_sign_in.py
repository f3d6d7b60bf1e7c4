"""Signing in: password, lock-out, second step, networks, sessions."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from okno.access import commands, queries
from okno.access.models import OfficeNetwork, RecoveryCode, User, UserSession
from okno.access.tests.cast import Cast
from okno.kit.models import CommandRun
from okno.kit.permissions import SYSTEM
from okno.kit.secrets import SecretText

PASSWORD = "красный-дом-42"
SIGN_IN = "/sign-in/"


@pytest.fixture
def anna(cast: Cast) -> User:
    return commands.set_password(actor=SYSTEM, user=cast.anna, password=SecretText(PASSWORD))


def sign_in(client: Client, user: User, password: str = PASSWORD, **more: object):
    return client.post(SIGN_IN, {"email": user.email, "password": password, **more})


def code_of(device: TOTPDevice) -> str:
    return f"{TOTP(device.bin_key).token():06}"


def with_two_steps(user: User) -> tuple[TOTPDevice, list[str]]:
    actor = queries.actor_of(user)
    device = commands.begin_two_step(actor=actor)
    codes = commands.confirm_two_step(actor=actor, code=code_of(device))
    TOTPDevice.objects.update(last_t=-1)
    return TOTPDevice.objects.get(), codes


def test_sign_in_opens_the_pages_and_notes_the_browser(client: Client, anna: User):
    agent = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    answer = client.post(SIGN_IN, {"email": "ANNA@okno.test ", "password": PASSWORD}, headers={"User-Agent": agent})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    session = UserSession.objects.get(user=anna)
    assert (session.browser, session.address) == ("Firefox 140, Windows", "127.0.0.1")
    assert CommandRun.objects.filter(name="access.sign_in", user_id=anna.pk).exists()


def test_sign_in_with_a_wrong_password_tells_nothing_of_the_address(client: Client, anna: User):
    known, unknown = sign_in(client, anna, "x"), client.post(SIGN_IN, {"email": "no@okno.test", "password": "x"})

    assert known.status_code == unknown.status_code == 422
    assert known.context["sign_in"]["errors"] == unknown.context["sign_in"]["errors"]


@pytest.mark.parametrize(
    ("wanted", "location"),
    [("/deals/?tab=mine", "/deals/?tab=mine"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("x", "x")],
)
def test_sign_in_goes_on_to_pages_of_ours_only(client: Client, anna: User, wanted: str, location: str):
    assert sign_in(client, anna, next=wanted)["Location"] == location


def test_sign_in_of_somebody_shut_out_is_refused(client: Client, anna: User):
    commands.set_active(actor=SYSTEM, user=anna, is_active=False)

    assert sign_in(client, anna).status_code == 422


def test_five_failures_lock_out_and_the_page_says_for_how_long(client: Client, anna: User):
    for _try in range(5):
        answer = sign_in(client, anna, "x")

    assert answer.status_code == 429
    assert "15" in answer.context["sign_in"]["errors"][0]["text"]
    assert sign_in(client, anna).status_code == 429
    whys = CommandRun.objects.filter(name="access.note_failure").values_list("args__why", flat=True)
    assert list(whys.order_by("id")) == ["password"] * 4 + ["locked"]


def test_lock_out_ends_by_itself(client: Client, anna: User):
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=16)):
        for _try in range(6):
            sign_in(client, anna, "x")

    assert sign_in(client, anna).status_code == 302


def test_lock_out_ends_with_a_new_password(client: Client, anna: User):
    for _try in range(5):
        sign_in(client, anna, "x")

    commands.set_password(actor=SYSTEM, user=anna, password=SecretText(PASSWORD))

    assert sign_in(client, anna).status_code == 302


def test_second_step_is_asked_and_its_code_lets_in(client: Client, anna: User):
    device, _codes = with_two_steps(anna)

    first = sign_in(client, anna, next="/profile/")
    assert first["Location"] == "/sign-in/code/?next=%2Fprofile%2F"
    assert client.get("/profile/")["Location"].startswith(SIGN_IN)

    second = client.post("/sign-in/code/", {"code": code_of(device), "next": "/profile/"})
    assert (second.status_code, second["Location"]) == (302, "/profile/")
    assert UserSession.objects.filter(user=anna).exists()


def test_recovery_code_lets_in_once(client: Client, anna: User):
    _device, codes = with_two_steps(anna)

    for expected in (302, 422):
        sign_in(client, anna)
        answer = client.post("/sign-in/code/", {"code": codes[0].upper()})
        assert answer.status_code == expected
        client.post("/sign-out/")
    assert RecoveryCode.objects.filter(is_used=True).count() == 1
    assert codes[0] not in str(list(RecoveryCode.objects.values()))


def test_wrong_codes_lock_out(client: Client, anna: User):
    _device, codes = with_two_steps(anna)
    sign_in(client, anna)

    for _try in range(5):
        answer = client.post("/sign-in/code/", {"code": "nothing"})

    assert answer.status_code == 429
    assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == 429


def test_code_is_asked_only_after_the_password(client: Client, anna: User):
    device, _codes = with_two_steps(anna)

    answer = client.post("/sign-in/code/", {"code": code_of(device)})

    assert answer["Location"] == SIGN_IN
    assert not UserSession.objects.exists()


def test_codes_and_secrets_stay_out_of_the_journal(client: Client, anna: User):
    device, codes = with_two_steps(anna)
    sign_in(client, anna)
    client.post("/sign-in/code/", {"code": codes[0]})

    told = str(list(CommandRun.objects.values("args", "result")))
    assert not [secret for secret in (*codes, device.key, PASSWORD) if secret in told]


def test_sign_out_ends_the_session(client: Client, anna: User):
    sign_in(client, anna)

    client.post("/sign-out/")

    assert client.get("/profile/")["Location"].startswith(SIGN_IN)
    assert not UserSession.objects.exists()


def test_revoked_session_is_a_stranger_at_once(client: Client, anna: User):
    here, there = client, Client()
    sign_in(here, anna)
    sign_in(there, anna)
    newest = UserSession.objects.latest("id")

    here.post(f"/profile/?part=end-session&session={newest.pk}")

    assert there.get("/profile/")["Location"].startswith(SIGN_IN)
    assert here.get("/profile/").status_code == 200


def test_sessions_end_when_somebody_is_shut_out(client: Client, anna: User):
    sign_in(client, anna)

    commands.set_active(actor=SYSTEM, user=anna, is_active=False)

    assert client.get("/profile/")["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize(
    ("network", "address", "status"),
    [
        ("office", "10.1.2.3", 302),
        ("office", "203.0.113.7", 403),
        ("internet", "10.1.2.3", 403),
        ("any", "10.1.2.3", 302),
    ],
)
def test_sign_in_obeys_the_network(client: Client, anna: User, network: str, address: str, status: int):
    OfficeNetwork.objects.create(cidr="10.1.0.0/16")
    User.objects.filter(pk=anna.pk).update(network=network)

    answer = client.post(SIGN_IN, {"email": anna.email, "password": PASSWORD}, REMOTE_ADDR=address)

    assert answer.status_code == status


def test_session_from_the_office_is_refused_outside(client: Client, anna: User):
    OfficeNetwork.objects.create(cidr="10.1.0.0/16")
    User.objects.filter(pk=anna.pk).update(network="office")
    client.post(SIGN_IN, {"email": anna.email, "password": PASSWORD}, REMOTE_ADDR="10.1.2.3")

    assert client.get("/profile/", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get("/profile/", REMOTE_ADDR="203.0.113.7").status_code == 403


@pytest.mark.parametrize(("proxies", "status"), [(0, 403), (1, 200)])
def test_network_is_told_by_as_many_proxies_as_there_are(
    client: Client, anna: User, settings, proxies: int, status: int
):
    settings.OKNO_PROXIES = proxies
    OfficeNetwork.objects.create(cidr="10.1.0.0/16")
    client.force_login(anna)
    User.objects.filter(pk=anna.pk).update(network="office")

    answer = client.get("/profile/", REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": "6.6.6.6, 10.1.2.3"})

    assert answer.status_code == status
