"""Whatever the tree and the rows, memory and PostgreSQL give the same answer, and a negation never holds with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okno.kit.conditions import matches, parse, problems, to_q
from okno.kit.conditions.operators import OPERATORS, Takes
from okno.kit.conditions.tests import cast

TEXTS = st.text("аЕёЁxX 5%_\\'\"", max_size=5)
NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from(["0.0", "1.50", "-2.0000000001", "9007199254740993", "3.0"]),
)
DAYS = st.sampled_from(["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22", "2026-10-25", "2028-02-29"])
MOMENTS = st.builds(
    "{}T{}Z".format, DAYS, st.sampled_from(["00:00:00", "20:59:59", "21:00:00", "09:30:00", "09:29:59", "22:30:00"])
)
IDS = st.integers(1, 4)
RELATIVE = st.sampled_from(
    ["today", "now", "-1d", "+1w", "-2h", "start_of_month", "end_of_week-1m", "now-7d", "someday"]
)
KEYS = (
    "title", "phone", "stage", "score", "amount", "paid", "due", "closed", "urgent", "facts", "client", "owner",
    "department", "tags", "client.region", "client.name", "client.x_rank", "x_note", "x_tel", "x_rate", "x_fee",
    "x_since", "x_seen", "x_vip", "x_size", "x_colours", "x_boss", "gone",
)  # fmt: skip

VALUES = st.one_of(
    TEXTS,
    NUMBERS,
    DAYS,
    MOMENTS,
    st.booleans(),
    st.none(),
    st.sampled_from(["new", "won", "r", "g", "1", "2"]),
    st.builds(lambda text: {"rel": text}, RELATIVE),
    st.just({"me": True}),
    st.sampled_from([{"department": "mine"}, {"department": "subtree"}]),
    st.builds(lambda key: {"field": key}, st.sampled_from(KEYS)),
)


@st.composite
def _leaf(draw: st.DrawFn, keys: tuple[str, ...]) -> dict[str, Any]:
    op = draw(st.sampled_from(sorted(OPERATORS)))
    leaf: dict[str, Any] = {"field": draw(st.sampled_from(keys)), "op": op}
    match OPERATORS[op].takes:
        case Takes.ONE:
            leaf["value"] = draw(VALUES)
        case Takes.PAIR:
            leaf["value"] = draw(st.lists(VALUES, min_size=2, max_size=2))
        case Takes.LIST | Takes.ONE_OR_LIST:
            leaf["value"] = draw(st.lists(VALUES, max_size=3))
    return leaf


def _tree(leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
            st.builds(lambda parts: {"any": parts}, st.lists(inner, max_size=3)),
            st.builds(lambda part: {"not": part}, inner),
        ),
        max_leaves=5,
    )


_PAYMENTS = _tree(_leaf(("amount", "kind")))
_RELATED = st.one_of(
    st.builds(
        lambda how, where: {how: "payments", "where": where}, st.sampled_from(["some", "every", "none"]), _PAYMENTS
    ),
    st.builds(
        lambda where, op, value: {"count": "payments", "where": where, "op": op, "value": value},
        _PAYMENTS,
        st.sampled_from(["eq", "ne", "gt", "le"]),
        st.one_of(st.integers(0, 3), st.just({"field": "score"})),
    ),
)
# Mostly operators that suit the field, so that most trees are not broken.
_SUITED = _leaf(KEYS).filter(lambda leaf: not problems(parse(leaf), cast.DEAL))
TREES = _tree(st.one_of(_SUITED, _SUITED, _leaf(KEYS), _RELATED))
DEPARTMENTS = {1: 10, 2: 11, 3: 12, 4: None}


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


ROWS = st.fixed_dictionaries(
    {},
    optional={
        "title": _maybe(TEXTS),
        "phone": _maybe(TEXTS),
        "stage": _maybe(st.sampled_from(["new", "won", "lost"])),
        "score": _maybe(st.integers(-3, 3)),
        "amount": _maybe(NUMBERS),
        "paid": _maybe(NUMBERS),
        "due": _maybe(DAYS),
        "closed": _maybe(MOMENTS),
        "urgent": _maybe(st.booleans()),
        "facts": st.sampled_from([None, {}, [], "", 0, {"a": 1}]),
        "client": _maybe(
            st.fixed_dictionaries(
                {"id": st.just(0), "name": TEXTS}, optional={"region": _maybe(TEXTS), "x_rank": st.integers(-3, 3)}
            )
        ),
        "owner": _maybe(IDS),
        "department": _maybe(st.sampled_from([10, 11, 12])),
        "tags": st.lists(st.integers(1, 3), unique=True),
        "payments": st.lists(st.fixed_dictionaries({"amount": _maybe(NUMBERS), "kind": _maybe(TEXTS)}), max_size=3),
        "x_note": _maybe(TEXTS),
        "x_tel": _maybe(TEXTS),
        "x_rate": _maybe(st.one_of(st.integers(-3, 3), st.sampled_from([0.1, 1.5, -2.25]))),
        "x_fee": _maybe(st.builds(lambda a: {"a": str(a), "c": "RUB"}, NUMBERS)),
        "x_since": _maybe(DAYS),
        "x_seen": _maybe(MOMENTS),
        "x_vip": _maybe(st.booleans()),
        "x_size": _maybe(st.sampled_from(["1", "2"])),
        "x_colours": _maybe(st.lists(st.sampled_from(["r", "g"]), unique=True)),
        "x_boss": _maybe(IDS),
    },
)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(tree=TREES, rows=st.lists(ROWS, min_size=1, max_size=4), zone=st.sampled_from(["Europe/Moscow", "Asia/Kolkata"]))
def test_memory_and_postgres_agree(tables, tree, rows, zone):
    context = cast.context({"zone": zone})
    condition, negation = parse(tree), parse({"not": tree})
    rows = [_whole(row, number) for number, row in enumerate(rows)]
    deals = [cast.save(row) for row in rows]
    ids = [deal.pk for deal in deals]

    def in_sql(wanted: Any) -> list[int]:
        found = cast.Deal._default_manager.filter(to_q(wanted, cast.DEAL, context), pk__in=ids)
        return sorted(found.values_list("pk", flat=True))

    def in_memory(wanted: Any, told: list[Any]) -> list[int]:
        return [pk for pk, row in zip(ids, told, strict=True) if matches(wanted, cast.DEAL, row, context)]

    held, refuted = in_sql(condition), in_sql(negation)
    assert held == in_memory(condition, rows) == in_memory(condition, deals)
    assert refuted == in_memory(negation, rows)
    assert not set(held) & set(refuted)
    if not problems(condition, cast.DEAL) and "changed" not in str(tree) and "'was'" not in str(tree):
        assert sorted([*held, *refuted]) == ids


@dataclass(frozen=True)
class Half:
    """Sees some of the clients, and those payments whose kind is known."""

    clients: frozenset[int]

    def limited(self, model):
        rows = model._default_manager.order_by()
        if model is cast.Client:
            return rows.filter(pk__in=self.clients)
        return rows.filter(kind__isnull=False) if model is cast.Payment else None

    def sees(self, row):
        return row.pk in self.clients if isinstance(row, cast.Client) else getattr(row, "kind", "") is not None

    def opened(self, _record, _key):
        return None

    def opens(self, _row, _record, _key):
        return True

    def shown(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row as somebody with this sight could write it down: of a client out of sight only the name."""
        shown, client = dict(row), row.get("client")
        if client and client["id"] not in self.clients:
            shown["client"] = {"id": client["id"], "name": client["name"]}
        shown["payments"] = [one for one in row.get("payments", []) if one.get("kind") is not None]
        return shown


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(tree=TREES, rows=st.lists(ROWS, min_size=1, max_size=4), clients=st.frozensets(st.integers(1, 4)))
def test_what_is_out_of_sight_never_changes_an_answer(tables, tree, rows, clients):
    sight, condition = Half(clients), parse(tree)
    context = replace(cast.context(), sight=sight)
    rows = [_whole(row, number) for number, row in enumerate(rows)]
    deals = [cast.save(row) for row in rows]

    found = cast.Deal._default_manager.filter(to_q(condition, cast.DEAL, context), pk__in=[deal.pk for deal in deals])
    in_sql = [deal in set(found) for deal in deals]

    assert in_sql == [matches(condition, cast.DEAL, deal, context) for deal in deals]
    assert in_sql == [matches(condition, cast.DEAL, sight.shown(row), cast.context()) for row in rows]


def _whole(row: dict[str, Any], number: int) -> dict[str, Any]:
    """The department of an owner, and one client a row."""
    whole = dict(row)
    if row.get("owner"):
        whole["owner.department"] = DEPARTMENTS[row["owner"]]
    if row.get("client"):
        whole["client"] = {**row["client"], "id": number + 1}
    return whole
