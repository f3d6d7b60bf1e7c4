"""Deals are opened, changed and walk the stages of their scenario; tasks and clocks of stages follow them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.calendar import commands as calendar
from okno.areas.calendar import queries as calendar_queries
from okno.areas.calendar.models import Task
from okno.areas.clients.models import Client, Contact
from okno.areas.deals import queries, rules
from okno.areas.deals.commands.news import show
from okno.areas.deals.events import DealAssigned, DealLost, DealMoved, DealOpened, DealWon
from okno.areas.deals.models import Deal, Scenario, Stage, StageInterval
from okno.areas.documents import commands as documents
from okno.kit import money, rates
from okno.kit.commands import command, moment
from okno.kit.errors import Missing, Refused
from okno.kit.events import emit
from okno.kit.fields import editing
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.timeline import entries
from okno.kit.worktime import add_work

CLOSED = {Stage.Kind.WON, Stage.Kind.LOST}


@command("deals.open", label=gettext_lazy("Open a deal"))
def open_deal(
    *,
    actor: Actor,
    title: str,
    client: Client,
    contact: Contact | None = None,
    scenario: Scenario | None = None,
    owner: User | None = None,
    amount: Decimal = Decimal(0),
    currency: str = "",
    need: str = "",
    source: str = "",
    utm: dict[str, str] | None = None,
    expected_date: dt.date | None = None,
) -> Deal:
    """
    Open a deal on the first stage of a scenario, by default the default one, for the actor or another person.

    :raises Refused: there is no title, no scenario, the scenario has no stages, or there is no such currency.
    """
    first, now = _first_stage(scenario), moment()
    responsible = owner or (User.objects.filter(pk=actor.user_id).first() if actor.user_id else None)
    deal = Deal.objects.create(
        number=documents.next_number(kind="deals.deal", on=now.date()),
        title=rules.check_title(title),
        client=client,
        contact=contact,
        owner=responsible,
        department_id=responsible.department_id if responsible else None,
        amount=money.round_money(amount),
        currency=money.currency_code(currency or rates.MANAGEMENT),
        need=need,
        source=source,
        utm=utm or {},
        expected_date=expected_date,
        **_standing_on(first, now),
    )
    _enter(deal, first, StageInterval.How.MADE, actor, now)
    _tell_opened(deal)
    return deal


@command("deals.update", label=gettext_lazy("Change a deal"))
def update(*, actor: Actor, deal: Deal, values: dict[str, Any], base_version: int | None = None) -> Deal:
    """
    Change fields of a deal by their keys.

    :param base_version: the version the editor saw; fields that others changed since are a conflict.
    :raises Conflict: the same field was changed since.
    :raises Refused: the deal is closed, or a value cannot be read.
    """
    if set(values) - {"comment", "refusal"}:
        rules.check_can_change(deal)
    editing.apply(actor, deal, values, base_version)
    show(deal)
    return deal


@command("deals.move", label=gettext_lazy("Move to a stage"))
def move(*, actor: Actor, deal: Deal, stage: str, values: dict[str, Any] | None = None) -> Deal:
    """
    Move a deal to another stage of its scenario, make the tasks of that stage and start its clock.

    :param values: fields filled on the way, by their keys: what the stage asked for.
    :raises Missing: the scenario has no such stage.
    :raises Refused: the stage asks for fields that are empty, or mandatory tasks are open.
    """
    if values:
        editing.apply(actor, deal, values, None)
    target = _stage(deal, stage)
    waiting = calendar_queries.open_tasks_about("deals.deal", deal.pk).filter(is_mandatory=True)
    rules.check_can_move(
        deal,
        target,
        open_mandatory=list(waiting.values_list("title", flat=True)),
        has_lines=("lines" not in target.required) or deal.lines.exists(),
    )
    _go(deal, target, StageInterval.How.HAND, actor)
    return deal


@command("deals.advance", told_as=gettext_lazy("Move on by what has happened"))
def advance(*, actor: Actor, deal: Deal, fact: str) -> Deal:
    """
    Bring a deal to the stage that a fact leads to by its scenario, if there is one further on; facts are those of
    `Stage.Fact`. What the stage asks of people is not asked of a fact.
    """
    target = rules.stage_for_fact(queries.stages(deal.scenario), deal.stage, fact)
    if target is not None:
        _go(deal, target, StageInterval.How.FACT, actor)
    return deal


@command("deals.assign", label=gettext_lazy("Give to another person"), hands_over=True)
def assign(*, actor: Actor, deal: Deal, owner: User) -> Deal:
    """Make another person responsible for a deal; its department follows."""
    before = deal.owner_id
    deal.owner, deal.department_id = owner, owner.department_id
    deal.save(update_fields=["owner", "department"])
    entries.tell("deals.assigned", [deal], source=deal, owner=owner.name)
    emit(DealAssigned(deal_id=deal.pk, from_owner_id=before, to_owner_id=owner.pk))
    show(deal)
    return deal


@command("deals.delete", label=gettext_lazy("Mark for deletion"))
def delete(*, actor: Actor, deal: Deal) -> Deal:
    """Mark a deal for deletion: it leaves lists and boards, nothing is lost."""
    deal.is_deleted = True
    deal.save(update_fields=["is_deleted"])
    show(deal)
    return deal


@command("deals.refresh_next_step", told_as=gettext_lazy("Find the next step anew"))
def refresh_next_step(*, actor: Actor, deal: Deal) -> Deal:
    """Show the nearest open task of a deal on its card of the board."""
    _refresh_next_step(deal)
    show(deal)
    return deal


def _standing_on(stage: Stage, since: dt.datetime) -> dict[str, Any]:
    """The fields of a deal that say where it stands and until when it may."""
    return {
        "scenario_id": stage.scenario_id,
        "stage": stage,
        "stage_since": since,
        "stage_due_at": _norm_end(stage, since),
    }


def _first_stage(scenario: Scenario | None) -> Stage:
    path = scenario or queries.default_scenario()
    stages = queries.stages(path) if path else []
    if not stages:
        raise Refused("deals.no_scenario", _("There is no sales scenario with stages yet."))
    return stages[0]


def _tell_opened(deal: Deal) -> None:
    entries.tell("deals.opened", [deal, deal.client], source=deal, title=deal.title, amount=str(deal.amount))
    emit(DealOpened(deal_id=deal.pk, client_id=deal.client_id, owner_id=deal.owner_id))
    show(deal)


def _stage(deal: Deal, code: str) -> Stage:
    found = Stage.objects.filter(scenario_id=deal.scenario_id, code=code, is_deleted=False).first()
    if found is None:
        raise Missing("deals.no_stage", _("The scenario has no stage “%(code)s”."), code=code)
    return found


def _go(deal: Deal, target: Stage, how: str, actor: Actor) -> None:
    now, left = moment(), deal.stage
    StageInterval.objects.filter(deal=deal, left_at=None).update(left_at=now)
    deal.stage, deal.stage_since, deal.stage_due_at = target, now, _norm_end(target, now)
    deal.closed_at = now if target.kind in CLOSED else None
    deal.save(update_fields=["stage", "stage_since", "stage_due_at", "closed_at"])
    _enter(deal, target, how, actor, now)
    entries.tell("deals.moved", [deal, deal.client], source=deal, left=left.name, stage=target.name, how=how)
    emit(DealMoved(deal_id=deal.pk, from_stage=left.code, to_stage=target.code))
    if target.kind == Stage.Kind.WON:
        emit(DealWon(deal_id=deal.pk, amount=str(deal.amount), currency=deal.currency))
    if target.kind == Stage.Kind.LOST:
        emit(DealLost(deal_id=deal.pk, reason_id=deal.refusal_id))
    show(deal)


def _enter(deal: Deal, stage: Stage, how: str, actor: Actor, at: dt.datetime) -> None:
    StageInterval.objects.create(
        deal=deal, stage=stage, entered_at=at, user_id=actor.user_id, how=how, amount=deal.amount
    )
    if stage.tasks and deal.owner_id:
        for template in stage.tasks:
            _plan(deal, template, at)
        _refresh_next_step(deal)


def _plan(deal: Deal, template: dict[str, Any], at: dt.datetime) -> None:
    """A task of the stage: made by the scenario, so it asks no grant of the person who moves the deal."""
    hours = dt.timedelta(hours=float(template.get("hours", 8)))
    calendar.add_task(
        actor=SYSTEM,
        title=template["title"],
        kind=template.get("kind", Task.Kind.OTHER),
        owner=deal.owner,
        due_at=add_work(at, hours, calendar_queries.default_schedule()),
        client=deal.client,
        about_record="deals.deal",
        about_id=deal.pk,
        is_mandatory=bool(template.get("is_mandatory")),
    )


def _refresh_next_step(deal: Deal) -> None:
    task = calendar_queries.open_tasks_about("deals.deal", deal.pk).first()
    deal.next_task_at, deal.next_task_kind = (task.due_at, task.kind) if task else (None, "")
    deal.save(update_fields=["next_task_at", "next_task_kind"])


def _norm_end(stage: Stage, since: dt.datetime) -> dt.datetime | None:
    if not stage.norm_hours:
        return None
    return add_work(since, dt.timedelta(hours=stage.norm_hours), calendar_queries.default_schedule())
