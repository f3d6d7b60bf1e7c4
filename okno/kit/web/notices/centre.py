"""The centre of notices: a page with tabs, the same list in the panel on the right, and what is done from there."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.models.notices import Notice
from okno.kit.notices import commands, reading
from okno.kit.notices.kinds import KINDS, TABS, Act
from okno.kit.registry import registry
from okno.kit.web import htmx
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
ADDRESS = "/notices/"


class Centre(Page):
    """`/notices/?tab=`: groups of notices by the row they are about."""

    permission: ClassVar[str] = commands.read.name
    parts: ClassVar[dict[str, str]] = {"list": "listed", "panel": "panel", "bell": "bell", "toast": "toast"}
    actions: ClassVar[dict[str, str]] = {"read": "read", "act": "act", "unfollow": "unfollow"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page."""
        return self.answer("notices/centre.html", {**self.context(), "page_title": _("Notifications")})

    def listed(self, **_address: Any) -> HttpResponse:
        """The list anew, or the notices before the last one shown."""
        template = "notices/groups.html" if self.request.GET.get("before") else "notices/list.html"
        return self.answer(template, self.context())

    def panel(self, **_address: Any) -> HttpResponse:
        """The list in the panel."""
        return self.answer("notices/panel.html", self.context())

    def bell(self, **_address: Any) -> HttpResponse:
        """The number on the bell."""
        return self.answer("notices/bell.html", {"notices": bell_of(self.actor)})

    def toast(self, **_address: Any) -> HttpResponse:
        """One notice for the corner of an open page; nothing when it was read or went out of reach meanwhile."""
        own = reading.notices_of(self.actor).filter(pk=id_of(self.request.GET.get("id")) or 0, read_at=None)
        said = next(iter(reading.told(self.actor, list(own), self.moment).values()), None)
        if said is None:
            return HttpResponse(status=204)
        text = f"{said.title}: {said.text}" if said.title else said.text
        return self.answer("kit/toast.html", {"kind": "notice", "text": text, "url": said.url, "notice": said.id})

    def read(self, **_address: Any) -> HttpResponse:
        """Mark as read a group, a tab, or all that was seen."""
        said = self.request.POST
        commands.read.run(self.actor, **self._about(), tab=said.get("tab", ""), upto=said.get("upto") or None)
        return self._changed()

    def unfollow(self, **_address: Any) -> HttpResponse:
        """Hear no more of a row, or of one kind about it."""
        commands.unfollow.run(self.actor, **self._about(), kind=self.request.POST.get("kind", ""))
        return htmx.told(self._changed(), _("You will hear no more of this. The settings of notices bring it back."))

    def act(self, **_address: Any) -> HttpResponse:
        """Do what a notice offers, and mark it as read. :raises Missing: the notice is not there, or offers no such."""
        own = reading.notices_of(self.actor).filter(pk=id_of(self.request.POST.get("notice")) or 0).first()
        act = self._offered(own)
        if own is None or act is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        about: Context = {act.on: own.scope_id}
        registry.commands[act.command].run(self.actor, **about)
        commands.read.run(self.actor, **_alone(own))
        return htmx.told(self._changed(), _("Done: %(what)s.") % {"what": act.label})

    def _offered(self, notice: Notice | None) -> Act | None:
        kind = KINDS.get(notice.kind) if notice is not None else None
        asked = self.request.POST.get("do", "")
        return next((one for one in kind.acts if one.command == asked), None) if kind else None

    def _about(self) -> Context:
        said = self.request.POST
        if said.get("row"):
            return {"record": said.get("record", ""), "row_id": said["row"]}
        return {"notice": said["notice"]} if said.get("notice") else {}

    def _changed(self) -> HttpResponse:
        return self.answer("notices/list.html", self.context())

    def context(self) -> Context:
        """What the list needs."""
        asked = self.request.GET
        tab = asked.get("tab", "")
        groups, following = reading.centre(self.actor, self.moment, tab=tab, before=id_of(asked.get("before")))
        counted = reading.counts(self.actor)
        # The panel may lie over the page of the same list: what is drawn anew knows where it stands.
        place = "panel" if "panel" in {asked.get("part"), asked.get("place")} else "list"
        here = {"tab": tab, "place": place}
        return {
            "groups": groups,
            "tabs": [_tab("", _("All"), here, sum(counted.values()))]
            + [_tab(code, label, here, counted.get(code, 0)) for code, label in TABS.items()],
            "tab": tab,
            "place": place,
            "newest": max((one.id for group in groups for one in group.notices), default=""),
            "next_url": _address(part="list", **here, before=following) if following else "",
            "list_url": _address(part="list", **here),
            "read_url": _address(part="read", **here),
            "act_url": _address(part="act", **here),
            "unfollow_url": _address(part="unfollow", **here),
        }


def _alone(notice: Notice) -> Context:
    """What `commands.read` takes for all about the row of a notice, or for the one that is about none."""
    if notice.scope_id is None:
        return {"notice": notice.pk}
    return {"record": notice.scope_record, "row_id": notice.scope_id}


def bell_of(actor: Any) -> Context:
    """What the frame shows of notices."""
    bell = reading.bell(actor)
    most = reading.MOST_COUNTED
    return {
        "count": f"{most}+" if bell.unread > most else bell.unread or "",
        "ringing": bell.ringing,
        "url": ADDRESS,
        "panel_url": _address(part="panel"),
        "bell_url": _address(part="bell"),
    }


def _tab(code: str, label: object, here: Context, count: int) -> Context:
    return {
        "label": label,
        "url": f"{ADDRESS}?{urlencode({'tab': code})}" if code else ADDRESS,
        "list_url": _address(part="list", tab=code, place=here["place"]),
        "active": code == here["tab"],
        "count": count or "",
    }


def _address(**params: Any) -> str:
    return f"{ADDRESS}?{urlencode({name: value for name, value in params.items() if value not in ('', None)})}"
