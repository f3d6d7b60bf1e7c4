"""The form of a plan: days, what becomes of sign-in, and for each kind of rows who gets them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from okno.access.models import User
from okno.engines.handover import queries
from okno.engines.handover.models import Handover
from okno.engines.handover.queries import Hand
from okno.engines.handover.rules import WORDS, Way
from okno.kit import formats
from okno.kit.models.views import SavedView
from okno.kit.permissions import Actor
from okno.kit.saved_views import reading
from okno.kit.web import form_context
from okno.kit.web.days import MomentField

Context = dict[str, Any]
# People are found by typing.
PICK = {"class": "form-select", "data-controller": "select"}


class Whose(forms.Form):
    """Whose work is handed over: asked where no person is named."""

    def __init__(self, actor: Actor, asked: QueryDict | None = None) -> None:
        super().__init__(asked)
        # Those who may not sign in any more as well: what they had may be theirs still.
        choices = [("", ""), *_people(actor)]
        self.fields["person"] = forms.ChoiceField(label=_("Whose work"), choices=choices, widget=forms.Select(PICK))


class Plan(forms.Form):
    """
    A plan for one person. Each kind of rows has two lines: those of a saved view, and all the rest. Kinds that name
    nobody, and are not to stay, go to those who are to get everything.
    """

    def __init__(self, actor: Actor, person: User, asked: QueryDict | None = None) -> None:
        super().__init__(asked)
        self.actor, self.person = actor, person
        self.fields["reason"] = forms.ChoiceField(label=_("Reason"), choices=Handover.Reason.choices)
        help_text = _("At once when it is empty")
        self.fields["starts_at"] = MomentField(label=_("Begins on"), required=False, help_text=help_text)
        help_text = _("Rows come back by themselves; never when it is empty")
        self.fields["returns_at"] = MomentField(label=_("Back on"), required=False, help_text=help_text)
        self.fields["stops_new_work"] = forms.BooleanField(label=_("No new work meanwhile"), required=False)
        help_text = _("New enquiries of known clients and answers to letters go to them meanwhile.")
        self.people = _colleagues(actor, person)
        choices = [("", ""), *self.people]
        self.fields["deputy"] = forms.ChoiceField(
            label=_("Deputy"), choices=choices, required=False, help_text=help_text, widget=forms.Select(PICK)
        )
        self.fields["shuts_out"] = forms.BooleanField(label=_("Shut out: no sign-in, tokens end"), required=False)
        self.fields["everything"] = self._picked(_("Everything goes to"), _("Kinds below that name nobody go to them"))
        self.fields["everything-way"] = forms.ChoiceField(label=_("How to share out"), choices=_ways()[:2])
        self.hands = queries.hands(actor)
        self.views: dict[str, list[SavedView]] = {}
        for one in reading.views_of(actor, *(hand.record.name for hand in self.hands)):
            self.views.setdefault(one.record, []).append(one)
        for hand in self.hands:
            self._add(hand)

    def _add(self, hand: Hand) -> None:
        name = hand.record.name
        ways = _ways()
        views = self.views.get(name)
        if views:
            choices = [("", "—"), *((str(one.pk), one.name) for one in views)]
            self.fields[f"{name}:view"] = forms.ChoiceField(label=_("Of this view"), choices=choices, required=False)
            self.fields[f"{name}:view-people"] = self._picked(_("Who gets them"))
            self.fields[f"{name}:view-way"] = forms.ChoiceField(label=_("How to share out"), choices=ways)
        rest = _("Who gets the rest") if views else _("Who gets them")
        self.fields[f"{name}:people"] = self._picked(rest)
        self.fields[f"{name}:way"] = forms.ChoiceField(label=_("How to share out"), choices=ways)
        self.fields[f"{name}:is_all"] = forms.BooleanField(label=_("Those that have ended too"), required=False)

    def _picked(self, label: str, help_text: str = "") -> forms.Field:
        return forms.MultipleChoiceField(
            label=label,
            choices=self.people,
            required=False,
            widget=forms.SelectMultiple(PICK),
            help_text=help_text,
        )

    def sections(self) -> list[Context]:
        """The days, then a section for each kind of rows, with how many there are."""
        head = ("reason", "starts_at", "returns_at", "deputy", "stops_new_work", "shuts_out")
        found: list[Context] = [{"title": _("When"), "fields": [form_context.field_of(self[name]) for name in head]}]
        whole = [form_context.field_of(self[name]) for name in ("everything", "everything-way")]
        found.append({"title": _("To whom"), "fields": whole})
        counts = queries.counts_of(self.actor, self.hands, self.person.pk)
        for hand in self.hands:
            title = f"{hand.record.plural} — {formats.quantity_text(counts[hand.record.name])}"
            names = [name for name in self.fields if name.startswith(f"{hand.record.name}:")]
            found.append({"title": title, "fields": [form_context.field_of(self[name]) for name in names]})
        return found

    def deputy(self) -> User | None:
        """Who was chosen to stand in."""
        chosen = self.cleaned_data["deputy"]
        return User.objects.visible_to(self.actor).filter(pk=chosen).first() if chosen else None

    def rules(self) -> list[Context]:
        """The lines as a plan keeps them; those that give nobody anything are left out."""
        found = []
        for hand in self.hands:
            name, given = hand.record.name, self.cleaned_data
            is_all = given[f"{name}:is_all"]
            view = given.get(f"{name}:view")
            if view:
                people, way = given[f"{name}:view-people"], given[f"{name}:view-way"]
                found.append(_rule(name, people, way, is_all=is_all) | {"view": int(view)})
            people, way = given[f"{name}:people"], given[f"{name}:way"]
            if not people and way != Way.KEEP:
                people, way = given["everything"], given["everything-way"]
            rule = _rule(name, people, way, is_all=is_all)
            if rule["people"]:
                found.append(rule)
        return found


def _ways() -> list[tuple[str, object]]:
    return [(str(way), word) for way, word in WORDS.items()]


def _rule(record: str, people: list[str], way: str, *, is_all: bool) -> Context:
    """Nobody chosen means that the rows stay."""
    return {
        "record": record,
        "people": [int(one) for one in people],
        "way": way if people else str(Way.KEEP),
        "is_all": is_all,
    }


def _people(actor: Actor, **which: bool) -> list[tuple[str, str]]:
    rows = User.objects.visible_to(actor).filter(is_deleted=False, **which).order_by("name")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def _colleagues(actor: Actor, person: User) -> list[tuple[str, str]]:
    return [(pk, name) for pk, name in _people(actor, is_active=True) if pk != str(person.pk)]
