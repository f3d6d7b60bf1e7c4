"""Forms of the import: the file, what is done with rows, a name for the settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from okno.engines.imports import queries
from okno.engines.imports.rules import Settings
from okno.engines.imports.rules.settings import EMPTY, FOUND, NEW, REPEATS
from okno.kit.importing import Importing
from okno.kit.permissions import Actor
from okno.kit.web.widgets import Dots

LONGEST_PASTE = 20_000_000


class File(forms.Form):
    """The first step: what is imported, from which file or pasted rows, by which settings."""

    record = forms.ChoiceField(label=_("What to import"))
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("CSV, XLSX, XLS, ODS, DBF or vCard, up to 256 MB and 1 048 576 rows"),
    )
    pasted = forms.CharField(
        label=_("Or paste rows copied from a spreadsheet"),
        required=False,
        max_length=LONGEST_PASTE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "form-control"}),
    )
    like = forms.ChoiceField(label=_("Settings"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record: Any = self.fields["record"]
        labels = {one.name: str(one.plural) for one in queries.importable(actor)}
        record.choices = [("", "—"), *labels.items()]
        like: Any = self.fields["like"]
        kept = [one for one in queries.saved_settings(actor) if one.record in labels]
        like.choices = [("", _("Guess anew")), *((one.pk, f"{labels[one.record]}: {one.name}") for one in kept)]

    def clean(self) -> dict[str, Any]:
        """One of the two sources must be there. :raises ValidationError: neither is."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("file") and not (cleaned.get("pasted") or "").strip() and "file" not in self.errors:
            raise ValidationError(_("Choose a file or paste rows."), code="nothing")
        return cleaned


class Rules(forms.Form):
    """What is done with rows that are found, new, empty or repeated, and whom it tells."""

    found = forms.ChoiceField(label=_("Rows that are found"), choices=list(FOUND.items()), widget=Dots())
    new = forms.ChoiceField(label=_("New rows"), choices=list(NEW.items()), widget=Dots())
    empty = forms.ChoiceField(label=_("Empty cells"), choices=list(EMPTY.items()), widget=Dots())
    repeats = forms.ChoiceField(label=_("Repeats inside the file"), choices=list(REPEATS.items()), widget=Dots())
    is_loud = forms.BooleanField(
        label=_("Let robots and notices act"),
        required=False,
        help_text=_("Otherwise the import is silent: nobody gets letters, tasks or messages about its rows."),
    )


class Elsewhere(forms.Form):
    """What is done with rows that stand elsewhere already: a choice for each question of the record."""

    def __init__(self, *args: Any, importing: Importing, settings: Settings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in importing.elsewhere:
            self.fields[one.code] = forms.ChoiceField(
                label=str(one.label),
                choices=[(way, str(label)) for way, label in one.choices.items()],
                initial=settings.elsewhere.get(one.code, one.usual),
                required=False,
                widget=Dots(),
            )

    def answered(self) -> dict[str, str]:
        """What was chosen; a question that was not asked is not answered."""
        return {code: way for code, way in self.cleaned_data.items() if way}


class Keep(forms.Form):
    """A name for the settings."""

    name = forms.CharField(label=_("Name"), max_length=100)
    is_shared = forms.BooleanField(label=_("For all colleagues"), required=False)


class Nothing(forms.Form):
    """A decision that needs nothing more."""
