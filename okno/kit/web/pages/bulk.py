"""One command for many rows: what a list declares, and the long work that runs it row by row and takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from okno.kit import journal
from okno.kit.commands import Command, caused_by
from okno.kit.errors import Told
from okno.kit.jobs import Progress, work
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.timeline import history
from okno.kit.web.pages.lists import list_by_name

MOST_REFUSALS = 200
WORK, UNDO_WORK = "lists.bulk", "lists.undo"


@dataclass(frozen=True)
class Bulk:
    """
    A command for each of many rows: `on` names its argument that is the row, `form` what is asked once for all.

    `given` are arguments that are always the same.
    """

    command: Command[Any, Any]
    on: str
    form: type[forms.BaseForm] | None = None
    label: object = ""
    icon: str = ""
    is_danger: bool = False
    given: Mapping[str, Any] | None = None

    @property
    def title(self) -> str:
        """What the button says."""
        return str(self.label or self.command.label)


@work(WORK)
def run_for_rows(progress: Progress, actor: Actor, **args: Any) -> dict[str, Any]:
    """
    Run a command for each row, each in a transaction of its own: a refused row does not stop the rest.

    Returns how many rows were changed, the refusals by row, and the cause by which all can be taken back.
    """
    ids = args["ids"] or _ids_of(actor, args)
    cause = history.run_of_key("jobs.start", args["key"])
    done, refused = 0, []
    with caused_by(cause):
        for number, row_id in enumerate(ids):
            progress.tell(number, len(ids))
            reason = _refusal(actor, args, row_id)
            done += not reason
            if reason:
                refused.append({"id": row_id, "reason": reason})
    return {
        "record": args["record"],
        "done": done,
        "refused": refused[:MOST_REFUSALS],
        "refused_count": len(refused),
        "cause": cause if done else None,
    }


@work(UNDO_WORK)
def undo_rows(progress: Progress, actor: Actor, *, cause: int) -> dict[str, Any]:
    """Take back every run of a bulk command, the last one first; what others changed since is kept and listed."""
    runs = history.runs_caused_by(actor, cause)
    restored, kept = 0, []
    for number, run_id in enumerate(runs):
        progress.tell(number, len(runs))
        done = journal.undo(actor=actor, run_id=run_id)
        restored += done.restored
        kept += [{"id": one.row_id, "reason": one.reason} for one in done.kept]
    return {"done": restored, "refused": kept[:MOST_REFUSALS], "refused_count": len(kept)}


def _ids_of(actor: Actor, args: Mapping[str, Any]) -> list[int]:
    """All rows that the filter finds, as the list shows them."""
    chosen = list_by_name(args["list"]).select(actor, args["params"])
    return list(chosen.order.apply(chosen.rows()).values_list("pk", flat=True))


def _refusal(actor: Actor, args: Mapping[str, Any], row_id: int) -> str:
    """Run the command for one row; the reason when it was refused."""
    try:
        given: dict[str, Any] = {**args["given"], args["on"]: row_id}
        registry.commands[args["command"]].run(actor, **given)
    except Told as refusal:
        return refusal.message
    return ""
