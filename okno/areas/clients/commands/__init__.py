"""Writes of the client base."""

from okno.areas.clients.commands.cards import (
    add,
    add_contact,
    add_legal_entity,
    add_points,
    assign,
    delete,
    share,
    unshare,
    update,
    update_contact,
    update_legal_entity,
)

__all__ = [
    "add",
    "add_contact",
    "add_legal_entity",
    "add_points",
    "assign",
    "delete",
    "share",
    "unshare",
    "update",
    "update_contact",
    "update_legal_entity",
]
