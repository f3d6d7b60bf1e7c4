"""Work that stopped after repeated failures, begun once more by the administrator."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.kit import events
from okno.kit.commands import command, moment
from okno.kit.errors import Missing
from okno.kit.models import Delivery
from okno.kit.permissions import Actor


@command("access.retry", label=gettext_lazy("Try once more what has failed"))
def retry(*, actor: Actor, kind: str, number: int) -> None:
    """
    Begin a failed delivery of an event, or a failed job, once more.

    :param kind: `delivery` or `job`.
    :raises Missing: there is no such thing, or it has not failed.
    """
    now = moment()
    if kind == "delivery":
        failed = Delivery.objects.filter(pk=number, state=Delivery.State.FAILED)
        done = failed.update(state=Delivery.State.WAITING, tries=0, next_try_at=now)
        events.wake()
    else:
        done = ProcrastinateJob.objects.filter(pk=number, status="failed").count()
        if done:
            app.job_manager.retry_job_by_id(number, now)
    if not done:
        raise Missing("access.no_trouble", _("It is being done already, or is not there any more."))
