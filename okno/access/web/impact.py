"""The dialog before a change of rights is saved: who would gain and lose what, with samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okno.access import commands, queries, rules
from okno.access.models import Role, User
from okno.access.web import rights
from okno.kit import formats, jobs, permissions, results
from okno.kit.errors import Missing
from okno.kit.jobs import Progress, work
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor
from okno.kit.registry import registry

Context = dict[str, Any]
WORK = "access.impact"
# Comparisons that are counted while the person waits; more are counted in a job.
MOST_AT_ONCE = 400
RUNNING = {JobRun.State.WAITING, JobRun.State.DOING}
NAMED = 5


@work(WORK)
def count_impact(progress: Progress, actor: Actor, **args: Any) -> dict[str, Any]:
    """Count what a draft of a role would do. :raises Denied: the right to set roles was taken away meanwhile."""
    permissions.check_may(actor, commands.set_role.name)
    people = queries.people_of_role(queries.Draft(**args))
    return {"impact": queries.impact_of(people, reader=actor, tell=progress.tell).plain()}


def of_draft(actor: Actor, draft: queries.Draft) -> Context:
    """The impact of a role as it would be; a long count is begun as a job, whose id comes back."""
    people = queries.people_of_role(draft)
    if queries.weight_of(people) <= MOST_AT_ONCE:
        return told(queries.impact_of(people, reader=actor).plain())
    label = _("What the role would change: %(role)s") % {"role": draft.name}
    job = jobs.start(actor=actor, work=WORK, label=label, args=asdict(draft))
    return {"job": job.pk}


def of_job(actor: Actor, job_id: int) -> Context:
    """What a job has counted, or that it still counts. :raises Missing: it is not one's own, or has failed."""
    job = results.own_job(actor, job_id)
    if job.state in RUNNING:
        return {"job": job.pk}
    if job.work != WORK or "impact" not in job.result:
        raise Missing("not_found", job.error or _("Not found, or out of your reach."))
    return told(job.result["impact"])


def told(impact: Mapping[str, Any]) -> Context:
    """An impact in words."""
    return {
        "people": impact["people"],
        "lines": list(_lines(impact["lines"])),
        "rights": [*_rights(impact["rights_gained"], is_loss=False), *_rights(impact["rights_lost"], is_loss=True)],
        "fields": [
            *_fields(impact["fields_opened"], _("will see the fields: %(what)s"), is_loss=False),
            *_fields(impact["fields_masked"], _("will see only the end of the fields: %(what)s"), is_loss=False),
            *_fields(impact["fields_hidden"], _("will no longer see the fields: %(what)s"), is_loss=True),
        ],
    }


def bounds_told(role: Role, given: Mapping[str, Any]) -> list[str]:
    """
    What changes of where, when and how much the people of a role work, by the bounds as they would be.

    :raises Refused: the bounds cannot be read.
    """
    now, then = (_bounds_in_words(rules.read_bounds(one)) for one in (queries.role_told(role)["bounds"], given))
    count = role.people.filter(is_active=True).count()
    who = ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
    return [
        _("%(who)s: %(what)s — %(then)s (was: %(now)s)")
        % {"who": who, "what": what, "then": then[what], "now": now[what]}
        for what in then
        if count and then[what] != now[what]
    ]


def _bounds_in_words(bounds: Mapping[str, Any]) -> dict[str, str]:
    opens, closes = bounds["opens_at"], bounds["closes_at"]
    return {
        _("where they work from"): str(User.Network(bounds["network"]).label).lower(),
        _("when they work"): f"{opens:%H:%M}–{closes:%H:%M}" if opens else _("at any hour"),
        _("cards an hour without a warning"): str(bounds["most_views"] or queries.MOST_VIEWS),
    }


def sentences(impact: Mapping[str, Any]) -> list[str]:
    """An impact as plain lines, for a form that has room for text only; none when nobody gains or loses anything."""
    context = told(impact)
    return [str(one["text"]) for one in (*context["lines"], *context["rights"], *context["fields"])]


