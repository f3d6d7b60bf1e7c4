"""A tax number of another country is a key by which clients are known, together with its country."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients import commands, queries
from okno.areas.clients.models import MatchKey
from okno.areas.clients.queries import duplicates
from okno.areas.clients.rules import Looks, likeness
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.tests.test_api import Script
from okno.areas.clients.tests.test_duplicates import role
from okno.kit import contacts
from okno.kit.errors import Refused
from okno.kit.merging import mergeable
from okno.kit.permissions import SYSTEM

UNP, BIN = "100582333", "140440012345"


def keys(*abroad: tuple[str, str]) -> Looks:
    return Looks(keys={("foreign", contacts.foreign_key(*one)) for one in abroad})


@pytest.mark.parametrize(
    ("country", "number", "key"),
    [("BY", "100582333", "BY-100582333"), ("DE", "de 123/456.789", "DE-DE123456789"), ("", "1", ""), ("BY", "", "")],
)
def test_foreign_key_has_the_country_and_no_marks(country: str, number: str, key: str) -> None:
    assert contacts.foreign_key(country, number) == key


@pytest.mark.parametrize(
    ("theirs", "foreign", "other"),
    [
        ([("BY", UNP)], True, False),
        ([("KZ", UNP)], False, False),
        ([("BY", "690000001")], False, True),
        ([("BY", "690000001"), ("BY", UNP)], True, False),
    ],
)
def test_a_number_is_compared_within_its_country(theirs: list[tuple[str, str]], *, foreign: bool, other: bool) -> None:
    found = likeness.compare(keys(("BY", UNP)), keys(*theirs))

    assert (found.foreign, found.other_inn) == (foreign, other)


@pytest.mark.django_db
def test_keys_follow_the_number_and_the_country_of_the_card(cast: Cast) -> None:
    client = a_client(cast.anna, country="BY", tax_number=UNP)
    entity = commands.add_legal_entity(
        actor=SYSTEM, client=client, name="ТОО «Луч»", values={"country": "KZ", "tax_number": BIN}
    )
    rows = MatchKey.objects.filter(client=client, kind="foreign").order_by("key")
    both = list(rows.values_list("key", flat=True))
    commands.update(actor=SYSTEM, client=client, values={"tax_number": "", "country": ""})
    commands.update_legal_entity(actor=SYSTEM, entity=entity, values={"tax_number": "150440012345"})

    assert both == [f"BY-{UNP}", f"KZ-{BIN}"]
    assert list(rows.values_list("key", flat=True)) == ["KZ-150440012345"]


@pytest.mark.django_db
def test_a_client_of_the_same_number_abroad_is_an_exact_match(cast: Cast) -> None:
    client = a_client(cast.anna, name="ЧТУП «Луч»", country="BY", tax_number=UNP)
    said = {"name": "Совсем другое", "country": "BY", "tax_number": "100 582 333"}

    (found,) = queries.similar(SYSTEM, **said)

    assert (found.client_id, found.level, found.reasons) == (client.pk, "exact", ("foreign",))
    assert queries.similar(SYSTEM, **{**said, "country": "KZ"}) == []


@pytest.mark.django_db
def test_whoever_may_not_add_duplicates_is_stopped_by_the_number_abroad(cast: Cast) -> None:
    a_client(cast.boris, name="ЧТУП «Луч»", country="BY", tax_number=UNP)
    role(cast, "anna", "clients.add", "clients.view", "clients.find_duplicates")

    with pytest.raises(Refused, match="Борисов"):
        commands.add.run(cast.actor("anna"), name="Другое", country="BY", tax_number=UNP)


@pytest.mark.django_db
def test_the_search_of_the_base_finds_pairs_by_the_number_abroad(cast: Cast) -> None:
    pair = [a_client(cast.anna, name=name, country="BY", tax_number=UNP).pk for name in ("Луч", "Заря")]
    a_client(cast.anna, name="Третья", country="KZ", tax_number=BIN)

    (found,) = duplicates.likely_pairs()

    assert ([found.first, found.second], found.reasons) == (pair, ("foreign",))


@pytest.mark.django_db
def test_a_marked_card_of_the_number_abroad_is_told(cast: Cast) -> None:
    client = a_client(cast.anna, name="Луч", country="BY", tax_number=UNP)
    commands.delete(actor=SYSTEM, client=client)

    (found,) = queries.marked(SYSTEM, queries.described_by({"country": "BY", "tax_number": UNP}))

    assert (found.row_id, found.reasons) == (client.pk, ("foreign",))


@pytest.mark.django_db
def test_the_number_abroad_is_asked_for_while_one_types_and_over_the_api(cast: Cast, client: Browser) -> None:
    known = a_client(cast.anna, name="ЧТУП «Луч»", country="BY", tax_number=UNP)
    client.force_login(cast.anna)

    page = client.get("/clients/similar/", {"country": "BY", "tax_number": UNP}).content.decode()
    told = Script(cast.anna).send("post", "/api/v1/clients/match", {"country": "BY", "tax_number": UNP}).json()

    assert "тот же налоговый номер за рубежом" in page
    assert [(one["id"], one["reasons"]) for one in told["items"]] == [(known.pk, ["foreign"])]


@pytest.mark.django_db
def test_legal_entities_of_different_numbers_of_one_country_are_not_merged(cast: Cast) -> None:
    client = a_client(cast.anna)
    first, second = (
        commands.add_legal_entity(actor=SYSTEM, client=client, name="ЧТУП", values={"country": "BY", "tax_number": one})
        for one in (UNP, "200988541")
    )

    with pytest.raises(Refused):
        mergeable("clients.legal_entity").merge(actor=SYSTEM, survivor=first, losers=[second])
