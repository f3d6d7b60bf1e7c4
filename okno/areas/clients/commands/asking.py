"""Asking to be let in to a client that is somebody else's, and the answer."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients import queries
from okno.areas.clients.commands.cards import share
from okno.areas.clients.events import AccessAsked, AccessGranted, AccessRefused
from okno.areas.clients.models import AccessRequest, Client, ClientMember
from okno.kit.commands import command, moment
from okno.kit.errors import Missing, Refused
from okno.kit.events import emit
from okno.kit.permissions import Actor
from okno.kit.timeline import entries


@command("clients.ask_access", label=gettext_lazy("Ask for access to a client"))
def ask_access(*, actor: Actor, handle: str, text: str = "") -> str:
    """
    Ask the responsible person to be let in to a client that a search has named; returns whom was asked.

    :param handle: what the search gave instead of the client.
    :raises Missing: the handle is too old.
    :raises Refused: the actor has the client already, or is nobody who could be let in.
    """
    client = (
        Client.objects.select_related("owner").filter(pk=queries.client_of_handle(handle), is_deleted=False).first()
    )
    if client is None or actor.user_id is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    if queries.clients(actor).filter(pk=client.pk).exists():
        raise Refused("clients.is_yours", _("You have access to this client."))
    request, is_made = AccessRequest.objects.get_or_create(
        client=client, user_id=actor.user_id, state=AccessRequest.State.WAITING, defaults={"text": text[:500]}
    )
    if is_made:
        entries.tell("clients.access_asked", [client], who=actor.name, text=text[:500])
        emit(AccessAsked(client_id=client.pk, user_id=actor.user_id, owner_id=client.owner_id, request_id=request.pk))
    return client.owner.name if client.owner else ""


@command("clients.answer_access", label=gettext_lazy("Answer a request for access"))
def answer_access(
    *,
    actor: Actor,
    client: Client,
    request_id: int,
    is_granted: bool,
    level: str = ClientMember.Level.WORK,
) -> Client:
    """Let the colleague who asked in, or refuse. :raises Missing: nobody asks under this number any more."""
    waiting = AccessRequest.objects.select_for_update(of=("self",)).select_related("user")
    request = waiting.filter(pk=request_id, client=client, state=AccessRequest.State.WAITING).first()
    if request is None:
        raise Missing("not_found", _("This request has its answer already."))
    request.state = AccessRequest.State.GRANTED if is_granted else AccessRequest.State.REFUSED
    request.answered_at = moment()
    request.save(update_fields=["state", "answered_at"])
    if is_granted:
        share(actor=actor, client=client, user=request.user, level=level)
        emit(AccessGranted(client_id=client.pk, user_id=request.user_id))
    else:
        emit(AccessRefused(user_id=request.user_id, text=request.text))
    kind = "clients.access_granted" if is_granted else "clients.access_refused"
    entries.tell(kind, [client], who=request.user.name)
    return client
