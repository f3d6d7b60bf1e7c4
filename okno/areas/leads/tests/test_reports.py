"""Reports on enquiries: figures, and that each opens the rows it counts."""

from __future__ import annotations

import datetime as dt
import io
import json
from urllib.parse import parse_qs, urlparse
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.utils import timezone
from python_calamine import CalamineWorkbook

from okno.access.tests.cast import Cast
from okno.areas.calendar import commands as calendar
from okno.areas.leads import commands, queries
from okno.areas.leads.models import Lead, LeadQueue, QueueMember, RejectReason
from okno.areas.leads.queries import Scope
from okno.areas.leads.queries.reports import DONE
from okno.areas.leads.web.pages import LeadList
from okno.areas.leads.web.report_rows import HEADS
from okno.kit import absences, days
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements

URL = "/leads/reports/"
MOSCOW = ZoneInfo("Europe/Moscow")
WEEK = ["09:00-13:00, 14:00-18:00"] * 5 + ["", ""]
DAYS = [dt.timedelta(days=number) for number in range(11)]
# A day that has passed, without a holiday near.
WEDNESDAY = dt.date(2026, 9, 16)
MOST_STATEMENTS = 21


@pytest.fixture
def office(cast: Cast, client: Browser) -> Browser:
    """Four enquiries of Anna: one became nothing, one is spam, one is late, one was taken in time; and one of Boris."""
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=[])
    for code, kind in (("site", "form"), ("call", "call")):
        commands.set_source(actor=SYSTEM, code=code, name=code, kind=kind, queue=queue)
    commands.set_reject_reasons(actor=SYSTEM, names=["Дорого"])
    made = [
        commands.receive(actor=SYSTEM, source="site", phone=f"+7921000000{number}", owner=cast.anna)
        for number in range(3)
    ]
    late = timezone.now() - dt.timedelta(days=9)
    made.append(commands.receive(actor=SYSTEM, source="call", phone="+79210000007", owner=cast.anna, received_at=late))
    commands.receive(actor=SYSTEM, source="call", phone="+79210000009", owner=cast.boris)
    commands.reject(actor=SYSTEM, lead=made[0], reason=RejectReason.objects.get())
    commands.mark_spam(actor=SYSTEM, lead=made[1])
    commands.take(actor=cast.actor("anna"), lead=made[2])
    client.force_login(cast.anna)
    return client


def lately() -> Scope:
    today = timezone.localdate()
    return Scope(since=today - dt.timedelta(days=20), until=today)


def test_figures_count_what_is_within_reach(office: Browser, cast: Cast) -> None:
    lines = queries.analysis(cast.actor("anna"), lately(), "source", timezone.now())

    told = {line.label: (line.received, line.taken, line.rejected, line.spam, line.late) for line in lines}
    assert told == {"site": (3, 3, 1, 1, 0), "call": (1, 0, 0, 0, 1), None: (4, 3, 1, 1, 1)}


def test_conversion_leaves_spam_out(office: Browser, cast: Cast) -> None:
    Lead.objects.filter(state="taken").update(state="converted")

    total = queries.analysis(cast.actor("anna"), lately(), "day", timezone.now())[-1]

    assert total.conversion == pytest.approx(1 / 3)


@pytest.mark.parametrize("by", ["source", "channel", "campaign", "owner", "kind", "day", "week", "month"])
def test_every_figure_opens_its_rows(office: Browser, cast: Cast, by: str) -> None:
    lines = office.get(URL, {"by": by}).context["lines"]

    for line in lines:
        for figure in line["figures"]:
            if figure["url"]:
                given = {name: values[0] for name, values in parse_qs(urlparse(figure["url"]).query).items()}
                json.loads(given["f"])
                assert str(LeadList.select(cast.actor("anna"), given).rows().count()) == figure["text"]


def count_behind(cast: Cast, url: str) -> int:
    given = {name: values[0] for name, values in parse_qs(urlparse(url).query).items()}
    return LeadList.select(cast.actor("anna"), given).rows().count()


def test_a_filter_of_the_list_narrows_all_figures_and_their_rows(office: Browser, cast: Cast) -> None:
    tree = json.dumps({"field": "channel", "op": "in", "value": ["call"]})

    context = office.get(URL, {"f": tree, "source": "call"}).context

    total = context["lines"][-1]["figures"][0]
    assert (total["text"], count_behind(cast, total["url"])) == ("1", 1)
    assert (context["reasons"], len(context["lost"])) == ([], 1)
    assert office.get(URL, {"f": tree, "source": "site"}).context["lines"][-1]["figures"][0]["text"] == "0"


