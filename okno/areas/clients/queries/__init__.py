"""Reads of the client base: each starts from what the actor may see."""

from okno.areas.clients.queries.cards import (
    client_for_card,
    clients,
    contact_for_card,
    contacts,
    contacts_of,
    entity_for_edit,
    legal_entities,
    legal_entities_of,
    members_of,
    points_of,
)
from okno.areas.clients.queries.matching import Match, described, matches
from okno.areas.clients.queries.recognising import (
    REASONS,
    Candidate,
    Similar,
    client_of_handle,
    recognise,
    recognised,
    shown_to,
    similar,
    sure,
)
from okno.areas.clients.rules import Point, readable_points

__all__ = [
    "REASONS",
    "Candidate",
    "Match",
    "Point",
    "Similar",
    "client_for_card",
    "client_of_handle",
    "clients",
    "contact_for_card",
    "contacts",
    "contacts_of",
    "described",
    "entity_for_edit",
    "legal_entities",
    "legal_entities_of",
    "matches",
    "members_of",
    "points_of",
    "readable_points",
    "recognise",
    "recognised",
    "shown_to",
    "similar",
    "sure",
]
