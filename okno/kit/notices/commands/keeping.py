"""How choices of notices are checked and kept, for a person and for the organisation alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from okno.kit.errors import Refused
from okno.kit.models.notices import NoticeChoice
from okno.kit.notices.channels import CHANNELS, IN_APP
from okno.kit.notices.kinds import KINDS

Mode = NoticeChoice.Mode


def checked(code: str, by_channel: Mapping[str, Any]) -> dict[str, str]:
    """What was chosen of a kind. :raises Refused: the kind, a channel or a mode is unknown."""
    if code not in KINDS:
        raise Refused("notices.no_kind", _("There is no kind of notices “%(code)s”."), code=code)
    for channel, mode in by_channel.items():
        known = {Mode.OFF.value, Mode.NOW.value} if channel == IN_APP else set(Mode.values)
        if (channel != IN_APP and channel not in CHANNELS) or mode not in known:
            raise Refused("notices.bad_choice", _("“%(mode)s” is no way for a notice to come."), mode=str(mode))
    return dict(by_channel)


def keep(user_id: int | None, code: str, channel: str, mode: str, *, is_mandatory: bool = False) -> None:
    """Keep how a kind comes by a channel: to a person, or to all who chose nothing."""
    values = {"mode": mode, "is_mandatory": is_mandatory}
    NoticeChoice.objects.update_or_create(user_id=user_id, kind=code, channel=channel, defaults=values)
