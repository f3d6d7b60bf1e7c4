"""The form of a form's settings: known fields by choice, questions of one's own by lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okno.areas.clients.models import Channel
from okno.areas.leads import queries as leads
from okno.fronts.portal import queries
from okno.fronts.portal.models import PublicForm
from okno.kit.web.forms import CONTROL

ASKED = (("", _("not asked")), ("shown", _("asked")), ("required", _("required")))
LONG = {**CONTROL, "rows": 3}
LONGEST_LABEL = 500
# What fields of a form are called where they are chosen; words that are ticked are long.
ASKED_AS = {"mailings": _("Consent to mailings"), "consent": _("Consent to the processing of personal data")}


class Settings(forms.Form):
    """What a site form asks, says and looks like."""

    def __init__(self, *args: Any, row: PublicForm | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        if row is None:
            help_text = _("Latin letters: the form stands at /f/<code>.")
            self.fields["code"] = forms.SlugField(label=_("Code"), max_length=50, help_text=help_text)
        self.fields["title"] = forms.CharField(label=_("Title"), max_length=200)
        self.fields["source"] = forms.ChoiceField(
            label=_("Source of enquiries"), choices=[(one.code, one.name) for one in leads.sources()]
        )
        self.fields["text"] = forms.CharField(
            label=_("Text above the form"), required=False, widget=forms.Textarea(LONG)
        )
        self._add_asked()
        self.fields["own"] = forms.CharField(
            label=_("Questions of your own"),
            required=False,
            widget=forms.Textarea(LONG),
            help_text=_("One a line; a star at the end makes an answer required."),
        )
        self.fields["thanks"] = forms.CharField(label=_("Text of thanks"), required=False, widget=forms.Textarea(LONG))
        self.fields["origins"] = forms.CharField(
            label=_("Sites that may show it"),
            required=False,
            widget=forms.Textarea(LONG),
            help_text=_("One a line, as https://example.ru. Nobody else can put the form into a frame."),
        )
        self.fields["accent"] = forms.ChoiceField(label=_("Colour"), choices=PublicForm.Accent.choices)
        self.fields["is_active"] = forms.BooleanField(label=_("Takes enquiries"), required=False, initial=True)

    def _add_asked(self) -> None:
        """Which known fields are asked, and the words of the consent to mailings with its channels."""
        for key, label in queries.known_fields().items():
            # Nobody has to agree to mailings.
            choices = ASKED if key != "mailings" else ASKED[:2]
            self.fields[f"ask_{key}"] = forms.ChoiceField(
                label=ASKED_AS.get(key, str(label)), choices=choices, required=False
            )
            self.fields[f"ask_{key}"].widget.attrs["class"] = "form-select"
        self.fields["mailings_text"] = forms.CharField(
            label=_("Words of the consent to mailings"),
            max_length=LONGEST_LABEL,
            required=False,
            initial=str(queries.known_fields()["mailings"]),
            help_text=_("What a visitor ticks; the words are kept with the consent as its proof."),
        )
        self.fields["mailings_channels"] = forms.MultipleChoiceField(
            label=_("Channels of the consent to mailings"),
            choices=Channel.choices,
            required=False,
            initial=[str(one) for one in queries.USUAL_CHANNELS],
            widget=forms.SelectMultiple({"class": "form-select", "data-controller": "select"}),
        )


def initial_of(form: PublicForm) -> dict[str, Any]:
    """The settings of a form as its settings form takes them."""
    known = queries.known_fields()
    asked = {f"ask_{one['key']}": "required" if one.get("required") else "shown" for one in form.fields}
    mailings: dict[str, Any] = next((one for one in form.fields if one["key"] == "mailings"), {})
    said = {"mailings_text": mailings.get("label"), "mailings_channels": mailings.get("channels")}
    own = [f"{one['label']}{' *' if one.get('required') else ''}" for one in form.fields if one["key"] not in known]
    return {
        "title": form.title,
        "source": form.source,
        "text": form.text,
        **asked,
        **{key: value for key, value in said.items() if value},
        "own": "\n".join(own),
        "thanks": form.thanks,
        "origins": "\n".join(form.origins),
        "accent": form.accent,
        "is_active": form.is_active,
    }


def fields_of(cleaned: dict[str, Any], before: PublicForm | None) -> list[dict[str, Any]]:
    """The fields of a form from its settings; labels changed by hand stay, consents come last."""
    labels = {one["key"]: one["label"] for one in before.fields} if before else {}
    known = queries.known_fields()
    found = [
        {"key": key, "label": str(labels.get(key, label)), "required": cleaned[f"ask_{key}"] == "required"}
        for key, label in known.items()
        if cleaned.get(f"ask_{key}")
    ]
    keys = {one["label"]: one["key"] for one in before.fields} if before else {}
    lines = [line.strip() for line in cleaned.get("own", "").splitlines() if line.strip()]
    taken = set(keys.values())
    own = []
    for line in lines:
        label = line.rstrip("*").strip()
        key = keys.get(label) or next(f"q{number}" for number in range(1, 100) if f"q{number}" not in taken)
        taken.add(key)
        own.append({"key": key, "label": label, "required": line.endswith("*")})
    ticks = [one for one in found if one["key"] in queries.TICKS]
    for one in ticks:
        if one["key"] == "mailings":
            one |= {"label": cleaned["mailings_text"] or one["label"], "channels": cleaned["mailings_channels"]}
    return [*(one for one in found if one["key"] not in queries.TICKS), *own, *ticks]
