"""Clients and contacts for tests."""

from __future__ import annotations

from typing import Any

from okno.access.models import User
from okno.areas.clients import commands
from okno.areas.clients.models import Client, Contact
from okno.kit.permissions import SYSTEM


def a_client(owner: User, **fields: Any) -> Client:
    """A client that this person is responsible for."""
    return commands.add(actor=SYSTEM, **{"name": "ООО «Ромашка»", "owner": owner, **fields})


def a_contact(owner: User, **fields: Any) -> Contact:
    """A person who works at a client of this person."""
    return commands.add_contact(actor=SYSTEM, **{"name": "Петрова Мария Ивановна", "client": a_client(owner), **fields})
