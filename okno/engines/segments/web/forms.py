"""Forms of segments: they check the shape of what is typed, commands do the work."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from okno.engines.segments import commands, queries, rules
from okno.engines.segments.models import Segment
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web.conditions import ConditionField
from okno.kit.web.forms import CONTROL

SELECT = {"class": "form-select"}
LIST, CONDITION = Segment.Kind.STATIC, Segment.Kind.DYNAMIC


class Begin(forms.Form):
    """What a segment is of and how it is filled; a condition is asked on the page that follows."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        records = [(one.name, one.plural) for one in rules.segmented() if actor.may(_right(one))]
        self.fields["name"] = _name()
        self.fields["record"] = forms.ChoiceField(
            label=_("Of what"), choices=records, widget=forms.Select(SELECT), initial=queries.usual_record(actor)
        )
        self.fields["kind"] = forms.ChoiceField(
            label=_("How it is filled"),
            choices=[(CONDITION, _("By itself: rows that hold a condition")), (LIST, _("By hand: a list of rows"))],
            widget=forms.Select(SELECT),
        )
        self.fields["note"] = _note()


class ByCondition(forms.Form):
    """A new segment that fills itself."""

    def __init__(self, *args: Any, actor: Actor, record: Record, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name()
        self.fields["note"] = _note(rows=1)
        self.fields["condition"] = _condition(actor, record)


class Condition(forms.Form):
    """Another condition of a segment."""

    def __init__(self, *args: Any, actor: Actor, row: Segment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["condition"] = _condition(actor, registry.record(row.record))


class Paste(forms.Form):
    """A list of rows, one a line."""

    def __init__(self, *args: Any, actor: Actor, row: Segment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = queries.named_by(actor, registry.record(row.record))
        self.fields["field"] = forms.ChoiceField(
            label=_("The list holds"),
            choices=[(key, one.label) for key, one in fields.items()],
            widget=forms.Select(SELECT),
        )
        self.fields["text"] = forms.CharField(
            label=_("List"),
            widget=forms.Textarea({**CONTROL, "rows": 10, "autofocus": True}),
            help_text=_("One a line; a column copied from a spreadsheet will do. Only the first column is read."),
            max_length=1_000_000,
        )


class Combine(forms.Form):
    """What is made of two segments."""

    def __init__(self, *args: Any, actor: Actor, row: Segment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(pk, name) for pk, name in queries.segments_for(actor, row.record) if pk != row.pk]
        self.fields["second"] = forms.ChoiceField(label=_("With which"), choices=others, widget=forms.Select(SELECT))
        self.fields["operation"] = forms.ChoiceField(
            label=_("Which rows"), choices=list(rules.OPERATIONS.items()), widget=forms.Select(SELECT)
        )
        self.fields["name"] = _name()
        self.fields["is_dynamic"] = forms.BooleanField(
            label=_("Follows both from now on; otherwise it stays a list of who is there now"),
            required=False,
            initial=True,
        )


class Snapshot(forms.Form):
    """The name of a snapshot."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name(required=False)
        self.fields["name"].help_text = _("By default the name of the segment with the day and time.")


class Take(forms.Form):
    """The list that rows are taken out of."""

    record = ""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = queries.segments_for(actor, self.record, static=True)
        self.fields["segment"] = forms.TypedChoiceField(
            label=_("Segment"),
            choices=lists,
            coerce=int,
            widget=forms.Select(SELECT),
            help_text="" if lists else _("There is no segment that is filled by hand: nothing to take out of."),
        )


class Put(forms.Form):
    """The list that a row, or many rows, are put into, or the name of a new one."""

    record = ""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_list(self, actor, self.record)


class FromImport(forms.Form):
    """The list that rows of an import are put into, or the name of a new one."""

    def __init__(self, *args: Any, actor: Actor, record: str, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_list(self, actor, record, name)
        # What an import has brought is mostly something new.
        self.fields["segment"].initial = ""


def _ask_for_list(form: forms.Form, actor: Actor, record: str, name: str = "") -> None:
    """One of the lists that are there, or a new one where the actor may make segments."""
    lists: list[tuple[Any, str]] = list(queries.segments_for(actor, record, static=True))
    may_add = actor.may(commands.add.name)
    is_lost = not lists and not may_add
    form.fields["segment"] = forms.TypedChoiceField(
        label=_("Segment"),
        choices=[*lists, *([("", _("A new list"))] if may_add else [])],
        coerce=int,
        empty_value=None,
        required=not may_add,
        initial=lists[0][0] if lists else "",
        widget=forms.Select(SELECT),
        help_text=_("There is no segment that is filled by hand yet: ask who may make one.") if is_lost else "",
    )
    if may_add:
        form.fields["name"] = _name(required=False)
        form.fields["name"].help_text = _("Of the new list; not asked when one that is there is chosen.")
        form.fields["name"].initial = name[: rules.LONGEST_NAME]


def list_of(actor: Actor, record: str, cleaned: Mapping[str, Any], key: str = "") -> int:
    """
    The list that was chosen, or a new one of the name that was typed.

    :param key: of the request: sent twice, it makes one list.
    :raises Refused: the name is empty or taken.
    """
    if cleaned["segment"] is not None:
        return int(cleaned["segment"])
    name = cleaned.get("name", "")
    return int((commands.add.once(key) if key else commands.add)(actor=actor, name=name, record=record).pk)


@lru_cache(maxsize=100)
def put_for(record: str) -> type[Put]:
    """The form of putting rows of one record into a list."""
    return type("PutRows", (Put,), {"record": record})


@lru_cache(maxsize=100)
def take_for(record: str) -> type[Take]:
    """The form of taking rows of one record out of a list."""
    return type("TakeRows", (Take,), {"record": record})


def _right(record: Record) -> str:
    return f"{record.area}.view"


def _name(*, required: bool = True) -> forms.CharField:
    widget = forms.TextInput({**CONTROL, "autofocus": True})
    return forms.CharField(label=_("Name"), max_length=rules.LONGEST_NAME, required=required, widget=widget)


def _note(rows: int = 2) -> forms.CharField:
    widget = forms.Textarea({**CONTROL, "rows": rows})
    return forms.CharField(label=_("Note"), required=False, max_length=2_000, widget=widget)


def _condition(actor: Actor, record: Record) -> ConditionField:
    return ConditionField(
        actor,
        record,
        label=_("Which rows are in it"),
        help_text=_("“Me” is whoever is responsible for the segment; rows come and go by themselves."),
    )
