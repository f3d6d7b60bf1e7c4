"""Columns of the row that a custom link leads to, joined as by a key: its id stands in `extra`, no path leads there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Expression, Field, Model
from django.db.models.expressions import Col
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import Exact
from django.db.models.sql import Query
from django.db.models.sql.constants import LOUTER
from django.db.models.sql.datastructures import Join

from okno.kit.conditions import functions


class Joined(Expression):
    """
    A column of the table that a custom link of the row leads to, empty where it leads nowhere.

    PostgreSQL joins the table as it does by foreign keys: in the order of an index of the linked column, or by a hash.
    """

    def __init__(self, key: str, linked: type[Model], column: str) -> None:
        self.key, self.linked = key, linked
        self.target = cast("Field[Any, Any]", linked._meta.get_field(column))
        super().__init__(output_field=self.target)

    def resolve_expression(self, query: Query | None = None, *_args: Any, **_kwargs: Any) -> Any:
        """The column under the alias of its join, which expressions of one link share."""
        asked = cast("Query", query)
        extra = cast("Field[Any, Any]", asked.get_meta().get_field("extra"))
        link: Any = _Link(self.key, extra, self.linked._meta.pk)
        table, base = self.linked._meta.db_table, asked.get_initial_alias()
        return Col(asked.join(Join(table, base, None, LOUTER, link, nullable=True)), self.target)


@dataclass(frozen=True)
class _Link:
    """What Django asks of a field that tables are joined by: here an expression is equal to the key of the other."""

    key: str
    extra: Field[Any, Any]
    target: Field[Any, Any]

    @property
    def related_model(self) -> type[Model]:
        """The model of the joined table: a subquery asks, to tell its aliases from those around it."""
        return self.target.model

    def get_joining_fields(self) -> tuple[()]:
        """There are no two columns that are equal."""
        return ()

    def get_extra_restriction(self, alias: str, related_alias: str) -> Exact:
        """The condition of the join."""
        kept = functions.Identifier(KeyTextTransform(self.key, Col(related_alias, self.extra)))
        return Exact(kept, Col(alias, self.target))
