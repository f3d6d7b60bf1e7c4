"""How long conditions mean the same: until the day is another one, until the moment is, or for ever."""

from __future__ import annotations

from typing import Any

import pytest

from okno.kit import conditions
from okno.kit.fields import holding
from okno.kit.fields.holding import Lasts


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("Тула", Lasts.EVER),
        ({"rel": "-60d"}, Lasts.A_DAY),
        ({"rel": "start_of_week"}, Lasts.A_DAY),
        ({"rel": "now"}, Lasts.A_MOMENT),
        ({"rel": "+3h"}, Lasts.A_MOMENT),
    ],
)
def test_a_condition_lasts_as_long_as_what_it_speaks_of(value: Any, wanted: Lasts) -> None:
    leaf = {"field": "created_at", "op": "ge", "value": value}

    for tree in ({"all": [{"not": leaf}, {"field": "city", "op": "empty"}]}, {"some": "deals", "where": leaf}):
        assert holding.lasts(conditions.parse(tree)) is wanted
