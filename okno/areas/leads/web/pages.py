"""Pages of enquiries: the workplace, the card, and what may be done to an enquiry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms as django_forms
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from okno.areas.leads import commands, queries
from okno.areas.leads.models import Lead
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import becoming, forms, look, panels, preview
from okno.kit import contacts
from okno.kit.due import Colour
from okno.kit.errors import Refused
from okno.kit.fields import judging
from okno.kit.ids import id_of, ids_of
from okno.kit.merging import mergeable
from okno.kit.permissions import facing
from okno.kit.web import form_logic, htmx, pages

MERGING = mergeable(LEAD.name)
OPEN = {"field": "closed_at", "op": "empty"}
AWAKE = {"all": [OPEN, {"field": "state", "op": "ne", "value": "postponed"}]}
NEW = {"field": "state", "op": "in", "value": ["new", "given"]}
MINE = {"all": [AWAKE, {"field": "owner", "op": "eq", "value": {"me": True}}]}
DEPARTMENT = {"all": [AWAKE, {"field": "owner", "op": "in", "value": {"department": "subtree"}}]}
SILENT = {"all": [{"field": "reacted_at", "op": "empty"}, {"field": "react_by", "op": "lt", "value": {"rel": "now"}}]}
LATE = {"all": [AWAKE, {"any": [SILENT, {"field": "handle_by", "op": "lt", "value": {"rel": "now"}}]}]}


class LeadList(pages.ListPage):
    """The workplace of enquiries: what came, how much time is left, who takes care of it."""

    record, query = LEAD, queries.leads
    columns = look.COLUMNS
    tabs = (
        pages.Tab("new", pgettext_lazy("enquiries", "New"), where=NEW, sort="react_by"),
        pages.Tab("mine", gettext_lazy("Mine"), where=MINE, sort="react_by"),
        pages.Tab("department", gettext_lazy("My department's"), where=DEPARTMENT, sort="react_by"),
        pages.Tab("late", pgettext_lazy("of a list", "Overdue"), where=LATE, sort="react_by", due="red"),
        pages.Tab(
            "postponed",
            pgettext_lazy("of a list", "Postponed"),
            where={"field": "state", "op": "eq", "value": "postponed"},
        ),
        pages.Tab("all", gettext_lazy("All")),
        pages.Tab("spam", gettext_lazy("Spam"), where={"field": "state", "op": "eq", "value": "spam"}),
    )
    sort = "-received_at"
    due = pages.Due(look.CLOCK, look.colour)
    bulk = (
        pages.Bulk(commands.give, on="lead", form=forms.Give, icon="user"),
        pages.Bulk(commands.redistribute, on="lead", icon="arrows-shuffle"),
        pages.Bulk(commands.return_to_queue, on="lead", form=forms.Why, icon="arrow-back-up"),
        pages.Bulk(commands.postpone, on="lead", form=forms.Postpone, icon="clock-pause"),
        pages.Bulk(MERGING.merge, on="losers", icon="git-merge"),
        pages.Bulk(commands.reject, on="lead", form=forms.Reject, icon="circle-x"),
        pages.Bulk(commands.mark_spam, on="lead", icon="ban", is_danger=True),
    )
    row_actions = (
        pages.Action(
            gettext_lazy("Take into work"), icon="hand-grab", url="/leads/{id}/take/", permission="leads.take"
        ),
        pages.Action(
            gettext_lazy("Turn into a deal"), icon="briefcase", url="/leads/{id}/convert/", permission="leads.convert"
        ),
    )
    extra_params = ("rule",)
    beside = (
        pages.Action(gettext_lazy("Take an inquiry"), "headset", "/leads/intake/", commands.intake.name, letter="I"),
    )
    create_url, create_label, create_permission = "/leads/new/", gettext_lazy("Enquiry"), "leads.receive"

    @property
    def empty(self) -> Mapping[str, Any]:  # type: ignore[override]
        """What an empty workplace says; the door to settings only for those who may pass it."""
        doors = [
            {
                "label": _("Register an enquiry"),
                "text": _("Somebody called or came by"),
                "url": "/leads/new/",
                "icon": "plus",
            },
            {
                "label": _("Form for the site"),
                "text": _("Enquiries come here by themselves"),
                "url": "/settings/forms/",
                "icon": "forms",
            },
        ]
        return {
            "title": _("No enquiries here"),
            "text": _("An enquiry is a request that came by itself: from a form, a mailbox or a call."),
            "icon": LEAD.icon,
            "doors": doors if self.actor.may("portal.view") else doors[:1],
        }

    def answer(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """The whole page is the workplace: beside the list stands the enquiry under the hand."""
        return super().answer("leads/workplace.html" if template == "kit/list.html" else template, context, status)

    @property
    def more(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """A filter can become the condition of a rule: of the one that it was opened from, or of a new one."""
        rule, said = self.address.get("rule"), self.address.get("f")
        is_known = id_of(rule) is not None
        at = f"/settings/distribution/{rule}/" if is_known else "/settings/distribution/new/"
        label = _("Use this filter in the rule") if is_known else _("Rule of distribution by this filter…")
        url = f"{at}?{urlencode({'f': said})}" if said else at
        reports = f"/leads/reports/?{urlencode({'f': said})}" if said else "/leads/reports/"
        named = _("Reports by this filter") if said else _("Reports")
        return (
            pages.Action(named, icon="chart-bar", url=reports, permission="leads.view"),
            pages.Action(label, icon="arrows-split", url=url, permission=commands.set_rule.name),
        )

    def run_bulk(self, **address: Any) -> HttpResponse:
        """Merging is looked at first: which enquiry stays, and whose values."""
        if self.request.GET.get("do") != MERGING.merge.name:
            return super().run_bulk(**address)
        ids = ids_of(self.request.POST.getlist("ids"))
        if len(ids) < 2 or self.request.POST.get("all"):
            raise Refused("merging.itself", _("Choose two or more different cards."))
        return htmx.redirect(self.request, f"/merge/{LEAD.name}/?{urlencode({'id': ids}, doseq=True)}")

    def tab_counts(self) -> Mapping[str, int]:
        """New, mine, those of the department, late and postponed ones."""
        return queries.counts(self.actor, timezone.now())


class LeadCard(pages.CardPage):
    """An enquiry as it came, who it may be from, and what to do with it."""

    record, query = LEAD, queries.lead_for_card
    sections = (
        pages.Section(gettext_lazy("Contact as received"), ("name", "company", "phone", "email", "inn", "city")),
        pages.Section(
            gettext_lazy("Enquiry"), ("subject", "kind", "text", "amount", "source", "received_at", "number")
        ),
        pages.Section(
            gettext_lazy("Handling"),
            ("owner", "queue", "react_by", "reacted_at", "handle_by", "closed_at", "reject_reason", "comment"),
        ),
    )
    update, update_on = commands.update, "lead"

    def lead(self) -> Lead:
        """The row by its type."""
        if not isinstance(self.row, Lead):
            raise TypeError(type(self.row))
        return self.row

    def preview(self, **_address: Any) -> HttpResponse:
        """The enquiry beside the list."""
        return self.answer("leads/preview.html", preview.context(self.actor, self.lead(), self.moment))

    def head(self) -> dict[str, Any]:
        """State, deadline, and the actions that fit the state."""
        found: dict[str, Any] = {"badge": look.badge(self.lead())}
        if following := look.next_step(self.lead(), self.moment):
            found["next"] = following
        elif why := look.ending(facing(self.actor, self.lead()), self.lead()):
            found["next"] = {"text": why, "due": Colour.GREY, "title": ""}
        return found

    @property
    def header_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """The next likely step first."""
        lead = self.lead()
        call = contacts.phone_uri(look.open_value(self.actor, lead, "phone"))
        address = look.open_value(self.actor, lead, "email")
        letter = f"/mail/new/?{urlencode({'about_record': LEAD.name, 'about_id': lead.pk, 'to': address})}"
        reach = (
            *((pages.Action(pgettext("an action", "Call"), icon="phone", url=call, is_dialog=False),) if call else ()),
            pages.Action(_("Write"), icon="mail", url=letter, permission="communications.write", is_dialog=False),
        )
        if lead.closed_at is not None:
            return _after(lead)
        take = pages.Action(
            _("Take into work"), icon="hand-grab", url="/leads/{id}/take/", permission="leads.take", is_post=True
        )
        deal = pages.Action(
            _("Create a deal"), icon="briefcase", url="/leads/{id}/convert/", permission="leads.convert", is_post=True
        )
        task = "/tasks/new/?about_record=leads.lead&about_id={id}"
        return (
            *(() if lead.state == Lead.State.TAKEN else (take,)),
            deal,
            *reach,
            pages.Action(_("Task"), icon="checkbox", url=task, permission="calendar.add_task"),
        )

    @property
    def more_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """Other ends and hands, while the enquiry is open."""
        if self.lead().closed_at is not None:
            return ()
        return (
            pages.Action(_("Give to a person"), icon="user", url="/leads/{id}/give/", permission="leads.give"),
            pages.Action(
                _("Return to the queue"),
                icon="arrow-back-up",
                url="/leads/{id}/return/",
                permission="leads.return_to_queue",
            ),
            pages.Action(_("Postpone"), icon="clock-pause", url="/leads/{id}/postpone/", permission="leads.postpone"),
            pages.Action(_("Reject"), icon="circle-x", url="/leads/{id}/reject/", permission="leads.reject"),
            pages.Action(_("Spam"), icon="ban", url="/leads/{id}/spam/", permission="leads.mark_spam"),
        )


def _after(lead: Lead) -> tuple[pages.Action, ...]:
    """What may be done to an enquiry that has ended."""
    if lead.deal_id:
        return (pages.Action(_("Open the deal"), icon="briefcase", url=f"/deals/{lead.deal_id}/", is_dialog=False),)
    return (
        pages.Action(_("Bring back into work"), icon="rotate", url="/leads/{id}/reopen/", permission="leads.reopen"),
    )


class ReceiveLead(pages.CommandPage):
    """An enquiry by hand."""

    command, form = commands.receive, forms.Receive
    done = gettext_lazy("The enquiry is registered.")
    title, submit = gettext_lazy("New enquiry"), gettext_lazy("Register")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """Whoever registers takes care of it, unless they say otherwise; most enquiries are for sales."""
        return {"owner": self.actor.user_id, "kind": Lead.Kind.SALE} | super().initial(row)

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed is kept as received, too."""
        given = super().arguments(cleaned)
        return {**given, "raw": {name: value for name, value in self.request.POST.items() if name in self.kept}}

    def given_with_custom(self, form: django_forms.BaseForm, row: Model | None, key: str) -> Any:
        """Of an enquiry that is new what its form demands is asked; a repeated one goes to that which is there."""
        filled = form_logic.given_in(form, form.cleaned_data)
        form.cleaned_data = form_logic.gathered(form)
        with transaction.atomic():
            newest = form_logic.newest(LEAD)
            lead = self.give(form, row, key)
            if lead.pk > newest:
                judging.check_made(self.actor, LEAD, lead, given=filled.filled, asked=filled.asked)
        return lead

    kept: ClassVar[frozenset[str]] = frozenset({"who", "text", "subject", *forms.CONTACT})

    def success_url(self, result: Any, row: Model | None) -> str:
        """The card; the list when somebody else out of reach got the enquiry."""
        is_seen = isinstance(result, Lead) and queries.leads(self.actor).filter(pk=result.pk).exists()
        return LEAD.url_of(result.pk) if is_seen else "/leads/"


