"""The editor of one condition on a page: shown, changed by its buttons, counted, told in words and read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from okno.kit import conditions, formats, naming, permissions
from okno.kit.errors import Refused
from okno.kit.openness import closed_keys
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.rows import totals
from okno.kit.web.conditions import drafts, inputs
from okno.kit.web.conditions.drafts import Draft
from okno.kit.web.conditions.showing import Shower

Context = dict[str, Any]


@dataclass(frozen=True)
class Builder:
    """
    An editor whose inputs begin with `name`; the host's form sends them and `read` makes a condition of them.

    `rows(condition)` are the rows that are counted, by default all within reach; `url` answers its buttons;
    `changes` offers operators that compare with what was before an event. One that `is_alone`, with no other inputs
    around it, takes the focus as it opens.
    """

    actor: Actor
    record: Record
    name: str = "f"
    changes: bool = False
    url: str = ""
    rows: Callable[[conditions.Condition], QuerySet[Any]] | None = None
    is_alone: bool = False

    def render(self, raw: Any, *, at: str = "") -> SafeString:
        """The editor of a condition; `at` is the key of a field to be asked first."""
        draft = drafts.root_of(raw or {"all": []}, self.record)
        return self.drawn(inputs.added(draft, at, self.record) if at else draft)

    def again(self, sent: QueryDict, error: str = "") -> SafeString:
        """The editor as it was sent, after what its button asks for."""
        draft = inputs.read(sent, self.name)
        do = sent.get("do", "")
        changed = inputs.changed(draft, self.name, do, sent, self.record, changes=self.changes) if do else draft
        return self.drawn(changed, error, is_at_work=bool(do))

    def read(self, sent: QueryDict) -> dict[str, Any]:
        """
        The condition that was sent; parts that were broken before are kept.

        :raises Refused: a value cannot be read or does not suit its field.
        """
        draft = inputs.read(sent, self.name)
        tree = drafts.whole_tree(draft, self.record)
        kept = [conditions.parse(one.raw) for one in _raws(draft)]
        known = {wrong.message for one in kept for wrong in conditions.problems(one, self.record)}
        for wrong in conditions.problems(conditions.parse(tree), self.record):
            if wrong.message not in known:
                raise Refused(wrong.code, wrong.message.replace("%", "%%"))
        return tree

    def told(self, sent: QueryDict) -> SafeString:
        """The condition in words and how many rows hold it, or what is wrong with it."""
        return render_to_string("kit/condition_told.html", {"told": self._told(inputs.read(sent, self.name))})

    def drawn(self, draft: Draft, error: str = "", *, is_at_work: bool = False) -> SafeString:
        """The editor of drafts; one that is at work keeps the focus."""
        shower = Shower(self.actor, self.changes, asks_first=self.is_alone or is_at_work)
        node = shower.node(draft, self.name, self.record)
        told = {**self._told(draft), **({"problem": error} if error else {})}
        return render_to_string("kit/condition.html", {"condition": {"root": node, "url": self._url(), "told": told}})

    def _url(self) -> str:
        asked = urlencode({"name": self.name, **({"changes": "1"} if self.changes else {})})
        return self.url or f"/conditions/{self.record.name}/?{asked}"

    def _told(self, draft: Draft) -> Context:
        try:
            tree = drafts.whole_tree(draft, self.record)
            condition = conditions.parse(tree)
        except Refused as refusal:
            return {"problem": refusal.message}
        if any(closed_keys(self.actor, self.record, condition)):
            return {"count": "0"}
        sentence = naming.sentence(self.actor, self.record, condition)
        is_empty = condition == conditions.EVERYTHING
        return {"sentence": "" if is_empty else sentence, "count": self._count(condition)}

    def _count(self, condition: conditions.Condition) -> str:
        """How many rows within reach hold the condition, told as "more than" above the cap."""
        rows = self.rows(condition) if self.rows else self._within_reach(condition)
        if rows is None:
            return ""
        found = rows.order_by().values("pk")[: totals.CAP + 1].count()
        number = formats.quantity_text(min(found, totals.CAP))
        return _("more than %(number)s") % {"number": number} if found > totals.CAP else number

    def _within_reach(self, condition: conditions.Condition) -> QuerySet[Any] | None:
        model: Any = self.record.model
        if not hasattr(model, "reach") or self.changes:
            return None
        rows: QuerySet[Any] = model._default_manager.visible_to(self.actor)
        if any(one.name == "is_deleted" for one in model._meta.fields):
            rows = rows.filter(is_deleted=False)
        return rows.filter(conditions.to_q(condition, self.record, permissions.condition_context(self.actor)))


def _raws(draft: Draft) -> list[Draft]:
    own = [draft] if draft.kind == drafts.RAW else []
    return [*own, *(found for one in draft.parts for found in _raws(one))]
