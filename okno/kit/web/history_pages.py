"""Pages of one change: what led to it and what came of it, and the dialog that brings former values back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit import formats, permissions
from okno.kit.changing.asked import update_of
from okno.kit.errors import Missing, Refused
from okno.kit.journal import in_words
from okno.kit.registry import Record
from okno.kit.timeline import causes, restoring
from okno.kit.timeline.causes import Node, RowChange, Story
from okno.kit.timeline.restoring import Former
from okno.kit.web import htmx, undoing
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.command import own_key
from okno.kit.web.readable import Pair, Readable

Context = dict[str, Any]


class History(Page):
    """One change of a row: its causes and consequences, and the way back to what was before or right after it."""

    parts: ClassVar[dict[str, str]] = {"restore": "ask"}
    actions: ClassVar[dict[str, str]] = {"restore": "restore"}

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The chain of causes down to the change, then all that came of it."""
        story = causes.story_of(self.actor, id)
        named = story.title or f"№ {story.change.row_id}"
        self.readable = self._readable(story)
        context = {
            "title": named,
            "url": story.record.url_of(story.change.row_id),
            "causes": [self._node(one) for one in story.causes],
            "run": self._node(story.run) if story.run else None,
            "is_cut": story.is_cut,
            "page_title": _("Causes and consequences: %(what)s") % {"what": named},
        }
        return self.answer("pages/causes.html", context)

    def ask(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """The dialog: each field as it is and as it would be."""
        record, _row, former = self._former(id)
        pairs: list[Pair] = [(one.field, value) for one in former for value in (one.now, one.then)]
        readable = Readable(self.actor, record, self.moment, pairs)
        version = "&version=1" if self.request.GET.get("version") else ""
        lines = [
            {
                "key": one.key,
                "label": one.field.label,
                "now": readable.text(one.field, one.now),
                "then": readable.text(one.field, one.then),
            }
            for one in former
        ]
        context = {"lines": lines, "url": f"/history/{id}/?part=restore{version}", "key": uuid.uuid4().hex}
        return self.answer("kit/restore.html", {"dialog": context})

    def restore(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - as above
        """
        Give the ticked fields their former values, by the command that changes the record.

        :raises Refused: nothing is ticked, or a rule says no.
        """
        record, row, former = self._former(id)
        wanted = [one for one in former if one.key in self.request.POST.getlist("field")]
        if not wanted:
            raise Refused("history.nothing", _("Choose what to bring back."))
        command, on = update_of(record)
        permissions.check_may(self.actor, command.name)
        key = own_key(self.actor, self.request.POST.get("once") or uuid.uuid4().hex)
        given: dict[str, Any] = {on: row.pk, "values": restoring.values_of(wanted)}
        command.run(self.actor, idempotency_key=key, **given)
        undo_url = undoing.url_of_key(self.actor, command.name, key)
        text = _("Brought back: %(fields)s.") % {"fields": ", ".join(str(one.field.label) for one in wanted)}
        return htmx.redirect(self.request, record.url_of(row.pk) or "/", toast=text, undo_url=undo_url)

    def _former(self, change_id: int) -> tuple[Record, Any, Sequence[Former]]:
        change, record, row = causes.changed_row(self.actor, change_id)
        is_version = bool(self.request.GET.get("version"))
        if change.op == "D" or (change.op == "I" and not is_version):
            raise Missing("not_found", _("There is no such change."))
        facing = permissions.facing(self.actor, row)
        return record, row, restoring.former_values(facing, record, row, change, version=is_version)

    def _readable(self, story: Story) -> dict[str, Readable]:
        """What turns the values of the story into words, by record: rows that they name are asked for at once."""
        nodes, changes = [*story.causes, *([story.run] if story.run else [])], list[RowChange]()
        for one in nodes:
            changes += one.changes
            nodes.extend(one.children)
        records = {one.record.name: one.record for one in changes}
        return {
            name: Readable(
                self.actor,
                record,
                self.moment,
                [pair for one in changes if one.record is record for pair in _pairs(one)],
            )
            for name, record in records.items()
        }

    def _node(self, node: Node) -> Context:
        """A step of the story and those below it, in words."""
        moment = self.moment
        return {
            "label": node.label,
            "url": f"/jobs/{node.job}/" if node.job is not None else "",
            "who": node.who,
            "when": formats.moment_text(node.at, moment.at, moment.zone),
            "when_title": formats.moment_full(node.at, moment.zone),
            "is_hidden": node.is_hidden,
            "changes": [self._change(one) for one in node.changes],
            "more": node.more,
            "unseen": node.unseen,
            "outside": [in_words(one) for one in node.outside],
            "waiting": node.waiting,
            "failed": node.failed,
            "children": [self._node(one) for one in node.children],
        }

    def _change(self, change: RowChange) -> Context:
        readable = self.readable[change.record.name]
        return {
            "record": change.record.label,
            "title": change.title or f"№ {change.row_id}",
            "url": change.record.url_of(change.row_id),
            "op": {"I": _("created"), "D": _("deleted")}.get(change.op, ""),
            "fields": [
                {
                    "label": one.field.label,
                    "was": readable.text(one.field, one.was),
                    "now": readable.text(one.field, one.now),
                }
                for one in change.fields
                if one.field is not None
            ],
        }


def _pairs(change: RowChange) -> Iterator[Pair]:
    for one in change.fields:
        if one.field is not None:
            yield one.field, one.was
            yield one.field, one.now
