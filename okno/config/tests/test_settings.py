"""What Django's settings promise to browsers and to the people who run the program."""

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from okno.config import rooms


def test_pages_allow_no_script_inside_them(client: Client) -> None:
    policy = client.get("/no-such-page/").headers["Content-Security-Policy"]

    directives = {name: values for name, *values in (part.split() for part in policy.split(";"))}
    assert directives["script-src"] == ["'self'"]
    assert directives["object-src"] == ["'none'"]


def test_passwords_are_kept_by_argon2() -> None:
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_every_room_with_tables_is_installed_under_the_name_of_its_folder() -> None:
    for name in rooms.apps():
        assert apps.get_app_config(name.rpartition(".")[2]).name == name


@pytest.mark.parametrize("room", ["okno.kit.live", "okno.access.models"])
def test_has_finds_modules_and_packages(room: str) -> None:
    assert rooms.has(room)
    assert not rooms.has(f"{room}_that_nobody_wrote")
