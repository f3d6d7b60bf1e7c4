"""Files of a client that may be its logo, and the one that is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from okno.areas.clients.models import Client
from okno.kit.errors import Missing
from okno.kit.models.files import FileVersion


def own_file(client: Client, file_id: int) -> FileVersion:
    """The last content of a file of a client that was read for the actor. :raises Missing: it has no such file."""
    # ast-grep-ignore: unscoped-read files of a client that was read for the actor
    own = FileVersion.objects.filter(
        attachment_id=file_id,
        attachment__record="clients.client",
        attachment__row_id=client.pk,
        attachment__is_deleted=False,
    )
    found = own.order_by("-pk").first()
    if found is None:
        raise Missing("not_found", _("There is no such file."))
    return found


def logo_of(client: Client) -> FileVersion | None:
    """The content of the logo of a client that was read for the actor; None when its file was dropped."""
    if client.logo_id is None:
        return None
    try:
        return own_file(client, client.logo_id)
    except Missing:
        return None