@pytest.mark.parametrize("bad", ['{"field":"nothing","op":"eq","value":1}', '{"field":', '{"op":[]}', "[]", "\x00"])
def test_a_filter_that_cannot_be_read_is_left_out(office: Browser, bad: str) -> None:
    answer = office.get(URL, {"f": bad, "since": "31.02.2026", "until": "завтра", "owner": "x", "by": "nothing"})

    assert answer.status_code == 200
    assert answer.context["lines"][-1]["figures"][0]["text"] == "4"


def test_a_filter_by_a_hidden_field_finds_nothing(office: Browser, cast: Cast) -> None:
    cast.hide("anna", "leads.lead.phone")

    context = office.get(URL, {"f": json.dumps({"field": "phone", "op": "contains", "value": "7"})}).context

    assert context["lines"][-1]["figures"][0]["text"] == "0"


def test_what_people_did_opens_its_rows(office: Browser, cast: Cast) -> None:
    for kind, direction in (("call", "in"), ("call", "out"), ("meeting", None), ("meeting", None)):
        calendar.note_held(actor=cast.actor("anna"), kind=kind, direction=direction, text="Обсудили цены")

    context = office.get(URL).context

    (line,) = context["people"]
    told = dict(zip(DONE, line["figures"], strict=True))
    assert {what: told[what]["text"] for what in DONE} == {
        "taken": "1", "converted": "", "calls_in": "1", "calls_out": "1", "meetings": "2", "letters": "",
    }  # fmt: skip
    assert count_behind(cast, told["taken"]["url"]) == 1
    pages = [office.get(told[what]["url"]).context["page"] for what in ("calls_in", "calls_out", "meetings")]
    assert [page["total_text"] for page in pages] == ["1", "1", "2"]


@pytest.fixture
def wednesday(office: Browser, cast: Cast) -> dict[str, str]:
    """A working day of last month on which Anna was busy for three hours: two done, one planned."""
    calendar.set_schedule(actor=SYSTEM, name="Офис", zone="Europe/Moscow", week=WEEK, days={}, follows_calendar=False)
    at = dt.datetime.combine(WEDNESDAY, dt.time(10), MOSCOW)
    held = calendar.note_held(actor=cast.actor("anna"), kind="meeting", text="Смотрели склад", duration=120, at=at)
    assert held.done_at == at + dt.timedelta(hours=2)
    calendar.add_task(actor=SYSTEM, title="Созвон", kind="call", owner=cast.anna, due_at=at, duration=60)
    calendar.add_task(actor=SYSTEM, title="Без срока", owner=cast.anna, due_at=at)
    return {"since": WEDNESDAY.isoformat(), "until": WEDNESDAY.isoformat()}


def test_the_load_is_of_the_working_time_and_opens_its_tasks(office: Browser, wednesday: dict[str, str]) -> None:
    (line,) = office.get(URL, wednesday).context["people"]

    assert (line["load"]["text"], line["load"]["is_over"]) == ("38 %", False)
    assert line["load"]["title"] == "3 ч из 8 ч рабочего времени"
    assert office.get(line["load"]["url"]).context["page"]["total_text"] == "2"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(office.get(URL, {**wednesday, "part": "file"}).content))
    assert sheet.get_sheet_by_index(2).to_python()[1][-3:] == [180, 480, 38]


