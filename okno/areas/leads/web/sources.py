"""Settings of sources: the queue and the rule, repeats, where fields stand in what they send; and campaigns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.leads import commands, queries, rules
from okno.areas.leads.models import Lead, LeadSource
from okno.areas.leads.record import LEAD
from okno.kit import formats
from okno.kit.web.forms import CONTROL
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page

QUEUES, CAMPAIGNS = "/settings/queues/", "/settings/campaigns/"
MAP = "map_"
LONGEST_SAMPLE = 60


class SourceForm(forms.Form):
    """A source: what it is, to whom its enquiries go, how they are read."""

    def __init__(self, *args: Any, row: LeadSource | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(CONTROL))
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=LeadSource.Kind.choices)
        queues = [(one.pk, one.name) for one in queries.queues()]
        self.fields["queue"] = forms.TypedChoiceField(label=_("To which queue"), coerce=int, choices=queues)
        named = [(one.pk, one.name) for one in queries.all_rules()]
        self.fields["rule"] = forms.TypedChoiceField(
            label=_("Rule by default"),
            coerce=int,
            empty_value=None,
            required=False,
            choices=[("", _("the queue in turn")), *named],
            help_text=_("Asked when no general rule holds."),
        )
        self.fields["repeat_days"] = forms.IntegerField(
            label=_("Repeats within, days"),
            min_value=0,
            max_value=3650,
            initial=30,
            required=False,
            widget=forms.TextInput({**CONTROL, "inputmode": "numeric"}),
            help_text=_("The same phone or mail address makes no new enquiry while the old one is open."),
        )
        self.fields["joins_deals"] = forms.BooleanField(
            label=_("Repeats go into open deals of the client too"), required=False
        )
        self._add_reading(queries.last_received(row.pk) if row else None, row)

    def _add_reading(self, sample: Lead | None, row: LeadSource | None) -> None:
        """Where each field stands, chosen by what stood there in the last enquiry."""
        places = dict(rules.places(sample.raw)) if sample else {}
        known = row.mapping if row else {}
        for field in rules.FIELDS:
            here = {path: f"{path} = {_short(value)}" for path, value in places.items()}
            if field in known:
                here.setdefault(known[field], known[field])
            self.fields[f"{MAP}{field}"] = forms.ChoiceField(
                label=_("Where “%(field)s” stands") % {"field": LEAD.fields[field].label},
                choices=[("", _("under its usual name")), *here.items()],
                required=False,
            )
        path = row.campaign_path if row else "utm_campaign"
        self.fields["campaign_path"] = forms.CharField(
            label=_("Where the campaign stands"), required=False, initial=path, max_length=100
        )
        self.fields["template"] = forms.CharField(
            label=_("Template of a letter of the form"),
            required=False,
            widget=forms.Textarea({**CONTROL, "rows": 6}),
            help_text=_template_help(sample, row),
        )

    def clean(self) -> dict[str, Any]:
        """Places of fields gathered into one mapping."""
        cleaned = super().clean() or {}
        mapping = {key.removeprefix(MAP): value for key, value in cleaned.items() if key.startswith(MAP) and value}
        return {**{key: value for key, value in cleaned.items() if not key.startswith(MAP)}, "mapping": mapping}


class AddSource(CommandPage):
    """A new source of enquiries."""

    command, form = commands.set_source, SourceForm
    title, submit = gettext_lazy("New source"), gettext_lazy("Save")
    layout = (
        (gettext_lazy("Source"), ("name", "kind", "queue", "rule")),
        (gettext_lazy("Repeats"), ("repeat_days", "joins_deals")),
        (
            gettext_lazy("How it is read: choose by what came last"),
            (*(f"{MAP}{field}" for field in rules.FIELDS), "campaign_path", "template"),
        ),
    )

    def initial(self, row: Model | None) -> dict[str, Any]:
        """Repeats go into open deals."""
        return {"joins_deals": True}

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """With a code of its own: forms and mailboxes name the source by it."""
        return {**super().arguments(cleaned), "code": self.code(cleaned["name"])}

    def code(self, name: str) -> str:
        """Latin letters of the name, or a number."""
        return queries.free_code(LeadSource, name, "source")

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the lists."""
        return QUEUES


class ChangeSource(AddSource):
    """Another name, another queue, another way to be read."""

    on, query = "source", queries.source_for_card
    title = gettext_lazy("Source of enquiries")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is set now."""
        found: Any = row
        names = ("name", "kind", "repeat_days", "joins_deals", "campaign_path", "template")
        known = {name: getattr(found, name) for name in names}
        places = {f"{MAP}{field}": path for field, path in found.mapping.items()}
        return {**known, **places, "queue": found.queue_id, "rule": found.rule_id}

    def code(self, name: str) -> str:
        """The code stays."""
        return str(getattr(self.row(**self.kwargs), "code", ""))


class Campaigns(Page):
    """Campaigns by the ids that other systems call them, those nobody has named yet first."""

    permission = commands.match_campaign.name

    def show(self, **_address: Any) -> HttpResponse:
        """The list."""
        counted = queries.leads_by_campaign()
        rows = [
            {
                "name": one.name,
                "code": one.code,
                "is_matched": one.is_matched,
                "url": f"{CAMPAIGNS}{one.pk}/",
                "count": formats.quantity_text(counted.get(one.pk, 0)),
            }
            for one in queries.campaigns()
        ]
        return self.answer("leads/campaigns.html", {"campaigns": rows, "page_title": _("Campaigns of enquiries")})


class MatchForm(forms.Form):
    """What a campaign is."""

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("Name"), max_length=200, required=False)
        others = [(one.pk, one.name) for one in queries.campaigns() if one.is_matched and one != row]
        self.fields["into"] = forms.TypedChoiceField(
            label=_("It is one that is there"),
            coerce=int,
            empty_value=None,
            required=False,
            choices=[("", "—"), *others],
        )


class MatchCampaign(CommandPage):
    """Say what a campaign is."""

    command, form, on, query = commands.match_campaign, MatchForm, "campaign", queries.campaign_for_card

    def initial(self, row: Model | None) -> dict[str, Any]:
        """Its name now."""
        return {"name": getattr(row, "name", "")}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return CAMPAIGNS


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= LONGEST_SAMPLE else f"{line[: LONGEST_SAMPLE - 1]}…"


def _template_help(sample: Lead | None, row: LeadSource | None) -> str:
    """What a template is, and what it reads in the last enquiry."""
    fields = ", ".join(f"{{{field}}}" for field in rules.FIELDS)
    told = _("The letter with places instead of values, like “Phone: {phone}”. Places: %(fields)s.") % {
        "fields": fields
    }
    if not (sample and row and row.template):
        return told
    read = rules.read_letter(row.template, sample.text)
    shown = "; ".join(f"{LEAD.fields[field].label}: {_short(value)}" for field, value in read.items())
    return f"{told} {_('In the last one:')} {shown or _('nothing was found')}"
