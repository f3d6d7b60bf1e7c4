"""Fields of several values when cards are merged: all of them stay, and go back to whose they were."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients import commands
from okno.areas.clients.models import Client
from okno.areas.clients.tests.factories import a_client
from okno.kit.fields import custom
from okno.kit.merging import mergeable
from okno.kit.models.registry import FieldDef
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db
MERGING = mergeable("clients.client")
TAGS = "x_tags"


@pytest.fixture
def _tags() -> None:
    custom.add(actor=SYSTEM, record="clients.client", key="tags", label="Метки", kind="tags")
    custom.add(actor=SYSTEM, record="clients.client", key="note", label="Заметка", kind="text")


def card(cast: Cast, types: list[str], *tags: str) -> Client:
    made = a_client(cast.anna, name=f"Ромашка {'-'.join(tags)}", relation_types=types)
    return commands.update(actor=SYSTEM, client=made, values={TAGS: list(tags)})


def merge(kept: Client, *lost: Client, **choices: int) -> None:
    MERGING.merge(actor=SYSTEM, survivor=kept, losers=list(lost), choices=choices)
    kept.refresh_from_db()


def unmerge(kept: Client, lost: Client) -> None:
    MERGING.unmerge(actor=SYSTEM, survivor=kept, loser_id=lost.pk)
    kept.refresh_from_db()


def tags(client: Client) -> list[str]:
    names = {one["id"]: one["label"] for one in FieldDef.objects.get(key="tags").options}
    return [names[one] for one in client.extra.get(TAGS) or []]


@pytest.mark.usefixtures("_tags")
def test_merge_joins_tags_and_options(cast: Cast) -> None:
    kept, lost = card(cast, ["client"], "важный", "опт"), card(cast, ["supplier", "client"], "опт", "постоплата")

    merge(kept, lost)

    assert tags(kept) == ["важный", "опт", "постоплата"]
    assert kept.relation_types == ["client", "supplier"]


@pytest.mark.usefixtures("_tags")
def test_unmerge_takes_joined_values_apart(cast: Cast) -> None:
    kept, lost = card(cast, ["client"], "важный"), card(cast, ["supplier"], "постоплата")
    merge(kept, lost)

    unmerge(kept, lost)

    lost.refresh_from_db()
    assert (tags(kept), kept.relation_types) == (["важный"], ["client"])
    assert (tags(lost), lost.relation_types) == (["постоплата"], ["supplier"])


@pytest.mark.usefixtures("_tags")
def test_unmerge_keeps_what_was_put_on_since(cast: Cast) -> None:
    kept, lost = card(cast, ["client"], "важный"), card(cast, ["supplier"], "постоплата")
    merge(kept, lost)
    values = {TAGS: [*tags(kept), "новый"], "relation_types": ["client", "supplier", "partner"], "x_note": "позже"}
    kept = commands.update(actor=SYSTEM, client=kept, values=values)

    unmerge(kept, lost)

    assert (tags(kept), kept.relation_types) == (["важный", "новый"], ["client", "partner"])
    assert kept.extra["x_note"] == "позже"


@pytest.mark.usefixtures("_tags")
def test_each_of_several_merged_cards_takes_its_own_values_back(cast: Cast) -> None:
    kept, first, second = card(cast, [], "а"), card(cast, ["client"], "б"), card(cast, ["partner"], "в")
    merge(kept, first, second)
    joined = tags(kept)

    unmerge(kept, second)

    assert joined == ["а", "б", "в"]
    assert (tags(kept), kept.relation_types) == (["а", "б"], ["client"])


@pytest.mark.usefixtures("_tags")
def test_merge_keeps_the_values_of_one_card_where_it_is_chosen(cast: Cast) -> None:
    kept, lost = card(cast, ["client"], "важный"), card(cast, ["supplier"], "постоплата")

    merge(kept, lost, relation_types=lost.pk)

    assert (kept.relation_types, tags(kept)) == (["supplier"], ["важный", "постоплата"])


@pytest.mark.usefixtures("_tags")
def test_merging_page_offers_all_values_together(cast: Cast, client: Browser) -> None:
    kept, lost = card(cast, ["client"], "важный"), card(cast, ["supplier"], "постоплата")
    client.force_login(cast.director)
    url = f"/merge/clients.client/?id={kept.pk}&id={lost.pk}"

    page = client.get(url)
    client.post(url, {"survivor": kept.pk, "field-relation_types": "all", f"field-{TAGS}": lost.pk})

    offered = {one["key"]: one["together"] for one in page.context["fields"] if one["together"]}
    assert offered["relation_types"] == {"value": "all", "text": "Клиент, Поставщик", "is_kept": True}
    assert offered[TAGS]["is_kept"]
    kept.refresh_from_db()
    assert (kept.relation_types, tags(kept)) == (["client", "supplier"], ["постоплата"])
