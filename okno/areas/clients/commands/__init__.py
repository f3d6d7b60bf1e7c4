"""Writes of the client base: cards, ways to reach, ties, access, duplicates."""

from okno.areas.clients.commands.accounts import add_account, drop_account, set_main_account
from okno.areas.clients.commands.asking import answer_access, ask_access
from okno.areas.clients.commands.birthdays import tell_of_birthdays
from okno.areas.clients.commands.cards import (
    add,
    add_contact,
    add_duplicate,
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
from okno.areas.clients.commands.consents import in_words, note_consent
from okno.areas.clients.commands.duplicates import Found, call_different, find_duplicates, keep_duplicates, merge_exact
from okno.areas.clients.commands.locating import locate, locate_all
from okno.areas.clients.commands.logos import set_logo
from okno.areas.clients.commands.places import place_contact, set_main_place, unplace_contact
from okno.areas.clients.commands.points import add_point, drop_point, set_main_point
from okno.areas.clients.commands.prospects import (
    add_prospect,
    assign_prospect,
    convert_prospect,
    delete_prospect,
    move_prospect,
    update_prospect,
)
from okno.areas.clients.commands.ties import (
    SYMMETRIC,
    add_address,
    drop_address,
    relate,
    set_coordinates,
    unrelate,
    update_address,
    update_relation,
)

__all__ = [
    "SYMMETRIC",
    "Found",
    "add",
    "add_account",
    "add_address",
    "add_contact",
    "add_duplicate",
    "add_legal_entity",
    "add_point",
    "add_points",
    "add_prospect",
    "answer_access",
    "ask_access",
    "assign",
    "assign_prospect",
    "call_different",
    "convert_prospect",
    "delete",
    "delete_prospect",
    "drop_account",
    "drop_address",
    "drop_point",
    "find_duplicates",
    "in_words",
    "keep_duplicates",
    "locate",
    "locate_all",
    "merge_exact",
    "move_prospect",
    "note_consent",
    "place_contact",
    "relate",
    "set_coordinates",
    "set_logo",
    "set_main_account",
    "set_main_place",
    "set_main_point",
    "share",
    "tell_of_birthdays",
    "unplace_contact",
    "unrelate",
    "unshare",
    "update",
    "update_address",
    "update_contact",
    "update_legal_entity",
    "update_prospect",
    "update_relation",
]
