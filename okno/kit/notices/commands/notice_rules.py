"""How notices come to those who have chosen nothing, and what nobody may switch off."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from okno.kit.commands import command
from okno.kit.models.notices import NoticeChoice
from okno.kit.notices import choosing
from okno.kit.notices.commands import keeping
from okno.kit.permissions import Actor

Mode = NoticeChoice.Mode


@command("notice_rules.set", label=gettext_lazy("Notices of the organisation"))
def set_rules(*, actor: Actor, modes: dict[str, Any], mandatory: dict[str, Any]) -> None:
    """
    Keep how kinds come to those who have chosen nothing, and which of them nobody may switch off.

    :param mandatory: channels by the code of a kind, `{"deals.assigned": ["app"]}`.
    :raises Refused: a kind, a channel or a mode is unknown.
    """
    chosen = choosing.choices([])
    for kind, channel, mode in keeping.checked(modes):
        is_mandatory = channel in mandatory.get(kind.code, []) and mode != Mode.OFF
        if (mode, is_mandatory) == (chosen.default(kind, channel), chosen.is_mandatory(kind, channel)):
            continue
        is_usual = mode == kind.mode(channel) and not is_mandatory
        keeping.keep(None, kind, channel, None if is_usual else {"mode": mode, "is_mandatory": is_mandatory})
