"""Settings of site forms: the list, the card with the code for the site, the settings themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from okno.fronts.portal import commands, queries
from okno.fronts.portal.models import PublicForm
from okno.fronts.portal.record import FORM
from okno.fronts.portal.web import forms
from okno.kit.errors import Missing
from okno.kit.web import pages

KNOWN_KEYS = tuple(f"ask_{key}" for key in queries.known_fields())


class FormList(pages.ListPage):
    """Forms that stand on sites."""

    record, query = FORM, queries.forms
    columns = ("title", "code", "source", "is_active", "accent")
    sort = "title"
    create_url, create_label, create_permission = "/settings/forms/new/", _("Site form"), "portal.set_form"
    empty: ClassVar[Mapping[str, Any]] = {
        "title": _("No site forms yet"),
        "text": _("A form on your site brings enquiries straight to those who answer them."),
        "icon": FORM.icon,
        "doors": [{"label": _("Make a form"), "url": "/settings/forms/new/", "icon": "plus"}],
    }


class FormCard(pages.CardPage):
    """A form, its address and the code to put on a site."""

    record, query = FORM, queries.form_for_card
    sections = (
        pages.Section(_("Site form"), ("title", "code", "source", "is_active", "accent")),
        pages.Section(_("Texts"), ("text", "thanks")),
    )
    has_feed, has_files = False, False

    @property
    def header_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """To the form as visitors see it, and to its settings."""
        code = getattr(self.row, "code", "")
        return (
            pages.Action(
                _("Change"),
                icon="edit",
                url="/settings/forms/{id}/edit/",
                permission="portal.set_form",
                is_dialog=False,
            ),
            pages.Action(_("Look at the form"), icon="external-link", url=f"/f/{code}", is_dialog=False),
        )


class FormSettings(pages.CommandPage):
    """The base of making a form and of changing it."""

    command, form = commands.set_form, forms.Settings
    layout = (
        (_("Form"), ("code", "title", "source", "text")),
        (_("What is asked"), (*KNOWN_KEYS, "own")),
        (_("Consent to mailings"), ("mailings_text", "mailings_channels")),
        (_("After sending"), ("thanks",)),
        (_("On the site"), ("origins", "accent", "is_active")),
    )
    submit = _("Save")

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Fields and sites as lists."""
        before = self.before()
        return {
            "code": before.code if before else cleaned["code"],
            **{key: cleaned[key] for key in ("title", "source", "text", "thanks", "accent", "is_active")},
            "fields": forms.fields_of(dict(cleaned), before),
            "origins": cleaned["origins"].split(),
        }

    def before(self) -> PublicForm | None:
        """The form as it is now."""
        return None


class NewForm(FormSettings):
    """A new form."""

    title = _("New site form")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What nearly every form asks."""
        asked = {"ask_name": "required", "ask_phone": "required", "ask_text": "shown", "ask_consent": "required"}
        return {**asked, **super().initial(row)}


class EditForm(FormSettings):
    """Another look, other questions."""

    title = _("Site form")

    def before(self) -> PublicForm | None:
        """The form that the address names."""
        return queries.form_for_card(self.actor, self.kwargs["id"])

    def row(self, **address: Any) -> Model | None:
        """The form; the command finds it by its code. :raises Missing: it is not there or out of reach."""
        found = self.before()
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return found

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The settings as they are."""
        return forms.initial_of(row) if isinstance(row, PublicForm) else {}

    def give(self, form: Any, row: Model | None, key: str) -> Any:
        """The command makes or replaces a form by its code."""
        return type(self).command.run(self.actor, idempotency_key=key, **self.arguments(form.cleaned_data))
