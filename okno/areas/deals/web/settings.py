"""Settings of deals: scenarios with their stages, what each stage asks and plans, reasons of refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Max, Model
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.calendar.models import Task
from okno.areas.deals import commands, queries
from okno.areas.deals.models import Scenario, Stage
from okno.areas.deals.record import DEAL
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.registry import SettingsPage
from okno.kit.web import pages
from okno.kit.web.forms import CONTROL
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page
from okno.kit.web.widgets import Ticks

SCENARIOS = "/settings/scenarios/"
NUMBER = {"class": "form-control num-input", "inputmode": "numeric"}
COLOURS = (
    (1, gettext_lazy("grey")),
    (2, gettext_lazy("blue")),
    (3, gettext_lazy("sky-blue")),
    (4, gettext_lazy("teal")),
    (5, gettext_lazy("green")),
    (6, gettext_lazy("olive")),
    (7, gettext_lazy("amber")),
    (8, gettext_lazy("orange")),
    (9, gettext_lazy("red")),
    (10, gettext_lazy("pink")),
    (11, gettext_lazy("purple")),
    (12, gettext_lazy("indigo")),
)


def scenario(_actor: Actor, scenario_id: int) -> Scenario | None:
    """A scenario by id."""
    return queries.scenarios().filter(pk=scenario_id).first()


def whole(found: Scenario) -> list[dict[str, Any]]:
    """The stages of a scenario as the command takes them."""
    return [queries.parts_of(one) for one in queries.stages(found)]


class Scenarios(Page):
    """All scenarios with their stages."""

    permission = commands.set_scenario.name

    def show(self, **_address: Any) -> HttpResponse:
        """The list."""
        rows = [
            {
                "name": one.name,
                "is_default": one.is_default,
                "url": f"{SCENARIOS}{one.pk}/",
                "stages": [
                    {
                        "name": stage.name,
                        "colour": stage.colour,
                        "url": f"{SCENARIOS}{one.pk}/stages/{stage.code}/",
                        "asks": _asked(stage),
                        "tasks": len(stage.tasks),
                    }
                    for stage in queries.stages(one)
                ],
            }
            for one in queries.scenarios()
        ]
        return self.answer("deals/scenarios.html", {"scenarios": rows, "page_title": _("Scenarios and stages")})


class ScenarioForm(forms.Form):
    """The head of a scenario."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(CONTROL))
    idle_days = forms.IntegerField(
        label=gettext_lazy("Idle norm, working days"),
        min_value=1,
        max_value=365,
        initial=7,
        widget=forms.TextInput(NUMBER),
    )
    is_default = forms.BooleanField(label=gettext_lazy("Used by default"), required=False)


class StageRow(forms.Form):
    """A stage in the table."""

    name = forms.CharField(label=gettext_lazy("Stage"), max_length=100, widget=forms.TextInput(CONTROL))
    code = forms.CharField(required=False, max_length=50, widget=forms.HiddenInput)
    order = forms.IntegerField(label=gettext_lazy("Sequence"), required=False, widget=forms.TextInput(NUMBER))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Stage.Kind.choices)
    colour = forms.TypedChoiceField(label=gettext_lazy("Colour"), coerce=int, choices=COLOURS)
    probability = forms.IntegerField(
        label=gettext_lazy("Probability, %"), min_value=0, max_value=100, initial=0, widget=forms.TextInput(NUMBER)
    )
    norm_hours = forms.IntegerField(
        label=gettext_lazy("Norm, working hours"),
        min_value=0,
        max_value=9999,
        initial=0,
        widget=forms.TextInput(NUMBER),
    )
    moves_on = forms.ChoiceField(label=gettext_lazy("Moves here when"), choices=Stage.Fact.choices, required=False)


