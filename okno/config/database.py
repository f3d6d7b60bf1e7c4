"""How programs reach the database: the embedded cluster of the data folder, or the one of OKNO_DATABASE_URL."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from psycopg.conninfo import make_conninfo

from okno.config.env import Settings
from okno.config.postgres import Cluster

# Connections are kept by the threads of the web processes and checked before each request.
KEPT = {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
}


def connection(env: Settings) -> dict[str, Any]:
    """Return Django's description of the connection."""
    return {**KEPT, **(_external(env.database_url) if env.database_url else _embedded(env))}


def dsn(env: Settings) -> str:
    """Return the connection string for libpq and its tools."""
    described = connection(env)
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    known = {name: described[key] for name, key in names.items() if described.get(key)}
    return make_conninfo(**known, **described.get("OPTIONS", {}))


def _embedded(env: Settings) -> dict[str, Any]:
    return {"NAME": "okno", "USER": "okno", "HOST": str(Cluster.of(env).sockets)}


def _external(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": parts.port or "",
        "OPTIONS": options,
    }
