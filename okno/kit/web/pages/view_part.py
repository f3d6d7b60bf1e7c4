"""Saved views of a list: kept for oneself, saved, shared, locked, opened first; and the choice of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from okno.kit.errors import Missing
from okno.kit.models.views import SavedView
from okno.kit.registry import registry
from okno.kit.saved_views import commands, reading
from okno.kit.web import form_context, htmx
from okno.kit.web.pages.address import compact, joined
from okno.kit.web.pages.list_heads import kept
from okno.kit.web.pages.selection import MOST_PINNED

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

EVERYBODY = "all"
# What the dialog of columns asks itself.
CHOSEN = {"cols", "pin"}


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=100)


class ShareForm(forms.Form):
    audience = forms.ChoiceField(label=gettext_lazy("Who sees it"), widget=forms.Select({"class": "form-select"}))
    is_locked = forms.BooleanField(label=gettext_lazy("Locked: nobody changes it for themselves"), required=False)

    def __init__(self, departments: Sequence[tuple[int, str]], data: Any = None) -> None:
        super().__init__(data)
        choices = [(EVERYBODY, gettext_lazy("Everybody")), *((str(one), name) for one, name in departments)]
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]


def form(page: ListPage) -> HttpResponse:
    """The dialog where what is shown now gets a name."""
    return _dialog(page, ViewForm(), "view", title=_("Save the view"), submit=_("Save"), text=_SAVED)


def save(page: ListPage) -> HttpResponse:
    """Keep what is shown now as a new view of one's own."""
    given = ViewForm(page.request.POST)
    if not given.is_valid():
        return _dialog(page, given, "view", 422, title=_("Save the view"), submit=_("Save"), text=_SAVED)
    chosen = {one.parameter: one.chosen for one in page.switches()}
    config = page.address.lasting() | chosen | _filter_of_tab(page)
    view = commands.save(actor=page.actor, record=page.record.name, name=given.cleaned_data["name"], config=config)
    return _to(page, str(view.pk), _("The view is saved."))


def _filter_of_tab(page: ListPage) -> dict[str, str]:
    """What the tab asks of rows becomes a part of the view's own filter: a view opens without its tab."""
    tab = page.selection.tab
    where = dict(tab.where) if tab is not None and tab.where else None
    return {"f": compact(joined(where, page.selection.own_filter))} if where else {}


def keep(page: ListPage) -> HttpResponse:
    """Keep what was changed: in one's own view itself, over any other one for oneself alone."""
    selection, view = page.selection, page.selection.view
    if view is not None and view.user_id == page.actor.user_id:
        config = page.address.lasting()
        commands.save(actor=page.actor, record=page.record.name, name=view.name, config=config, view_id=view.pk)
        return _back(page, _("The view is saved."))
    now = {name: page.address.get(name) for name in page.address.shaping}
    over = {name: value for name, value in now.items() if value != str(selection.base.get(name, ""))}
    commands.keep(actor=page.actor, record=page.record.name, place=selection.place, config=over)
    return _back(page, _("Kept for you: others see the view as it was."))


def unkeep(page: ListPage) -> HttpResponse:
    """Show the view as it is for everybody again."""
    commands.keep(actor=page.actor, record=page.record.name, place=page.selection.place, config={})
    return _back(page, _("The view is as it was."))


def publish(page: ListPage) -> HttpResponse:
    """Put what was changed into the shared view, for all who have it."""
    config = page.address.lasting()
    commands.change_shared(actor=page.actor, view_id=_open(page).pk, config=config)
    return _back(page, _("Changed for all who have this view."))


def lock(page: ListPage) -> HttpResponse:
    """Lock the shared view that is open, or unlock it."""
    view = _open(page)
    commands.change_shared(actor=page.actor, view_id=view.pk, is_locked=not view.is_locked)
    return _back(page, _("The view is unlocked.") if view.is_locked else _("The view is locked."))


def open_first(page: ListPage) -> HttpResponse:
    """Have what is open now open first from now on; once more takes it back."""
    selection = page.selection
    kind, _colon, key = selection.place.partition(":")
    config = {kind: key} if kind else {}
    is_first = bool(config) and selection.personal.get(reading.DEFAULT) == config
    given = {} if is_first else config
    commands.keep(actor=page.actor, record=page.record.name, place=reading.DEFAULT, config=given)
    return _back(page, _("The first tab opens first again.") if is_first else _("This view opens first now."))


def rename_form(page: ListPage) -> HttpResponse:
    """The dialog where the view that is open gets another name."""
    given = ViewForm(initial={"name": _open(page).name})
    return _dialog(page, given, "rename", title=_("Rename the view"), submit=_("Rename"))


