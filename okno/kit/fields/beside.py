"""Fields that engines add to records: their values stand in a table beside, found by the record's name and the id."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import DO_NOTHING, Model
from django.db.models.fields.related import ForeignObject
from django.db.models.sql.where import AND, WhereNode

from okno.kit.registry import Record


class Beside(ForeignObject):
    """
    A way from rows of a record to rows of another table that have its name in `record` and the id in `row_id`.

    It is no column and no constraint: paths of fields lead through it, joined from the left. `fixed` are values that
    rows of the other table have: with them there is at most one row for a field without `many`.
    """

    many_to_one = False
    one_to_many = True
    requires_unique_target = False

    def __init__(self, to: type[Model], fixed: Mapping[str, Any]) -> None:
        self.fixed = dict(fixed)
        super().__init__(to, DO_NOTHING, from_fields=["id"], to_fields=["row_id"], null=True, related_name="+")

    def contribute_to_class(self, cls: type[Model], name: str, private_only: bool = True, **more: Any) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Stand in the model as what leads on, and as an attribute of its rows."""
        super().contribute_to_class(cls, name, private_only=private_only, **more)
        setattr(cls, name, _Attribute(self))

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> Any:
        """What is asked of the joined rows beside the id."""
        asked: list[Any] = []
        for name, value in self.fixed.items():
            column: Any = self.remote_field.model._meta.get_field(name)
            asked.append(column.get_lookup("exact")(column.get_col(alias), value))
        return WhereNode(asked, AND)


class _Attribute:
    """The row beside of one instance, read once; None when there is none."""

    def __init__(self, field: Beside) -> None:
        self.field = field

    def __get__(self, row: Model | None, owner: type[Model]) -> Any:
        if row is None:
            return self
        kept = row._state.fields_cache
        if self.field.name not in kept:
            rows = self.field.remote_field.model._base_manager
            kept[self.field.name] = rows.filter(row_id=row.pk, **self.field.fixed).first()
        return kept[self.field.name]


def lead(record: Record, name: str, to: type[Model], **fixed: Any) -> None:
    """
    Let paths of a record's fields lead through `name` to the rows of a table that stand beside its rows.

    :param to: a model with the columns `record` and `row_id`.
    :param fixed: other values that these rows have.
    """
    Beside(to, {"record": record.name, **fixed}).contribute_to_class(record.model, name)


Follower = Callable[[Record, Collection[int], str], None]
_followers: list[Follower] = []


def follow(follower: Follower) -> None:
    """Be told which rows of a record have other values beside them; asked in the transaction that writes those."""
    _followers.append(follower)


def tell(record: Record, ids: Collection[int], by: str = "") -> None:
    """Say that these rows have other values beside them now: no journal tells it. `by` names the follower that says."""
    if ids:
        for follower in _followers:
            follower(record, ids, by)
