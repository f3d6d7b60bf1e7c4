"""A letter to each of many, offered on lists of those who can be written to: what is asked, and how a letter looks."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from okno.areas.communications import commands, queries, rules
from okno.areas.communications.models import MailAccount
from okno.kit import formats, letters, reached
from okno.kit.errors import Told
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web import pages
from okno.kit.web.pages.change_report import Wording

# Whom letters of mailings are for: the argument of the command by the name of the record.
READERS = {"clients.client": "client", "clients.contact": "contact"}
SELECT = {"class": "form-select"}


class SendOut(forms.Form):
    """By which text a letter is written to each, and from which mailbox."""

    record = ""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = letters.names(self.record)
        lacking = _("No text is about such rows yet: they are written in Settings → Texts of letters.")
        self.fields["template"] = forms.TypedChoiceField(
            label=_("Text of the letter"),
            choices=texts,
            coerce=int,
            widget=forms.Select(SELECT),
            help_text="" if texts else lacking,
        )
        mailboxes = [(one.pk, one.address) for one in queries.accounts_to_send_from(actor)]
        usual = queries.account_to_send_from(actor.user_id)
        self.fields["account"] = forms.TypedChoiceField(
            label=_("From"),
            choices=mailboxes,
            coerce=int,
            initial=usual.pk if usual else None,
            widget=forms.Select(SELECT),
            help_text="" if mailboxes else _("No mailbox is set up to send from: ask the administrator."),
        )


def for_rows(_actor: Actor, record: Record) -> Iterator[pages.Bulk]:
    """Writing a letter to each of many rows."""
    if record.name in READERS:
        yield pages.Bulk(
            commands.send_out,
            on=READERS[record.name],
            form=_form_for(record.name),
            label=gettext_lazy("Write a letter"),
            icon="mail",
            settle=_settled,
            of_set=gettext_lazy("Write to all"),
            submit=gettext_lazy("Show who gets it"),
        )


def _settled(_actor: Actor, cleaned: Mapping[str, Any]) -> Mapping[str, Any]:
    """Begun twice, by whatever chance, it is one mailing still."""
    return {**cleaned, "mailing": uuid.uuid4().hex}


@lru_cache(maxsize=10)
def _form_for(record: str) -> type[SendOut]:
    return type("SendOutTo", (SendOut,), {"record": record})


def _sample(actor: Actor, record: Record, row_id: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """The letter as the first of them gets it."""
    row: Any = reached.row(actor, record.name, row_id)
    if row is None:
        return {}
    try:
        letter = letters.of_row(actor, int(given["template"]), row)
    except Told as refusal:
        return {"problem": refusal.message}
    account = queries.accounts_to_send_from(actor).filter(pk=given.get("account") or 0).first()
    return {
        "from": _from(account),
        "to": row.email,
        "subject": letter.subject,
        "text": rules.mailing_text(letter.text, account.signature if account else "", queries.any_way_out()),
    }


def _from(account: MailAccount | None) -> str:
    if account is None:
        return ""
    return f"{account.name} <{account.address}>" if account.name else account.address


def _go(count: int) -> str:
    return ngettext("Send %(count)s letter", "Send %(count)s letters", count) % {"count": formats.quantity_text(count)}


WORDING = Wording(
    will=gettext_lazy("Will get a letter"),
    did=gettext_lazy("A letter is written to"),
    left=gettext_lazy("Without a letter"),
    go=_go,
    template="communications/sample.html",
    sample=_sample,
)
