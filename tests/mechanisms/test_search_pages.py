"""Search, palette, pickers, files and doors: only what is within reach, and only for those who signed in."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.clients import commands as clients
from okno.areas.deals import commands as deals
from okno.kit.models.files import FileVersion
from okno.kit.permissions import SYSTEM
from okno.kit.web.search import found_records

pytestmark = pytest.mark.urls("tests.mechanisms.deal_pages")


@pytest.fixture
def anna(company, client: Browser) -> Browser:
    rights = [{"permission": name, "reach": "all"} for name in ("attachments.*", "journal.undo")]
    access.set_role(actor=SYSTEM, code="extra", name="Больше", grants=rights, hidden=[])
    access.give_role(actor=SYSTEM, user=company.anna, role="extra")
    client.force_login(company.anna)
    return client


@pytest.mark.parametrize("text", ["оставк", "ПОСТАВКА", "по"])
def test_search_finds_fragments_whatever_the_case(company, anna, text):
    found = found_records(company.actor("anna"), text)
    assert company.deal.pk in [one["id"] for one in found["deals.deal"]]


def test_search_is_one_statement_for_all_records(company, django_assert_num_queries):
    actor = company.actor("anna")
    with django_assert_num_queries(1):
        found_records(actor, "ромашка")


def test_search_finds_nothing_out_of_reach(company):
    assert found_records(company.actor("boris"), "поставка") == {}


def test_search_finds_a_phone_by_its_digits(company, anna):
    clients.add_points(actor=SYSTEM, client=company.client, phones=["+7 912 345-67-89"], emails=[])
    found = found_records(company.actor("anna"), "8 (912) 345-67-89")
    assert company.client.pk in [one["id"] for one in found.get("clients.client", [])]


def test_palette_offers_records_and_tries_the_other_layout(company, anna):
    text = anna.get("/palette/", {"q": "gjcnfdrf", "also": "поставка"}).content.decode()
    assert company.deal.title in text


def test_search_page_answers(company, anna):
    assert company.deal.title in anna.get("/search/?q=поставка").content.decode()


def test_operators_that_find_nothing_are_what_is_looked_at(company, anna):
    text = anna.get("/search/?q=поставка этап:Небывалый").content.decode()
    assert "проверьте значения условий" in text
    assert "часть названия" not in text.partition("search-help")[0]


def test_picker_tells_rows_within_reach(company, anna):
    answer = anna.get("/pick/deals.deal/?q=пост").json()
    assert [one["value"] for one in answer] == [company.deal.pk]
    assert anna.get("/pick/nothing/").status_code == 404


def test_file_goes_up_and_comes_down_through_the_check(company, anna):
    url = f"/deals/{company.deal.pk}/?part=files"
    sent = anna.post(url, {"file": SimpleUploadedFile("договор.html", b"<html><script>1</script></html>")})
    assert sent.status_code == 200
    version = FileVersion.objects.get()
    answer = anna.get(f"/files/{version.pk}/")
    assert b"".join(answer.streaming_content) == b"<html><script>1</script></html>"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    other = Browser()
    other.force_login(company.boris)
    assert other.get(f"/files/{version.pk}/").status_code == 404


def test_file_is_dropped_by_those_who_reach_its_row(company, anna):
    url = f"/deals/{company.deal.pk}/"
    anna.post(f"{url}?part=files", {"file": SimpleUploadedFile("a.txt", "текст".encode())})
    version = FileVersion.objects.get()
    assert anna.post(f"{url}?part=drop-file&file={version.attachment_id}").status_code == 200
    assert anna.get(f"/files/{version.pk}/").status_code == 404


def test_file_of_another_is_dropped_by_those_who_may_change_the_row_only(company, anna):
    url = f"/deals/{company.deal.pk}/"
    grants = [{"permission": name, "reach": "all"} for name in ("deals.view", "attachments.*", "timeline.*")]
    access.set_role(actor=SYSTEM, code="viewer", name="viewer", grants=grants, hidden=[])
    access.set_roles(actor=SYSTEM, user=company.boris, roles=["viewer"])
    boris = Browser()
    boris.force_login(company.boris)
    anna.post(f"{url}?part=files", {"file": SimpleUploadedFile("a.txt", "текст".encode())})
    boris.post(f"{url}?part=files", {"file": SimpleUploadedFile("b.txt", "свой".encode())})
    hers, his = FileVersion.objects.order_by("pk")

    listed = boris.get(f"{url}?part=files").content.decode()
    assert f"file={hers.attachment_id}" not in listed
    assert f"file={his.attachment_id}" in listed
    assert boris.post(f"{url}?part=drop-file&file={hers.attachment_id}").status_code == 403
    assert boris.post(f"{url}?part=drop-file&file={his.attachment_id}").status_code == 200
    assert anna.post(f"{url}?part=files", {"file": SimpleUploadedFile("c.txt", "ещё".encode())}).status_code == 200
    assert not FileVersion.objects.get(pk=hers.pk).attachment.is_deleted


def test_undo_takes_back_ones_own_run_only(company, anna):
    actor = company.actor("anna")
    deals.update.run(actor, idempotency_key="k", deal=company.deal.pk, values={"title": "Иначе"})
    from okno.kit.timeline import history

    run_id = history.run_with_changes("deals.update", "k")
    other = Browser()
    other.force_login(company.head)
    assert other.post(f"/undo/{run_id}/").status_code == 404
    assert anna.post(f"/undo/{run_id}/").json()["restored"] == 1
    company.deal.refresh_from_db()
    assert company.deal.title == "Поставка"


@pytest.mark.parametrize(
    "path", ["/deals/", "/deals/1/", "/search/", "/palette/", "/pick/deals.deal/", "/files/1/", "/jobs/"]
)
def test_doors_are_closed_to_those_who_did_not_sign_in(db, path):
    answer = Browser().get(path)
    assert (answer.status_code, answer.headers["Location"].startswith("/sign-in/")) == (302, True)


def test_those_who_were_shut_out_are_sent_to_sign_in(company, anna):
    access.set_active(actor=SYSTEM, user=company.anna, is_active=False)
    assert anna.get("/deals/").status_code == 302


def test_office_only_is_kept_to(company, anna):
    company.anna.refresh_from_db()
    company.anna.network = "office"
    company.anna.save()
    assert anna.get("/deals/").status_code == 403


def test_undo_tells_what_it_kept(company, anna):
    actor = company.actor("anna")
    deals.update.run(actor, idempotency_key="k", deal=company.deal.pk, values={"title": "Иначе"})
    deals.update(actor=company.actor("head"), deal=company.deal, values={"title": "Ещё иначе"})
    from okno.kit.timeline import history

    answer = anna.post(f"/undo/{history.run_with_changes('deals.update', 'k')}/")

    assert (answer.status_code, answer.json()["restored"]) == (422, 0)
    assert answer.json()["kept"][0] in answer.json()["told"]
