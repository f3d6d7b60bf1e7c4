"""Custom fields: added, changed and retired while people work, without a restart."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import jobs, live
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.fields import building, checks, indexing
from okno.kit.fields.reading import load
from okno.kit.kinds import Kind
from okno.kit.models.registry import FieldDef, FieldLogic, FieldSet
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import CUSTOM_PREFIX, registry

TOPIC = "kit.fields"
CHANGEABLE = frozenset(
    {
        "label",
        "options",
        "formula",
        "result",
        "currency",
        "default",
        "hint",
        "section",
        "is_required",
        "is_unique",
        "is_searchable",
        "is_sortable",
        "is_tracked",
    }
)
BUILT = frozenset({"formula", "result", "is_unique", "is_searchable", "is_sortable"})


@command("fields.add", label=gettext_lazy("Add a field"))
def add(
    *,
    actor: Actor,
    record: str,
    key: str,
    label: str,
    kind: str,
    options: list[dict[str, Any]] | None = None,
    link: str = "",
    is_required: bool = False,
    is_sortable: bool = False,
    is_many: bool = False,
    settings: dict[str, Any] | None = None,
) -> FieldDef:
    """
    Add a custom field to a record; its key never changes.

    :param options: `{"id": text, "label": text}` of a choice.
    :param settings: what else may be said of it, by the names in `CHANGEABLE`.
    :raises Refused: the key is taken or is not Latin letters, digits and underscores, the kind is unknown, or what is
        said of the field does not go with its kind.
    """
    registry.record(record)
    checks.check_key(key)
    checks.check_kind(kind)
    row = FieldDef(
        record=record,
        key=key,
        label=label,
        kind=kind,
        options=options or [],
        link=link,
        is_required=is_required,
        is_sortable=is_sortable,
        is_many=is_many,
        position=FieldDef.objects.filter(record=record).count(),
    )
    _take(row, settings or {})
    return _added(actor, row)


def _added(actor: Actor, row: FieldDef) -> FieldDef:
    _save_new(row)
    _build(actor, row, is_needed=_is_built(row))
    renew()
    return row


@command("fields.change", label=gettext_lazy("Change a field"))
def change(*, actor: Actor, field: FieldDef, settings: dict[str, Any]) -> FieldDef:
    """
    Change what is said of a custom field; values are kept by the ids of options, options left out are retired.

    :param settings: new values by the names in `CHANGEABLE`; the rest stays as it is.
    :raises Refused: a setting is unknown or does not go with the kind.
    """
    # People add tags meanwhile: what is saved whole has to be read under lock.
    field = FieldDef.objects.select_for_update().get(pk=field.pk)
    before = {name: getattr(field, name) for name in BUILT}
    if "options" in settings:
        settings = {**settings, "options": checks.merged_options(field.options, settings["options"])}
    _take(field, settings)
    field.save()
    moved = any(getattr(field, name) != was for name, was in before.items())
    _build(actor, field, is_needed=moved or field.state == FieldDef.State.FAILED)
    renew()
    return field


@command("fields.retire", label=gettext_lazy("Retire a field"))
def retire(*, actor: Actor, field: FieldDef, is_retired: bool = True) -> FieldDef:
    """Take a custom field out of use or bring it back; its values stay."""
    field.is_retired = is_retired
    field.save(update_fields=["is_retired"])
    _build(actor, field, is_needed=_is_built(field))
    renew()
    return field


@command("fields.arrange", label=gettext_lazy("Put fields in order"))
def arrange(*, actor: Actor, record: str, places: list[dict[str, Any]]) -> None:
    """
    Put the custom fields of a record in order and into sections.

    :param places: `{"id": field, "section": title}` in their order; fields left out keep theirs.
    :raises Missing: one of them is no field of the record.
    """
    rows = {one.pk: one for one in FieldDef.objects.filter(record=record).select_for_update()}
    for position, place in enumerate(places):
        row = rows.get(int(place["id"]))
        if row is None:
            raise Missing("no_field", _("There is no such field."))
        row.position, row.section = position, str(place.get("section") or "").strip()[:100]
        row.save(update_fields=["position", "section"])
    renew()


@command("fields.set_logic", label=gettext_lazy("Set the logic of a field"))
def set_logic(
    *,
    actor: Actor,
    record: str,
    key: str,
    shown: dict[str, Any] | None = None,
    required: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
) -> None:
    """
    Say when a field of a form is shown, when it must be filled in, and which options are open when.

    What is said stands in the place of what the program says of the field itself; saying the same gives that back.

    :param key: of a built-in field that is edited, or of a custom one with its prefix.
    :param options: conditions by the ids of options; options left out are always open.
    :raises Refused: there is no such field to fill in, or a condition is broken.
    """
    known = registry.record(record)
    field = known.field(key)
    if field is None or field.formula or not (field.editable or field.is_custom):
        raise Refused("no_field", _("“%(key)s” cannot be changed here."), key=key)
    given = {one: when for one, when in (options or {}).items() if when}
    if set(given) - {str(one) for one, _label in field.choices}:
        raise Refused("fields.bad_options", _("Options must have names, each its own."), missing=["options"])
    for tree in (shown, required, *given.values()):
        if tree:
            checks.check_condition(tree, known)
    values = {"shown": shown or None, "required": required or None, "options": given}
    if values != {"shown": field.shown, "required": None, "options": {}}:
        FieldLogic.objects.update_or_create(record=record, field=key, defaults=values)
    else:
        FieldLogic.objects.filter(record=record, field=key).delete()
    renew()


@command("fields.set_set", label=gettext_lazy("Set of fields"))
def set_set(
    *, actor: Actor, record: str, name: str, fields: list[str], condition: dict[str, Any], set_id: int | None = None
) -> FieldSet:
    """
    Say which custom fields rows of a kind have: they are shown and demanded only where the condition holds.

    :param set_id: the set to change; a new one is made without it.
    :raises Refused: it has no name or no custom fields, its name is taken, or the condition is broken.
    """
    known = registry.record(record)
    keys = checks.check_set(known, name, fields, condition)
    row = FieldSet(record=record, position=FieldSet.objects.filter(record=record).count())
    if set_id is not None:
        row = _the_set(set_id, record)
    row.name, row.fields, row.condition = name.strip()[:100], keys, condition
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused("fields.taken", _("There is such a set already."), missing=["name"]) from error
    renew()
    return row


@command("fields.drop_set", label=gettext_lazy("Delete a set of fields"))
def drop_set(*, actor: Actor, set_id: int) -> None:
    """Delete a set: its fields apply to all rows again, as far as no other set names them."""
    _the_set(set_id).delete()
    renew()


@command("fields.built", label=gettext_lazy("Indexes of a field"))
def built(*, actor: Actor, field: FieldDef, problem: str) -> None:
    """Note that the indexes and values of a field are there, or why they are not."""
    field.state = FieldDef.State.FAILED if problem else FieldDef.State.READY
    field.problem = problem[:500]
    field.save(update_fields=["state", "problem"])
    renew()


@command("fields.compute", label=gettext_lazy("Compute formulas anew"))
def compute(*, actor: Actor) -> int:
    """Compute the formulas that change with time alone, or look at tables without a journal; how many values moved."""
    return building.compute_stale()


@jobs.work("fields.build")
def build(progress: jobs.Progress, actor: Actor, *, field_id: int) -> dict[str, Any]:
    """Compute a formula for all rows and make the indexes that the flags of a field ask for, while people work."""
    field = FieldDef.objects.filter(pk=field_id).first()
    if field is None:
        return {}
    try:
        count, problem = building.build(field, progress.tell)
    except (DatabaseError, jobs.Cancelled):
        built(actor=SYSTEM, field=field, problem=_("It was broken off: save the field to try again."))
        raise
    built(actor=SYSTEM, field=field, problem=problem)
    return {"text": problem or _("The field “%(label)s” is ready.") % {"label": field.label}, "rows": count}


def _take(row: FieldDef, settings: dict[str, Any]) -> None:
    """:raises Refused: a setting is unknown or does not go with the kind."""
    unknown = sorted(set(settings) - CHANGEABLE)
    if unknown:
        raise Refused("unknown_argument", _("Unknown: %(names)s."), names=", ".join(unknown))
    for name, value in settings.items():
        setattr(row, name, value)
    if row.kind == Kind.FORMULA:
        checks.checked_formula(row)
    else:
        row.formula = row.result = ""
    checks.check_field(row)


def _save_new(row: FieldDef) -> None:
    """:raises Refused: the key is taken."""
    try:
        with transaction.atomic():
            # ast-grep-ignore: write-outside-commands a step of the command above
            row.save()
    except IntegrityError as error:
        text = _("There is a field “%(key)s” already.")
        raise Refused("fields.taken", text, key=row.key, missing=["key"]) from error


def _is_built(row: FieldDef) -> bool:
    """Whether the field has values or indexes that a job makes."""
    flags = (row.formula, row.is_unique, row.is_searchable, row.is_sortable)
    return any(flags) or indexing.is_key(row)


def _build(actor: Actor, row: FieldDef, *, is_needed: bool) -> None:
    """Have values and indexes made in a job; until then lists say so."""
    if not is_needed:
        return
    row.state, row.problem = FieldDef.State.BUILDING, ""
    # ast-grep-ignore: write-outside-commands a step of the commands above
    row.save(update_fields=["state", "problem"])
    label = _("Field “%(label)s”: values and indexes") % {"label": row.label}
    starter = actor if actor.may(jobs.start.name) else SYSTEM
    jobs.start(actor=starter, work="fields.build", label=label[:200], args={"field_id": row.pk})


def _the_set(set_id: int, record: str = "") -> FieldSet:
    found = FieldSet.objects.filter(pk=set_id, **({"record": record} if record else {})).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def renew(_rows: object = None) -> None:
    """This process reads the fields anew after the change is kept, others when they are told."""
    registry.forget_custom_fields()
    transaction.on_commit(registry.forget_custom_fields)
    live.tell_topic(TOPIC)


__all__ = [
    "CUSTOM_PREFIX",
    "TOPIC",
    "add",
    "arrange",
    "build",
    "change",
    "load",
    "renew",
    "retire",
    "set_logic",
    "set_set",
]
