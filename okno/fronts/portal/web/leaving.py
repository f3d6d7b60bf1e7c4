"""The way out of mailings that stands in each of their letters: a button for people, one request for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from okno.areas.communications import queries as communications
from okno.fronts.portal import commands, queries
from okno.fronts.portal.web import tokens
from okno.kit import contacts
from okno.kit.errors import Missing, Refused
from okno.kit.web import pages


@method_decorator(csrf_exempt, name="dispatch")
class LeavePage(pages.Page):
    """
    The page at `/u/<token>`. Looking at it changes nothing: programs look at links in letters beforehand.

    Whoever has the signed address has the letter, and programs of mail send no cookies along (RFC 8058): no session
    stands behind it, and there is nothing that a foreign page could misuse.
    """

    public: ClassVar[str] = "readers of mailings get out of them; it shows nothing but their own address, masked"

    def show(self, *, token: str, **_address: Any) -> HttpResponse:
        """The button, or that there is nothing to get out of any more."""
        subscription = communications.subscription(token)
        if subscription is None:
            return self._told(_wrong(), status=404)
        is_out = not queries.leaving(subscription)
        return self._told("", address=contacts.mask_email(queries.addressed(subscription)), is_out=is_out)

    def act(self, *, token: str, **_address: Any) -> HttpResponse:
        """Get out of mailings; the answer is the same however often it is asked."""
        sender = tokens.sender_of(str(self.request.META.get("REMOTE_ADDR", "")))
        try:
            commands.unsubscribe.run(commands.VISITOR, token=token, sender=sender)
        except Missing:
            return self._told(_wrong(), status=404)
        except Refused as refusal:
            return self._told(refusal.message, status=429)
        subscription = communications.subscription(token)
        address = queries.addressed(subscription) if subscription else ""
        return self._told("", address=contacts.mask_email(address), is_out=True)

    def _told(self, problem: str, *, address: str = "", is_out: bool = False, status: int = 200) -> HttpResponse:
        form = {"title": _("Mailings"), "accent": "teal"}
        # An address that nobody knows any more is masked to nothing but stars.
        shown = address if "@" in address else ""
        context = {"form": form, "problem": problem, "address": shown, "is_out": is_out}
        return self.answer("portal/leaving.html", context, status)


def _wrong() -> str:
    return _("This link does not lead to any mailing of ours. Look whether it was copied whole.")
