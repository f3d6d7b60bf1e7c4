"""The dialog of colours: a rule is a condition and the colour of the rows that hold it; the first rule wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused
from okno.kit.web import htmx
from okno.kit.web.conditions import Builder
from okno.kit.web.pages.address import compact
from okno.kit.web.pages.painting import COLOURS, MOST

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

LABELS = {"red": _("red"), "yellow": _("yellow"), "green": _("green"), "blue": _("blue"), "grey": _("grey")}


def form(page: ListPage) -> HttpResponse:
    """The dialog with the rules there are and room for one more."""
    rules = [
        {"colour": one.colour, "widget": _builder(page, number).render(one.where)}
        for number, one in enumerate(page.selection.paint)
    ]
    return _dialog(page, rules or [_blank(page, 0)])


def apply(page: ListPage) -> HttpResponse:
    """Go to the list with the rules that were sent; a button asks for one more."""
    sent = page.request.POST
    numbers = [number for number in range(MOST) if f"paint{number}~kind" in sent]
    if sent.get("do") == "more":
        return _dialog(page, [*(_sent(page, number) for number in numbers), _blank(page, len(numbers))])
    try:
        rules = [_rule(page, number) for number in numbers]
    except Refused as refusal:
        return _dialog(page, [_sent(page, number) for number in numbers], refusal.message, 422)
    kept = [one for one in rules if one["where"] != {"all": []}]
    return htmx.redirect(page.request, page.address.url(paint=compact(kept)))


def _builder(page: ListPage, number: int) -> Builder:
    return Builder(page.actor, page.record, f"paint{number}", is_alone=True)


def _rule(page: ListPage, number: int) -> dict[str, Any]:
    return {"where": _builder(page, number).read(page.request.POST), "colour": _colour(page.request.POST, number)}


def _colour(sent: QueryDict, number: int) -> str:
    given = sent.get(f"colour{number}", "")
    return given if given in COLOURS else COLOURS[0]


def _sent(page: ListPage, number: int) -> dict[str, Any]:
    without = page.request.POST.copy()
    without.pop("do", None)
    return {"colour": _colour(without, number), "widget": _builder(page, number).again(without)}


def _blank(page: ListPage, number: int) -> dict[str, Any]:
    return {"colour": COLOURS[number % len(COLOURS)], "widget": _builder(page, number).render({"all": []})}


def _dialog(page: ListPage, rules: list[dict[str, Any]], error: str = "", status: int = 200) -> HttpResponse:
    shown = [
        {
            **one,
            "number": number,
            "colours": [{"name": name, "label": LABELS[name], "chosen": name == one["colour"]} for name in COLOURS],
        }
        for number, one in enumerate(rules[:MOST])
    ]
    context = {"rules": shown, "post_url": page.address.part("paint"), "error": error, "may_more": len(rules) < MOST}
    return page.answer("pages/paint.html", {"dialog": context}, status)
