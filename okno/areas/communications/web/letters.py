"""Letters: the list, the page of one, its HTML in a frame, and what is done with it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.communications import commands, queries
from okno.areas.communications.models import Mail
from okno.areas.communications.record import MAIL
from okno.areas.communications.web import forms, look
from okno.kit.errors import Missing
from okno.kit.web import pages
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page

INCOMING = {"field": "direction", "op": "eq", "value": "in"}
OUTGOING = {"field": "direction", "op": "eq", "value": "out"}
WAITING = {"all": [INCOMING, {"field": "is_handled", "op": "eq", "value": False}]}
MINE = {"all": [WAITING, {"field": "owner", "op": "eq", "value": {"me": True}}]}
DOINGS = ("write", "handle", "assign", "link", "send_again")


class Letters(pages.ListPage):
    """Letters received and sent."""

    record, query = MAIL, queries.mails
    columns = (look.SUBJECT, look.WHO, "client", "at", "owner", "state", "account")
    tabs = (
        pages.Tab("waiting", gettext_lazy("Not dealt with"), where=WAITING),
        pages.Tab("mine", gettext_lazy("Mine"), where=MINE),
        pages.Tab("in", gettext_lazy("Incoming letters"), where=INCOMING),
        pages.Tab("out", gettext_lazy("Sent letters"), where=OUTGOING),
        pages.Tab("all", gettext_lazy("All")),
    )
    due = pages.Due(("state",), look.colour)
    bulk = (
        pages.Bulk(commands.handle, on="mail", icon="check"),
        pages.Bulk(commands.assign, on="mail", form=forms.Assign, icon="user"),
    )
    row_actions = (
        pages.Action(gettext_lazy("Answer"), "arrow-back-up", "/mail/new/?answers={id}", "communications.write", False),
        pages.Action(gettext_lazy("Dealt with"), "check", "/mail/{id}/handle/", "communications.handle"),
    )
    create_url, create_label, create_permission = "/mail/new/", gettext_lazy("Letter"), "communications.write"

    empty = {
        "title": gettext_lazy("No letters here"),
        "text": gettext_lazy("Letters of connected mailboxes stand here, and each in the feed of its client."),
        "icon": MAIL.icon,
        "doors": [
            {
                "label": gettext_lazy("Write a letter"),
                "text": gettext_lazy("to a client or anybody"),
                "url": "/mail/new/",
                "icon": "plus",
            },
            {
                "label": gettext_lazy("Connect a mailbox"),
                "text": gettext_lazy("over IMAP and SMTP"),
                "url": "/settings/mailboxes/",
                "permission": "communications.set_account",
                "icon": "settings",
            },
        ],
    }


class LetterPage(pages.CardPage):
    """A letter with its text, files, and what it belongs to."""

    record, query = MAIL, queries.mail_for_card

    def show(self, **_address: Any) -> HttpResponse:
        """The letter."""
        mail: Mail = self.row  # type: ignore[assignment]
        asked = self.request.GET
        context = {
            "letter": look.letter(self.actor, mail, self.moment),
            "as_text": asked.get("as") == "text" or not mail.html,
            "with_images": asked.get("images") == "1",
            "may": {name: self.actor.may(f"communications.{name}") for name in DOINGS},
            "files_url": self.part("files"),
            "page_title": mail.subject or _("(no subject)"),
        }
        return self.answer("communications/letter.html", context)

    def preview(self, **_address: Any) -> HttpResponse:
        """The letter beside the list."""
        mail: Mail = self.row  # type: ignore[assignment]
        return self.answer("communications/preview.html", {"letter": look.letter(self.actor, mail, self.moment)})


class LetterFrame(Page):
    """The formatted text of a letter, shut in: no scripts, no forms, nothing loaded unless the reader asks."""

    permission = "communications.view"

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The page of the frame. :raises Missing: the letter is out of reach or has no formatted text."""
        mail = queries.mail_for_card(self.actor, id)
        if mail is None or not mail.html:
            raise Missing("not_found", _("Not found, or out of your reach."))
        with_images = self.request.GET.get("images") == "1"
        response = HttpResponse(look.framed(mail, with_images=with_images))
        policy = look.FRAME_POLICY.format(images=" https: http:" if with_images else "")
        response.headers["Content-Security-Policy"] = policy
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, no-store"
        return response


class OnLetter(CommandPage):
    """A command about one letter."""

    on, query, stays = "mail", queries.mail_for_card, True


class Handle(OnLetter):
    """Say that a letter needs nothing more, or does again."""

    command = commands.handle

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The other way round than now."""
        mail: Any = self.row(**self.kwargs)
        return {"is_handled": not mail.is_handled}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the letter."""
        return f"/mail/{row.pk}/" if row else "/mail/"


class Assign(OnLetter):
    """Another person to deal with a letter; it may be out of one's reach afterwards."""

    command, form = commands.assign, forms.Assign
    stays = False

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the letter, or to the list once it is somebody else's."""
        found = queries.mail_for_card(self.actor, row.pk) if row else None
        return f"/mail/{found.pk}/" if found else "/mail/"


class SendAgain(OnLetter):
    """Queue a letter once more that did not go out."""

    command = commands.send_again
    stays = False


class Link(OnLetter):
    """Say from which client a letter is."""

    command, form = commands.link, forms.Link
    stays = False

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The client it is linked to now."""
        return {"client": getattr(row, "client_id", None)}

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """What the letter is about stays."""
        mail: Any = self.row(**self.kwargs)
        return {**cleaned, "about_record": mail.about_record, "about_id": mail.about_id}


class AddressBook(Page):
    """Addresses by a fragment, for the fields of a letter."""

    permission: ClassVar[str] = "communications.write"

    def show(self, **_address: Any) -> HttpResponse:
        """Addresses with whose they are."""
        found = queries.addresses(self.actor, self.request.GET.get("q", "").strip()[:100])
        rows = [
            {
                "value": one["address"],
                "text": one["address"],
                "hint": " · ".join(filter(None, (one["name"], one["of"]))),
            }
            for one in found
        ]
        return JsonResponse(rows, safe=False)
