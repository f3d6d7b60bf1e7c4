"""How areas declare the kinds of notices of their events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from okno.kit.events import Event
from okno.kit.notices import handlers, kinds
from okno.kit.notices.audiences import OWNER
from okno.kit.registry import registry


def add(
    code: str,
    label: object,
    text: object,
    *,
    event: type[Event] | None = None,
    record: str = "",
    row: str = "",
    to: Sequence[str | tuple[str, str]] = (OWNER,),
    when: Callable[[Any], bool] | None = None,
    tab: str = kinds.MINE,
    icon: str = "bell",
    values: Sequence[str] = (),
    shows: str = "",
    acts: Sequence[kinds.Act] = (),
    modes: Mapping[str, str] | None = None,
    pops: bool = False,
    permission: str = "",
    url: str = "",
    sums: Sequence[str] = (),
    many: Any = "",
) -> None:
    """
    Declare a kind of notices, the rest of it as `kinds.NoticeKind` tells; called in manifests.

    :param event: what is told of, `when` it is worth telling; without it somebody tells of the kind by a command.
    :param record: the record of the row, or the field of the event that names it (a name without a point).
    :param row: the field of the event with the id of the row.
    :param to: audiences of `okno.kit.notices.audiences`, or `(field, reason)` for ids of people in the event.
    :param many: the text for many rows at once, by `ngettext_lazy(…, "count")` with `%(number)s` in it.
    :param modes: how it comes by channels outside the pages while nobody has chosen: `{"mail": Mode.DAILY}`.
    """
    kinds.KINDS[code] = made = kinds.NoticeKind(
        code=code, label=label, text=text, icon=icon, tab=tab, record=record, row=row, to=to, when=when,
        values=values, shows=shows, acts=acts, modes=modes or {}, pops=pops, permission=permission, url=url, sums=sums,
        many=many,
    )  # fmt: skip
    if event is not None:
        _listen(event, made)


def _listen(event: type[Event], made: kinds.NoticeKind) -> None:
    """One handler hears of an event, whatever the number of its kinds."""
    known = kinds.OF_EVENT.setdefault(event.name(), [])
    if not known:
        registry.on(event, handlers.tell_of, when=lambda told: bool(kinds.of(told)))
    known.append(made)
