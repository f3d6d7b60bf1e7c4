"""Signing in: password, lock-out, second step, networks, sessions."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from okno.access import commands, queries, rules
from okno.access.models import Authenticator, OfficeNetwork, RecoveryCode, User, UserSession
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


def key_of(authenticator: Authenticator) -> str:
    """The key as a phone reads it from the QR code."""
    return parse_qs(urlsplit(queries.authenticator_url(authenticator)).query)["secret"][0]


def code_of(authenticator: Authenticator, *, later: int = 0) -> str:
    """What the phone shows, written by RFC 4226 and 6238 alone; `later` in seconds."""
    step = (int(timezone.now().timestamp()) + later) // 30
    digest = hmac.digest(base64.b32decode(key_of(authenticator)), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def with_two_steps(user: User) -> tuple[Authenticator, list[str]]:
    actor = queries.actor_of(user)
    begun = commands.begin_two_step(actor=actor)
    codes = commands.confirm_two_step(actor=actor, code=SecretText(code_of(begun)))
    Authenticator.objects.update(last_step=-1)
    return Authenticator.objects.get(), codes


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
    [
        ("/deals/?tab=mine", "/deals/?tab=mine"),
        ("x", "x"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/deals/", "/"),
    ],
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


def test_one_password_tried_on_many_accounts_is_slowed(client: Client, anna: User):
    for number in range(rules.MOST_TRIED):
        client.post(SIGN_IN, {"email": f"user{number}@okno.test", "password": "Весна-2026"})

    assert sign_in(client, anna).status_code == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert sign_in(elsewhere, anna).status_code == 302


def test_slowed_address_still_lets_in_those_who_have_signed_in_from_there(client: Client, anna: User):
    sign_in(client, anna)
    other = Client()
    for number in range(rules.MOST_TRIED):
        other.post(SIGN_IN, {"email": f"user{number}@okno.test", "password": "Весна-2026"})

    assert sign_in(other, anna).status_code == 302


def test_slowed_address_is_let_go_after_a_quarter_of_an_hour(client: Client, anna: User):
    for number in range(rules.MOST_TRIED):
        client.post(SIGN_IN, {"email": f"user{number}@okno.test", "password": "Весна-2026"})

    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16), tick=True):
        assert sign_in(client, anna).status_code == 302


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
    assert not [secret for secret in (*codes, key_of(device), device.sealed_key, PASSWORD) if secret in told]


def test_key_of_an_authenticator_is_encrypted_at_rest(anna: User):
    authenticator, _codes = with_two_steps(anna)

    stored = str(Authenticator.objects.values().get())
    assert key_of(authenticator) not in stored
    assert base64.b32decode(key_of(authenticator)).hex() not in stored


@pytest.mark.parametrize(("later", "status"), [(-61, 422), (-30, 302), (30, 302), (61, 422)])
def test_code_of_a_clock_half_a_minute_off_is_taken(client: Client, anna: User, later: int, status: int):
    authenticator, _codes = with_two_steps(anna)
    with time_machine.travel(dt.datetime(2026, 11, 21, 12, 0, 15, tzinfo=dt.UTC), tick=False):
        sign_in(client, anna)

        assert client.post("/sign-in/code/", {"code": code_of(authenticator, later=later)}).status_code == status


def test_code_is_taken_once(client: Client, anna: User):
    authenticator, _codes = with_two_steps(anna)

    with time_machine.travel(dt.datetime(2026, 11, 21, 12, 0, 15, tzinfo=dt.UTC), tick=False):
        for expected in (302, 422):
            sign_in(client, anna)
            assert client.post("/sign-in/code/", {"code": code_of(authenticator)}).status_code == expected
            client.post("/sign-out/")


def test_wrong_code_makes_the_next_try_wait_from_any_address(client: Client, anna: User):
    authenticator, _codes = with_two_steps(anna)
    statuses = []
    with time_machine.travel(dt.datetime(2026, 11, 21, 12, 0, 15, tzinfo=dt.UTC), tick=False) as clock:
        for code, address in (("000000", "10.0.0.1"), (code_of(authenticator), "10.0.0.2")):
            client.post(SIGN_IN, {"email": anna.email, "password": PASSWORD}, REMOTE_ADDR=address)
            statuses.append(client.post("/sign-in/code/", {"code": code}, REMOTE_ADDR=address).status_code)
        clock.shift(2)
        statuses.append(client.post("/sign-in/code/", {"code": code}, REMOTE_ADDR=address).status_code)

    assert statuses == [422, 422, 302]


def test_second_step_outlives_a_change_of_the_secret_key(client: Client, anna: User, settings):
    authenticator, codes = with_two_steps(anna)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the installation"

    for code in (code_of(authenticator), codes[0]):
        sign_in(client, anna)
        assert client.post("/sign-in/code/", {"code": code}).status_code == 302
        client.post("/sign-out/")


def test_second_step_that_is_on_is_not_replaced_from_an_open_browser(client: Client, anna: User):
    authenticator, _codes = with_two_steps(anna)
    client.force_login(anna)

    client.post("/profile/?part=begin")

    assert list(Authenticator.objects.all()) == [authenticator]


def test_session_is_another_one_after_sign_in(client: Client, anna: User):
    device, _codes = with_two_steps(anna)
    sign_in(client, anna)
    planted = client.cookies["sessionid"].value
    client.post("/sign-in/code/", {"code": code_of(device)})

    thief = Client()
    thief.cookies["sessionid"] = planted
    assert client.get("/profile/").status_code == 200
    assert thief.get("/profile/")["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize("email", ["boriſ@okno.test", "bor\u0131s@okno.test", "boris@o\u212ano.test"])
def test_look_alike_address_opens_no_further_tries(client: Client, cast: Cast, email: str):
    commands.set_password(actor=SYSTEM, user=cast.boris, password=SecretText(PASSWORD))
    for _try in range(5):
        sign_in(client, cast.boris, "x")

    assert client.post(SIGN_IN, {"email": email, "password": PASSWORD}).status_code in {422, 429}


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


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        ("http://testserver/deals/?tab=all&q=%D0%BA", "/deals/?tab=all&q=%D0%BA"),
        ("http://testserver", "/"),
        ("http://evil.example/deals/", "/"),
        ("http://[testserver/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_sign_in_comes_back_to_the_page_whose_part_was_asked_for(client: Client, shown: str, wanted: str):
    headers = {"HX-Request": "true", **({"HX-Current-URL": shown} if shown else {})}

    part = client.get("/deals/?part=rows", headers=headers)
    form = client.post("/clients/new/", headers={"Referer": shown} if shown else {})

    assert part.status_code == 401
    told = [QueryDict(urlsplit(url).query)["next"] for url in (part.headers["HX-Redirect"], form.headers["Location"])]
    assert told == [wanted, wanted]


def test_form_older_than_the_last_sign_in_is_refused_in_words(anna: User):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(anna)

    page = strict.post("/profile/?part=save", {"name": "Анна", "csrfmiddlewaretoken": "x" * 64})
    part = strict.post("/profile/?part=save", {"name": "Анна"}, headers={"HX-Request": "true"})

    assert (page.status_code, part.status_code) == (403, 403)
    assert "отправьте ещё раз" in page.content.decode()
    assert "data-refused" in page.content.decode()
    assert "отправьте ещё раз" in part.json()["message"]