class Who(pages.Page):
    """What is known of whoever asks, while their phone or name is being typed."""

    permission = "leads.receive"

    def show(self, **_address: Any) -> HttpResponse:
        """A part of the form."""
        who = self.request.GET.get("who", "")[:500].strip()
        return self.answer("leads/who.html", panels.known_of(self.actor, forms.split(who), who))


class OnLead(pages.CommandPage):
    """The base of what is done to one enquiry."""

    on, query, stays = "lead", queries.lead_for_card, True


class TakeLead(OnLead):
    """Take an enquiry into work."""

    command = commands.take
    done = gettext_lazy("The enquiry is in your work now.")
    text = gettext_lazy("The reaction is noted, the enquiry is yours.")


class GiveLead(OnLead):
    """Give an enquiry to a person."""

    command, form = commands.give, forms.Give
    done = gettext_lazy("The enquiry is handed over.")

    def succeed(self, result: Any, row: Model | None, key: str) -> HttpResponse:
        """To the list, when the enquiry has left the reach of whoever gave it."""
        return _left(self, result) or super().succeed(result, row, key)


class ReturnLead(OnLead):
    """Give an enquiry back to the queue."""

    command, form = commands.return_to_queue, forms.Why
    done = gettext_lazy("The enquiry is back in the queue.")

    def succeed(self, result: Any, row: Model | None, key: str) -> HttpResponse:
        """To the list, when the enquiry has left the reach of whoever gave it back."""
        return _left(self, result) or super().succeed(result, row, key)


