"""Of several cards merged into one each gets back what was its own, whichever is parted first."""

from __future__ import annotations

import pytest

from okno.access.tests.cast import Cast
from okno.areas.clients.models import Client, ContactPoint
from okno.areas.clients.tests.factories import a_client
from okno.kit.merging import mergeable
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db
MERGING = mergeable("clients.client")
SHARED = "+7 921 000-00-09"


def merge(kept: Client, *lost: Client, **choices: int) -> None:
    MERGING.merge(actor=SYSTEM, survivor=kept, losers=list(lost), choices=choices)
    kept.refresh_from_db()


def unmerge(kept: Client, lost: Client, back: list[str] | None = None) -> None:
    MERGING.unmerge(actor=SYSTEM, survivor=kept, loser_id=lost.pk, back=back)
    kept.refresh_from_db()
    lost.refresh_from_db()


def phones(client: Client) -> list[str]:
    return sorted(ContactPoint.objects.filter(client=client).values_list("value", flat=True))


@pytest.fixture
def three(cast: Cast) -> list[Client]:
    """A card, and two of the same client that have a type of relation and a phone in common."""
    kept = a_client(cast.anna, name="ООО «Ромашка»", relation_types=["client"])
    more = (
        a_client(cast.anna, name=name, phone=SHARED, relation_types=["client", "supplier", own])
        for name, own in (("Ромашка", "partner"), ("Ромашка, ООО", "other"))
    )
    return [kept, *more]


@pytest.mark.parametrize("first", [1, 2], ids=["the first", "the last"])
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one by one"])
def test_what_two_merged_cards_have_in_common_stays_until_both_are_parted(
    three: list[Client], first: int, *, at_once: bool
) -> None:
    kept, *lost = three
    for some in [lost] if at_once else [[one] for one in lost]:
        merge(kept, *some)
    parted, staying = three[first], three[3 - first]

    unmerge(kept, parted)

    assert set(kept.relation_types) == set(staying.relation_types)
    assert (phones(kept), phones(parted)) == ([SHARED], [SHARED])
    assert kept.phone == SHARED
    unmerge(kept, staying)
    assert kept.relation_types == ["client"]
    assert (kept.phone, phones(kept), phones(staying)) == ("", [], [SHARED])


def test_a_chosen_list_goes_with_the_card_it_was_chosen_of(three: list[Client]) -> None:
    kept, first, second = three
    merge(kept, first)
    merge(kept, second, relation_types=second.pk)

    unmerge(kept, first)
    held = kept.relation_types
    unmerge(kept, second)

    assert (held, kept.relation_types) == (["client", "supplier", "other"], ["client"])


def test_each_value_goes_back_with_the_card_that_gave_it(cast: Cast) -> None:
    kept = a_client(cast.anna, name="ООО «Ромашка»")
    first, second = (
        a_client(cast.anna, name="Ромашка", city="Тверь"),
        a_client(cast.anna, name="Ромашка", site="r.example"),
    )
    merge(kept, first, second)

    unmerge(kept, second)

    assert (kept.city, kept.site) == ("Тверь", "")


def test_parting_the_first_of_two_merges_leaves_what_the_second_gave(cast: Cast) -> None:
    kept, first, second = (a_client(cast.anna, name=name) for name in ("Первая", "Вторая", "Третья"))
    merge(kept, first, name=first.pk)
    merge(kept, second, name=second.pk)

    unmerge(kept, first)
    between = kept.name
    unmerge(kept, second)

    assert (between, kept.name) == ("Третья", "Первая")
