"""Shapes of the API have names of their own: two shapes of one name are one shape in the description."""

from __future__ import annotations

from collections import defaultdict

from ninja import Schema


def _all(of: type) -> set[type]:
    below = set(of.__subclasses__())
    return below.union(*(_all(one) for one in below))


def test_every_shape_has_a_name_of_its_own():
    named = defaultdict(set)
    for shape in _all(Schema):
        if shape.__module__.startswith("okno.") and ".<locals>." not in shape.__qualname__:
            named[shape.__name__].add(f"{shape.__module__}.{shape.__qualname__}")

    assert {name: sorted(where) for name, where in named.items() if len(where) > 1} == {}
