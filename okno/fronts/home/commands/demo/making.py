"""Making the demo company of any size, the same at every run of one seed and one day."""

from __future__ import annotations

import datetime as dt
from random import Random

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.areas.calendar import commands as calendar_commands
from okno.areas.calendar import queries as calendar_queries
from okno.areas.deals import commands as deals
from okno.areas.documents.models import Numbering
from okno.fronts.home.commands.demo import (
    abroad,
    bulk,
    changes,
    clients,
    details,
    enquiries,
    fields,
    goods,
    guards,
    hooks,
    invoices,
    merges,
    news,
    organisation,
    places,
    portraits,
    post,
    potential,
    prospects,
    quality,
    tags,
    ties,
    today,
    troubles,
    views,
)
from okno.fronts.home.commands.demo.history import History, vat_of
from okno.fronts.home.commands.demo.moments import Calendar
from okno.fronts.home.commands.demo.organisation import Demo
from okno.fronts.home.commands.demo.stories import Teller
from okno.fronts.home.commands.demo.writer import Tell, Writer, settle
from okno.kit import commands
from okno.kit.permissions import SYSTEM
from okno.kit.secrets import SecretText

SEED = 20260521
CLIENTS, DEALS, OTHER_LEADS = 300, 820, 230
SIGN_INS = ("director", "head", "sokolova", "assistant", "buh")


def fill(*, size: str, tell: Tell, at: dt.datetime) -> list[str]:
    """
    Make the demo company in an empty database and return the lines that tell how to sign in.

    :param size: `small`, `medium` or `large`.
    :param at: the moment up to which its history goes.
    """
    rng = Random(SEED)  # noqa: S311 - invents names and sums, guards nothing
    tell(_("Company"), 0, 1)
    demo = organisation.set_up(rng, SecretText(settings.OKNO_DEMO_PASSWORD))
    tell(_("Company"), 1, 1)
    if size in bulk.SIZES:
        _load(rng, demo, tell, at, bulk.SIZES[size])
    else:
        with commands.unjournalled():
            _write_history(rng, demo, tell, at)
        changes.fill(Random(SEED + 11), demo, at)  # noqa: S311 - invents comments, guards nothing
        # ast-grep-ignore: time-comes-in the day is of the moment that was given
        day = timezone.localdate(at)
        today.live_through(demo, rng, day)
        abroad.fill(demo, day)
        fields.fill(Random(SEED + 3), demo, day)  # noqa: S311 - invents values, guards nothing
        guards.fill(demo, day)
        news.tell(demo, at)
        post.fill(demo, day)
        portraits.fill(Random(SEED + 5), demo, day)  # noqa: S311 - as above
        quality.fill(Random(SEED + 4), day)  # noqa: S311 - as above
        potential.fill(Random(SEED + 6), at)  # noqa: S311 - as above
        with commands.unjournalled():
            details.fill(Random(SEED + 9))  # noqa: S311 - as above
            details.live_through(Random(SEED + 10), at)  # noqa: S311 - as above
        troubles.fill()
        hooks.fill(at)
        tags.fill(Random(SEED + 7))  # noqa: S311 - as above
        views.fill(demo)
        merges.fill(demo, at)
    deals.fold_totals(actor=SYSTEM)
    calendar_commands.fold_totals(actor=SYSTEM)
    settle(tell, _("Statistics"))
    return _sign_ins(demo)


def _load(rng: Random, demo: Demo, tell: Tell, at: dt.datetime, size: bulk.Size) -> None:
    calendar = Calendar(rng, calendar_queries.default_schedule(), at)
    with commands.unjournalled():
        writer = Writer(rng, tell, at)
        goods.fill(writer, rng, vat_of(calendar.today))
        writer.write(_("Catalogue"))
    bulk.Load(rng, calendar, demo, tell, size).run()
    Numbering.objects.update_or_create(
        kind="deals.deal", organisation=None, year=at.year, defaults={"last": size.deals}
    )


def _write_history(rng: Random, demo: Demo, tell: Tell, at: dt.datetime) -> None:
    """Invent clients and their deals and write what would have been left of them."""
    calendar = Calendar(rng, calendar_queries.default_schedule(), at)
    writer = Writer(rng, tell, at)
    vat = vat_of(calendar.today)
    shelf = goods.fill(writer, rng, vat)
    customers = clients.fill(writer, rng, calendar, demo.sellers, CLIENTS)
    teller = Teller(rng, calendar, shelf, {code: stages for code, (_one, stages) in demo.scenarios.items()})
    history = History(writer, rng, calendar, demo, vat)
    told = []
    for moment in calendar.spread(DEALS):
        known = [one for one in customers if one.client.created_at <= moment] or customers[:1]
        customer = rng.choices(known, [one.weight for one in known])[0]
        story = teller.story(customer, moment)
        told.append((story, history.write(story)))
    invoices.write(history, told)
    enquiries.write(history, told, OTHER_LEADS)
    writer.write(_("History"))
    # A generator of its own: what was invented before stays as it was.
    more = Writer(Random(SEED + 1), tell, at)  # noqa: S311 - as above
    ties.fill(more, Random(SEED + 2), demo, customers)  # noqa: S311 - as above
    prospects.fill(more, Random(SEED + 4), demo, customers, calendar.today)  # noqa: S311 - as above
    places.fill(more, at)
    details.consents(more, Random(SEED + 8), customers, calendar.today)  # noqa: S311 - as above
    more.write(_("Relations"))
    ties.part_with(calendar.today)
    ties.search()
    _keep_numbers(history, demo)


def _keep_numbers(history: History, demo: Demo) -> None:
    """Let the next documents follow the last invented ones."""
    for (kind, year), last in history.numbers.items():
        if kind == "payment":  # numbered by the bank, not by us
            continue
        owner = demo.organisation if kind == "billing.invoice" else None
        Numbering.objects.update_or_create(kind=kind, organisation=owner, year=year, defaults={"last": last})


def _sign_ins(demo: Demo) -> list[str]:
    password = settings.OKNO_DEMO_PASSWORD
    lines = [_("Sign in with the password %(password)s as:") % {"password": password}]
    return lines + [f"  {demo.people[name].email:<28} {demo.people[name].post}" for name in SIGN_INS]
