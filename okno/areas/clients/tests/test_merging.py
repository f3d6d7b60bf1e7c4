"""Cards of clients are merged and taken apart."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access.tests.cast import Cast
from okno.areas.clients import commands, queries
from okno.areas.clients.models import Client, ClientMember, ClientRelation, Contact, ContactPoint
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.tests.test_api import Script
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.merging import mergeable, reading, survivor_of
from okno.kit.models import Entry, EntryLink, Merge, SavedView
from okno.kit.models.views import PersonalView
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.testing.record_contract import HTMX

pytestmark = pytest.mark.django_db
MERGING = mergeable("clients.client")


@pytest.fixture
def kept(cast: Cast) -> Client:
    return a_client(cast.anna, name="ООО «Ромашка»", phone="+7 921 000-00-01")


@pytest.fixture
def lost(cast: Cast) -> Client:
    return a_client(cast.anna, name="Ромашка", phone="+7 921 000-00-02", email="info@romashka.example", city="Тверь")


def merge(kept: Client, *lost: Client, **choices: int) -> None:
    MERGING.merge(actor=SYSTEM, survivor=kept, losers=list(lost), choices=choices)
    kept.refresh_from_db()


def unmerge(kept: Client, lost: Client, back: list[str] | None = None) -> None:
    MERGING.unmerge(actor=SYSTEM, survivor=kept, loser_id=lost.pk, back=back)
    kept.refresh_from_db()


def test_merge_points_contacts_and_ways_to_reach_to_the_survivor(kept: Client, lost: Client) -> None:
    contact = commands.add_contact(actor=SYSTEM, name="Пётр", client=lost)

    merge(kept, lost)

    contact.refresh_from_db()
    assert contact.client == kept
    assert set(ContactPoint.objects.filter(client=kept).values_list("key", flat=True)) == {
        "9210000001",
        "9210000002",
        "info@romashka.example",
    }


def test_merge_keeps_the_chosen_values_and_fills_empty_ones(kept: Client, lost: Client) -> None:
    merge(kept, lost, name=lost.pk)

    assert (kept.name, kept.name_key, kept.city, kept.phone) == ("Ромашка", "ROMASHKA", "Тверь", "+7 921 000-00-01")


def test_merge_marks_the_loser_and_its_number_leads_to_the_survivor(kept: Client, lost: Client) -> None:
    merge(kept, lost)

    assert survivor_of("clients.client", lost.pk) == kept.pk
    assert list(queries.clients(SYSTEM)) == [kept]


def test_merge_of_merged_ones_leads_to_the_last(cast: Cast, kept: Client, lost: Client) -> None:
    last = a_client(cast.anna, name="Ромашка, ООО")
    merge(kept, lost)
    merge(last, kept)

    assert survivor_of("clients.client", lost.pk) == last.pk


def test_merge_keeps_one_way_to_reach_that_both_have(cast: Cast, kept: Client) -> None:
    other = a_client(cast.anna, name="Ромашка", phone="8 921 000 00 01")

    merge(kept, other)

    assert ContactPoint.objects.filter(client=kept).count() == 1


def test_merge_keeps_one_membership_of_a_colleague(cast: Cast, kept: Client, lost: Client) -> None:
    for client in (kept, lost):
        commands.share(actor=SYSTEM, client=client, user=cast.boris)

    merge(kept, lost)

    assert ClientMember.objects.filter(client=kept).count() == 1


def test_merge_of_related_clients_leaves_their_tie_aside(kept: Client, lost: Client) -> None:
    ClientRelation.objects.create(first=kept, second=lost, kind="partner")

    merge(kept, lost)

    assert not ClientRelation.objects.filter(first=kept, second=kept).exists()


def test_merge_brings_the_feed_along(kept: Client, lost: Client) -> None:
    note = registry.commands["timeline.note"]
    entry: Entry = note(actor=SYSTEM, record="clients.client", row_id=lost.pk, text="Звонили")

    merge(kept, lost)

    entry.refresh_from_db()
    assert entry.scope_id == kept.pk
    assert EntryLink.objects.filter(entry=entry, record="clients.client", row_id=kept.pk).exists()


def test_merge_changes_filters_and_colours_of_views_and_parting_puts_them_back(kept: Client, lost: Client) -> None:
    where = {"all": [{"field": "client", "op": "eq", "value": lost.pk}]}
    config = {"f": json.dumps(where), "paint": json.dumps([{"where": where, "colour": "red"}])}
    shared = SavedView.objects.create(record="deals.deal", name="Ромашка", config=config)
    own = PersonalView.objects.create(record="deals.deal", user_id=1, place="tab:open", config=config)

    merge(kept, lost)

    for view in (shared, own):
        view.refresh_from_db()
        assert json.loads(view.config["f"])["all"][0]["value"] == kept.pk
        assert json.loads(view.config["paint"])[0]["where"]["all"][0]["value"] == kept.pk
    unmerge(kept, lost)
    own.refresh_from_db()
    assert json.loads(own.config["f"]) == where


def test_parting_tells_nothing_of_rows_out_of_reach(cast: Cast, kept: Client, lost: Client) -> None:
    commands.add_contact(actor=SYSTEM, name="Пётр", client=lost)
    merge(kept, lost)
    merged = Merge.objects.get()

    told = [one.title for one in reading.items(replace(cast.actor("anna"), grants=()), merged)]

    assert "Пётр" in [one.title for one in reading.items(SYSTEM, merged)]
    assert "Пётр" not in told


def test_merge_moves_keys_of_matching(kept: Client, lost: Client) -> None:
    merge(kept, lost)

    found = queries.recognised(["+7 921 000-00-02"], [])

    assert [one.client_id for one in found] == [kept.pk]


@pytest.mark.parametrize("times", [1, 2])
def test_merge_with_itself_is_refused(kept: Client, lost: Client, times: int) -> None:
    losers = [kept] if times == 1 else [lost, lost]

    with pytest.raises(Refused):
        MERGING.merge(actor=SYSTEM, survivor=kept, losers=losers)


def test_merge_out_of_reach_is_missing(cast: Cast, kept: Client) -> None:
    other = a_client(cast.boris, name="Чужая")

    with pytest.raises(Missing):
        MERGING.merge.run(cast.actor("anna"), survivor=kept.pk, losers=[other.pk])


def test_merge_without_a_right_is_denied(cast: Cast, kept: Client, lost: Client) -> None:
    with pytest.raises(Denied):
        MERGING.merge.run(cast.actor("stranger"), survivor=kept.pk, losers=[lost.pk])


def test_preview_of_a_merge_changes_nothing(kept: Client, lost: Client) -> None:
    told = MERGING.merge.preview(SYSTEM, survivor=kept.pk, losers=[lost.pk])

    assert "clients_client" in {one["table_name"] for one in told.changes}
    assert not Merge.objects.exists()


def test_unmerge_brings_everything_back(kept: Client, lost: Client) -> None:
    contact = commands.add_contact(actor=SYSTEM, name="Пётр", client=lost)
    entry = registry.commands["timeline.note"](actor=SYSTEM, record="clients.client", row_id=lost.pk, text="Звонили")
    merge(kept, lost, name=lost.pk)

    unmerge(kept, lost)

    contact.refresh_from_db()
    entry.refresh_from_db()
    lost.refresh_from_db()
    assert (contact.client, lost.is_deleted, kept.name, kept.city) == (lost, False, "ООО «Ромашка»", "")
    assert entry.scope_id == lost.pk
    assert set(ContactPoint.objects.filter(client=kept).values_list("key", flat=True)) == {"9210000001"}
    assert survivor_of("clients.client", lost.pk) is None


def test_unmerge_keeps_what_was_changed_since(kept: Client, lost: Client) -> None:
    merge(kept, lost)
    commands.update(actor=SYSTEM, client=kept, values={"city": "Омск"})

    unmerge(kept, lost)

    assert kept.city == "Омск"


def test_unmerge_gives_back_only_what_is_ticked(kept: Client, lost: Client) -> None:
    first, second = (commands.add_contact(actor=SYSTEM, name=name, client=lost) for name in ("Пётр", "Иван"))
    merge(kept, lost)
    later = commands.add_contact(actor=SYSTEM, name="Новый", client=kept)

    unmerge(kept, lost, [f"clients.Contact.client_id:{one.pk}" for one in (first, later)])

    owners = dict(Contact.objects.values_list("pk", "client_id"))
    assert owners == {first.pk: lost.pk, second.pk: kept.pk, later.pk: lost.pk}
    told = EntryLink.objects.filter(record="clients.client", row_id=lost.pk, entry__kind="clients.contact_added")
    assert set(told.values_list("entry__source_id", flat=True)) == {first.pk, later.pk}


def test_unmerge_after_thirty_days_is_refused(kept: Client, lost: Client) -> None:
    merge(kept, lost)
    Merge.objects.update(at=timezone.now() - timedelta(days=31))

    with pytest.raises(Refused):
        unmerge(kept, lost)


def test_contacts_are_merged_and_taken_apart(cast: Cast, kept: Client) -> None:
    known = mergeable("clients.contact")
    first, second = (
        commands.add_contact(actor=SYSTEM, name=name, client=kept, phone=phone)
        for name, phone in (("Иванов Пётр", "+7 921 000-00-05"), ("Пётр Иванов", "+7 921 000-00-06"))
    )

    known.merge(actor=SYSTEM, survivor=first, losers=[second])
    joined = ContactPoint.objects.filter(contact=first).count()
    known.unmerge(actor=SYSTEM, survivor=first, loser_id=second.pk)

    assert (joined, ContactPoint.objects.filter(contact=first).count()) == (2, 1)


def test_legal_entities_of_different_inns_are_not_merged(kept: Client) -> None:
    first, second = (
        commands.add_legal_entity(actor=SYSTEM, client=kept, name="ООО", values={"inn": inn})
        for inn in ("7707083893", "7736050003")
    )

    with pytest.raises(Refused):
        mergeable("clients.legal_entity").merge(actor=SYSTEM, survivor=first, losers=[second])


def test_card_of_a_merged_client_leads_to_the_survivor(kept: Client, lost: Client, cast: Cast, client: Browser) -> None:
    merge(kept, lost)
    client.force_login(cast.anna)

    answer = client.get(f"/clients/{lost.pk}/")

    assert (answer.status_code, answer["Location"]) == (302, f"/clients/{kept.pk}/")


def test_card_of_a_merged_client_out_of_reach_is_not_found(
    kept: Client, lost: Client, cast: Cast, client: Browser
) -> None:
    merge(kept, lost)
    client.force_login(cast.boris)

    assert client.get(f"/clients/{lost.pk}/").status_code == 404


def test_api_of_a_merged_client_leads_to_the_survivor(kept: Client, lost: Client, cast: Cast, client: Browser) -> None:
    merge(kept, lost)
    client.force_login(cast.anna)

    answer = client.get(f"/api/v1/clients/{lost.pk}")

    assert (answer.status_code, answer["Location"]) == (308, f"/api/v1/clients/{kept.pk}")


def test_cards_are_merged_on_their_page(kept: Client, lost: Client, cast: Cast, client: Browser) -> None:
    client.force_login(cast.anna)
    url = f"/merge/clients.client/?id={kept.pk}&id={lost.pk}"
    shown = client.get(url)

    answer = client.post(url, {"survivor": lost.pk, "field-name": kept.pk, "once": "1"})

    lost.refresh_from_db()
    assert {one["key"] for one in shown.context["fields"]} == {"name", "phone", "email", "city"}
    assert (answer.status_code, answer["Location"]) == (302, f"/clients/{lost.pk}/")
    assert (lost.name, lost.phone, survivor_of("clients.client", kept.pk)) == (
        "ООО «Ромашка»",
        "+7 921 000-00-02",
        lost.pk,
    )


def test_a_merge_is_taken_apart_on_its_page(kept: Client, lost: Client, cast: Cast, client: Browser) -> None:
    contact = commands.add_contact(actor=SYSTEM, name="Пётр", client=lost)
    merge(kept, lost)
    later = commands.add_contact(actor=SYSTEM, name="Новый", client=kept)
    client.force_login(cast.anna)
    url = f"/merged/{Merge.objects.get().pk}/"
    shown = client.get(url).context

    answer = client.post(url, {"back": [f"clients.Contact.client_id:{contact.pk}"]})

    told = {one["title"] for group in shown["later"] for one in [{"title": item.title} for item in group["items"]]}
    assert "Новый" in told
    assert answer["Location"] == f"/clients/{lost.pk}/"
    assert dict(Contact.objects.values_list("pk", "client_id")) == {contact.pk: lost.pk, later.pk: kept.pk}


def test_a_merge_out_of_reach_is_not_found(kept: Client, lost: Client, cast: Cast, client: Browser) -> None:
    merge(kept, lost)
    client.force_login(cast.boris)

    assert client.get(f"/merged/{Merge.objects.get().pk}/").status_code == 404
    assert client.get("/merged/").context["merges"] == []


def test_merges_over_the_api(kept: Client, lost: Client, cast: Cast, client: Browser) -> None:
    script = Script(cast.anna)
    merged = script.send(
        "post", f"/api/v1/clients/{kept.pk}/merge", {"losers": [lost.pk], "choices": {"name": lost.pk}}
    )
    parted = script.send("post", f"/api/v1/clients/{kept.pk}/unmerge", {"loser_id": lost.pk})

    assert (merged.status_code, merged.json()["name"]) == (200, "Ромашка")
    assert (parted.status_code, parted.json()["id"]) == (200, lost.pk)


def test_one_card_alone_asks_what_to_merge_it_with(kept: Client, cast: Cast, client: Browser) -> None:
    client.force_login(cast.anna)
    url = f"/merge/clients.client/?id={kept.pk}"

    pages = [client.get(url), client.get(url, headers=HTMX)]
    client.force_login(cast.boris)

    assert [(one.status_code, one.context["title"]) for one in pages] == [(200, str(kept))] * 2
    assert client.get(url).status_code == 404


def test_the_way_back_right_after_a_merge_takes_it_apart(
    kept: Client, lost: Client, cast: Cast, client: Browser
) -> None:
    merge(kept, lost)
    client.force_login(cast.anna)

    answer = client.post(f"/merged/{Merge.objects.get().pk}/?part=undo")

    assert "Ромашка" in answer.json()["told"]
    assert survivor_of("clients.client", lost.pk) is None
