"""The demo company: what people find in it, and that it is the same every time."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.db.models import Count, Q, Sum

from okno.access import queries as access
from okno.access.models import Role, User
from okno.areas.billing.models import Invoice, Payment
from okno.areas.calendar.models import Task
from okno.areas.clients.models import Client, ContactPoint, LegalEntity
from okno.areas.communications.models import Mail
from okno.areas.deals import queries as deals
from okno.areas.deals.models import Deal, DealLine, Stage, StageInterval
from okno.areas.leads.models import Lead
from okno.fronts.home.tests.company import AT, made
from okno.kit import conditions, contacts
from okno.kit.merging import reading as merging
from okno.kit.models.feed import Entry, EntryLink
from okno.kit.models.journal import Change, EventRow
from okno.kit.models.notices import Reminder
from okno.kit.models.registry import JobRun
from okno.kit.models.views import SavedView
from okno.kit.models.webhooks import WebhookCall
from okno.kit.permissions import facing
from okno.kit.registry import registry
from okno.kit.troubles import finding

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def company(django_db_setup, django_db_blocker):
    """One company for all tests of this file: they only look at it."""
    with django_db_blocker.unblock(), made() as told:
        yield told


def test_company_has_the_promised_size(company):
    assert Client.objects.count() >= 300
    assert 700 < Deal.objects.count() < 1000
    assert Deal.objects.earliest("created_at").created_at < AT - dt.timedelta(days=17 * 30)


def test_requisites_have_right_check_digits(company):
    for entity in LegalEntity.objects.exclude(inn=""):
        contacts.check_inn(entity.inn)
        contacts.check_ogrn(entity.ogrn)
        contacts.check_account(entity.account, entity.bic)
        contacts.check_correspondent_account(entity.corr_account, entity.bic)


def test_nobody_real_can_be_reached(company):
    addresses = ContactPoint.objects.filter(kind="email").values_list("key", flat=True)
    assert [one for one in addresses if not one.endswith(".example")] == []


def test_nothing_happened_after_today(company):
    history = Entry.objects.filter(run_id=None)
    assert history.exists()
    assert not history.filter(at__gt=AT).exists()
    assert not StageInterval.objects.exclude(how="hand").filter(entered_at__gt=AT, user_id=None).exists()


def test_every_deal_stands_where_its_last_stay_is(company):
    open_stays = StageInterval.objects.filter(left_at=None).values_list("deal_id", "stage_id")
    assert dict(open_stays) == dict(Deal.objects.values_list("pk", "stage_id"))


def test_letters_are_answered_in_the_feeds_of_their_deals(company):
    answers = Mail.objects.filter(direction="in").exclude(in_reply_to="")
    assert answers.filter(is_handled=False).exists()
    assert {(one.about_record, one.client is not None) for one in answers} == {("deals.deal", True)}
    told = EntryLink.objects.filter(record="deals.deal", entry__kind="communications.mail")
    assert set(answers.values_list("about_id", flat=True)) <= set(told.values_list("row_id", flat=True))
    assert Mail.objects.filter(direction="in", client=None).exists()


def test_amounts_are_sums_of_lines(company):
    sums = DealLine.objects.values_list("deal_id").annotate(sum=Sum("total"))
    amounts = dict(Deal.objects.values_list("pk", "amount"))
    assert [deal_id for deal_id, total in sums if amounts[deal_id] != total] == []


def test_deals_in_other_currencies_are_worth_roubles(company):
    abroad = Deal.objects.exclude(currency="RUB")
    assert set(abroad.values_list("currency", flat=True)) == {"KZT", "BYN", "CNY"}
    assert not abroad.filter(managed=0).exists()
    assert Invoice.objects.filter(currency="CNY", total__gt=0).exists()


def test_invoices_are_in_every_state(company):
    assert set(Invoice.objects.values_list("state", flat=True)) == set(Invoice.State.values)
    assert Invoice.objects.filter(state="sent", due_date__lt=AT.date()).exists()


def test_paid_equals_payments(company):
    paid = dict(Payment.objects.values_list("invoice_id").annotate(sum=Sum("amount")))
    wrong = [one.number for one in Invoice.objects.all() if one.paid != paid.get(one.pk, Decimal(0))]
    assert wrong == []


def test_enquiries_are_in_every_state_of_work(company):
    states = set(Lead.objects.values_list("state", flat=True))
    assert states >= {"given", "taken", "postponed", "converted", "rejected", "spam"}


def test_tasks_are_overdue_due_today_and_ahead(company):
    days = set(Task.objects.filter(state="open").values_list("due_at__date", flat=True))
    today = AT.date()
    assert today in days
    assert min(days) < today < max(days)


def test_history_leaves_no_change_rows(company):
    assert not Change.objects.filter(run_id=None).exists()


@pytest.mark.parametrize(
    "table", ["deals_deal", "clients_client", "leads_lead", "clients_legalentity", "calendar_task"]
)
def test_cards_have_a_history_by_people_on_several_days(company, table):
    changes = Change.objects.filter(table_name=table, op="U", run__at__lt=AT - dt.timedelta(hours=1))
    told = list(changes.order_by("pk").values_list("row_id", "run__at", "run__actor_name"))

    assert len({row_id for row_id, _at, _who in told}) >= 4
    assert len({at.date() for _row, at, _who in told}) >= 3
    assert "Okno" not in {who for _row, _at, who in told}
    for wanted in {row_id for row_id, _at, _who in told}:
        moments = [at for row_id, at, _who in told if row_id == wanted]
        assert moments == sorted(moments)


def test_nothing_was_changed_before_it_was_made(company):
    made = dict(Deal.objects.filter(created_at__lt=AT).values_list("pk", "created_at"))
    changes = Change.objects.filter(table_name="deals_deal", op="U", row_id__in=made).values_list("row_id", "run__at")
    assert [row_id for row_id, at in changes if at < made[row_id]] == []


def test_a_change_of_many_clients_can_be_looked_at_and_taken_back(company):
    job = JobRun.objects.filter(work="changing.run").latest("pk")
    assert (job.state, job.result["done"], job.result["refused_count"]) == ("done", 12, 0)
    assert job.created_at < AT
    rows = [one["id"] for one in job.result["changes"]]
    assert set(Client.objects.filter(pk__in=rows).values_list("source", flat=True)) == {"Выставка"}


def test_every_open_stage_of_the_main_scenario_has_deals(company):
    stages = Stage.objects.filter(scenario__code="b2b", kind="open")
    empty = set(stages.values_list("code", flat=True)) - set(Deal.objects.values_list("stage__code", flat=True))
    assert empty == set()


def test_sellers_see_their_own_and_the_head_sees_all(company):
    seller = access.actor_of(User.objects.get(email__startswith="sokolova"))
    head = access.actor_of(User.objects.get(email__startswith="head"))
    assert 0 < deals.deals(seller).count() < deals.deals(head).count() == Deal.objects.count()


def test_sums_of_the_director_s_deals_are_closed_to_the_head_of_sales(company):
    head, director = (access.actor_of(User.objects.get(email__startswith=who)) for who in ("head", "director"))
    strategic = deals.deals(head).filter(owner_id=director.user_id)
    seen = [facing(head, one).sees_field("deals.deal", "amount") for one in strategic]
    assert seen == [False, False]
    assert director.sees_field("deals.deal", "amount")


def test_director_is_mentioned_and_reminded(company):
    director = User.objects.get(email__startswith="director")
    assert Reminder.objects.filter(user_id=director.pk, state="waiting").count() == 4
    assert EventRow.objects.filter(name__endswith="NoteWritten", payload__mentioned=[director.pk]).count() == 2


def test_everybody_has_something_to_do(company):
    idle = User.objects.exclude(pk__in=Task.objects.filter(state="open").values("owner"))
    assert list(idle.values_list("email", flat=True)) == []


def test_something_has_failed_that_can_be_begun_once_more(company):
    assert [(one.name, one.count) for one in finding.groups(most=5)] == [("clients.find_duplicates", 1)]


def test_a_webhook_has_told_of_what_happened(company):
    calls = list(WebhookCall.objects.filter(webhook__is_active=True).prefetch_related("attempts"))
    assert {one.state for one in calls} == {"sent", "failed"}
    assert {one.tries for one in calls} == {1, 2, 3, 6}
    assert all(one.tries == one.attempts.count() for one in calls)
    assert all(json.loads(one.body)["event"] == one.event for one in calls)


def test_everybody_has_a_role_that_is_shipped(company):
    assert not User.objects.annotate(held=Count("roles")).filter(held=0).exists()
    assert Role.objects.filter(code__in=["admin", "integration", "analyst", "marketer"]).count() == 4


def test_views_of_all_modes_hold_in_what_they_ask_for(company):
    seller = access.actor_of(User.objects.get(email__startswith="sokolova"))
    views = list(SavedView.objects.filter(Q(user_id=None) | Q(user_id=seller.user_id)))
    for view in views:
        record = registry.record(view.record)
        asked = [json.loads(view.config["f"]), *(one["where"] for one in json.loads(view.config.get("paint", "[]")))]
        assert [conditions.problems(conditions.parse(one), record) for one in asked] == [[] for _one in asked]
        assert set(filter(None, view.config.get("cols", "").split(","))) <= set(record.all_fields())

    assert {view.config.get("mode", "list") for view in views} >= {"list", "calendar", "map"}


def test_a_card_that_was_merged_can_be_taken_apart(company):
    head = access.actor_of(User.objects.get(email__startswith="head"))
    merge = merging.merges_of(head, registry.record("clients.client"), since=AT - dt.timedelta(days=30)).get()
    assert (merge.actor_name, merge.at.date()) == (head.name, AT.date() - dt.timedelta(days=3))
    assert Client.objects.get(pk=merge.loser_id).is_deleted


def test_sign_ins_are_told(company):
    assert "director@demo.okno.test" in "\n".join(company)
