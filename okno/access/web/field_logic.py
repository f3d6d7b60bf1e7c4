"""The logic of forms: when a field is shown, required, which options are open; and sets of fields by kind of row."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms as django_forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.web import forms
from okno.access.web.field_lists import FIELDS
from okno.access.web.fields import url_of
from okno.kit.errors import Missing
from okno.kit.fields import custom, reading
from okno.kit.models import FieldSet
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.web.conditions import ConditionField
from okno.kit.web.pages import CommandPage
from okno.kit.web.widgets import Ticks

OPTION, MORE = "option:", "more"
MOST_EDITORS = 12


def field_set(_actor: Actor, set_id: int) -> FieldSet | None:
    """A set of fields by id."""
    return FieldSet.objects.filter(pk=set_id).first()


class LogicForm(django_forms.Form):
    """Conditions of one field."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record, field = asked(self.initial.get("record", ""), self.initial.get("key", ""))
        self.fields["shown"] = _condition(actor, record, _("Show the field only when"))
        self.fields["required"] = _condition(actor, record, _("Required when"))
        known = {str(option): str(label) for option, label in field.choices if str(option) not in field.retired}
        # An editor for each of a hundred countries would be a page that nobody waits for.
        asked_of = known if len(known) <= MOST_EDITORS else [one for one in known if f"{OPTION}{one}" in self.initial]
        for option in asked_of:
            text = _("“%(option)s” may be chosen only when") % {"option": known[option]}
            self.fields[f"{OPTION}{option}"] = _condition(actor, record, text)
        if rest := [(option, label) for option, label in known.items() if option not in asked_of]:
            self.fields[MORE] = django_forms.ChoiceField(
                label=_("A condition for one more option"),
                choices=[("", "—"), *rest],
                required=False,
                help_text=_("Save: the page comes back and asks when this option may be chosen."),
            )


class SetLogic(CommandPage):
    """When a field is shown, when it is required, and which of its options are open."""

    command, form = custom.set_logic, LogicForm
    done = gettext_lazy("The logic of the field is kept.")
    submit = gettext_lazy("Save")
    text = gettext_lazy("Without a condition the field is always there and all of its options are open.")

    @property
    def title(self) -> str:  # type: ignore[override]
        """Which field it is about."""
        _record, field = self._asked()
        return _("Logic of the field “%(label)s”") % {"label": field.label}

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The conditions there are."""
        record, _field = self._asked()
        key = self.request.GET.get("key", "")
        rule = reading.rules_of(record).get(key)
        also = self.request.GET.get(MORE, "")
        found: dict[str, Any] = {"record": record.name, "key": key, **({f"{OPTION}{also}": None} if also else {})}
        if rule is None:
            return found
        options = {f"{OPTION}{option}": when for option, when in rule.options.items()}
        return {**found, "shown": rule.shown, "required": rule.required, **options}

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """Conditions of options by their ids."""
        options = {name.removeprefix(OPTION): one for name, one in cleaned.items() if name.startswith(OPTION) and one}
        return {
            "record": self.request.GET.get("record", ""),
            "key": self.request.GET.get("key", ""),
            "shown": cleaned["shown"],
            "required": cleaned["required"],
            "options": options,
        }

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list, or to the option that is asked about next."""
        given, more = self.request.GET, self.request.POST.get(MORE, "")
        if not more:
            return url_of(given.get("record", ""))
        return f"{self.request.path}?{urlencode({'record': given['record'], 'key': given['key'], MORE: more})}"

    def _asked(self) -> tuple[Record, Field]:
        return asked(self.request.GET.get("record", ""), self.request.GET.get("key", ""))


class SetForm(django_forms.Form):
    """A set of custom fields and the rows it is for."""

    def __init__(self, *args: Any, actor: Actor, row: FieldSet | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = row.record if row is not None else self.initial.get("record", "")
        if name not in registry.records:
            raise Missing("no_record", _("There is no such page."))
        record = registry.record(name)
        self.fields["name"] = forms.text(_("Name"), most=100, required=True)
        self.fields["condition"] = _condition(actor, record, _("For cards where"), required=True)
        self.fields["fields"] = django_forms.MultipleChoiceField(
            label=_("Fields of the set"),
            choices=[(key, str(one.label)) for key, one in registry.custom_fields(name).items()],
            widget=Ticks(),
            help_text=_("Other cards neither show these fields nor ask for them."),
        )


class AddSet(CommandPage):
    """A new set of fields."""

    command, form = custom.set_set, SetForm
    done = gettext_lazy("The set of fields is kept.")
    title, submit = gettext_lazy("New set of fields"), gettext_lazy("Add")

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The record from the address."""
        return {**cleaned, "record": self.request.GET.get("record", "")}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return url_of(result.record) if isinstance(result, FieldSet) else FIELDS


class ChangeSet(AddSet):
    """Another condition, other fields."""

    on, query = "set", field_set
    title, submit = gettext_lazy("Set of fields"), gettext_lazy("Save")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What it is now."""
        assert isinstance(row, FieldSet)  # noqa: S101 - `on` says so
        return {"name": row.name, "condition": row.condition, "fields": row.fields}

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The set that is changed."""
        row: Any = self.row(**self.kwargs)
        return {**cleaned, "record": row.record, "set_id": row.pk}


class DropSet(CommandPage):
    """Delete a set: its fields are there for all cards again."""

    command = custom.drop_set
    on, query = "set", field_set
    is_danger: ClassVar[bool] = True
    text = gettext_lazy("The fields and their values stay; they are there for all cards again.")

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The set of the address."""
        return {"set_id": self.kwargs["id"]}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the list."""
        return url_of(row.record) if isinstance(row, FieldSet) else FIELDS


def asked(name: str, key: str) -> tuple[Record, Field]:
    """The record and the field of an address. :raises Missing: there are none such."""
    record = registry.records.get(name)
    field = record.field(key) if record is not None else None
    if record is None or field is None:
        raise Missing("no_field", _("There is no such field."))
    return record, field


def _condition(actor: Actor, record: Record, label: str, *, required: bool = False) -> ConditionField:
    made = ConditionField(actor, record, label=label, required=required)
    made.widget.is_wide = True  # type: ignore[attr-defined]
    return made
