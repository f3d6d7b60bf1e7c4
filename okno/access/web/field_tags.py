"""Tags of one field: how many cards have each, other names and colours, out of use and back, merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import connection
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import sql

from okno.access.web.field_forms import Lines
from okno.access.web.fields import OnField, url_of
from okno.kit import quotes
from okno.kit.errors import Missing
from okno.kit.fields import tagging
from okno.kit.kinds import Kind
from okno.kit.kinds.tag_names import COLOURS, folded
from okno.kit.models import FieldDef
from okno.kit.registry import CUSTOM_PREFIX, registry
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.command import CommandPage
from okno.kit.web.widgets import Drawn

Context = dict[str, Any]
NAMES = {
    1: gettext_lazy("grey"),
    2: gettext_lazy("blue"),
    3: gettext_lazy("sky-blue"),
    4: gettext_lazy("teal"),
    5: gettext_lazy("green"),
    6: gettext_lazy("olive"),
    7: gettext_lazy("amber"),
    8: gettext_lazy("orange"),
    9: gettext_lazy("red"),
    10: gettext_lazy("pink"),
    11: gettext_lazy("purple"),
    12: gettext_lazy("indigo"),
}


def field_of_tags(field_id: int) -> FieldDef:
    """A field of tags by id. :raises Missing: there is none such."""
    found = FieldDef.objects.filter(pk=field_id, kind=Kind.TAGS).first()
    if found is None:
        raise Missing("no_field", _("There is no such field."))
    return found


def counts(row: FieldDef) -> dict[str, int]:
    """How many cards that are not marked for deletion have each tag, by its id."""
    model: Any = registry.record(row.record).model
    statement = sql.SQL(
        "select tag, count(*) from {} t, jsonb_array_elements_text(t.extra -> {}) as tag "
        "where jsonb_typeof(t.extra -> {}) = 'array' and not t.is_deleted group by tag"
    )
    key = sql.Literal(f"{CUSTOM_PREFIX}{row.key}")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.Identifier(model._meta.db_table), key, key))
        return dict(cursor.fetchall())


class Tags(Page):
    """The tags of a field."""

    permission = tagging.change_tag.name

    def show(self, **address: Any) -> HttpResponse:
        """The list: those in use, then those that are not."""
        row = field_of_tags(address["id"])
        told, labels = counts(row), {one["id"]: one["label"] for one in row.options}
        tags = [_shown(row, one, told, labels) for one in sorted(row.options, key=lambda one: folded(one["label"]))]
        context = {
            "field": row.label,
            "record": registry.record(row.record).plural,
            "back_url": url_of(row.record),
            "add_url": f"/settings/fields/{row.pk}/tags/new/",
            "tags": [one for one in tags if not one["is_retired"]],
            "retired": [one for one in tags if one["is_retired"]],
            "page_title": row.label,
        }
        return self.answer("settings/tags.html", context)


def _shown(row: FieldDef, one: Mapping[str, Any], told: Mapping[str, int], labels: Mapping[str, str]) -> Context:
    url = f"/settings/fields/{row.pk}/tags/{one['id']}"
    into = labels.get(one.get("into", ""), "")
    return {
        "label": one["label"],
        "colour": one.get("colour", 1),
        "count": told.get(one["id"], 0),
        "is_retired": bool(one.get("is_retired")),
        "note": quotes.told(_("Now: “%(name)s”"), name=into) if into else "",
        "change_url": f"{url}/",
        "merge_url": f"{url}/merge/",
        "retire_url": f"{url}/retire/",
    }


class ColourInput(Drawn):
    """The colours as chips to choose from."""

    template_name = "settings/tag_colours.html"
    is_wide = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template of the input needs."""
        chosen = str(value or 1)
        colours = [{"value": one, "label": NAMES[one], "is_chosen": str(one) == chosen} for one in COLOURS]
        return {"name": name, "attrs": self.build_attrs(self.attrs, attrs), "colours": colours}


