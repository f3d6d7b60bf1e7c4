"""A group change that writes beside its rows, as putting them into a segment does: told and taken back by row."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.clients.models import Client
from okno.engines.segments import commands as segments
from okno.engines.segments.models import Membership, Segment
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(cast, client: Browser) -> Browser:
    client.force_login(cast.director)
    return client


@pytest.fixture
def three(cast) -> list[int]:
    names = ("Один", "Два", "Три")
    return [Client.objects.create(name=one, owner=cast.anna, department=cast.team).pk for one in names]


@pytest.fixture
def done(cast, desk, three) -> JobRun:
    """Three clients put into a segment in which the first one is already."""
    segment = segments.add(actor=SYSTEM, record="clients.client", name="Обзвон")
    segments.include(actor=SYSTEM, segment=segment, row_id=three[0])
    asked = {"ids": three, "sent": "1", "segment": segment.pk}
    desk.post("/clients/?part=bulk&do=segments.include", asked, headers=HTMX)
    desk.post(f"/jobs/{last().pk}/?part=go")
    return last()


def last() -> JobRun:
    return JobRun.objects.latest("id")


def inside() -> set[str]:
    return set(Client.objects.filter(pk__in=Membership.objects.values("row_id")).values_list("name", flat=True))


def shown(desk: Browser, job: JobRun):
    return desk.get(f"/jobs/{job.pk}/").context["change"]


def test_rows_are_named_though_no_field_of_theirs_changes(done, desk):
    page = shown(desk, done)

    assert (done.result["done"], done.result["same"]) == (2, 1)
    assert [one["label"] for one in page["rows"]] == ["Два", "Три"]
    assert inside() == {"Один", "Два", "Три"}


def test_it_is_taken_back_as_a_whole(done, desk):
    desk.post(f"/jobs/{done.pk}/?part=back")
    page = shown(desk, last())
    desk.post(f"/jobs/{last().pk}/?part=go")

    assert ([one["label"] for one in page["rows"]], bool(page["go_url"])) == (["Два", "Три"], True)
    assert inside() == {"Один"}


def test_a_row_is_left_where_it_is(done, desk, three):
    desk.post(f"/jobs/{done.pk}/?part=back")
    desk.post(f"/jobs/{last().pk}/?part=go", {"leave": [three[1]]})

    assert inside() == {"Один", "Два"}


URL = "/clients/?part=bulk&do=segments.include"


def test_a_list_is_made_in_place_where_there_is_none(desk, three):
    dialog = desk.post(URL, {"ids": three}, headers=HTMX).content.decode()
    desk.post(URL, {"ids": three, "sent": "1", "segment": "", "name": "Выставка"}, headers=HTMX)
    desk.post(f"/jobs/{last().pk}/?part=go")

    assert "Новый список" in dialog
    assert list(Segment.objects.values_list("name", "kind")) == [("Выставка", Segment.Kind.STATIC)]
    assert inside() == {"Один", "Два", "Три"}


def test_a_new_list_without_a_name_or_of_one_that_is_taken_is_refused_beside_it(desk, three):
    segments.add(actor=SYSTEM, record="clients.client", name="Обзвон")

    for name in ("", "обзвон"):
        answer = desk.post(URL, {"ids": three, "sent": "1", "segment": "", "name": name}, headers=HTMX)
        assert answer.status_code == 422
        assert 'id="error-name"' in answer.content.decode()
    assert not JobRun.objects.exists()


def test_whoever_may_make_no_segments_is_told_so(cast, client, three):
    rights = [{"permission": one, "reach": "all"} for one in ("clients.*", "segments.view", "segments.include")]
    access.set_role(actor=SYSTEM, code="caller", name="Обзвон", grants=rights, hidden=[])
    access.set_roles(actor=SYSTEM, user=cast.anna, roles=["caller"])
    client.force_login(cast.anna)

    dialog = client.post(URL, {"ids": three}, headers=HTMX).content.decode()

    assert "попросите завести" in dialog
    assert "Новый список" not in dialog


def test_a_card_goes_into_a_new_list_once_however_often_it_is_sent(desk, three):
    sent = {"segment": "", "name": "Выставка", "once": "k"}
    for _time in range(2):
        desk.post(f"/segments/put/?record=clients.client&row_id={three[0]}", sent, headers=HTMX)

    assert list(Segment.objects.values_list("name", flat=True)) == ["Выставка"]
    assert inside() == {"Один"}
