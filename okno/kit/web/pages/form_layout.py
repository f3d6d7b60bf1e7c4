"""The form of a new row as a layout has it: order and sections of its fields, those that are not asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit.errors import Missing
from okno.kit.layouts import commands, reading
from okno.kit.registry import Record
from okno.kit.web import form_context, form_logic
from okno.kit.web.pages import layout_part
from okno.kit.web.pages.card_sections import Section
from okno.kit.web.pages.layout_part import Editing

if TYPE_CHECKING:
    from okno.kit.web.pages.command import CommandPage

Context = dict[str, Any]


def sections(page: CommandPage, form: forms.BaseForm) -> list[Context] | None:
    """The fields of a form for a new row under the titles of a layout; None where no layout holds."""
    record = _record(page)
    held = reading.layout_for(page.actor, record.name, reading.CREATE) if record is not None else None
    if held is None:
        return None
    known = list(form.fields)
    laid = layout_part.laid_out(held.config, known, _("More fields"))
    placed = {key for one in laid for key in one.fields}
    # What the address or an error speaks of is shown, whatever the layout says.
    asked = [key for key in known if key not in placed and _is_asked(form, key)]
    whole = [*laid, *([Section(_("More fields"), asked)] if asked else [])]
    return form_context.sections_of(form, [(one.title, one.fields) for one in whole])


def url(page: CommandPage) -> str:
    """The address of the editor for whoever may lay the form out."""
    may = page.actor.may(commands.lay_out.name) and "layout" in page.parts and _record(page) is not None
    return f"{page.request.path}?part=layout" if may else ""


def edit(page: CommandPage) -> HttpResponse:
    """The editor. :raises Missing: the form makes no rows of a record."""
    editing = _editing(page)
    held = reading.layout_for(page.actor, editing.record.name, reading.CREATE)
    return layout_part.form(editing, held.config if held else {})


def save(page: CommandPage) -> HttpResponse:
    """Keep the layout that was sent."""
    return layout_part.save(_editing(page))


def _editing(page: CommandPage) -> Editing:
    record = _record(page)
    if record is None:
        raise Missing("not_found", _("There is no such page."))
    form = page.make_form(None, initial=page.initial(None))
    visible = [bound.name for bound in form.visible_fields()]
    held = reading.layout_for(page.actor, record.name, reading.CREATE)
    laid_out = partial(layout_part.laid_out, known=visible, more_title=_("More fields"))
    declared = [Section(title, names) for title, names in page.layout] or [Section(record.label, visible)]
    return Editing(
        page,
        record,
        reading.CREATE,
        "",
        laid_out(held.config) if held else declared,
        {name: str(form.fields[name].label or name) for name in visible},
        required=frozenset(name for name in visible if form.fields[name].required),
        back_url=page.request.headers.get("HX-Current-URL", page.request.path),
    )


def _record(page: CommandPage) -> Record | None:
    return None if page.on else form_logic.made_by(type(page).command)


def _is_asked(form: forms.BaseForm, key: str) -> bool:
    return form.fields[key].required or key in form.errors or bool(form.initial.get(key))
