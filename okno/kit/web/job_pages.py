"""Pages of long work: progress, cancel, the result, its file, and the way back of a bulk command."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from okno.kit import formats, jobs, results
from okno.kit.changing import steps, taking_back
from okno.kit.due import Colour
from okno.kit.ids import ids_of
from okno.kit.models.registry import JobRun
from okno.kit.registry import registry
from okno.kit.web import files, htmx
from okno.kit.web.pages import change_report
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
COLOURS = {JobRun.State.DONE: Colour.GREEN, JobRun.State.FAILED: Colour.RED, JobRun.State.CANCELLED: Colour.YELLOW}
RUNNING = {JobRun.State.WAITING, JobRun.State.DOING}


class Jobs(Page):
    """One's own long work, newest first."""

    def show(self, **_address: Any) -> HttpResponse:
        """The latest jobs."""
        found = [context(one, self) for one in results.own_jobs(self.actor)]
        return self.answer("pages/jobs.html", {"jobs": found, "page_title": _("Long work")})


class Job(Page):
    """One piece of long work: it can be left and come back to."""

    parts: ClassVar[dict[str, str]] = {"file": "file", "progress": "progress"}
    actions: ClassVar[dict[str, str]] = {"cancel": "cancel", "go": "go", "back": "back", "rest": "rest"}

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The page of the job."""
        job = results.own_job(self.actor, id)
        page: Context = {"job": context(job, self), "report": report(job), "page_title": job.label}
        page["change"] = change_report.context(self.actor, self.moment, job)
        return self.answer("pages/job.html", page)

    def progress(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """The progress alone; once the work is over, the whole page has to be seen anew."""
        job = results.own_job(self.actor, id)
        response = self.answer("kit/progress.html", {"job": context(job, self)})
        if job.state not in RUNNING:
            response.headers["HX-Refresh"] = "true"
        return response

    def file(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """The file of one's own job."""
        stream, file = results.file_of(self.actor, id)
        response: HttpResponse = files.download(FileResponse(stream), file["name"], file["mime"])  # type: ignore[assignment]
        return response

    def cancel(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Ask the work to stop at its next step."""
        jobs.cancel(actor=self.actor, job_id=id)
        return self.answer("kit/progress.html", {"job": context(results.own_job(self.actor, id), self)})

    def go(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Carry out what a preview has shown. :raises Missing: it is no preview, or is under way."""
        job = results.own_job(self.actor, id)
        if job.work == taking_back.PREVIEW_WORK:
            return self._take_back(job)
        return self._to(steps.carried_out(self.actor, job))

    def back(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Show what taking a change back would restore and keep. :raises Missing: there is nothing to take back."""
        return self._to(steps.looked_back(self.actor, results.own_job(self.actor, id)))

    def rest(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Show what would become of the rows that a change broken off did not come to."""
        return self._to(steps.gone_on(self.actor, results.own_job(self.actor, id)))

    def _take_back(self, job: JobRun) -> HttpResponse:
        """Take back what the preview has shown, without the rows and fields that are to be left as they are."""
        given = self.request.POST
        shown = {one["key"] for one in change_report.open_fields(self.actor, job)}
        leave = ids_of(given.getlist("leave"))
        back = steps.taken_back(self.actor, job, shown=shown, fields=given.getlist("field"), leave=leave)
        return self._to(back)

    def _to(self, job: JobRun) -> HttpResponse:
        return htmx.redirect(self.request, f"/jobs/{job.pk}/")


def context(job: JobRun, page: Page) -> Context:
    """A job ready for kit/progress.html."""
    is_running, is_done, moment = job.state in RUNNING, job.state == JobRun.State.DONE, page.moment
    url = f"/jobs/{job.pk}/"
    found: Context = {
        "id": job.pk,
        "page_url": url,
        "title": job.label,
        "step_text": _("Breaking off after this step") if is_running and job.is_cancel_asked else _state(job),
        "state_text": _state(job),
        "done": formats.quantity_text(job.total if job.total and is_done else job.done),
        "total": formats.quantity_text(job.total) if job.total else "",
        "percent": _percent(job),
        "elapsed_text": _elapsed(job, moment.at),
        "left_text": _left(job, moment.at) if is_running else "",
        "is_running": is_running,
        "due": COLOURS.get(JobRun.State(job.state), Colour.GREY).value,
        "url": f"{url}?part=progress",
        "cancel_url": f"{url}?part=cancel" if is_running and not job.is_cancel_asked else "",
        "error": job.error,
        "when": formats.moment_text(job.created_at, moment.at, moment.zone),
    }
    if file := job.result.get("file"):
        found |= {"result_url": f"{url}?part=file", "result_text": file["name"]}
    elif place := job.result.get("page"):
        found |= {"result_url": place, "result_text": _("See what came of it")}
    return found


def report(job: JobRun) -> Context:
    """What other work did, row by row where rows were refused."""
    result = job.result
    record = registry.records.get(result.get("record", ""))
    refused = [
        {"url": record.url_of(one["id"]) if record else "", "label": f"№ {one['id']}", "reason": one["reason"]}
        for one in result.get("refused", [])
    ]
    return {
        "text": result.get("text", ""),
        "done": result.get("done"),
        "rows": result.get("rows"),
        "refused": refused,
        "refused_count": result.get("refused_count", 0),
    }


def _state(job: JobRun) -> str:
    return str(JobRun.State(job.state).label)


def _elapsed(job: JobRun, now: datetime) -> str:
    """How long it has been running, or ran."""
    spent = (job.finished_at or now) - (job.started_at or job.created_at)
    return formats.duration_text(spent) or _("less than a minute")


def _percent(job: JobRun) -> int | None:
    if job.state == JobRun.State.DONE:
        return 100
    return min(100, 100 * job.done // job.total) if job.total else None


def _left(job: JobRun, now: datetime) -> str:
    if not job.total or not job.done or job.started_at is None:
        return ""
    spent = now - job.started_at
    return formats.duration_text(spent * (job.total - job.done) / job.done)
