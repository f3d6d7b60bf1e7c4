"""Commands for many rows: the dialog of what is asked once for all, then the preview of what would become of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okno.kit import formats, permissions
from okno.kit.arguments import plain
from okno.kit.changing import running
from okno.kit.changing.asked import Asked, check_count
from okno.kit.changing.steps import begun
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.ids import ids_of
from okno.kit.web import form_context, htmx
from okno.kit.web.forms import LinkField
from okno.kit.web.pages.bulk import Bulk, declared, others

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

SENT, SILENT = "sent", "is_silent"


def run(page: ListPage) -> HttpResponse:
    """Ask for what the command needs; once it was asked, show what would become of each row."""
    bulk = _asked(page)
    permissions.check_may(page.actor, bulk.command.name)
    is_sent = SENT in page.request.POST
    form = _form(page, bulk, bound=is_sent)
    if not is_sent or (form is not None and not form.is_valid()):
        return _dialog(page, bulk, form, status=422 if is_sent else 200)
    ids = chosen(page)
    cleaned: Mapping[str, Any] = form.cleaned_data if form is not None else {}
    if bulk.settle is not None and form is not None:
        try:
            cleaned = bulk.settle(page.actor, cleaned)
        except (Refused, Denied) as refusal:
            missing = [name for name in refusal.params.get("missing", []) if name in form.fields]
            form.add_error(missing[0] if missing else None, refusal.message)
            return _dialog(page, bulk, form, status=422)
    given = {name: plain(value) for name, value in cleaned.items() if value is not None}
    asked = Asked(
        record=page.record.name,
        ids=ids,
        label=bulk.title,
        command=bulk.command.name,
        on=bulk.on,
        given={**(bulk.given or {}), **given},
        is_silent=bool(page.request.POST.get(SILENT)),
        back=page.address.url(),
        said=said_in(form) if form is not None else (),
    )
    return to_preview(page, asked)


def said_in(form: forms.BaseForm) -> list[dict[str, Any]]:
    """What was filled in, in words; a row that was chosen by its record and id, as not everybody may know its name."""
    found: list[dict[str, Any]] = []
    for bound in form.visible_fields():
        value, field = form.cleaned_data.get(bound.name), bound.field
        if value in (None, "", [], False):
            continue
        label = str(bound.label)
        if isinstance(field, LinkField):
            found.append({"label": label, "link": field.record.name, "id": value})
        elif isinstance(field, forms.ChoiceField):
            chosen = {str(one) for one in (value if isinstance(value, list) else [value])}
            options: Any = field.choices
            names = [str(text) for key, text in options if str(key) in chosen]
            found.append({"label": label, "text": ", ".join(names)})
        else:
            text = _("Yes") if value is True else str(bound.value())
            found.append({"label": label, "text": text})
    return found


def url_of_set(list_url: str, bulk: Bulk) -> str:
    """The dialog of a command for all rows that a list shows, for doors that stand elsewhere."""
    return f"{list_url}&{urlencode({'part': 'bulk', 'do': bulk.command.name, 'all': 1})}"


def to_preview(page: ListPage, asked: Asked) -> HttpResponse:
    """Find out what the change would do and go to the page that tells it."""
    check_count(len(asked.ids))
    return htmx.redirect(page.request, f"/jobs/{begun(page.actor, running.PREVIEW_WORK, asked).pk}/")


def chosen(page: ListPage) -> list[int]:
    """The ticked rows, or all rows of the filter. :raises Refused: there are none."""
    ids = ticked(page)
    if ids is None:
        found = page.selection.rows(narrow=True)
        ids = sorted(found.values_list("pk", flat=True))
    check_count(len(ids))
    return ids


def ticked(page: ListPage) -> list[int] | None:
    """The ticked rows; None when all rows of the filter are meant. :raises Refused: no row is ticked."""
    given = page.request.POST if page.request.method == "POST" else page.request.GET
    if given.get("all"):
        return None
    ids = ids_of(given.getlist("ids"))
    check_count(len(ids))
    return ids


def hidden(page: ListPage) -> list[dict[str, Any]]:
    """What the dialog sends again of the selection."""
    ids = ticked(page)
    ticks = [{"name": "ids", "value": one} for one in ids or ()]
    return [{"name": SENT, "value": "1"}, {"name": "all", "value": "1" if ids is None else ""}, *ticks]


def count_text(page: ListPage) -> str:
    """For how many rows it will be done."""
    ids = ticked(page)
    count = len(ids) if ids is not None else page.selection.rows(narrow=True).order_by().count()
    text = ngettext(
        "It is for %(count)s row. First you will see what changes.",
        "It is for %(count)s rows. First you will see what changes.",
        count,
    )
    return text % {"count": formats.quantity_text(count)}


def silent_field() -> forms.BooleanField:
    """Whether robots and people hear of the change."""
    label = _("Without robots and notifications")
    return forms.BooleanField(label=label, required=False)


def _asked(page: ListPage) -> Bulk:
    name = page.request.GET.get("do", "")
    known = declared(page)
    found = next((one for one in [*known, *others(page.actor, page.record, known)] if one.command.name == name), None)
    if found is None:
        declared_at_all = next((one for one in page.bulk if one.command.name == name), None)
        if declared_at_all is not None:
            return declared_at_all
        raise Missing("not_found", _("There is no such page."))
    return found


def _form(page: ListPage, bulk: Bulk, *, bound: bool) -> forms.BaseForm | None:
    if bulk.form is None:
        return None
    wants_actor = "actor" in bulk.form.__init__.__code__.co_varnames
    given: dict[str, Any] = {"actor": page.actor} if wants_actor else {}
    return bulk.form(page.request.POST if bound else None, **given)


def _dialog(page: ListPage, bulk: Bulk, form: forms.BaseForm | None, status: int) -> HttpResponse:
    silent = _Silent(page.request.POST if SENT in page.request.POST else None)
    asked = [one for one in (form, None if bulk.submit else silent) if one is not None]
    context = {
        "title": bulk.title,
        "text": count_text(page),
        "errors": form_context.errors_of(form) if form is not None and form.is_bound else [],
        "fields": [field for one in asked for field in form_context.fields_of(one)],
        "hidden": hidden(page),
        "post_url": page.address.part("bulk", do=bulk.command.name),
        "submit": str(bulk.submit or _("Show what changes")),
        "danger": False,
    }
    return page.answer("kit/dialog.html", {"dialog": context}, status)


class _Silent(forms.Form):
    """What is asked of every change of many rows."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields[SILENT] = silent_field()
