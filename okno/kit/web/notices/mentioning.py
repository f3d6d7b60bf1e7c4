"""Mentions on pages: whom to offer while one types, and letting in whoever was named and may not see."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from okno.kit import permissions, quotes, reached
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.jobs import actor_for
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.timeline import entries, mentions
from okno.kit.web import htmx
from okno.kit.web.pages.base import Page


class Offered(Page):
    """`/mentions/<record>/<id>/?q=`: colleagues who may see the row, for `@` in a note."""

    permission: ClassVar[str] = entries.note.name

    def show(self, *, record: str, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """`[{value, text}]`. :raises Missing: the row is out of reach."""
        row = reached.the_row(self.actor, record, id)
        found = mentions.offered(self.actor, row, self.request.GET.get("q", "").strip()[:60])
        return JsonResponse([{"value": user_id, "text": name} for user_id, name in found], safe=False)


class Invite(Page):
    """`/mentions/<record>/<id>/invite/?user=7`: let a colleague who was named see the row."""

    def asked_permission(self) -> str:
        """The right to let in."""
        known = mentions.INVITING.get(self.kwargs["record"])
        return known.command if known is not None else entries.note.name

    def show(self, *, record: str, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """The question."""
        dialog = {
            "title": _("Let in to the card"),
            "text": quotes.told(
                _("%(name)s will see the card “%(title)s”."),
                name=self._colleague().name,
                title=reached.the_row(self.actor, record, id),
            ),
            "post_url": self.request.get_full_path(),
            "submit": _("Let in"),
        }
        if htmx.is_htmx(self.request):
            return self.answer("kit/dialog.html", {"dialog": dialog})
        return self.answer("kit/form.html", {"form_page": dialog, "page_title": dialog["title"]})

    def act(self, *, record: str, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Let in. :raises Missing: nobody can be let in to this record."""
        known = mentions.INVITING.get(record)
        if known is None:
            raise Missing("no_part", _("There is no such page."))
        colleague = self._colleague()
        given: dict[str, Any] = {known.row: id, known.user: colleague.user_id}
        registry.commands[known.command].run(self.actor, **given)
        text = _("%(name)s sees the card now.") % {"name": colleague.name}
        return htmx.redirect(self.request, registry.record(record).url_of(id), toast=text)

    def _colleague(self) -> Actor:
        asked = id_of(self.request.GET.get("user"))
        known = dict(registry.colleagues()) if registry.colleagues else {}
        if asked is None or asked not in known:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return actor_for(asked)


def untold(actor: Actor, record: str, row: Any, text: str) -> dict[str, str]:
    """What to say when a note names colleagues who may not see its row, and where they are let in."""
    named = mentions.named(text)
    seeing = mentions.seeing(row, named)
    blind = [one for one in named if one not in seeing]
    if not blind:
        return {}
    names = ", ".join(name for _id, name in blind)
    said = {"text": _("Cannot see this card and will not be told: %(names)s.") % {"names": names}}
    known = mentions.INVITING.get(record)
    if known is not None and len(blind) == 1 and actor.may(known.command):
        reaches = permissions.reaches(actor, row, permissions.permission_on(known.command, type(row)))
        said |= {"url": f"/mentions/{record}/{row.pk}/invite/?user={blind[0][0]}"} if reaches else {}
    return said
