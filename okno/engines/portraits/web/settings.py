"""Settings of questionnaires: what is asked, of whom, by which fields."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.portraits import commands, queries, rules
from okno.engines.portraits.models import MOST_WEIGHT, Question, Questionnaire
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web import htmx
from okno.kit.web.conditions import ConditionField
from okno.kit.web.forms import CONTROL
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.by_record import RecordPage, in_words

HERE = "/settings/portraits/"
FIRST = {**CONTROL, "autofocus": True}
NUMBER = {"class": "form-control num-input", "inputmode": "numeric"}
KINDS = {
    Kind.TEXT: gettext_lazy("Line of text"),
    Kind.LONG_TEXT: gettext_lazy("Long text"),
    Kind.INTEGER: gettext_lazy("Whole number"),
    Kind.DECIMAL: gettext_lazy("Number with a fraction"),
    Kind.MONEY: gettext_lazy("Sum of money"),
    Kind.DATE: gettext_lazy("Day"),
    Kind.BOOLEAN: gettext_lazy("Yes or no"),
    Kind.CHOICE: gettext_lazy("One of a list"),
    Kind.LINK: gettext_lazy("Link to another card"),
}
MANY = "many"


class Questionnaires(RecordPage):
    """The questionnaires of one record with their questions."""

    here, permission = HERE, commands.set_questionnaire.name
    actions: ClassVar[dict[str, str]] = {"topics": "take_topics", "move": "move", "recount": "recount"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page. :raises Missing: no cards have portraits."""
        record = self.record
        context = {
            "page_title": _("Questionnaires"),
            "record": record.name,
            "records": self.record_tabs(),
            "questionnaires": [
                _shown(self.actor, record, one, questions) for one, questions in queries.questionnaires(record.name)
            ],
            "topics": queries.topics(self.actor).count(),
            "may_take": bool(queries.subjects()) and self.actor.may(commands.take_topics.name),
        }
        return self.answer("portraits/settings.html", context)

    def take_topics(self, **_address: Any) -> HttpResponse:
        """Make topics of interest of the groups of the catalogue."""
        count = commands.take_topics.run(self.actor)
        return self.back(_("New topics of interest: %(count)s.") % {"count": count})

    def recount(self, **_address: Any) -> HttpResponse:
        """Work out all portraits anew, with progress."""
        job = commands.recount.run(self.actor, record=self.record.name)
        return htmx.redirect(self.request, f"/jobs/{job}/")

    def move(self, **_address: Any) -> HttpResponse:
        """A question goes one place up or down."""
        for one, questions in queries.questionnaires(self.record.name):
            ids = [each.pk for each in questions]
            if (moved := self.moved(ids)) != ids:
                commands.order_questions.run(self.actor, questionnaire=one.pk, ids=moved)
        return self.back()

    def open_records(self) -> list[Record]:
        """All records whose cards have portraits."""
        return queries.portrayed()


def _shown(actor: Actor, record: Record, one: Questionnaire, questions: list[Question]) -> dict[str, Any]:
    return {
        "name": one.name,
        "url": f"{HERE}{one.pk}/",
        "drop_url": f"{HERE}{one.pk}/drop/",
        "add_url": f"{HERE}{one.pk}/questions/new/",
        "is_broken": queries.parsed(record, one) is None,
        "condition": in_words(actor, record, one.condition),
        "questions": [_line(record, each, number, len(questions)) for number, each in enumerate(questions)],
    }


def _line(record: Record, one: Question, number: int, of: int) -> dict[str, Any]:
    field = record.field(one.field)
    kind = KINDS.get(field.kind, field.kind) if field else ""
    return {
        "id": one.pk,
        "name": one.text or (field.label if field else one.field),
        "field": field.label if field else "",
        "kind": _("Several of a list") if field and field.kind is Kind.CHOICE and field.many else kind,
        "is_asked": rules.is_asked(record, one),
        "section": one.section,
        "weight": one.weight,
        "url": f"{HERE}questions/{one.pk}/",
        "drop_url": f"{HERE}questions/{one.pk}/drop/",
        "is_first": number == 0,
        "is_last": number == of - 1,
    }


class QuestionnaireForm(forms.Form):
    """The head of a questionnaire; its record stands in it, as the condition is on rows of that."""

    record = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(FIRST))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record = queries.the_record(str(self.data.get("record") or self.initial.get("record") or ""))
        help_text = _("Without conditions, for all.")
        label = _("For which cards")
        self.fields["condition"] = ConditionField(actor, record, label=label, required=False, help_text=help_text)