class TagForm(forms.Form):
    """The name and the colour of a tag."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    colour = forms.TypedChoiceField(
        label=gettext_lazy("Colour"), coerce=int, choices=[(one, one) for one in COLOURS], widget=ColourInput()
    )


class NamesForm(forms.Form):
    """Names of new tags."""

    names = Lines(
        label=gettext_lazy("Tags"),
        widget=forms.Textarea({"rows": 5, "class": "form-control"}),
        help_text=gettext_lazy("Each on a line of its own."),
    )


class MergeForm(forms.Form):
    """The tag that takes the place of another one."""

    def __init__(self, *args: Any, row: FieldDef, tag: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [one for one in row.options if one["id"] != tag and not one.get("is_retired")]
        choices = [(one["id"], one["label"]) for one in sorted(known, key=lambda one: folded(one["label"]))]
        widget = forms.Select({"class": "form-select", "data-controller": "select"})
        self.fields["into"] = forms.ChoiceField(label=_("Becomes"), choices=[("", "—"), *choices], widget=widget)


class AddTags(CommandPage):
    """New tags, one on a line."""

    command, form, submit = tagging.add_tags, NamesForm, gettext_lazy("Add")

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """To which field they are added."""
        row = field_of_tags(self.kwargs["id"])
        return {"record": row.record, "key": f"{CUSTOM_PREFIX}{row.key}", "names": cleaned["names"]}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the tags."""
        return f"/settings/fields/{self.kwargs['id']}/tags/"


class OnTag(OnField):
    """A command about one tag of a field."""

    @property
    def tag(self) -> dict[str, Any]:
        """The tag that the address names. :raises Missing: there is none such."""
        options: Sequence[dict[str, Any]] = field_of_tags(self.kwargs["id"]).options
        found = next((one for one in options if one["id"] == self.kwargs["tag"]), None)
        if found is None:
            raise Missing("tags.no_tag", _("There is no such tag."))
        return found

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What it is now."""
        return {"name": self.tag["label"], "colour": self.tag.get("colour", 1)}

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Of which tag."""
        return {"tag": self.tag["id"], **cleaned}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the tags."""
        return f"/settings/fields/{self.kwargs['id']}/tags/"


class ChangeTag(OnTag):
    """Another name or colour."""

    command, form, submit = tagging.change_tag, TagForm, gettext_lazy("Save")


class RetireTag(OnTag):
    """Out of use, or back."""

    command = tagging.change_tag

    @property
    def title(self) -> str:  # type: ignore[override]
        """Which way it goes."""
        return _("Bring the tag back") if self.tag.get("is_retired") else _("Take the tag out of use")

    @property
    def submit(self) -> str:  # type: ignore[override]
        """The same on the button."""
        return _("Bring back") if self.tag.get("is_retired") else _("Retire")

    @property
    def text(self) -> str:  # type: ignore[override]
        """What becomes of cards."""
        if self.tag.get("is_retired"):
            return _("“%(name)s” is offered again.") % {"name": self.tag["label"]}
        told = counts(field_of_tags(self.kwargs["id"])).get(self.tag["id"], 0)
        text = _("“%(name)s” is offered no more; %(count)s cards that have it keep it.")
        return text % {"name": self.tag["label"], "count": told}

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The other way round than now."""
        return {"tag": self.tag["id"], "is_retired": not self.tag.get("is_retired")}


class MergeTag(OnTag):
    """Another tag takes its place everywhere."""

    command, submit, is_danger = tagging.merge_tags, gettext_lazy("Merge"), True
    done = gettext_lazy("Tags are being merged: cards follow in a moment.")

    @property
    def text(self) -> str:  # type: ignore[override]
        """What follows from it."""
        told = counts(field_of_tags(self.kwargs["id"])).get(self.tag["id"], 0)
        text = _(
            "“%(name)s” gives way on %(count)s cards, in views, segments and all other conditions. "
            "Whoever types it later gets the other tag. This is not undone by itself."
        )
        return text % {"name": self.tag["label"], "count": told}

    def make_form(self, row: Model | None, **given: Any) -> forms.BaseForm:
        """The form offers the other tags of this field."""
        assert isinstance(row, FieldDef)  # noqa: S101 - `on` says so
        return MergeForm(row=row, tag=self.tag["id"], **given)

    def initial(self, row: Model | None) -> dict[str, Any]:
        """Nothing is chosen for the person."""
        return {}
