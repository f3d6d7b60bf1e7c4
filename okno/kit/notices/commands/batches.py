"""Long work that was taken back: what it told of goes, and whoever knows of it already is told so once."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy

from okno.kit.commands import command
from okno.kit.models.notices import Notice, NoticeDelivery, NoticeRow
from okno.kit.notices import audiences, kinds
from okno.kit.notices.commands import telling
from okno.kit.permissions import Actor

KIND = "notices.taken_back"


@command("batches.take_back", told_as=gettext_lazy("Tell of long work that was taken back"))
def take_back(*, actor: Actor, record: str, batch: int, ids: list[int]) -> None:
    """
    Forget what long work told of these rows, now that it is taken back. Whoever has read it, or has a letter of it, is
    told once for all rows of a kind.
    """
    told = Notice.objects.filter(batch=batch, scope_record=record).select_for_update().order_by("pk")
    known: dict[tuple[int, str], int] = {}
    for one in told:
        gone = _taken_off(one, ids)
        if gone and (one.read_at is not None or one.deliveries.filter(state=NoticeDelivery.State.SENT).exists()):
            known[one.user_id, one.kind] = known.get((one.user_id, one.kind), 0) + gone
        if not one.count:
            one.delete()
    doer = telling.doer_of()
    for (user_id, kind), count in known.items():
        if doer is None or doer.user_id != user_id:
            said = {"about": kind, "number": count}
            telling.tell(kinds.KINDS[KIND], {user_id: audiences.TOLD}, row=None, payload=said, doer=doer)


def _taken_off(notice: Notice, ids: Collection[int]) -> int:
    """Let a notice tell of these rows no more. Returns how many of them it told of."""
    if not notice.is_many:
        gone = int(notice.scope_id in ids)
        notice.count = 0 if gone else notice.count
        return gone
    gone = NoticeRow.objects.filter(notice=notice, row_id__in=ids).delete()[0]
    notice.count = max(0, notice.count - gone)
    notice.save(update_fields=["count"])
    return gone
