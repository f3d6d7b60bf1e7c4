"""What the card of a form shows: its questions and the code for a site."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from okno.fronts.portal.models import PublicForm
from okno.kit.permissions import Actor

# Enough for the usual fields; each further one adds a line.
BASE_HEIGHT, FIELD_HEIGHT = 220, 84


def questions(_actor: Actor, form: PublicForm) -> dict[str, Any]:
    """What is asked, in order."""
    return {"questions": [{"label": one["label"], "required": one.get("required")} for one in form.fields]}


def embedding(_actor: Actor, form: PublicForm) -> dict[str, Any]:
    """The address of the form and the code that puts it on a site."""
    address = f"{settings.OKNO_PUBLIC_URL.rstrip('/')}/f/{form.code}"
    return {
        "address": address,
        "title": form.title,
        "height": BASE_HEIGHT + FIELD_HEIGHT * len(form.fields),
        "origins": form.origins,
    }
