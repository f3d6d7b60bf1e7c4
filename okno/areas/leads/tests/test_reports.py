"""Reports on enquiries: figures, and that each opens the rows it counts."""

from __future__ import annotations

import datetime as dt
import io
import json
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client as Browser
from django.utils import timezone
from python_calamine import CalamineWorkbook

from okno.access.tests.cast import Cast
from okno.areas.calendar import commands as calendar
from okno.areas.leads import commands, queries
from okno.areas.leads.models import Lead, RejectReason
from okno.areas.leads.queries import Scope
from okno.areas.leads.queries.reports import DONE
from okno.areas.leads.web.pages import LeadList
from okno.areas.leads.web.report_rows import HEADS
from okno.kit import days
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements

URL = "/leads/reports/"
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
    for kind in ("call", "meeting", "meeting"):
        task = calendar.add_task(actor=cast.actor("anna"), title="Созвон", kind=kind)
        calendar.finish(actor=cast.actor("anna"), task=task)

    context = office.get(URL).context

    (line,) = context["people"]
    told = dict(zip(DONE, line["figures"], strict=True))
    assert {what: told[what]["text"] for what in DONE} == {
        "taken": "1", "converted": "", "calls": "1", "meetings": "2", "letters": "",
    }  # fmt: skip
    assert count_behind(cast, told["taken"]["url"]) == 1
    pages = [office.get(told[what]["url"]).context["page"] for what in ("calls", "meetings")]
    assert [page["total_text"] for page in pages] == ["1", "2"]


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
