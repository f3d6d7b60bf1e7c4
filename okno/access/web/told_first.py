"""Changes of rights made by a form: what each would do is told before it is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.access import queries
from okno.access.web import impact
from okno.kit.web.pages import CommandPage


class ToldFirst(CommandPage):
    """
    A form of which the input `decisive` says who reaches what; its class is a `forms.Seen`. A choice by which nobody
    gains or loses anything is saved at once.
    """

    decisive: ClassVar[str]
    told = ""

    def people(self, row: Any, cleaned: Mapping[str, Any]) -> Sequence[queries.Person]:
        """Those concerned, with the rights they would have."""
        raise NotImplementedError

    @property
    def text(self) -> str:  # type: ignore[override]
        """What would change, once it was counted."""
        return self.told

    def act(self, **address: Any) -> HttpResponse:
        """Tell what the choice would change; save it when that was seen."""
        row: Model | None = self.row(**address)
        form = self.make_form(row, data=self.request.POST, initial=self.initial(row))
        seen = f"={','.join(sorted(self.request.POST.getlist(self.decisive)))}"
        if not form.is_valid() or self.request.POST.get("seen") == seen:
            return super().act(**address)
        found = impact.sentences(queries.impact_of(self.people(row, form.cleaned_data), reader=self.actor).plain())
        if not found:
            return super().act(**address)
        self.told = " ".join(f"{one}." for one in found)
        self.submit = _("Save")  # type: ignore[misc]
        sent = self.request.POST.copy()
        sent["seen"] = seen
        return self.render(self.make_form(row, data=sent, initial=self.initial(row)), row)
