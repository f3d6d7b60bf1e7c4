"""Whether a strange database or archive is told apart from ours."""

from __future__ import annotations

import pytest
from django.db import connection

from okno.cli import schema
from okno.kit.errors import Refused


def test_check_fits_takes_what_this_program_has_applied(db: None) -> None:
    schema.check_fits(schema.applied(), "0.1.0")


def test_check_fits_takes_an_older_archive(db: None) -> None:
    older = dict(list(schema.applied().items())[:-3])

    schema.check_fits(older, "0.1.0")


def test_check_fits_refuses_an_archive_of_a_newer_program(db: None) -> None:
    with pytest.raises(Refused, match=r"более новым «Окном» \(9.0, .*deals.0099_later"):
        schema.check_fits(schema.applied() | {"deals.0099_later": "abc"}, "9.0")


def test_check_fits_refuses_an_archive_whose_first_tables_were_others(db: None) -> None:
    with pytest.raises(Refused, match=r"другие с самого начала: deals\.0001_initial"):
        schema.check_fits(schema.applied() | {"deals.0001_initial": "another"}, "0.1.0")


def test_check_tables_takes_our_own(db: None) -> None:
    schema.check_tables()


def test_check_tables_names_a_column_that_is_missing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("alter table communications_mailaccount drop column signature cascade")

    with pytest.raises(Refused, match=r"communications_mailaccount\.signature"):
        schema.check_tables()


def test_check_tables_names_a_column_that_nobody_fills(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("create table elsewhere (id int); alter table communications_mailaccount add column old int")
        cursor.execute("alter table communications_mailaccount alter column old set not null")

    with pytest.raises(Refused, match=r"communications_mailaccount\.old"):
        schema.check_tables()