def test_days_off_and_absences_are_no_working_time(
    office: Browser, wednesday: dict[str, str], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {"since": (WEDNESDAY - dt.timedelta(days=2)).isoformat(), "until": (WEDNESDAY + DAYS[4]).isoformat()}
    away = dt.datetime.combine(WEDNESDAY + DAYS[1], dt.time(), MOSCOW)
    leave = (cast.anna.pk, away, away + DAYS[10])
    monkeypatch.setattr(absences, "SOURCES", [lambda _people, _begins, _ends: [leave, leave]])

    (line,) = office.get(URL, whole).context["people"]

    assert line["load"]["title"] == "3 ч из 24 ч рабочего времени"


def test_own_shifts_are_the_working_time_of_those_who_have_them(
    office: Browser, wednesday: dict[str, str], cast: Cast
) -> None:
    queue = LeadQueue.objects.get(code="all")
    QueueMember.objects.create(queue=queue, user=cast.anna, shift=["", "", "10:00-12:00", "", "", "", ""])

    (line,) = office.get(URL, wednesday).context["people"]

    assert (line["load"]["text"], line["load"]["is_over"]) == ("150 %", True)
    assert "больше" in office.get(URL, wednesday).content.decode()


def test_nobody_works_on_a_day_off_and_the_load_is_a_dash(office: Browser, wednesday: dict[str, str]) -> None:
    days_off = {WEDNESDAY.isoformat(): ""}
    calendar.set_schedule(actor=SYSTEM, name="Офис", zone="Europe/Moscow", week=WEEK, days=days_off)

    (line,) = office.get(URL, wednesday).context["people"]

    assert line["load"]["text"] == "—"
    assert office.get(URL, {**wednesday, "part": "file"}).status_code == 200


def test_a_hidden_length_is_no_load(office: Browser, wednesday: dict[str, str], cast: Cast) -> None:
    cast.hide("anna", "calendar.task.duration")

    (line,) = office.get(URL, wednesday).context["people"]

    assert (line["load"]["text"], line["load"]["url"]) == ("0 %", "")


def test_the_days_of_a_person_are_one_click_away(office: Browser, cast: Cast) -> None:
    (line,) = office.get(URL).context["people"]

    context = office.get(URL + line["url"]).context

    assert context["people_head"] == "Дата"
    assert [one["label"] for one in context["people"]] == [days.day_text(timezone.localdate())]
    assert count_behind(cast, context["people"][0]["figures"][0]["url"]) == 1


def test_what_might_have_come_of_rejected_ones_is_summed(office: Browser, cast: Cast) -> None:
    Lead.objects.filter(state="rejected").update(amount=150_000)

    told = [(one["amount"], one["people"][0]["amount"]) for one in office.get(URL).context["reasons"]]
    cast.hide("anna", "leads.lead.amount")
    hidden = [(one["amount"], one["people"][0]["amount"]) for one in office.get(URL).context["reasons"]]

    assert [tuple(text.replace("\u202f", " ") for text in pair) for pair in told] == [("150 000,00 ₽",) * 2]
    assert hidden == [("", "")]


def test_all_that_is_being_lost_is_one_click_away(office: Browser, cast: Cast) -> None:
    context = office.get(URL).context

    assert count_behind(cast, context["lost_url"]) == int(context["lost_count"]) == 1


def test_reasons_have_shares_and_people(office: Browser, cast: Cast) -> None:
    reasons = office.get(URL).context["reasons"]

    assert [(one["name"], one["share"], one["people"][0]["name"]) for one in reasons] == [
        ("Дорого", "100 %", cast.anna.name)
    ]


def test_what_waits_too_long_is_told(office: Browser) -> None:
    assert [one["number"] for one in office.get(URL).context["lost"]] == [
        Lead.objects.get(source__code="call", owner__email__startswith="anna").number
    ]


def test_what_was_done_last_is_no_deed_of_the_clock(office: Browser) -> None:
    commands.escalate(actor=SYSTEM)

    (line,) = office.get(URL).context["lost"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(office.get(URL, {"part": "file"}).content))

    assert line["last"].startswith("Поступила заявка")
    assert line["last_when"] == days.day_text(timezone.localdate() - dt.timedelta(days=9))
    heads, row = book.get_sheet_by_index(3).to_python()[:2]
    told = dict(zip(heads, row, strict=True))
    assert (told["Возраст, дней"], told["Последнее действие"]) == (9, line["last"])


def test_the_workbook_has_four_sheets(office: Browser) -> None:
    answer = office.get(URL, {"part": "file", "by": "source"})

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert len(book.sheet_names) == 4
    assert book.get_sheet_by_index(0).to_python()[1][:2] == ["site", 3]


def test_the_workbook_asks_for_the_right_to_export(office: Browser, cast: Cast) -> None:
    office.force_login(cast.stranger)

    assert office.get(URL, {"part": "file"}).status_code == 403


def test_a_hidden_person_is_no_grouping(office: Browser, cast: Cast) -> None:
    cast.hide("anna", "leads.lead.owner")

    context = office.get(URL, {"by": "owner"}).context

    assert "owner" not in [one["name"] for one in context["fields"]]
    assert context["head"] != HEADS["owner"]
    assert context["people"] == []
    assert cast.anna.name not in str(context["reasons"]) + str(context["lost"])


def test_the_page_asks_a_few_statements(office: Browser) -> None:
    check_few(statements(lambda: office.get(URL)), MOST_STATEMENTS)
