"""What a person matches by hand: price types and warehouses that 1C never described, statuses, encoding of answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.billing.models import Invoice
from okno.areas.deals import queries as deals
from okno.fronts.exchange import queries, rules
from okno.fronts.exchange.commands import late
from okno.fronts.exchange.commands.actors import actor_of
from okno.fronts.exchange.commands.catalogue import Taking
from okno.fronts.exchange.commands.journal import Journal
from okno.fronts.exchange.commands.links import Links, decide
from okno.fronts.exchange.models import Connection, Package
from okno.kit import live
from okno.kit.commands import command, moment
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM, Actor

ANSWER_ENCODINGS = ("utf-8", "windows-1251")
Matches = dict[str, dict[str, int]]


@command("exchange.match", label=gettext_lazy("Match with 1C"))
def match(
    *,
    actor: Actor,
    connection: Connection,
    matches: dict[str, dict[str, int]],
    statuses: dict[str, str],
    status_names: dict[str, str],
    answer_encoding: str,
) -> Connection:
    """
    Say by hand what things of 1C are here; what waited for them is applied by a job.

    :param matches: kind (`price_type`, `warehouse`) → id in 1C → id of our row.
    :param statuses: status of an order in 1C → what it means here: `cancelled` or `stage:scenario/stage`.
    :param status_names: state of our invoice → its name in 1C, sent with the order.
    :param answer_encoding: in which 1C is answered: `utf-8`, or `windows-1251` where it shows no Russian letters.
    :raises Refused: there is no such row, meaning, state or encoding.
    """
    _check_known(statuses.values(), {rules.CANCELS, *(code for code, _name in meanings())})
    _check_known(status_names, set(Invoice.State.values))
    _check_known([answer_encoding], set(ANSWER_ENCODINGS))
    _check_known(matches, set(queries.MATCHED))
    for kind, rows in matches.items():
        _check_known(rows.values(), set(queries.MATCHED[kind](actor).values_list("pk", flat=True)))
    told = {"statuses": statuses, "status_names": status_names, "answer_encoding": answer_encoding}
    connection.options = {**connection.options, **told}
    connection.save(update_fields=["options"])
    _link(connection, matches)
    return connection


def _check_known(given: Iterable[object], known: set[Any]) -> None:
    """:raises Refused: something else than what is known is given."""
    if wrong := set(given) - known:
        raise Refused("bad_value", _("Cannot be set here: %(names)s."), names=", ".join(sorted(map(str, wrong))))


def meanings() -> list[tuple[str, str]]:
    """What a status of an order may mean besides cancellation: stages, as `stage:scenario/stage` and in words."""
    return [
        (f"{rules.STAGE}{scenario.code}/{stage.code}", f"{scenario.name} → {stage.name}")
        for scenario in deals.scenarios()
        for stage in deals.stages(scenario)
    ]


def _link(connection: Connection, matches: Matches) -> None:
    links = Links(connection)
    chosen = [(kind, foreign_id, row_id) for kind, rows in matches.items() for foreign_id, row_id in rows.items()]
    links.load((kind, foreign_id) for kind, foreign_id, _row_id in chosen)
    fresh = [[kind, foreign_id] for kind, foreign_id, _row_id in chosen if links.row_id(kind, foreign_id) is None]
    for kind, foreign_id, row_id in chosen:
        decide(connection, (kind, foreign_id), f"catalog.{kind}", row_id)
    if fresh:
        apply_waiting.later(actor=SYSTEM, connection=connection, keys=fresh)


@command("exchange.apply_waiting", label=gettext_lazy("Apply what waited for it"))
def apply_waiting(*, actor: Actor, connection: Connection, keys: list[list[str]]) -> None:
    """Apply what waited for these things of 1C, each a kind and an id; outcomes stand in the package that came last."""
    latest = connection.packages.filter(direction=Package.Direction.IN).order_by("-id").values_list("pk", flat=True)
    # Its row is locked, so that a batch that is being taken at this moment comes before or after.
    package = Package.objects.select_for_update().filter(pk=latest.first() or 0).first()
    if package is None:
        return
    taking = Taking(actor_of(connection), connection, Links(connection), Journal(package), moment())
    wanted = [(kind, foreign_id) for kind, foreign_id in keys]
    taking.links.load(wanted)
    taking.links.fresh = wanted
    late.release(taking)
    taking.links.write(None, taking.at)
    taking.journal.write(package.checkpoint)
    live.tell_topic("exchange.package")