def _left(page: OnLead, lead: Any) -> HttpResponse | None:
    if queries.leads(page.actor).filter(pk=lead.pk).exists():
        return None
    said = _("The enquiry is handed over.")
    return htmx.redirect(page.request, "/leads/", toast=said)


class PostponeLead(OnLead):
    """Put an enquiry off."""

    command, form = commands.postpone, forms.Postpone
    done = gettext_lazy("The enquiry is put off.")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """Tomorrow at ten."""
        tomorrow = timezone.localtime(self.moment.at, self.moment.zone) + dt.timedelta(days=1)
        return {"until": tomorrow.replace(hour=10, minute=0, second=0, microsecond=0)} | super().initial(row)


class RejectLead(OnLead):
    """Close an enquiry without a deal."""

    command, form = commands.reject, forms.Reject
    done = gettext_lazy("The enquiry is rejected.")
    is_danger = True


class SpamLead(OnLead):
    """Close an enquiry as spam."""

    command = commands.mark_spam
    done = gettext_lazy("The enquiry is in spam.")
    is_danger = True
    text = gettext_lazy("The enquiry goes to the tab “Spam”. It can be brought back.")


class LinkLead(OnLead):
    """Say whom an enquiry is from."""

    command, form = commands.link_client, forms.LinkClient


class MakeClient(becoming.Becoming, OnLead):
    """Make a client of the contact data of an enquiry."""

    command = commands.make_client


class ReopenLead(OnLead):
    """Bring an enquiry back."""

    command, form = commands.reopen, forms.Why
    done = gettext_lazy("The enquiry is in work again.")


class ConvertLead(becoming.Becoming):
    """Turn an enquiry into a deal."""

    makes_deal = True

    command, form, on, query = commands.convert, forms.Convert, "lead", queries.lead_for_card
    done = gettext_lazy("The enquiry has become a deal.")
    title, submit = gettext_lazy("Turn into a deal"), gettext_lazy("Create a deal")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The recognised client and the subject."""
        client_id = panels.seen_client(self.actor, row) if isinstance(row, Lead) else None
        return {"client": client_id, "title": getattr(row, "subject", "")} | super().initial(row)
