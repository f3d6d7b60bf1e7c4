"""Settings of notices: kinds by channels, quiet hours, what one hears nothing of; and those of the organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import formats, reached, zones
from okno.kit.commands import Command
from okno.kit.errors import Refused
from okno.kit.models.notices import NoticeChoice, NoticeEscalation, NoticeHours
from okno.kit.notices import choosing, commands, escalating, reading
from okno.kit.notices.channels import CHANNELS, IN_APP, PUSH
from okno.kit.notices.kinds import KINDS, TABS, NoticeKind
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.web import form_context, htmx
from okno.kit.web.browsers import browser_of
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
Mode = NoticeChoice.Mode
LATE_TO, LATE_MINUTES, USUAL_MINUTES = "late_to:", "late_minutes:", 30
ADDRESS, HOUSE = "/notices/settings/", "/settings/notices/"


class Hours(forms.Form):
    """When letters and messages may come."""

    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), required=False)
    quiet_until = forms.TimeField(label=gettext_lazy("Quiet until"), required=False)
    digest_at = forms.TimeField(label=gettext_lazy("Digest of the day at"), required=False)
    only_workdays = forms.BooleanField(label=gettext_lazy("Only on working days"), required=False)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for name in ("quiet_from", "quiet_until", "digest_at"):
            self.fields[name].widget = forms.TimeInput({"type": "time", "class": "form-control"}, format="%H:%M")


def _hours_form(hours: NoticeHours) -> Hours:
    return Hours(initial={name: getattr(hours, name) for name in Hours.base_fields})


def _keep_hours(page: NoticeSettings | NoticeRules, keep: Command[Any, Any], url: str) -> HttpResponse:
    """Keep the hours that were sent; a refusal stands beside its field."""
    form = Hours(page.request.POST)
    if not form.is_valid():
        return page.page(form, 422)
    try:
        keep.run(page.actor, **{name: one for name, one in form.cleaned_data.items() if one})
    except Refused as refusal:
        form.add_error("quiet_until", refusal.message)
        return page.page(form, 422)
    return htmx.redirect(page.request, url, toast=_("The quiet hours are kept."))


class NoticeSettings(Page):
    """`/notices/settings/`: how notices come to the person who asks."""

    permission: ClassVar[str] = commands.choose.name
    actions: ClassVar[dict[str, str]] = {
        "choose": "choose",
        "hours": "hours",
        "follow": "follow",
        "key": "key",
        "subscribe": "subscribe",
        "unsubscribe": "unsubscribe",
    }

    def show(self, **_address: Any) -> HttpResponse:
        """The page."""
        hours = choosing.hours_of([self.actor.user_id or 0])[self.actor.user_id or 0]
        return self.page(_hours_form(hours))

    def choose(self, **_address: Any) -> HttpResponse:
        """Keep the matrix."""
        commands.choose.run(self.actor, modes=_sent(self.request.POST))
        return htmx.redirect(self.request, ADDRESS, toast=_("The settings of notices are kept."))

    def hours(self, **_address: Any) -> HttpResponse:
        """Keep the quiet hours."""
        return _keep_hours(self, commands.set_hours, ADDRESS)

    def follow(self, **_address: Any) -> HttpResponse:
        """Hear of a row again."""
        commands.follow.run(self.actor, unfollowed_id=self.request.POST.get("unfollowed", ""))
        return htmx.redirect(self.request, ADDRESS, toast=_("You will hear of it again."))

    def key(self, **_address: Any) -> HttpResponse:
        """The key that a browser subscribes with."""
        return JsonResponse({"key": commands.push_key.run(self.actor)})

    def subscribe(self, **_address: Any) -> HttpResponse:
        """Keep this browser."""
        said = self.request.POST
        commands.subscribe.run(
            self.actor,
            endpoint=said.get("endpoint", ""),
            key=said.get("key", ""),
            auth=said.get("auth", ""),
            browser=browser_of(self.request.headers.get("User-Agent", "")),
        )
        return self.answer("notices/browsers.html", self._browsers())

    def unsubscribe(self, **_address: Any) -> HttpResponse:
        """Forget one of one's own browsers."""
        commands.unsubscribe.run(self.actor, subscription_id=self.request.POST.get("subscription", ""))
        return self.answer("notices/browsers.html", self._browsers())

    def _browsers(self) -> Context:
        found = [
            {
                "id": one.pk,
                "name": one.browser or _("Browser"),
                "when": formats.moment_text(one.created_at, self.moment.at, self.moment.zone),
            }
            for one in reading.browsers(self.actor)
        ]
        way = CHANNELS.get(PUSH)
        return {"browsers": found, "can_push": way is not None and way.is_ready(), "push_url": f"{ADDRESS}?part="}

    def page(self, form: forms.Form, status: int = 200) -> HttpResponse:
        """The page with the hours as they were sent."""
        user_id = self.actor.user_id or 0
        chosen, columns = choosing.choices([user_id]), _columns()
        context = {
            "page_title": _("Settings of notices"),
            "channels": columns,
            "tabs": list(_matrix(chosen, self.actor, user_id, columns)),
            "fields": form_context.fields_of(form),
            "errors": form_context.errors_of(form),
            "zone": zones.label(self.actor.zone.key, self.moment.at),
            "unfollowed": self._unfollowed(),
            "post_url": f"{ADDRESS}?part=",
            **self._browsers(),
        }
        return self.answer("notices/settings.html", context, status)

    def _unfollowed(self) -> list[Context]:
        rows = reading.unfollowed(self.actor)
        titles = reached.titles(self.actor, [(one.record, one.row_id) for one in rows])
        return [
            {
                "id": one.pk,
                "title": title or _("A card out of your reach"),
                "url": registry.record(one.record).url_of(one.row_id) if title else "",
                "kind": KINDS[one.kind].label if one.kind in KINDS else "",
            }
            for one in rows
            for title in [titles.get((one.record, one.row_id), "")]
        ]


