"""Form fields by the kind of a record's field: one input for each kind, links chosen by typing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.kit import naming
from okno.kit.ids import ids_of
from okno.kit.kinds import Kind
from okno.kit.models.files import Attachment
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.saved_views import favourites
from okno.kit.web.days import DayField, MomentField
from okno.kit.web.tags import TagsField
from okno.kit.web.widgets import Drawn

CONTROL = {"class": "form-control"}


class LinkInput(Drawn, forms.Select):
    """A choice among many rows: typing asks the server; only the chosen row is in the page."""

    template_name = "pages/link_input.html"
    link = ""
    titles: Mapping[int, str] = {}
    can_star = False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template of the input needs."""
        chosen = [one for one in (value if isinstance(value, list | tuple) else [value]) if one not in (None, "")]
        # A row out of reach has no title here: its bare number would tell nothing.
        known = [one for one in ids_of(chosen) if one in self.titles]
        options = [{"value": one, "label": self.titles[one]} for one in known]
        built = self.build_attrs(self.attrs, attrs)
        card_url = registry.record(self.link).url if self.link in registry.records else ""
        found = {"name": name, "attrs": built, "options": options, "url": f"/pick/{self.link}/", "link": self.link}
        return {**found, "card_url": card_url, "can_star": self.can_star}


