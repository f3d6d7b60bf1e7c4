"""Settings as a file: taken out, compared with what is here, brought in, taken back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.access import commands, queries
from okno.access.web import settings_words
from okno.kit import formats
from okno.kit.errors import Missing, Refused, Told
from okno.kit.web import htmx
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
URL = "/settings/file/"
MOST_BYTES = 2_000_000


class SettingsFile(Page):
    """Take settings out, and bring them in after a look at the difference."""

    permission = commands.bring_settings.name
    parts: ClassVar[dict[str, str]] = {"file": "file"}
    actions: ClassVar[dict[str, str]] = {"compare": "compare", "bring": "bring", "back": "back"}

    def show(self, **_address: Any) -> HttpResponse:
        """Both directions; what was just brought can be taken back."""
        run = queries.brought_by(self._key(self.request.GET.get("brought", "")))
        count = len(run.result["parts"]) if run and run.result else 0
        brought = {"text": _("Parts changed: %(count)s.") % {"count": count}} if run else {}
        return self._page({"brought": brought, "once": self.request.GET.get("brought", "")})

    def file(self, **_address: Any) -> HttpResponse:
        """The file."""
        chosen = frozenset(self.request.GET.getlist("kind"))
        at = timezone.now()
        text = json.dumps(queries.settings_file(at, chosen), ensure_ascii=False, indent=2)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="okno-settings-{at:%Y-%m-%d}.json"'
        return response

    def compare(self, **_address: Any) -> HttpResponse:
        """What the file would change here; nothing is changed."""
        try:
            wanted = queries.read_bytes(self._sent())
        except Refused as refusal:
            return self._page({"error": refusal.message}, status=422)
        return self._compared(wanted, drops=bool(self.request.POST.get("drops")))

    def bring(self, **_address: Any) -> HttpResponse:
        """Make the settings so."""
        sent, once = self.request.POST, self.request.POST.get("once", "")
        drops, taken = bool(sent.get("drops")), set(sent.getlist("take"))
        try:
            wanted = queries.read_parts(json.loads(sent.get("settings", "{}")))
        except (ValueError, Refused):
            return self._page({"error": _("This is not a file of settings.")}, status=422)
        try:
            commands.bring_settings.run(
                self.actor,
                idempotency_key=self._key(once),
                settings=wanted,
                drops=drops,
                seen=sent.get("seen") or None,
                without=_without(wanted, taken, drops=drops),
            )
        except Told as refusal:
            return self._compared(wanted, drops=drops, error=refusal.message)
        return htmx.redirect(self.request, f"{URL}?brought={once}", toast=_("The settings are as in the file."))

    def back(self, **_address: Any) -> HttpResponse:
        """Take back what was brought. :raises Missing: nothing was."""
        run = queries.brought_by(self._key(self.request.GET.get("brought", "")))
        if run is None:
            raise Missing("not_found", _("There is no such change."))
        kept = commands.take_back_settings.run(self.actor, run_id=run.pk)
        text = _("Taken back.")
        if kept:
            text = _("Taken back, but for what was changed since: %(names)s.") % {"names": ", ".join(kept)}
        return htmx.redirect(self.request, URL, toast=text)

    def _compared(self, wanted: Mapping[str, Any], *, drops: bool, error: str = "") -> HttpResponse:
        """The page with the difference; what cannot be brought here says why."""
        found = queries.differences(wanted, drops=drops)
        refused = commands.obstacles(actor=self.actor, settings=wanted, drops=drops) if found else {}
        context = {
            "compared": True,
            "differences": [
                {**settings_words.told(one), "name": _name(one), "why": refused.get((one.kind, one.key), "")}
                for one in found
            ],
            "count": formats.quantity_text(len(found)),
            "refused": formats.quantity_text(len(refused)) if refused else "",
            "is_stuck": len(refused) == len(found),
            "seen": len(found),
            "settings": json.dumps(wanted, ensure_ascii=False),
            "drops": drops,
            "once": uuid.uuid4().hex,
            "error": error,
        }
        return self._page(context, 422 if error else 200)

    def _key(self, once: str) -> str:
        return f"settings:{self.actor.user_id}:{once[:64]}"

    def _sent(self) -> bytes:
        """The content of the file. :raises Refused: none was chosen, or it is too large."""
        sent = self.request.FILES.get("file")
        if sent is None or sent.size is None:
            raise Refused("settings.nothing", _("Choose a file first."))
        if sent.size > MOST_BYTES:
            raise Refused("settings.too_large", _("This file is too large for settings."))
        return bytes(sent.read())

    def _page(self, more: Context, status: int = 200) -> HttpResponse:
        kinds = [{"name": one.name, "label": str(one.label)} for one in queries.kinds()]
        context = {"kinds": kinds, "page_title": _("Settings as a file"), **more}
        return self.answer("settings/settings_file.html", context, status)


def _name(one: queries.Difference) -> str:
    """By what the page names a difference."""
    return f"{one.kind}|{one.key}"


def _without(wanted: Mapping[str, Any], taken: Collection[str], *, drops: bool) -> dict[str, list[str]]:
    """
    Keys of the differences that were not ticked, by kind.

    :raises Refused: none was.
    """
    if not taken:
        raise Refused("settings.nothing", _("Choose at least one part of the file."))
    left: dict[str, list[str]] = {}
    for one in queries.differences(wanted, drops=drops):
        if _name(one) not in taken:
            left.setdefault(one.kind, []).append(one.key)
    return left
