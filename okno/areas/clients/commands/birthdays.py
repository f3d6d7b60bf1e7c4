"""Birthdays of contacts are told of in time to congratulate."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy

from okno.areas.clients import queries
from okno.areas.clients.events import BirthdayComes
from okno.kit import since
from okno.kit.commands import command
from okno.kit.events import emit
from okno.kit.permissions import Actor

# A present wants to be bought, a call to be planned.
AHEAD = timedelta(days=3)


@command("clients.tell_of_birthdays", label=gettext_lazy("Tell of birthdays"))
def tell_of_birthdays(*, actor: Actor) -> int:
    """
    Tell whoever is responsible of birthdays that come in three days, once; days on which nobody ran this are made up
    for. Returns how many there are.
    """
    zone = timezone.get_current_timezone()
    begins, ends = (at.astimezone(zone).date() + AHEAD for at in since.last_run(tell_of_birthdays.name))
    days = [begins + timedelta(days=number) for number in range(1, (ends - begins).days + 1)]
    found = [one for day in days for one in queries.born_on(day)]
    for one in found:
        owner_id = one.client.owner_id if one.client else one.owner_id
        emit(BirthdayComes(contact_id=one.pk, owner_id=owner_id))
    return len(found)
