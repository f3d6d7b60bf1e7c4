"""Pieces of a fragment: the index is never asked for one that a text with the fragment does not have."""

from __future__ import annotations

from itertools import chain

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LETTERS = st.text(alphabet="аеёЁЕжЯ1 %_", min_size=3, max_size=12)


def pieces_of(text: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select okno_pieces(%s)", [text])
        return sorted(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("ив", []),
        ("Ива", ["ива"]),
        ("абвг", ["абв", "бвг"]),
        ("Королёва", ["ева", "кор", "оле"]),
        ("9001234567", ["123", "456", "567", "900"]),
    ],
)
def test_pieces_leave_no_letter_out(text: str, pieces: list[str]):
    assert pieces_of(text) == pieces


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.text(alphabet="аеё", max_size=3), fragment=LETTERS, after=st.text(alphabet="аеё", max_size=3))
def test_every_text_with_a_fragment_has_its_pieces(db: None, before: str, fragment: str, after: str):
    with connection.cursor() as cursor:
        cursor.execute("select okno_trgm(%s) @> okno_pieces(%s)", [before + fragment + after, fragment])
        has_them = cursor.fetchone()[0]
    assert has_them
    assert set(chain.from_iterable(pieces_of(fragment))) == set(fragment.lower().replace("ё", "е"))
