"""Tags: options that people make by typing; renamed, given colours, retired and merged in the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import jobs, live, permissions
from okno.kit.commands import caused_by, command, current
from okno.kit.conditions import keeping
from okno.kit.errors import Missing, Refused
from okno.kit.fields import computing
from okno.kit.fields.custom import TOPIC
from okno.kit.fields.reading import field_of
from okno.kit.fields.values import canonical
from okno.kit.kinds import Kind
from okno.kit.kinds.tag_names import MOST, checked_colour, folded, parts_of, rarest, tidy
from okno.kit.models.registry import FieldDef
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import CUSTOM_PREFIX, Field, registry

WORK = "fields.merge_tags"
Option = dict[str, Any]


def settled(actor: Actor, record: str, field: Field, value: Any, *, is_adding: bool = True) -> tuple[list[str], Field]:
    """
    The ids of tags that a value names by ids or by names, and the field that has them all.

    Names that nobody has given yet become tags when the actor may add any; that stands or falls with their command.

    :param is_adding: whether names may become tags at all.
    :raises Refused: a name is none, or is new and the actor may not add tags.
    """
    given = _parts(field, value)
    if unknown := _unknown(field, given):
        # Another process may have made them a moment ago.
        field = field_of(_row(record, field.key))
        unknown = _unknown(field, unknown)
    if unknown:
        _check_may_add(actor, field, unknown, is_adding=is_adding)
        add_tags(actor=actor, record=record, key=field.key, names=unknown)
        field = field_of(_row(record, field.key))
    known, named = _known(field), _by_name(field)
    ids = [known[one] if one in known else named[folded(tidy(one))] for one in given]
    return list(dict.fromkeys(ids)), field


@command("fields.add_tags", label=gettext_lazy("Add tags"))
def add_tags(*, actor: Actor, record: str, key: str, names: list[str]) -> list[str]:
    """
    Add tags to a field; names that are there already, in whatever case, are those tags. Their ids in this order.

    :param key: of the field, with its prefix.
    :raises Missing: there is no such field of tags.
    :raises Refused: a name is none, or there are too many.
    :raises Denied: the field is hidden from the actor.
    """
    if not actor.sees_field(record, key):
        raise permissions.closed(registry.record(record), key)
    row = _row(record, key, is_locked=True)
    known = {folded(one["label"]): one for one in row.options}
    found = []
    for name in names:
        text = tidy(name)
        if folded(text) not in known:
            known[folded(text)] = _added(row, text)
        option = known[folded(text)]
        found.append(str(option.get("into") or option["id"]))
    _keep(row)
    return found


@command("fields.change_tag", label=gettext_lazy("Change a tag"))
def change_tag(
    *,
    actor: Actor,
    field: FieldDef,
    tag: str,
    name: str = "",
    colour: int | None = None,
    is_retired: bool | None = None,
) -> FieldDef:
    """
    Give a tag another name or colour, take it out of use or bring it back; rows keep it by its id.

    :param colour: one of the twelve colours of stages.
    :raises Refused: another tag has the name, or there is no such colour.
    """
    row = _of_tags(field)
    option = _option(row, tag)
    if name:
        option["label"] = _free_name(row, tag, name)
    if colour is not None:
        option["colour"] = checked_colour(colour)
    if is_retired is not None:
        option.pop("is_retired", None)
        option.pop("into", None)
        option.update({"is_retired": True} if is_retired else {})
    _keep(row)
    return row


@command("fields.merge_tags", label=gettext_lazy("Merge tags"))
def merge_tags(*, actor: Actor, field: FieldDef, tag: str, into: str) -> FieldDef:
    """
    Let one tag take the place of another: in rows by a job, in kept conditions at once, and wherever its name is typed.

    :raises Refused: a tag is to be merged into itself or into one that is out of use.
    """
    row = _of_tags(field)
    gone, stays = _option(row, tag), _option(row, into)
    if gone is stays or stays.get("is_retired"):
        raise Refused("tags.bad_merge", _("Choose another tag that is in use."), missing=["into"])
    for one in row.options:
        if one is gone or one.get("into") == gone["id"]:
            one.update(is_retired=True, into=stays["id"])
    _keep(row)
    _repoint(row, str(gone["id"]), str(stays["id"]))
    label = _("Tags: “%(gone)s” becomes “%(stays)s”") % {"gone": gone["label"], "stays": stays["label"]}
    run = current()
    args = {"field_id": row.pk, "gone": gone["id"], "cause": run.id if run else None}
    starter = actor if actor.may(jobs.start.name) else SYSTEM
    jobs.start(actor=starter, work=WORK, label=label[:200], args=args)
    return row


@command("fields.replace_tag", label=gettext_lazy("Replace merged tags"))
def replace_tag(*, actor: Actor, field_id: int, ids: list[int]) -> int:
    """Put tags that are still in use in the place of merged ones, in these rows; how many have changed."""
    row = FieldDef.objects.get(pk=field_id)
    field, model = field_of(row), registry.record(row.record).model
    merged, changed = dict(field.merged), dict[int, Any]()
    rows: Any = model._base_manager.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    for one in rows:
        had = one.extra.get(field.key) or []
        if set(had) & set(merged):
            changed[one.pk] = canonical(field, [merged.get(tag, tag) for tag in had])
    if changed:
        computing.write(model, field.key, changed)
    return len(changed)


@jobs.work(WORK)
def merge(progress: jobs.Progress, actor: Actor, *, field_id: int, gone: str, cause: int | None) -> dict[str, Any]:
    """Replace a merged tag in all rows that have it, some hundred in a transaction."""
    row = FieldDef.objects.get(pk=field_id)
    model, key = registry.record(row.record).model, f"{CUSTOM_PREFIX}{row.key}"
    ids = list(model._base_manager.filter(extra__contains={key: [gone]}).order_by("pk").values_list("pk", flat=True))
    done = 0
    with caused_by(cause):
        for part in computing.batches(ids):
            done += replace_tag(actor=SYSTEM, field_id=field_id, ids=part)
            progress.tell(done, len(ids))
    live.tell_topic(row.record)
    return {"text": _("Cards with another tag now: %(count)s.") % {"count": done}, "rows": done}


def _unknown(field: Field, given: Sequence[str]) -> list[str]:
    known, named = _known(field), _by_name(field)
    return [one for one in given if one not in known and folded(one) not in named]


def _check_may_add(actor: Actor, field: Field, names: Sequence[str], *, is_adding: bool) -> None:
    """:raises Refused: a name is none, or the actor may not make tags of them."""
    try:
        first, *_others = (tidy(one) for one in names)
    except Refused as refusal:
        refusal.params["missing"] = [field.key]
        raise
    if not is_adding:
        raise Refused("tags.unknown", _("There is no tag “%(name)s”."), name=first, missing=[field.key])
    if not actor.may(add_tags.name):
        text = _("There is no tag “%(name)s”, and you have no right to add tags.")
        raise Refused("tags.unknown", text, name=first, missing=[field.key])


def _parts(field: Field, value: Any) -> list[str]:
    try:
        return parts_of(value)
    except TypeError as error:
        text = _("“%(label)s” cannot be read: %(value)s.")
        raise Refused("bad_value", text, label=field.label, value=str(value)[:100], missing=[field.key]) from error


def _known(field: Field) -> Mapping[str, str]:
    """Ids of tags by themselves; of merged ones, those of the tags that took their places."""
    return {**{str(one): str(one) for one, _label in field.choices}, **dict(field.merged)}


def _by_name(field: Field) -> Mapping[str, str]:
    known = _known(field)
    return {folded(str(label)): known[str(one)] for one, label in field.choices}


def _row(record: str, key: str, *, is_locked: bool = False) -> FieldDef:
    rows = FieldDef.objects.select_for_update() if is_locked else FieldDef.objects.all()
    wanted = {"record": record, "key": key.removeprefix(CUSTOM_PREFIX), "kind": Kind.TAGS, "is_retired": False}
    found = rows.filter(**wanted).first()
    if found is None:
        raise Missing("no_field", _("There is no such field."))
    return found


def _of_tags(row: FieldDef) -> FieldDef:
    """The field again, under lock: others add tags meanwhile."""
    if row.kind != Kind.TAGS:
        raise Missing("no_field", _("There is no such field."))
    return FieldDef.objects.select_for_update().get(pk=row.pk)


def _option(row: FieldDef, tag: str) -> Option:
    found: Option | None = next((one for one in row.options if one["id"] == tag), None)
    if found is None:
        raise Missing("tags.no_tag", _("There is no such tag."))
    return found


def _added(row: FieldDef, label: str) -> Option:
    """:raises Refused: there are too many."""
    if len(row.options) >= MOST:
        raise Refused("tags.too_many", _("There may be %(most)s tags at most: merge some of them."), most=MOST)
    made = {"id": f"t{_last(row.options) + 1}", "label": label, "colour": rarest(row.options)}
    row.options.append(made)
    return made


def _last(options: Sequence[Option]) -> int:
    return max((int(one["id"][1:]) for one in options if one["id"][1:].isdigit()), default=0)


def _free_name(row: FieldDef, tag: str, name: str) -> str:
    text = tidy(name)
    if any(one["id"] != tag and folded(one["label"]) == folded(text) for one in row.options):
        told = _("There is a tag “%(name)s” already: merge them.")
        raise Refused("tags.taken", told, name=text, missing=["name"])
    return text


def _keep(row: FieldDef) -> None:
    """Save the tags; processes read them anew once that is kept, not before: a refusal takes new tags back."""
    # ast-grep-ignore: write-outside-commands a step of the commands above
    row.save(update_fields=["options"])
    transaction.on_commit(registry.forget_custom_fields)
    live.tell_topic(TOPIC)


def _repoint(row: FieldDef, gone: str, stays: str) -> None:
    """Conditions that name the one tag name the other."""
    key = f"{CUSTOM_PREFIX}{row.key}"
    rewrite = partial(keeping.with_option, record=row.record, key=key, gone=gone, stays=stays)
    for keeper in keeping.keepers():
        found = []
        for one in keeper.naming(gone).select_for_update():
            was, now = getattr(one, keeper.column), keeper.rewritten(one, rewrite)
            if was != now:
                # ast-grep-ignore: write-outside-commands a step of the command above
                keeper.rows.filter(pk=one.pk).update(**{keeper.column: now})
                found.append(one.pk)
        if found:
            keeper.changed(keeper.rows.filter(pk__in=found))


__all__ = ["add_tags", "change_tag", "merge_tags", "replace_tag", "settled"]
