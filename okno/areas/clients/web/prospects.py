"""Pages of prospects: the list, the card, and what is done to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.areas.clients import commands, queries
from okno.areas.clients.models import Prospect
from okno.areas.clients.record import CLIENT, CONTACT, PROSPECT
from okno.areas.clients.web.forms import Add, Assign
from okno.kit import contacts
from okno.kit.permissions import Actor
from okno.kit.web import form_logic, pages
from okno.kit.web.days import DayField
from okno.kit.web.forms import CONTROL, LinkField

COLOURS = {"new": 3, "working": 5, "interested": 4, "converted": 6, "not_now": 1, "silent": 1, "wrong": 9}
CHOICES = [(value, label) for value, label in Prospect.Status.choices if value != Prospect.Status.CONVERTED]


def _of(*statuses: str) -> dict[str, Any]:
    return {"field": "status", "op": "in", "value": list(statuses)}


class MoveForm(forms.Form):
    """How far one has come, and when to come back."""

    status = forms.ChoiceField(label=_("Status"), choices=CHOICES)
    revisit_date = DayField(label=_("Come back on"), required=False)
    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=500, widget=forms.Textarea({**CONTROL, "rows": 2})
    )


class ProspectList(pages.ListPage):
    """Prospects within reach: whom to call today, who is interested, who is a client by now."""

    record, query = PROSPECT, queries.prospects
    columns = ("name", "status", "person", "phone", "city", "batch", "revisit_date", "owner")
    tabs = (
        pages.Tab("open", pgettext_lazy("prospects", "In work"), where=_of("new", "working", "interested")),
        pages.Tab(
            "mine",
            _("Mine"),
            where={"all": [_of("new", "working", "interested"), {"field": "owner", "op": "eq", "value": {"me": True}}]},
        ),
        pages.Tab(
            "back",
            pgettext_lazy("prospects", "Come back"),
            where={"all": [_of("not_now"), {"field": "revisit_date", "op": "le", "value": {"rel": "today"}}]},
        ),
        pages.Tab("converted", pgettext_lazy("prospects", "Handed to sales"), where=_of("converted")),
        pages.Tab("silent", pgettext_lazy("prospects", "Do not disturb"), where=_of("silent")),
        pages.Tab("all", _("All")),
    )
    sort = "name"
    create_url, create_label, create_permission = "/prospects/new/", _("Add"), commands.add_prospect.name
    bulk = (
        pages.Bulk(commands.convert_prospect, on="prospect", icon="building-plus"),
        pages.Bulk(commands.assign_prospect, on="prospect", form=Assign, icon="user"),
        pages.Bulk(commands.move_prospect, on="prospect", form=MoveForm, icon="flag"),
    )
    row_actions = (
        pages.Action(
            _("Make a client"),
            icon="building-plus",
            url="/prospects/{id}/convert/",
            permission=commands.convert_prospect.name,
        ),
        pages.Action(
            _("Task"),
            icon="checkbox",
            url="/tasks/new/?about_record=clients.prospect&about_id={id}",
            permission="calendar.add_task",
        ),
    )
    empty: ClassVar[Mapping[str, Any]] = {
        "title": _("No prospects here yet"),
        "text": _("Lists of fairs and bought bases wait here, apart from clients, until somebody is interested."),
        "icon": PROSPECT.icon,
        "doors": [{"label": _("Add a prospect"), "url": "/prospects/new/", "icon": "plus", "dialog": True}],
    }


class ProspectCard(pages.CardPage):
    """A prospect: whom to talk to, what was said, and the way to make a client of it."""

    record, query = PROSPECT, queries.prospect_for_card
    sections = (
        pages.Section(_("Prospect"), ("person", "post", "phone", "email", "owner", "revisit_date", "score")),
        pages.Section(_("Company"), ("kind", "inn", "city", "address", "site")),
        pages.Section(_("More"), ("source", "batch", "client", "converted_at", "created_at", "comment")),
    )
    update, update_on = commands.update_prospect, "prospect"

    def head(self) -> dict[str, Any]:
        """The status beside the name."""
        row: Any = self.row
        return {"badge": {"label": row.get_status_display(), "stage": COLOURS[row.status]}}

    @property
    def header_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """The way on: to sales, or to the client that it became."""
        row: Any = self.row
        if row.client_id:
            url = CLIENT.url_of(row.client_id)
            return (pages.Action(_("Open the client"), icon="building", url=url, is_dialog=False),)
        sees = self.actor.sees_field
        call = contacts.phone_uri(row.phone) if row.phone and sees(PROSPECT.name, "phone") else ""
        to = row.email if sees(PROSPECT.name, "email") else ""
        letter = urlencode({"about_record": PROSPECT.name, "about_id": row.pk, "to": to})
        about = f"about_record={PROSPECT.name}&about_id={{id}}"
        found = (
            pages.Action(
                _("Make a client"),
                icon="building-plus",
                url="/prospects/{id}/convert/",
                permission=commands.convert_prospect.name,
                is_post=True,
            ),
            pages.Action(pgettext_lazy("an action", "Call"), icon="phone", url=call, is_dialog=False),
            pages.Action(
                _("Write"), icon="mail", url=f"/mail/new/?{letter}", permission="communications.write", is_dialog=False
            ),
            pages.Action(_("Task"), icon="checkbox", url=f"/tasks/new/?{about}", permission="calendar.add_task"),
            pages.Action(_("Status"), icon="flag", url="/prospects/{id}/move/", permission=commands.move_prospect.name),
        )
        return tuple(one for one in found if one.url)

    @property
    def more_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """Other hands and other ends, while it is open."""
        if getattr(self.row, "client_id", None):
            return ()
        return (
            pages.Action(
                _("Add to a client that is there"),
                icon="link",
                url="/prospects/{id}/convert/",
                permission=commands.convert_prospect.name,
            ),
            pages.Action(
                _("Give to another person"),
                icon="user",
                url="/prospects/{id}/assign/",
                permission=commands.assign_prospect.name,
            ),
        )


class AddForm(Add):
    """A new prospect; clients like it are shown while one types."""

    record = PROSPECT
    keys = (
        "name", "kind", "person", "post", "phone", "email", "inn", "city", "site", "source", "batch", "comment",
    )  # fmt: skip


class NewProspect(pages.CommandPage):
    """A new prospect."""

    command, form = commands.add_prospect, AddForm
    done = _("The prospect is added.")
    title, submit = _("New prospect"), _("Add a prospect")


class ConvertForm(forms.Form):
    """The client it belongs to; a new one when none is named."""

    is_new = forms.BooleanField(label=_("It is another one: make a new client all the same"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"] = LinkField(
            actor, CLIENT.name, label=_("Client"), required=False, help_text=_("Empty: a new client is made.")
        )
        self.order_fields(["client", "is_new"])


class ConvertProspect(pages.CommandPage):
    """Make a client of a prospect, or add it to one that is there."""

    command, form, on, query = commands.convert_prospect, ConvertForm, "prospect", queries.prospect_for_card
    done = _("The prospect has become a client.")
    submit = _("Make a client")
    text = _("Tasks, letters, files and the feed go along; the prospect stays as it was, with a link to the client.")

    def make_form(self, row: Model | None, **given: Any) -> forms.BaseForm:
        """With what the forms of a new client and a new contact demand."""
        form = super().make_form(row, **given)
        form_logic.join_demanded(form, self.actor, CLIENT, "client")
        if isinstance(row, Prospect) and row.person:
            form_logic.join_demanded(form, self.actor, CONTACT, "contact")
        return form

    def give(self, form: forms.BaseForm, row: Model | None, key: str) -> Any:
        """What was typed for them goes along."""
        form.cleaned_data = form_logic.gathered(form)
        return super().give(form, row, key)


class MoveProspect(pages.CommandPage):
    """How far one has come with a prospect."""

    command, form, on, query = commands.move_prospect, MoveForm, "prospect", queries.prospect_for_card
    done = _("The status is changed.")
    submit, stays = _("Save"), True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """As it is now."""
        return {key: getattr(row, key, "") for key in ("status", "revisit_date")}


class AssignProspect(pages.CommandPage):
    """Another responsible person for a prospect."""

    command, form, on, query = commands.assign_prospect, Assign, "prospect", queries.prospect_for_card
    done = _("The prospect is handed over.")
    stays = True
