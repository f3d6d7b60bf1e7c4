"""When an import may be set up, run and taken back, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from okno.engines.imports.models import Import
from okno.engines.imports.rules.settings import Settings
from okno.engines.imports.rules.targets import Target
from okno.kit import permissions
from okno.kit.errors import Refused
from okno.kit.permissions import Actor

DAYS_TO_TAKE_BACK = 30
State = Import.State
BUSY = frozenset({State.CHECKING, State.RUNNING, State.TAKING_BACK})
WRITTEN = frozenset({State.RUNNING, State.STOPPED, State.DONE, State.TAKEN_BACK, State.TAKING_BACK})


def check_may_import(actor: Actor, record: str) -> None:
    """:raises Denied: the actor has no grant to import rows of this area."""
    permissions.check_may(actor, f"{record.partition('.')[0]}.import")


def check_can_set(row: Import) -> None:
    """:raises Refused: rows are being written, or were."""
    if row.state in BUSY:
        raise Refused("imports.busy", _("The import is under way: wait, or stop it first."))
    if row.state in WRITTEN or row.done:
        raise Refused("imports.written", _("This import has written already: begin a new one with the same settings."))


def check_can_run(row: Import, targets: Sequence[Target], *, is_dry: bool) -> None:
    """:raises Refused: it is under way or over, or a field that rows cannot be without gets no value."""
    if row.state in BUSY:
        raise Refused("imports.busy", _("The import is under way: wait, or stop it first."))
    if row.state in {State.DONE, State.TAKEN_BACK} or (is_dry and row.done):
        raise Refused("imports.written", _("This import has written already: begin a new one with the same settings."))
    settings = Settings.of(row.settings)
    if not settings.targets:
        raise Refused("imports.no_columns", _("Say where at least one column goes."))
    missing = [
        one.full_label for one in targets if one.is_required and not one.part and one.key not in settings.targets
    ]
    if missing and settings.new == "create":
        raise Refused(
            "imports.required",
            _("No column goes to: %(fields)s. Choose it, give a constant, or do not add new rows."),
            fields=", ".join(missing),
        )
    if not settings.keys and settings.new == "skip":
        raise Refused("imports.no_keys", _("Without a key nothing is found, and new rows are not added."))


def check_can_take_back(row: Import, at: datetime) -> None:
    """:raises Refused: nothing was written, it is under way, or too long ago."""
    if row.state in BUSY and row.state != State.TAKING_BACK:
        raise Refused("imports.busy", _("The import is under way: wait, or stop it first."))
    if not row.done:
        raise Refused("imports.nothing", _("This import has written nothing."))
    if row.created_at < at - timedelta(days=DAYS_TO_TAKE_BACK):
        raise Refused("imports.too_late", _("An import is taken back within %(days)s days."), days=DAYS_TO_TAKE_BACK)
