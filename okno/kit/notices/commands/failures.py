"""What went wrong behind the pages: people hear of their own long work, administrators of the program's."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from procrastinate.contrib.django.models import ProcrastinateEvent

from okno.kit import since
from okno.kit.commands import command
from okno.kit.jobs import actor_for
from okno.kit.models.journal import Delivery
from okno.kit.models.registry import JobRun
from okno.kit.notices import audiences, kinds
from okno.kit.notices.commands import telling
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.troubles import finding

WORK, BROKEN = "jobs.failed", "jobs.broken"
PAGE = "/settings/troubles/"


@command("failures.tell_work", told_as=gettext_lazy("Tell of long work that broke off"))
def tell_work(*, actor: Actor, job: int) -> None:
    """Tell a person that the long work they asked for was not done, with the reason that its page gives."""
    found = JobRun.objects.filter(pk=job, state=JobRun.State.FAILED).first()
    if found is not None and found.user_id is not None:
        said = {"label": found.label, "error": found.error, "url": f"/jobs/{found.pk}/"}
        telling.tell(kinds.KINDS[WORK], {found.user_id: audiences.OWN}, row=None, payload=said)


@command("failures.tell_delivery", told_as=gettext_lazy("Tell of a reaction that stopped"))
def tell_delivery(*, actor: Actor, delivery: int) -> None:
    """Tell administrators that an event could not be handled and waits for them."""
    found = Delivery.objects.select_related("event").filter(pk=delivery, state=Delivery.State.FAILED).first()
    if found is not None:
        _tell_administrators(finding.DELIVERY, f"{found.handler} < {found.event.name}")


@command("failures.tell_jobs", told_as=gettext_lazy("Tell of background work that stopped"))
def tell_jobs(*, actor: Actor) -> int:
    """Tell administrators of the background jobs that have failed since the last time. Returns how many there were."""
    begins, ends = since.last_run(tell_jobs.name)
    failed = ProcrastinateEvent.objects.filter(type="failed", at__gte=begins, at__lt=ends).select_related("job")
    names = [_named(one.job) for one in failed.order_by("at")]
    for name in dict.fromkeys(names):
        _tell_administrators(finding.JOB, name)
    return len(names)


def _named(job: Any) -> str:
    """The command of a job, or the task where it runs none."""
    return str(job.args.get("name") or job.args.get("work") or job.task_name)


def _tell_administrators(kind_of_work: str, name: str) -> None:
    """Each kind of work apart, though people may call two of them alike."""
    said = {"what": finding.label(kind_of_work, name), "code": name, "url": PAGE}
    kind = kinds.KINDS[BROKEN]
    people = [user_id for user_id, _name in (registry.colleagues() if registry.colleagues else ())]
    administrators = [one for one in people if actor_for(one).may(kind.permission)]
    telling.tell(kind, dict.fromkeys(administrators, audiences.ADMINISTRATOR), row=None, payload=said)
