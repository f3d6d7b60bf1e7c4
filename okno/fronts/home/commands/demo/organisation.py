"""The demo company itself, set up by the same commands that people use: people, scenarios, sources, templates."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from okno.access import commands as access
from okno.access.models import Department, User
from okno.areas.calendar import commands as calendar
from okno.areas.deals.models import RefusalReason, Scenario, Stage
from okno.areas.documents import commands as documents
from okno.areas.documents.models import Organisation, OrganisationAccount
from okno.areas.leads import commands as leads
from okno.areas.leads.models import LeadQueue, LeadSource, RejectReason
from okno.fronts.home.commands import beginning
from okno.fronts.home.commands.demo import requisites
from okno.kit.money import VatMode
from okno.kit.permissions import SYSTEM
from okno.kit.secrets import SecretText

# Address, name, post, department, role.
PEOPLE = (
    ("director", "Воронцова Марина Сергеевна", "Генеральный директор", "", "director"),
    ("head", "Лебедев Андрей Николаевич", "Руководитель отдела продаж", "Отдел продаж", "sales-head"),
    ("sokolova", "Соколова Анна Игоревна", "Менеджер по продажам", "Отдел продаж", "seller"),
    ("melnikov", "Мельников Павел Олегович", "Менеджер по продажам", "Отдел продаж", "seller"),
    ("gusev", "Гусев Артём Дмитриевич", "Менеджер по продажам", "Отдел продаж", "seller"),
    ("assistant", "Ершова Дарья Викторовна", "Ассистент отдела продаж", "Отдел продаж", "assistant"),
    ("buh", "Климова Ольга Петровна", "Главный бухгалтер", "Бухгалтерия", "bookkeeper"),
)
# Whoever works elsewhere than the office.
ZONES = {"assistant": "Asia/Yekaterinburg"}
DOMAIN = "demo.okno.test"
DEPARTMENTS = ("Отдел продаж", "Бухгалтерия")
HEADS = {"": "director", "Отдел продаж": "head", "Бухгалтерия": "buh"}
COMPANY = "Светлый склад"


SOURCES = (
    ("site", "Форма на сайте", LeadSource.Kind.FORM),
    ("api", "Другая система", LeadSource.Kind.API),
    ("mail", "Почта info@", LeadSource.Kind.MAIL),
    ("call", "Звонок", LeadSource.Kind.CALL),
    ("manual", "Вручную", LeadSource.Kind.MANUAL),
)
LETTER = """Здравствуйте!

Направляем счёт № {{ number }} от {{ date | long_date }} Срок оплаты и код для приложения банка — в самом счёте.

Если изменились количество или реквизиты, просто ответьте на это письмо.

{{ owner }}
Светлый склад, +7 495 000-18-18
"""
INVITATION = """Здравствуйте!

Приглашаем вас на выставку складской техники 15 и 16 декабря, павильон 2, стенд В-14.
Покажем стеллажи в сборе, весы и терминалы, посчитаем проект на месте.

Ответьте на это письмо — закажем вам пропуск.

{{ owner }}
Светлый склад, +7 495 000-18-18
"""
FAIR = "Приглашение на выставку"


@dataclass(frozen=True, slots=True)
class Demo:
    """What the history refers to."""

    people: dict[str, User]
    organisation: Organisation
    account: OrganisationAccount
    scenarios: dict[str, tuple[Scenario, dict[str, Stage]]]
    refusals: dict[str, RefusalReason]
    rejections: dict[str, RejectReason]
    sources: dict[str, LeadSource]
    queue: LeadQueue

    @property
    def sellers(self) -> list[User]:
        """Those who sell, the most experienced first."""
        return [self.people[name] for name in ("sokolova", "melnikov", "gusev", "head")]


def set_up(rng: Random, password: SecretText) -> Demo:
    """Set up everything that history and people need, through commands."""
    access.set_default_roles(actor=SYSTEM)
    people = _people(password)
    calendar.set_schedule(
        actor=SYSTEM, name="Офис", zone="Europe/Moscow", week=["09:00-13:00, 14:00-18:00"] * 5 + ["", ""], days={}
    )
    organisation = _organisation(rng)
    beginning.reasons()
    queue = leads.set_queue(
        actor=SYSTEM, code="sales", name="Продажи", people=[people[name] for name in ("sokolova", "melnikov", "gusev")]
    )
    for code, name, kind in SOURCES:
        leads.set_source(actor=SYSTEM, code=code, name=name, kind=kind, queue=queue)
    beginning.letters(LETTER)
    for record, subject in (
        ("clients.client", "Приглашаем «{{ name }}» на выставку"),
        ("clients.contact", "{{ name }}, приглашаем на выставку"),
    ):
        documents.set_template(actor=SYSTEM, record=record, name=FAIR, subject=subject, body=INVITATION)
    return Demo(
        people=people,
        organisation=organisation,
        account=OrganisationAccount.objects.get(organisation=organisation),
        scenarios=beginning.scenarios(),
        refusals={one.name: one for one in RefusalReason.objects.all()},
        rejections={one.name: one for one in RejectReason.objects.all()},
        sources={one.code: one for one in LeadSource.objects.all()},
        queue=queue,
    )


def _people(password: SecretText) -> dict[str, User]:
    root = access.add_department(actor=SYSTEM, name="Дирекция")
    places: dict[str, Department] = {"": root}
    for name in DEPARTMENTS:
        places[name] = access.add_department(actor=SYSTEM, name=name, parent=root)
    found = {}
    for short, name, post, place, role in PEOPLE:
        found[short] = access.add_user(
            actor=SYSTEM,
            email=f"{short}@{DOMAIN}",
            name=name,
            post=post,
            department=places[place],
            password=password,
            zone=ZONES.get(short, ""),
        )
        access.give_role(actor=SYSTEM, user=found[short], role=role)
    for place, short in HEADS.items():
        one = places[place]
        access.change_department(actor=SYSTEM, department=one, name=one.name, parent=one.parent, head=found[short])
    return found


def _organisation(rng: Random) -> Organisation:
    place = requisites.CITIES[0]
    account = requisites.account(rng, place)
    values = {
        "name": f"ООО «{COMPANY}»",
        "full_name": f"Общество с ограниченной ответственностью «{COMPANY}»",
        "kpp": requisites.kpp(rng, place.region),
        "ogrn": requisites.ogrn(rng, place.region),
        "address": "127018, г. Москва, ул. Складочная, д. 1, стр. 18, офис 204",
        "phone": "+7 495 000-18-18",
        "head_name": "Воронцова М. С.",
        "head_post": "Генеральный директор",
        "bookkeeper_name": "Климова О. П.",
        "vat": VatMode.INCLUDED,
        "prefix": "СС-",
    }
    fields = {
        "bank_name": account.bank,
        "bic": account.bic,
        "account": account.account,
        "corr_account": account.corr_account,
    }
    return documents.set_organisation(
        actor=SYSTEM, inn=requisites.inn(rng, place.region), values=values, accounts=[fields]
    )
