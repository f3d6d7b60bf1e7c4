"""The client base over HTTP: clients, their contacts and legal entities."""

from __future__ import annotations

from ninja import Router

from okno.areas.clients import commands, queries
from okno.areas.clients.record import CLIENT, CONTACT, LEGAL_ENTITY
from okno.kit.api import record_router
from okno.kit.merging import mergeable

router = Router()
CLIENTS, PEOPLE, ENTITIES = (mergeable(one.name) for one in (CLIENT, CONTACT, LEGAL_ENTITY))
record_router(
    CLIENT,
    queries.clients,
    create=commands.add,
    update=commands.update,
    commands=[commands.assign, commands.share, commands.unshare, commands.delete, CLIENTS.merge, CLIENTS.unmerge],
    router=router,
)
record_router(
    CONTACT,
    queries.contacts,
    create=commands.add_contact,
    update=commands.update_contact,
    commands=[PEOPLE.merge, PEOPLE.unmerge],
    router=router,
)
record_router(
    LEGAL_ENTITY,
    queries.legal_entities,
    path="/legal-entities",
    create=commands.add_legal_entity,
    update=commands.update_legal_entity,
    commands=[ENTITIES.merge, ENTITIES.unmerge],
    router=router,
)
