"""Reads of prospects: each starts from what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from okno.areas.clients.models import Prospect
from okno.areas.clients.rules.likeness import Looks
from okno.kit import contacts as kit_contacts
from okno.kit import reached
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor

FEW = 10
COLUMNS = {"inn": "inn", "phone": "phone_key", "email": "email_key"}


@dataclass(frozen=True, slots=True)
class Expected:
    """A prospect that somebody may be, as one actor may know it: out of reach only who is responsible is told."""

    prospect_id: int | None
    name: str
    owner: str
    reasons: tuple[str, ...]


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


def prospects_like(actor: Actor, looks: Looks) -> list[Expected]:
    """Prospects with a phone, mail address or INN of the described that are no clients yet, whoever may see them."""
    keys = {kind: {key for one, key in looks.keys if one == kind} for kind in COLUMNS}
    asked = Q()
    for kind, column in COLUMNS.items():
        if keys[kind]:
            asked |= Q(**{f"{column}__in": keys[kind]})
    if not asked:
        return []
    # ast-grep-ignore: unscoped-read of prospects out of reach only the responsible person is told
    rows = Prospect.objects.filter(asked, is_deleted=False, client=None).select_related("owner").order_by("pk")
    found = list(rows[:FEW])
    titles = reached.titles(actor, [("clients.prospect", row.pk) for row in found])
    return [_expected(row, keys, titles.get(("clients.prospect", row.pk))) for row in found]


def _expected(row: Prospect, keys: dict[str, set[str]], title: str | None) -> Expected:
    owner = kit_contacts.parse_person_name(row.owner.name).short if row.owner else ""
    reasons = tuple(kind for kind, column in COLUMNS.items() if getattr(row, column) in keys[kind])
    return Expected(row.pk if title is not None else None, title or "", owner, reasons)
