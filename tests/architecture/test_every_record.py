"""Every record has what records have, or its declaration says in words why it does without."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from okno.areas.deals.record import DEAL
from okno.kit.api.reading import Source
from okno.kit.permissions import SYSTEM
from okno.kit.purging import commands as purging
from okno.kit.purging import reading
from okno.kit.registry import Record
from tests.architecture.capabilities import CAPABILITIES, FOLLOWS, list_of
from tests.architecture.rows import row_of
from tests.architecture.test_registry import RECORDS

# The kinds whose rows people merge: the issue of others does not arise, so they say nothing of it.
MERGED = {"clients.client", "clients.contact", "clients.legal_entity", "leads.lead", "deals.deal"}
ASKED = {name: has for name, has in CAPABILITIES.items() if name != "merge"}
FEWEST_WORDS = 4


def excused(record: Record, name: str) -> bool:
    """Whether the declaration says why, of this or of what brings it along."""
    return any(one in record.lacks for one in (name, *FOLLOWS.get(name, ())))


@pytest.fixture(params=RECORDS, ids=lambda record: record.name)
def record(request: pytest.FixtureRequest) -> Record:
    return request.param


def test_a_record_has_what_records_have_or_says_why_not(record: Record):
    assert [name for name, has in ASKED.items() if not has(record) and not excused(record, name)] == []


def test_reasons_are_of_what_is_lacking_indeed(record: Record):
    """A reason that outlives its gap would hide the next one."""
    assert [name for name in record.lacks if name not in ASKED or ASKED[name](record)] == []


def test_reasons_are_in_words(record: Record):
    assert [why for why in record.lacks.values() if len(why.split()) < FEWEST_WORDS] == []


def test_these_records_are_merged():
    assert {one.name for one in RECORDS if CAPABILITIES["merge"](one)} == MERGED


def test_capabilities_find_what_is_there_and_what_is_not():
    """The checks must be able to fail: a record that nobody has given anything has nothing."""
    bare = Record(name="nowhere.bare", model=Model, label="", plural="", fields={})
    assert [name for name, has in CAPABILITIES.items() if has(bare)] == []
    assert [name for name, has in CAPABILITIES.items() if not has(DEAL)] == []


def read_by(record: Record) -> list[Any]:
    """The queries of pages and of the API that show rows of a record."""
    page = list_of(record.name)
    return [page.__dict__["query"]] if page is not None and "query" in page.__dict__ else []


MARKABLE = [one for one in RECORDS if reading.is_markable(one)]


@pytest.mark.django_db
@pytest.mark.parametrize("record", MARKABLE, ids=lambda record: record.name)
def test_a_marked_row_leaves_every_list_and_comes_back(record: Record):
    row = row_of(record.model, *({record.fields[record.title].path} - {"owner"} if "__" not in record.title else ()))
    seen = [Source(record, query) for query in read_by(record)]
    assert [one.one_or_none(SYSTEM, row.pk) for one in seen if one.one_or_none(SYSTEM, row.pk) is None] == []

    purging.mark(actor=SYSTEM, record=record.name, row_id=row.pk)
    left = [one for one in seen if one.one_or_none(SYSTEM, row.pk) is not None]
    purging.bring_back(actor=SYSTEM, record=record.name, row_id=row.pk)

    assert left == []
    assert [one for one in seen if one.one_or_none(SYSTEM, row.pk) is None] == []
