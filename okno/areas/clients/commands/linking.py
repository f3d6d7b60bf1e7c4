"""Rows of an import linked with whom they are elsewhere: prospects become clients with their feed."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from okno.areas.clients.commands.prospects import convert_prospect
from okno.areas.clients.models import Client, Prospect
from okno.kit.commands import current
from okno.kit.errors import Told
from okno.kit.importing import Write, Written
from okno.kit.journal_runs import families
from okno.kit.models.journal import Change, CommandRun
from okno.kit.permissions import Actor


def link_prospects(actor: Actor, written: Sequence[tuple[Write, Written]]) -> None:
    """Make the new clients of their prospects, which bring their feed, tasks and files along."""
    pairs = [(one.link[1], result) for one, result in written if one.link is not None]
    # ast-grep-ignore: unscoped-read the command reads both again within the actor's reach
    prospects = Prospect.objects.in_bulk([prospect_id for prospect_id, _result in pairs])
    # ast-grep-ignore: unscoped-read the command reads both again within reach
    clients = Client.objects.in_bulk([result.id for _prospect_id, result in pairs if result.id is not None])
    for prospect_id, result in pairs:
        if prospect_id in prospects:
            _convert(actor, prospects[prospect_id], clients[result.id or 0], result)


def link_clients(actor: Actor, written: Sequence[tuple[Write, Written]]) -> None:
    """Hand new prospects to sales at once: they are the clients of these rows."""
    pairs = [(one.link[1], result) for one, result in written if one.link is not None]
    # ast-grep-ignore: unscoped-read the command reads both again within reach
    clients = Client.objects.in_bulk([client_id for client_id, _result in pairs])
    # ast-grep-ignore: unscoped-read the command reads both again within reach
    prospects = Prospect.objects.in_bulk([result.id for _client_id, result in pairs if result.id is not None])
    for client_id, result in pairs:
        if client_id in clients:
            _convert(actor, prospects[result.id or 0], clients[client_id], result)


def _convert(actor: Actor, prospect: Prospect, client: Client, result: Written) -> None:
    """Link the two; what that changes is told to the result, so that its row is taken back with all of it."""
    try:
        convert_prospect(actor=actor, prospect=prospect, client=client)
    except Told as refusal:
        result.note = _("Not linked: %(reason)s") % {"reason": refusal.message}
        return
    run = current()
    made = CommandRun.objects.filter(cause_id=run.id if run else 0, name=convert_prospect.name).order_by("-id")
    changes = Change.objects.filter(run_id__in=families(made.values_list("pk", flat=True)[:1]))
    result.parts += changes.values_list("table_name", "row_id").distinct()
