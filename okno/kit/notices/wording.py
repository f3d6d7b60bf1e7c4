"""What goes to a person outside the pages, in words: one letter of many notices, put together by their cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from okno.kit.notices.channels import Message
from okno.kit.notices.reading import Told
from okno.kit.permissions import Actor

LONGEST_FIRST, LONGEST_SUBJECT = 120, 200


def message(reader: Actor, told: Sequence[Told], address: str) -> Message:
    """What a message with these notices says: each card once with its news, the reasons, where this is switched off."""
    with translation.override(settings.LANGUAGE_CODE):
        first, more = told[0], len(told) - 1
        foot = _("How notices come to you: %(url)s") % {"url": f"{settings.OKNO_PUBLIC_URL}/notices/settings/"}
        return Message(
            user_id=reader.user_id or 0,
            address=address,
            subject=_subject(first, more),
            text="\n\n".join([*(_card(one) for one in _by_card(told)), f"—\n{foot}"]),
            title=(first.title or first.label) if not more else _("Notifications"),
            brief="\n".join(_brief(one, is_alone=not more) for one in told),
            url=first.url if not more else "/notices/",
        )


def _subject(first: Told, more: int) -> str:
    said = f"{first.title}: {first.text}" if first.title else first.text
    if more:
        words = _("and %(count)s more") % {"count": more}
        said = f"{said[:LONGEST_FIRST]} {words}"
    return said[:LONGEST_SUBJECT]


def _brief(told: Told, *, is_alone: bool) -> str:
    if is_alone:
        return "\n".join(one for one in (told.text, told.body) if one)
    return f"{told.title}: {told.text}" if told.title else told.text


def _by_card(told: Sequence[Told]) -> Iterable[list[Told]]:
    """Notices about one row stand together, in the order in which the rows came; one about nothing stands alone."""
    cards: dict[object, list[Told]] = {}
    for one in told:
        cards.setdefault(one.about if one.about[1] is not None else one.id, []).append(one)
    return cards.values()


def _card(told: Sequence[Told]) -> str:
    """The title and the address of what notices are about, the news of it, and why they come."""
    first, reasons = told[0], dict.fromkeys(one.reason for one in told if one.reason)
    url = f"{settings.OKNO_PUBLIC_URL}{first.url}" if first.url else ""
    parts = (first.title, url, *(_news(one) for one in told), " ".join(reasons))
    return "\n".join(one for one in parts if one)


def _news(told: Told) -> str:
    """One piece of news with its day: a letter may be read long after “today”."""
    times = f" (×{told.count})" if told.count > 1 and not told.is_many else ""
    return "\n".join(one for one in (f"{told.when_title} · {told.text}{times}", told.body) if one)
