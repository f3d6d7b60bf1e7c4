"""How rows of a record are imported: as its area says, otherwise by its commands, one row after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Func, Model, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Right
from django.utils.translation import gettext as _

from okno.engines.imports.rules import text_of
from okno.engines.imports.rules.values import plain_number
from okno.kit import contacts
from okno.kit.arguments import row_argument
from okno.kit.commands import Command
from okno.kit.errors import Missing, Told
from okno.kit.importing import Importing, Key, State, Values, Write, Written
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.search import Folded

KEY_KINDS = frozenset({Kind.TEXT, Kind.PHONE, Kind.EMAIL, Kind.INTEGER})


def importable(actor: Actor) -> list[Record]:
    """Records whose rows the actor may import, by name."""
    known = {*registry.imports, *(name for name, (create, _update) in registry.edited_by().items() if create)}
    found = [registry.records[name] for name in known if name in registry.records]
    allowed = [one for one in found if actor.may(f"{one.area}.import") and _has_commands(actor, one)]
    return sorted(allowed, key=lambda one: str(one.plural))


def importing_of(record: str) -> Importing:
    """The import of a record. :raises Missing: its rows cannot be imported."""
    if record in registry.imports:
        return registry.imports[record]
    create, update = registry.edited_by().get(record, (None, None))
    if create is None:
        raise Missing("imports.not_importable", _("Rows of this kind cannot be imported."))
    return _ByCommands(registry.record(record), create, update).importing()


def _has_commands(actor: Actor, record: Record) -> bool:
    if record.name in registry.imports:
        own = registry.imports[record.name]
        return actor.may(own.create) or actor.may(own.update)
    create, update = registry.edited_by()[record.name]
    return any(one is not None and actor.may(one.name) for one in (create, update))


class _ByCommands:
    """The import of a record of which nothing is said: its commands of creating and changing, row by row."""

    def __init__(self, record: Record, create: Command[Any, Any], update: Command[Any, Any] | None) -> None:
        self.record, self.create, self.update = record, create, update
        self.on = row_argument(update.parameters, record.model) if update is not None else ""

    def importing(self) -> Importing:
        """The import as an area would say it."""
        taken = self.create.parameters
        fields = [key for key in self.record.fields if key in taken]
        free = {key for key, one in self.record.fields.items() if one.editable}
        return Importing(
            record=self.record.name,
            keys=[self._key(key, one) for key, one in self.record.all_fields().items() if self._is_key(one)],
            read=self.read,
            write=self.write,
            check=self.check,
            create=self.create.name,
            update=self.update.name if self.update else "",
            fields=fields,
            required=[key for key in fields if taken[key].required],
            fixed=[key for key in fields if key not in free],
        )

    def _is_key(self, field: Field) -> bool:
        return field.kind in KEY_KINDS and not field.many and (field.is_custom or "__" not in field.path)

    def _key(self, key: str, field: Field) -> Key:
        def text(values: Values) -> str:
            return _key_text(field, values.get(key, ""))

        def find(actor: Actor, texts: Sequence[str]) -> Mapping[str, Sequence[int]]:
            return self._found(actor, key, field, texts)

        return Key(code=key, label=field.label, fields=(key,), text=text, find=find)

    def _found(self, actor: Actor, key: str, field: Field, texts: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """Rows within the actor's sight by their values, compared without case and «ё»."""
        wanted, found = [*texts], dict[str, list[int]]()
        manager: Any = self.record.model._default_manager
        rows = manager.visible_to(actor)
        if hasattr(self.record.model, "is_deleted"):
            rows = rows.alive()
        rows = rows.annotate(_key=_compared(field)).filter(_key__in=wanted).order_by("pk")
        for row_id, text in rows.values_list("pk", "_key"):
            found.setdefault(text, []).append(row_id)
        return found

    def read(self, _actor: Actor, ids: Sequence[int]) -> Mapping[int, State]:
        """Rows as they stand; who may see them was judged when they were found."""
        return {row.pk: State(row.pk, values_of(self.record, row)) for row in self._rows(ids)}

    def _rows(self, ids: Sequence[int]) -> Sequence[Model]:
        return list(self.record.model._default_manager.filter(pk__in=ids))

    def check(self, actor: Actor, writes: Sequence[Write]) -> list[str]:
        """What the commands would refuse, found by a preview of each."""
        return [self._would_refuse(actor, one) for one in writes]

    def write(self, actor: Actor, writes: Sequence[Write]) -> list[Written]:
        """Give the commands row by row; one that is refused leaves the others as they are."""
        return [self._write_one(actor, one) for one in writes]

    def _write_one(self, actor: Actor, write: Write) -> Written:
        try:
            with transaction.atomic():
                if write.id is not None:
                    self._change(actor, write.id, write.values)
                    return Written(write.id)
                made, rest = self._create_arguments(write.values)
                row = self.create.run(actor, **made)
                if rest:
                    self._change(actor, row.pk, rest)
                return Written(row.pk)
        except Told as refusal:
            return Written(refusal=refusal.message)

    def _change(self, actor: Actor, row_id: int, values: Values) -> None:
        if self.update is None:
            raise Missing("imports.no_update", _("Rows of this kind are not changed by an import."))
        given: dict[str, Any] = {self.on: row_id, "values": values}
        self.update.run(actor, **given)

    def _create_arguments(self, values: Values) -> tuple[Values, Values]:
        """What the command of creating takes, and what is set after it."""
        taken = self.create.parameters
        made = {key: one for key, one in values.items() if key in taken}
        return made, {key: one for key, one in values.items() if key not in taken}

    def _would_refuse(self, actor: Actor, write: Write) -> str:
        if write.id is None:
            made, _rest = self._create_arguments(write.values)
            return self.create.preview(actor, **made).refusal
        if self.update is None:
            return _("Rows of this kind are not changed by an import.")
        given: dict[str, Any] = {self.on: write.id, "values": write.values}
        return self.update.preview(actor, **given).refusal


def _compared(field: Field) -> Any:
    """What SQL compares with the text of a key."""
    source = KeyTextTransform(field.key, "extra") if field.is_custom else F(field.path)
    if field.kind is Kind.PHONE:
        plain = Func(source, Value(r"(доб|ext).*$|\D"), Value(""), Value("g"), function="regexp_replace")
        return Right(Cast(plain, TextField()), 10)
    return Folded(Cast(source, TextField()) if field.kind is Kind.INTEGER else source)


def _key_text(field: Field, value: Any) -> str:
    """A value as keys compare it."""
    text = text_of(value).strip()
    if not text:
        return ""
    if field.kind is Kind.PHONE:
        return contacts.phone_key(text)
    if field.kind is Kind.EMAIL:
        return contacts.email_display(contacts.normal_email(text) or "") or text.lower()
    return text.lower().replace("ё", "е")


def values_of(record: Record, row: Model) -> Values:
    """The values of a row by the keys of its fields, in the one form that JSON keeps."""
    found: Values = {}
    for key, field in record.all_fields().items():
        if field.is_custom:
            found[key] = getattr(row, "extra", {}).get(field.key)
            continue
        name = field.path.split("__", 1)[0]
        column: Any = row._meta.get_field(name)
        is_beside = field.many and not field.is_listed
        if getattr(column, "many_to_many", False) or getattr(column, "one_to_many", False) or is_beside:
            continue
        found[key] = kept(getattr(row, getattr(column, "attname", name)))
    return found


def kept(value: Any) -> Any:
    """A value of a column in the form that cells are read into."""
    match value:
        case Decimal():
            return plain_number(value)
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return value.isoformat()
    return value
