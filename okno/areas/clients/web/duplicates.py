"""The workplace of duplicates: groups of clients that are alike, with what they have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from okno.areas.clients import commands, queries
from okno.areas.clients.models import Client
from okno.areas.clients.queries import duplicates
from okno.areas.clients.record import CLIENT
from okno.areas.clients.rules import likeness
from okno.areas.clients.web.similar import similar_context
from okno.kit import results
from okno.kit.errors import Missing
from okno.kit.ids import ids_of
from okno.kit.merging import mergeable
from okno.kit.permissions import Actor
from okno.kit.web import htmx, job_pages, pages
from okno.kit.web.forms import LinkField

Context = dict[str, Any]
COLOURS = {"exact": "red", "probable": "yellow"}
LABELS = {"exact": gettext_lazy("exact"), "probable": gettext_lazy("probable")}
TABS = ("exact", "probable")
WORKS = ("clients.find_duplicates", "clients.merge_exact")


class Duplicates(pages.Page):
    """Groups of clients that may be one."""

    permission = commands.find_duplicates.name
    parts: ClassVar[dict[str, str]] = {"rows": "rows"}
    actions: ClassVar[dict[str, str]] = {"search": "search", "merge": "merge_exact", "different": "call_different"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page with the surest groups."""
        counts = duplicates.counts(self.actor)
        level = self.level(counts)
        labels = {"exact": _("Exact"), "probable": _("Probable")}
        context = {
            "page_title": _("Duplicates"),
            "tabs": [
                {"label": labels[one], "url": f"/duplicates/?level={one}", "active": one == level, "count": counts[one]}
                for one in TABS
            ],
            "job": self.job(),
            "may_merge_all": bool(counts["exact"]) and self.actor.may(commands.merge_exact.name),
            "may_take_apart": self.actor.may(mergeable(CLIENT.name).unmerge.name),
            **self.groups(level, ""),
        }
        return self.answer("clients/duplicates.html", context)

    def rows(self, **_address: Any) -> HttpResponse:
        """More groups, as one scrolls."""
        level = self.request.GET.get("level", "")
        found = self.groups(level if level in TABS else "", self.request.GET.get("after", ""))
        return self.answer("clients/duplicate_groups.html", found)

    def level(self, counts: dict[str, int]) -> str:
        """The level asked for; the surer one that has any by default."""
        asked = self.request.GET.get("level", "")
        return asked if asked in TABS else "exact" if counts["exact"] or not counts["probable"] else "probable"

    def groups(self, level: str, after: str) -> Context:
        """A page of groups ready for their template."""
        found = duplicates.groups(self.actor, level=level, after=after)
        known = _known(self.actor, [one for group in found for one in group.ids])
        last = f"{found[-1].score}-{found[-1].id}" if len(found) == duplicates.PAGE else ""
        return {
            "groups": [self.group(one, known) for one in found],
            "more_url": f"/duplicates/?part=rows&level={level}&after={last}" if last else "",
        }

    def group(self, group: duplicates.Group, known: dict[int, Context]) -> Context:
        """One group: its clients, what ties them, and what can be done."""
        seen = [one for one in group.ids if known.get(one, {}).get("url")]
        reasons = dict.fromkeys(reason for pair in group.pairs for reason in pair.reasons)
        level = likeness.level(group.score)
        ids = "&".join(f"id={one}" for one in seen)
        can_merge = len(seen) > 1 and self.actor.may(mergeable(CLIENT.name).merge.name)
        return {
            "points": ngettext("%(points)s point", "%(points)s points", group.score) % {"points": group.score},
            "level": str(LABELS.get(level, "")),
            "due": COLOURS.get(level, "grey"),
            "reasons": [str(queries.REASONS[one]) for one in reasons if one in queries.REASONS],
            "members": [known[one] for one in group.ids if one in known],
            "merge_url": f"/merge/{CLIENT.name}/?{ids}" if can_merge else "",
            "ids": ",".join(map(str, seen)) if self.actor.may(commands.call_different.name) and len(seen) > 1 else "",
        }

    def job(self) -> Context | None:
        """The search that is under way, when it is the actor's own."""
        own = (one for one in results.own_jobs(self.actor) if one.work in WORKS and one.state in job_pages.RUNNING)
        found = next(own, None)
        return job_pages.context(found, self) if found else None

    def search(self, **_address: Any) -> HttpResponse:
        """Begin a search."""
        commands.find_duplicates.run(self.actor)
        return htmx.redirect(self.request, "/duplicates/", toast=_("The search has begun."))

    def merge_exact(self, **_address: Any) -> HttpResponse:
        """Merge all exact groups in a job."""
        job = commands.merge_exact.run(self.actor)
        return htmx.redirect(self.request, f"/jobs/{job.pk}/")

    def call_different(self, **_address: Any) -> HttpResponse:
        """Say that the clients of a group are different ones."""
        ids = ids_of(self.request.POST.get("ids", "").split(","))
        commands.call_different.run(self.actor, clients=ids)
        return htmx.redirect(self.request, "/duplicates/", toast=_("Noted: they are different."))


class AlikeClients(pages.Page):
    """`/clients/17/duplicates/`: clients like one, and any other to merge it with, in the dialog."""

    permission = commands.find_duplicates.name

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """What is like the client. :raises Missing: it is not there or out of reach."""
        client = queries.client_for_card(self.actor, id)
        if client is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        may_merge = self.actor.may(mergeable(CLIENT.name).merge.name)
        return self.answer(
            "clients/alike.html" if htmx.is_htmx(self.request) else "clients/alike_page.html",
            {
                **similar_context(queries.alike(self.actor, client), queries.WARN),
                "title": client.name,
                "page_title": _("Duplicates"),
                "id": client.pk,
                "merge_url": f"/merge/{CLIENT.name}/" if may_merge else "",
                "picker": _picker(self.actor) if may_merge else "",
            },
        )


def _known(actor: Actor, ids: list[int]) -> dict[int, Context]:
    """Clients as the actor may know them: out of reach only whose they are."""
    rows = {row.pk: row for row in queries.clients(actor).filter(pk__in=ids)} if actor.may("clients.view") else {}
    return {one: _member(actor, rows.get(one), told) for one, told in queries.shown_by_id(actor, ids).items()}


FACTS = ("phone", "email", "city")


def _member(actor: Actor, row: Client | None, told: queries.Similar) -> Context:
    if row is None:
        return {"url": "", "name": "", "owner": told.owner, "handle": told.handle, "facts": []}
    inn = row.inn if actor.sees_field(CLIENT.name, "inn") else ""
    facts = [inn and _("INN %(inn)s") % {"inn": inn}]
    facts += [getattr(row, key) for key in FACTS if actor.sees_field(CLIENT.name, key)]
    return {"url": CLIENT.url_of(row.pk), "name": row.name, "owner": told.owner, "facts": [one for one in facts if one]}


def _picker(actor: Actor) -> SafeString:
    """The input that finds another client by typing."""
    widget: Any = LinkField(actor, CLIENT.name).widget
    picked: SafeString = widget.render("id", "", {"id": "id_other"})
    return picked
