"""Pages of mail: the list, a letter and its frame, writing, mailboxes."""

from __future__ import annotations

import io
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.communications import commands
from okno.areas.communications.models import Mail, MailAccount
from okno.areas.communications.web.letters import Letters
from okno.kit import files
from okno.kit.errors import Missing
from okno.kit.models import Attachment, Entry
from okno.kit.permissions import SYSTEM
from okno.kit.secrets import SecretText
from okno.kit.testing.fakes.smtp import smtp_peer
from okno.kit.testing.record_contract import RecordContract

REMOTE = "https://tracker.example/pixel.gif"
HTML = f"""<p onclick="alert(1)">Сколько <b>стоит</b> терминал?</p><img src="{REMOTE}"><img src="cid:logo@x">
<script>alert(1)</script>"""
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def an_account(**values: object) -> MailAccount:
    known = {"name": "Отдел продаж", "smtp_host": "127.0.0.1", **values}
    return commands.set_account(actor=SYSTEM, address="sales@okno.test", values=known)


def a_letter(owner_client: Client | None = None, *, html: str = "", number: int = 1) -> Mail:
    message = EmailMessage()
    message["From"] = "Анна <anna@romashka.example>"
    message["To"] = "sales@okno.test"
    message["Subject"] = f"Вопрос {number}"
    message["Message-ID"] = f"<{number}@romashka.example>"
    message.set_content("Сколько стоит терминал?\n\n> Добрый день!\n> Вот наш прайс.\n")
    if html:
        message.add_alternative(html, subtype="html")
        parts: Any = message.get_payload()
        parts[1].add_related(PNG, "image", "png", cid="<logo@x>")
    message.add_attachment(b"%PDF-1.7 a", maintype="application", subtype="pdf", filename="ТЗ.pdf")
    raw = files.store(io.BytesIO(message.as_bytes()), "message.eml").sha256
    account = MailAccount.objects.first() or an_account()
    return commands.take_in(actor=SYSTEM, account=account, raw=raw)


class TestMail(RecordContract):
    page, hidden, api = Letters, "client", "/api/v1/mail"

    def make(self, cast, owner):
        mail = a_letter(number=Mail.objects.count() + 1)
        Mail.objects.filter(pk=mail.pk).update(owner=owner, department=owner.department)
        mail.refresh_from_db()
        return mail


@pytest.fixture
def of_anna(cast: Cast) -> Client:
    row = clients.add(actor=cast.actor("anna"), name="ООО «Ромашка»", email="anna@romashka.example")
    assert row.owner_id == cast.anna.pk
    return row


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


@pytest.mark.parametrize("address", ["/mail/{}/", "/mail/{}/html/", "/mail/{}/link/"])
def test_letter_out_of_reach_is_not_found(cast: Cast, client: Browser, of_anna: Client, address: str):
    mail = a_letter(html=HTML)

    for who, status in ((cast.boris, 404), (cast.anna, 200)):
        client.force_login(who)
        assert client.get(address.format(mail.pk)).status_code == status


def test_letter_shows_text_files_and_what_was_quoted(anna: Browser, of_anna: Client):
    shown = anna.get(f"/mail/{a_letter().pk}/").context["letter"]

    assert shown["text"] == "Сколько стоит терминал?"
    assert "прайс" in shown["quoted"]
    assert [one["name"] for one in shown["files"]] == ["ТЗ.pdf"]
    assert shown["client"]["name"] == "ООО «Ромашка»"


def test_frame_runs_nothing_and_loads_nothing(anna: Browser, of_anna: Client):
    answer = anna.get(f"/mail/{a_letter(html=HTML).pk}/html/")

    policy, page = answer["Content-Security-Policy"], answer.content.decode()
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "http" not in policy
    assert "<script" not in page
    assert "onclick" not in page
    assert f'data-remote-src="{REMOTE}"' in page
    assert 'src="data:image/png;base64,' in page


def test_frame_loads_pictures_of_others_only_when_asked(anna: Browser, of_anna: Client):
    answer = anna.get(f"/mail/{a_letter(html=HTML).pk}/html/?images=1")

    assert "img-src data: https: http:;" in answer["Content-Security-Policy"]
    assert f' src="{REMOTE}"' in answer.content.decode()
    assert answer["Referrer-Policy"] == "no-referrer"


