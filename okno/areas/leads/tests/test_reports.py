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
from okno.areas.leads import commands, queries
from okno.areas.leads.models import Lead, RejectReason
from okno.areas.leads.web.pages import LeadList
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements

URL = "/leads/reports/"
MOST_STATEMENTS = 20


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


def test_figures_count_what_is_within_reach(office: Browser, cast: Cast) -> None:
    today = timezone.localdate()

    lines = queries.analysis(cast.actor("anna"), today - dt.timedelta(days=20), today, "source", timezone.now())

    told = {line.label: (line.received, line.taken, line.rejected, line.spam, line.late) for line in lines}
    assert told == {"site": (3, 3, 1, 1, 0), "call": (1, 0, 0, 0, 1), None: (4, 3, 1, 1, 1)}


def test_conversion_leaves_spam_out(office: Browser, cast: Cast) -> None:
    Lead.objects.filter(state="taken").update(state="converted")
    today = timezone.localdate()

    total = queries.analysis(cast.actor("anna"), today - dt.timedelta(days=20), today, "day", timezone.now())[-1]

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


def test_reasons_have_shares_and_people(office: Browser, cast: Cast) -> None:
    reasons = office.get(URL).context["reasons"]

    assert [(one["name"], one["share"], one["people"][0]["name"]) for one in reasons] == [
        ("Дорого", "100 %", cast.anna.name)
    ]


def test_what_waits_too_long_is_told(office: Browser) -> None:
    assert [one["number"] for one in office.get(URL).context["lost"]] == [
        Lead.objects.get(source__code="call", owner__email__startswith="anna").number
    ]


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

    assert "owner" not in [one["key"] for one in context["choices"]]
    assert context["people"] == []
    assert cast.anna.name not in str(context["reasons"]) + str(context["lost"])


def test_the_page_asks_a_few_statements(office: Browser) -> None:
    check_few(statements(lambda: office.get(URL)), MOST_STATEMENTS)
