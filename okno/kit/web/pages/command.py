"""CommandPage: a form that checks the shape of what is typed and gives it to one command."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit import quotes
from okno.kit.commands import Command
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.timeline import history
from okno.kit.web import form_context, form_logic, htmx, undoing
from okno.kit.web.forms import LinkField
from okno.kit.web.pages import form_layout
from okno.kit.web.pages.base import Page, place_above
from okno.kit.web.pages.subject import beside_card, row_of_address, subject_of, titled

KEY = "once"


class Nothing(forms.Form):
    """A decision without fields."""


class CommandPage(Page):
    """
    A form of one command, as a page or in the dialog.

    `form` is a Django form whose cleaned fields are the arguments of `command`; a form that takes `actor` or `row`
    is given them. `on` names the argument that is a row: its id comes from the address (`<int:id>`), and the row is
    read by `query(actor, id)`. A command without such an argument finds the row by what the form says: by its code.
    Lists offer the command for many rows too, unless the page works by the row, or is for a single one.
    """

    command: ClassVar[Command[Any, Any]]
    form: ClassVar[type[forms.BaseForm]] = Nothing
    on: ClassVar[str] = ""
    query: ClassVar[Callable[..., Any] | None] = None
    title: ClassVar[object] = ""
    text: ClassVar[object] = ""
    submit: ClassVar[object] = ""
    done: ClassVar[object] = ""
    layout: ClassVar[Sequence[tuple[object, Sequence[str]]]] = ()
    is_danger: ClassVar[bool] = False
    multipart: ClassVar[bool] = False
    stays: ClassVar[bool] = False
    is_single: ClassVar[bool] = False
    # A page of settings that shows those of one record at a time.
    settings_url: ClassVar[str] = ""
    parts: ClassVar[dict[str, str]] = {"layout": "layout_form"}
    actions: ClassVar[dict[str, str]] = {"layout": "save_layout", "fields": "fields_anew"}

    def asked_permission(self) -> str:
        """The right to give the command."""
        return self.permission or type(self).command.name

    def row(self, **address: Any) -> Model | None:
        """The row the command is about. :raises Missing: it is not there or out of reach."""
        query = type(self).query
        if not self.on or query is None:
            return None
        found: Model | None = query(self.actor, address["id"])
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return found

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What the form is filled with: the address may name fields, as in `?client=5`."""
        return {name: value for name, value in self.request.GET.items() if name != "part"}

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments of the command from the cleaned form; an optional link left empty is not given."""
        parameters = type(self).command.parameters
        return {name: value for name, value in cleaned.items() if not (value is None and _may_lack(parameters, name))}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Where to go when it is done: the settings of its record, the card of what was returned, or of the row."""
        if self.settings_url:
            return f"{self.settings_url}?record={getattr(result or row, 'record', '')}"
        for one in (result, row):
            if isinstance(one, Model) and type(one) in {record.model for record in registry.records.values()}:
                record: Record = registry.record_of(type(one))
                if record.url:
                    return record.url_of(one.pk)
        return self.request.headers.get("HX-Current-URL", "/")

    def cancel_url(self, row: Model | None) -> str:
        """The way back without doing anything: to the row, or to the page above: from `/deals/new/` to the list."""
        about = row or row_of_address(self.actor, self.request.GET)
        url = "/" if about is None else self.success_url(None, about)
        return place_above(self.request, self.request.path) if url == "/" else url

    def subject(self, row: Model | None) -> dict[str, Any] | None:
        """Whom the form is about: the row, or the one that the address names."""
        about = row or row_of_address(self.actor, self.request.GET)
        return subject_of(self.actor, about, self.cancel_url(about))

    def show(self, **address: Any) -> HttpResponse:
        """The empty form."""
        row = self.row(**address)
        return self.render(self.make_form(row, initial=self.initial(row)), row)

    def act(self, **address: Any) -> HttpResponse:
        """Give what was typed to the command; what a rule refuses comes back as an error of the form."""
        row = self.row(**address)
        form = self.make_form(row, data=self.request.POST, files=self.request.FILES, initial=self.initial(row))
        # A button that sends no key of its own still gets a way back.
        key = own_key(self.actor, self.request.POST.get(KEY) or uuid.uuid4().hex)
        if not form.is_valid():
            if history.run_of_key(type(self).command.name, key):
                # Sent twice: what was right the first time need not be any more, and it is done.
                return self.succeed(row, row, key)
            return self.render(form, row, status=422)
        try:
            result = self.given_with_custom(form, row, key)
        except (Refused, Denied) as refusal:
            self.blame(form, refusal)
            return self.render(form, row, status=422)
        return self.succeed(result, row, key)

    def give(self, form: forms.BaseForm, row: Model | None, key: str) -> Any:
        """Run the command."""
        command = type(self).command
        about = {self.on: row.pk} if row is not None and self.on in command.parameters else {}
        arguments = self.arguments(form.cleaned_data)
        return command.run(self.actor, idempotency_key=key, **about, **arguments)

    def given_with_custom(self, form: forms.BaseForm, row: Model | None, key: str) -> Any:
        """Run the command; a row that it makes gets its custom fields with it, both or neither."""
        record = form_logic.made_by(type(self).command)
        if record is None:
            return self.give(form, row, key)
        own, custom = form_logic.parted(form, record, type(self).command)
        given, form.cleaned_data = form_logic.given_in(form, own), own
        with transaction.atomic():
            result = self.give(form, row, key)
            if isinstance(result, record.model):
                form_logic.finish(self.actor, record, result, custom, key, given)
        return result

    def succeed(self, result: Any, row: Model | None, key: str) -> HttpResponse:
        """Say what was done, with a way back, on the page that follows."""
        undo_url = undoing.url_of_key(self.actor, type(self).command.name, key)
        text = str(self.done or _("Done: %(what)s.") % {"what": type(self).command.label})
        if self.stays and htmx.is_htmx(self.request):
            response = HttpResponse(status=204)
            htmx.triggered(response, **{"dialog:close": True, "live:resync": True})
            return htmx.told(response, text, undo_url=undo_url)
        return htmx.redirect(self.request, self.success_url(result, row), toast=text, undo_url=undo_url)

    def blame(self, form: forms.BaseForm, refusal: Refused | Denied) -> None:
        """Put a refusal where it belongs in the form."""
        form_logic.blame(form, refusal)

    def make_form(self, row: Model | None, **given: Any) -> forms.BaseForm:
        """The form; it learns the actor and the row when it asks for them."""
        asked = type(self).form.__init__.__code__.co_varnames
        if "actor" in asked:
            given["actor"] = self.actor
        if "row" in asked:
            given["row"] = row
        form = type(self).form(**given)
        if (record := form_logic.made_by(type(self).command)) is not None:
            form_logic.join(form, self.actor, record)
        for field in form.fields.values():
            # What was sent names its rows when it is judged.
            if isinstance(field, LinkField) and not form.is_bound:
                field.name_chosen(form.initial.get(_name_of(form, field)))
        return form

    def render(self, form: forms.BaseForm, row: Model | None, status: int = 200) -> HttpResponse:
        """The form as a page, or as the content of the dialog."""
        context = self.form_context(form, row)
        if htmx.is_htmx(self.request):
            context["subject"] = beside_card(self.request, context["subject"])
            return self.answer("kit/dialog.html", {"dialog": context}, status)
        return self.answer("kit/form.html", {"form_page": context, "page_title": titled(context)}, status)

    def form_context(self, form: forms.BaseForm, row: Model | None) -> dict[str, Any]:
        """The form for its template, see kit/form.html."""
        command = type(self).command
        once = self.request.POST.get(KEY) or uuid.uuid4().hex
        return {
            "title": quotes.nested(str(self.title or command.label)),
            "subject": self.subject(row),
            "text": quotes.nested(str(self.text)),
            "errors": form_context.errors_of(form),
            "post_url": self.request.get_full_path(),
            "submit": str(self.submit or command.label),
            "danger": self.is_danger,
            "multipart": self.multipart or form.is_multipart(),
            "draft": self.draft_key(row),
            "hidden": [
                {"name": KEY, "value": once},
                *form_context.hidden_of(form),
            ],
            "cancel_url": self.cancel_url(row),
            "logic": self.logic(form, row),
            "layout_url": form_layout.url(self),
            "type_name": form_layout.type_name(self, form),
            **form_layout.grid(self, form, once),
        }

    def draft_key(self, row: Model | None) -> str:
        """What was typed is kept apart for each row, and for each thing that a new row begins with."""
        begins = urlencode(sorted((name, value) for name, value in self.request.GET.items() if name != "part"))
        return f"{type(self).command.name}:{row.pk if row else 'new'}{begins and '?'}{begins}"

    def layout_form(self, **_address: Any) -> HttpResponse:
        """The editor of the layout of the form."""
        return form_layout.edit(self)

    def save_layout(self, **_address: Any) -> HttpResponse:
        """Keep the layout of the form."""
        return form_layout.save(self)

    def fields_anew(self, **_address: Any) -> HttpResponse:
        """The fields laid out for another type of rows."""
        return form_layout.anew(self)

    def logic(self, form: forms.BaseForm, row: Model | None) -> str:
        """What the form asks of fields depending on others, for the browser."""
        made = form_logic.made_by(type(self).command)
        if made is not None:
            # The row of the page is another one's then: that of the client a legal entity is made for.
            return form_logic.told(form, self.actor, made)
        record = next((one for one in registry.records.values() if row is not None and one.model is type(row)), None)
        return form_logic.told(form, self.actor, record, row) if record is not None else ""


def own_key(actor: Actor, given: str) -> str:
    """An idempotency key of this person's own: nobody is answered with the result of another one's run."""
    return f"{actor.user_id}:{given[:100]}" if given else ""


def _may_lack(parameters: Mapping[str, Any], name: str) -> bool:
    return name in parameters and not parameters[name].required


def _name_of(form: forms.BaseForm, field: forms.Field) -> str:
    return next(name for name, one in form.fields.items() if one is field)
