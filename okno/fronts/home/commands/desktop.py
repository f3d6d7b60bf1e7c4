"""Writes of the desktop: each person arranges their own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okno.fronts.home.models import DesktopBlock
from okno.kit.commands import command
from okno.kit.permissions import Actor


@command("home.arrange", label=_("Arrange the desktop"))
def arrange(*, actor: Actor, shown: list[str], hidden: list[str]) -> None:
    """Show these blocks on the actor's own desktop in this order and leave out the others; no keys reset it."""
    if actor.user_id is None:
        return
    DesktopBlock.objects.filter(user_id=actor.user_id).delete()
    DesktopBlock.objects.bulk_create(
        DesktopBlock(user_id=actor.user_id, key=key, position=position, is_hidden=key in hidden)
        for position, key in enumerate(dict.fromkeys([*shown, *hidden]))
    )
