"""Webhooks over HTTP: programs set up where they are told of events, and look at what became of each call."""

from __future__ import annotations

from typing import Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Router, Schema, Status

from okno.fronts.home import queries
from okno.kit import permissions, secrets
from okno.kit.api import record_router
from okno.kit.api.asking import Id, Key, actor_of, given, run, viewer
from okno.kit.api.operations import operation
from okno.kit.api.reading import Source, plain
from okno.kit.api.shapes import Input, Moment, Secret, item_of
from okno.kit.api.webhooks import commands, reading
from okno.kit.api.webhooks.record import WEBHOOK
from okno.kit.errors import Missing
from okno.kit.models.webhooks import WebhookCall

router = Router()
TAG = "webhooks"
Item = item_of(WEBHOOK)


class HookEvent(Schema):
    """An event that a webhook may ask for; `*` is all of them, those to come too."""

    name: str
    label: str


class NewWebhook(Input):
    """Where to, and of what. Without a `secret` one is made up, or the present one is kept."""

    name: str = pydantic.Field("", max_length=100)
    url: str = pydantic.Field(min_length=1, max_length=1000, examples=["https://example.com/okno"])
    events: list[str] = pydantic.Field(min_length=1, max_length=500, examples=[["deals.DealMoved"]])
    secret: Secret | None = None
    is_inside: bool = False


class MadeWebhook(Schema):
    """The webhook that was made, and the secret that its requests are signed with: it is told here and nowhere else."""

    id: int
    secret: str


class HookAttempt(Schema):
    """An attempt to deliver: the status of the answer, or what went wrong."""

    at: Moment
    status: int | None
    error: str
    milliseconds: int


class HookCall(Schema):
    """One event told to one address: `waiting`, `sent`, `failed` or `dropped`, with its attempts."""

    id: int
    event: str
    state: str
    tries: int
    created_at: Moment
    body: str
    attempts: list[HookAttempt]


@operation(
    router, "GET", "/webhook-events", name="webhook_events", summary=gettext_lazy("Events of webhooks"),
    answer=list[HookEvent], tag=TAG,
)  # fmt: skip
def known_events(request: HttpRequest) -> Any:
    """What a webhook may ask to be told of, for those who may look at webhooks."""
    viewer(request, WEBHOOK)
    return [{"name": name, "label": label} for name, label in queries.known_events()]


@operation(
    router, "POST", "/webhooks", name="webhooks_create", summary=commands.add.label, answer={201: MadeWebhook}, tag=TAG
)
def add(request: HttpRequest, body: NewWebhook, key: Key = "") -> Any:
    """Tell an address of these events from now on. The secret is in this answer alone: keep it."""
    made = run(request, commands.add, {"name": body.name, **given(body)}, key)
    return Status(201, {"id": made.pk, "secret": secrets.decrypt(made.secret).reveal()})


@operation(router, "PUT", "/webhooks/{id}", name="webhooks_set", summary=commands.update.label, answer=Item, tag=TAG)
def change(request: HttpRequest, body: NewWebhook, id: Id, key: Key = "") -> Any:  # noqa: A002 - the name in addresses
    """Another address or other events; without a secret the one there is stays."""
    run(request, commands.update, {"name": body.name, **given(body), "webhook": id}, key)
    permissions.check_may(actor_of(request), permissions.view_permission(WEBHOOK.model))
    return Source(WEBHOOK, reading.webhooks).one(actor_of(request), id)


@operation(
    router, "GET", "/webhooks/{id}/calls", name="webhooks_calls", summary=gettext_lazy("Calls of a webhook"),
    answer=list[HookCall], tag=TAG,
)  # fmt: skip
def calls(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """The latest calls with their attempts, the newest first; they are kept for a month."""
    found = reading.webhook_for_card(viewer(request, WEBHOOK), id)
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return [_call(one) for one in reading.calls_of(found)]


record_router(
    WEBHOOK,
    reading.webhooks,
    path="/webhooks",
    commands=[commands.switch, commands.ping, commands.replay, commands.delete],
    router=router,
    tag=TAG,
)


def _call(one: WebhookCall) -> dict[str, Any]:
    attempts = sorted(one.attempts.all(), key=lambda attempt: attempt.pk)
    return {
        "id": one.pk,
        "event": one.event,
        "state": one.state,
        "tries": one.tries,
        "created_at": plain(one.created_at),
        "body": one.body,
        "attempts": [
            {"at": plain(each.at), "status": each.status, "error": each.error, "milliseconds": each.milliseconds}
            for each in attempts
        ],
    }
