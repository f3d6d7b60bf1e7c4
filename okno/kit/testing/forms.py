"""Forms of pages as a browser sees them."""

from __future__ import annotations

from typing import Any

from lxml import html


def filled(answer: Any) -> dict[str, str]:
    """What a browser would send of the form of a page, or of the dialog, that nobody has touched."""
    forms = html.fromstring(answer.content.decode()).xpath("//form[@method='post' or @hx-post]")
    longest = max(forms, key=lambda form: len(form.inputs.keys()))
    return {name: str(value) for name, value in longest.form_values()}
