"""The logo of a client: sent from the browser, put among the files of the card, and shown in its head."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients import commands, queries, rules
from okno.areas.clients.models import Client
from okno.areas.clients.record import CLIENT
from okno.kit import files
from okno.kit.attachments import commands as attachments
from okno.kit.errors import Refused
from okno.kit.web import pages


class LogoForm(forms.Form):
    """An image."""

    file = forms.FileField(
        label=gettext_lazy("Image"),
        widget=forms.ClearableFileInput({"class": "form-control", "accept": ",".join(sorted(rules.IMAGES))}),
        help_text=gettext_lazy("PNG, JPEG, GIF or WebP, not larger than 1 MB."),
    )

    def clean_file(self) -> files.Stored:
        """What was sent, kept by its content. :raises ValidationError: it is no image, or too large."""
        sent = self.cleaned_data["file"]
        try:
            stored = files.store(sent.file, sent.name or "logo", rules.LARGEST_LOGO)
            rules.check_logo(stored.mime, stored.size)
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal
        return stored


class SetLogo(pages.CommandPage):
    """The logo of a client."""

    command, form, on, query = commands.set_logo, LogoForm, "client", queries.client_for_card
    done = gettext_lazy("The logo is on the card.")
    title, submit, stays, is_single = gettext_lazy("Logo"), gettext_lazy("Show"), True, True

    def give(self, form: forms.BaseForm, row: Any, key: str) -> Client:
        """Put the image among the files of the client and show it: both or neither."""
        stored: files.Stored = form.cleaned_data["file"]
        added = attachments.add.run(
            self.actor,
            record=CLIENT.name,
            row_id=row.pk,
            name=stored.name,
            sha256=stored.sha256,
            size=stored.size,
            mime=stored.mime,
        )
        shown: Client = commands.set_logo.run(self.actor, idempotency_key=key, client=row.pk, file_id=added.pk)
        return shown


class DropLogo(pages.CommandPage):
    """No logo any more; the image stays among the files."""

    command, on, query = commands.set_logo, "client", queries.client_for_card
    title, submit, stays, is_single = gettext_lazy("Take the logo off"), gettext_lazy("Take off"), True, True


def head(client: Client) -> dict[str, str]:
    """The address of the logo for the head of the card; empty without one."""
    shown = queries.logo_of(client)
    return {"logo_url": f"/files/{shown.pk}/", "logo_alt": _("Logo")} if shown else {}
