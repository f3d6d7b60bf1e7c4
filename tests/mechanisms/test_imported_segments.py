"""Rows of an import go straight into a segment: a new list, or one that is there, from the page of its result."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.clients.tests.factories import a_client
from okno.engines.imports import commands as imports
from okno.engines.imports.models import Import
from okno.engines.segments import commands, queries
from okno.engines.segments.models import Segment
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.testing.forms import filled

CLIENTS = "clients.client"
FILE = "Наименование;ИНН;Город\nСтарый;7707083893;Тула\nНовый;7736050003;Тула\n"


@pytest.fixture
def loaded(cast: Cast) -> Import:
    """A client that was there is changed by the file, another one is made."""
    a_client(cast.anna, name="Старый", inn="7707083893")
    actor = cast.actor("director")
    return imports.run_now(actor, imports.taken_in(actor, CLIENTS, io.BytesIO(FILE.encode()), "Выставка.csv"))


def names_in(segment: Segment) -> list[str]:
    rows = Client.objects.filter(pk__in=queries.member_ids(segment))
    return sorted(rows.values_list("name", flat=True))


def run(cast: Cast, **said: Any) -> Segment:
    made: Segment = registry.commands["segments.take_import"].run(cast.actor("director"), **said)
    return made


def test_a_new_list_holds_what_the_import_made_and_changed(cast: Cast, loaded: Import) -> None:
    made = run(cast, import_id=loaded.pk, name="Выставка")

    assert (names_in(made), made.size, made.kind) == (["Новый", "Старый"], 2, "static")


def test_a_list_that_is_there_gets_the_rows_once(cast: Cast, loaded: Import) -> None:
    known = commands.add(actor=SYSTEM, name="Все выставки", record=CLIENTS)

    for _time in range(2):
        run(cast, import_id=loaded.pk, segment=known.pk)

    known.refresh_from_db()
    assert (names_in(known), known.size) == (["Новый", "Старый"], 2)


def test_what_was_taken_back_or_deleted_is_left_out(cast: Cast, loaded: Import) -> None:
    fresh = Client.objects.get(name="Новый").pk
    imports.take_back_row(actor=cast.actor("director"), row=loaded, row_id=fresh)
    made = run(cast, import_id=loaded.pk, name="Остались")
    clients.delete(actor=SYSTEM, client=Client.objects.get(name="Старый"))

    assert names_in(made) == ["Старый"]
    with pytest.raises(Refused, match="не принесла"):
        run(cast, import_id=loaded.pk, name="Никого")


def test_lists_of_other_rows_or_by_a_condition_are_refused(cast: Cast, loaded: Import) -> None:
    tree = {"field": "city", "op": "eq", "value": "Тула"}
    by_itself = commands.add(actor=SYSTEM, name="Сами", record=CLIENTS, condition=tree)
    other = commands.add(actor=SYSTEM, name="Сделки", record="deals.deal")

    for one in (by_itself, other):
        with pytest.raises(Refused):
            run(cast, import_id=loaded.pk, segment=one.pk)
    assert not Segment.objects.filter(name="Выставка").exists()


def test_an_import_of_a_colleague_is_out_of_reach(cast: Cast, loaded: Import, client: Browser) -> None:
    client.force_login(cast.anna)

    assert client.get(f"/segments/from-import/{loaded.pk}/").status_code == 404
    with pytest.raises(Missing):
        registry.commands["segments.take_import"].run(cast.actor("anna"), import_id=loaded.pk, name="Чужое")


def test_the_result_of_an_import_offers_a_list(cast: Cast, loaded: Import, client: Browser) -> None:
    client.force_login(cast.director)

    page = client.get(f"/imports/{loaded.pk}/result/").content.decode()
    form = client.get(f"/segments/from-import/{loaded.pk}/")
    sent = filled(form)
    answered = client.post(f"/segments/from-import/{loaded.pk}/", sent)

    made = Segment.objects.get(name="Выставка")
    assert f"/segments/from-import/{loaded.pk}/" in page
    assert answered["Location"] == f"/segments/{made.pk}/"
    assert names_in(made) == ["Новый", "Старый"]
