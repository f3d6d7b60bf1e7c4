"""`okno user` and `okno token`: let somebody in from the terminal of the server."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from dataclasses import replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from okno.access import commands
from okno.access.models import User
from okno.cli import versions
from okno.config.postgres import served
from okno.config.words import _
from okno.fronts.home.commands import beginning
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import SYSTEM
from okno.kit.secrets import SecretText

ADMINISTRATOR = "admin"
# Whoever sits at the server may do all, and chooses passwords as people do.
TERMINAL = replace(SYSTEM, name="okno user")


def user(arguments: list[str]) -> int:
    """Add a user, or give one that is there a new password; the first one becomes an administrator."""
    parser = argparse.ArgumentParser(prog="okno user")
    parser.add_argument("email", help=_("the mail address to sign in with"))
    parser.add_argument("--name", help=_("the person's name"))
    parser.add_argument("--password", help=_("asked for, or made up, when it is not given"))
    parser.add_argument("--role", help=_("code of the role to give, for example %(code)s") % {"code": ADMINISTRATOR})
    asked = parser.parse_args(arguments)
    _check_address(asked.email)
    with served(settings.ENV):
        versions.check_mark(settings.ENV)
        found = User.objects.filter(email__iexact=asked.email).first()
        password, is_made_up = _password(asked.password)
        if found:
            commands.set_password(actor=TERMINAL, user=found, password=SecretText(password))
            print(_("%(email)s has a new password.") % {"email": found.email})
        else:
            found = _add(asked, password)
            print(_("%(email)s may sign in.") % {"email": found.email})
        if is_made_up:
            print(_("Password: %(password)s") % {"password": password})
    return 0


def token(arguments: list[str]) -> int:
    """Print a new API token; it is shown this once."""
    parser = argparse.ArgumentParser(prog="okno token")
    parser.add_argument("--user", required=True, metavar="EMAIL", help=_("whose rights the token has"))
    parser.add_argument("--name", default="terminal", help=_("what it is for"))
    parser.add_argument("--scope", action="append", default=[], help=_("only this permission, for example leads.*"))
    asked = parser.parse_args(arguments)
    with served(settings.ENV):
        versions.check_mark(settings.ENV)
        owner = user_of(asked.user)
        print(commands.issue_token(actor=SYSTEM, user=owner, name=asked.name, scopes=asked.scope))
    return 0


def user_of(email: str) -> User:
    """Who signs in with an address. :raises Missing: nobody does."""
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise Missing("access.no_user", gettext("There is no user with the address %(email)s."), email=email)
    return found


def _check_address(address: str) -> None:
    """:raises Refused: nobody could sign in with it."""
    try:
        validate_email(address)
    except ValidationError:
        raise Refused("access.address", gettext("“%(text)s” is not a mail address."), text=address) from None


def _add(asked: argparse.Namespace, password: str) -> User:
    is_first = not User.objects.exists()
    name = asked.name or str(asked.email).partition("@")[0]
    added: User = commands.add_user(actor=TERMINAL, email=asked.email, name=name, password=SecretText(password))
    if is_first:
        commands.set_default_roles(actor=SYSTEM)
    if role := asked.role or (ADMINISTRATOR if is_first else ""):
        commands.give_role(actor=SYSTEM, user=added, role=role)
    if is_first:
        beginning.begin(added)
    return added


def _password(given: str | None) -> tuple[str, bool]:
    """Return the password and whether it was made up here."""
    if given:
        return given, False
    if sys.stdin.isatty():
        typed = getpass.getpass(_("Password (empty: make one up): "))
        if typed:
            return typed, False
    return secrets.token_urlsafe(9), True
