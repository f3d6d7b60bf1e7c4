"""Coordinates of addresses from the service that the settings name, in jobs: for one address, or for all without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.addresses import commands as addresses
from okno.areas.clients import queries, rules
from okno.areas.clients.commands.ties import set_coordinates
from okno.areas.clients.models import Client, ClientAddress
from okno.kit import jobs
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused, Told
from okno.kit.http import TransportError
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor, facing

LOCATE = "clients.locate"
SOURCE = "geocoder"
RUNNING = (JobRun.State.WAITING, JobRun.State.DOING)
# So many questions in a row without an answer, and the service is left alone; so many refusals are told one by one.
MOST_FAILURES, MOST_TOLD = 3, 100


@command("clients.locate", label=gettext_lazy("Find coordinates"))
def locate(*, actor: Actor, client: Client, address_id: int) -> JobRun:
    """
    Ask the service where an address of a client is, in a job.

    :raises Missing: there is no such address.
    :raises Refused: no service is set up, or addresses are hidden from the actor.
    """
    rules.check_can_locate(is_open=facing(actor, client).sees_field("clients.client", "address"))
    if not ClientAddress.objects.filter(pk=address_id, client=client).exists():
        raise Missing("not_found", _("Not found, or out of your reach."))
    return jobs.start(actor=actor, work=LOCATE, label=_("Find coordinates"), args={"ids": [address_id]})


@command("clients.locate_all", label=gettext_lazy("Find coordinates of all clients"))
def locate_all(*, actor: Actor) -> JobRun:
    """
    Ask the service of every address within reach that has no coordinates, in a job: an address a second.

    :raises Refused: no service is set up, addresses are hidden from the actor, or it is being done already.
    """
    rules.check_can_locate(is_open=actor.sees_field("clients.client", "address"))
    if JobRun.objects.filter(work=LOCATE, state__in=RUNNING, args={}).exists():
        raise Refused("clients.locating", _("Coordinates are being looked for already."))
    return jobs.start(actor=actor, work=LOCATE, label=_("Find coordinates of all clients"), args={})


@jobs.work(LOCATE)
def find(progress: jobs.Progress, actor: Actor, ids: Sequence[int] | None = None) -> dict[str, Any]:
    """
    Ask of address by address, each answer kept at once; what is done stays when the work is cancelled.

    :raises Refused: the service does not answer; what it has told so far is kept.
    """
    wanted = list(ids) if ids is not None else queries.unlocated(actor)
    work = _Finding(actor)
    with addresses.geocoder() as service:
        for number, address_id in enumerate(wanted):
            progress.tell(number, len(wanted))
            work.one(service, address_id)
            progress.keep(work.result())
    return work.result()


class _Finding:
    """What has been found so far."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.done, self.failures = actor, 0, 0
        self.refused: list[dict[str, Any]] = []

    def one(self, service: addresses.Geocoder, address_id: int) -> None:
        """Ask of one address and keep what is told."""
        row = queries.address_within_reach(self.actor, address_id)
        if row is None:
            return
        try:
            self._place(service, row)
            self.failures = 0
        except TransportError as error:
            self._fail(row, error)
        except Told as refusal:
            self._refuse(row, refusal.message)

    def _place(self, service: addresses.Geocoder, row: ClientAddress) -> None:
        found = addresses.coordinates_of(service, row.text)
        if found is None:
            self._refuse(row, _("The service does not know this address."))
            return
        set_coordinates(
            actor=self.actor,
            client=row.client,
            address_id=row.pk,
            latitude=found.latitude,
            longitude=found.longitude,
            precision=found.precision,
            source=SOURCE,
        )
        self.done += 1

    def _fail(self, row: ClientAddress, error: TransportError) -> None:
        """:raises Refused: it will not answer the next question either."""
        self.failures += 1
        self._refuse(row, error.message)
        if error.permanent or self.failures >= MOST_FAILURES:
            raise Refused(
                "clients.geocoder_fails",
                _("The service of coordinates does not answer: %(reason)s Found: %(count)s."),
                reason=error.message,
                count=self.done,
            ) from error

    def _refuse(self, row: ClientAddress, reason: str) -> None:
        self.refused.append({"id": row.client_id, "reason": reason})

    def result(self) -> dict[str, Any]:
        """As the page of the job shows it."""
        told = {"refused": self.refused[:MOST_TOLD], "refused_count": len(self.refused)}
        return {"record": "clients.client", "done": self.done, **told}
