"""Pages of handovers: the list, a new plan, and one plan with its preview, its run and the way back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries as access
from okno.access.models import User
from okno.engines.handover import commands, queries
from okno.engines.handover.models import Handover
from okno.engines.handover.record import HANDOVER
from okno.engines.handover.web import report
from okno.engines.handover.web.forms import Plan, Whose
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.web import form_context, htmx, job_pages, pages
from okno.kit.web.pages.base import Page

State = Handover.State


class HandoverList(pages.ListPage):
    """Plans, the latest first."""

    record, query = HANDOVER, queries.handovers
    columns = (report.PERSON, "reason", "state", "starts_at", "returns_at", "author", "created_at")
    tabs = (pages.Tab("all", gettext_lazy("All")),)
    sort = "-created_at"
    create_url, create_label = "/handovers/new/", gettext_lazy("Hand over work")
    create_permission = commands.plan.name
    empty: ClassVar[dict[str, Any]] = {
        "title": gettext_lazy("Nobody has handed anything over yet"),
        "text": gettext_lazy("Clients, deals and tasks of a person for others: leave, dismissal"),
        "icon": "users",
    }


class NewHandover(Page):
    """A new plan for one person."""

    permission: ClassVar[str] = commands.plan.name

    def show(self, **_address: Any) -> HttpResponse:
        """The empty form; where no person is named, the question of whose work it is."""
        if "person" not in self.request.GET:
            return self._ask(Whose(self.actor))
        return self._answer(Plan(self.actor, self._person()))

    def act(self, **_address: Any) -> HttpResponse:
        """Prepare the plan and look what it would do."""
        if "person" not in self.request.GET:
            whose = Whose(self.actor, self.request.POST)
            if not whose.is_valid():
                return self._ask(whose, 422)
            return htmx.redirect(self.request, f"/handovers/new/?person={whose.cleaned_data['person']}")
        person = self._person()
        form = Plan(self.actor, person, self.request.POST)
        if not form.is_valid():
            return self._answer(form, 422)
        given = form.cleaned_data
        try:
            row = commands.plan(
                actor=self.actor,
                person=person,
                rules_told=form.rules(),
                reason=given["reason"],
                starts_at=given["starts_at"],
                returns_at=given["returns_at"],
                shuts_out=given["shuts_out"],
                stops_new_work=given["stops_new_work"],
                deputy=form.deputy(),
            )
        except (Refused, Denied) as refusal:
            form.add_error(next(iter(refusal.params.get("missing", [])), None), refusal.message)
            return self._answer(form, 422)
        return htmx.redirect(self.request, f"/handovers/{row.pk}/")

    def _person(self) -> User:
        asked = self.request.GET.get("person", "")
        found = access.user_for_card(self.actor, int(asked)) if asked.isdecimal() else None
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return found

    def _ask(self, form: Whose, status: int = 200) -> HttpResponse:
        context = {
            "title": _("Hand over work"),
            "text": _("First you will see who gets what; nothing goes before you confirm it."),
            "errors": form_context.errors_of(form) if form.is_bound else [],
            "fields": [form_context.field_of(form["person"])],
            "post_url": self.request.get_full_path(),
            "submit": _("Go on"),
            "cancel_url": "/handovers/",
        }
        return self.answer("kit/form.html", {"form_page": context, "page_title": context["title"]}, status)

    def _answer(self, form: Plan, status: int = 200) -> HttpResponse:
        title = _("Handover of work: %(who)s") % {"who": form.person.name}
        context = {
            "title": title,
            "text": _("First you will see who gets what; nothing goes before you confirm it."),
            "errors": form_context.errors_of(form) if form.is_bound else [],
            "sections": form.sections(),
            "post_url": self.request.get_full_path(),
            "submit": _("Show who gets what"),
            "cancel_url": f"/settings/users/{form.person.pk}/",
            "draft": f"{commands.plan.name}:{form.person.pk}",
        }
        return self.answer("kit/form.html", {"form_page": context, "page_title": title}, status)


class HandoverPage(Page):
    """One plan: what it would do or did, and what can be done with it."""

    permission: ClassVar[str] = "handover.view"
    actions: ClassVar[dict[str, str]] = {"start": "start", "cancel": "cancel", "back": "bring_back"}
    parts: ClassVar[dict[str, str]] = {"progress": "progress"}

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The plan."""
        row = self._row(id)
        job = queries.job_of(row)
        title = _("Handover of work: %(who)s") % {"who": row.person.name}
        context: dict[str, Any] = {"title": title, "page_title": title, "job": None}
        if job is not None:
            context["job"] = job_pages.context(job, self) | {"url": f"/handovers/{row.pk}/?part=progress"}
        context |= report.context(self.actor, row, job)
        return self.answer("handover/handover.html", context)

    def progress(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """The progress alone; once the work is over, the whole page has to be seen anew."""
        row = self._row(id)
        job = queries.job_of(row)
        if job is None:
            raise Missing("not_found", _("There is no such page."))
        shown = job_pages.context(job, self) | {"url": f"/handovers/{row.pk}/?part=progress"}
        response = self.answer("kit/progress.html", {"job": shown})
        if job.state not in job_pages.RUNNING:
            response.headers["HX-Refresh"] = "true"
        return response

    def start(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Hand over, now or on the day of the plan."""
        return self._done(commands.start(actor=self.actor, handover=self._row(id)))

    def cancel(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Drop the plan."""
        return self._done(commands.cancel(actor=self.actor, handover=self._row(id)))

    def bring_back(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """Bring the rows back."""
        return self._done(commands.bring_back(actor=self.actor, handover=self._row(id)))

    def _row(self, handover_id: int) -> Handover:
        row = queries.handover_for_page(self.actor, handover_id)
        if row is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return row

    def _done(self, row: Handover) -> HttpResponse:
        return htmx.redirect(self.request, f"/handovers/{row.pk}/")
