"""Who works on a deal besides the responsible person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from okno.access import queries as access
from okno.access.models import User
from okno.areas.clients import commands as clients
from okno.areas.clients import queries as clients_queries
from okno.areas.deals import rules
from okno.areas.deals.commands.news import show
from okno.areas.deals.models import Deal, DealMember
from okno.kit.commands import command
from okno.kit.permissions import Actor
from okno.kit.timeline import entries


@command("deals.add_member", label=gettext_lazy("Add a co-executor"))
def add_member(*, actor: Actor, deal: Deal, user: User, level: str = "") -> Deal:
    """
    Let a colleague work on a deal besides the responsible person.

    :param level: how far to let them in to the client too, `view` or `work`, when they have no access to it.
    :raises Refused: they have no access to the client and nobody lets them in, or they are responsible already.
    """
    rules.check_can_join(
        deal, user, sees_client=clients_queries.may_see(access.actor_of(user), deal.client), level=level
    )
    if level:
        clients.share(actor=actor, client=deal.client, user=user, level=level)
    DealMember.objects.get_or_create(deal=deal, user=user)
    entries.tell("deals.member_added", [deal], who=user.name)
    show(deal)
    return deal


@command("deals.drop_member", label=gettext_lazy("Remove a co-executor"))
def drop_member(*, actor: Actor, deal: Deal, user: User) -> Deal:
    """Let a colleague work on a deal no more; their access to the client stays as it is."""
    DealMember.objects.filter(deal=deal, user=user).delete()
    show(deal)
    return deal