class AddScenario(pages.TablePage):
    """A new scenario with its stages."""

    command, form, row_form = commands.set_scenario, ScenarioForm, StageRow
    parameter, table_title = "stages", gettext_lazy("Stages in their order on the board")
    title, submit = gettext_lazy("New scenario"), gettext_lazy("Save")

    def rows(self, row: Model | None) -> Sequence[Mapping[str, Any]]:
        """A path to begin with."""
        path = ((_("New"), "open", 1, 10), (_("Won"), "won", 5, 100), (_("Lost"), "lost", 9, 0))
        return [
            {"name": name, "kind": kind, "colour": colour, "probability": share, "order": number, "norm_hours": 0}
            for number, (name, kind, colour, share) in enumerate(path, 1)
        ]

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """Stages in the order that was written, each with a code of its own."""
        last = len(cleaned["stages"])
        ordered = sorted(cleaned["stages"], key=lambda one: one["order"] if one["order"] is not None else last)
        codes = {one["code"] for one in ordered if one["code"]}
        stages = []
        for one in ordered:
            code = one["code"] or _free(slugify(one["name"]) or "stage", codes)
            codes.add(code)
            stages.append({**{name: value for name, value in one.items() if name != "order"}, "code": code})
        return {**cleaned, "stages": stages, "code": self.code(cleaned["name"])}

    def code(self, name: str) -> str:
        """A code of its own."""
        # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
        known = set(Scenario.objects.values_list("code", flat=True))
        # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
        number = (Scenario.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
        return _free(slugify(name) or f"scenario-{number}", known)

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return SCENARIOS


class ChangeScenario(AddScenario):
    """Other stages, another order; what stages ask and plan stays."""

    on, query = "scenario", scenario
    title = gettext_lazy("Scenario")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The head as it is."""
        return {name: getattr(row, name) for name in ("name", "idle_days", "is_default")}

    def rows(self, row: Model | None) -> Sequence[Mapping[str, Any]]:
        """The stages there are."""
        return (
            [{**one, "order": number} for number, one in enumerate(whole(row), 1)] if isinstance(row, Scenario) else []
        )

    def code(self, name: str) -> str:
        """The code stays."""
        return str(getattr(self.row(**self.kwargs), "code", ""))


class StageForm(forms.Form):
    """What a stage asks for before it is entered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = [(key, str(one.label)) for key, one in DEAL.all_fields().items() if one.editable]
        fields.append(("lines", _("Goods and services")))
        self.fields["required"] = forms.MultipleChoiceField(
            label=_("Fields to fill before the stage"),
            required=False,
            choices=fields,
            widget=Ticks(),
        )


class TaskRow(forms.Form):
    """A task that is planned when a deal enters the stage."""

    title = forms.CharField(label=gettext_lazy("Task"), max_length=255, widget=forms.TextInput(CONTROL))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Task.Kind.choices)
    hours = forms.FloatField(
        label=gettext_lazy("Within, working hours"),
        min_value=0,
        max_value=999,
        initial=8,
        widget=forms.TextInput(NUMBER),
    )
    is_mandatory = forms.BooleanField(label=gettext_lazy("Mandatory"), required=False)


class StageRules(pages.TablePage):
    """What a stage asks for and which tasks it plans."""

    command, form, row_form = commands.set_scenario, StageForm, TaskRow
    on, query, parameter = "scenario", scenario, "tasks"
    table_title, submit = gettext_lazy("Tasks that are planned on entering the stage"), gettext_lazy("Save")

    @property
    def title(self) -> str:  # type: ignore[override]
        """The name of the stage."""
        return str(self._stage()["name"])

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is asked now."""
        return {"required": self._stage()["required"]}

    def rows(self, row: Model | None) -> Sequence[Mapping[str, Any]]:
        """The tasks there are."""
        return list(self._stage()["tasks"])

    def give(self, form: forms.BaseForm, row: Model | None, key: str) -> Any:
        """The scenario with this one stage changed."""
        found: Any = row
        changed = {"required": form.cleaned_data["required"], "tasks": form.cleaned_data["tasks"]}
        stages = [{**one, **changed} if one["code"] == self.kwargs["stage"] else one for one in whole(found)]
        head = {name: getattr(found, name) for name in ("code", "name", "is_default", "idle_days")}
        return commands.set_scenario.run(self.actor, idempotency_key=key, stages=stages, **head)

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the scenarios."""
        return SCENARIOS

    def _stage(self) -> dict[str, Any]:
        found: Any = self.row(**self.kwargs)
        stage = next((one for one in whole(found) if one["code"] == self.kwargs["stage"]), None)
        if stage is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return stage


class Reasons(forms.Form):
    """Reasons, each on a line."""

    names = forms.CharField(
        label=gettext_lazy("Reasons, each on a line of its own"), widget=forms.Textarea({**CONTROL, "rows": 12})
    )

    def clean_names(self) -> list[str]:
        """Without repetitions and empty lines."""
        return list(dict.fromkeys(one.strip()[:100] for one in self.cleaned_data["names"].splitlines() if one.strip()))


class RefusalReasons(CommandPage):
    """Why deals are lost."""

    command, form = commands.set_refusal_reasons, Reasons
    title, submit = gettext_lazy("Reasons of refusal"), gettext_lazy("Save")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The reasons there are."""
        return {"names": "\n".join(one.name for one in queries.refusal_reasons())}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Stay here."""
        return "/settings/refusals/"


def _free(code: str, known: set[str]) -> str:
    found, number = code[:40], 1
    while found in known:
        number += 1
        found = f"{code[:40]}-{number}"
    return found


def _asked(stage: Stage) -> str:
    fields = DEAL.all_fields()
    return ", ".join(str(fields[key].label) for key in stage.required if key in fields)


PAGES = (
    SettingsPage(
        gettext_lazy("Sales and mail"),
        gettext_lazy("Scenarios and stages"),
        gettext_lazy("The path of a deal: stages, norms, required fields, tasks"),
        SCENARIOS,
        icon="sitemap",
        permission=commands.set_scenario.name,
        position=210,
    ),
    SettingsPage(
        gettext_lazy("Sales and mail"),
        gettext_lazy("Reasons of refusal"),
        gettext_lazy("Why deals are lost"),
        "/settings/refusals/",
        icon="list",
        permission=commands.set_refusal_reasons.name,
        position=220,
    ),
)
