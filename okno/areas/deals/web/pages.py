"""Pages of deals: each names its record, its query or command, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.areas.catalog import queries as catalog
from okno.areas.deals import commands, queries
from okno.areas.deals.record import DEAL
from okno.areas.deals.web import board as look
from okno.areas.deals.web import forms
from okno.kit import formats, permissions
from okno.kit.web import lines, pages

OPEN = {"field": "stage_kind", "op": "eq", "value": "open"}
LATE = {"field": "next_task_at", "op": "lt", "value": {"rel": "now"}}


class DealBoard(pages.BoardPage):
    """Deals on the board of a scenario, or as a list."""

    record, query = DEAL, queries.deals
    columns = ("title", "client", "stage", "amount", look.NEXT_STEP, "owner", "expected_date")
    tabs = (
        pages.Tab("open", gettext_lazy("Open"), where=OPEN),
        pages.Tab(
            "mine", gettext_lazy("Mine"), where={"all": [OPEN, {"field": "owner", "op": "eq", "value": {"me": True}}]}
        ),
        pages.Tab("late", pgettext_lazy("of a list", "Overdue"), where={"all": [OPEN, LATE]}, sort="next_task_at"),
        pages.Tab(
            "idle",
            pgettext_lazy("of a list", "No next step"),
            where={"all": [OPEN, {"field": "next_task_at", "op": "empty"}]},
        ),
        pages.Tab("all", gettext_lazy("All")),
    )
    board = pages.Board(
        columns=look.columns,
        by="stage_id",
        paths=look.PATHS,
        card=look.card,
        move=pages.Move(commands.move, on="deal", parameter="stage"),
        sums=("amount",),
        state="next_task_at",
        kept=queries.KEPT,
    )
    kept_params = ("scenario",)
    due = pages.Due(("stage_since", "stage_due_at"), look.row_colour)
    bulk = (pages.Bulk(commands.assign, on="deal", form=forms.Assign, icon="user"),)
    create_url, create_label, create_permission = "/deals/new/", gettext_lazy("Deal"), "deals.open"

    empty = {
        "title": gettext_lazy("No deals here"),
        "text": gettext_lazy(
            "A deal is a possible sale: it walks from the first contact to the payment, stage by stage."
        ),
        "icon": DEAL.icon,
        "doors": [{"label": gettext_lazy("Open a deal"), "url": "/deals/new/", "icon": "plus"}],
    }

    def switches(self) -> list[pages.Switch]:
        """Which scenario the board shows; a list has the deals of all."""
        chosen = look.scenario_of(self.address.own) if self.mode == "board" else None
        if chosen is None:
            return []
        choices = [(one.code, one.name) for one in queries.scenarios()]
        return [pages.Switch("scenario", _("Scenario"), choices, chosen.code)]


class DealCard(pages.CardPage):
    """A deal with its client, lines, tasks, invoices and feed."""

    record, query = DEAL, queries.deal_for_card
    sections = (
        pages.Section(
            gettext_lazy("Deal"),
            ("client", "contact", "amount", "price_type", "expected_date", "owner", "source"),
            then=("lines",),
        ),
        pages.Section(gettext_lazy("What the client needs"), ("need", "comment")),
        pages.Section(gettext_lazy("Result"), ("refusal", "closed_at"), is_told_later=True),
    )
    update, update_on = commands.update, "deal"
    stages, move = look.stages, pages.Move(commands.move, on="deal", parameter="stage")
    amount, next_step = "amount", "next_task_at"
    header_actions = (
        pages.Action(
            gettext_lazy("Task"), "checkbox", "/tasks/new/?about_record=deals.deal&about_id={id}", "calendar.add_task"
        ),
        pages.Action(gettext_lazy("Invoice"), "file-invoice", "/invoices/new/?deal={id}", "billing.draw"),
    )
    more_actions = (
        pages.Action(gettext_lazy("Goods and services"), "list", "/deals/{id}/lines/", "deals.set_lines"),
        pages.Action(gettext_lazy("Take prices anew"), "refresh", "/deals/{id}/reprice/", "deals.reprice"),
        pages.Action(gettext_lazy("Currency"), "currency-ruble", "/deals/{id}/currency/", "deals.set_currency"),
        pages.Action(gettext_lazy("Give to another person"), "user", "/deals/{id}/assign/", "deals.assign"),
    )

    def head(self) -> dict[str, Any]:
        """How a closed deal ended."""
        deal: Any = self.row
        return {"badge": look.badge(deal)} if deal.closed_at else {}


class OpenDeal(pages.CommandPage):
    """A new deal."""

    command, form = commands.open_deal, forms.Open
    done = gettext_lazy("The deal is open.")
    title = gettext_lazy("New deal")


class AssignDeal(pages.CommandPage):
    """Another responsible person for a deal."""

    command, form, on, query = commands.assign, forms.Assign, "deal", queries.deal_for_card
    done = gettext_lazy("The deal is handed over.")
    stays = True


class MoveDeal(pages.CommandPage):
    """Another stage for a deal, where there is no board at hand."""

    command, form, on, query = commands.move, forms.Move, "deal", queries.deal_for_card
    stays = True


class SetCurrency(pages.CommandPage):
    """Another currency for a deal."""

    command, form, on, query = commands.set_currency, forms.Currency, "deal", queries.deal_for_card
    stays = True

    def initial(self, row: Any) -> dict[str, Any]:
        """The present one."""
        return {"currency": row.currency, "recount": True}


class Reprice(pages.CommandPage):
    """Prices of the goods of a deal as they are today."""

    command, on, query = commands.reprice, "deal", queries.deal_for_card
    done = gettext_lazy("Prices are taken anew.")
    stays = True

    @property
    def text(self) -> str:  # type: ignore[override]
        """What becomes of the prices, for those who see the amount."""
        told = _("Goods take today's prices of the type of the deal; discounts stay. Undo brings the old ones back.")
        deal: Any = self.row(**self.kwargs)
        if not permissions.facing(self.actor, deal).sees_field(DEAL.name, "amount"):
            return told
        terms = queries.terms_of(deal, self.moment.at.date())
        return f"{told} {catalog.told_repricing(queries.lines_of(deal), terms)}"


class EditLines(pages.TablePage):
    """Goods and services that the client wants; the amount of the deal is their sum."""

    command, on, query = commands.set_lines, "deal", queries.deal_for_card
    done = gettext_lazy("Goods and services are saved.")
    row_form, link = lines.LineForm, "catalog.offer"
    table_title, sum_title = gettext_lazy("Goods and services"), gettext_lazy("Sum")

    def rows(self, row: Any) -> Sequence[Mapping[str, Any]]:
        """The lines that are there."""
        return [lines.initial(one) for one in queries.lines_of(row)]

    def picked(self, choice: int) -> Mapping[str, Any]:
        """Name, unit, price and VAT of an offer."""
        deal: Any = self.row(**self.kwargs)
        return catalog.line_of(self.actor, choice, queries.terms_of(deal, self.moment.at.date()))

    def row_sum(self, row: Mapping[str, Any]) -> str:
        """After the discount."""
        return lines.shown_sum(row)

    def totals(self, row: Any, rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
        """The sum of the lines."""
        terms = queries.terms_of(row, self.moment.at.date())
        told = [(one, "") for one in catalog.told_by_quantity(rows, terms)]
        return [*told, (_("Total"), formats.money_text(lines.total(rows), row.currency))]

    def table_note(self, row: Any) -> str:
        """Whose prices goods come with, and why."""
        return catalog.told_terms(self.actor, queries.terms_of(row, self.moment.at.date()))
