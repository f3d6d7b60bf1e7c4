"""Troubles: work behind the pages that failed or is stuck, with the reason; begun once more, or given up."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries
from okno.kit import formats, reached
from okno.kit.ids import id_of
from okno.kit.models import CommandRun
from okno.kit.registry import registry
from okno.kit.timeline.kinds import told_name
from okno.kit.troubles import commands, finding, telling
from okno.kit.troubles.finding import Group, State, Trouble
from okno.kit.web import htmx
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.command import CommandPage

Context = dict[str, Any]
Titles = dict[tuple[str, int], str]
TROUBLES = "/settings/troubles/"
LISTED = 10
DUE = {State.FAILED: "red", State.STUCK: "red", State.LATE: "yellow", State.AGAIN: "grey"}


class Troubles(Page):
    """Failed and stuck deliveries and jobs by their kind, and what was given up lately."""

    permission = commands.retry.name
    actions: ClassVar[dict[str, str]] = {"retry": "retry"}

    def show(self, **_address: Any) -> HttpResponse:
        """All kinds, the largest first."""
        groups = finding.groups(most=LISTED)
        named = [one.about for group in groups for one in group.rows if one.about is not None]
        titles = reached.titles(self.actor, named)
        context = {
            "groups": [self._group(one, titles) for one in groups],
            "given_up": [self._given_up(one) for one in queries.given_up()],
            "page_title": _("Troubles"),
        }
        return self.answer("settings/troubles.html", context)

    def retry(self, **_address: Any) -> HttpResponse:
        """Begin one, or all of a kind, once more."""
        done = commands.retry.run(self.actor, **asked(self.request.GET))
        return htmx.redirect(self.request, TROUBLES, toast=_("Begun once more: %(count)s.") % {"count": done})

    def _group(self, group: Group, titles: Titles) -> Context:
        return {
            "title": group.label,
            "code": group.name,
            "is_event": group.kind == finding.DELIVERY,
            "count": group.count,
            "more": group.count - len(group.rows),
            "rows": [self._row(one, titles) for one in group.rows],
            **_doors(group.kind, group.name),
        }

    def _row(self, one: Trouble, titles: Titles) -> Context:
        moment = self.moment
        return {
            "state": one.state.label,
            "due": DUE[one.state],
            "since": formats.moment_text(one.since, moment.at, moment.zone),
            "since_full": formats.moment_full(one.since, moment.zone),
            "tries": one.tries,
            "next": formats.moment_text(one.next_at, moment.at, moment.zone) if one.next_at else "",
            "reason": telling.in_words(one.error),
            "trace": one.error if "Traceback" in one.error else "",
            "about": _about(one.about, titles),
            **_doors(one.kind, one.name, one.number),
        }

    def _given_up(self, run: CommandRun) -> Context:
        moment = self.moment
        kind, name = str(run.args.get("kind", "")), str(run.args.get("name", ""))
        return {
            "when": formats.moment_text(run.at, moment.at, moment.zone),
            "who": told_name(run.actor_name),
            "what": finding.label(kind, name),
            "code": name,
            "reason": run.args.get("reason", ""),
        }


class Reason(forms.Form):
    """Why it is tried no more."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=commands.LONGEST_REASON,
        help_text=gettext_lazy("It stays in the journal: in a month somebody will ask."),
    )


class GiveUp(CommandPage):
    """Try one, or all of a kind, no more."""

    command, form = commands.give_up, Reason
    title = gettext_lazy("Give up what has failed")
    text = gettext_lazy("It will not be done, and what it would have done has to be done by hand where it is needed.")
    submit = gettext_lazy("Give up")
    done = gettext_lazy("Given up.")
    is_danger, is_single = True, True

    def give(self, form: forms.BaseForm, row: Model | None, key: str) -> Any:
        """Give up what the address names."""
        return commands.give_up.run(self.actor, idempotency_key=key, **asked(self.request.GET), **form.cleaned_data)

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the page."""
        return TROUBLES


def asked(given: Any) -> Context:
    """Which of them an address names."""
    number = id_of(given.get("number"))
    # The journal keeps what was asked, and no table keeps such signs.
    about: Context = {key: given.get(key, "").replace("\x00", "") for key in ("kind", "name")}
    return about if number is None else {**about, "number": number}


def _doors(kind: str, name: str, number: int | None = None) -> Context:
    named = urlencode({"kind": kind, "name": name, **({} if number is None else {"number": number})})
    return {"retry_url": f"{TROUBLES}?part=retry&{named}", "give_up_url": f"{TROUBLES}give-up/?{named}"}


def _about(about: tuple[str, int] | None, titles: Titles) -> Context | None:
    """The row it concerns: by its title and link within reach, by its number otherwise."""
    if about is None:
        return None
    record = registry.record(about[0])
    title = titles.get(about)
    told = f"{record.label}: {title or _('No. %(number)s') % {'number': about[1]}}"
    return {"title": told, "url": record.url_of(about[1]) if title else ""}
