"""Settings of distribution: rules in their order, what each says, and to whom a chosen enquiry would go."""

from __future__ import annotations

import json
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.areas.leads import commands, queries
from okno.areas.leads.models import DistributionRule, Lead
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import look
from okno.kit import conditions, naming
from okno.kit.errors import Refused
from okno.kit.ids import id_of
from okno.kit.permissions import Actor
from okno.kit.web import htmx
from okno.kit.web.conditions import ConditionField
from okno.kit.web.forms import CONTROL, LinkField
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.address import compact
from okno.kit.web.pages.base import Page

RULES = "/settings/distribution/"
NUMBERS = {**CONTROL, "inputmode": "numeric"}


class Rules(Page):
    """Rules in the order in which they are asked."""

    permission = commands.set_rule.name
    actions: ClassVar[dict[str, str]] = {"move": "move"}

    def show(self, **_address: Any) -> HttpResponse:
        """The list, and the answer for the enquiry that was chosen."""
        rules = list(queries.all_rules())
        context: dict[str, Any] = {
            "rules": [_line(self.actor, one, number, len(rules)) for number, one in enumerate(rules)],
            "asked": TestForm(self.request.GET or None, actor=self.actor),
            "page_title": _("Distribution of enquiries"),
        }
        if lead_id := self.request.GET.get("lead", ""):
            context["told"] = _would_go(self.actor, lead_id)
        return self.answer("leads/rules.html", context)

    def move(self, **_address: Any) -> HttpResponse:
        """A rule goes one place up or down."""
        ids = [one.pk for one in queries.all_rules()]
        said = self.request.POST
        rule = id_of(said.get("rule"))
        place = ids.index(rule) if rule in ids else -1
        other = place + (1 if said.get("by") == "down" else -1)
        if place >= 0 and 0 <= other < len(ids):
            ids[place], ids[other] = ids[other], ids[place]
            commands.order_rules.run(self.actor, ids=ids)
        return htmx.redirect(self.request, RULES)


class TestForm(forms.Form):
    """The enquiry that the rules are tried on."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"] = LinkField(
            actor, LEAD.name, label=_("Enquiry"), required=False, chosen=(self.data or {}).get("lead")
        )


class RuleForm(forms.Form):
    """What a rule says."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(CONTROL))
    method = forms.ChoiceField(label=gettext_lazy("How"), choices=DistributionRule.Method.choices)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["condition"] = ConditionField(actor, LEAD, label=_("For which enquiries"), required=False)
        self.fields["condition"].widget.is_wide = True
        queues = [(one.pk, one.name) for one in queries.queues()]
        self.fields["queue"] = forms.TypedChoiceField(label=_("Among whom"), coerce=int, choices=queues)
        self.fields["fallback"] = forms.TypedChoiceField(
            label=_("If nobody is free"),
            coerce=int,
            empty_value=None,
            required=False,
            choices=[("", _("wait, and tell the head")), *queues],
        )
        for name, label in _YES_NO:
            self.fields[name] = forms.BooleanField(label=label, required=False)
        for name, label in _MINUTES:
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=100_000,
                required=False,
                widget=forms.TextInput(NUMBERS),
                help_text=_("0: that of the queue."),
            )

    def clean(self) -> dict[str, Any]:
        """Numbers left out are none, and so is a condition that asks nothing."""
        cleaned = super().clean() or {}
        numbers = {name: cleaned.get(name) or 0 for name, _label in _MINUTES}
        return {**cleaned, **numbers, "condition": cleaned.get("condition") or {}}


_YES_NO = (
    ("to_client_owner", gettext_lazy("Known clients go to their responsible person first")),
    ("asks_reach", gettext_lazy("Only to those who may see the client")),
    ("asks_hours", gettext_lazy("Only in working hours")),
    ("escalates", gettext_lazy("Tell the head when it is late by half the norm")),
    ("gives_on", gettext_lazy("Give to somebody else when it is late by the whole norm")),
    ("is_general", gettext_lazy("For all sources; otherwise only where a source names it")),
    ("is_active", pgettext_lazy("a rule", "In use")),
)
_MINUTES = (
    ("react_minutes", gettext_lazy("Reaction norm, working minutes")),
    ("handle_minutes", gettext_lazy("Handling norm, working minutes")),
)


