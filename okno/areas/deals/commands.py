"""Writes of deals: one function for each thing that a person, a robot or another system can do with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries as access
from okno.access.models import User
from okno.areas.calendar import commands as calendar
from okno.areas.calendar import queries as calendar_queries
from okno.areas.calendar.models import Task
from okno.areas.clients import commands as clients
from okno.areas.clients import queries as clients_queries
from okno.areas.clients.models import Client, Contact
from okno.areas.deals import queries, rules
from okno.areas.deals.events import DealAssigned, DealLost, DealMoved, DealOpened, DealWon
from okno.areas.deals.models import Deal, DealLine, DealMember, RefusalReason, Scenario, Stage, StageInterval
from okno.areas.documents import commands as documents
from okno.kit import live, money
from okno.kit.commands import command, moment
from okno.kit.errors import Missing, Refused
from okno.kit.events import emit
from okno.kit.fields import editing
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.timeline import entries
from okno.kit.worktime import add_work

CLOSED = {Stage.Kind.WON, Stage.Kind.LOST}
# Days that are over are all alike to a board: one stands for them, so that totals do not gather old days for ever.
OVER = dt.date.min
FOLD = """
with bucket as (
    select id, count, amount, count(*) over (
        partition by stage_id, owner_id, department_id, case when day < %(yesterday)s then %(over)s else day end
    ) as rows
    from deals_dealtotal
), gone as (
    delete from deals_dealtotal as total using bucket
    where total.id = bucket.id and (bucket.rows > 1 or (bucket.count = 0 and bucket.amount = 0))
    returning stage_id, owner_id, department_id, case when day < %(yesterday)s then %(over)s else day end as day,
              total.count, total.amount
)
insert into deals_dealtotal (stage_id, owner_id, department_id, day, count, amount)
select stage_id, owner_id, department_id, day, sum(count), sum(amount)
from gone group by 1, 2, 3, 4 having sum(count) <> 0 or sum(amount) <> 0
"""


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
    need: str = "",
    source: str = "",
    utm: dict[str, str] | None = None,
    expected_date: dt.date | None = None,
) -> Deal:
    """
    Open a deal on the first stage of a scenario, by default the default one, for the actor or another person.

    :raises Refused: there is no title, no scenario, or the scenario has no stages.
    """
    first = _first_stage(scenario)
    responsible = owner or (User.objects.filter(pk=actor.user_id).first() if actor.user_id else None)
    now = moment()
    deal = Deal.objects.create(
        number=documents.next_number(actor=SYSTEM, kind="deals.deal", on=now.date()),
        title=rules.check_title(title),
        client=client,
        contact=contact,
        owner=responsible,
        department_id=responsible.department_id if responsible else None,
        amount=money.round_money(amount),
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
    _show(deal)
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


@command("deals.advance")
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
    _show(deal)
    return deal


@command("deals.add_member", label=gettext_lazy("Add a co-executor"))
def add_member(*, actor: Actor, deal: Deal, user: User, level: str = "") -> Deal:
    """
    Let a colleague work on a deal besides the responsible person.

    :param level: how far to let them in to the client too, `view` or `work`, when they have no access to it.
    :raises Refused: they have no access to the client and nobody lets them in, or they are responsible already.
    """
    rules.check_can_join(
        deal, user, sees_client=clients_queries.may_see(access.actor_of(user), deal.client), level=level
    )
    if level:
        clients.share(actor=actor, client=deal.client, user=user, level=level)
    DealMember.objects.get_or_create(deal=deal, user=user)
    entries.tell("deals.member_added", [deal], who=user.name)
    _show(deal)
    return deal


@command("deals.drop_member", label=gettext_lazy("Remove a co-executor"))
def drop_member(*, actor: Actor, deal: Deal, user: User) -> Deal:
    """Let a colleague work on a deal no more; their access to the client stays as it is."""
    DealMember.objects.filter(deal=deal, user=user).delete()
    _show(deal)
    return deal


@command("deals.set_lines", label=gettext_lazy("Change goods and services"))
def set_lines(*, actor: Actor, deal: Deal, lines: list[dict[str, Any]]) -> Deal:
    """
    Replace the lines of a deal; its amount becomes their sum.

    :param lines: `{"offer": id or absent, "name", "unit", "quantity", "price", "discount", "vat"}`.
    :raises Refused: the deal is closed, or a number cannot be read.
    """
    rules.check_can_change(deal)
    deal.lines.all().delete()
    made = [_line(deal, position, one) for position, one in enumerate(lines)]
    DealLine.objects.bulk_create(made)
    deal.amount = sum((one.total for one in made), Decimal(0))
    deal.save(update_fields=["amount"])
    _show(deal)
    return deal


@command("deals.delete", label=gettext_lazy("Mark for deletion"))
def delete(*, actor: Actor, deal: Deal) -> Deal:
    """Mark a deal for deletion: it leaves lists and boards, nothing is lost."""
    deal.is_deleted = True
    deal.save(update_fields=["is_deleted"])
    _show(deal)
    return deal


@command("deals.refresh_next_step")
def refresh_next_step(*, actor: Actor, deal: Deal) -> Deal:
    """Show the nearest open task of a deal on its card of the board."""
    _refresh_next_step(deal)
    _show(deal)
    return deal


@command("deals.set_scenario", label=gettext_lazy("Set up a scenario"))
def set_scenario(
    *, actor: Actor, code: str, name: str, stages: list[dict[str, Any]], is_default: bool = False, idle_days: int = 7
) -> Scenario:
    """
    Make a scenario or change it. Stages are matched by code; those left out are marked as deleted.

    :param stages: fields of `Stage` by name, in the order of the board; `code`, `name` and `kind` are needed.
    :raises Refused: a stage that deals stand on is left out.
    """
    if is_default:
        Scenario.objects.filter(is_default=True).exclude(code=code).update(is_default=False)
    scenario, _made = Scenario.objects.update_or_create(
        code=code, defaults={"name": name, "is_default": is_default, "idle_days": idle_days}
    )
    codes = [one["code"] for one in stages]
    left_out = Stage.objects.filter(scenario=scenario, is_deleted=False).exclude(code__in=codes)
    if busy := Deal.objects.filter(stage__in=left_out, is_deleted=False).select_related("stage").first():
        raise Refused("deals.stage_busy", _("Deals stand on the stage “%(stage)s”."), stage=busy.stage.name)
    left_out.update(is_deleted=True)
    for position, one in enumerate(stages):
        fields = {**one, "position": position, "is_deleted": False}
        Stage.objects.update_or_create(scenario=scenario, code=fields.pop("code"), defaults=fields)
    return scenario


def bring_scenario(actor: Actor, code: str, value: Mapping[str, Any] | None) -> None:
    """Make a scenario as a file of settings says. :raises Refused: it drops one: deals may have gone through it."""
    if value is None:
        raise Refused("deals.scenario_stays", _("The scenario “%(code)s” is not dropped by a file."), code=code)
    set_scenario(
        actor=actor,
        code=code,
        name=str(value["name"]),
        stages=list(value["stages"]),
        is_default=bool(value.get("is_default")),
        idle_days=int(value.get("idle_days", 7)),
    )


@command("deals.set_refusal_reasons", label=gettext_lazy("Set reasons of refusal"))
def set_refusal_reasons(*, actor: Actor, names: list[str]) -> None:
    """Replace the list of reasons, in this order; those in use by deals stay with them."""
    RefusalReason.objects.exclude(name__in=names).update(is_deleted=True)
    for position, name in enumerate(names):
        RefusalReason.objects.update_or_create(name=name, defaults={"position": position, "is_deleted": False})


@command("deals.fold_totals", label=gettext_lazy("Add up the totals of boards"))
def fold_totals(*, actor: Actor) -> None:
    """
    Make one row of those totals that agree in all columns. It changes no figure: who reads at this moment sees the
    rows before or after it, and what others have not committed yet is left for the next time.
    """
    with connection.cursor() as cursor:
        yesterday = moment().astimezone(dt.UTC).date() - dt.timedelta(days=1)
        cursor.execute(FOLD, {"yesterday": yesterday, "over": OVER})


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
    _show(deal)


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
    _show(deal)


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


def _line(deal: Deal, position: int, raw: dict[str, Any]) -> DealLine:
    quantity, price = money.read_amount(str(raw["quantity"])), money.read_amount(str(raw["price"]))
    discount = money.read_amount(str(raw.get("discount") or 0))
    return DealLine(
        deal=deal,
        position=position,
        offer_id=raw.get("offer"),
        name=str(raw["name"]),
        unit=str(raw.get("unit", "")),
        quantity=quantity,
        price=price,
        discount=discount,
        vat=str(raw.get("vat", "")),
        total=money.line_sum(quantity, price, discount),
    )


def _show(deal: Deal) -> None:
    """Open boards and lists ask for their rows again."""
    live.tell_topic("deals.deal")
    live.tell_users([deal.owner_id], "deals.deal", deal.pk)
