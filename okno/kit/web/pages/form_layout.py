"""The form of a new row as a layout has it: of the type chosen in it, its sections, those not asked for left out."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from okno.kit.errors import Missing
from okno.kit.layouts import commands, reading
from okno.kit.registry import Record
from okno.kit.web import form_context, form_logic, htmx
from okno.kit.web.pages import layout_part
from okno.kit.web.pages.card_sections import Section
from okno.kit.web.pages.layout_part import Editing

if TYPE_CHECKING:
    from okno.kit.web.pages.command import CommandPage

Context = dict[str, Any]
# The grid of fields in the dialog; on a page of its own it has another id.
IN_DIALOG = "dialog-fields"


def grid(page: CommandPage, form: forms.BaseForm, once: str) -> Context:
    """
    The fields of a form as they are laid out: `sections` with titles, or `fields`.

    :param once: the key of the form: by it and their names the fields are known when it is laid out for another type.
    """
    record = _record(page)
    is_in_dialog = htmx.is_htmx(page.request)
    found = _laid_out(page, form, record, is_in_dialog=is_in_dialog)
    key = _type_key(page, form, record)
    if record is not None and key and "fields" in page.actions and reading.has_types(record.name, reading.CREATE):
        _let_lay_anew(page, found, key, once)
    return {**found, "grid_id": IN_DIALOG if is_in_dialog else "form-fields"}


def anew(page: CommandPage) -> HttpResponse:
    """
    The fields laid out for the type that is chosen now; what stands in them already stays as it is.

    :raises Missing: the form makes no rows of a record.
    """
    sent, record = page.request.POST, _known(page)
    form = _chosen(page, record, sent)
    for field in form.fields.values():
        # Whoever fills the form in stays where they are.
        field.widget.attrs.pop("autofocus", None)
    is_in_dialog = page.request.headers.get("HX-Target") == IN_DIALOG
    found = _laid_out(page, form, record, _filled(form, page.request), is_in_dialog=is_in_dialog)
    _let_lay_anew(page, found, _type_key(page, form, record), sent.get("once", ""))
    for one in _fields(found):
        one["is_kept"] = True
    grid_id = IN_DIALOG if is_in_dialog else "form-fields"
    return page.answer("kit/form_grid.html", {**found, "grid_id": grid_id, "is_small": is_in_dialog})


def url(page: CommandPage) -> str:
    """The address of the editor for whoever may lay the form out."""
    may = page.actor.may(commands.lay_out.name) and "layout" in page.parts and _record(page) is not None
    return f"{page.request.path}?part=layout" if may else ""


def type_name(page: CommandPage, form: forms.BaseForm) -> str:
    """The name of the input that tells the type of the row; empty where the form has none."""
    return _type_key(page, form, _record(page))


def edit(page: CommandPage) -> HttpResponse:
    """The editor. :raises Missing: the form makes no rows of a record."""
    editing = _editing(page)
    held = reading.layout_for(page.actor, editing.record.name, reading.CREATE, editing.kind)
    return layout_part.form(editing, held.config if held else {})


def save(page: CommandPage) -> HttpResponse:
    """Keep the layout that was sent."""
    return layout_part.save(_editing(page))


def _laid_out(
    page: CommandPage,
    form: forms.BaseForm,
    record: Record | None,
    filled: Collection[str] = (),
    *,
    is_in_dialog: bool,
) -> Context:
    held = None
    if record is not None:
        held = reading.layout_for(page.actor, record.name, reading.CREATE, _kind(page, form, record))
        # The type decides of the rest: a layout of one type that leaves it out would never give way to another.
        is_typed = reading.has_types(record.name, reading.CREATE)
        filled = {*filled, *([_type_key(page, form, record)] if is_typed else [])}
    if held is None and page.layout and not is_in_dialog:
        return {"sections": form_context.sections_of(form, page.layout)}
    if held is None:
        return {"fields": form_context.fields_of(form)}
    known = [bound.name for bound in form.visible_fields()]
    laid = layout_part.laid_out(held.config, known, _("More fields"))
    placed = {key for one in laid for key in one.fields}
    # What the address, an error or the person speaks of is shown, whatever the layout says.
    asked = [key for key in known if key not in placed and (key in filled or _is_asked(form, key))]
    *named, more = [*laid, Section(_("More fields"), [])] if not laid or laid[-1].title != _("More fields") else laid
    whole = [*named, Section(more.title, [*more.fields, *asked])]
    shown = {key for one in whole for key in one.fields}
    return {
        "sections": form_context.sections_of(form, [(one.title, one.fields) for one in whole]),
        "begun": [one for key in known if key not in shown for one in _begun(form, key)],
    }


def _begun(form: forms.BaseForm, key: str) -> list[Context]:
    """What a field that is left out begins with, as it would have been sent: a new row has it all the same."""
    begins = form[key].initial
    values = begins if isinstance(begins, list | tuple) else [begins]
    return [{"name": key, "value": "on" if one is True else one} for one in values if one not in (None, "", False)]


def _let_lay_anew(page: CommandPage, found: Context, key: str, once: str) -> None:
    """Give the fields ids, and have the one of the type ask for the form anew when it changes."""
    address = page.request.GET.copy()
    address["part"] = "fields"
    for field in _fields(found):
        field["place"] = f"field-{once}-{field['name']}"
        if field["name"] == key:
            field["anew_url"] = f"{page.request.path}?{address.urlencode()}"


def _fields(found: Context) -> list[Context]:
    return [field for one in found.get("sections", ()) for field in one["fields"]] + list(found.get("fields", ()))


def _editing(page: CommandPage) -> Editing:
    record = _known(page)
    form = _chosen(page, record, page.request.GET)
    kind = _kind(page, form, record)
    visible = [bound.name for bound in form.visible_fields()]
    held = reading.layout_for(page.actor, record.name, reading.CREATE, kind)
    laid_out = partial(layout_part.laid_out, known=visible, more_title=_("More fields"))
    declared = [Section(title, names) for title, names in page.layout] or [Section(record.label, visible)]
    return Editing(
        page,
        record,
        reading.CREATE,
        kind,
        laid_out(held.config) if held else declared,
        {name: str(form.fields[name].label or name) for name in visible},
        required=frozenset(name for name in visible if form_context.is_asked(form.fields[name])),
        back_url=page.request.headers.get("HX-Current-URL", page.request.path),
    )


def _record(page: CommandPage) -> Record | None:
    return None if page.on else form_logic.made_by(type(page).command)


def _known(page: CommandPage) -> Record:
    record = _record(page)
    if record is None:
        raise Missing("not_found", _("There is no such page."))
    return record


def _chosen(page: CommandPage, record: Record, sent: QueryDict) -> forms.BaseForm:
    """The empty form with the type that is chosen in it."""
    key = record.type_field
    return page.make_form(None, initial={**page.initial(None), **({key: sent[key]} if key in sent else {})})


def _filled(form: forms.BaseForm, request: HttpRequest) -> set[str]:
    """Names of the fields in which something else stands than what a new form begins with."""
    found = set()
    for bound in form.visible_fields():
        begins = bound.value()
        if begins is None and isinstance(bound.field, forms.ChoiceField):
            begins = next(iter(_options(bound.field)), None)
        value = bound.field.widget.value_from_datadict(request.POST, request.FILES, bound.html_name)
        if bound.html_name in request.POST and bound.field.has_changed(begins, value):
            found.add(bound.name)
    return found


def _type_key(page: CommandPage, form: forms.BaseForm, record: Record | None) -> str:
    key = reading.type_field(page.actor, record) if record is not None else ""
    return key if isinstance(form.fields.get(key), forms.ChoiceField) else ""


def _kind(page: CommandPage, form: forms.BaseForm, record: Record | None) -> str:
    """The type of the row to be, as layouts know it: the code of an option, or the name of what it links to."""
    key = _type_key(page, form, record)
    if record is None or not key:
        return ""
    options, value = _options(form.fields[key]), str(form[key].value())
    # The browser chooses the first one where nothing is.
    value = value if value in options else next(iter(options), "")
    return value if record.fields[key].choices else options.get(value, "")[:100]


def _options(field: Any) -> dict[str, str]:
    return {str(value): str(label) for value, label in field.choices}


def _is_asked(form: forms.BaseForm, key: str) -> bool:
    return form_context.is_asked(form.fields[key]) or key in form.errors or bool(form.initial.get(key))