class NoticeRules(Page):
    """`/settings/notices/`: how notices come to those who chose nothing, which nobody may switch off, and the log."""

    permission: ClassVar[str] = commands.set_rules.name
    actions: ClassVar[dict[str, str]] = {"set": "set", "hours": "hours"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page."""
        return self.page(_hours_form(choosing.hours_of_house()))

    def hours(self, **_address: Any) -> HttpResponse:
        """Keep the quiet hours of those who have chosen none."""
        return _keep_hours(self, commands.set_house_hours, HOUSE)

    def page(self, form: forms.Form, status: int = 200) -> HttpResponse:
        """The page with the hours as they were sent."""
        chosen, columns = choosing.choices([]), _columns()
        context = {
            "page_title": _("Notices of the organisation"),
            "channels": columns,
            "tabs": list(_matrix(chosen, self.actor, None, columns)),
            "is_house": True,
            "sets_late": self.actor.may(commands.set_late.name),
            "fields": form_context.fields_of(form),
            "errors": form_context.errors_of(form),
            "log": list(self._log()),
            "post_url": f"{HOUSE}?part=",
        }
        return self.answer("notices/rules.html", context, status)

    def set(self, **_address: Any) -> HttpResponse:
        """Keep the matrix."""
        said = self.request.POST
        mandatory: dict[str, list[str]] = {}
        for name in said.getlist("mandatory"):
            kind, _sign, channel = name.rpartition("|")
            mandatory.setdefault(kind, []).append(channel)
        with transaction.atomic():
            commands.set_rules.run(self.actor, modes=_sent(said), mandatory=mandatory)
            if late := _late_sent(said):
                commands.set_late.run(self.actor, late=late)
        return htmx.redirect(self.request, HOUSE, toast=_("The settings of notices are kept."))

    def _log(self) -> Iterable[Context]:
        """The latest deliveries: to whom, of what kind, by which channel, what became of them; never the text."""
        names = dict(registry.colleagues()) if registry.colleagues else {}
        for one in reading.deliveries():
            kind, way = KINDS.get(one.notice.kind), CHANNELS.get(one.channel)
            yield {
                "who": names.get(one.notice.user_id, ""),
                "what": kind.label if kind else one.notice.kind,
                "channel": way.label if way else one.channel,
                "state": one.get_state_display(),
                "due": {"failed": "red", "waiting": "yellow", "sent": "green"}.get(one.state, "grey"),
                "told": one.told,
                "when": formats.moment_text(one.ended_at or one.due_at, self.moment.at, self.moment.zone),
            }


def _columns() -> list[Context]:
    ready = set(choosing.ready_channels())
    outside = [
        {"code": one.code, "label": one.label, "icon": one.icon, "is_ready": one.code in ready}
        for one in CHANNELS.values()
    ]
    return [{"code": IN_APP, "label": _("In Okno"), "icon": "bell", "is_ready": True}, *outside]


def _matrix(chosen: choosing.Choices, actor: Actor, user_id: int | None, columns: list[Context]) -> Iterable[Context]:
    late = escalating.escalations()
    open_to = [one for one in KINDS.values() if not one.permission or actor.may(one.permission)]
    for code, label in TABS.items():
        kinds = [one for one in open_to if one.tab == code]
        if kinds:
            rows = [_row(chosen, user_id, one, columns) | _late(one, late.get(one.code), user_id) for one in kinds]
            yield {"label": label, "rows": rows}


def _told(column: Context) -> str:
    """The name of a channel where no head of a column says it."""
    label = str(column["label"])
    return label if column["is_ready"] else _("%(channel)s (not set up)") % {"channel": label}


def _row(chosen: choosing.Choices, user_id: int | None, kind: Any, columns: list[Context]) -> Context:
    return {
        "label": kind.label,
        "icon": kind.icon,
        "cells": [_cell(chosen, user_id, kind, one) | {"channel": _told(one)} for one in columns],
    }


def _late(kind: NoticeKind, set_so: NoticeEscalation | None, user_id: int | None) -> Context:
    """Where a kind goes on to that is not read: a choice of the organisation, a line to everybody else."""
    if user_id is not None:
        return {"late": escalating.told_ahead(set_so) if set_so is not None else ""}
    chosen = set_so.to if set_so is not None else ""
    offered = {"": _("do not watch"), **escalating.places(kind)}
    return {
        "code": kind.code,
        "minutes": set_so.minutes if set_so is not None else USUAL_MINUTES,
        "places": [{"value": one, "label": label, "chosen": one == chosen} for one, label in offered.items()],
    }


def _late_sent(said: Any) -> dict[str, dict[str, str]]:
    """Where kinds go on to: `late_to:<kind>` with a place, `late_minutes:<kind>` with a number."""
    named = {name.removeprefix(LATE_TO): to for name, to in said.items() if name.startswith(LATE_TO)}
    return {kind: {"to": to, "minutes": said.get(f"{LATE_MINUTES}{kind}", "")} for kind, to in named.items()}


def _cell(chosen: choosing.Choices, user_id: int | None, kind: Any, column: Context) -> Context:
    channel = column["code"]
    is_mandatory = chosen.is_mandatory(kind, channel)
    mode = chosen.default(kind, channel) if user_id is None else chosen.mode(user_id, kind, channel)
    known = [Mode.OFF, Mode.NOW] if channel == IN_APP else list(Mode)
    offered = [one for one in known if one != Mode.OFF or not (is_mandatory and user_id is not None)]
    return {
        "name": f"{kind.code}|{channel}",
        "label": f"{kind.label} · {column['label']}",
        "options": [{"value": one.value, "label": one.label, "chosen": one == mode} for one in offered],
        "is_mandatory": is_mandatory,
    }


def _sent(said: Any) -> dict[str, dict[str, str]]:
    """What the matrix sent: `<kind>|<channel>` with a mode."""
    found: dict[str, dict[str, str]] = {}
    for name, mode in said.items():
        kind, sign, channel = name.rpartition("|")
        if sign and kind in KINDS:
            found.setdefault(kind, {})[channel] = mode
    return found
