"""Tests of secrets at rest and in memory."""

from __future__ import annotations

import pickle

import pytest

from okno.kit import secrets
from okno.kit.errors import Refused
from okno.kit.secrets import Box, SecretText

OLD, NEW = "the old key of the house", "the new key of the house"


def test_decrypted_gives_back_the_secret():
    box = Box([NEW])

    assert box.decrypted(box.encrypted("пароль 🔑")) == SecretText("пароль 🔑")
    assert box.decrypted(box.encrypted(SecretText("x"))).reveal() == "x"


def test_encrypted_never_shows_or_repeats_itself():
    box = Box([NEW])
    tokens = {box.encrypted("password") for _number in range(3)}

    assert len(tokens) == 3
    assert not any("password" in token for token in tokens)


def test_a_token_of_the_old_key_is_read_and_rotated():
    token = Box([OLD]).encrypted("password")

    rotated = Box([NEW, OLD]).rotated(token)

    assert Box([NEW, OLD]).decrypted(token).reveal() == "password"
    assert Box([NEW]).decrypted(rotated).reveal() == "password"


@pytest.mark.parametrize("spoil", [lambda token: token[:-8] + "AAAAAAA=", lambda _token: "", lambda _token: "пароль"])
def test_a_changed_token_is_refused(spoil):
    box = Box([NEW])

    for read in (box.decrypted, box.rotated):
        with pytest.raises(Refused) as caught:
            read(spoil(box.encrypted("password")))
        assert caught.value.code == "secrets.unreadable"


def test_another_key_opens_nothing():
    with pytest.raises(Refused):
        Box([NEW]).decrypted(Box([OLD]).encrypted("password"))


def test_the_installation_reads_what_its_former_key_encrypted(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    token = secrets.encrypt(SecretText("password"))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]

    assert secrets.decrypt(token).reveal() == "password"
    rotated = secrets.rotate(token)
    settings.SECRET_KEY_FALLBACKS = []
    assert secrets.decrypt(rotated).reveal() == "password"


def test_a_box_without_a_key_is_not_made():
    for keys in ([], [""]):
        with pytest.raises(ValueError, match="needs a key"):
            Box(keys)


def test_secret_text_does_not_show_itself():
    secret = SecretText("password")

    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>20}", "%s" % secret, repr({"key": secret})]  # noqa: UP031

    assert not any("password" in text for text in shown)
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_secret_text_compares_with_secrets_only():
    assert SecretText("a") == SecretText("a")
    assert SecretText("a") != "a"
    assert not SecretText("")
