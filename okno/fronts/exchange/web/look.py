"""How the exchange looks: colours of states, cells of outcomes, panels."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.fronts.exchange import queries
from okno.fronts.exchange.models import Connection, Package
from okno.fronts.exchange.record import KINDS, OUTCOME, REASONS
from okno.kit import formats
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.rows.cells import Cell, Moment
from okno.kit.web import pages
from okno.kit.web.pages.address import compact

STATES = {"waiting": "grey", "doing": "yellow", "done": "green", "failed": "red"}
SESSIONS = {"greeted": "grey", "open": "yellow", "idle": "green", "closed": "grey", "failed": "red"}
RESULTS = {"refused": "red", "waiting": "yellow", "created": "green", "updated": "green", "archived": "yellow"}


def by_state(values: Sequence[Any], _moment: Moment) -> str:
    """The colour of a package, from its state and how many objects were refused."""
    state, refused = values
    return "yellow" if refused and state == Package.State.DONE else STATES.get(state, "grey")


def by_session(values: Sequence[Any], _moment: Moment) -> str:
    """The colour of a session."""
    return SESSIONS.get(values[0], "grey")


def by_result(values: Sequence[Any], _moment: Moment) -> str:
    """The colour of an outcome."""
    return RESULTS.get(values[0], "grey")


def _row(values: Sequence[Any], _moment: Moment) -> Cell:
    record, row_id, name = values
    if not record or row_id is None or record not in registry.records:
        return {"text": name}
    return {"text": name or f"№ {row_id}", "url": registry.records[record].url_of(row_id)}


ROW = pages.Column("row", gettext_lazy("Name"), ("record", "row_id", "name"), _row)


def _linked(values: Sequence[Any], _moment: Moment) -> Cell:
    record, row_id = values
    if not record or row_id is None or record not in registry.records:
        return {"text": ""}
    described = registry.records[record]
    return {"text": f"{described.label}, id {row_id}", "url": described.url_of(row_id)}


LINKED = pages.Column("row", gettext_lazy("Row"), ("record", "row_id"), _linked)


def _line(values: Sequence[Any], _moment: Moment) -> Cell:
    return {"text": str(values[0] or ""), "class": "num"}


# A column of one's own: lines of a file do not add up.
LINE = pages.Column("place", gettext_lazy("Line"), ("line",), _line)


def badge(package: Package, moment: Moment) -> dict[str, str]:
    """The state of a package in words and colour."""
    due = by_state((package.state, package.refused), moment)
    return {"label": str(Package.State(package.state).label), "due": due}


def outcomes(actor: Actor, package: Package) -> dict[str, Any]:
    """What became of the objects of a package, by kind and result; each number opens its rows."""
    kinds = {code: str(label) for code, label in KINDS}
    labels = dict(OUTCOME.fields["result"].choices)
    rows = [
        {
            "kind": kinds.get(kind, kind),
            "result": str(labels.get(result, result)),
            "due": RESULTS.get(result, "grey"),
            "count": formats.quantity_text(number),
            "url": _filtered(package.pk, kind, result),
        }
        for kind, result, number in queries.outcomes_of(package)
    ]
    return {
        "rows": rows,
        "error": package.error,
        "is_doing": package.state == Package.State.DOING,
        "done": formats.quantity_text(package.checkpoint),
        "expected": formats.quantity_text(package.expected) if package.expected else "",
        "percent": min(100 * package.checkpoint // package.expected, 100) if package.expected else None,
        "refused": formats.quantity_text(package.refused) if package.refused else "",
        "finished": formats.moment_text(package.finished_at, timezone.now(), actor.zone),
        "size": formats.size_text(package.size),
        "why_refused": [
            {"name": one.name or one.foreign_id, "line": one.line, "message": one.message}
            for one in queries.refused_of(actor, package)
        ],
    }


def _filtered(package_id: int, kind: str, result: str) -> str:
    leaves = (("package", package_id), ("kind", kind), ("result", result))
    where = {"all": [{"field": field, "op": "eq", "value": value} for field, value in leaves]}
    return f"/exchange/outcomes/?{urlencode({'tab': 'all', 'f': compact(where)})}"


def state(actor: Actor, connection: Connection) -> dict[str, Any]:
    """How a connection stands, and what has to be typed into 1C."""
    now = timezone.now()
    seen = queries.standing(actor, connection, now)
    reasons = {code: str(label) for code, label in REASONS}
    return {
        "address": f"{settings.OKNO_PUBLIC_URL.rstrip('/')}/exchange/1c/{connection.code}",
        "login": connection.login,
        "is_late": seen.is_late,
        "moments": [
            (_("Last call"), formats.moment_text(seen.last_call, now, actor.zone)),
            (_("Last data from 1C"), formats.moment_text(seen.last_in, now, actor.zone)),
            (_("Last orders taken by 1C"), formats.moment_text(seen.last_out, now, actor.zone)),
        ],
        "numbers": [
            (_("Waits for export"), seen.due, "/exchange/orders/?tab=due"),
            *(
                (reasons.get(code, code), number, "/exchange/orders/?tab=excluded")
                for code, number in seen.excluded.items()
            ),
            (_("Waiting objects"), seen.waiting, "/exchange/waiting/"),
            (_("Conflicts"), seen.conflicts, "/exchange/links/?tab=conflicts"),
            (_("Refused packages"), seen.refused, "/exchange/?tab=refused"),
        ],
        "bases": ", ".join(connection.identity.get("catalogues", [])),
    }


def what_waits(actor: Actor, connection: Connection, one: queries.Unmatched) -> str:
    """How many prices or rests wait for a thing that 1C has not described, with one of them to recognise it by."""
    offer = queries.offer_name(actor, connection, str(one.example.get("offer", "")))
    if one.kind == "price_type":
        number = formats.money_text(Decimal(one.example["told"]["value"]))
    else:
        number = formats.quantity_text(Decimal(one.example["quantity"]))
    text = _("%(count)s wait, for instance “%(offer)s”: %(number)s")
    return text % {"count": formats.quantity_text(one.count), "offer": offer, "number": number}


def links(actor: Actor, row: Model) -> dict[str, Any]:
    """What a row is called in 1C."""
    record = registry.record_of(type(row)).name
    return {
        "links": [
            {
                "connection": one.connection.name,
                "foreign_id": one.foreign_id,
                "number": one.details.get("number_1c", ""),
                "status": one.details.get("status", ""),
                "last_seen": formats.moment_text(one.last_seen, timezone.now(), actor.zone),
            }
            for one in queries.links_of(actor, record, row.pk)
        ]
    }
