"""Looking with the eyes of a person: begun and ended, both in the journal and in the access log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from okno.access import queries, rules
from okno.access.models import Reading, User
from okno.kit.commands import command
from okno.kit.permissions import Actor


@command("access.look_as", label=gettext_lazy("Look with the eyes of a person"))
def look_as(*, actor: Actor, user: User) -> User:
    """
    Begin to look with the eyes of a person; the door keeps it in the session.

    :raises Refused: it is the actor, or somebody who sees more than they do.
    """
    rules.check_can_look_as(actor, queries.actor_of(user))
    Reading.objects.create(
        kind=Reading.Kind.LOOK,
        user_id=actor.user_id,
        user_name=actor.name,
        record="access.user",
        row_id=user.pk,
        title=user.name,
    )
    return user


@command("access.stop_looking", label=gettext_lazy("See with one\u2019s own eyes again"))
def stop_looking(*, actor: Actor, user_id: int) -> None:
    """Keep in the journal when looking with the eyes of a person ended."""