class AddRule(CommandPage):
    """A new rule, perhaps of a filter of the list."""

    command, form = commands.set_rule, RuleForm
    layout = (
        (gettext_lazy("Rule"), ("name", "condition")),
        (gettext_lazy("To whom"), ("method", "queue", "fallback", "to_client_owner", "asks_reach", "asks_hours")),
        (gettext_lazy("How fast"), ("react_minutes", "handle_minutes", "escalates", "gives_on")),
        (gettext_lazy("Where"), ("is_general", "is_active")),
    )
    title, submit = gettext_lazy("New rule of distribution"), gettext_lazy("Save")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The condition comes from the filter of the list: `?f=`."""
        usual = {"to_client_owner": True, "asks_reach": True, "escalates": True, "is_general": True, "is_active": True}
        return {**usual, "react_minutes": 0, "handle_minutes": 0, "condition": tree_of(self.request.GET.get("f", ""))}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return RULES


class ChangeRule(AddRule):
    """Another condition, other people."""

    on, query = "rule", queries.rule_for_card
    title = gettext_lazy("Rule of distribution")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is set now, with the filter that was just chosen."""
        found: Any = row
        known = {name: getattr(found, name) for name, _label in (*_YES_NO, *_MINUTES)}
        condition = tree_of(self.request.GET.get("f", "")) or found.condition or None
        places = {"queue": found.queue_id, "fallback": found.fallback_id, "method": found.method}
        return {**known, **places, "name": found.name, "condition": condition}


class DropRule(CommandPage):
    """A rule is not asked any more."""

    command, on, query = commands.drop_rule, "rule", queries.rule_for_card
    is_danger = True
    text = gettext_lazy("Enquiries that it gave keep telling so.")

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return RULES


def tree_of(said: str) -> dict[str, Any] | None:
    """A condition as the list has it in its address; None when it says nothing that can be read."""
    try:
        found = json.loads(said or "null")
    except ValueError:
        return None
    return found if isinstance(found, dict) and found != {"all": []} else None


def sentence(actor: Actor, tree: dict[str, Any]) -> str:
    """A condition in words."""
    if not tree:
        return _("all")
    try:
        condition = conditions.parse(tree)
    except Refused:
        return _("cannot be read")
    return naming.sentence(actor, LEAD, condition)


def _line(actor: Actor, rule: DistributionRule, number: int, of: int) -> dict[str, Any]:
    said = compact(rule.condition) if rule.condition else ""
    return {
        "id": rule.pk,
        "name": rule.name,
        "url": f"{RULES}{rule.pk}/",
        "drop_url": f"{RULES}{rule.pk}/drop/",
        "filter_url": f"/leads/?{urlencode({'tab': 'all', 'rule': rule.pk, 'f': said or compact({'all': []})})}",
        "condition": sentence(actor, rule.condition),
        "is_broken": bool(rule.condition and conditions.problems(conditions.parse(rule.condition), LEAD)),
        "method": rule.get_method_display(),
        "queue": rule.queue.name,
        "fallback": rule.fallback.name if rule.fallback else "",
        "is_active": rule.is_active,
        "is_general": rule.is_general,
        "is_first": number == 0,
        "is_last": number == of - 1,
    }


def _would_go(actor: Actor, lead_id: str) -> dict[str, Any]:
    """To whom an enquiry would go now and why; nothing is changed."""
    known = id_of(lead_id)
    lead = None if known is None else queries.lead_for_card(actor, known)
    if lead is None:
        return {"refusal": _("Not found, or out of your reach.")}
    found = commands.try_rules.preview(actor, lead=lead.pk)
    rows = [one["after"] for one in found.changes if one["table_name"] == Lead._meta.db_table and one["after"]]
    if found.refusal:
        return {"refusal": found.refusal}
    lead.told = rows[-1].get("told") if rows else lead.told
    return {
        "url": LEAD.url_of(lead.pk),
        "title": lead.subject,
        "who": lead.told.get("chosen") or _("nobody"),
        "why": look.told(lead),
    }