def _lines(lines: Sequence[Mapping[str, Any]]) -> Iterator[Context]:
    """What is gained and lost of each record; seeing and changing the same rows are told of together."""
    by_record: dict[str, dict[bool, Mapping[str, Any]]] = {}
    for one in lines:
        by_record.setdefault(one["record"], {})[one["is_change"]] = one
    for of_record in by_record.values():
        for side in ("gained", "lost"):
            told: dict[bool | None, Mapping[str, Any]] = {
                right: one for right, one in of_record.items() if one[side]["people"]
            }
            if len(told) > 1 and told[False][side]["by_person"] == told[True][side]["by_person"]:
                told = {None: told[False]}
            for right, one in told.items():
                yield _line(one, side, right)


def _line(line: Mapping[str, Any], side: str, right: bool | None) -> Context:  # noqa: FBT001 - a key, or both of them
    """One line of an impact: of seeing, of changing, or of both."""
    found = line[side]
    who = ngettext("%(count)s person", "%(count)s people", found["people"]) % {"count": found["people"]}
    patterns = {
        ("gained", False): _("%(who)s will see more: %(what)s, %(rows)s"),
        ("lost", False): _("%(who)s will no longer see: %(what)s, %(rows)s"),
        ("gained", True): _("%(who)s will be able to change: %(what)s, %(rows)s"),
        ("lost", True): _("%(who)s will no longer change: %(what)s, %(rows)s"),
        ("gained", None): _("%(who)s will see and be able to change: %(what)s, %(rows)s"),
        ("lost", None): _("%(who)s will no longer see or change: %(what)s, %(rows)s"),
    }
    rows = formats.quantity_text(found["rows"])
    text = patterns[side, right] % {"who": who, "what": line["label"], "rows": rows}
    return {
        "text": text,
        "is_loss": side == "lost",
        "samples": found["samples"],
        "is_unseen": not found["samples"],
        "people": _named(found),
    }


def _named(side: Mapping[str, Any]) -> str:
    names = [f"{one['name']}: {formats.quantity_text(one['rows'])}" for one in side["by_person"][:NAMED]]
    more = len(side["by_person"]) - NAMED
    return ", ".join(names) + (_(" and %(count)s more") % {"count": more} if more > 0 else "")


def _rights(counts: Mapping[str, int], *, is_loss: bool) -> list[Context]:
    pattern = _("will no longer be able to: %(what)s") if is_loss else _("will be able to: %(what)s")
    return _by_count(counts, rights.label_of, pattern, is_loss=is_loss)


def _fields(counts: Mapping[str, int], pattern: str, *, is_loss: bool) -> list[Context]:
    return _by_count(counts, _field_label, pattern, is_loss=is_loss)


def _by_count(counts: Mapping[str, int], label: Callable[[str], str], pattern: str, *, is_loss: bool) -> list[Context]:
    """What equally many people gain or lose, together."""
    named: dict[int, list[str]] = {}
    for name, count in counts.items():
        named.setdefault(count, []).append(label(name))
    return [
        _counted(count, pattern % {"what": _some(sorted(names))}, is_loss=is_loss) for count, names in named.items()
    ]


def _counted(count: int, text: str, *, is_loss: bool) -> Context:
    who = ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
    return {"text": f"{who} {text}", "is_loss": is_loss}


def _some(names: Sequence[str], most: int = 12) -> str:
    more = len(names) - most
    return "; ".join(names[:most]) + (_(" and %(count)s more") % {"count": more} if more > 0 else "")


def _field_label(name: str) -> str:
    record, _dot, key = name.removesuffix(queries.GUARDED).rpartition(".")
    known = registry.records.get(record)
    field = known.field(key) if known else None
    label = f"{known.label}: {field.label}" if known and field else name
    return _("%(field)s of guarded cards") % {"field": label} if name.endswith(queries.GUARDED) else label
