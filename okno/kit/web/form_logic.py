"""Forms that make a row: its custom fields join them, and the logic of fields goes along to the browser."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model

from okno.kit import conditions
from okno.kit.arguments import row_argument
from okno.kit.commands import Command
from okno.kit.errors import Denied, Refused
from okno.kit.fields import judging, logic
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Logic, Record, registry
from okno.kit.web.forms import field_for, written


@dataclass(frozen=True)
class Given:
    """Names of the fields of a form that were filled in; `asked` are those that the form itself insists on."""

    filled: frozenset[str]
    asked: frozenset[str]


def made_by(command: Command[Any, Any]) -> Record | None:
    """The record whose rows a command makes, when its custom fields can be set by a command as well."""
    if command.makes:
        return registry.record(command.makes)
    for name, (create, update) in registry.editors.items():
        if create is command and update is not None:
            return registry.records.get(name)
    return None


def join(form: forms.BaseForm, actor: Actor, record: Record) -> None:
    """
    Add the fields that a new row is asked for: custom ones that are required, of a set, with a default or begun with,
    and built-in ones that people demand beyond what the form asks.
    """
    for key, field in _asked(actor, record, form.initial).items():
        if key in form.fields:
            continue
        if field.default is not None and key not in form.initial:
            form.initial[key] = written(field, field.default)
        form.fields[key] = _joined(actor, record, field, form.initial, key)


def join_demanded(form: forms.BaseForm, actor: Actor, record: Record, under: str = "") -> None:
    """
    Add what the form of another row demands that comes about on the way: `client.city` under `client`; under nothing
    only what is demanded whatever else the row holds.
    """
    for key, field in judging.demanding(record).items():
        made = _joined(actor, record, field, {}, key)
        if not actor.sees_field(record.name, key) or not (under or made.is_demanded):  # type: ignore[attr-defined]
            continue
        if under:
            made.label = f"{record.label}: {field.label}"
        form.fields[f"{under}.{key}" if under else key] = made


def _joined(actor: Actor, record: Record, field: Field, begun: Mapping[str, Any], key: str) -> forms.Field:
    made = field_for(actor, field, chosen=begun.get(key), closed=field.retired)
    found = logic.standing(actor, record, key, {})
    made.is_demanded = found.is_shown and found.is_required  # type: ignore[attr-defined]
    made.is_joined = True  # type: ignore[attr-defined]
    return made


def joined(form: forms.BaseForm) -> list[str]:
    """Names of the fields that have joined a form."""
    return [name for name, one in form.fields.items() if getattr(one, "is_joined", False)]


def gathered(form: forms.BaseForm) -> dict[str, Any]:
    """What was typed as arguments of a command that takes what stands in the fields that have joined as `values`."""
    extra = set(joined(form))
    own = {name: one for name, one in form.cleaned_data.items() if name not in extra}
    given = {name: one for name, one in form.cleaned_data.items() if name in extra and one not in judging.EMPTY}
    return {**own, "values": {name: one for name, one in given.items() if not _is_unticked(form, name)}}


def parted(form: forms.BaseForm, record: Record, command: Command[Any, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was typed as arguments of the command, and as values, not empty, of fields that are set after it."""
    after = registry.custom_fields(record.name).keys() | set(joined(form)) - command.parameters.keys()
    own = {name: one for name, one in form.cleaned_data.items() if name not in after}
    given = {name: one for name, one in form.cleaned_data.items() if name in after}
    return own, {name: one for name, one in given.items() if one not in (None, "", []) and not _is_unticked(form, name)}


def given_in(form: forms.BaseForm, values: Mapping[str, Any]) -> Given:
    """Names of what was typed into a form, and of what it is not sent without."""
    filled = frozenset(name for name, one in values.items() if one not in judging.EMPTY and one is not False)
    return Given(filled, frozenset(name for name in filled & form.fields.keys() if form.fields[name].required))


def newest(record: Record) -> int:
    """The id that rows made from now on are greater than."""
    rows: Any = record.model._default_manager
    # ast-grep-ignore: unscoped-read only whether a row is new is asked, nothing of it is told
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def finish(actor: Actor, record: Record, row: Any, values: Mapping[str, Any], key: str, given: Given) -> None:
    """
    Set the custom fields of a row that was just made and look over what its form shows and demands.

    :raises Refused: a value cannot be read, is taken or is not open, or a field that is demanded is empty.
    """
    _create, update = registry.editors[record.name]
    if values and update is not None:
        arguments: dict[str, Any] = {row_argument(update.parameters, record.model): row.pk, "values": dict(values)}
        row = update.run(actor, idempotency_key=f"{key}:x" if key else "", **arguments)
    judging.check_made(actor, record, row, given=given.filled, asked=given.asked)


