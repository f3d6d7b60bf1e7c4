"""What the deals area puts on the shelf."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from okno.areas.calendar.events import TaskEnded, TaskPlanned
from okno.areas.deals import commands, handlers, queries, rules
from okno.areas.deals.events import DealAssigned, DealLost, DealMoved, DealWon
from okno.areas.deals.models import DealLine, Stage
from okno.areas.deals.record import DEAL, REFUSAL, STAY
from okno.areas.deals.web import members, panels, settings
from okno.areas.documents.events import RatesLoaded
from okno.kit import chains, merging, notices, rates, sold
from okno.kit.permissions import SYSTEM
from okno.kit.purging.events import RowBroughtBack, RowMarked
from okno.kit.registry import CreateItem, MenuItem, Panel, Portable, registry
from okno.kit.timeline import kinds

registry.add_record(DEAL)
registry.add_relation("clients.client", "deals", "deals.deal", "client")
registry.add_portable(
    Portable("deals.scenarios", _("Scenarios of deals"), queries.scenarios_to_take_out, commands.bring_scenario, 200)
)
registry.add_record(REFUSAL)
registry.add_record(STAY)
registry.add_marking(DEAL.name, commands.delete)
registry.on(RowMarked, handlers.drop_step, when=lambda event: event.record == "calendar.task")
registry.on(RowBroughtBack, handlers.bring_step_back, when=lambda event: event.record == "calendar.task")
merging.add(
    DEAL,
    check=rules.check_may_merge,
    along={"owner": ("department_id",), "amount": ("currency",)},
    # Lines and stays are the deal's own: two sums of goods are not one.
    stays=("deals.DealLine.deal_id", "deals.StageInterval.deal_id"),
)
sold.add(
    sold.Sold(
        DEAL.name,
        _("Won deals"),
        lines=DealLine,
        document="deal",
        day="deal__closed_at",
        is_moment=True,
        when=Q(deal__stage__kind=Stage.Kind.WON, deal__is_deleted=False),
        total=rates.in_management(F("total"), "deal__currency", "deal__closed_at"),
        buyers={"clients.client": "deal__client"},
        seen=("amount", "client", "closed_at"),
        decides=("stage_id", "client_id", "amount", "currency", "closed_at", "is_deleted"),
        position=10,
    )
)
registry.on(RatesLoaded, handlers.value_anew)
# Rates come in the afternoon for the day that follows.
registry.every("5 0 * * *", lambda: commands.value_anew(actor=SYSTEM), name="deals.value_anew")
registry.every("*/5 * * * *", lambda: commands.fold_totals(actor=SYSTEM), name="deals.fold_totals")
registry.on(TaskPlanned, handlers.show_planned_step, when=lambda event: event.about_record == DEAL.name)
registry.on(TaskEnded, handlers.show_next_step, when=lambda event: event.about_record == DEAL.name)
registry.add_menu(MenuItem("sales", _("Deals"), "/deals/", "briefcase", "deals.view", 20))
registry.add_settings(*settings.PAGES)
registry.add_create(CreateItem(_("Deal"), "/deals/new/", "deals.open", 10))
registry.add_panel(
    "clients.client", Panel("deals", _("Deals"), "deals/panel.html", panels.of_client, "deals.view", position=10)
)
registry.add_panel(
    "deals.deal",
    Panel("lines", _("Goods and services"), "kit/lines.html", panels.lines_of, "deals.view", side="left", position=10),
)
registry.add_panel(
    "deals.deal",
    Panel("members", _("Co-executors"), "deals/members.html", members.members, "deals.view", side="left", position=20),
)

STAGE = "deals.deal.stage"
kinds.add(
    "deals.opened",
    _("opened the deal “%(title)s”"),
    icon="briefcase",
    fields={"title": "deals.deal.title", "amount": "deals.deal.amount"},
)
kinds.add(
    "deals.moved",
    _("moved the deal: %(left)s → %(stage)s"),
    icon="arrow-right",
    fields={"left": STAGE, "stage": STAGE},
)
kinds.add(
    "deals.assigned",
    _("made %(owner)s responsible for the deal"),
    icon="user",
    fields={"owner": "deals.deal.owner"},
)


notices.add(
    "deals.assigned",
    _("A deal is given to me"),
    _("%(who)s made you responsible for the deal"),
    event=DealAssigned,
    record="deals.deal",
    row="deal_id",
    to=[("to_owner_id", notices.OWNER)],
    when=lambda event: event.to_owner_id != event.from_owner_id,
    many=ngettext_lazy(
        "%(who)s made you responsible for %(number)s deal",
        "%(who)s made you responsible for %(number)s deals",
        "count",
    ),
    icon="briefcase",
    pops=True,
    modes={"mail": notices.Mode.HOURLY},
)
for _event, _code, _label, _text, _icon in (
    (DealMoved, "moved", _("A deal of mine moves"), _("%(who)s moved the deal to “%(shown)s”"), "arrow-right"),
    (DealWon, "won", _("A deal of mine is won"), _("the deal is won"), "trophy"),
    (DealLost, "lost", _("A deal of mine is lost"), _("the deal is lost"), "ban"),
):
    notices.add(
        f"deals.{_code}",
        _label,
        _text,
        event=_event,
        record="deals.deal",
        row="deal_id",
        to=[notices.OWNER, notices.PARTICIPANT],
        icon=_icon,
        shows="stage",
    )
kinds.add("deals.member_added", _("added %(who)s to the deal"), icon="user-plus")

chains.link("clients.client", "deals.deal", "client", is_about=True)
chains.offer(
    "clients.client", chains.Offer(_("Deal"), "/deals/new/", "deals.open", lambda client: {"client": client.pk})
)
chains.offer(
    "clients.contact",
    chains.Offer(
        _("Deal"), "/deals/new/", "deals.open", lambda contact: {"client": contact.client_id, "contact": contact.pk}
    ),
)
notices.ends("deals.deal", _("End when the deal is closed"), {"field": "closed_at", "op": "not_empty"})

__all__ = ["commands"]
