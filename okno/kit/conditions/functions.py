"""SQL functions that conditions read columns by: indexes of custom fields are built on the same expressions."""

from __future__ import annotations

from django.db.models import BigIntegerField, BooleanField, DateField, DateTimeField, DecimalField, Func, TextField


class Digits(Func):
    """The digits of a text: phones are compared by them."""

    template = r"regexp_replace(%(expressions)s, '[^0-9]', '', 'g')"
    output_field = TextField()


class Whole(Func):
    """The text of a JSON value; an empty text for one that is absent or null."""

    template = "coalesce((%(expressions)s) #>> '{}', '')"
    output_field = TextField()


class Nonempty(Func):
    """A text, NULL when it is empty."""

    template = "nullif(%(expressions)s, '')"
    output_field = TextField()


class Number(Func):
    """A number among canonical values of custom fields."""

    function = "okno_number"
    output_field = DecimalField()


class Amount(Func):
    """The number of a sum of money. Of two steps: a path of texts is taken to pieces for each row, which costs more."""

    template = "((%(expressions)s) ->> 'a')::numeric"
    output_field = DecimalField()


class Currency(Func):
    """The currency of a sum of money."""

    template = "((%(expressions)s) ->> 'c')"
    output_field = TextField()


class Day(Func):
    """A day among them."""

    function = "okno_date"
    output_field = DateField()


class Moment(Func):
    """A moment among them."""

    function = "okno_moment"
    output_field = DateTimeField()


class Boolean(Func):
    """A yes or no among them."""

    template = "(%(expressions)s)::boolean"
    output_field = BooleanField()


class Identifier(Func):
    """The id of a linked row among them."""

    template = "(%(expressions)s)::bigint"
    output_field = BigIntegerField()
