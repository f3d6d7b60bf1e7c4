"""
Secrets at rest: passwords of mailboxes, tokens of channels, keys of exchanges, encrypted before they are stored.

Fernet (AES-128-CBC with HMAC-SHA256) under a key derived by HKDF-SHA256 (RFC 5869) from the installation's secret
key. When that key changes, the old one goes to the fallbacks: what it encrypted can still be read, and `rotated`
re-encrypts it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, NoReturn

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic_core import core_schema

from okno.kit.errors import Refused

# Says what the derived key is for, so that no other use of the secret key ever has the same one.
_PURPOSE = b"okno: secrets at rest, version 1"
_HIDDEN = "••••••"


class SecretText:
    """A secret in memory: shown, logged and formatted as dots, told only by `reveal()`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"SecretText('{_HIDDEN}')"

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, spec: str) -> str:
        return format(_HIDDEN, spec)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretText) and other.reveal() == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        """Arguments of commands may be secrets: text from outside is hidden at once."""
        from_text = core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
        return core_schema.union_schema([core_schema.is_instance_schema(cls), from_text])

    def __reduce__(self) -> NoReturn:
        # A pickle would carry the secret into caches, queues and files.
        raise TypeError("a secret is not pickled")


class Box:
    """Encrypts with the first key and decrypts with any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(keys):
            raise ValueError("a box needs a key")
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys])

    def encrypted(self, secret: SecretText | str) -> str:
        """Return the token to store; the same secret gives another token each time."""
        text = secret.reveal() if isinstance(secret, SecretText) else secret
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def decrypted(self, token: str) -> SecretText:
        """
        Return the secret of a stored token.

        :raises Refused: no key of this installation opens it, or it was changed.
        """
        try:
            return SecretText(self._fernet.decrypt(token.encode()).decode())
        except InvalidToken as error:
            raise _unreadable() from error

    def rotated(self, token: str) -> str:
        """
        Return the token encrypted anew with the first key.

        :raises Refused: no key of this installation opens it, or it was changed.
        """
        try:
            return self._fernet.rotate(token.encode()).decode("ascii")
        except InvalidToken as error:
            raise _unreadable() from error


def box() -> Box:
    """Return the box of this installation: SECRET_KEY first, then SECRET_KEY_FALLBACKS."""
    return Box([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])


def encrypt(secret: SecretText | str) -> str:
    """Encrypt with the key of this installation, for storing."""
    return box().encrypted(secret)


def decrypt(token: str) -> SecretText:
    """
    Decrypt what `encrypt` gave.

    :raises Refused: the key of this installation was changed without keeping the old one.
    """
    return box().decrypted(token)


def rotate(token: str) -> str:
    """
    Encrypt a stored token anew with the present key of this installation.

    :raises Refused: no key of this installation opens it.
    """
    return box().rotated(token)


def _derived(key: str) -> bytes:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(derived)


def _unreadable() -> Refused:
    return Refused(
        "secrets.unreadable",
        _("A stored secret cannot be read: the secret key of this installation was changed. Enter the secret again."),
    )