def blame(form: forms.BaseForm, refusal: Refused | Denied) -> None:
    """Put a refusal beside the field that it names, or each that is demanded; else at the top of the form."""
    missing = refusal.params.get("missing", [])
    named = [name for name in missing if name in form.fields]
    if named and refusal.code == judging.REQUIRED and len(named) == len(missing):
        for name in named:
            form.add_error(name, form.fields[name].error_messages["required"])
    elif named:
        form.add_error(named[0], str(refusal.params.get("beside", refusal.message)))
    else:
        form.add_error(None, refusal.message)


def told(form: forms.BaseForm, actor: Actor, record: Record, row: Model | None = None) -> str:
    """
    The logic of the fields of a form as JSON for the browser; empty when there is none.

    Values of fields that the form does not ask for, and that the actor may see, stand beside it.
    """
    known = registry.logic(record.name).items()
    rules = {key: one for key, one in known if key in form.fields and _is_told(actor, record, one)}
    if not rules:
        return ""
    used = {one for rule in rules.values() for one in logic.all_names(rule)}
    return json.dumps(
        {
            "record": record.name,
            "shape": _shape(record, used),
            "rules": {key: _rule(form.fields[key], record.field(key), one) for key, one in rules.items()},
            "row": {} if row is None else _values(actor, record, row, used - set(form.fields)),
            "context": {
                "me": actor.user_id,
                "department": actor.department_id,
                "subtree": list(actor.subtree),
                "zone": str(actor.zone),
            },
        },
        ensure_ascii=False,
        default=str,
    )


def _is_told(actor: Actor, record: Record, rule: Logic) -> bool:
    """Whether the browser can judge a rule: what it looks at is of the row itself and open to the actor."""
    every = record.all_fields()
    return all(key in every and actor.sees_field(record.name, key) for key in logic.all_names(rule))


def _shape(record: Record, used: Iterable[str]) -> dict[str, Any]:
    """What the browser needs to know of the fields that rules look at; names and options are none of its business."""
    whole = conditions.shape(record.name)[record.name]
    fields = {key: whole["fields"][key] for key in used if key in whole["fields"]}
    told = {key: {name: one[name] for name in ("kind", "many", "link")} for key, one in fields.items()}
    return {record.name: {"fields": told, "relations": whole["relations"]}}


def _asked(actor: Actor, record: Record, given: Collection[str]) -> dict[str, Field]:
    return {
        key: field
        for key, field in record.all_fields().items()
        if logic.is_needed(field)
        and field.kind is not Kind.FILE
        and (field.is_listed or not field.many)
        and actor.sees_field(record.name, key)
        and _is_asked(record, key, field, given)
    }


def _is_asked(record: Record, key: str, field: Field, given: Collection[str]) -> bool:
    rule = registry.logic(record.name).get(key)
    if not field.is_custom:
        return rule is not None and rule.required is not None
    return field.required or field.default is not None or rule is not None or key in given


def _is_unticked(form: forms.BaseForm, name: str) -> bool:
    """A tick that nobody has set says nothing of a new row, unless an answer is demanded: then it says no."""
    field = form.fields[name]
    is_answer = getattr(field, "is_demanded", False)
    return isinstance(field, forms.BooleanField) and form.cleaned_data[name] is False and not is_answer


def _rule(asked: forms.Field, field: Field | None, rule: Logic) -> dict[str, Any]:
    """A rule for the browser; what the form is not sent without is never hidden."""
    is_asked = asked.required
    required = {"all": []} if is_asked or (field is not None and field.required) else rule.required
    shown = [] if is_asked else list(rule.shown)
    return {"shown": shown, "required": required, "options": dict(rule.options)}


def _values(actor: Actor, record: Record, row: Model, keys: Iterable[str]) -> dict[str, Any]:
    every = record.all_fields()
    return {
        key: judging.value_of(row, every[key]) for key in keys if key in every and actor.sees_field(record.name, key)
    }
