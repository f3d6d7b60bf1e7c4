"""Notices, mentions and webhooks over the API: one's own alone, chosen by kind, secrets told once."""

from __future__ import annotations

import pytest

from okno.areas.clients.models import ClientMember
from okno.fronts.home.tests.test_api import Script, anna, deal
from okno.kit import events, secrets
from okno.kit.models.notices import Notice
from okno.kit.models.webhooks import Webhook

__all__ = ["anna", "deal"]

HOOK = {"name": "Склад", "url": "https://example.com/okno", "events": ["deals.DealMoved"]}


@pytest.fixture
def director(cast) -> Script:
    return Script(cast.director)


@pytest.fixture
def mentioned(cast, anna, director, deal) -> Notice:
    """Anna's notice of a note that names her."""
    director.send("post", f"/records/deals.deal/{deal.pk}/notes", {"text": f"@{cast.anna.name} посмотрите"})
    events.drain()
    return Notice.objects.get(user_id=cast.anna.pk, kind="timeline.mentioned")


def test_notices_are_ones_own_and_are_read(anna, director, deal, mentioned):
    [told] = anna.get("/notices", tab="mentions").json()["items"]
    read = anna.send("post", "/notices/read", {"tab": "mentions"}).json()

    assert (told["id"], told["row_id"], told["is_unread"]) == (mentioned.pk, deal.pk, True)
    assert (read, anna.get("/notices").json()["unread"]) == ({"read": 1}, {})
    assert mentioned.pk not in [one["id"] for one in director.get("/notices").json()["items"]]


def test_a_note_says_whom_it_mentions_in_vain(cast, anna, deal):
    row = f"/records/clients.client/{deal.client_id}"

    offered = anna.get(f"{row}/mentions", q=cast.boris.name[:3]).json()
    written = anna.send("post", f"{row}/notes", {"text": f"@{cast.boris.name} посмотрите"}).json()
    let_in = anna.send("post", f"{row}/mentions", {"user": cast.boris.pk})

    assert (offered, written["untold"]) == ([], [cast.boris.name])
    assert let_in.json() == [{"id": cast.boris.pk, "name": cast.boris.name}]
    assert ClientMember.objects.filter(client=deal.client, user=cast.boris).exists()
    assert anna.send("post", f"{row}/mentions", {"user": 987654321}).status_code == 404


def test_ways_of_notices_are_chosen_and_those_of_the_organisation_by_a_right(cast, anna, director):
    modes = {"deals.assigned": {"mail": "daily"}}
    mandatory = {"modes": {"deals.assigned": {"app": "now"}}, "mandatory": {"deals.assigned": ["app"]}}

    ways = anna.send("put", "/notices/settings", {"modes": modes}).json()["ways"]
    director.send("put", "/notice-rules", mandatory)
    refused = anna.send("put", "/notices/settings", {"modes": {"deals.assigned": {"app": "off"}}})

    assert [one["mode"] for one in ways if (one["kind"], one["channel"]) == ("deals.assigned", "mail")] == ["daily"]
    assert refused.json()["code"] == "notices.mandatory"
    seller = Script(cast.anna, "deals.*", "notices.*")
    assert (seller.get("/notice-rules").status_code, seller.get("/notices/settings").status_code) == (403, 200)


def test_hours_of_the_organisation_hold_for_those_who_set_none(cast, director):
    seller = Script(cast.anna, "notices.*")
    told = director.send("put", "/notice-rules/hours", {"quiet_from": "20:00", "quiet_until": "07:00"}).json()
    assert (told["quiet_from"], director.get("/notice-rules/hours").json()) == ("20:00", told)
    assert seller.get("/notices/settings").json()["quiet_from"] == "20:00"
    assert seller.get("/notice-rules/hours").status_code == 403