def rename(page: ListPage) -> HttpResponse:
    """Give the view that is open another name."""
    view, given = _open(page), ViewForm(page.request.POST)
    if not given.is_valid():
        return _dialog(page, given, "rename", 422, title=_("Rename the view"), submit=_("Rename"))
    name = given.cleaned_data["name"]
    if view.user_id is None:
        commands.change_shared(actor=page.actor, view_id=view.pk, name=name)
    else:
        commands.rename(actor=page.actor, view_id=view.pk, name=name)
    return _back(page, _("The view is renamed."))


def drop(page: ListPage) -> HttpResponse:
    """Delete the view that is open."""
    view = _open(page)
    deleting = commands.drop if view.user_id is not None else commands.drop_shared
    deleting(actor=page.actor, view_id=view.pk)
    return htmx.redirect(page.request, page.address.fresh(), toast=_("The view is deleted."))


def share_form(page: ListPage) -> HttpResponse:
    """The dialog that asks whom the view is for."""
    return _dialog(
        page, ShareForm(_departments(page)), "share-view", title=_("Share the view"), submit=_("Share"), text=_SHARED
    )


def share(page: ListPage) -> HttpResponse:
    """Give a copy of the view that is open to others."""
    known = _departments(page)
    given = ShareForm(known, page.request.POST)
    if not given.is_valid():
        return _dialog(page, given, "share-view", 422, title=_("Share the view"), submit=_("Share"), text=_SHARED)
    audience = given.cleaned_data["audience"]
    department = None if audience == EVERYBODY else int(audience)
    shared = commands.share(
        actor=page.actor,
        view_id=_open(page).pk,
        department_id=department,
        is_locked=given.cleaned_data["is_locked"],
    )
    name = dict(known).get(department or 0, "")
    text = _("Seen now by: %(department)s.") % {"department": name} if name else _("Everybody sees this view now.")
    return _to(page, str(shared.pk), text)


def _departments(page: ListPage) -> list[tuple[int, str]]:
    """The departments that a view may be given to, in the order of the tree, the actor's own first."""
    able = reading.departments_of(page.actor, page.record.name)
    found = [one for one in (registry.departments() if registry.departments else ()) if one[0] in able]
    return sorted(found, key=lambda one: one[0] != page.actor.department_id)


def column_form(page: ListPage) -> HttpResponse:
    """The dialog where columns are chosen and put in order."""
    chosen = [one.key for one in page.selection.columns]
    own = {one.key: one.label for one in page.selection.columns}
    every = page.record.all_fields().items()
    labels = own | {key: field.label for key, field in every if page.actor.sees_some(page.record.name, key)}
    keys = [*chosen, *(key for key in labels if key not in chosen)]
    hidden = [one for one in kept(page.address) if one["name"] not in CHOSEN]
    context = {
        "columns": [{"key": key, "label": str(labels[key]), "is_shown": key in chosen} for key in keys],
        "pins": _pins(page),
        "hidden": [*hidden, {"name": "part", "value": "choose"}],
        "action": page.address.path,
    }
    return page.answer("pages/columns.html", {"dialog": context})


def choose_columns(page: ListPage) -> HttpResponse:
    """Go to the list with the chosen columns."""
    asked = page.request.GET
    return htmx.redirect(page.request, page.address.url(cols=",".join(asked.getlist("cols")), pin=asked.get("pin")))


def _pins(page: ListPage) -> list[dict[str, Any]]:
    """How many of the first columns may stay in sight."""
    texts = {
        number: ngettext("the first column", "the first %(number)s columns", number) % {"number": number}
        for number in range(1, MOST_PINNED + 1)
    }
    chosen = page.selection.pinned
    return [{"number": number, "label": text, "chosen": number == chosen} for number, text in texts.items()]


def _open(page: ListPage) -> SavedView:
    view = page.selection.view
    if view is None:
        raise Missing("not_found", _("There is no such view."))
    return view


def _to(page: ListPage, view: str, text: str) -> HttpResponse:
    return htmx.redirect(page.request, page.address.fresh(view=view), toast=text)


def _back(page: ListPage, text: str) -> HttpResponse:
    """The view that is open, without what the address said beside it."""
    return htmx.redirect(page.request, page.address.unshaped(), toast=text)


_SAVED = gettext_lazy("Filter, columns, order, grouping and colours are kept as they are shown now.")
_SHARED = gettext_lazy("Each person sees by it only the rows within their own reach. Your own view stays yours.")


def _dialog(page: ListPage, given: forms.Form, part: str, status: int = 200, **texts: Any) -> HttpResponse:
    context = {
        **texts,
        "errors": form_context.errors_of(given) if given.is_bound else [],
        "fields": form_context.fields_of(given),
        "post_url": page.address.part(part),
    }
    return page.answer("kit/dialog.html", {"dialog": context}, status)
