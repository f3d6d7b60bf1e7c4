"""Mailboxes: set up, checked against their servers, put out of use."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms as django_forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.communications import commands, queries
from okno.areas.communications.models import MailAccount
from okno.areas.communications.web import forms
from okno.kit import formats
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.secrets import SecretText
from okno.kit.web import htmx
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page

MAILBOXES = "/settings/mailboxes/"
LAYOUT = (
    (gettext_lazy("Mailbox"), ("address", "name", "owner", "is_default", "is_active", "username", "password")),
    (gettext_lazy("Incoming mail (IMAP)"), ("imap_host", "imap_port", "imap_security", "depth_days", "lead_source")),
    (gettext_lazy("Outgoing mail (SMTP)"), ("smtp_host", "smtp_port", "smtp_security", "signature")),
)


class Mailboxes(Page):
    """All mailboxes with their state."""

    permission = commands.set_account.name
    actions: ClassVar[dict[str, str]] = {"check": "check"}

    def show(self, **_address: Any) -> HttpResponse:
        """The list."""
        rows = [self._shown(one) for one in queries.accounts(self.actor).select_related("owner")]
        return self.answer("communications/accounts.html", {"accounts": rows, "page_title": _("Mailboxes")})

    def check(self, **_address: Any) -> HttpResponse:
        """Connect to the servers of a mailbox now and tell how it went."""
        asked = id_of(self.request.GET.get("id"))
        account = None if asked is None else queries.account_for_card(self.actor, asked)
        if account is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        lines = _told(queries.check_account(account))
        if not htmx.is_htmx(self.request):
            return htmx.redirect(self.request, MAILBOXES, toast=" ".join(one["text"] for one in lines))
        return self.answer("communications/checked.html", {"lines": lines})

    def _shown(self, one: MailAccount) -> dict[str, Any]:
        moment = self.moment
        state = {"label": _("works"), "due": "green"}
        if one.error:
            state = {"label": _("does not work"), "due": "red"}
        elif not one.is_active:
            state = {"label": _("not in use"), "due": "grey"}
        elif one.imap_host and one.polled_at is None:
            state = {"label": _("not read yet"), "due": "yellow"}
        return {
            "id": one.pk,
            "address": one.address,
            "owner": one.owner.name if one.owner else _("Of all"),
            "state": state,
            "error": one.error,
            "source": one.lead_source,
            "is_default": one.is_default,
            "polled": formats.moment_text(one.polled_at, moment.at, moment.zone),
            "url": f"{MAILBOXES}{one.pk}/",
            "check_url": f"{MAILBOXES}?part=check&id={one.pk}",
        }


class AddMailbox(CommandPage):
    """A new mailbox."""

    command, form, layout = commands.set_account, forms.Account, LAYOUT
    title, submit = gettext_lazy("New mailbox"), gettext_lazy("Save")

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The command takes the fields of the mailbox together; an empty password is not given."""
        values = {name: value for name, value in cleaned.items() if name not in {"address", "password", "owner"}}
        password = {"password": SecretText(cleaned["password"])} if cleaned["password"] else {}
        return {"address": cleaned["address"], "values": values, "owner": cleaned["owner"], **password}

    def success_url(self, result: Any, row: Model | None) -> str:
        """To the list, where the mailbox can be checked."""
        return MAILBOXES


class ChangeMailbox(AddMailbox):
    """Other settings of a mailbox."""

    on, query = "account", queries.account_for_card
    title = gettext_lazy("Mailbox")

    def make_form(self, row: Model | None, **given: Any) -> django_forms.BaseForm:
        """The form with what is set now."""
        given["instance"] = row
        given["initial"] = {"owner": getattr(row, "owner_id", None)}
        return super().make_form(row, **given)


class DropMailbox(CommandPage):
    """Put a mailbox out of use."""

    command, on, query = commands.drop_account, "account", queries.account_for_card
    is_danger = True
    text = gettext_lazy("Its letters stay; new ones are not read.")

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return MAILBOXES


def _told(found: dict[str, str]) -> list[dict[str, str]]:
    names = {"imap": _("Incoming mail"), "smtp": _("Outgoing mail")}
    if not found:
        return [{"text": _("Neither server is set up."), "due": "yellow"}]
    return [
        {"text": f"{names[name]}: {trouble or _('works')}", "due": "red" if trouble else "green"}
        for name, trouble in found.items()
    ]