def test_what_is_not_read_goes_on_as_the_organisation_says(cast, director):
    said = {"late": {"deals.assigned": {"minutes": 30, "to": "head"}}}
    told = director.send("put", "/notice-rules/late", said).json()
    assert told == [{"kind": "deals.assigned", "minutes": 30, "to": "head"}]
    assert director.get("/notice-rules/late").json() == told
    assert director.send("put", "/notice-rules/late", {"late": {"deals.assigned": {"to": ""}}}).json() == []
    assert director.send("put", "/notice-rules/late", {"late": {"deals.assigned": {"to": "push"}}}).status_code == 422
    assert Script(cast.anna, "notices.*").get("/notice-rules/late").status_code == 403


def test_quiet_hours_have_two_ends(anna):
    told = anna.send("put", "/notices/hours", {"quiet_from": "21:00", "quiet_until": "08:00"}).json()
    assert (told["quiet_from"], told["quiet_until"], told["digest_at"]) == ("21:00", "08:00", "09:00")
    assert anna.send("put", "/notices/hours", {"quiet_from": "21:00"}).status_code == 422


def test_a_row_is_not_heard_of_and_heard_of_again(anna, deal):
    anna.send("post", "/notices/unfollow", {"record": "deals.deal", "row_id": deal.pk})
    [unheard] = anna.get("/notices/settings").json()["unfollowed"]
    anna.browser.delete(f"/api/v1/notices/unfollowed/{unheard['id']}")
    assert unheard["row_id"] == deal.pk
    assert anna.get("/notices/settings").json()["unfollowed"] == []


def test_a_webhook_is_made_changed_tried_and_deleted(director):
    made = director.send("post", "/webhooks", HOOK)
    row = f"/webhooks/{made.json()['id']}"
    changed = director.send("put", row, {**HOOK, "events": ["*"]}).json()
    director.send("post", f"{row}/ping", {})
    [call] = director.get(f"{row}/calls").json()
    again = director.send("post", f"{row}/replay", {"call_id": call["id"]})
    off = director.send("post", f"{row}/switch", {"is_active": False}).json()

    assert (made.status_code, changed["events"], call["state"]) == (201, ["*"], "waiting")
    assert (again.status_code, off["is_active"]) == (200, False)
    assert director.send("post", f"{row}/delete", {}).status_code == 200
    assert director.get(row).status_code == 404


def test_the_secret_of_a_webhook_is_told_where_it_is_made_and_nowhere_else(director):
    made = director.send("post", "/webhooks", HOOK, "once").json()
    row = f"/webhooks/{made['id']}"

    told = [director.get(place).content.decode() for place in ("/webhooks", row, f"{row}/calls")]

    kept = Webhook.objects.get()
    assert secrets.decrypt(kept.secret).reveal() == made["secret"]
    assert [text for text in told if made["secret"] in text or kept.secret in text] == []
    assert director.send("post", "/webhooks", HOOK, "once").json() == made
    director.send("put", row, {**HOOK, "secret": "another-secret-of-mine"})
    assert secrets.decrypt(Webhook.objects.get().secret).reveal() == "another-secret-of-mine"


def test_webhooks_are_closed_without_their_rights(cast, director):
    made = director.send("post", "/webhooks", HOOK).json()["id"]
    seller = Script(cast.anna, "deals.*")
    reader = Script(cast.director, "webhooks.view")

    assert {seller.get(place).status_code for place in ("/webhooks", f"/webhooks/{made}/calls")} == {403}
    assert {one["name"] for one in reader.get("/webhook-events").json()} > {"*", "deals.DealMoved"}
    assert reader.send("post", f"/webhooks/{made}/ping", {}).status_code == 403
    assert reader.send("put", f"/webhooks/{made}", HOOK).status_code == 403


def test_addresses_and_events_that_cannot_be_called_are_refused(director):
    assert director.send("post", "/webhooks", {**HOOK, "url": "nowhere"}).json()["code"] == "webhooks.bad_url"
    assert director.send("post", "/webhooks", {**HOOK, "events": ["no.Such"]}).json()["code"] == "webhooks.bad_events"
