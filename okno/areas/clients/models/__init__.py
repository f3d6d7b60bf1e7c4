"""Tables of the client base: cards, ways to reach them, ties between them, and what tells duplicates."""

from okno.areas.clients.models.cards import Client, ClientMember, Contact, ContactPoint, LegalEntity
from okno.areas.clients.models.consents import Consent
from okno.areas.clients.models.matching import AccessRequest, DuplicatePair, MatchKey
from okno.areas.clients.models.prospects import Prospect
from okno.areas.clients.models.ties import BankAccount, ClientAddress, ClientRelation, ContactPlace, StatusStay
from okno.areas.clients.models.wording import COUNTRIES, LANGUAGES, ZONES, Channel, RelationType

__all__ = [
    "COUNTRIES",
    "LANGUAGES",
    "ZONES",
    "AccessRequest",
    "BankAccount",
    "Channel",
    "Client",
    "ClientAddress",
    "ClientMember",
    "ClientRelation",
    "Consent",
    "Contact",
    "ContactPlace",
    "ContactPoint",
    "DuplicatePair",
    "LegalEntity",
    "MatchKey",
    "Prospect",
    "RelationType",
    "StatusStay",
]
