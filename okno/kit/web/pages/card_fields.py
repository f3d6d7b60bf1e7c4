"""Fields of a card: read, edited in place through the area's command, and the dialog of a stale edit."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import formats
from okno.kit.errors import Conflict, Missing, Refused
from okno.kit.fields import judging, logic
from okno.kit.ids import id_of, ids_of
from okno.kit.kinds import Kind
from okno.kit.naming import titles
from okno.kit.registry import Field, Record, registry
from okno.kit.rows import cells, expressions
from okno.kit.rows.masks import masked_text
from okno.kit.timeline import history
from okno.kit.web import form_context, htmx, undoing
from okno.kit.web.forms import Chosen, field_for, file_names, initial_of
from okno.kit.web.pages import card_files, layout_part
from okno.kit.web.pages.card_sections import Section
from okno.kit.web.stamps import Stamp

if TYPE_CHECKING:
    from okno.kit.web.pages.card import CardPage

Context = dict[str, Any]
TAGS_KEY = "KeyM"
FIELD = Stamp("kit/field.html", "field", ("name", "label", "text", "title", "url", "edit_url", "go_url", "colour"))


def sections(page: CardPage, *, editable: bool = True) -> list[Context]:
    """
    Fields under their titles, without those hidden from the actor; custom fields that nobody placed come last.

    A section without fields keeps its place: it may fill while the card is looked at.
    """
    found = []
    for number, section in enumerate(declared(page)):
        made = [context(page, key, editable=editable) for key in section.fields if _is_on_card(page, key)]
        if section.is_told_later and not any(one["text"] for one in made):
            made = []
        fields = [{**one, "html": FIELD.fill(one)} for one in made]
        key = f"section-{number}" if editable else ""
        found.append({"key": key, "title": section.title, "fields": fields, "then": section.then})
    return found


def context(page: CardPage, key: str, *, editable: bool = True) -> Context:
    """A field as it is read; of one that is masked for the actor only the end."""
    field = _field(page, key)
    value = value_of(page.record, key, page.row)
    if page.actor.masks_field(page.record.name, key):
        return {"name": key, "label": field.label, "text": masked_text(field.kind, value), "title": ""}
    cell = _cell(page, field, value)
    text = str(cell.get("title") or cell["text"]) if field.kind in {Kind.LONG_TEXT, Kind.PERSON} else cell["text"]
    found: Context = {"name": key, "label": field.label, "text": text, "title": cell.get("title", "")}
    if cell.get("chips"):
        found["chips"] = cell["chips"]
    is_edited = editable and can_edit(page, field)
    if is_edited:
        found["edit_url"] = page.part("field", name=key, edit="1")
        found["hotkey"] = TAGS_KEY if field.grows and key == _first_tags(page) else ""
    if field.link in registry.records and (row_id := link_id_of(page.record, key, page.row)):
        found["go_url" if is_edited else "url"] = registry.records[field.link].url_of(row_id)
    return found


def one(page: CardPage) -> HttpResponse:
    """A field as it is read, or its input when it is to be edited."""
    key = _asked(page)
    if page.request.GET.get("edit") and can_edit(page, _field(page, key)):
        return _edit(page, key, _form(page, key))
    return page.answer("kit/field.html", {"field": context(page, key)})


def save(page: CardPage) -> HttpResponse:
    """
    Save one field. Another field changed meanwhile merges; the same one is a conflict: mine, theirs and was.

    :raises Missing: the field cannot be edited here.
    """
    key = _asked(page)
    update = page.update
    if update is None or not can_edit(page, _field(page, key)):
        raise Missing("no_field", _("This field is not edited here."))
    form = _form(page, key, data=page.request.POST, files=page.request.FILES)
    if not form.is_valid():
        return _edit(page, key, form, status=422)
    version, once = id_of(page.request.POST.get("version", "")), uuid.uuid4().hex
    base = page.row.version if version is None else version
    values = {key: _sent(page, form.cleaned_data[key])}
    given = {page.update_on: page.row.pk, "values": values, "base_version": base}
    try:
        update.run(page.actor, idempotency_key=once, **given)
    except Conflict as conflict:
        return _conflict(page, conflict)
    except Refused as refusal:
        form.add_error(key, refusal.message)
        return _edit(page, key, form, status=422)
    return _saved(page, key, once)


def can_edit(page: CardPage, field: Field) -> bool:
    """Whether inline edit is offered: the field allows it, and the actor may give the command."""
    able = (field.editable or field.is_custom) and not field.formula and (field.is_listed or not field.many)
    return able and page.update is not None and page.actor.may(page.update.name)


def value_of(record: Record, key: str, row: Model) -> Any:
    """The value that people see of a field of a row that was read already."""
    field = record.field(key)
    if field is None:
        return None
    if field.is_custom:
        return getattr(row, "extra", {}).get(field.key)
    if field.many and not field.is_listed:
        own = record.model._base_manager.filter(pk=row.pk)
        return own.values_list(expressions.shown(record, key, field), flat=True).first()
    return _walk(row, str(expressions.shown(record, key, field)))


def _first_tags(page: CardPage) -> str:
    """The field of tags that the key opens: the first one on the card."""
    every = page.record.all_fields().items()
    return next((key for key, one in every if one.grows and page.actor.sees_field(page.record.name, key)), "")


def link_id_of(record: Record, key: str, row: Model) -> int | None:
    """The id of the linked row."""
    field = record.field(key)
    if field is not None and field.is_custom:
        stored = value_of(record, key, row)
        return stored if field.link and isinstance(stored, int) else None
    path = expressions.link_id(record, key, field) if field else ""
    found: int | None = _walk(row, path) if path else None
    return found


def text_of(page: CardPage, key: str) -> str:
    """The text of a field."""
    return str(_cell(page, _field(page, key), value_of(page.record, key, page.row))["text"])


def _cell(page: CardPage, field: Field, value: Any) -> Context:
    if value is None or value == "":
        return {"text": ""}
    if field.is_custom and field.link in registry.records:
        named = titles(page.actor, registry.records[field.link], set(ids_of([value])))
        # A row out of reach has no title here: its bare number would tell nothing.
        return {"text": next(iter(named.values()), _("Out of your reach"))}
    if field.kind is Kind.FILE:
        return {"text": ", ".join(file_names(value).values())}
    if field.kind is Kind.MONEY and field.currency and not isinstance(value, Mapping):
        code = field.currency if field.currency.isupper() else _walk(page.row, field.currency)
        value = {"a": value, "c": code}
    return cells.formatter(field)(value, page.moment)


def declared(page: CardPage) -> list[Section]:
    """The sections of the card: of the layout that holds, else as the page declares them."""
    every = page.record.all_fields()
    if page.laid is not None:
        return layout_part.laid_out(page.laid, list(every), gettext_lazy("More fields"))
    if not page.sections:
        return [Section(page.record.label, list(every))]
    placed = {key for section in page.sections for key in section.fields}
    rest: dict[str, list[str]] = {}
    tags = []
    for key, field in every.items():
        if not field.is_custom or key in placed:
            continue
        if field.grows and not field.section:
            tags.append(key)
        else:
            rest.setdefault(field.section, []).append(key)
    named = [Section(title or gettext_lazy("More fields"), keys) for title, keys in rest.items()]
    # Tags are put on by a key, at a glance: they stand where one looks first.
    first, *others = page.sections
    return [replace(first, fields=(*first.fields, *tags)), *others, *named]


def _is_on_card(page: CardPage, key: str) -> bool:
    """A field that the form does not show for such rows stays on the card while it has a value."""
    if not _is_open(page, key):
        return page.record.field(key) is not None and page.actor.masks_field(page.record.name, key)
    if key not in registry.logic(page.record.name):
        return True
    shown = logic.standing(page.actor, page.record, key, page.row).is_shown
    return shown or judging.value_of(page.row, _field(page, key)) not in judging.EMPTY


def _is_open(page: CardPage, key: str) -> bool:
    return page.record.field(key) is not None and page.actor.sees_field(page.record.name, key)


def _field(page: CardPage, key: str) -> Field:
    field = page.record.field(key)
    if field is None:
        raise Missing("no_field", _("There is no such field."))
    return field


def _asked(page: CardPage) -> str:
    key = page.request.GET.get("name", "")
    if not _is_open(page, key):
        raise _no_field(page, key)
    return key


def _no_field(page: CardPage, key: str) -> Missing:
    """A field may be taken out of use while its input is open: what was typed stays there to be copied."""
    label = registry.retired_fields(page.record.name).get(key)
    if label is None or not page.actor.sees_field(page.record.name, key):
        return Missing("no_field", _("There is no such field."))
    text = _("The field “%(field)s” has been taken out of use: what you typed is not saved.")
    return Missing("no_field", text % {"field": label})


def _form(page: CardPage, key: str, data: Any = None, files: Any = None) -> forms.Form:
    field = _field(page, key)
    initial = initial_of(page.record, key, page.row)
    form = forms.Form(data, files, initial={key: initial})
    closed = logic.standing(page.actor, page.record, key, page.row).closed
    form.fields[key] = field_for(page.actor, field, chosen=initial, closed=closed)
    return form


def _sent(page: CardPage, value: Any) -> Any:
    """The value to save: files that were sent are put among those of the row first."""
    if not isinstance(value, Chosen):
        return value
    fresh = [card_files.added(page, one).pk for one in value.fresh]
    return list(dict.fromkeys([*value.kept, *fresh]))


def _edit(page: CardPage, key: str, form: forms.Form, status: int = 200) -> HttpResponse:
    bound = form_context.field_of(form[key])
    url = page.part("field", name=key)
    field = {**bound, "post_url": url, "cancel_url": url, "version": page.row.version}
    field["version"] = page.request.POST.get("version") or page.row.version
    return page.answer("kit/field_edit.html", {"field": field}, status)


def _saved(page: CardPage, key: str, once: str) -> HttpResponse:
    """The field anew; from the dialog of a conflict, a hint that the card is stale."""
    undo_url = undoing.url_of_key(page.actor, page.update.name if page.update else "", once)
    if page.request.headers.get("HX-Target") == "dialog-body":
        response = HttpResponse(status=204)
        htmx.triggered(response, **{"dialog:close": True, "live:resync": True})
    else:
        del page.row
        response = page.answer("kit/field.html", {"field": context(page, key)})
    label = _field(page, key).label
    return htmx.told(response, _("Saved: %(field)s.") % {"field": label}, undo_url=undo_url)


def _conflict(page: CardPage, conflict: Conflict) -> HttpResponse:
    fields = [
        {
            "name": key,
            "label": one["label"],
            "mine": _shown(page, key, one["mine"]),
            "theirs": _shown(page, key, one["theirs"]),
            "was": _shown(page, key, one["was"]),
            "mine_value": _posted(one["mine"]),
            "theirs_value": _posted(one["theirs"]),
        }
        for key, one in conflict.params["fields"].items()
    ]
    line = next(iter(history.history_of(page.actor, page.record, page.row)), None)
    shown = {
        "who": line.who if line else "",
        "when": formats.moment_text(line.at, page.moment.at, page.moment.zone) if line else "",
        "post_url": page.request.get_full_path(),
        "version": conflict.params["version"],
        "fields": fields,
    }
    return page.answer("kit/conflict.html", {"conflict": shown}, 409)


def _shown(page: CardPage, key: str, value: Any) -> str:
    """A value of the journal as people read it: links by title."""
    field = _field(page, key)
    if value is None or value == "":
        return ""
    if field.link in registry.records and (row_id := id_of(value)) is not None:
        return titles(page.actor, registry.records[field.link], {row_id}).get(row_id, str(value))
    return str(cells.text_of(field, value, page.moment))


def _posted(value: Any) -> str:
    raw = value.get("a") if isinstance(value, Mapping) else value
    return "" if raw is None else str(raw)


def _walk(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name, None)
        if row is None:
            return None
    return row