def test_frame_stands_in_a_sandbox(anna: Browser, of_anna: Client):
    page = anna.get(f"/mail/{a_letter(html=HTML).pk}/").content.decode()

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page


def test_letter_is_dealt_with_and_again_not(anna: Browser, of_anna: Client):
    mail = a_letter()

    for expected in (True, False):
        anna.post(f"/mail/{mail.pk}/handle/")
        mail.refresh_from_db()
        assert mail.is_handled is expected


def test_answer_begins_with_the_address_subject_and_quotation(anna: Browser, of_anna: Client):
    mail = a_letter()

    form = anna.get(f"/mail/new/?answers={mail.pk}").content.decode()

    assert 'value="anna@romashka.example" selected' in form
    assert "Re: Вопрос 1" in form
    assert "&gt; Сколько стоит терминал?" in form


def test_answer_goes_out_in_the_thread(anna: Browser, of_anna: Client, cast: Cast):
    mail = a_letter()

    sent = {"to": ["anna@romashka.example"], "subject": "Re: Вопрос", "text": "1000 рублей"}
    answer = anna.post(f"/mail/new/?answers={mail.pk}", sent)

    out = Mail.objects.get(direction="out")
    mail.refresh_from_db()
    assert answer.status_code == 302
    assert (out.in_reply_to, out.client, out.owner) == (mail.message_id, of_anna, cast.anna)
    assert mail.is_handled


def test_letter_takes_uploads_and_files_of_the_row(anna: Browser, of_anna: Client):
    an_account()
    mail = a_letter()
    version = Attachment.objects.get(record="communications.mail", row_id=mail.pk).versions.get()

    upload = SimpleUploadedFile("Прайс.txt", "Терминал — 1000".encode())
    sent = {"to": ["b@x.example"], "subject": "Прайс", "text": "Вот", "uploads": [upload], "versions": [version.pk]}
    anna.post(f"/mail/new/?forwards={mail.pk}", sent)

    out = Mail.objects.get(direction="out")
    names = Attachment.objects.filter(record="communications.mail", row_id=out.pk).values_list("name", flat=True)
    assert sorted(names) == ["Прайс.txt", "ТЗ.pdf"]


def test_letter_does_not_take_files_of_others(cast: Cast, client: Browser, of_anna: Client):
    an_account()
    version = Attachment.objects.get(row_id=a_letter().pk).versions.get()
    client.force_login(cast.boris)

    sent = {"to": ["b@x.example"], "subject": "x", "text": "x", "versions": [version.pk]}
    client.post("/mail/new/", sent)

    assert not Attachment.objects.filter(record="communications.mail", name="ТЗ.pdf").exclude(versions=version).exists()


def test_letter_about_a_row_out_of_reach_is_refused(cast: Cast, client: Browser, of_anna: Client):
    an_account()
    client.force_login(cast.boris)

    sent = {"to": ["b@x.example"], "subject": "x", "text": "x"}
    answer = client.post(f"/mail/new/?about_record=clients.client&about_id={of_anna.pk}", sent)

    assert answer.status_code == 404
    assert not Entry.objects.filter(kind="communications.mail").exists()


def test_letter_does_not_go_out_from_the_mailbox_of_a_colleague(cast: Cast):
    commands.set_account(actor=SYSTEM, address="b@okno.test", values={"smtp_host": "127.0.0.1"}, owner=cast.boris)
    account = MailAccount.objects.get()

    with pytest.raises(Missing):
        commands.write(actor=cast.actor("anna"), to=["a@x.example"], subject="x", text="x", account=account)


@pytest.mark.parametrize("sent", [{"subject": "x", "text": "x"}, {"to": ["не адрес"], "subject": "x", "text": "x"}])
def test_wrong_recipients_are_told_beside_the_field(anna: Browser, of_anna: Client, sent: dict[str, object]):
    an_account()

    answer = anna.post("/mail/new/", sent)

    assert answer.status_code == 422
    assert answer.context["fields"]["to"]["error"]


def test_letter_to_a_client_begins_with_its_address(anna: Browser, of_anna: Client):
    page = anna.get(f"/mail/new/?about_record=clients.client&about_id={of_anna.pk}").content.decode()

    assert 'value="anna@romashka.example" selected' in page


