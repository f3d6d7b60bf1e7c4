"""Taking a merge apart tells nothing that is hidden, and names nobody who is out of reach."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands
from okno.areas.clients.models import Client, ContactPoint
from okno.areas.clients.tests.factories import a_client
from okno.kit.merging import mergeable, reading
from okno.kit.models import Merge
from okno.kit.permissions import SYSTEM
from okno.kit.web.forms import LinkField

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(cast: Cast) -> Client:
    return a_client(cast.anna, name="ООО «Ромашка»", phone="+7 921 000-00-01")


@pytest.fixture
def lost(cast: Cast) -> Client:
    return a_client(cast.anna, name="Ромашка", phone="+7 921 000-00-02", email="info@romashka.example")


def merge(kept: Client, lost: Client) -> None:
    mergeable("clients.client").merge(actor=SYSTEM, survivor=kept, losers=[lost])


def titles_of_parts(cast: Cast, merge_row: Merge) -> dict[str, str]:
    return {one.token.partition(":")[0]: one.title for one in reading.items(cast.actor("anna"), merge_row)}


def test_parting_shows_no_hidden_phones_accounts_and_addresses(cast: Cast, kept: Client) -> None:
    lost = a_client(cast.anna, name="Ромашка", phone="+7 921 000-00-02")
    commands.add_address(actor=SYSTEM, client=lost, text="г. Тверь, ул. Советская, д. 5")
    commands.share(actor=SYSTEM, client=lost, user=cast.boris)
    merge(kept, lost)
    open_ = titles_of_parts(cast, Merge.objects.get())
    cast.hide("anna", "clients.client.phone", "clients.client.address")

    hidden = titles_of_parts(cast, Merge.objects.get())

    point = ContactPoint.objects.get(key="9210000002")
    assert open_["clients.ContactPoint.client_id"] == point.value
    assert open_["clients.ClientAddress.client_id"] == "г. Тверь, ул. Советская, д. 5"
    assert hidden["clients.ContactPoint.client_id"] == f"№ {point.pk}"
    assert hidden["clients.ClientAddress.client_id"].startswith("№ ")
    assert hidden["clients.ClientMember.client_id"] == cast.boris.name


def test_parting_shows_no_phone_of_a_guarded_card(cast: Cast, kept: Client, lost: Client) -> None:
    guards = {"condition": {"field": "name", "op": "eq", "value": kept.name}, "hidden": ["phone"]}
    access.watch_rows(actor=SYSTEM, record="clients.client", name="Тайна", **guards)
    grants = [{"permission": "clients.view", "reach": "own"}]
    access.set_role(actor=SYSTEM, code="looks", name="Смотрит", grants=grants, hidden=[])
    access.set_roles(actor=SYSTEM, user=cast.anna, roles=["looks"])
    merge(kept, lost)

    told = [one.title for one in reading.items(cast.actor("anna"), Merge.objects.get())]

    assert not [one for one in told if "000-00-02" in one]
    assert "info@romashka.example" in told


def test_parting_names_no_clients_out_of_reach(cast: Cast, kept: Client, lost: Client) -> None:
    far = a_client(cast.boris, name="Чужой")
    commands.relate(actor=SYSTEM, client=lost, other=far, kind="partner")
    merge(kept, lost)

    told = " ".join(one.title for one in reading.items(cast.actor("anna"), Merge.objects.get()))

    assert "Чужой" not in told


def test_pages_of_merges_do_not_tell_a_hidden_name(kept: Client, lost: Client, cast: Cast, client: Browser) -> None:
    merge(kept, lost)
    cast.hide("anna", "clients.client.name")
    other = a_client(cast.anna, name="Лютик")
    client.force_login(cast.anna)

    pages = [
        client.get("/merged/"),
        client.get(f"/merged/{Merge.objects.get().pk}/"),
        client.get(f"/merge/clients.client/?id={kept.pk}"),
        client.get(f"/merge/clients.client/?id={kept.pk}&id={other.pk}"),
    ]

    assert [one.status_code for one in pages] == [200] * 4
    assert not [one for one in pages if any(name in one.content.decode() for name in ("Ромашка", "Лютик"))]


def test_a_link_names_no_row_whose_title_is_hidden(cast: Cast, kept: Client) -> None:
    field = LinkField(cast.actor("anna"), "clients.client", chosen=kept.pk)
    assert field.widget.titles == {kept.pk: kept.name}
    cast.hide("anna", "clients.client.name")

    field = LinkField(cast.actor("anna"), "clients.client", chosen=kept.pk)

    assert list(field.widget.titles) == [kept.pk]
    assert kept.name not in field.widget.titles.values()
    assert field.clean(str(kept.pk)) == kept.pk