class LinkField(forms.Field):
    """The id of a row of a record within the actor's reach."""

    widget = LinkInput

    def __init__(self, actor: Actor, link: str, *, chosen: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.actor = actor
        self.record = registry.record(link)
        self.widget.link = link
        self.widget.can_star = actor.may(favourites.star.name)
        self.name_chosen(chosen)

    def name_chosen(self, chosen: Any) -> None:
        """Learn the title of the row that is chosen already."""
        ids = set(ids_of([chosen]))
        self.widget.titles = naming.titles(self.actor, self.record, ids) if ids else {}

    def to_python(self, value: Any) -> int | None:
        """The id. :raises ValidationError: there is no such row within reach."""
        if value in self.empty_values:
            return None
        ids = set(ids_of([value]))
        found = naming.titles(self.actor, self.record, ids) if ids else {}
        if not found:
            raise ValidationError(_("Not found, or out of your reach."), code="not_found")
        self.widget.titles = found
        return next(iter(found))


class AmountField(forms.CharField):
    """A number as people write it: `1 234,56`."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """The number. :raises ValidationError: it cannot be read."""
        text = str(value or "").strip().replace(" ", "").replace("\u00a0", "").replace("\u202f", "").replace(",", ".")
        if not text:
            return None
        try:
            return Decimal(text.rstrip("₽").strip())
        except InvalidOperation as error:
            raise ValidationError(_("“%(value)s” is not a number."), params={"value": value}) from error


class WholeField(forms.IntegerField):
    """A whole number as people write it: `1 200`."""

    def to_python(self, value: Any) -> int | None:
        """The number. :raises ValidationError: it cannot be read."""
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


class FilesInput(Drawn, forms.FileInput):
    """Files of a field: those that are there, each with a tick to keep it, and a place for more."""

    template_name = "pages/files_input.html"
    allow_multiple_selected = True
    needs_multipart_form = True
    present: Mapping[int, str] = {}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template of the input needs."""
        files = [{"id": file_id, "name": text} for file_id, text in self.present.items()]
        return {"name": name, "attrs": self.build_attrs(self.attrs, attrs), "files": files}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Ids that were left ticked, and what was sent."""
        return Chosen(ids_of(data.getlist(f"{name}-keep")), files.getlist(name))


@dataclass(frozen=True)
class Chosen:
    """What a form says of the files of a field: ids to keep and files to add."""

    kept: list[int]
    fresh: list[Any]


class FilesField(forms.Field):
    """Files of one row; whoever saves them puts them among the files of the row first."""

    widget = FilesInput

    def __init__(self, *, present: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.present = present

    def to_python(self, value: Any) -> Chosen:
        """What was chosen, without ids that were not there."""
        kept = [one for one in value.kept if one in self.widget.present] if isinstance(value, Chosen) else []
        return Chosen(kept, value.fresh if isinstance(value, Chosen) else [])


def field_for(
    actor: Actor,
    field: Field,
    *,
    required: bool = False,
    chosen: Any = None,
    closed: Collection[str] = frozenset(),
) -> forms.Field:
    """
    The form field for a field of a record.

    :param chosen: the id a link has now, the options a choice has, the ids of files.
    :param closed: options that may not be chosen; those that are chosen already stay.
    """
    given: dict[str, Any] = {"label": field.label, "required": required, "help_text": field.hint}
    if field.kind is Kind.FILE:
        return FilesField(present=file_names(chosen), **given)
    if field.link in registry.records and not field.many:
        return LinkField(actor, field.link, chosen=chosen, **given)
    if field.grows:
        had = {str(one) for one in chosen} if isinstance(chosen, list | tuple) else set()
        return TagsField(actor, field, closed=closed, chosen=had, **given)
    if field.choices:
        return _choice(field, given, chosen, closed)
    return _MAKERS.get(field.kind, _text)(given)


def file_names(ids: Any) -> dict[int, str]:
    """Names of files by id, in the order of their ids."""
    wanted = [one for one in ids if isinstance(one, int)] if isinstance(ids, list | tuple) else []
    if not wanted:
        return {}
    # ast-grep-ignore: unscoped-read files of a field are read with the row they belong to
    found = Attachment.objects.filter(pk__in=wanted, is_deleted=False).order_by("pk")
    return dict(found.values_list("pk", "name"))


def _choice(field: Field, given: dict[str, Any], chosen: Any, closed: Collection[str]) -> forms.Field:
    """One option or several; those that are closed are offered only where they are chosen."""
    had = {str(one) for one in (chosen if isinstance(chosen, list | tuple) else [chosen])}
    choices = [(one, label) for one, label in field.choices if str(one) in had or str(one) not in closed]
    if field.many:
        widget = forms.SelectMultiple({"class": "form-select", "data-controller": "select"})
        return forms.MultipleChoiceField(choices=choices, widget=widget, **given)
    shown = [*([] if given["required"] else [("", "—")]), *choices]
    return forms.ChoiceField(choices=shown, widget=forms.Select({"class": "form-select"}), **given)


def initial_of(record: Record, key: str, row: Model) -> Any:
    """The present value of a field as its form field takes it."""
    field = record.field(key)
    if field is None:
        return None
    if field.is_custom:
        return written(field, getattr(row, "extra", {}).get(field.key))
    first = field.path.split("__", 1)[0]
    column: Any = row._meta.get_field(first)
    value = getattr(row, column.attname)
    if field.kind in {Kind.MONEY, Kind.DECIMAL} and value is not None:
        return format(value, "f").replace(".", ",")
    return timezone.localtime(value) if field.kind is Kind.MOMENT and value is not None else value


def written(field: Field, value: Any) -> Any:
    """A canonical value of a custom field as its form field takes it."""
    if isinstance(value, Mapping):
        value = value.get("a")
    if field.kind in {Kind.MONEY, Kind.DECIMAL} and value is not None:
        return str(value).replace(".", ",")
    return value


def _text(given: dict[str, Any]) -> forms.Field:
    return forms.CharField(widget=forms.TextInput(CONTROL), max_length=1000, **given)


def _long_text(given: dict[str, Any]) -> forms.Field:
    return forms.CharField(widget=forms.Textarea({**CONTROL, "rows": 3}), **given)


def _amount(given: dict[str, Any]) -> forms.Field:
    return AmountField(widget=forms.TextInput({**CONTROL, "inputmode": "decimal"}), **given)


def _integer(given: dict[str, Any]) -> forms.Field:
    return WholeField(widget=forms.TextInput({**CONTROL, "inputmode": "numeric"}), **given)


def _date(given: dict[str, Any]) -> forms.Field:
    return DayField(**given)


def _moment(given: dict[str, Any]) -> forms.Field:
    return MomentField(**given)


def _boolean(given: dict[str, Any]) -> forms.Field:
    return forms.BooleanField(widget=forms.CheckboxInput({"class": "form-check-input"}), **{**given, "required": False})


def _phone(given: dict[str, Any]) -> forms.Field:
    return forms.CharField(widget=forms.TextInput({**CONTROL, "type": "tel"}), max_length=100, **given)


def _email(given: dict[str, Any]) -> forms.Field:
    return forms.EmailField(widget=forms.EmailInput(CONTROL), **given)


_MAKERS: dict[Kind, Callable[[dict[str, Any]], forms.Field]] = {
    Kind.LONG_TEXT: _long_text,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _amount,
    Kind.MONEY: _amount,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.BOOLEAN: _boolean,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
}
