"""Every setting that comes from the environment: its name, type, default and what a good value is."""

from __future__ import annotations

import errno
import os
import secrets
import tempfile
import zoneinfo
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import EnvValidationError, FileAwareEnv, ValidationError

from okno.config.words import _

WITH_PASSWORDS = frozenset({"OKNO_DATABASE_URL", "OKNO_FILES_S3"})


class BadSettings(Exception):  # noqa: N818 - the settings are bad, the program is not in error
    """Some settings cannot be used: `problems` holds one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment decides about this installation."""

    data_dir: Path
    host: str
    port: int
    public_url: str
    database_url: str | None
    secret_key: str
    demo_password: str
    time_zone: str
    web_processes: int
    web_threads: int
    allowed_hosts: tuple[str, ...]
    proxies: int
    pg_bin: Path | None
    files_s3: str | None
    http_private: tuple[str, ...]
    former_secret_keys: tuple[str, ...]
    map_tiles: str | None
    map_attribution: str
    geocoder: str | None
    geocoder_email: str
    debug: bool

    @property
    def map_origin(self) -> str:
        """From where the browser may take tiles of the map; `{s}` in the address stands for any host before it."""
        parts = urlsplit(self.map_tiles or "")
        return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}" if self.map_tiles else ""


def _port(value: int) -> None:
    if not 1 <= value <= 65535:
        raise ValidationError("port")


def _few(value: int) -> None:
    if not 1 <= value <= 64:
        raise ValidationError("count")


def _not_negative(value: int) -> None:
    if value < 0:
        raise ValidationError("count")


def _web_address(value: str | None) -> None:
    parts = urlsplit(value or "http://localhost")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValidationError("address")


def _postgres_address(value: str | None) -> None:
    parts = urlsplit(value or "postgresql:///okno")
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ValidationError("address")


def _storage_address(value: str | None) -> None:
    parts = urlsplit(value or "https://key:secret@storage/bucket")
    if parts.scheme not in {"http", "https"} or not parts.username or not parts.password or not parts.path.strip("/"):
        raise ValidationError("address")


def _zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError("zone")


def _wants() -> dict[str, str]:
    """Say what a good value of each checked setting is."""
    return {
        "OKNO_PORT": _("a port number from 1 to 65535"),
        "OKNO_PUBLIC_URL": _("an address that starts with http:// or https://"),
        "OKNO_DATABASE_URL": _("an address like postgresql://user:password@host:5432/database"),
        "OKNO_TIME_ZONE": _("the name of a time zone, for example Europe/Moscow"),
        "OKNO_WEB_PROCESSES": _("a number from 1 to 64"),
        "OKNO_WEB_THREADS": _("a number from 1 to 64"),
        "OKNO_MAP_TILES": _("an address like https://tiles.example/{z}/{x}/{y}.png"),
        "OKNO_GEOCODER": _("an address like https://nominatim.example"),
        "OKNO_FILES_S3": _("an address like https://key:secret@storage.example/bucket?region=ru-central1"),
        "OKNO_PROXIES": _("the number of trusted proxies in front, 0 if there are none"),
        "OKNO_DEBUG": _("the word yes or no"),
    }


def _kept(data_dir: Path, name: str, length: int) -> str:
    """Return the secret that the data folder keeps under this name, made at the first call."""
    path = data_dir / name
    if not path.exists():
        draft = Path(tempfile.mkstemp(dir=data_dir, prefix=f".{name}-")[1])
        draft.write_text(secrets.token_urlsafe(length))
        # A link fails when another process was first, so that all processes end with one secret.
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _sentences(error: EnvValidationError) -> list[str]:
    wants = _wants()
    return [
        _("%(name)s must be %(wants)s, not “%(value)s”.")
        % {"name": name, "wants": wants.get(name, ""), "value": _shown(name)}
        for name in error.error_messages
    ]


def _shown(name: str) -> str:
    """The value as it may be printed: addresses with a password in them are not."""
    return "…" if name in WITH_PASSWORDS else os.environ.get(name, "")


def _read() -> dict[str, Any]:
    # Compose files hand over an empty string for what is not set.
    for name in [name for name, value in os.environ.items() if name.startswith("OKNO_") and not value]:
        del os.environ[name]
    env = FileAwareEnv(eager=False, strip_whitespace=True)
    values: dict[str, Any] = {
        "data_dir": env.path("OKNO_DATA_DIR", Path("var")),
        "host": env.str("OKNO_HOST", "127.0.0.1"),
        "port": env.int("OKNO_PORT", 8000, validate=_port),
        "public_url": env.str("OKNO_PUBLIC_URL", None, validate=_web_address),
        "database_url": env.str("OKNO_DATABASE_URL", None, validate=_postgres_address),
        "secret_key": env.str("OKNO_SECRET_KEY", None),
        "demo_password": env.str("OKNO_DEMO_PASSWORD", None),
        "time_zone": env.str("OKNO_TIME_ZONE", "Europe/Moscow", validate=_zone),
        "web_processes": env.int("OKNO_WEB_PROCESSES", 2, validate=_few),
        "web_threads": env.int("OKNO_WEB_THREADS", 8, validate=_few),
        "allowed_hosts": tuple(env.list("OKNO_ALLOWED_HOSTS", [])),
        "proxies": env.int("OKNO_PROXIES", 0, validate=_not_negative),
        "pg_bin": env.path("OKNO_PG_BIN", None),
        "files_s3": env.str("OKNO_FILES_S3", None, validate=_storage_address),
        "http_private": tuple(env.list("OKNO_HTTP_PRIVATE", [])),
        "map_tiles": env.str("OKNO_MAP_TILES", None, validate=_web_address),
        "map_attribution": env.str("OKNO_MAP_ATTRIBUTION", ""),
        "geocoder": env.str("OKNO_GEOCODER", None, validate=_web_address),
        "geocoder_email": env.str("OKNO_GEOCODER_EMAIL", ""),
        "former_secret_keys": tuple(env.list("OKNO_FORMER_SECRET_KEYS", [])),
        "debug": env.bool("OKNO_DEBUG", False),
    }
    try:
        env.seal()
    except EnvValidationError as error:
        raise BadSettings(_sentences(error)) from error
    if values["geocoder"] and "@" not in values["geocoder_email"]:
        raise BadSettings([_("OKNO_GEOCODER asks for OKNO_GEOCODER_EMAIL: whom its owner may write to.")])
    return values


def load() -> Settings:
    """
    Read and check all settings; secrets that are not given are made once and kept in the data folder.

    :raises BadSettings: one or more values cannot be used; all of them are named.
    """
    values = _read()
    data_dir = values["data_dir"] = values["data_dir"].expanduser().absolute()
    values["public_url"] = (values["public_url"] or f"http://{reachable(values['host'])}:{values['port']}").rstrip("/")
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not os.access(data_dir, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        values["secret_key"] = values["secret_key"] or _kept(data_dir, "secret-key", 48)
        values["demo_password"] = values["demo_password"] or _kept(data_dir, "demo-password", 9)
    except OSError as error:
        sentence = _("OKNO_DATA_DIR: the folder %(folder)s cannot be used: %(reason)s.")
        raise BadSettings([sentence % {"folder": data_dir, "reason": error.strerror}]) from error
    return Settings(**values)


def reachable(host: str) -> str:
    """Return a host that a browser on this machine can open."""
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound
