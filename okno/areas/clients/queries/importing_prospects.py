"""How prospects of a file are known again, and how they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from okno.areas.clients.models import Prospect
from okno.areas.clients.queries.prospects import prospects
from okno.kit.importing import State
from okno.kit.permissions import Actor
from okno.kit.search import Folded

COLUMNS = (
    "name", "kind", "revisit_date", "person", "post", "phone", "email", "inn", "site", "city", "address", "source",
    "batch", "score", "comment",
)  # fmt: skip


def by_column(column: str, actor: Actor, keys: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """Prospects within reach by a column as it is compared."""
    # The index holds those alone that have such a key, and is asked for these.
    rows = prospects(actor).filter(**{f"{column}__any_of": keys}).exclude(**{column: ""})
    return _by_key(rows.order_by("pk").values_list(column, "pk"))


def by_name(actor: Actor, keys: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """Prospects within reach by their names without case and «ё»."""
    rows = prospects(actor).annotate(_folded=Folded(F("name"))).filter(_folded__in=keys)
    return _by_key(rows.order_by("pk").values_list("_folded", "pk"))


def name_text(values: Mapping[str, Any]) -> str:
    """The name of a prospect as it is compared."""
    return str(values.get("name") or "").lower().replace("ё", "е")


def states(_actor: Actor, ids: Sequence[int]) -> dict[int, State]:
    """Prospects as they stand; who may see them was judged when they were found."""
    found: dict[int, State] = {}
    # ast-grep-ignore: unscoped-read found within reach, or made by the import itself
    for row in Prospect.objects.filter(pk__any_of=ids).values("pk", "owner_id", "extra", *COLUMNS):
        values = {name: row[name] for name in COLUMNS} | {"owner": row["owner_id"]} | row["extra"]
        values["revisit_date"] = row["revisit_date"].isoformat() if row["revisit_date"] else None
        found[row["pk"]] = State(row["pk"], values)
    return found


def stopped_keys(phones: Sequence[str], emails: Sequence[str]) -> dict[tuple[str, str], Prospect]:
    """Who asked not to be disturbed by (column, key), whoever may see them."""
    found: dict[tuple[str, str], Prospect] = {}
    for column, keys in (("phone_key", phones), ("email_key", emails)):
        # ast-grep-ignore: unscoped-read the list of those who are not disturbed holds for everybody
        rows = Prospect.objects.filter(**{f"{column}__any_of": keys}, status=Prospect.Status.SILENT, is_deleted=False)
        found |= {(column, getattr(row, column)): row for row in rows.exclude(**{column: ""}).order_by("-pk")}
    return found


def _by_key(pairs: Any) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key, row_id in pairs:
        found.setdefault(key, []).append(row_id)
    return found
