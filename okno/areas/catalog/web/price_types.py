"""Pages of price types, and of the prices of an offer by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.catalog import commands, queries
from okno.areas.catalog.models import Offer
from okno.areas.catalog.record import PRICE_TYPE
from okno.areas.catalog.web import forms
from okno.kit import formats, masters, quotes
from okno.kit.permissions import Actor
from okno.kit.web import pages

WHOM = pages.Action(
    gettext_lazy("Say who gets them"),
    icon="users-group",
    url="/price-types/{id}/whom/",
    permission="catalog.set_price_rule",
    is_dialog=False,
)
DEFAULT = pages.Action(
    gettext_lazy("Use these prices by default"),
    icon="check",
    url="/price-types/{id}/default/",
    permission="catalog.set_default_price_type",
)


NO_TYPES: dict[str, Any] = {
    "title": gettext_lazy("No price types yet"),
    "text": gettext_lazy("Retail, wholesale, purchase: goods have a price of each type, and clients get their own."),
    "icon": PRICE_TYPE.icon,
    "doors": [{"label": gettext_lazy("Add a price type"), "url": "/price-types/new/", "icon": "plus"}],
}


class PriceTypeList(pages.ListPage):
    """Price types."""

    record, query = PRICE_TYPE, queries.price_types
    columns = ("name", "currency", "includes_vat", "is_default")
    tabs = (pages.Tab("all", gettext_lazy("All")),)
    create_url, create_label = "/price-types/new/", gettext_lazy("Price type")
    create_permission = commands.add_price_type.name
    beside = (
        pages.Action(
            gettext_lazy("Who gets which prices"),
            icon="users-group",
            url="/price-types/rules/",
            permission="catalog.set_price_rule",
            is_dialog=False,
        ),
    )
    row_actions = (WHOM, DEFAULT)
    empty = NO_TYPES


class PriceTypeCard(pages.CardPage):
    """A price type; of one that 1C keeps only fields that people have added are changed here."""

    record, query = PRICE_TYPE, queries.price_type
    sections = (pages.Section(gettext_lazy("Price type"), ("name", "currency", "includes_vat", "is_default")),)
    update, update_on = commands.update_price_type, "price_type"
    header_actions, more_actions = (WHOM,), (DEFAULT,)

    def head(self) -> dict[str, Any]:
        """Which system keeps it."""
        name = masters.of(PRICE_TYPE.name, [self.row.pk]).get(self.row.pk)
        return {"badge": {"label": quotes.told(_("kept in “%(name)s”"), name=name), "due": "grey"}} if name else {}


class AddPriceType(pages.CommandPage):
    """A new type of prices."""

    command, form = commands.add_price_type, forms.AddPriceType
    title, submit = gettext_lazy("New price type"), gettext_lazy("Add")
    done = gettext_lazy("The price type is added.")


class SetDefaultPriceType(pages.CommandPage):
    """Use prices of this type by default."""

    command, on, query = commands.set_default_price_type, "price_type", queries.price_type
    is_single = True
    stays = True


class EditPrices(pages.TablePage):
    """Prices of an offer by type and quantity; those that come from 1C are told above the rows."""

    command, on, query = commands.set_prices, "offer", queries.offer_for_prices
    row_form, parameter = forms.PriceRow, "prices"
    title, submit, done = gettext_lazy("Prices"), gettext_lazy("Save"), gettext_lazy("Prices are saved.")
    table_title = gettext_lazy("Price by type")
    is_single = True

    def show(self, **address: Any) -> HttpResponse:
        """The rows; where there is no type whose prices are set here, what to do instead."""
        if self.about_rows()["types"]:
            return super().show(**address)
        kept = queries.kept_types(self._offer())
        context = {
            "empty": without_types(self.actor, kept),
            "page_title": self.title,
            "subject": self.subject(self._offer()),
        }
        return self.answer("catalog/no_price_types.html", context)

    def about_rows(self) -> Mapping[str, Any]:
        """Types whose prices people may set here."""
        kept = queries.kept_types(self._offer())
        types = queries.price_types(self.actor).order_by("-is_default", "name")
        return {"types": [one for one in types if one.pk not in kept]}

    def rows(self, row: Model | None) -> Sequence[Mapping[str, Any]]:
        """The prices there are; of an offer without any, a row to begin with."""
        kept = queries.kept_types(self._offer())
        own = [one for one in queries.prices_of(self._offer()) if one.price_type_id not in kept]
        return [
            {
                "price_type": one.price_type_id,
                "value": _typed(one.value),
                "currency": "" if one.currency == one.price_type.currency else one.currency,
                "min_quantity": formats.quantity_text(one.min_quantity) if one.min_quantity else "",
            }
            for one in own
        ] or [{}]

    def table_note(self, row: Model | None) -> str:
        """Prices that another system keeps."""
        kept = queries.kept_types(self._offer())
        theirs = [one for one in queries.prices_of(self._offer()) if one.price_type_id in kept]
        if not theirs:
            return ""
        told = "; ".join(f"{one.price_type} — {formats.money_text(one.value, one.currency)}" for one in theirs)
        return _("Kept in “%(system)s”, not changed here: %(prices)s") % {
            "system": next(iter(kept.values())),
            "prices": told,
        }

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the item."""
        return f"/items/{self._offer().item_id}/"

    def _offer(self) -> Offer:
        return cast("Offer", self.row(**self.kwargs))


def without_types(actor: Actor, kept: Mapping[int, str] | None = None) -> dict[str, Any]:
    """What is said where prices of no type are set by hand: there is none, or another system keeps them all."""
    found: dict[str, Any] = {**NO_TYPES, "doors": NO_TYPES["doors"] if actor.may(commands.add_price_type.name) else []}
    if not kept:
        return found
    told = _("They are kept in “%(system)s” and change there. Prices of your own need a price type of your own.")
    return {
        **found,
        "title": _("Prices of all types come from another system"),
        "text": told % {"system": next(iter(kept.values()))},
    }


def _typed(value: Decimal) -> str:
    """A price as it is typed, with all the digits that it has: `24,50`, `0,0125`."""
    told = f"{value:.2f}" if value == round(value, 2) else f"{value:f}".rstrip("0")
    return told.replace(".", ",")
