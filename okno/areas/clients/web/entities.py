"""Legal entities on pages of their own: all those within reach, and the card of one with its accounts and history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from okno.areas.clients import commands, queries
from okno.areas.clients.models import LegalEntity
from okno.areas.clients.record import LEGAL_ENTITY
from okno.areas.clients.web.panels import entity_line
from okno.kit.permissions import Actor
from okno.kit.web import pages


class EntityList(pages.ListPage):
    """Legal entities of clients within reach."""

    record, query = LEGAL_ENTITY, queries.legal_entities
    columns = ("name", "client", "inn", "kpp", "ogrn", "legal_address")
    tabs = (
        pages.Tab("all", _("All")),
        pages.Tab("no-account", _("Without an account"), where={"field": "account", "op": "empty"}),
    )
    empty: ClassVar[Mapping[str, Any]] = {
        "title": _("No legal entities here yet"),
        "text": _("A legal entity is who pays and whom invoices are drawn to: add it on the card of its client."),
        "icon": LEGAL_ENTITY.icon,
        "doors": [{"label": _("Clients"), "url": "/clients/", "icon": "building"}],
    }


class EntityCard(pages.CardPage):
    """A legal entity with its requisites, accounts and history."""

    record, query = LEGAL_ENTITY, queries.entity_for_edit
    sections = (
        pages.Section(_("Legal entity"), ("name", "full_name", "client", "inn", "kpp", "ogrn", "legal_address")),
        pages.Section(
            _("Not a resident"),
            ("is_nonresident", "country", "tax_number", "reg_number", "iban", "swift"),
        ),
        pages.Section(_("Main account"), ("account", "bank_name", "bic", "corr_account"), then=("accounts",)),
    )
    update, update_on = commands.update_legal_entity, "entity"
    more_actions = (
        pages.Action(
            _("One more account"),
            icon="building-bank",
            url="/legal-entities/{id}/account/",
            permission=commands.add_account.name,
        ),
        pages.Action(
            _("Merge with another one"),
            icon="copy",
            url="/merge/clients.legal_entity/?id={id}",
            permission="clients.merge_legal_entities",
        ),
    )


def accounts(actor: Actor, entity: LegalEntity) -> dict[str, Any]:
    """Accounts of a legal entity, with what may be done to each."""
    return {"entities": [entity_line(actor, entity, queries.accounts_of([entity])[entity.pk])]}
