"""Saved views and the choice of columns: small dialogs of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit.errors import Missing
from okno.kit.saved_views import commands
from okno.kit.web import form_context, htmx
from okno.kit.web.pages.list_heads import kept

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=100)
    is_new = forms.BooleanField(label=gettext_lazy("Save as another view"), required=False)


class ColumnForm(forms.Form):
    cols = forms.MultipleChoiceField(
        label=gettext_lazy("Columns, in the order of choosing"),
        widget=forms.SelectMultiple({"class": "form-select", "data-controller": "select"}),
    )


def form(page: ListPage) -> HttpResponse:
    """The dialog where what is shown now gets a name."""
    chosen = page.selection.view
    is_own = chosen is not None and chosen.user_id == page.actor.user_id
    return _dialog(page, ViewForm(initial={"name": chosen.name if is_own and chosen else ""}), own=is_own)


def save(page: ListPage) -> HttpResponse:
    """Keep what is shown now under a name: in one's own view that is open, else in a new one."""
    chosen = page.selection.view
    is_own = chosen is not None and chosen.user_id == page.actor.user_id
    given = ViewForm(page.request.POST)
    if not given.is_valid():
        return _dialog(page, given, own=is_own, status=422)
    changes: dict[str, Any] = {"name": given.cleaned_data["name"], "config": page.address.lasting()}
    if chosen is not None and is_own and not given.cleaned_data["is_new"]:
        changes["view_id"] = chosen.pk
    view = commands.save(actor=page.actor, record=page.record.name, **changes)
    return htmx.redirect(page.request, page.address.fresh(view=str(view.pk)), toast=_("The view is saved."))


def drop(page: ListPage) -> HttpResponse:
    """Delete the view that is open."""
    view = _open(page)
    deleting = commands.drop if view.user_id is not None else commands.drop_shared
    deleting(actor=page.actor, view_id=view.pk)
    return htmx.redirect(page.request, page.address.fresh(), toast=_("The view is deleted."))


def share(page: ListPage) -> HttpResponse:
    """Give a copy of the view that is open to everybody."""
    shared = commands.share(actor=page.actor, view_id=_open(page).pk)
    return htmx.redirect(
        page.request, page.address.fresh(view=str(shared.pk)), toast=_("Everybody sees this view now.")
    )


def column_form(page: ListPage) -> HttpResponse:
    """The dialog where columns are chosen."""
    chosen = [one.key for one in page.selection.columns]
    given = ColumnForm(initial={"cols": chosen})
    every = page.record.all_fields()
    own = {one.key: one.label for one in page.selection.columns if one.key not in every}
    seen = {key: field.label for key, field in every.items() if page.actor.sees_field(page.record.name, key)}
    labels = {**own, **seen}
    rest = [key for key in labels if key not in chosen]
    given.fields["cols"].choices = [(key, labels[key]) for key in [*chosen, *rest]]  # type: ignore[attr-defined]
    context = {
        "title": _("Columns"),
        "fields": form_context.fields_of(given),
        "hidden": [*kept(page.address), {"name": "part", "value": "choose"}],
        "action": page.address.path,
        "submit": _("Show"),
    }
    return page.answer("pages/get_dialog.html", {"dialog": context})


def choose_columns(page: ListPage) -> HttpResponse:
    """Go to the list with the chosen columns."""
    return htmx.redirect(page.request, page.address.url(cols=",".join(page.request.GET.getlist("cols"))))


def _open(page: ListPage) -> Any:
    view = page.selection.view
    if view is None:
        raise Missing("not_found", _("There is no such view."))
    return view


def _dialog(page: ListPage, given: forms.Form, *, own: bool, status: int = 200) -> HttpResponse:
    if not own:
        del given.fields["is_new"]
    context = {
        "title": _("Save the view"),
        "text": _("Filter, columns, order and grouping are kept as they are shown now."),
        "errors": form_context.errors_of(given) if given.is_bound else [],
        "fields": form_context.fields_of(given),
        "post_url": page.address.part("view"),
        "submit": _("Save"),
    }
    return page.answer("kit/dialog.html", {"dialog": context}, status)