class AddQuestionnaire(CommandPage):
    """A new questionnaire."""

    command, form = commands.set_questionnaire, QuestionnaireForm
    title, submit = gettext_lazy("New questionnaire"), gettext_lazy("Save")
    settings_url = HERE


class ChangeQuestionnaire(AddQuestionnaire):
    """Another name, other cards."""

    on, query = "questionnaire", queries.questionnaire_for_page
    title = gettext_lazy("Questionnaire")
    is_single = True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is set now."""
        return {name: getattr(row, name) for name in ("record", "name", "condition")}


class DropQuestionnaire(CommandPage):
    """Its questions are asked no more."""

    command, on, query = commands.drop_questionnaire, "questionnaire", queries.questionnaire_for_page
    is_danger = is_single = True
    text = gettext_lazy("Answers stay with the cards; undo brings the questions back.")
    settings_url = HERE


class QuestionForm(forms.Form):
    """What is asked, and by which field it is answered."""

    text = forms.CharField(
        label=gettext_lazy("Question"), max_length=300, required=False, widget=forms.TextInput(CONTROL)
    )
    section = forms.CharField(
        label=gettext_lazy("Section"), max_length=100, required=False, widget=forms.TextInput(CONTROL)
    )
    weight = forms.IntegerField(
        label=gettext_lazy("Weight"), min_value=1, max_value=MOST_WEIGHT, initial=1, widget=forms.TextInput(NUMBER)
    )


class NewQuestionForm(QuestionForm):
    """A question by a field that is there, or by a new one."""

    def __init__(self, *args: Any, row: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record = queries.the_record(row.record)
        known = [(key, str(one.label)) for key, one in record.all_fields().items() if rules.can_ask(one)]
        self.fields["field"] = forms.ChoiceField(
            label=_("Field"), required=False, choices=[("", _("a new one:")), *known]
        )
        kinds = [(str(kind), label) for kind, label in KINDS.items()]
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind of the new field"), required=False, choices=[*kinds, (MANY, _("Several of a list"))]
        )
        self.fields["options"] = forms.CharField(
            label=_("Answers to choose from, each on a line"),
            required=False,
            widget=forms.Textarea({"class": "form-control", "rows": 4}),
        )
        links = [(one.name, str(one.plural)) for one in registry.records.values() if one.url]
        self.fields["link"] = forms.ChoiceField(
            label=_("Cards to link to"), required=False, choices=[("", "—"), *links]
        )


class AddQuestion(CommandPage):
    """One more question."""

    command, form = commands.add_question, NewQuestionForm
    on, query = "questionnaire", queries.questionnaire_for_page
    layout = (
        (gettext_lazy("Question"), ("text", "section", "weight")),
        (gettext_lazy("How it is answered"), ("field", "kind", "options", "link")),
    )
    title, submit = gettext_lazy("New question"), gettext_lazy("Add")
    is_single = True

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """Options line by line; “some of” is a choice of several."""
        kind = cleaned.get("kind") or str(Kind.TEXT)
        options = [one.strip() for one in cleaned.get("options", "").splitlines() if one.strip()]
        own = {"kind": str(Kind.CHOICE) if kind == MANY else kind, "is_many": kind == MANY, "options": options}
        return super().arguments({**cleaned, **own})

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the questionnaires."""
        return f"{HERE}?record={getattr(row, 'record', '')}"


class ChangeQuestion(CommandPage):
    """Another wording, section or weight."""

    command, form, on, query = commands.change_question, QuestionForm, "question", queries.question_for_page
    title, submit = gettext_lazy("Question"), gettext_lazy("Save")
    is_single = True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What is set now."""
        return {name: getattr(row, name) for name in ("text", "section", "weight")}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the questionnaires."""
        questionnaire = getattr(row, "questionnaire", None)
        return f"{HERE}?record={getattr(questionnaire, 'record', '')}"


class DropQuestion(CommandPage):
    """It is asked no more."""

    command, on, query = commands.drop_question, "question", queries.question_for_page
    title, submit = gettext_lazy("Delete the question"), gettext_lazy("Delete")
    is_danger = is_single = True
    text = gettext_lazy("The field and its answers stay with the cards.")

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the questionnaires."""
        questionnaire = getattr(row, "questionnaire", None)
        return f"{HERE}?record={getattr(questionnaire, 'record', '')}"