def test_addresses_are_found_within_reach_only(cast: Cast, client: Browser, of_anna: Client):
    for who, expected in ((cast.anna, ["anna@romashka.example"]), (cast.boris, [])):
        client.force_login(who)
        found = client.get("/mail/addresses/", {"q": "romash"}).json()
        assert [one["value"] for one in found] == expected


def test_failed_letter_is_sent_again(anna: Browser, of_anna: Client):
    an_account()
    anna.post("/mail/new/", {"to": ["b@x.example"], "subject": "x", "text": "x"})
    mail = Mail.objects.get()
    commands.note_outcome(actor=SYSTEM, mail=mail, state="failed", error="550 нет такого")

    page = anna.get(f"/mail/{mail.pk}/")
    anna.post(f"/mail/{mail.pk}/send-again/")

    mail.refresh_from_db()
    assert page.context["letter"]["can_send_again"]
    assert mail.state == "queued"


def test_entry_of_a_letter_has_an_answer_button(anna: Browser, of_anna: Client):
    mail = a_letter()

    feed = anna.get(f"/mail/{mail.pk}/?part=feed").content.decode()

    assert f"/mail/new/?answers={mail.pk}" in feed
    assert "ТЗ.pdf" in feed


def test_mailbox_is_added_without_showing_its_password(cast: Cast, client: Browser):
    client.force_login(cast.director)
    values = {"imap_port": 993, "imap_security": "ssl", "smtp_port": 465, "smtp_security": "ssl", "depth_days": 0}
    client.post(
        "/settings/mailboxes/new/", {"address": "Info@okno.test", "password": "тайна", "is_active": "on", **values}
    )

    account = MailAccount.objects.get()
    page = client.get(f"/settings/mailboxes/{account.pk}/").content.decode()
    assert account.address == "info@okno.test"
    assert account.secret
    assert "тайна" not in page
    assert account.secret not in page


def test_mailbox_changed_without_a_password_keeps_it(cast: Cast, client: Browser):
    client.force_login(cast.director)
    account = an_account()
    commands.set_account(actor=SYSTEM, address=account.address, values={}, password=SecretText("тайна"))
    before = MailAccount.objects.get().secret
    values = {"imap_port": 993, "imap_security": "ssl", "smtp_port": 25, "smtp_security": "none", "depth_days": 3}
    answer = client.post(f"/settings/mailboxes/{account.pk}/", {"name": "Инфо", **values})

    account.refresh_from_db()
    assert answer.status_code == 302
    assert (account.name, account.depth_days, account.secret) == ("Инфо", 3, before)


def test_check_tells_what_works_and_what_does_not(cast: Cast, client: Browser):
    client.force_login(cast.director)
    with smtp_peer() as peer:
        account = an_account(smtp_port=peer.port, smtp_security="none", imap_host="127.0.0.1", imap_port=9)
        url = f"/settings/mailboxes/?part=check&id={account.pk}"
        answer = client.post(url, headers={"HX-Request": "true"})

    assert [one["due"] for one in answer.context["lines"]] == ["red", "green"]


def test_mailboxes_are_closed_to_sellers(anna: Browser, cast: Cast):
    client = Browser()
    client.force_login(cast.stranger)

    assert client.get("/settings/mailboxes/").status_code == 403


def test_an_empty_mailbox_shows_only_doors_one_may_pass(client: Browser, cast: Cast) -> None:
    own = [{"permission": f"communications.{one}", "reach": "own"} for one in ("view", "write")]
    access.set_role(actor=SYSTEM, code="writer", name="Пишет", grants=own, hidden=[])
    cast.boris.roles.clear()
    access.give_role(actor=SYSTEM, user=cast.boris, role="writer")
    client.force_login(cast.boris)

    doors = client.get("/mail/").context["page"]["empty"]["doors"]

    assert [one["url"] for one in doors] == ["/mail/new/"]


def test_a_letter_that_came_is_told_by_its_sender(cast: Cast, client: Browser) -> None:
    row = clients.add(actor=cast.actor("anna"), name="ООО «Ромашка»", email="anna@romashka.example")
    a_letter()
    client.force_login(cast.anna)

    days = client.get(f"/clients/{row.pk}/").context["card"]["feed"]["days"]

    assert [one["who"] for day in days for one in day["entries"] if one["what"] == "Письмо"] == ["Анна"]
