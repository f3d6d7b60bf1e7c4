"""The logo of a client: one of the images among the files of its card."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from okno.areas.clients import queries, rules
from okno.areas.clients.models import Client
from okno.kit import live
from okno.kit.commands import command
from okno.kit.permissions import Actor


@command("clients.set_logo", label=gettext_lazy("Choose the logo"))
def set_logo(*, actor: Actor, client: Client, file_id: int | None = None) -> Client:
    """
    Show one of the images among the files of a client in the head of its card; no file takes the logo off.

    :raises Missing: the client has no such file.
    :raises Refused: it is no image that browsers show, or larger than a megabyte.
    """
    version = queries.own_file(client, file_id) if file_id is not None else None
    if version is not None:
        rules.check_logo(version.mime, version.size)
    client.logo_id = version.attachment_id if version is not None else None
    client.save(update_fields=["logo"])
    live.tell_topic("clients.client")
    return client
