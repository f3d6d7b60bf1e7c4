"""Pages of webhooks: where other systems are told of events, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.fronts.home.queries import EVENTS, known_events
from okno.kit import formats, permissions, secrets
from okno.kit.api.webhooks import commands, reading
from okno.kit.api.webhooks.record import WEBHOOK
from okno.kit.commands import Command
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.models.webhooks import Webhook, WebhookAttempt, WebhookCall
from okno.kit.web import htmx, pages
from okno.kit.web.widgets import Ticks

Context = dict[str, Any]
LIST = "/settings/webhooks/"
DUE = {
    WebhookCall.State.SENT: "green",
    WebhookCall.State.FAILED: "red",
    WebhookCall.State.WAITING: "yellow",
    WebhookCall.State.DROPPED: "grey",
}


class WebhookForm(forms.Form):
    """Where to, and of what."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, required=False)
    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=1000, widget=forms.URLInput({"placeholder": "https://"})
    )
    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "Requests are signed with it. Leave it empty and we make one up, or keep the one there is."
        ),
    )
    is_inside = forms.BooleanField(
        label=gettext_lazy("The address is in our own network"),
        required=False,
        help_text=gettext_lazy("Otherwise requests to private networks are refused."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"] = forms.MultipleChoiceField(
            label=_("Events"), choices=list(known_events()), widget=Ticks()
        )


class WebhookList(pages.ListPage):
    """Addresses that are told of events."""

    record, query = WEBHOOK, reading.webhooks
    columns = ("name", "url", "is_active", "trouble", "created_at")
    create_url, create_label = f"{LIST}new/", gettext_lazy("Webhook")
    create_permission = commands.add.name

    empty: ClassVar[Mapping[str, Any]] = {
        "title": gettext_lazy("No webhooks yet"),
        "text": gettext_lazy("A webhook tells another system at once that a deal has moved or an invoice is paid."),
        "icon": WEBHOOK.icon,
        "doors": [{"label": gettext_lazy("Add a webhook"), "url": f"{LIST}new/", "icon": "plus", "dialog": True}],
    }


class AddWebhook(pages.CommandPage):
    """A new webhook."""

    command, form = commands.add, WebhookForm


class OnWebhook(pages.CommandPage):
    """A command for a webhook."""

    on, query = "webhook", reading.webhook_for_card
    stays = True


class EditWebhook(OnWebhook):
    """Another address, other events."""

    command, form = commands.update, WebhookForm

    def initial(self, row: Any) -> Context:
        """What it is; the secret is not shown."""
        return {name: getattr(row, name) for name in ("name", "url", "events", "is_inside")}


class DeleteWebhook(OnWebhook):
    """It is told nothing more."""

    command, is_danger, stays = commands.delete, True, False

    def success_url(self, result: Any, row: Any) -> str:
        """Back to the list."""
        return LIST


class WebhookCard(pages.Page):
    """A webhook with the log of its calls."""

    permission = "webhooks.view"
    parts: ClassVar[dict[str, str]] = {"log": "log"}
    actions: ClassVar[dict[str, str]] = {"replay": "replay", "ping": "ping", "switch": "switch", "secret": "secret"}

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The page."""
        webhook = self._webhook(id)
        context = {"webhook": self._shown(webhook), "page_title": webhook.name, **self._log(webhook)}
        return self.answer("home/webhook.html", context)

    def log(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """The calls anew."""
        return self.answer("home/webhook_log.html", self._log(self._webhook(id)))

    def replay(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Send a call once more."""
        asked = self.request.GET.get("call", "")
        commands.replay.run(self.actor, webhook=id, call_id=id_of(asked) or 0)
        return self._again(_("It will be sent once more."))

    def ping(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Send a test call."""
        commands.ping.run(self.actor, webhook=id)
        return self._again(_("The test call is on its way."))

    def switch(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Switch it on or off."""
        webhook = self._webhook(id)
        commands.switch.run(self.actor, webhook=id, is_active=not webhook.is_active)
        return htmx.redirect(self.request, WEBHOOK.url_of(id))

    def secret(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Show the secret to those who may change it."""
        permissions.check_may(self.actor, commands.update.name)
        told = secrets.decrypt(self._webhook(id).secret).reveal()
        return self.answer("kit/dialog.html", {"dialog": {"title": _("Secret"), "text": told}})

    def _webhook(self, webhook_id: int) -> Webhook:
        found = reading.webhook_for_card(self.actor, webhook_id)
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return found

    def _again(self, text: str) -> HttpResponse:
        response = htmx.triggered(HttpResponse(status=204), **{"live:resync": True})
        return htmx.told(response, text)

    def _shown(self, webhook: Webhook) -> Context:
        url = WEBHOOK.url_of(webhook.pk)
        return {
            "name": webhook.name,
            "url": webhook.url,
            "trouble": webhook.trouble,
            "is_active": webhook.is_active,
            "events": [str(EVENTS.get(one, one)) for one in webhook.events],
            "actions": [one for one in self._actions(webhook, url) if self.actor.may(one["permission"])],
        }

    def _actions(self, webhook: Webhook, url: str) -> list[Context]:
        turn = _("Switch off") if webhook.is_active else _("Switch on")
        posts = (
            (_("Send a test call"), "send", "ping", commands.ping),
            (turn, "refresh", "switch", commands.switch),
            (_("Secret"), "lock", "secret", commands.update),
        )
        dialogs = (
            (_("Change"), "edit", "edit", commands.update),
            (_("Delete"), "trash", "delete", commands.delete),
        )
        return [
            *(_action(label, icon, f"{url}?part={part}", one, post=True) for label, icon, part, one in posts),
            *(_action(label, icon, f"{url}{tail}/", one, dialog=True) for label, icon, tail, one in dialogs),
        ]

    def _log(self, webhook: Webhook) -> Context:
        may_replay = self.actor.may(commands.replay.name)
        url = WEBHOOK.url_of(webhook.pk)
        return {
            "log_url": f"{url}?part=log",
            "calls": [self._call(one, url if may_replay else "") for one in reading.calls_of(webhook)],
        }

    def _call(self, call: WebhookCall, url: str) -> Context:
        moment = self.moment
        return {
            "event": str(EVENTS.get(call.event, call.event)),
            "name": call.event,
            "when": formats.moment_text(call.created_at, moment.at, moment.zone),
            "title": formats.moment_full(call.created_at, moment.zone),
            "state": call.get_state_display(),
            "due": DUE[WebhookCall.State(call.state)],
            "body": call.body,
            "attempts": [self._attempt(one) for one in sorted(call.attempts.all(), key=lambda one: one.pk)],
            "replay_url": f"{url}?part=replay&call={call.pk}" if url else "",
        }

    def _attempt(self, attempt: WebhookAttempt) -> Context:
        return {
            "when": formats.time_text(attempt.at, self.moment.zone),
            "answer": attempt.status or attempt.error.removesuffix("."),
            "milliseconds": attempt.milliseconds,
        }


def _action(label: str, icon: str, url: str, command: Command[Any, Any], **how: bool) -> Context:
    return {"label": label, "icon": icon, "url": url, "permission": command.name, **how}
