"""The preview of a handover, its run, and the way back: parcel by parcel, in batches of some hundred rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import commands as access
from okno.engines.handover import queries
from okno.engines.handover.models import HandedRow, Handover
from okno.engines.handover.queries import Parcel
from okno.kit.changing.asked import Asked
from okno.kit.changing.outcome import Outcome
from okno.kit.changing.running import Batches, kept_batches
from okno.kit.commands import caused_by, command
from okno.kit.errors import Missing
from okno.kit.jobs import Progress, work
from okno.kit.notices import commands as notices
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.timeline import history

State = Handover.State
PREVIEW_WORK, RUN_WORK, RETURN_WORK = "handover.preview", "handover.run", "handover.return"


@work(PREVIEW_WORK)
def preview(progress: Progress, actor: Actor, *, handover: int, key: str) -> dict[str, Any]:
    """Who would get what, and what would be refused: done and taken back batch by batch."""
    row = _the(actor, handover)
    return {"key": key, "parcels": _carried(progress, actor, row, queries.parcels_of(actor, row), "")}


@work(RUN_WORK)
def run(progress: Progress, actor: Actor, *, handover: int, key: str) -> dict[str, Any]:
    """Hand over; begun anew after its worker was gone, it goes on with the rows that have not gone."""
    row = _the(actor, handover)
    with caused_by(history.run_of_key("jobs.start", key)):
        told = _carried(progress, actor, row, queries.parcels_of(actor, row), key)
        end(actor=actor, handover=row, state=State.GIVEN)
    return {"parcels": told}


@work(RETURN_WORK)
def give_back(progress: Progress, actor: Actor, *, handover: int, key: str) -> dict[str, Any]:
    """Give rows back to the person they came from; those that were given on since stay."""
    row = _the(actor, handover)
    with caused_by(history.run_of_key("jobs.start", key)):
        # They have to be able to work before they get their rows.
        end(actor=actor, handover=row, state=State.RETURNING)
        told = _carried(progress, actor, row, queries.parcels_back(actor, row), key)
        end(actor=actor, handover=row, state=State.RETURNED)
    return {"parcels": told, "stays": HandedRow.objects.filter(of=row, is_returned=False).count()}


def _the(actor: Actor, handover: int) -> Handover:
    row = queries.handover_for_page(actor, handover)
    if row is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return row


def _carried(
    progress: Progress, actor: Actor, row: Handover, parcels: Sequence[Parcel], key: str
) -> list[dict[str, Any]]:
    """Carry parcels; without a key it is a preview. What each came to."""
    total, done = sum(len(one.rows) for one in parcels), 0
    told: list[dict[str, Any]] = []
    kept = kept_batches(key) if key else {}
    for parcel in parcels:
        outcome = Outcome()
        batches = Batches(_asked(parcel), actor, is_preview=not key)
        for ids in batches.pieces():
            name = f"{key}:{parcel.hand.record.name}:{parcel.to}:{ids[0]}" if key else ""
            if key and parcel.to != row.person_id:
                note_rows(actor=actor, handover=row, record=parcel.hand.record.name, to=parcel.to, ids=list(ids))
            outcome.add(kept[name] if name in kept else batches.act(ids, name))
            done += len(ids)
            progress.keep({"parcels": [*told, _told(parcel, outcome)]})
            progress.tell(done, total)
        told.append(_told(parcel, outcome))
    return told


def _told(parcel: Parcel, outcome: Outcome) -> dict[str, Any]:
    return {"record": parcel.hand.record.name, "to": parcel.to, **outcome.plain()}


def _asked(parcel: Parcel) -> Asked:
    return Asked(
        record=parcel.hand.record.name,
        ids=parcel.rows,
        label="",
        command=parcel.hand.command.name,
        on=parcel.hand.on,
        given={"owner": parcel.to},
    )


@command("handover.note_rows", told_as=gettext_lazy("Note what is handed over"))
def note_rows(*, actor: Actor, handover: Handover, record: str, to: int, ids: list[int]) -> None:
    """Note which rows are about to go to whom, so that a run that broke off knows them."""
    made = [HandedRow(of=handover, record=record, row_id=row_id, to_id=to) for row_id in ids]
    HandedRow.objects.bulk_create(made, ignore_conflicts=True)


@command("handover.end", label=gettext_lazy("End a handover"))
def end(*, actor: Actor, handover: Handover, state: str) -> Handover:
    """
    Note how far a handover is, which rows have really gone or come back, and shut its person out, or let them in again,
    as the plan says.
    """
    handover.state = State(state)
    handover.save(update_fields=["state"])
    _settle(actor, handover)
    is_back = handover.state in {State.RETURNING, State.RETURNED}
    person = handover.person
    deputy = None if is_back else handover.deputy
    if handover.stops_new_work and (person.is_available is not is_back or person.deputy != deputy):
        access.set_available(actor=actor, user=person, is_available=is_back, deputy=deputy)
    if handover.shuts_out and person.is_active is not is_back:
        access.set_active(actor=actor, user=person, is_active=is_back)
    return handover


def _settle(actor: Actor, handover: Handover) -> None:
    """Forget rows that were refused; note those that their first person has again."""
    for hand in queries.hands(actor):
        noted = HandedRow.objects.filter(of=handover, record=hand.record.name)
        if handover.state == State.GIVEN:
            refused = queries.kept_by(hand, handover.person_id, list(noted.values_list("row_id", flat=True)))
            noted.filter(row_id__in=refused).delete()
        elif handover.state == State.RETURNED:
            came = queries.kept_by(hand, handover.person_id, list(noted.values_list("row_id", flat=True)))
            noted.filter(row_id__in=came).update(is_returned=True)
            for cause in queries.runs_of(handover, RUN_WORK):
                # Who was told of them has them no more.
                notices.take_back(actor=SYSTEM, record=hand.record.name, batch=cause, ids=list(came))
