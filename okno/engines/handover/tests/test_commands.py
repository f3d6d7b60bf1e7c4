"""Work of a person goes to colleagues by a plan and comes back; what others did since stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from okno.access import commands as access
from okno.access import queries as people
from okno.access.models import User
from okno.engines.handover import commands, queries
from okno.engines.handover.models import HandedRow, Handover
from okno.kit import absences, events, jobs
from okno.kit.errors import Denied, Refused
from okno.kit.models.notices import Notice
from okno.kit.models.registry import JobRun
from okno.kit.models.views import SavedView
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry

CLIENTS, DEALS, TASKS = "clients.client", "deals.deal", "calendar.task"
INVOICES, LETTERS, ACCOUNTS = "billing.invoice", "communications.mail", "communications.account"


class Office:
    """A boss who plans, Anna whose work goes, Boris and Clara who get it."""

    def __init__(self) -> None:
        everything = [{"permission": "*", "reach": "all"}]
        access.set_role(actor=SYSTEM, code="boss", name="Начальник", grants=everything, hidden=[])
        own = [{"permission": f"{area}.*", "reach": "own"} for area in ("clients", "deals", "calendar")]
        access.set_role(actor=SYSTEM, code="own", name="Своё", grants=own, hidden=[])
        self.users = {name: self._person(name) for name in ("boss", "anna", "boris", "clara")}
        access.give_role(actor=SYSTEM, user=self.users["boss"], role="boss")

    @staticmethod
    def _person(name: str) -> User:
        return access.add_user(actor=SYSTEM, email=f"{name}@okno.test", name=name)

    @property
    def boss(self) -> Actor:
        return people.actor_of(self.users["boss"])

    def client(self, name: str, owner: str = "anna") -> int:
        made = registry.commands["clients.add"](actor=self.boss, name=name, owner=self.users[owner])
        return int(made.pk)

    def task(self, title: str) -> int:
        made = registry.commands["calendar.add_task"](actor=self.boss, title=title, owner=self.users["anna"])
        return int(made.pk)

    def owner(self, record: str, row_id: int) -> str:
        row = registry.record(record).model._default_manager.select_related("owner").get(pk=row_id)
        return str(row.owner.name)  # type: ignore[attr-defined]

    def plan(self, *rules: tuple[str, list[str], str], **more: Any) -> Handover:
        told = [
            {"record": record, "people": [self.users[one].pk for one in who], "way": way, "is_all": False}
            for record, who, way in rules
        ]
        row = commands.plan(actor=self.boss, person=self.users["anna"], rules_told=told, **more)
        return worked(row)


def worked(row: Handover) -> Handover:
    """Do the work that the plan waits for."""
    row.refresh_from_db()
    if row.job:
        jobs.do_work(row.job)
        assert JobRun.objects.get(pk=row.job).error == ""
    row.refresh_from_db()
    return row


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def test_plan_shows_who_would_get_what_and_moves_nothing(office):
    rows = [office.client(f"Клиент {number}") for number in range(3)]
    row = office.plan((CLIENTS, ["boris", "clara"], "evenly"))

    told = JobRun.objects.get(pk=row.job).result["parcels"]
    assert [(one["record"], one["done"]) for one in told] == [(CLIENTS, 2), (CLIENTS, 1)]
    assert {office.owner(CLIENTS, one) for one in rows} == {"anna"}
    assert not HandedRow.objects.exists()


def test_rows_go_and_come_back(office):
    client, task = office.client("Ромашка"), office.task("Позвонить")
    row = office.plan((CLIENTS, ["boris"], "evenly"), (TASKS, ["clara"], "evenly"))

    worked(commands.start(actor=office.boss, handover=row))
    assert (office.owner(CLIENTS, client), office.owner(TASKS, task)) == ("boris", "clara")
    row.refresh_from_db()
    worked(commands.bring_back(actor=office.boss, handover=row))

    assert (office.owner(CLIENTS, client), office.owner(TASKS, task)) == ("anna", "anna")
    row.refresh_from_db()
    assert row.state == Handover.State.RETURNED


def test_each_is_told_once_of_what_came_and_of_what_went_back(office):
    for name in ("anna", "boris", "clara"):
        access.give_role(actor=SYSTEM, user=office.users[name], role="own")
    for number in range(3):
        office.client(f"Ромашка {number}")
    row = office.plan((CLIENTS, ["boris", "clara"], "evenly"))
    worked(commands.start(actor=office.boss, handover=row))
    events.drain()
    given = Notice.objects.filter(kind="clients.assigned")
    counts = {one.user_id: one.count for one in given}
    assert sorted(counts.items()) == [(office.users["boris"].pk, 2), (office.users["clara"].pk, 1)]

    given.filter(user_id=office.users["boris"].pk).update(read_at=timezone.now())
    row.refresh_from_db()
    worked(commands.bring_back(actor=office.boss, handover=row))
    events.drain()

    told = Notice.objects.filter(read_at=None).order_by("user_id").values_list("user_id", "kind", "count")
    anna, boris = office.users["anna"].pk, office.users["boris"].pk
    assert list(told) == [(anna, "clients.assigned", 3), (boris, "notices.taken_back", 1)]


def test_run_does_what_the_preview_has_shown(office):
    done = office.task("Сделано")
    registry.commands["calendar.finish"](
        actor=office.boss, task=registry.record(TASKS).model._default_manager.get(pk=done)
    )
    office.task("Открыто")
    row = office.plan((TASKS, ["boris", "clara"], "least"))
    shown = JobRun.objects.get(pk=row.job).result["parcels"]

    worked(commands.start(actor=office.boss, handover=row))

    row.refresh_from_db()
    assert JobRun.objects.get(pk=row.job).result["parcels"] == shown
    assert office.owner(TASKS, done) == "anna"


def test_what_was_given_on_since_stays_and_is_counted(office):
    kept, back = office.client("Дальше"), office.client("Назад")
    row = office.plan((CLIENTS, ["boris"], "evenly"))
    worked(commands.start(actor=office.boss, handover=row))
    client = registry.record(CLIENTS).model._default_manager.get(pk=kept)
    registry.commands["clients.assign"](actor=office.boss, client=client, owner=office.users["clara"])

    row.refresh_from_db()
    worked(commands.bring_back(actor=office.boss, handover=row))

    assert (office.owner(CLIENTS, kept), office.owner(CLIENTS, back)) == ("clara", "anna")
    row.refresh_from_db()
    assert JobRun.objects.get(pk=row.job).result["stays"] == 1


def test_rows_of_a_view_go_to_others_than_the_rest(office):
    big, small = office.client("Большой"), office.client("Малый")
    config = {"f": '{"all":[{"field":"name","op":"starts","value":"Боль"}]}'}
    view = SavedView.objects.create(record=CLIENTS, name="Большие", config=config)
    first = {"record": CLIENTS, "people": [office.users["boris"].pk], "way": "evenly", "view": view.pk}
    rest = {"record": CLIENTS, "people": [office.users["clara"].pk], "way": "evenly"}
    row = commands.plan(actor=office.boss, person=office.users["anna"], rules_told=[first, rest])

    worked(commands.start(actor=office.boss, handover=worked(row)))

    assert (office.owner(CLIENTS, big), office.owner(CLIENTS, small)) == ("boris", "clara")


def test_a_plan_begins_on_its_day_and_returns_on_its_last(office):
    client, now = office.client("Ромашка"), timezone.now()
    begin, back = now + timedelta(days=1), now + timedelta(days=15)
    row = office.plan((CLIENTS, ["boris"], "evenly"), starts_at=begin, returns_at=back, stops_new_work=True)
    commands.start(actor=office.boss, handover=row)
    assert commands.begin_due(now) == 0

    assert commands.begin_due(begin) == 1
    worked(row)
    assert office.owner(CLIENTS, client) == "boris"
    assert User.objects.get(name="anna").is_available is False
    assert commands.begin_due(begin) == 0
    assert commands.begin_due(back) == 1
    worked(row)
    assert office.owner(CLIENTS, client) == "anna"
    assert User.objects.get(name="anna").is_available is True


def test_a_way_back_that_is_over_already_is_refused(office):
    office.client("Ромашка")
    yesterday = timezone.now() - timedelta(days=1)

    with pytest.raises(Refused) as refused:
        office.plan((CLIENTS, ["boris"], "evenly"), returns_at=yesterday)

    assert refused.value.params["missing"] == ["returns_at"]


def test_new_work_goes_to_a_deputy_until_the_person_is_back(office):
    office.client("Ромашка")
    row = office.plan((CLIENTS, ["boris"], "evenly"), deputy=office.users["clara"])
    worked(commands.start(actor=office.boss, handover=row))
    anna = User.objects.get(name="anna")
    assert people.who_takes(anna) == office.users["clara"]

    worked(commands.bring_back(actor=office.boss, handover=row))
    anna.refresh_from_db()
    assert (anna.deputy, people.who_takes(anna)) == (None, anna)


def test_nobody_stands_in_for_themselves(office):
    with pytest.raises(Refused, match="сам себя"):
        office.plan((CLIENTS, ["boris"], "evenly"), deputy=office.users["anna"])


def test_dismissal_shuts_the_person_out(office):
    office.client("Ромашка")
    row = office.plan((CLIENTS, ["boris"], "evenly"), reason="dismissal", shuts_out=True)
    worked(commands.start(actor=office.boss, handover=row))
    assert User.objects.get(name="anna").is_active is False


def test_whoever_may_not_shut_out_cannot_do_it_by_a_plan(office):
    rights = [{"permission": "handover.*", "reach": "all"}, {"permission": "access.view", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="clerk", name="Делопроизводитель", grants=rights, hidden=[])
    access.give_role(actor=SYSTEM, user=office.users["clara"], role="clerk")
    told = [{"record": CLIENTS, "people": [office.users["boris"].pk], "way": "evenly"}]
    clerk = people.actor_of(office.users["clara"])
    with pytest.raises(Denied):
        commands.plan(actor=clerk, person=office.users["anna"], rules_told=told, shuts_out=True)


def test_rows_do_not_go_to_somebody_who_may_not_sign_in(office):
    access.set_active(actor=office.boss, user=office.users["clara"], is_active=False)
    with pytest.raises(Refused):
        office.plan((CLIENTS, ["clara"], "evenly"))


def test_a_run_that_broke_off_is_begun_anew(office):
    rows = [office.client(f"Клиент {number}") for number in range(2)]
    row = office.plan((CLIENTS, ["boris"], "evenly"))
    commands.start(actor=office.boss, handover=row)
    row.refresh_from_db()
    JobRun.objects.filter(pk=row.job).update(state=JobRun.State.FAILED)

    worked(commands.start(actor=office.boss, handover=row))

    assert {office.owner(CLIENTS, one) for one in rows} == {"boris"}
    assert HandedRow.objects.filter(of=row).count() == 2


def test_cancelled_plan_moves_nothing(office):
    row = office.plan((CLIENTS, ["boris"], "evenly"))
    commands.cancel(actor=office.boss, handover=row)
    row.refresh_from_db()
    with pytest.raises(Refused):
        commands.start(actor=office.boss, handover=row)


def test_every_record_with_a_command_to_give_it_away_takes_part(office):
    assert {one.record.name for one in queries.hands(office.boss)} >= {CLIENTS, DEALS, TASKS, "leads.lead"}


def test_open_invoices_waiting_letters_and_mailboxes_go_too(office):
    anna = office.users["anna"]
    client = registry.record(CLIENTS).model._default_manager.get(pk=office.client("Ромашка"))
    invoice, account, mail = (registry.record(name).model._default_manager for name in (INVOICES, ACCOUNTS, LETTERS))
    organisation = registry.records["billing.invoice"].model._meta.get_field("organisation").related_model
    ours = organisation._default_manager.create(name="Мы")
    shared = {"client": client, "organisation": ours, "owner": anna, "date": timezone.localdate()}
    rows = {state: invoice.create(number=state, state=state, **shared).pk for state in ("sent", "paid")}
    box = account.create(address="anna@okno.test", owner=anna)
    letter = {"account": box, "direction": "in", "state": "received", "at": timezone.now(), "owner": anna}
    letters = {name: mail.create(subject=name, is_handled=name == "old", **letter).pk for name in ("new", "old")}

    row = office.plan(*((name, ["boris"], "evenly") for name in (INVOICES, ACCOUNTS, LETTERS)))
    told = JobRun.objects.get(pk=row.job).result["parcels"]
    assert [(one["record"], one["done"], one["refused_count"]) for one in told] == [
        (INVOICES, 1, 0), (ACCOUNTS, 1, 0), (LETTERS, 1, 0),
    ]  # fmt: skip

    commands.start(actor=office.boss, handover=row)
    row = worked(row)
    assert [office.owner(INVOICES, rows[one]) for one in ("sent", "paid")] == ["boris", "anna"]
    assert [office.owner(LETTERS, letters[one]) for one in ("new", "old")] == ["boris", "anna"]
    assert office.owner(ACCOUNTS, box.pk) == "boris"

    commands.bring_back(actor=office.boss, handover=row)
    worked(row)
    assert [office.owner(INVOICES, rows["sent"]), office.owner(LETTERS, letters["new"])] == ["anna", "anna"]
    assert office.owner(ACCOUNTS, box.pk) == "anna"


def test_leaves_that_hold_are_absences(office):
    begins, back = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=8)
    office.client("Клиент")
    held = office.plan((CLIENTS, ["boris"], "evenly"), reason="leave", starts_at=begins, returns_at=back)
    anna, week = office.users["anna"].pk, (timezone.now(), timezone.now() + timedelta(days=5))
    assert absences.absences([anna], *week) == {}

    commands.start(actor=office.boss, handover=held)

    assert absences.absences([anna, office.users["boris"].pk], *week) == {anna: [(begins, week[1])]}
