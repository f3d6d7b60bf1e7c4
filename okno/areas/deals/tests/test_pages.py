"""Pages of deals: the record contract, moves on the board, edits on the card, the table of lines."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.deals import commands
from okno.areas.deals.models import Deal, DealLine, RefusalReason, StageInterval
from okno.areas.deals.tests.factories import STAGES, a_deal
from okno.areas.deals.web import board, pages
from okno.kit.permissions import SYSTEM
from okno.kit.rows.cells import Moment
from okno.kit.testing.record_contract import HTMX, RecordContract

pytestmark = pytest.mark.django_db

ROW = {"name": "Терминал", "unit": "шт", "quantity": "3", "price": "1 999,99", "discount": "5"}


class TestDeal(RecordContract):
    page, hidden, api = pages.DealBoard, "amount", "/api/v1/deals"

    def make(self, cast: Cast, owner: Any) -> Deal:
        return a_deal(owner, amount=Decimal(1000))

    def test_list_shows_rows_within_reach(self, cast: Cast, client: Browser) -> None:
        """The list stands behind the board."""
        row = self.make(cast, cast.anna)
        client.force_login(cast.anna)

        answer = client.get("/deals/?mode=list")

        assert row.pk in [one["id"] for one in answer.context["page"]["rows"]]
        assert {row.pk} == set(self.ids_in_list(cast, "head")) == set(self.ids_in_list(cast, "director"))


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def deal(cast: Cast) -> Deal:
    return a_deal(cast.anna)


def table(*rows: dict[str, str], **head: str) -> dict[str, str]:
    """Rows as the form of a table sends them."""
    cells = {f"lines-{number}-{name}": text for number, row in enumerate(rows) for name, text in row.items()}
    return {**cells, **head}


def test_board_shows_the_stages_and_the_card_of_a_deal(anna: Browser, deal: Deal) -> None:
    board = anna.get("/deals/").context["page"]["board"]

    assert [one["key"] for one in board["columns"]] == ["new", "offer", "invoice"]
    assert [one["key"] for one in board["drop_zones"]] == ["won", "lost"]
    assert [one["title"] for one in board["columns"][0]["cards"]] == ["Поставка терминалов"]


def test_a_card_dropped_on_a_stage_moves_the_deal(anna: Browser, deal: Deal) -> None:
    answer = anna.post(f"/deals/?part=move&id={deal.pk}", {"stage": "invoice"}, headers=HTMX)

    assert answer.status_code == 200
    assert Deal.objects.get().stage.code == "invoice"


def test_a_stage_that_asks_for_fields_asks_for_just_these(anna: Browser, deal: Deal) -> None:
    url = f"/deals/?part=move&id={deal.pk}"
    asked = anna.post(url, {"stage": "offer"}, headers=HTMX)
    assert asked.status_code == 422
    assert [one["name"] for one in asked.context["dialog"]["fields"]] == ["amount"]

    hidden = {one["name"]: one["value"] for one in asked.context["dialog"]["hidden"]}
    answer = anna.post(url, {**hidden, "amount": "15 000,50"}, headers=HTMX)

    moved = Deal.objects.get()
    assert (answer.status_code, moved.stage.code, moved.amount) == (200, "offer", Decimal("15000.50"))


def test_a_refusal_asks_for_its_reason(anna: Browser, deal: Deal) -> None:
    url = f"/deals/{deal.pk}/?part=move"
    asked = anna.post(url, {"stage": "lost"}, headers=HTMX)
    hidden = {one["name"]: one["value"] for one in asked.context["dialog"]["hidden"]}

    anna.post(url, {**hidden, "refusal": str(RefusalReason.objects.get(name="Цена").pk)}, headers=HTMX)

    lost = Deal.objects.get()
    assert (lost.stage.code, lost.refusal and lost.refusal.name) == ("lost", "Цена")


def test_a_deal_of_a_colleague_does_not_move(anna: Browser, cast: Cast) -> None:
    other = a_deal(cast.boris)

    answer = anna.post(f"/deals/?part=move&id={other.pk}", {"stage": "invoice"}, headers=HTMX)

    assert (answer.status_code, Deal.objects.get().stage.code) == (404, "new")


def test_a_field_is_saved_in_place(anna: Browser, deal: Deal) -> None:
    url = f"/deals/{deal.pk}/?part=field&name=need"
    version = anna.get(f"{url}&edit=1").context["field"]["version"]

    answer = anna.post(url, {"need": "Десять терминалов", "version": version}, headers=HTMX)

    assert (answer.status_code, Deal.objects.get().need) == (200, "Десять терминалов")


def test_a_stale_edit_of_the_same_field_shows_both_values(anna: Browser, deal: Deal) -> None:
    url = f"/deals/{deal.pk}/?part=field&name=amount"
    version = anna.get(f"{url}&edit=1").context["field"]["version"]
    commands.update(actor=SYSTEM, deal=deal, values={"amount": "70000"})

    answer = anna.post(url, {"amount": "50000", "version": version}, headers=HTMX)

    (field,) = answer.context["conflict"]["fields"]
    assert (answer.status_code, Deal.objects.get().amount) == (409, Decimal(70000))
    assert ("50" in field["mine"], "70" in field["theirs"]) == (True, True)


def test_a_closed_deal_does_not_change_in_place(anna: Browser, deal: Deal) -> None:
    commands.advance(actor=SYSTEM, deal=deal, fact="paid")

    answer = anna.post(f"/deals/{deal.pk}/?part=field&name=amount", {"amount": "1"}, headers=HTMX)

    assert (answer.status_code, Deal.objects.get().amount) == (422, Decimal(0))


def test_totals_of_lines_are_counted_while_one_types(anna: Browser, deal: Deal) -> None:
    answer = anna.post(f"/deals/{deal.pk}/lines/?part=totals", table(ROW), headers=HTMX)

    ((_label, text),) = answer.context["totals"]
    assert "".join(text.split()) == "5699,97₽"


def test_each_line_is_told_its_sum_while_one_types(anna: Browser, deal: Deal) -> None:
    sent = table(ROW, {**ROW, "discount": "500"}, {**ROW, "quantity": "много"})

    answer = anna.post(f"/deals/{deal.pk}/lines/?part=totals", sent, headers=HTMX)

    assert [(key, "".join(text.split())) for key, text in answer.context["sums"]] == [
        ("lines-0", "5699,97"),
        ("lines-1", ""),
        ("lines-2", ""),
    ]
    assert '<output id="sum-lines-0" hx-swap-oob="true">' in answer.content.decode()
    assert 'id="sum-lines-7"' in anna.get(f"/deals/{deal.pk}/lines/?part=row&number=7", headers=HTMX).content.decode()


def test_lines_are_saved_once_however_often_they_are_sent(anna: Browser, deal: Deal) -> None:
    page = anna.get(f"/deals/{deal.pk}/lines/").context["form_page"]
    sent = table(ROW, {**ROW, "name": "Кабель"}, **{one["name"]: one["value"] for one in page["hidden"]})

    answers = [anna.post(f"/deals/{deal.pk}/lines/", sent).status_code for _again in range(2)]

    assert answers == [302, 302]
    assert list(DealLine.objects.order_by("position").values_list("name", "total")) == [
        ("Терминал", Decimal("5699.97")),
        ("Кабель", Decimal("5699.97")),
    ]
    assert Deal.objects.get().amount == Decimal("11399.94")


def test_a_line_without_a_quantity_is_refused_beside_its_field(anna: Browser, deal: Deal) -> None:
    answer = anna.post(f"/deals/{deal.pk}/lines/", table({**ROW, "quantity": ""}))

    assert answer.status_code == 422
    assert [one["field"] for one in answer.context["form_page"]["errors"]] == ["lines-0-quantity"]
    assert not DealLine.objects.exists()


def test_a_new_deal_of_a_client_opens_on_the_first_stage(anna: Browser, deal: Deal, cast: Cast) -> None:
    answer = anna.post("/deals/new/", {"title": "Сканеры", "client": deal.client_id, "amount": "", "once": "n1"})

    made = Deal.objects.get(title="Сканеры")
    assert (answer.status_code, answer["Location"]) == (302, f"/deals/{made.pk}/")
    assert (made.owner, made.stage.code) == (cast.anna, "new")


def test_a_double_submit_of_a_move_makes_one_stay(anna: Browser, deal: Deal) -> None:
    sent = {"stage": "invoice", "once": "m1"}

    answers = [anna.post(f"/deals/{deal.pk}/move/", sent).status_code for _again in range(2)]

    assert answers == [302, 302]
    assert StageInterval.objects.filter(stage__code="invoice").count() == 1


def test_list_groups_by_stage_as_the_funnel_goes(anna: Browser, cast: Cast) -> None:
    for stage in ("invoice", "offer"):
        commands.move(actor=SYSTEM, deal=a_deal(cast.anna, amount=Decimal(100)), stage=stage)
    a_deal(cast.anna)

    groups = anna.get("/deals/?mode=list&group=stage").context["page"]["groups"]

    assert [one["label"] for one in groups] == ["Новый", "КП", "Счёт"]
    assert all(one["stage"] for one in groups)


def test_list_shows_the_next_step_in_the_colour_of_its_card() -> None:
    moment = Moment(at=dt.datetime(2026, 5, 20, 12, tzinfo=dt.UTC), zone=dt.UTC)
    hours = (-1, 2, 48)

    told = [board.step_cell([moment.at + dt.timedelta(hours=one)], moment)["class"] for one in hours]

    assert told == ["due-text due-red", "due-text due-yellow", "due-text due-green"]
    assert board.step_cell([None], moment) == {"text": ""}


def test_a_form_of_a_new_row_leads_back_to_the_list(anna: Browser, deal: Deal) -> None:
    assert anna.get("/deals/new/").context["form_page"]["cancel_url"] == "/deals/"


def test_list_sorts_by_stage_as_the_funnel_goes(anna: Browser, cast: Cast) -> None:
    deals = [a_deal(cast.anna, amount=Decimal(100)) for _number in range(3)]
    commands.move(actor=SYSTEM, deal=deals[0], stage="invoice")
    commands.move(actor=SYSTEM, deal=deals[2], stage="offer")

    rows = anna.get("/deals/?mode=list&sort=-stage").context["page"]["rows"]

    assert [one["id"] for one in rows] == [deals[0].pk, deals[2].pk, deals[1].pk]


def test_stages_of_one_name_are_told_apart_by_their_scenario(anna: Browser, cast: Cast) -> None:
    a_deal(cast.anna)
    other = commands.set_scenario(actor=SYSTEM, code="retail", name="Розница", stages=STAGES[:1])
    a_deal(cast.anna, scenario=other)

    groups = anna.get("/deals/?mode=list&group=stage").context["page"]["groups"]

    assert [(one["label"], one["note"], one["count"]) for one in groups] == [
        ("Новый", "B2B", "1"),
        ("Новый", "Розница", "1"),
    ]


def test_board_offers_other_scenarios_and_keeps_the_tab(anna: Browser, deal: Deal) -> None:
    assert anna.get("/deals/").context["page"]["switches"] == []
    commands.set_scenario(actor=SYSTEM, code="retail", name="Розница", stages=STAGES[:1])

    (switch,) = anna.get("/deals/?tab=mine").context["page"]["switches"]

    assert [(str(one["label"]), one["active"]) for one in switch["links"]] == [("B2B", True), ("Розница", False)]
    assert switch["links"][1]["url"] == "/deals/?tab=mine&scenario=retail"


def test_result_stands_on_the_card_once_there_is_one(anna: Browser, deal: Deal) -> None:
    def titles() -> list[str]:
        sections = anna.get(f"/deals/{deal.pk}/").context["card"]["sections"]
        return [str(one["title"]) for one in sections if one["fields"]]

    before = titles()
    commands.move(actor=SYSTEM, deal=deal, stage="lost", values={"refusal": RefusalReason.objects.earliest("pk").pk})

    assert set(titles()) - set(before) == {"Результат"}


def test_fields_of_a_card_come_anew_each_for_its_place(anna: Browser, deal: Deal) -> None:
    commands.update(actor=SYSTEM, deal=deal, values={"need": "Десять терминалов"})

    fields = anna.get(f"/deals/{deal.pk}/?part=fields", headers=HTMX).content.decode()

    assert "Десять терминалов" in fields
    assert fields.count('hx-swap-oob="true"') == fields.count('id="section-') == 3


def test_the_feed_of_a_card_does_not_lead_to_the_card_itself(anna: Browser, deal: Deal) -> None:
    commands.move(actor=SYSTEM, deal=deal, stage="offer", values={"amount": Decimal(5)})
    client = anna.get(f"/clients/{deal.client_id}/").content.decode()

    feed = anna.get(f"/deals/{deal.pk}/?part=feed", headers=HTMX).content.decode()

    assert f'href="/deals/{deal.pk}/"' in client
    assert f'href="/deals/{deal.pk}/"' not in feed
