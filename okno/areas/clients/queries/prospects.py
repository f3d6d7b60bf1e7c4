"""Reads of prospects: each starts from what the actor may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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
    """
    A prospect that somebody may be, as one actor may know it: out of reach only who is responsible is told.

    `is_silent` says that it asked not to be disturbed.
    """

    prospect_id: int | None
    name: str
    owner: str
    reasons: tuple[str, ...]
    is_silent: bool = False


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
    return prospects_like_each(actor, [looks])[0][:FEW]


def prospects_like_each(actor: Actor, described: Sequence[Looks]) -> list[list[Expected]]:
    """The same for many at once, one statement for all."""
    found = _alike(described)
    titles = reached.titles(actor, [("clients.prospect", row.pk) for row in found])
    by_key: dict[tuple[str, str], list[Prospect]] = defaultdict(list)
    for row in found:
        for kind, column in COLUMNS.items():
            by_key[kind, getattr(row, column)].append(row)
    told = []
    for looks in described:
        rows = {row.pk: row for key in looks.keys for row in by_key.get(key, ())}
        told.append([_expected(rows[pk], looks, titles.get(("clients.prospect", pk))) for pk in sorted(rows)])
    return told


def _alike(described: Sequence[Looks]) -> list[Prospect]:
    """Prospects that are no clients yet and have a key of one of the described, the oldest first."""
    asked = Q()
    for kind, column in COLUMNS.items():
        keys = {key for looks in described for one, key in looks.keys if one == kind}
        if keys:
            # The index holds those alone that have such a key, and is asked for these.
            asked |= Q(**{f"{column}__any_of": keys}) & ~Q(**{column: ""})
    if not asked:
        return []
    # ast-grep-ignore: unscoped-read of prospects out of reach only the responsible person is told
    rows = Prospect.objects.filter(asked, is_deleted=False, client=None).select_related("owner")
    return list(rows.order_by("pk")[: FEW * len(described)])


def _expected(row: Prospect, looks: Looks, title: str | None) -> Expected:
    owner = kit_contacts.parse_person_name(row.owner.name).short if row.owner else ""
    reasons = tuple(kind for kind, column in COLUMNS.items() if (kind, getattr(row, column)) in looks.keys)
    return Expected(
        row.pk if title is not None else None, title or "", owner, reasons, row.status == Prospect.Status.SILENT
    )
