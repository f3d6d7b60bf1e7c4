"""Letters that become enquiries."""

from __future__ import annotations

import datetime as dt
import io
from email.message import EmailMessage

import pytest
from django.utils import timezone

from okno.access.models import User
from okno.access.tests.cast import Cast
from okno.areas.calendar import commands as calendar
from okno.areas.communications import commands as communications
from okno.areas.communications.models import Mail, MailAccount
from okno.areas.leads import commands
from okno.areas.leads.models import Lead
from okno.areas.leads.tests.test_commands import set_up
from okno.kit import events, files
from okno.kit.models import EntryLink
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    return set_up(2)


@pytest.fixture
def account(people: list[User]) -> MailAccount:
    return communications.set_account(actor=SYSTEM, address="info@okno.test", values={"lead_source": "site"})


def take_in(account: MailAccount, text: str, number: int = 1, **headers: str) -> Mail:
    message = EmailMessage()
    message["From"], message["To"] = "Анна Иванова <anna@romashka.example>", "info@okno.test"
    message["Subject"], message["Message-ID"] = "Нужны терминалы", f"<{number}@romashka.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    stored = files.store(io.BytesIO(message.as_bytes()), "message.eml")
    mail: Mail = communications.take_in(actor=SYSTEM, account=account, raw=stored.sha256)
    events.drain()
    return mail


def test_a_letter_becomes_an_enquiry_and_stands_in_its_feed(account: MailAccount) -> None:
    take_in(account, "Позвоните мне: 8 921 000-00-01")

    lead = Lead.objects.get()
    assert (lead.subject, lead.name, lead.email, lead.phone) == (
        "Нужны терминалы",
        "Анна Иванова",
        "anna@romashka.example",
        "+79210000001",
    )
    assert lead.owner is not None
    assert EntryLink.objects.filter(record="leads.lead", row_id=lead.pk, entry__kind="communications.mail").exists()


def test_an_answer_joins_its_enquiry_and_makes_no_other(account: MailAccount) -> None:
    first = take_in(account, "Позвоните мне")
    take_in(account, "Забыли про меня?", number=2, In_Reply_To=first.message_id)

    assert Lead.objects.count() == 1
    assert Mail.objects.get(in_reply_to=first.message_id).about_record == "leads.lead"


def test_a_letter_of_a_form_is_read_into_its_fields(account: MailAccount) -> None:
    take_in(
        account,
        "Имя: Пётр\nТелефон: +7 921 000-00-02\nE-mail: petr@luch.example\nКомпания: ООО «Луч»\nСообщение: Нужен счёт",
    )

    lead = Lead.objects.get()
    assert (lead.name, lead.company, lead.email, lead.text) == ("Пётр", "ООО «Луч»", "petr@luch.example", "Нужен счёт")


def test_an_automatic_letter_makes_no_enquiry(account: MailAccount) -> None:
    take_in(account, "Меня нет", Auto_Submitted="auto-replied")

    assert not Lead.objects.exists()


def test_a_letter_and_its_enquiry_go_along_into_the_deal(account: MailAccount) -> None:
    take_in(account, "Нужны терминалы")

    deal = commands.convert(actor=SYSTEM, lead=Lead.objects.get())

    kinds = set(EntryLink.objects.filter(record="deals.deal", row_id=deal.pk).values_list("entry__kind", flat=True))
    assert {"communications.mail", "leads.received", "deals.opened"} <= kinds


@pytest.fixture
def asked(account: MailAccount, cast: Cast) -> Lead:
    """An enquiry of Anna that came an hour ago."""
    an_hour_ago = timezone.now() - dt.timedelta(hours=1)
    lead: Lead = commands.receive(
        actor=SYSTEM, source="site", phone="+79210000001", owner=cast.anna, received_at=an_hour_ago
    )
    return lead


@pytest.mark.parametrize(("kind", "is_answer"), [("call", True), ("meeting", True), ("letter", True), ("other", False)])
def test_a_talk_about_an_enquiry_is_its_answer(asked: Lead, cast: Cast, *, kind: str, is_answer: bool) -> None:
    anna = cast.actor("anna")
    task = calendar.add_task(actor=anna, title="Связаться", kind=kind, about_record="leads.lead", about_id=asked.pk)

    calendar.finish(actor=anna, task=task, result="Связались")
    events.drain()

    lead = Lead.objects.get()
    assert (lead.reacted_at is not None, lead.state) == (is_answer, "taken" if is_answer else "given")


@pytest.mark.parametrize(("days_ago", "is_answer"), [(0, True), (1, False)])
def test_a_call_written_down_answers_what_came_before_it(
    asked: Lead, cast: Cast, *, days_ago: int, is_answer: bool
) -> None:
    at = timezone.now() - dt.timedelta(days=days_ago, minutes=10)

    call = calendar.note_held(
        actor=cast.actor("anna"),
        kind="call",
        text="Перезвонили",
        at=at,
        duration=5,
        about_record="leads.lead",
        about_id=asked.pk,
    )
    events.drain()

    assert Lead.objects.get().reacted_at == (call.done_at if is_answer else None)
