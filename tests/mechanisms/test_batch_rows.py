"""Rows written many at once: every value as the ORM would write it, and its errors."""

from __future__ import annotations

import pytest
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from okno.areas.clients.models import Client, Contact
from okno.engines.imports.models import Import, ImportRow, Seen
from okno.kit.batch_rows import insert_rows

pytestmark = pytest.mark.django_db
HOSTILE = "a\tb\nc\rd\\N \\. \\\\ «ё» '\"; drop table x; --"


def test_values_come_back_as_they_were_given():
    ids = insert_rows(
        Client, [{"name": HOSTILE, "is_vip": True, "extra": {"x": [HOSTILE, None, 1.5]}}, {"name": "\\N"}]
    )
    first, second = Client.objects.filter(pk__in=ids).order_by("pk")
    assert [first.pk, second.pk] == ids
    assert (first.name, first.is_vip, first.extra, first.owner_id) == (HOSTILE, True, {"x": [HOSTILE, None, 1.5]}, None)
    assert (second.name, second.is_vip, second.extra) == ("\\N", False, {})
    assert first.uid != second.uid


def test_days_numbers_and_nothing_are_kept():
    birthday = timezone.localdate()
    [contact] = insert_rows(Contact, [{"name": "Анна", "birthday": birthday, "owner_id": None}])
    made = Contact.objects.get(pk=contact)
    assert (made.birthday, made.owner, made.name) == (birthday, None, "Анна")


def test_errors_are_those_of_the_orm():
    row = Import.objects.create(record="clients.client", name="x", sha256="x", kind="csv")
    seen = {"of_id": row.pk, "is_dry": True, "key": "k", "row_id": 1, "number": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Seen, [seen, seen])
    with pytest.raises(DataError), transaction.atomic():
        insert_rows(ImportRow, [{"of_id": row.pk, "number": 1, "result": "x" * 50}])
    with pytest.raises(DataError), transaction.atomic():
        insert_rows(Seen, [{**seen, "key": "a\x00b"}])
    assert not Seen.objects.exists()
