"""Pages of merging: which card stays and whose value each field keeps; what goes back when a merge is taken apart."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _

from okno.kit import formats, permissions, reached
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.ids import id_of, ids_of
from okno.kit.merging import reading, references
from okno.kit.merging.commands import values
from okno.kit.merging.mergeable import KNOWN, TERM, Mergeable, mergeable
from okno.kit.models.base import RecordModel
from okno.kit.models.merges import Merge
from okno.kit.timeline.kinds import told_name
from okno.kit.web import htmx
from okno.kit.web.forms import LinkField
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.command import KEY, own_key
from okno.kit.web.readable import Readable

Context = dict[str, Any]
MOST = 20
# What stands in the place of a card where the values of all of them are kept.
TOGETHER = "all"


class MergeRows(Page):
    """`/merge/<record>/?id=1&id=2`: the cards side by side."""

    @property
    def known(self) -> Mergeable:
        """The record whose rows are merged. :raises Missing: its rows cannot be merged."""
        return mergeable(self.kwargs["record"])

    def asked_permission(self) -> str:
        """The right to give the command."""
        return self.known.merge.name

    def show(self, **_address: Any) -> HttpResponse:
        """The cards in columns, the fuller values chosen; for one card alone, what to merge it with."""
        if len(self.asked()) == 1:
            return self.pick()
        return self.render(self.rows(), self.request.GET)

    def act(self, **_address: Any) -> HttpResponse:
        """Merge as it was chosen; what a rule refuses is told on top."""
        rows, said = self.rows(), self.request.POST
        survivor = self.survivor(rows, said)
        losers = [row.pk for row in rows if row.pk != survivor.pk]
        choices = {
            key: chosen
            for key in self.known.choosable()
            if (chosen := id_of(said.get(f"field-{key}", ""))) is not None and self.is_open(key, rows)
        }
        key = own_key(self.actor, said.get(KEY, ""))
        given = {"survivor": survivor.pk, "losers": losers, "choices": choices}
        try:
            self.known.merge.run(self.actor, idempotency_key=key, **given)
        except (Refused, Denied) as refusal:
            return self.render(rows, said, refusal.message)
        return self.succeed(survivor.pk, losers)

    def succeed(self, survivor: int, losers: Sequence[int]) -> HttpResponse:
        """The card that stays, with a way back when two were merged."""
        record = self.known.record
        may_undo = len(losers) == 1 and self.actor.may(self.known.unmerge.name)
        undo = f"/merged/{reading.last_into(record.name, survivor)}/?part=undo" if may_undo else ""
        url = record.url_of(survivor) or "/merged/"
        return htmx.redirect(self.request, url, toast=_("The cards are merged."), undo_url=undo)

    def rows(self) -> list[RecordModel]:
        """The rows that are named, within reach. :raises Missing: one of them is not. :raises Refused: too few."""
        ids = self.asked()
        manager: Any = self.known.record.model._default_manager
        found = {row.pk: row for row in manager.visible_to(self.actor).filter(pk__in=ids, is_deleted=False)}
        if len(found) < len(ids):
            raise Missing("not_found", _("Not found, or out of your reach."))
        if len(ids) < 2:
            raise Refused("merging.itself", _("Choose two or more different cards."))
        return [found[one] for one in ids]

    def title_of(self, row: RecordModel) -> str:
        """What a row is called before the actor."""
        record = self.known.record.name
        return reached.titles(self.actor, [(record, row.pk)]).get((record, row.pk), f"№ {row.pk}")

    def asked(self) -> list[int]:
        """The ids that the address names."""
        return list(dict.fromkeys(ids_of(self.request.GET.getlist("id"))))[:MOST]

    def pick(self) -> HttpResponse:
        """Find the other card by typing."""
        record = self.known.record
        (row_id,) = self.asked()
        manager: Any = record.model._default_manager
        row = manager.visible_to(self.actor).filter(pk=row_id, is_deleted=False).first()
        if row is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        widget: Any = LinkField(self.actor, record.name).widget
        context = {
            "page_title": _("Merge duplicates"),
            "title": self.title_of(row),
            "id": row_id,
            "picker": widget.render("id", "", {"id": "id_other"}),
            "cancel_url": record.url_of(row_id),
        }
        is_part = htmx.is_htmx(self.request)
        return self.answer("merging/pick_dialog.html" if is_part else "merging/pick.html", context)

    def survivor(self, rows: Sequence[RecordModel], said: QueryDict) -> RecordModel:
        """The row that was chosen to stay, or the one that the area would keep."""
        chosen = next((row for row in rows if str(row.pk) == said.get("survivor")), None)
        kept: RecordModel = chosen or self.known.prefer(rows)
        return kept

    def render(self, rows: list[RecordModel], said: QueryDict, error: str = "") -> HttpResponse:
        """The page."""
        survivor = self.survivor(rows, said)
        losers = [row for row in rows if row.pk != survivor.pk]
        record = self.known.record
        context = {
            "page_title": _("Merge duplicates"),
            "error": error,
            "once": said.get(KEY) or uuid.uuid4().hex,
            "cards": [self._card(row, survivor) for row in rows],
            "fields": self._fields(rows, survivor, losers, said),
            "counts": self._counts(survivor, losers),
            "cancel_url": record.url_of(survivor.pk),
            "days": TERM.days,
        }
        return self.answer("merging/merge.html", context, 422 if error else 200)

    def _card(self, row: RecordModel, survivor: RecordModel) -> Context:
        url = self.known.record.url_of(row.pk)
        at = formats.moment_text(row.created_at, self.moment.at, self.moment.zone)
        return {"id": row.pk, "title": self.title_of(row), "url": url, "created": at, "is_kept": row.pk == survivor.pk}

    def _fields(
        self, rows: list[RecordModel], survivor: RecordModel, losers: list[RecordModel], said: QueryDict
    ) -> list[Context]:
        """Fields that differ, each with its values; the rest is the same in all."""
        chosen = values.default_choices(self.known, survivor, losers, self.actor)
        open_ = {key: field for key, field in self.known.choosable().items() if self.is_open(key, rows)}
        pairs = [(field, values.raw(row, field)) for field in open_.values() for row in rows]
        words = Readable(self.actor, self.known.record, self.moment, pairs)
        found = []
        for key, field in open_.items():
            told = [words.text(field, values.raw(row, field)) or "—" for row in rows]
            if len(set(told)) < 2:
                continue
            kept = said.get(f"field-{key}", "") or str(chosen.get(key, TOGETHER))
            options = [
                {"id": row.pk, "text": text, "is_kept": str(row.pk) == kept}
                for row, text in zip(rows, told, strict=True)
            ]
            all_told = words.text(field, values.together(field, rows)) if key in self.known.joined() else ""
            together = {"value": TOGETHER, "text": all_told, "is_kept": kept == TOGETHER} if all_told else None
            found.append({"key": key, "label": field.label, "options": options, "together": together})
        return found

    def is_open(self, key: str, rows: Sequence[RecordModel]) -> bool:
        """Whether the actor sees a field in each of the rows."""
        name = self.known.record.name
        return all(permissions.facing(self.actor, row).sees_field(name, key) for row in rows)

    def _counts(self, survivor: RecordModel, losers: list[RecordModel]) -> list[Context]:
        """How many rows of each kind will point to the card that stays."""
        record, counts = self.known.record, dict[str, int]()
        for one in references.references(record):
            if one.name not in reading.OF_FEED and one.name not in self.known.stays:
                label = _label_of(one)
                counts[label] = counts.get(label, 0) + sum(
                    one.movable(record, row.pk, survivor.pk).count() for row in losers
                )
        return [{"label": label, "count": count} for label, count in sorted(counts.items()) if count]


class Merges(Page):
    """`/merged/`: merges of the last 30 days that can be taken apart."""

    def asked_permission(self) -> str:
        """The right to take one of the records apart: any of them."""
        names = [one.unmerge.name for one in KNOWN.values()]
        return next((name for name in names if self.actor.may(name)), names[0] if names else "merging.view")

    def show(self, **_address: Any) -> HttpResponse:
        """The latest merges, newest first."""
        since = self.moment.at - TERM
        rows: list[tuple[Merge, Mergeable]] = []
        for known in KNOWN.values():
            if self.actor.may(known.unmerge.name) and self.actor.may(permissions.view_permission(known.record.model)):
                rows += [(one, known) for one in reading.merges_of(self.actor, known.record, since=since)[:200]]
        rows.sort(key=lambda one: -one[0].pk)
        merges = [
            {
                "url": f"/merged/{one.pk}/",
                "title": reading.title_for(self.actor, one),
                "kind": str(known.record.label),
                "survivor_url": known.record.url_of(one.survivor_id),
                "who": told_name(one.actor_name),
                "when": formats.moment_text(one.at, self.moment.at, self.moment.zone),
            }
            for one, known in rows
        ]
        return self.answer("merging/merges.html", {"merges": merges, "page_title": _("Merged cards")})


class PartRows(Page):
    """`/merged/17/`: what belonged to whom, to be ticked."""

    actions = {"undo": "undo"}

    @property
    def merge(self) -> Merge:
        """The merge. :raises Missing: it is not there or out of reach."""
        return reading.merge_for(self.actor, self.kwargs["id"])

    def show(self, **_address: Any) -> HttpResponse:
        """All that can go back: what the merge has moved is ticked, what came later is not."""
        merge = self.merge
        permissions.check_may(self.actor, mergeable(merge.record).unmerge.name)
        return self.render(merge)

    def act(self, **_address: Any) -> HttpResponse:
        """Take the merge apart as it was ticked."""
        merge = self.merge
        try:
            self._part(merge, self.request.POST.getlist("back"))
        except Refused as refusal:
            return self.render(merge, refusal.message)
        url = mergeable(merge.record).record.url_of(merge.loser_id) or "/merged/"
        return htmx.redirect(self.request, url, toast=self._told(merge))

    def undo(self, **_address: Any) -> HttpResponse:
        """Take a merge apart at once, as the way back right after it."""
        merge = self.merge
        self._part(merge, None)
        return JsonResponse({"told": self._told(merge)})

    def render(self, merge: Merge, error: str = "") -> HttpResponse:
        """The page."""
        known = mergeable(merge.record)
        kinds: dict[tuple[bool, str], list[reading.Item]] = {}
        for item in reading.items(self.actor, merge):
            kinds.setdefault((item.is_later, item.kind), []).append(item)
        groups = [{"is_later": later, "kind": kind, "items": found} for (later, kind), found in sorted(kinds.items())]
        survivor = (known.record.name, merge.survivor_id)
        context = {
            "page_title": _("Take a merge apart"),
            "error": error,
            "title": reading.title_for(self.actor, merge),
            "survivor": reached.titles(self.actor, [survivor])[survivor],
            "survivor_url": known.record.url_of(merge.survivor_id),
            "who": told_name(merge.actor_name),
            "when": formats.moment_text(merge.at, self.moment.at, self.moment.zone),
            "moved": [one for one in groups if not one["is_later"]],
            "later": [one for one in groups if one["is_later"]],
        }
        return self.answer("merging/part.html", context, 422 if error else 200)

    def _told(self, merge: Merge) -> str:
        return _("“%(title)s” stands on its own again.") % {"title": reading.title_for(self.actor, merge)}

    def _part(self, merge: Merge, back: list[str] | None) -> None:
        known = mergeable(merge.record)
        known.unmerge.run(self.actor, survivor=merge.survivor_id, loser_id=merge.loser_id, back=back)


def _label_of(one: references.Reference) -> str:
    return reading.label_of(one.model, is_many=True)
