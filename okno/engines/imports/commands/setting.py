"""Setting an import up: the file, where its columns go, what is done with rows; settings kept under a name."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.imports import queries, rules
from okno.engines.imports.models import Import, ImportRow, ImportSettings, Seen
from okno.engines.imports.rules import Settings, Target
from okno.kit import files
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.fields import custom, tagging
from okno.kit.models.registry import FieldDef
from okno.kit.permissions import Actor
from okno.kit.registry import CUSTOM_PREFIX

LARGEST_FILE = 256 << 20


@command("imports.begin", label=gettext_lazy("Begin an import"))
def begin(*, actor: Actor, record: str, file: dict[str, Any], settings: dict[str, Any]) -> Import:
    """
    Begin an import of a kept file into rows of a record.

    :param file: `name`, `sha256`, `size`, `kind`, and `total` when the number of rows is known.
    :raises Denied: the actor may not import rows of this area.
    """
    rules.check_may_import(actor, record)
    return Import.objects.create(
        record=record,
        owner_id=actor.user_id,
        settings=Settings.of(settings).plain(),
        **{key: file[key] for key in ("name", "sha256", "size", "kind")},
        total=file.get("total"),
    )


@command("imports.set_up", label=gettext_lazy("Set an import up"))
def set_up(*, actor: Actor, row: Import, settings: dict[str, Any], total: int | None = None) -> Import:
    """
    Change how a file is read and written; what a dry run has found is forgotten.

    :raises Refused: rows are being written or were, or the settings are none.
    """
    rules.check_can_set(row)
    row.settings = Settings.of(settings).plain()
    row.is_loud = Settings.of(settings).is_loud
    row.state, row.checked, row.error = Import.State.SETUP, {}, ""
    row.total = total if total is not None else row.total
    row.save(update_fields=["settings", "is_loud", "state", "checked", "error", "total"])
    ImportRow.objects.filter(of=row, is_dry=True).delete()
    Seen.objects.filter(of=row, is_dry=True).delete()
    return row


def changed(actor: Actor, row: Import, asked: Mapping[str, Any]) -> dict[str, Any]:
    """
    The settings of an import with some of them changed, for `set_up`; `columns` are targets by the name of a column.

    :raises Refused: a column, a field, a key or a question is named that is not there.
    """
    present, importing = Settings.of(row.settings), queries.importing_of(row.record)
    columns = asked.get("columns", {})
    places = {*columns.values(), *asked.get("constants", {}), *asked.get("values", {})} - {""}
    targets = {one.key for one in queries.targets_of(actor, importing)}
    _check_known(columns, {name for name, _target in present.columns}, _("There is no column “%(name)s”."))
    _check_known(places, targets, _("There is no field “%(name)s”."))
    _check_known(asked.get("keys", ()), {one.code for one in importing.keys}, _("There is no key “%(name)s”."))
    ways = asked.get("elsewhere", {})
    _check_known(ways, {one.code for one in importing.elsewhere}, _("There is no question “%(name)s”."))
    moved = [(name, columns.get(name, target)) for name, target in present.columns]
    return replace(present, **{**asked, "columns": moved, "elsewhere": {**present.elsewhere, **ways}}).plain()


def _check_known(names: Iterable[str], known: Collection[str], message: str) -> None:
    for name in names:
        if name not in known:
            raise Refused("imports.bad_settings", message, name=name)


@command("imports.keep_settings", label=gettext_lazy("Keep the settings"))
def keep_settings(*, actor: Actor, row: Import, name: str, is_shared: bool = False) -> ImportSettings:
    """
    Keep the settings of an import under a name; those of the actor by the same name are replaced.

    :raises Refused: there is no name.
    """
    tidy = " ".join(name.split())[:100]
    if not tidy:
        raise Refused("imports.no_name", _("Give a name."), missing=["name"])
    kept, _is_new = ImportSettings.objects.update_or_create(
        record=row.record,
        owner_id=actor.user_id,
        name=tidy,
        defaults={"config": Settings.of(row.settings).kept(), "is_shared": is_shared, "is_deleted": False},
    )
    return kept


@command("imports.drop_settings", label=gettext_lazy("Delete the settings"))
def drop_settings(*, actor: Actor, settings: ImportSettings) -> None:
    """Delete settings that were kept under a name."""
    settings.is_deleted = True
    settings.save(update_fields=["is_deleted"])


def taken_in(
    actor: Actor,
    record: str,
    stream: BinaryIO,
    name: str,
    *,
    is_pasted: bool = False,
    like: Mapping[str, Any] | None = None,
) -> Import:
    """
    Keep a file, look into it, guess where its columns go, and begin its import.

    :param like: settings kept earlier; columns are known by their names.
    :raises Refused: the file is no table, or it is too large.
    :raises Denied: the actor may not import rows of this area.
    """
    rules.check_may_import(actor, record)
    importing = queries.importing_of(record)
    stored = files.store(stream, name, LARGEST_FILE)
    seen = queries.look(stored.sha256, stored.name, is_pasted=is_pasted)
    targets = queries.targets_of(actor, importing)
    if like is not None:
        settings = Settings.of(like).for_file(seen.layout, seen.header, seen.names)
    else:
        rows = [cells for _number, cells in seen.rows]
        columns = rules.guessed_columns(seen.names, rows, targets)
        settings = Settings(layout=seen.layout, header=seen.header, columns=columns)
        settings = replace(settings, keys=guessed_keys(importing, settings))
    file = {
        **{key: value for key, value in asdict(stored).items() if key in {"name", "sha256", "size"}},
        "kind": seen.layout["kind"],
        "total": len(seen.rows) if seen.is_whole else None,
    }
    return begin(actor=actor, record=record, file=file, settings=settings.plain())


def guessed_keys(importing: Any, settings: Settings) -> list[str]:
    """
    Keys whose fields the file tells, weak ones when there is no other; of a record without a say, the first one.

    Cards of an address book name the company of each person: colleagues come to one by its name.
    """
    told = [one for one in importing.keys if one.is_told(settings.targets)]
    is_book = settings.layout.get("kind") == "vcf"
    sure = [one for one in told if not one.is_weak and set(one.fields) <= settings.targets]
    strong = told if is_book else sure or told
    chosen = strong if any(one.is_exclusive for one in importing.keys) else strong[:1]
    return [one.code for one in chosen]


def add_options(actor: Actor, target: Target, texts: Sequence[str]) -> dict[str, str]:
    """
    Add options to a custom field of a choice. Returns the ids of the new options by their labels.

    :raises Denied: the actor may not change fields, or add tags where they are such.
    :raises Refused: a text is no name of a tag.
    """
    if target.field.grows:
        ids = tagging.add_tags.run(actor, record=target.record, key=target.name, names=list(texts))
        return dict(zip(texts, ids, strict=True))
    field = FieldDef.objects.get(record=target.record, key=target.name.removeprefix(CUSTOM_PREFIX))
    made = {text: f"i{secrets.token_hex(4)}" for text in dict.fromkeys(texts)}
    options = [*field.options, *({"id": key, "label": text} for text, key in made.items())]
    custom.change(actor=actor, field=field, settings={"options": options})
    return made


def may_add_options(actor: Actor, target: Target) -> bool:
    """Whether options may be added to a field from the file."""
    if target.field.grows:
        return actor.may(tagging.add_tags.name)
    return target.field.is_custom and bool(target.field.choices) and actor.may(custom.change.name)
