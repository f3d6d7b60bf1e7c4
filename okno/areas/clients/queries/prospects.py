"""Reads of prospects: each starts from what the actor may see."""

from __future__ import annotations

from django.db.models import Q

from okno.areas.clients.models import Prospect
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor


def prospects(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Prospect]:
    """Prospects within reach that are not marked for deletion."""
    rows: RecordQuerySet[Prospect] = RecordQuerySet(Prospect)
    return rows.visible_to(actor, narrow=narrow).alive()


def prospect_for_card(actor: Actor, prospect_id: int) -> Prospect | None:
    """A prospect with its people and the client it became, or None when it is out of reach."""
    return prospects(actor).select_related("owner", "department", "client").filter(pk=prospect_id).first()


def stopped(phone_key: str, email_key: str) -> Prospect | None:
    """Who asked not to be disturbed at this phone or mail address, whoever may see them."""
    same = Q(phone_key=phone_key) & ~Q(phone_key="") | Q(email_key=email_key) & ~Q(email_key="")
    # ast-grep-ignore: unscoped-read the list of those who are not disturbed holds for everybody
    rows = Prospect.objects.filter(same, status=Prospect.Status.SILENT, is_deleted=False)
    return rows.order_by("pk").first()
