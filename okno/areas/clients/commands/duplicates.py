"""The search for duplicates in the whole base, and what people decide about what it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients.events import DuplicatesSearched
from okno.areas.clients.models import Client, DuplicatePair
from okno.areas.clients.queries import duplicates
from okno.areas.clients.rules import likeness
from okno.kit import jobs, live
from okno.kit.commands import command
from okno.kit.errors import Refused, Told
from okno.kit.events import emit
from okno.kit.merging import mergeable
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor

SEARCH, MERGE_EXACT = "clients.find_duplicates", "clients.merge_exact"
RUNNING = (JobRun.State.WAITING, JobRun.State.DOING)
TOLD_REFUSALS = 100

KEEP = """
insert into clients_duplicatepair (first_id, second_id, "group", score, reasons, state)
select found.first, found.second, found.part, found.score, to_jsonb(string_to_array(found.reasons, ',')), 'open'
from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::int[], %s::text[])
    as found(first, second, part, score, reasons)
join clients_client f on f.id = found.first and not f.is_deleted
join clients_client s on s.id = found.second and not s.is_deleted
on conflict (first_id, second_id) do update set "group" = excluded."group", score = excluded.score,
    reasons = excluded.reasons, found_at = now(),
    state = case clients_duplicatepair.state when 'different' then 'different' else 'open' end
"""
FORGET = """
update clients_duplicatepair p set state = 'gone' where p.state = 'open' and not exists (
    select 1 from unnest(%s::bigint[], %s::bigint[]) as found(first, second)
    where found.first = p.first_id and found.second = p.second_id
)
"""


@dataclass(frozen=True, repr=False)
class Found:
    """What a search has found; the journal keeps the number only."""

    pairs: list[duplicates.Likely] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"{len(self.pairs)} pairs"


@command("clients.find_duplicates", label=gettext_lazy("Search for duplicates"))
def find_duplicates(*, actor: Actor) -> JobRun:
    """
    Compare all clients in a job and keep the pairs that are alike, for the page of duplicates.

    :raises Refused: such a search is under way.
    """
    if JobRun.objects.filter(work=SEARCH, state__in=RUNNING).exists():
        raise Refused("clients.searching", _("The base is being searched already."))
    return jobs.start(actor=actor, work=SEARCH, label=_("Search for duplicates"), args={})


@jobs.work(SEARCH)
def search(progress: jobs.Progress, actor: Actor) -> dict[str, Any]:
    """The search itself: reads and compares outside of a transaction, writes in one."""
    found = duplicates.likely_pairs(progress.tell)
    exact = sum(pair.score >= likeness.EXACT for pair in found)
    keep_duplicates(actor=actor, found=Found(found))
    return {"exact": exact, "probable": len(found) - exact}


@command("clients.keep_duplicates", told_as=gettext_lazy("Keep the duplicates that were found"))
def keep_duplicates(*, actor: Actor, found: Found) -> int:
    """
    Keep the pairs of a search instead of those of the one before; returns how many. Pairs that people called
    different stay so.
    """
    pairs = found.pairs
    groups = duplicates.groups_of(pairs)
    firsts, seconds = [one.first for one in pairs], [one.second for one in pairs]
    parts = [groups[one.first, one.second] for one in pairs]
    scores, reasons = [one.score for one in pairs], [",".join(one.reasons) for one in pairs]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [firsts, seconds, parts, scores, reasons])
        cursor.execute(FORGET, [firsts, seconds])
    exact = sum(score >= likeness.EXACT for score in scores)
    emit(DuplicatesSearched(exact=exact, probable=len(pairs) - exact))
    live.tell_topic("clients.client")
    return len(pairs)


@command("clients.call_different", label=gettext_lazy("Say that clients are different"))
def call_different(*, actor: Actor, clients: list[Client]) -> int:
    """Say that these clients, alike as they are, are different ones; returns how many pairs are settled."""
    ids = [one.pk for one in clients]
    pairs = DuplicatePair.objects.filter(Q(first__in=ids) & Q(second__in=ids))
    return pairs.update(state=DuplicatePair.State.DIFFERENT)


@command("clients.merge_exact", label=gettext_lazy("Merge all exact duplicates"))
def merge_exact(*, actor: Actor) -> JobRun:
    """Merge every group of exact duplicates within reach in a job: the fullest card stays, empty fields are filled."""
    return jobs.start(actor=actor, work=MERGE_EXACT, label=_("Merge all exact duplicates"), args={})


@jobs.work(MERGE_EXACT)
def merge_groups(progress: jobs.Progress, actor: Actor) -> dict[str, Any]:
    """Merge group by group, each in its own transaction; what is refused or out of reach is left and told."""
    done, refused = 0, []
    found = duplicates.groups(actor, level="exact", most=100_000)
    for number, group in enumerate(found):
        progress.tell(number, len(found))
        for ids in _exact_parts(group):
            try:
                done += _merge(actor, ids)
            except Told as refusal:
                refused.append({"id": ids[0], "reason": refusal.message})
    told = {"refused": refused[:TOLD_REFUSALS], "refused_count": len(refused)}
    return {"record": "clients.client", "done": done, **told}


def _merge(actor: Actor, ids: list[int]) -> int:
    known = mergeable("clients.client")
    rows = list(Client.objects.filter(pk__in=ids, is_deleted=False))
    if len(rows) < 2:
        return 0
    survivor = known.prefer(rows)
    known.merge.run(actor, survivor=survivor.pk, losers=[row.pk for row in rows if row != survivor])
    return len(rows) - 1


def _exact_parts(group: duplicates.Group) -> list[list[int]]:
    """Clients of a group that exact pairs tie together: a merely probable tie merges nothing by itself."""
    exact = [
        duplicates.Likely(one.first_id, one.second_id, one.score, ())
        for one in group.pairs
        if one.score >= likeness.EXACT
    ]
    parts: dict[int, set[int]] = {}
    for pair, root in duplicates.groups_of(exact).items():
        parts.setdefault(root, set()).update(pair)
    return [sorted(ids) for ids in parts.values()]
