"""Pages of deals declared for the tests of page classes, and their addresses."""

from __future__ import annotations

from django import forms
from django.urls import include, path

from okno.areas.deals import commands, queries
from okno.areas.deals.record import DEAL
from okno.kit.web import pages


def stage_columns(actor, params):
    path = queries.default_scenario()
    return [pages.BoardColumn(one.code, one.name, one.pk, is_zone=one.kind == "lost") for one in queries.stages(path)]


def card(values, moment):
    title, client = values
    return {"title": title, "client": client}


class AllDeals(pages.ListPage):
    record, query = DEAL, queries.deals
    columns = ("title", "client", "stage", "amount", "owner", "next_task_at")
    tabs = (
        pages.Tab("all", "All"),
        pages.Tab("mine", "Mine", where={"field": "owner", "op": "eq", "value": {"me": True}}, sort="-amount"),
    )
    bulk = (pages.Bulk(commands.delete, on="deal"),)
    modes = ("list", "board")
    board = pages.Board(
        columns=stage_columns,
        by="stage_id",
        paths=("title", "client__name"),
        card=card,
        sums=("amount",),
        state="next_task_at",
        move=pages.Move(commands.move, on="deal"),
        per_column=3,
    )


class OneDeal(pages.CardPage):
    record, query = DEAL, queries.deal_for_card
    update, update_on = commands.update, "deal"
    move = pages.Move(commands.move, on="deal")
    amount, next_step = "amount", "next_task_at"


class AssignForm(forms.Form):
    stage = forms.CharField()


class MoveDeal(pages.CommandPage):
    command, form, on, query = commands.move, AssignForm, "deal", queries.deal_for_card


urlpatterns = [
    path("deals/", AllDeals.as_view()),
    path("deals/<int:id>/", OneDeal.as_view()),
    path("deals/<int:id>/move/", MoveDeal.as_view()),
    path("", include("okno.kit.web.urls")),
]
