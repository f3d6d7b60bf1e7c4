"""Texts of letters: the list, the editor, and how a text looks on a real row."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.documents import commands, queries
from okno.areas.documents.models import TextTemplate
from okno.areas.documents.web import forms
from okno.kit.ids import id_of
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.web import form_context
from okno.kit.web.forms import LinkField
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page

TEXTS = "/settings/templates/"


def template(actor: Actor, template_id: int) -> TextTemplate | None:
    """A text of a letter, or None."""
    return queries.all_templates(actor).filter(pk=template_id).first()


class Texts(Page):
    """Texts by the record they are about."""

    permission = commands.set_template.name

    def show(self, **_address: Any) -> HttpResponse:
        """The list."""
        rows = [
            {
                "name": one.name,
                "subject": one.subject,
                "about": str(registry.records[one.record].label) if one.record in registry.records else one.record,
                "is_default": one.is_default,
                "url": f"{TEXTS}{one.pk}/",
                "drop_url": f"{TEXTS}{one.pk}/drop/",
            }
            for one in queries.all_templates(self.actor)
        ]
        return self.answer("documents/texts.html", {"texts": rows, "page_title": _("Texts of letters")})


class AddText(CommandPage):
    """A new text."""

    command, form = commands.set_template, forms.TemplateForm
    title, submit = gettext_lazy("New text of a letter"), gettext_lazy("Save")
    actions: ClassVar[dict[str, str]] = {"preview": "preview"}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return TEXTS

    def preview(self, **address: Any) -> HttpResponse:
        """The text as it is typed now, on the chosen row or on the newest one."""
        sent, row = self.request.POST, self.row(**address)
        record = getattr(row, "record", "") or sent.get("record", "")
        chosen = sent.get("sample", "")
        sample = id_of(chosen)
        letter = queries.preview(self.actor, record, sent.get("subject", ""), sent.get("body", ""), sample)
        return self.answer("documents/text_preview.html", {"letter": letter})

    def render(self, form: Any, row: Model | None, status: int = 200) -> HttpResponse:
        """The editor with the preview beside it."""
        record = getattr(row, "record", "") or self.request.GET.get("record", "")
        picker: Any = LinkField(self.actor, record, required=False).widget if record in registry.records else None
        context = {
            "page_title": str(self.title),
            "title": getattr(row, "name", "") or str(self.title),
            "fields": form_context.fields_of(form),
            "errors": form_context.errors_of(form),
            "post_url": self.request.get_full_path(),
            "preview_url": f"{self.request.path}?part=preview",
            "picker": picker.render("sample", None, {"id": "id_sample"}) if picker else "",
            "names": _names(record),
        }
        return self.answer("documents/text.html", context, status)


class ChangeText(AddText):
    """Another wording."""

    on, query = "template", template
    title = gettext_lazy("Text of a letter")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What it says now."""
        return {name: getattr(row, name) for name in ("record", "name", "subject", "body", "is_default")}


class DropText(CommandPage):
    """Take a text out of use."""

    command, on, query = commands.drop_template, "template", template
    is_danger = True

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return TEXTS


def _names(record: str) -> list[dict[str, str]]:
    """Fields that may stand in the text."""
    known = registry.records.get(record)
    return [{"key": key, "label": str(one.label)} for key, one in known.all_fields().items()] if known else []
