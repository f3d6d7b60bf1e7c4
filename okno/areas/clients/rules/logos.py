"""Which files may be the logo of a client. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from okno.areas.clients.models import Client
from okno.kit.errors import Refused

IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
LARGEST_LOGO = 1024 * 1024


def check_logo(mime: str, size: int) -> None:
    """
    :param mime: the type as the first bytes of the file tell it.
    :param size: in bytes.
    :raises Refused: it is no image that browsers show in place, or it is larger than a megabyte.
    """
    if mime not in IMAGES:
        raise Refused("clients.logo_type", _("A logo is an image: PNG, JPEG, GIF or WebP."), missing=["file"])
    if size > LARGEST_LOGO:
        raise Refused("clients.logo_size", _("A logo is not larger than 1 MB."), missing=["file"])


def check_has_logo(client: Client) -> None:
    """:raises Refused: there is none to take off."""
    if client.logo_id is None:
        raise Refused("clients.no_logo", _("The card has no logo."))
