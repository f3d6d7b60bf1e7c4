"""The roles that are shipped, and by what one that nobody has changed is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit.registry import registry


@dataclass(frozen=True, kw_only=True)
class RoleTemplate:
    """A role as it is shipped: permissions by how far they reach."""

    code: str
    name: object
    grants: Mapping[str, tuple[str, ...]]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each permission with its reach, once."""
        return [(name, reach) for reach, names in self.grants.items() for name in sorted(set(names))]

    @property
    def fingerprint(self) -> str:
        """By what a role that nobody has changed is known."""
        return fingerprint([(*pair, None) for pair in self.pairs], [])


def fingerprint(grants: Iterable[tuple[str, str, Any]], hidden: Iterable[str]) -> str:
    """
    What a role may do as a short text: the same for the same rights in any order.

    :param grants: permission, reach, and the tree of the condition or None.
    """
    told = [sorted(json.dumps(one, sort_keys=True) for one in grants), sorted(hidden)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


# What everybody needs who signs in: own views and files, notes, the catalogue and the names of colleagues.
EVERYDAY = (
    "home.*",
    "access.view",
    "access.end_session",
    "addresses.view",
    "catalog.view",
    "documents.view",
    "communications.view_accounts",
    "timeline.*",
    "notices.*",
    "reminders.*",
    "attachments.*",
    "fields.add_tags",
    "jobs.*",
    "journal.undo",
    "purging.mark",
    "purging.bring_back",
    "saved_views.save",
    "saved_views.keep",
    "saved_views.star",
    "layouts.lay_out",
    "saved_views.rename",
    "saved_views.drop",
)
TASKS = (
    "calendar.view",
    "calendar.add_task",
    "calendar.plan_about",
    "calendar.note_held",
    "calendar.update",
    "calendar.reschedule",
    "calendar.hand_over",
    "calendar.finish",
    "calendar.cancel",
)
MAIL = (
    "communications.view",
    "communications.write",
    "communications.handle",
    "communications.assign",
    "communications.link",
    "communications.send_again",
)
# A letter to each of many: how far this reaches says to whom.
MAILINGS = ("communications.send_out",)
CLIENTS = (
    "clients.view",
    "clients.add",
    "clients.update",
    "clients.share",
    "clients.unshare",
    "clients.add_points",
    "clients.add_contact",
    "clients.update_contact",
    "clients.add_legal_entity",
    "clients.update_legal_entity",
    "clients.add_point",
    "clients.drop_point",
    "clients.set_main_point",
    "clients.note_consent",
    "clients.set_logo",
    "clients.relate",
    "clients.update_relation",
    "clients.unrelate",
    "clients.add_address",
    "clients.update_address",
    "clients.drop_address",
    "clients.set_coordinates",
    "clients.find_duplicates",
    "clients.add_duplicate",
    "clients.ask_access",
    "clients.answer_access",
    "clients.add_prospect",
    "clients.update_prospect",
    "clients.move_prospect",
    "clients.convert_prospect",
    "clients.place_contact",
    "clients.unplace_contact",
    "clients.set_main_place",
    "clients.add_account",
    "clients.set_main_account",
    "clients.drop_account",
)
DEALS = (
    "deals.view",
    "deals.open",
    "deals.update",
    "deals.move",
    "deals.set_lines",
    "deals.reprice",
    "deals.set_currency",
    "deals.assign",
    "deals.add_member",
    "deals.drop_member",
)
LEADS = (
    "leads.view",
    "leads.receive",
    "leads.intake",
    "leads.link_client",
    "leads.make_client",
    "leads.merge",
    "leads.redistribute",
    "leads.take",
    "leads.postpone",
    "leads.reject",
    "leads.mark_spam",
    "leads.return_to_queue",
    "leads.give",
    "leads.convert",
    "leads.update",
)
INVOICES = (
    "billing.view",
    "billing.draw",
    "billing.set_lines",
    "billing.reprice",
    "billing.set_head",
    "billing.update",
    "billing.note_sent",
    "billing.send",
    "billing.cancel",
    "billing.assign",
    "billing.reopen",
)
# The wizard and one's own imports, for roles that may import something: that is said by `<area>.import`.
IMPORTS = ("imports.*",)
SIGHT = ("clients.view", "deals.view", "leads.view", "billing.view", "calendar.view")
EXPORTS = ("clients.export", "deals.export", "leads.export", "billing.export", "calendar.export")
AREAS = ("clients.*", "deals.*", "leads.*", "billing.*", "calendar.*", "communications.*")

# Whoever rules how others work: stages of deals, queues and rules of enquiries, notices, shared views.
WAYS = (
    "deals.set_scenario",
    "deals.set_refusal_reasons",
    "leads.set_queue",
    "leads.set_rule",
    "leads.drop_rule",
    "leads.order_rules",
    "leads.try_rules",
    "leads.set_source",
    "leads.set_reject_reasons",
    "notice_rules.set",
    "notice_rules.set_late",
    "saved_views.*",
    "layouts.*",
)
# Whoever meets clients must find any of them, and put down who has called.
MEETS = ("clients.view", "clients.add", "clients.add_contact", "clients.update_contact", "clients.add_points")
TEAM = ("clients.*", "leads.*", "calendar.*", "communications.*")

# domain.md 13.3. What areas that come later give to these roles they add by `registry.add_rights`.
DEFAULT_ROLES = (
    RoleTemplate(code="admin", name=_("Administrator"), grants={"all": ("*",)}),
    RoleTemplate(code="director", name=_("Head of the company"), grants={"all": ("*",)}),
    RoleTemplate(
        code="sales-head",
        name=_("Head of sales"),
        grants={
            "all": (*EVERYDAY, "saved_views.*", "layouts.*", "catalog.export", "portal.*"),
            "subtree": (*AREAS, *IMPORTS),
        },
    ),
    RoleTemplate(
        code="seller",
        name=_("Sales manager"),
        grants={"all": EVERYDAY, "participants": (*CLIENTS, *DEALS, *LEADS, *INVOICES, *TASKS, *MAIL, *MAILINGS)},
    ),
    RoleTemplate(
        code="assistant",
        name=_("Assistant, dispatcher"),
        grants={"all": (*EVERYDAY, *CLIENTS, *LEADS, *MAIL, "deals.view", "deals.open", *TASKS)},
    ),
    RoleTemplate(
        code="bookkeeper",
        name=_("Bookkeeper"),
        grants={
            "all": (
                *EVERYDAY,
                "billing.*",
                "documents.*",
                "exchange.view",
                "clients.view",
                "clients.add_legal_entity",
                "clients.update_legal_entity",
                "clients.add_account",
                "clients.set_main_account",
                "clients.drop_account",
                "deals.view",
            ),
            "participants": (*TASKS, *MAIL),
        },
    ),
    RoleTemplate(
        code="marketer",
        name=_("Marketer"),
        grants={
            "all": (*EVERYDAY, *SIGHT, *MAILINGS, "portal.*", "leads.set_source", "clients.export", "leads.export"),
            "participants": (*TASKS, *MAIL),
        },
    ),
    RoleTemplate(
        code="telemarketer",
        name=_("Telemarketer"),
        grants={
            "all": EVERYDAY,
            "participants": (*CLIENTS, *LEADS, "deals.view", "deals.open", *TASKS, *MAIL),
        },
    ),
    RoleTemplate(
        code="purchaser",
        name=_("Purchasing manager"),
        grants={
            "all": (*EVERYDAY, "catalog.*"),
            "participants": (*CLIENTS, "deals.view", "billing.view", *TASKS, *MAIL),
        },
    ),
    RoleTemplate(
        code="service-manager",
        name=_("Service manager"),
        grants={
            "all": (*EVERYDAY, *MEETS),
            "department": (*LEADS, *TASKS),
            "participants": (*CLIENTS, "deals.view", "billing.view", *MAIL),
        },
    ),
    RoleTemplate(
        code="engineer",
        name=_("Engineer"),
        grants={
            "all": EVERYDAY,
            "participants": ("clients.view", "leads.view", "leads.update", "deals.view", *TASKS, *MAIL),
        },
    ),
    RoleTemplate(
        code="claims",
        name=_("Claims and quality specialist"),
        grants={
            "all": (*EVERYDAY, *SIGHT, *LEADS, "communications.view", "clients.add_contact", "clients.update_contact"),
            "participants": (*TASKS, *MAIL),
        },
    ),
    RoleTemplate(
        code="support-head",
        name=_("Head of support"),
        grants={
            "all": (*EVERYDAY, *MEETS, "saved_views.*", "layouts.*"),
            "subtree": (*TEAM, *IMPORTS, "deals.view", "billing.view"),
        },
    ),
    RoleTemplate(
        code="process-owner",
        name=_("Process owner"),
        grants={"all": (*EVERYDAY, *SIGHT, *EXPORTS, *WAYS), "participants": (*TASKS, *MAIL)},
    ),
    RoleTemplate(
        code="project-manager",
        name=_("Project manager"),
        grants={
            "all": (*EVERYDAY, "clients.view"),
            "department": TASKS,
            "participants": (*CLIENTS, *DEALS, "billing.view", *MAIL),
        },
    ),
    RoleTemplate(
        code="mfc-operator",
        name=_("Operator of a service centre"),
        grants={"all": (*EVERYDAY, *MEETS), "department": (*CLIENTS, *LEADS, *TASKS, *MAIL)},
    ),
    RoleTemplate(
        code="mfc-head",
        name=_("Head of a service centre"),
        grants={"all": (*EVERYDAY, *MEETS, "saved_views.*", "layouts.*"), "subtree": (*TEAM, *IMPORTS)},
    ),
    RoleTemplate(code="performer", name=_("Performer (own tasks only)"), grants={"all": EVERYDAY, "own": TASKS}),
    RoleTemplate(code="analyst", name=_("Analyst"), grants={"all": (*EVERYDAY, *SIGHT, *EXPORTS, "catalog.export")}),
    RoleTemplate(
        code="integration",
        name=_("Integration (API)"),
        grants={"all": (*EVERYDAY, *AREAS, *IMPORTS, "catalog.*", "documents.*", "exchange.*")},
    ),
)


def shipped_roles() -> list[RoleTemplate]:
    """The roles as they are shipped, with the rights that areas add to them through `registry.add_rights`."""
    return [replace(one, grants=_with_added(one)) for one in DEFAULT_ROLES]


def _with_added(role: RoleTemplate) -> Mapping[str, tuple[str, ...]]:
    grants = dict(role.grants)
    for reach, names in registry.role_rights.get(role.code, ()):
        grants[reach] = (*grants.get(reach, ()), *names)
    return grants
