"""Steps of the wizard that show what would become of rows and what has: the check and the result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from okno.engines.imports import commands, queries, rules
from okno.engines.imports.models import Import
from okno.engines.imports.web import forms, look
from okno.engines.imports.web.steps import Step
from okno.kit import formats, jobs, results
from okno.kit.errors import Missing, Refused
from okno.kit.importing import OFFERED
from okno.kit.web import files, htmx, job_pages

State = Import.State


class _Outcome(Step):
    """A step that shows work and what became of rows."""

    parts: ClassVar[dict[str, str]] = {"errors": "errors"}
    actions: ClassVar[dict[str, str]] = {
        "run": "run", "stop": "stop", "check": "check", "keep": "keep",
        "back": "take_back", "back-row": "take_back_row", "answer": "answered",
    }  # fmt: skip
    is_dry: ClassVar[bool] = False

    def job(self) -> dict[str, Any] | None:
        """The progress of the work under way, for whoever started it."""
        if self.row.job is None or self.row.owner_id != self.actor.user_id:
            return None
        return job_pages.context(results.own_job(self.actor, self.row.job), self)

    def context(self) -> dict[str, Any]:
        """Counts, and a page of rows of one outcome."""
        counts: Mapping[str, Any] = self.row.checked if self.is_dry else self.row.counts
        asked = self.request.GET.get("result", "")
        after = self.request.GET.get("after", "")
        start = int(after) if after.isdecimal() else 0
        questions = look.questions(self.importing, self.settings, counts)
        twins = next((one["record"] for one in questions if one["key"] == asked), "")
        result = "" if twins else asked
        found = queries.rows_of(self.row, is_dry=self.is_dry, result=result, twins=twins, after=start)
        shown, rest = found[: queries.PAGE], found[queries.PAGE :]
        known = {one.key: one for one in self.targets}
        job = self.job()
        return {
            "figures": look.figures(self.row, is_dry=self.is_dry),
            "counts": counts,
            "asked": asked,
            "questions": questions,
            "rows": look.outcomes(self.actor, known, shown, self.row.record),
            "next_after": shown[-1].number if rest else "",
            "job": job if job and (job["is_running"] or self.row.state in rules.BUSY) else None,
            "is_busy": self.row.state in rules.BUSY,
            "is_lost": self.row.state in rules.BUSY and commands.is_job_lost(self.row),
            "may_run": self.row.owner_id == self.actor.user_id,
        }

    def errors(self, **_address: Any) -> HttpResponse:
        """The file of refused rows."""
        stream, file = commands.taken_errors(self.actor, self.row)
        response: HttpResponse = files.download(FileResponse(stream), file["name"], file["mime"])  # type: ignore[assignment]
        return response

    def run(self, **_address: Any) -> HttpResponse:
        """Start, or go on with, the run."""
        return self._act(commands.start_run, "result")

    def check(self, **_address: Any) -> HttpResponse:
        """Check anew."""
        return self._act(commands.start_check, "check")

    def take_back(self, **_address: Any) -> HttpResponse:
        """Take the whole import back."""
        return self._act(commands.take_back, "result")

    def _act(self, command: Any, to: str) -> HttpResponse:
        try:
            command(actor=self.actor, row=self.row)
        except Refused as refusal:
            return self.page(refusal.message)
        return htmx.redirect(self.request, f"/imports/{self.row.pk}/{to}/")

    def take_back_row(self, **_address: Any) -> HttpResponse:
        """Take back what the import did to one row."""
        asked = self.request.POST.get("row", "")
        if not asked.isdecimal():
            raise Missing("not_found", _("Not found, or out of your reach."))
        try:
            done = commands.take_back_row(actor=self.actor, row=self.row, row_id=int(asked))
        except Refused as refusal:
            return self.page(refusal.message)
        kept = dict.fromkeys(reason for _table, _row_id, reason in done["kept"])
        told = _("Taken back.") if done["restored"] else _("Nothing was taken back.")
        text = " ".join([told, *([_("Kept as it is: %(reasons)s") % {"reasons": " ".join(kept)}] if kept else [])])
        return htmx.redirect(self.request, self.request.path, toast=text)

    def stop(self, **_address: Any) -> HttpResponse:
        """Ask the work to stop at its next step."""
        jobs.cancel(actor=self.actor, job_id=self.row.job or 0)
        return htmx.redirect(self.request, self.request.path)

    def keep(self, **_address: Any) -> HttpResponse:
        """Keep the settings under a name."""
        form = forms.Keep(self.request.POST)
        if not form.is_valid():
            return self.page(_("Give a name."))
        commands.keep_settings(actor=self.actor, row=self.row, **form.cleaned_data)
        return htmx.redirect(self.request, self.request.path, toast=_("The settings are kept."))


class CheckStep(_Outcome):
    """The dry run: what would become of each row."""

    step, template, is_dry = "check", "imports/check.html", True

    def answered(self, **_address: Any) -> HttpResponse:
        """Say what is done with rows that stand elsewhere, and check anew."""
        form = self.elsewhere(self.request.POST)
        if not form.is_valid():
            return self.page(_("Choose what is to be done with rows."))
        return self.checked(elsewhere={**self.settings.elsewhere, **form.answered()})


class ResultStep(_Outcome):
    """The run, and what became of each row."""

    step, template = "result", "imports/result.html"

    def context(self) -> dict[str, Any]:
        """The same, and the ways back and on."""
        row, known = self.row, super().context()
        is_over = row.state in {State.DONE, State.STOPPED, State.FAILED, State.TAKEN_BACK}
        is_kept = is_over and bool(row.done) and row.state != State.TAKEN_BACK
        offered = [each(self.actor, row.record, row.pk) for each in OFFERED] if is_kept else []
        own = {
            "is_to_go_on": row.state in {State.STOPPED, State.FAILED} or known["is_lost"],
            "is_to_take_back": is_kept,
            "has_errors": bool(row.errors_file),
        }
        own = {name: known["may_run"] and is_so for name, is_so in own.items()}
        return {
            **known,
            **own,
            "is_over": is_over,
            "offered": [one for one in offered if one],
            "has_actions": any(own.values()) or any(offered),
            "rows_done": formats.quantity_text(row.done),
            "days": rules.DAYS_TO_TAKE_BACK,
        }
