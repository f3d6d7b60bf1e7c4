"""What else cards say: what a client is to us, residence abroad, the time there, the logo, options that are codes."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from okno.access import queries as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands, queries
from okno.areas.clients.models import Client, LegalEntity
from okno.areas.clients.record import CLIENT
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.tests.test_api import Script
from okno.areas.clients.web.clock import now_there
from okno.kit import conditions, merging, permissions
from okno.kit.attachments import commands as attachments
from okno.kit.changing import edits
from okno.kit.errors import Missing, Refused
from okno.kit.models.files import Attachment
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=MOSCOW)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def update(client: Client, **values: Any) -> Client:
    return commands.update(actor=SYSTEM, client=client, values=values)


def test_update_keeps_relation_types_each_once_in_their_order(cast: Cast) -> None:
    client = update(a_client(cast.anna), relation_types=["partner", "client", "partner"])

    client.refresh_from_db()
    assert client.relation_types == ["client", "partner"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("relation_types", ["friend"]), ("time_zone", "Mars/Base"), ("language", "xx"), ("country", "RU")],
)
def test_codes_that_nobody_knows_are_refused(cast: Cast, key: str, value: Any) -> None:
    client = a_client(cast.anna)

    with pytest.raises(Refused) as of_update:
        update(client, **{key: value})
    with pytest.raises(Refused) as of_add:
        commands.add(actor=SYSTEM, name="Луч", **{key: value})

    assert [one.value.params["missing"] for one in (of_update, of_add)] == [[key], [key]]


def test_conditions_ask_what_a_client_is_to_us(cast: Cast) -> None:
    both = update(a_client(cast.anna, name="Оба"), relation_types=["client", "supplier"])
    update(a_client(cast.anna, name="Один"), relation_types=["client"])
    context = permissions.condition_context(SYSTEM)
    tree = conditions.parse({"field": "relation_types", "op": "all_of", "value": ["supplier", "client"]})

    assert list(Client.objects.filter(conditions.to_q(tree, CLIENT, context))) == [both]


def test_group_change_adds_to_relation_types(cast: Cast) -> None:
    client = update(a_client(cast.anna), relation_types=["client"])
    edit = edits.Edit("relation_types", edits.How.ADD, ["partner"])
    worker = edits.Worker(SYSTEM, CLIENT, [edit], NOON)

    update(client, **worker.values_for(client))

    client.refresh_from_db()
    assert client.relation_types == ["client", "partner"]


def test_relation_types_are_changed_on_the_card(cast: Cast, client: Browser) -> None:
    client.force_login(cast.anna)
    card = a_client(cast.anna)
    said = {"relation_types": ["supplier", "partner"], "version": card.version}

    answer = client.post(f"/clients/{card.pk}/?part=field&name=relation_types", said, headers=HTMX)

    card.refresh_from_db()
    assert (answer.status_code, card.relation_types) == (200, ["supplier", "partner"])
    assert "Поставщик" in answer.content.decode()


def test_relation_types_stand_in_lists_and_the_api(cast: Cast, client: Browser) -> None:
    client.force_login(cast.director)
    card = update(a_client(cast.anna), relation_types=["supplier"])
    script = Script(cast.director)

    page = client.get("/clients/?cols=name,relation_types,consents").content.decode()
    answer = script.send("patch", f"/api/v1/clients/{card.pk}", {"relation_types": ["client", "partner"]})

    assert "Поставщик" in page
    assert answer.json()["relation_types"] == ["client", "partner"]


def test_a_number_abroad_makes_somebody_no_resident(cast: Cast) -> None:
    made = a_client(cast.anna, country="BY", tax_number="191 682 495")
    entity = commands.add_legal_entity(
        actor=SYSTEM, client=made, name="Rot GmbH", values={"country": "DE", "iban": "DE89 3704 0044 0532 0130 00"}
    )

    assert (made.is_nonresident, made.tax_number) == (True, "191682495")
    assert (entity.is_nonresident, entity.iban) == (True, "DE89370400440532013000")


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"country": "BY", "tax_number": "191682490"}, "tax_number"),
        ({"country": "KZ", "tax_number": "12345"}, "tax_number"),
        ({"tax_number": "№"}, "tax_number"),
        ({"iban": "DE89370400440532013001"}, "iban"),
        ({"swift": "DEUT"}, "swift"),
    ],
)
def test_wrong_numbers_abroad_are_named(cast: Cast, values: dict[str, Any], missing: str) -> None:
    with pytest.raises(Refused) as refusal:
        commands.add_legal_entity(actor=SYSTEM, client=a_client(cast.anna), name="Rot GmbH", values=values)

    assert refusal.value.params["missing"] == [missing]
    assert not LegalEntity.objects.exists()


def test_a_client_with_a_number_abroad_is_not_called_a_resident(cast: Cast) -> None:
    client = a_client(cast.anna, tax_number="HRB 12345")

    with pytest.raises(Refused) as refusal:
        update(client, is_nonresident=False)
    update(client, is_nonresident=False, tax_number="")

    assert refusal.value.code == "clients.resident"
    client.refresh_from_db()
    assert (client.is_nonresident, client.tax_number) == (False, "")


@pytest.mark.parametrize(
    ("zone", "phone", "text", "due"),
    [
        ("Asia/Vladivostok", "", "19:00", "yellow"),
        ("Asia/Yekaterinburg", "+7 495 123-45-67", "14:00", "grey"),
        ("", "+7 423 241-00-00", "19:00", "yellow"),
    ],
)
def test_now_there_tells_the_time_at_the_client(zone: str, phone: str, text: str, due: str) -> None:
    found = now_there(zone, phone, NOON, MOSCOW)

    assert text in found["text"]
    assert found["due"] == due


@pytest.mark.parametrize(("zone", "phone"), [("Europe/Moscow", ""), ("", "+7 921 000-00-01"), ("", "101")])
def test_now_there_is_silent_where_it_is_the_same_or_not_known(zone: str, phone: str) -> None:
    assert now_there(zone, phone, NOON, MOSCOW) == {}


def test_a_hidden_time_zone_tells_no_time(cast: Cast, client: Browser) -> None:
    card = a_client(cast.anna, time_zone="Asia/Kamchatka", phone="+7 921 000-00-01")
    client.force_login(cast.anna)
    url = f"/clients/{card.pk}/?part=panel&panel=ways"

    told = client.get(url).content.decode()
    cast.hide("anna", "clients.client.time_zone")

    assert "там сейчас" in told
    assert "там сейчас" not in client.get(url).content.decode()


def a_file(client: Client, mime: str = "image/png", size: int = 100) -> Attachment:
    told = {"name": "logo.png", "sha256": "0" * 64, "size": size, "mime": mime}
    return attachments.add(actor=SYSTEM, record="clients.client", row_id=client.pk, **told)


def test_set_logo_shows_an_image_of_the_card(cast: Cast) -> None:
    client = a_client(cast.anna)

    shown = queries.logo_of(commands.set_logo(actor=SYSTEM, client=client, file_id=a_file(client).pk))
    without = commands.set_logo(actor=SYSTEM, client=client)

    assert shown is not None
    assert queries.logo_of(without) is None


@pytest.mark.parametrize(
    ("mime", "size", "code"),
    [
        ("image/svg+xml", 100, "clients.logo_type"),
        ("image/png", 1024 * 1024 + 1, "clients.logo_size"),
    ],
)
def test_set_logo_refuses_other_files(cast: Cast, mime: str, size: int, code: str) -> None:
    client = a_client(cast.anna)

    with pytest.raises(Refused) as refusal:
        commands.set_logo(actor=SYSTEM, client=client, file_id=a_file(client, mime, size).pk)

    assert refusal.value.code == code


def test_set_logo_takes_no_file_of_another_card(cast: Cast) -> None:
    client, other = a_client(cast.anna), a_client(cast.anna, name="Луч")

    with pytest.raises(Missing):
        commands.set_logo(actor=SYSTEM, client=client, file_id=a_file(other).pk)


def test_logo_is_sent_from_the_card_and_stands_in_its_head(cast: Cast, client: Browser) -> None:
    client.force_login(cast.anna)
    card = a_client(cast.anna)

    wrong = client.post(f"/clients/{card.pk}/logo/", {"file": SimpleUploadedFile("a.png", b"<svg/>")}, headers=HTMX)
    right = client.post(f"/clients/{card.pk}/logo/", {"file": SimpleUploadedFile("a.png", PNG)}, headers=HTMX)

    card.refresh_from_db()
    assert (wrong.status_code, right.status_code) == (422, 204)
    shown = queries.logo_of(card)
    assert shown is not None
    assert f'src="/files/{shown.pk}/"' in client.get(f"/clients/{card.pk}/").content.decode()


def test_logo_goes_with_the_card_that_stays_and_back(cast: Cast) -> None:
    first, second = a_client(cast.anna), a_client(cast.anna, name="Ромашка, ООО")
    commands.set_logo(actor=SYSTEM, client=second, file_id=a_file(second).pk)
    known = merging.mergeable(CLIENT.name)

    known.merge.run(SYSTEM, survivor=first.pk, losers=[second.pk])
    merged = queries.logo_of(Client.objects.get(pk=first.pk))
    known.unmerge.run(SYSTEM, survivor=first.pk, loser_id=second.pk)

    assert merged is not None
    assert Client.objects.get(pk=first.pk).logo_id is None
    assert queries.logo_of(Client.objects.get(pk=second.pk)) == merged


def test_new_client_form_takes_all_of_it(cast: Cast, client: Browser) -> None:
    client.force_login(cast.anna)
    said = {
        "name": "Harbin Trade", "kind": "company", "relation_types": ["supplier"], "consents": ["email"],
        "country": "CN", "tax_number": "91230100MA18", "time_zone": "Asia/Shanghai", "language": "zh",
        "preferred_channel": "messenger",
    }  # fmt: skip

    answer = client.post("/clients/new/", said)

    made = Client.objects.get(name="Harbin Trade")
    assert (answer.status_code, made.relation_types, made.consents) == (302, ["supplier"], ["email"])
    assert (made.is_nonresident, made.time_zone, made.language) == (True, "Asia/Shanghai", "zh")
    assert access.actor_of(cast.anna).may("clients.note_consent")
