"""Prospects in batches: lists of fairs and purchased bases, compared with those who are clients already."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients import rules
from okno.areas.clients.commands import linking
from okno.areas.clients.commands.import_rows import change_rows, owned_rows
from okno.areas.clients.models import Prospect
from okno.areas.clients.queries import elsewhere
from okno.areas.clients.queries import importing as reading
from okno.areas.clients.queries import importing_prospects as known
from okno.areas.clients.rules import cells, lines
from okno.areas.clients.rules.headings import KINDS
from okno.kit import contacts, live
from okno.kit.batch_rows import insert_rows
from okno.kit.errors import Refused
from okno.kit.importing import ADD, LINK, SKIP, Elsewhere, Importing, Key, Values, Write, Written
from okno.kit.permissions import Actor
from okno.kit.timeline.batches import tell_each


def write(actor: Actor, writes: Sequence[Write]) -> list[Written]:
    """
    Add or change prospects as an import has planned them, in its command, and hand those that are clients to sales.

    Rows out of the actor's reach are refused one by one, and those that are not to be disturbed. Returns what became of
    each write.
    """
    results = [Written(one.id, refusal=refusal) for one, refusal in zip(writes, refusals(actor, writes), strict=True)]
    _refuse_out_of_reach(actor, writes, results)
    allowed = [(one, result) for one, result in zip(writes, results, strict=True) if not result.refusal]
    _add(actor, [pair for pair in allowed if pair[0].id is None])
    change_rows(Prospect, {one.id: _keyed(one.values) for one, _result in allowed if one.id is not None and one.values})
    for one, result in allowed:
        if one.id is not None:
            result.parts.append((Prospect._meta.db_table, one.id))
    linking.link_clients(actor, allowed)
    live.tell_topic("clients.prospect")
    return results


def refusals(_actor: Actor, writes: Sequence[Write]) -> list[str]:
    """Why writes would be refused: their phone or mail address is not to be disturbed."""
    keyed = [_keyed(one.values) for one in writes]
    phones = [one["phone_key"] for one in keyed if one.get("phone_key")]
    emails = [one["email_key"] for one in keyed if one.get("email_key")]
    held = known.stopped_keys(phones, emails)
    return [
        _refusal(one.id, [held.get(key) for key in _ways(values)]) for one, values in zip(writes, keyed, strict=True)
    ]


def _ways(values: Values) -> list[tuple[str, str]]:
    return [(column, values.get(column, "")) for column in ("phone_key", "email_key")]


def _refusal(prospect_id: int | None, held: Sequence[Prospect | None]) -> str:
    try:
        for one in held:
            rules.check_is_not_stopped(one if one is not None and one.pk != prospect_id else None)
    except Refused as refusal:
        return refusal.message
    return ""


def _refuse_out_of_reach(actor: Actor, writes: Sequence[Write], results: Sequence[Written]) -> None:
    """A prospect is changed by whoever may, until it is a client; one that the import itself has made is its own."""
    ids = [one.id for one in writes if one.id is not None and not one.is_own]
    if not ids:
        return
    rows = Prospect.objects.visible_to(actor, "clients.update_prospect").filter(pk__any_of=ids).order_by("pk")
    seen = {row.pk: row for row in rows.select_for_update(of=("self",))}
    for one, result in zip(writes, results, strict=True):
        if one.id is None or one.is_own or result.refusal:
            continue
        if one.id not in seen:
            result.refusal = _("You have no right to change this prospect.")
        elif "owner" in one.values and not actor.may("clients.assign_prospect"):
            result.refusal = _("You have no right to give this prospect to another person.")
        elif seen[one.id].status == Prospect.Status.CONVERTED:
            result.refusal = _("It is a client already: go on with its card.")


def _add(actor: Actor, fresh: Sequence[tuple[Write, Written]]) -> None:
    """Insert new prospects and tell of them."""
    rows = owned_rows(actor, Prospect, [_keyed(one.values) for one, _result in fresh])
    for (_write, result), row_id in zip(fresh, insert_rows(Prospect, rows), strict=True):
        result.id = row_id
        result.parts.append((Prospect._meta.db_table, row_id))
    told = [(result.id, {"name": one.values["name"]}) for one, result in fresh if result.id is not None]
    tell_each("clients.prospect_added", "clients.prospect", told)


def _keyed(values: Values) -> Values:
    """Values with the phone and the mail address as they are compared."""
    found = dict(values)
    if "phone" in values:
        found["phone_key"] = reading.phone_key(values["phone"]) if values["phone"] else ""
    if "email" in values:
        found["email_key"] = contacts.email_key(values["email"]) if values["email"] else ""
    return found


PROSPECTS = Importing(
    record="clients.prospect",
    create="clients.add_prospect",
    update="clients.update_prospect",
    fields=("owner",),
    required=("name",),
    keys=(
        Key(
            code="inn",
            label=gettext_lazy("INN"),
            fields=("inn",),
            text=lambda values: str(values.get("inn") or ""),
            find=partial(known.by_column, "inn"),
            is_exclusive=True,
        ),
        reading.phone_by(partial(known.by_column, "phone_key")),
        reading.mail_by(partial(known.by_column, "email_key")),
        Key(
            code="name",
            label=gettext_lazy("Name"),
            fields=("name",),
            text=known.name_text,
            find=known.by_name,
            is_weak=True,
        ),
    ),
    elsewhere=(
        Elsewhere(
            code="clients",
            record="clients.client",
            label=gettext_lazy("Those who are clients already"),
            choices={
                SKIP: gettext_lazy("Skip"),
                LINK: gettext_lazy("Add and link: handed to sales, with their client"),
                ADD: gettext_lazy("Add as prospects, apart from the clients"),
            },
            usual=SKIP,
            find=elsewhere.clients_among,
        ),
    ),
    meant=lines.meant_prospect,
    read=known.states,
    check=refusals,
    write=write,
    cleaners={"name": cells.name_cell, "inn": cells.inn_cell},
    words={"kind": KINDS},
    synonyms={
        "person": ("контактное лицо", "контакт", "фио", "фио контакта", "с кем говорить", "имя контакта"),
        "batch": ("список", "база", "выставка", "откуда список"),
        "post": ("должность", "должность контакта"),
    },
)
