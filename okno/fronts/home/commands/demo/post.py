"""Letters of the demo company: offers that were sent, what clients answered, and what nobody has looked at yet."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from django.utils import timezone

from okno.access import queries as access
from okno.access.models import User
from okno.areas.clients.models import Contact
from okno.areas.communications import commands as communications
from okno.areas.communications.commands.incoming import told_of
from okno.areas.communications.models import Mail, MailAccount
from okno.areas.deals import queries as deals
from okno.areas.deals.models import Deal
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit import commands, files
from okno.kit.permissions import SYSTEM
from okno.kit.timeline import entries

ADDRESS, HOST = "info@svetly-sklad.example", "svetly-sklad.example"


@dataclass(frozen=True)
class Talk:
    """What a seller wrote about a deal on a stage, what the client answered, and whether somebody has seen to it."""

    stage: str
    subject: str
    text: str
    answer: str
    days: int
    is_handled: bool


TALKS = (
    Talk(
        "quote",
        "Коммерческое предложение: {title}",
        "Здравствуйте!\n\nКак договаривались, отправляем предложение. Цены действуют до конца месяца, доставка входит.",
        "Спасибо, получили. Можно ли заменить оцинкованный настил на фанерный? И уточните срок изготовления.",
        3,
        False,
    ),
    Talk(
        "contract",
        "Проект договора поставки",
        "Добрый день!\n\nПосмотрите, пожалуйста, проект договора. Если есть замечания, пришлите протокол разногласий.",
        "Юристы просят изменить пункт 4.2: оплата 30 % вперёд, остальное в течение 14 дней после отгрузки.",
        4,
        False,
    ),
    Talk(
        "invoice",
        "Счёт на оплату: {title}",
        "Здравствуйте!\n\nНаправляем счёт. Как только поступит оплата, поставим заказ в план отгрузки.",
        "Счёт передали в оплату, деньги будут в четверг.",
        5,
        True,
    ),
    Talk(
        "work",
        "Отгрузка: {title}",
        "Добрый день!\n\nЗаказ собран. Машина будет у вас в первой половине дня, водитель позвонит за час.",
        "Приняли, всё по накладной. Оригиналы документов отправим почтой.",
        8,
        True,
    ),
)
STRANGER = (
    "Ольга Вишнякова <o.vishnyakova@teplitsa-sever.example>",
    "Хранение тары в теплице",
    "Здравствуйте! Ищем стеллажи, которые не боятся влаги: 40 секций по два метра. Пришлите, пожалуйста, цены.",
)


def fill(demo: Demo, on: dt.date) -> None:
    """The mailbox of the company, not connected to any server, and its letters of the last days."""
    account = communications.set_account(
        actor=SYSTEM, address=ADDRESS, values={"name": "Светлый склад", "is_default": True}
    )
    sellers = [one.pk for one in demo.sellers]
    for number, talk in enumerate(TALKS):
        deal = _deal(sellers, talk.stage, but=number)
        if deal is not None and deal.owner is not None and deal.contact is not None:
            at = _moment(on - dt.timedelta(days=talk.days), 10, 20 + number)
            with commands.unjournalled():
                sent = _written(account, talk, deal, deal.owner, deal.contact, at)
            _answered(account, talk, sent, _moment(on - dt.timedelta(days=talk.days - 1), 11, 5 + number))
    sender, subject, text = STRANGER
    _taken_in(account, _letter(sender, subject, text, "stranger"), _moment(on - dt.timedelta(days=1), 12, 40))


def _deal(sellers: list[int], stage: str, *, but: int) -> Deal | None:
    """The latest deal of the stage whose contact can be written to; sellers take turns."""
    found: Deal | None = (
        deals.deals(SYSTEM)
        .filter(stage__code=stage, owner_id=sellers[but % len(sellers)])
        .exclude(contact__email="")
        .exclude(contact=None)
        .order_by("-id")
        .first()
    )
    return found


def _moment(day: dt.date, hour: int, minute: int) -> dt.datetime:
    # ast-grep-ignore: time-comes-in the zone of the company, the day is given
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def _written(account: MailAccount, talk: Talk, deal: Deal, seller: User, contact: Contact, at: dt.datetime) -> Mail:
    """What `communications.write` leaves of a letter once the server has taken it."""
    owner = access.actor_of(seller)
    mail = Mail.objects.create(
        account=account,
        direction=Mail.Direction.OUT,
        state=Mail.State.SENT,
        message_id=f"<offer-{deal.pk}-{talk.stage}@{HOST}>",
        subject=talk.subject.format(title=deal.title),
        from_address=account.address,
        from_name=account.name,
        to=[contact.email],
        at=at,
        text=f"{talk.text}\n\n{seller.name}\nООО «Светлый склад»",
        client=deal.client,
        contact=contact,
        about_record="deals.deal",
        about_id=deal.pk,
        owner_id=owner.user_id,
        department_id=owner.department_id,
        is_handled=True,
    )
    about = ("deals.deal", deal.pk)
    entries.tell("communications.mail", [mail, deal.client], at=at, source=mail, about=about, **told_of(mail))
    return mail


def _answered(account: MailAccount, talk: Talk, sent: Mail, at: dt.datetime) -> None:
    quoted = "".join(f"> {line}\n" for line in sent.text.splitlines())
    said = f"{talk.answer}\n\n{sent.at:%d.%m.%Y %H:%M}, {sent.from_name} <{sent.from_address}> пишет:\n{quoted}"
    sender = f"{sent.contact} <{sent.to[0]}>"
    letter = _letter(sender, f"Re: {sent.subject}", said, f"answer-{sent.pk}", sent.message_id)
    mail = _taken_in(account, letter, at)
    if talk.is_handled:
        communications.handle(actor=SYSTEM, mail=mail)


def _letter(sender: str, subject: str, text: str, key: str, answers: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ADDRESS, subject
    message["Message-ID"] = f"<{key}@mail.example>"
    if answers:
        message["In-Reply-To"] = message["References"] = answers
    message.set_content(text)
    return message


def _taken_in(account: MailAccount, letter: EmailMessage, at: dt.datetime) -> Mail:
    """A letter as it comes from a mail server, read by the command that reads all of them."""
    letter["Date"] = format_datetime(at)
    raw = files.store(io.BytesIO(bytes(letter)), "letter.eml").sha256
    return communications.take_in(actor=SYSTEM, account=account, raw=raw, received_at=at)
