"""Whatever is written, the language answers with a value or says in words what is wrong."""

from __future__ import annotations

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okno.kit.conditions.tests import cast
from okno.kit.errors import Refused
from okno.kit.expressions import catalogue, evaluate, parse, parse_template, render_template, with_keys, with_labels
from okno.kit.expressions.tests.test_language import CONTEXT, DEAL

PIECES = st.sampled_from(
    [*"+-*/%=<>()[],;|.\"'«» \\", "and", " не ", " in ", "1", "0.5", "1e", "'a'", "amount", "client.name", "payments",
     "due", "closed", "tags", "пусто", "да", "{{", "}}", "x", "_", "№", *(f"{one.name}(" for one in catalogue())]
)  # fmt: skip
SOURCES = st.lists(PIECES, max_size=12).map("".join)
CAUTIOUS = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    """Something that is well formed, though its types may not fit."""
    if depth == 0:
        return draw(
            st.sampled_from(["1", "0", "-2.5", "'a'", "amount", "paid", "due", "closed", "title", "tags", "urgent"])
        )
    inner = expressions(depth=depth - 1)
    if draw(st.booleans()):
        sign = draw(st.sampled_from(["+", "-", "*", "/", "%", "=", "<", "and", "or", "in"]))
        return f"({draw(inner)} {sign} {draw(inner)})"
    known = draw(st.sampled_from(catalogue()))
    return f"{known.name}({', '.join(draw(inner) for _number in range(max(known.least, len(known.parameters))))})"


@CAUTIOUS
@given(source=SOURCES)
def test_any_text_is_read_or_refused(source):
    for record in (None, cast.DEAL):
        with contextlib.suppress(Refused):
            evaluate(parse(source, record), DEAL, CONTEXT)
        with contextlib.suppress(Refused):
            parse_template(source, record)


@CAUTIOUS
@given(source=expressions())
def test_any_expression_is_computed_or_refused(source):
    for record in (None, cast.DEAL):
        with contextlib.suppress(Refused):
            evaluate(parse(source, record), DEAL, CONTEXT)
            render_template(f"a {{{{ {source} }}}} b", DEAL, CONTEXT, record)


@CAUTIOUS
@given(source=expressions())
def test_labels_and_keys_mean_the_same(source):
    with contextlib.suppress(Refused):
        kept = with_keys(source, cast.DEAL)
        again = with_keys(with_labels(kept, cast.DEAL), cast.DEAL)
        assert evaluate(parse(again, cast.DEAL), DEAL, CONTEXT) == evaluate(parse(source, cast.DEAL), DEAL, CONTEXT)
